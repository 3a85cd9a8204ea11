//! A JSON object of ePag's, read field by field: names come in two styles, types differ between editions, and a field
//! that we do not need must never make the others unreadable.

use super::amount::Amount;
use serde_json::value::RawValue;
use std::collections::BTreeMap;

/// The fields of one object, each still as it was written.
pub(super) struct Fields(BTreeMap<String, Box<RawValue>>);

impl Fields {
    /// The fields of `json`; `None` unless it is one object.
    pub(super) fn parse(json: &str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    /// The objects of `json`; `None` unless it is a list of nothing else.
    pub(super) fn parse_list(json: &str) -> Option<Vec<Self>> {
        let items: Vec<BTreeMap<String, Box<RawValue>>> = serde_json::from_str(json).ok()?;
        Some(items.into_iter().map(Self).collect())
    }

    /// The first of `names` that is a string.
    pub(super) fn text(&self, names: &[&str]) -> Option<String> {
        names.iter().find_map(|name| serde_json::from_str(self.0.get(*name)?.get()).ok())
    }

    /// The first of `names` that is a whole number or a string, as text.
    pub(super) fn id(&self, names: &[&str]) -> Option<String> {
        let number = |name: &&str| {
            let text = self.0.get(*name)?.get();
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.to_owned())
        };
        names.iter().find_map(number).or_else(|| self.text(names))
    }

    /// The first of `names` at which an amount is told.
    pub(super) fn amount(&self, names: &[&str]) -> Option<Amount> {
        names.iter().find_map(|name| Amount::read(self.0.get(*name)?))
    }

    /// The object at `name`.
    pub(super) fn object(&self, name: &str) -> Option<Self> {
        Self::parse(self.0.get(name)?.get())
    }

    /// The list of objects at `name`.
    pub(super) fn list(&self, name: &str) -> Option<Vec<Self>> {
        Self::parse_list(self.0.get(name)?.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_name_is_read_and_both_do_no_harm() {
        let fields = Fields::parse(r#"{"a":"1","b":"2","n":17,"o":{"x":1.5},"l":[{"x":"y"}],"z":null}"#).expect("JSON");
        assert_eq!(fields.text(&["a", "b"]).as_deref(), Some("1"));
        assert_eq!(fields.text(&["z", "b"]).as_deref(), Some("2"));
        assert_eq!(fields.text(&["n"]), None);
        assert_eq!(fields.id(&["n"]).as_deref(), Some("17"));
        assert_eq!(fields.id(&["a"]).as_deref(), Some("1"));
        assert_eq!(fields.object("o").and_then(|inner| inner.amount(&["x"])), Some(Amount::Exact(150)));
        assert_eq!(fields.amount(&["z", "missing"]), None);
        assert_eq!(fields.list("l").map(|list| list.len()), Some(1));
        assert!(fields.list("o").is_none() && fields.object("l").is_none());
    }

    #[test]
    fn only_objects_have_fields() {
        for json in ["", "[]", "null", "1", "\"x\"", "{", "<html></html>", "{} {}"] {
            assert!(Fields::parse(json).is_none(), "{json:?}");
        }
        assert!(Fields::parse_list("[1]").is_none());
        assert!(Fields::parse_list("[]").is_some_and(|list| list.is_empty()));
    }
}
