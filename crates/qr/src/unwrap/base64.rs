//! Base64 as providers really send it: either alphabet, padding or none, line breaks, a `data:` prefix.
//!
//! Called by `unwrap` with a text whose length is already checked. Written out because a few lines weigh less in
//! WebAssembly than a crate that would still need the white space and the prefix taken off.

use super::UnwrapError;

/// The bytes that `text` encodes. Allocates three bytes for four characters, once.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, UnwrapError> {
    let start = text.len() - body(text)?.len();
    let mut bytes = Vec::with_capacity((text.len() - start) / 4 * 3 + 2);
    let (mut bits, mut characters, mut pads) = (0_u32, 0_usize, 0_usize);
    for (at, character) in text.bytes().enumerate().skip(start) {
        if matches!(character, b' ' | b'\t' | b'\r' | b'\n') {
            continue;
        }
        if character == b'=' && pads < 2 {
            pads += 1;
            continue;
        }
        let value = value(character).filter(|_| pads == 0).ok_or(UnwrapError::Base64Character { at })?;
        bits = bits << 6 | u32::from(value);
        characters += 1;
        if characters % 4 == 0 {
            bytes.extend_from_slice(&bits.to_be_bytes()[1..]);
        }
    }
    match characters % 4 {
        2 => bytes.push((bits >> 4) as u8),
        3 => bytes.extend_from_slice(&((bits >> 2) as u16).to_be_bytes()),
        1 => return Err(UnwrapError::Base64Length),
        _ => {}
    }
    if bytes.is_empty() { Err(UnwrapError::Base64Length) } else { Ok(bytes) }
}

/// What follows the comma of a `data:` address, or the whole text.
fn body(text: &str) -> Result<&str, UnwrapError> {
    let text = text.trim_ascii_start();
    if !text.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("data:")) {
        return Ok(text);
    }
    let (kind, body) = text.split_once(',').ok_or(UnwrapError::DataUrl)?;
    let marker = kind.len().checked_sub(7).and_then(|start| kind.get(start..));
    if marker.is_some_and(|marker| marker.eq_ignore_ascii_case(";base64")) {
        Ok(body)
    } else {
        Err(UnwrapError::DataUrl)
    }
}

fn value(character: u8) -> Option<u8> {
    match character {
        b'A'..=b'Z' => Some(character - b'A'),
        b'a'..=b'z' => Some(character - b'a' + 26),
        b'0'..=b'9' => Some(character - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ::base64::Engine;
    use ::base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn both_alphabets_round_trip(bytes in proptest::collection::vec(any::<u8>(), 1..200)) {
            prop_assert_eq!(decode(&STANDARD.encode(&bytes)), Ok(bytes.clone()));
            prop_assert_eq!(decode(&URL_SAFE_NO_PAD.encode(&bytes)), Ok(bytes));
        }
    }

    #[test]
    fn the_forms_seen_in_the_wild_are_read_and_others_refused() {
        let character = |at| Err(UnwrapError::Base64Character { at });
        for (text, expected) in [
            ("QUJD", Ok(b"ABC".to_vec())),
            ("QUI=", Ok(b"AB".to_vec())),
            ("QUI", Ok(b"AB".to_vec())),
            ("QQ==", Ok(b"A".to_vec())),
            ("QQ", Ok(b"A".to_vec())),
            (" Q\r\nU\tI = \n", Ok(b"AB".to_vec())),
            ("data:image/png;base64,QUJD", Ok(b"ABC".to_vec())),
            ("\nDATA:;BASE64,\nQUJD", Ok(b"ABC".to_vec())),
            ("data:image/png,QUJD", Err(UnwrapError::DataUrl)),
            ("data:image/png;base64", Err(UnwrapError::DataUrl)),
            ("data:,", Err(UnwrapError::DataUrl)),
            ("", Err(UnwrapError::Base64Length)),
            (" \n", Err(UnwrapError::Base64Length)),
            ("QUJDQ", Err(UnwrapError::Base64Length)),
            ("====", character(2)),
            ("QQ==QQ==", character(4)),
            ("QU*D", character(2)),
            ("QUé=", character(2)),
            ("dataé", character(4)),
        ] {
            assert_eq!(decode(text), expected, "{text:?}");
        }
    }
}
