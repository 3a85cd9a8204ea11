//! Reads a JSON object field by field, keeping numbers as text and collecting every complaint with its path. Providers
//! use it instead of a derived reader where all faults of a body must be reported, each under its field's name.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::money::{DecimalError, cents};

/// What is wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// `payment.amount`, as the provider writes it.
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

/// Why a field is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Reason {
    /// Refused with this text.
    Text(&'static str),
    /// An amount that is zero or negative; some providers have a code of its own for it.
    NotPositive,
}

/// One JSON object of a request, by the names of its fields. `null` is the same as absent.
#[derive(Debug, Default)]
pub(crate) struct Fields<'a> {
    path: String,
    map: BTreeMap<String, &'a RawValue>,
}

impl<'a> Fields<'a> {
    /// Parses a body; `None` when it is not a JSON object.
    pub(crate) fn parse(body: &'a [u8]) -> Option<Self> {
        let map = serde_json::from_slice(body).ok()?;
        Some(Self { path: String::new(), map })
    }

    /// Complains about a field.
    pub(crate) fn refuse(&self, name: &str, reason: Reason, complaints: &mut Vec<Complaint>) {
        complaints.push(Complaint { path: format!("{}{name}", self.path), reason });
    }

    /// The raw text of a field that is there.
    pub(crate) fn raw(&self, name: &str) -> Option<&'a RawValue> {
        self.map.get(name).copied().filter(|raw| raw.get() != "null")
    }

    /// A string, when there is one.
    pub(crate) fn text(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<String> {
        let raw = self.raw(name)?;
        let text = serde_json::from_str(raw.get()).ok();
        if text.is_none() {
            self.refuse(name, Reason::Text("must be a string"), complaints);
        }
        text
    }

    /// A string that must be there and not be blank.
    pub(crate) fn required_text(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<String> {
        let had = complaints.len();
        let text = self.text(name, complaints).filter(|text| !text.trim().is_empty());
        if text.is_none() && complaints.len() == had {
            self.refuse(name, Reason::Text("must not be blank"), complaints);
        }
        text
    }

    /// A boolean; absent is `false`.
    pub(crate) fn flag(&self, name: &str, complaints: &mut Vec<Complaint>) -> bool {
        match self.raw(name).map(RawValue::get) {
            None | Some("false") => false,
            Some("true") => true,
            Some(_) => {
                self.refuse(name, Reason::Text("must be true or false"), complaints);
                false
            }
        }
    }

    /// A positive amount in cents with at most two decimals, when there is one.
    pub(crate) fn amount(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<i64> {
        let reason = match cents(self.raw(name)?.get()) {
            Ok(amount) if amount > 0 => return Some(amount),
            Ok(_) => Reason::NotPositive,
            Err(DecimalError::NotANumber) => Reason::Text("must be a number"),
            Err(DecimalError::TooManyDecimals) => Reason::Text("must have at most 2 decimal places"),
            Err(DecimalError::TooLarge) => Reason::Text("numeric value out of bounds"),
        };
        self.refuse(name, reason, complaints);
        None
    }

    /// A positive amount that must be there.
    pub(crate) fn required_amount(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<i64> {
        if self.raw(name).is_none() {
            self.refuse(name, Reason::Text("must not be null"), complaints);
        }
        self.amount(name, complaints)
    }

    /// A whole number, when there is one.
    pub(crate) fn integer(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<i64> {
        let number = serde_json::from_str(self.raw(name)?.get()).ok();
        if number.is_none() {
            self.refuse(name, Reason::Text("must be an integer"), complaints);
        }
        number
    }

    /// A whole number over zero that must be there.
    pub(crate) fn positive_integer(&self, name: &str, complaints: &mut Vec<Complaint>) -> Option<i64> {
        if self.raw(name).is_none() {
            self.refuse(name, Reason::Text("must not be null"), complaints);
        }
        let number = self.integer(name, complaints)?;
        if number <= 0 {
            self.refuse(name, Reason::NotPositive, complaints);
        }
        (number > 0).then_some(number)
    }

    /// The only field, whose name is an action, and the object that it holds.
    pub(crate) fn sole(self) -> Option<(String, Fields<'a>)> {
        let mut fields = self.map.into_iter();
        let (name, value) = fields.next()?;
        let map = serde_json::from_str(value.get()).ok()?;
        fields.next().is_none().then(|| (name, Fields { path: String::new(), map }))
    }

    /// The objects of a list; absent is none.
    pub(crate) fn objects(&self, name: &str, complaints: &mut Vec<Complaint>) -> Vec<Fields<'a>> {
        let Some(raw) = self.raw(name) else { return Vec::new() };
        let Ok(maps) = serde_json::from_str::<Vec<BTreeMap<String, &'a RawValue>>>(raw.get()) else {
            self.refuse(name, Reason::Text("must be a list of objects"), complaints);
            return Vec::new();
        };
        let path = |index: usize| format!("{}{name}[{index}].", self.path);
        maps.into_iter().enumerate().map(|(index, map)| Fields { path: path(index), map }).collect()
    }

    /// A nested object; absent is empty, so that its required fields complain.
    pub(crate) fn object(&self, name: &str, complaints: &mut Vec<Complaint>) -> Fields<'a> {
        let path = format!("{}{name}.", self.path);
        let Some(raw) = self.raw(name) else {
            return Fields { path, map: BTreeMap::new() };
        };
        let map = serde_json::from_str(raw.get()).unwrap_or_else(|_| {
            self.refuse(name, Reason::Text("must be an object"), complaints);
            BTreeMap::new()
        });
        Fields { path, map }
    }
}
