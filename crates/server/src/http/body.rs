//! Reads bodies: limited in size and time, JSON or a clear no.

use crate::error::Error;
use axum::body::{Body, to_bytes};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use umclique_wire::{FieldProblem, IdError};

/// More than any documented body needs.
pub const MAX_BYTES: usize = 64 * 1024;
const MAX_WAIT: Duration = Duration::from_secs(10);

/// A body as the wanted shape, and as plain JSON for its fingerprint.
#[derive(Debug)]
pub struct Parsed<T> {
    /// The wanted shape.
    pub value: T,
    /// The same, as sent.
    pub json: Value,
}

/// Reads a JSON body.
pub async fn json<T: DeserializeOwned + Serialize>(body: Body) -> Result<Parsed<T>, Error> {
    parse(&read(body, MAX_BYTES).await?)
}

/// Reads a JSON body; an empty one stands for `{}`.
pub async fn optional_json<T: DeserializeOwned + Serialize>(body: Body) -> Result<Parsed<T>, Error> {
    let bytes = read(body, MAX_BYTES).await?;
    if bytes.iter().all(u8::is_ascii_whitespace) { parse(b"{}") } else { parse(&bytes) }
}

/// Reads at most `limit` bytes.
pub async fn read(body: Body, limit: usize) -> Result<Vec<u8>, Error> {
    match tokio::time::timeout(MAX_WAIT, to_bytes(body, limit)).await {
        Ok(Ok(bytes)) => Ok(bytes.to_vec()),
        Ok(Err(_)) => Err(Error::TooLarge(limit)),
        Err(_) => Err(Error::Malformed("the body did not arrive within 10 seconds".into())),
    }
}

fn parse<T: DeserializeOwned + Serialize>(bytes: &[u8]) -> Result<Parsed<T>, Error> {
    let explain = |error: serde_json::Error| Error::Malformed(without_values(&error.to_string()));
    let json: Value = serde_json::from_slice(bytes).map_err(explain)?;
    // Serde would fill a structure from a list, too: `[]` would then refund everything.
    if !json.is_object() {
        return Err(Error::Malformed("expected a JSON object".into()));
    }
    let value = serde_json::from_slice(bytes).map_err(explain)?;
    let mut problems = Vec::new();
    let understood = serde_json::to_value(&value).map_err(explain)?;
    compare(&json, &understood, "", &mut problems);
    if problems.is_empty() { Ok(Parsed { value, json }) } else { Err(Error::Invalid(problems)) }
}

/// Finds what was read as another kind of JSON than it is: serde fills a structure from a list, in the order of its fields,
/// and nobody who sends a list means that.
fn compare(sent: &Value, understood: &Value, path: &str, problems: &mut Vec<FieldProblem>) {
    match (sent, understood) {
        (Value::Object(sent), Value::Object(understood)) => {
            for (name, value) in sent {
                let dot = if path.is_empty() { "" } else { "." };
                if let Some(as_read) = understood.get(name) {
                    compare(value, as_read, &format!("{path}{dot}{name}"), problems);
                }
            }
        }
        (Value::Array(sent), Value::Array(understood)) => {
            for (index, (value, as_read)) in sent.iter().zip(understood).enumerate() {
                compare(value, as_read, &format!("{path}[{index}]"), problems);
            }
        }
        _ if kind(sent) == kind(understood) => {}
        _ => {
            let detail = format!("expected {}, not {}", kind(understood), kind(sent));
            problems.push(FieldProblem { field: path.to_owned(), detail });
        }
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A reader's complaint without the value it complains about: that may be a tax id, and problems are logged by others.
#[must_use]
pub fn without_values(complaint: &str) -> String {
    let quoted = |text: &str| text.find(['`', '"']);
    let Some(start) = quoted(complaint) else { return complaint.to_owned() };
    // Only a field's name is worth repeating, where it looks like one.
    if complaint[..start].trim_end().ends_with("field") {
        let name = complaint[start + 1..].split('`').next().unwrap_or_default();
        let is_name = name.len() <= 40 && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        if is_name {
            return complaint.to_owned();
        }
    }
    // What was expected stands at the end; the value before it may itself hold anything.
    let expected = complaint.rfind(", expected ").map_or("", |at| &complaint[at..]);
    format!("{}{expected}", complaint[..start].trim_end())
}

/// Reads an id out of a path: what is not an id is not there.
pub fn id<T>(text: &str, parse: impl Fn(&str) -> Result<T, IdError>, what: &'static str) -> Result<T, Error> {
    parse(text).map_err(|_| Error::NotFound(what))
}

#[cfg(test)]
mod tests {
    use super::without_values;

    #[test]
    fn complaints_name_fields_and_never_values() {
        for (complaint, told) in [
            ("missing field `currency` at line 1 column 9", "missing field `currency` at line 1 column 9"),
            ("unknown field `card`, expected `a` or `b`", "unknown field `card`, expected `a` or `b`"),
            ("unknown field `52998224725`, expected `a`", "unknown field, expected `a`"),
            ("invalid type: integer `52998224725`, expected a string", "invalid type: integer, expected a string"),
            ("invalid type: string \"a, expected b\", expected i64", "invalid type: string, expected i64"),
            ("unknown variant `52998224725`, expected `automatic`", "unknown variant, expected `automatic`"),
            ("EOF while parsing a value at line 1 column 0", "EOF while parsing a value at line 1 column 0"),
        ] {
            assert_eq!(without_values(complaint), told);
        }
    }
}
