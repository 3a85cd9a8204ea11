//! EMV's tag, length, value: two digits, two digits, and that many characters.
//!
//! Called by `br_code`, for the whole code and for the templates inside it.

/// What the two length digits count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Characters,
    Bytes,
}

/// The objects of `text` in their order; `None` unless they fill it exactly.
pub(super) fn split(text: &str, unit: Unit) -> Option<Vec<(u8, &str)>> {
    let mut objects = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let tag = two_digits(rest)?;
        let after_tag = rest.get(2..)?;
        let length = usize::from(two_digits(after_tag)?);
        let body = after_tag.get(2..)?;
        let end = match unit {
            Unit::Bytes => length,
            Unit::Characters => body.char_indices().map(|(at, _)| at).chain([body.len()]).nth(length)?,
        };
        objects.push((tag, body.get(..end)?));
        rest = body.get(end..)?;
    }
    Some(objects)
}

/// The value of the only object with `tag`; `Err` when there are two.
pub(super) fn find<'a>(objects: &[(u8, &'a str)], tag: u8) -> Result<Option<&'a str>, ()> {
    let mut found = objects.iter().filter(|object| object.0 == tag).map(|object| object.1);
    let value = found.next();
    if found.next().is_some() { Err(()) } else { Ok(value) }
}

fn two_digits(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [tens @ b'0'..=b'9', ones @ b'0'..=b'9', ..] => Some((tens - b'0') * 10 + ones - b'0'),
        _ => None,
    }
}
