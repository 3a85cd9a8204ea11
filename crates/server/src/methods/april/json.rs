//! JSON of April's, read field by field: which wrapper stands around an object differs from call to call and from edition to
//! edition, and a field that we do not need must never make the others unreadable.

use crate::methods::http_client;
use serde_json::Value;

/// How many wrappers are looked through.
const WRAPPERS_MAX: usize = 3;

/// The text at `name`.
pub(super) fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    object.get(name)?.as_str()
}

/// The id at `name`, if it can be one.
pub(super) fn id(object: &Value, name: &str) -> Option<String> {
    text(object, name).filter(|id| http_client::is_path_segment(id)).map(str::to_owned)
}

/// Cents, written bare or as `{"minorCurrencyUnits":…}`. A fraction, a sign or a text is no amount.
pub(super) fn minor(amount: &Value) -> Option<u64> {
    amount.get("minorCurrencyUnits").unwrap_or(amount).as_u64()
}

/// The outermost object that has `name`, below at most three wrappers.
pub(super) fn holder<'a>(json: &'a Value, name: &str) -> Option<&'a Value> {
    let mut level = vec![json];
    for _ in 0..=WRAPPERS_MAX {
        if let Some(found) = level.iter().find(|object| object.get(name).is_some()) {
            return Some(found);
        }
        level = level.into_iter().filter_map(Value::as_object).flat_map(|object| object.values()).collect();
    }
    None
}

/// A list: bare, as documented, or the only one in an object around it.
pub(super) fn list(json: &Value) -> Option<&[Value]> {
    if let Some(bare) = json.as_array() {
        return Some(bare);
    }
    let mut lists = json.as_object()?.values().filter_map(Value::as_array);
    let only = lists.next()?;
    lists.next().is_none().then_some(only)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_is_found_below_its_wrappers() {
        let order = json!({"orderId": "ordr_1", "status": "created"});
        for json in [
            order.clone(),
            json!({"OnlineOrder": {"order": order}}),
            json!({"a": 1, "b": {"c": {"order": order}}}),
            json!({"orderId": "ordr_1", "inner": {"orderId": "ordr_2"}}),
        ] {
            assert_eq!(
                holder(&json, "orderId").and_then(|order| id(order, "orderId")).as_deref(),
                Some("ordr_1"),
                "{json}"
            );
        }
        for json in [json!({}), json!([]), json!("orderId"), json!({"a": {"b": {"c": {"d": order}}}}), json!([order])] {
            assert_eq!(holder(&json, "orderId"), None, "{json}");
        }
    }

    #[test]
    fn amounts_are_whole_cents_or_nothing() {
        for (json, expected) in [
            (json!(60_000), Some(60_000)),
            (json!(0), Some(0)),
            (json!({"minorCurrencyUnits": 60_000, "currency": "AUD"}), Some(60_000)),
            (json!({"currency": "AUD"}), None),
            (json!(-1), None),
            (json!(600.5), None),
            (json!("60000"), None),
            (json!(null), None),
        ] {
            assert_eq!(minor(&json), expected, "{json}");
        }
    }

    #[test]
    fn a_list_is_bare_or_alone() {
        assert_eq!(list(&json!([1])).map(<[Value]>::len), Some(1));
        assert_eq!(list(&json!({"refunds": [], "total": 0})).map(<[Value]>::len), Some(0));
        for json in [json!({"a": [], "b": []}), json!({}), json!(null), json!("x")] {
            assert_eq!(list(&json), None, "{json}");
        }
    }

    #[test]
    fn an_id_is_one_or_none() {
        for (json, expected) in [
            (json!({"x": "tran_Ab-_9"}), Some("tran_Ab-_9")),
            (json!({"x": "../auth"}), None),
            (json!({"x": ""}), None),
            (json!({"x": 17}), None),
            (json!({}), None),
        ] {
            assert_eq!(id(&json, "x").as_deref(), expected, "{json}");
        }
    }
}
