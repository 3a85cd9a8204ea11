//! Puts updates into the body of one webhook, however a batch is laid out. Source: WhatsApp Cloud API "Webhooks": up to 1000
//! updates in one POST, in any number of entries, changes and list items.

use serde::Serialize;

use super::WABA_ID;
use super::payloads::{Update, Value};
use super::settings::BatchShape;

#[derive(Debug, Serialize)]
struct Envelope {
    object: &'static str,
    entry: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    id: &'static str,
    changes: Vec<Change>,
}

#[derive(Debug, Serialize)]
struct Change {
    field: &'static str,
    value: Value,
}

/// The bytes of one POST.
pub(super) fn body_of(updates: Vec<Update>, shape: BatchShape, escape_unicode: bool) -> Vec<u8> {
    let mut entry: Vec<Entry> = Vec::new();
    for (index, update) in updates.into_iter().enumerate() {
        let place = match shape {
            BatchShape::Mixed => index % 3,
            BatchShape::Entries => 0,
            BatchShape::Changes => 1,
            BatchShape::Values => 2,
        };
        let new_change = || Change { field: "messages", value: Value::new() };
        if place == 0 || entry.is_empty() {
            entry.push(Entry { id: WABA_ID, changes: vec![new_change()] });
        } else if place == 1
            && let Some(last) = entry.last_mut()
        {
            last.changes.push(new_change());
        }
        if let Some(change) = entry.last_mut().and_then(|entry| entry.changes.last_mut()) {
            change.value.push(update);
        }
    }
    let envelope = Envelope { object: "whatsapp_business_account", entry };
    let text = serde_json::to_string(&envelope).expect("our own messages are JSON");
    if escape_unicode { escaped(&text).into_bytes() } else { text.into_bytes() }
}

/// The same JSON with every character outside of ASCII as `\u00e4`, as Meta may send it.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in text.chars() {
        if char.is_ascii() {
            out.push(char);
            continue;
        }
        let mut units = [0; 2];
        for unit in char.encode_utf16(&mut units) {
            out.push_str(&format!("\\u{unit:04x}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escaped;

    #[test]
    fn escaped_text_is_ascii_and_means_the_same() {
        let plain = r#"{"name":"João 🛒"}"#;
        assert_eq!(escaped(plain), r#"{"name":"Jo\u00e3o \ud83d\uded2"}"#);
        let read = |text: &str| serde_json::from_str::<serde_json::Value>(text).ok();
        assert_eq!(read(&escaped(plain)), read(plain));
    }
}
