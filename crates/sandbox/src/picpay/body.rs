//! What calls have in their bodies, read the same way everywhere: ids, amounts, the form of the legacy edition.

use std::borrow::Cow;

use super::ask::Ask;
use super::book::Ids;
use super::charge::Order;
use super::errors::ApiError;
use super::forms;
use super::settings::Settings;
use crate::json::{Complaint, Fields, Reason};
use crate::money::cents;

/// Runs a reader over the body's fields, and refuses where it complained.
pub(super) fn read<T>(
    ask: &Ask,
    settings: &Settings,
    reader: impl FnOnce(&Fields<'_>, &mut Vec<Complaint>) -> Option<T>,
) -> Result<T, ApiError> {
    let text = text_of(ask, settings);
    let mut wrong = Vec::new();
    let Some(fields) = Fields::parse(text.as_bytes()) else {
        // Undocumented; we assume a complaint like any other.
        wrong.push(Complaint { path: "body".to_owned(), reason: Reason::Text("must be a JSON object") });
        return Err(ApiError::fields(&wrong, settings.field_errors));
    };
    let read = reader(&fields, &mut wrong);
    read.filter(|_| wrong.is_empty()).ok_or_else(|| ApiError::fields(&wrong, settings.field_errors))
}

/// The body as JSON: an empty one has no fields, and the legacy edition also takes forms.
fn text_of<'a>(ask: &'a Ask, settings: &Settings) -> Cow<'a, str> {
    let text = String::from_utf8_lossy(&ask.body);
    if settings.is_legacy() && ask.is_form() {
        return Cow::Owned(json_of_form(&text));
    }
    if text.trim().is_empty() { Cow::Borrowed("{}") } else { text }
}

/// A form's fields as JSON; what looks like a number is one, written as it came.
fn json_of_form(text: &str) -> String {
    let field = |(name, value): (String, String)| {
        let name = serde_json::Value::from(name);
        if cents(&value).is_ok() {
            format!("{name}:{value}")
        } else {
            format!("{name}:{}", serde_json::Value::from(value))
        }
    };
    let fields: Vec<_> = forms::fields(text).into_iter().map(field).collect();
    format!("{{{}}}", fields.join(","))
}

/// A charge as it is asked for. The legacy edition knows only its value.
pub(super) fn read_order(ask: &Ask, settings: &Settings) -> Result<Order, ApiError> {
    read(ask, settings, |fields, wrong| {
        let value = fields.required_amount("value", wrong);
        if settings.is_legacy() {
            let order =
                |value| Order { value, reference: None, auto_capture: true, description: None, initiator: None };
            return value.map(order);
        }
        let reference = fields.text("reference_id", wrong).filter(|text| !text.is_empty());
        let auto_capture = fields.raw("auto_capture").is_none() || fields.flag("auto_capture", wrong);
        let description = fields.text("description", wrong);
        let initiator = fields.text("transaction_initiator", wrong);
        if initiator.as_deref().is_some_and(|initiator| !matches!(initiator, "MIT" | "CIT")) {
            fields.refuse("transaction_initiator", Reason::Text("must be MIT or CIT"), wrong);
        }
        Some(Order { value: value?, reference, auto_capture, description, initiator })
    })
}

/// An amount that may be there, and the charge it is about.
pub(super) fn read_value_and_ids(ask: &Ask, settings: &Settings) -> Result<(Option<i64>, Ids), ApiError> {
    let (value, ids) = read(ask, settings, |fields, wrong| {
        let id = |name: &str, wrong: &mut Vec<Complaint>| fields.text(name, wrong).filter(|id| !id.is_empty());
        let ids = Ids { transaction: id("transaction_id", wrong), reference: id("reference_id", wrong) };
        Some((fields.amount("value", wrong), ids))
    })?;
    ids.some().map(|ids| (value, ids)).ok_or_else(ApiError::no_id)
}

/// An amount that may be there.
pub(super) fn read_value(ask: &Ask, settings: &Settings) -> Result<Option<i64>, ApiError> {
    read(ask, settings, |fields, wrong| Some(fields.amount("value", wrong)))
}

/// A text that may be there.
pub(super) fn read_text(ask: &Ask, settings: &Settings, name: &str) -> Result<Option<String>, ApiError> {
    read(ask, settings, |fields, wrong| Some(fields.text(name, wrong)))
}

impl Ids {
    /// Itself, if it names anything.
    pub(super) fn some(self) -> Option<Self> {
        (self.transaction.is_some() || self.reference.is_some()).then_some(self)
    }
}
