//! Reads a JSON object field by field and stops at the first thing that is wrong, as the Cloud API does, with the path in the
//! refusal's details. `null` is the same as absent.

use serde_json::{Map, Value};

use super::errors::GraphError;

/// One object of a request, and where it stands in it.
#[derive(Clone, Debug)]
pub(super) struct Node<'a> {
    path: String,
    map: &'a Map<String, Value>,
}

impl<'a> Node<'a> {
    /// The body itself.
    pub(super) fn root(map: &'a Map<String, Value>) -> Self {
        Self { path: String::new(), map }
    }

    /// The path of a field.
    pub(super) fn path(&self, name: &str) -> String {
        format!("{}{name}", self.path)
    }

    /// Refuses a field.
    pub(super) fn wrong(&self, name: &str, why: &str) -> GraphError {
        GraphError::wrong(&self.path(name), why)
    }

    fn value(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|value| !value.is_null())
    }

    /// Whether the field is there.
    pub(super) fn has(&self, name: &str) -> bool {
        self.value(name).is_some()
    }

    /// Refuses the object unless the field is there.
    fn required<T>(&self, name: &str, value: Option<T>) -> Result<T, GraphError> {
        value.ok_or_else(|| GraphError::missing(&self.path(name)))
    }

    /// A text, when there is one.
    pub(super) fn maybe_text(&self, name: &str) -> Result<Option<&'a str>, GraphError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        value.as_str().map(Some).ok_or_else(|| self.wrong(name, "must be a string"))
    }

    /// A text of at most so many characters, when there is one.
    pub(super) fn maybe_short(&self, name: &str, most: usize) -> Result<Option<&'a str>, GraphError> {
        let text = self.maybe_text(name)?;
        if text.is_some_and(|text| text.chars().count() > most) {
            return Err(self.wrong(name, &format!("must have at most {most} characters")));
        }
        Ok(text)
    }

    /// A text that must be there and not be blank.
    pub(super) fn text(&self, name: &str) -> Result<&'a str, GraphError> {
        let text = self.required(name, self.maybe_text(name)?)?;
        if text.trim().is_empty() { Err(self.wrong(name, "must not be empty")) } else { Ok(text) }
    }

    /// A text of at most so many characters that must be there and not be blank.
    pub(super) fn short(&self, name: &str, most: usize) -> Result<&'a str, GraphError> {
        self.maybe_short(name, most)?;
        self.text(name)
    }

    /// A text that must be one of these.
    pub(super) fn one_of(&self, name: &str, allowed: &[&str]) -> Result<&'a str, GraphError> {
        let text = self.text(name)?;
        if allowed.contains(&text) {
            return Ok(text);
        }
        Err(self.wrong(name, &format!("must be {}", allowed.join(" or "))))
    }

    /// An id: 1 to 60 of letters, digits, `_`, `.` and `-`.
    pub(super) fn id(&self, name: &str) -> Result<&'a str, GraphError> {
        let text = self.short(name, 60)?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
        if text.bytes().all(is_plain) {
            return Ok(text);
        }
        Err(self.wrong(name, "must have only letters, digits, underscores, dots and hyphens"))
    }

    /// A whole number, never a text, when there is one.
    pub(super) fn maybe_integer(&self, name: &str) -> Result<Option<i64>, GraphError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        value.as_i64().map(Some).ok_or_else(|| self.wrong(name, "must be an integer"))
    }

    /// A whole number that must be there.
    pub(super) fn integer(&self, name: &str) -> Result<i64, GraphError> {
        self.required(name, self.maybe_integer(name)?)
    }

    /// An object, when there is one.
    pub(super) fn maybe_object(&self, name: &str) -> Result<Option<Node<'a>>, GraphError> {
        let Some(value) = self.value(name) else { return Ok(None) };
        let map = value.as_object().ok_or_else(|| self.wrong(name, "must be an object"))?;
        Ok(Some(Self { path: format!("{}.", self.path(name)), map }))
    }

    /// An object that must be there.
    pub(super) fn object(&self, name: &str) -> Result<Node<'a>, GraphError> {
        self.required(name, self.maybe_object(name)?)
    }

    /// The objects of a list; absent is none.
    pub(super) fn objects(&self, name: &str) -> Result<Vec<Node<'a>>, GraphError> {
        let Some(value) = self.value(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.wrong(name, "must be a list"))?;
        let node = |(index, value): (usize, &'a Value)| {
            let path = format!("{}[{index}].", self.path(name));
            let map = value.as_object().ok_or_else(|| self.wrong(name, "must be a list of objects"))?;
            Ok(Self { path, map })
        };
        list.iter().enumerate().map(node).collect()
    }
}
