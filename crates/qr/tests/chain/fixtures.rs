//! The thirteen samples in `tests/fixtures`, each with its outcome in `cases.json`, and a grey pixel compressed as ePag compresses its codes.

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::path::Path;
use umclique_qr::{read, unwrap};

/// Every case's name, its text, and the outcome that is expected.
pub(crate) fn cases() -> Vec<(String, String, Value)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    let listed = std::fs::read_to_string(folder.join("cases.json")).expect("the list is in the repository");
    let listed: serde_json::Map<String, Value> = serde_json::from_str(&listed).expect("the list is an object");
    let text =
        |name: &String| std::fs::read_to_string(folder.join(format!("{name}.b64"))).expect("each case has its file");
    listed.into_iter().map(|(name, outcome)| (name.clone(), text(&name), outcome)).collect()
}

#[test]
fn every_sample_has_the_listed_outcome() {
    let cases = cases();
    assert_eq!(cases.len(), 13);
    for (name, text, outcome) in cases {
        let found = match unwrap::unwrap(&text) {
            Ok(png) => read::read(&png).map_err(|error| (error.refusal(), error.to_string())),
            Err(error) => Err((error.refusal(), error.to_string())),
        };
        match (outcome["text"].as_str(), outcome["refuse"].as_str()) {
            (Some(text), None) => assert_eq!(found, Ok(Some(text.to_owned())), "{name}"),
            (None, Some(words)) => {
                let (refusal, message) = found.expect_err(&name);
                assert!(refusal.as_str().contains(words), "{name}: {refusal:?}");
                assert!(message.starts_with(refusal.as_str()), "{name}: {message}");
            }
            _ => assert_eq!(found, Ok(None), "{name}"),
        }
    }
}

#[test]
fn the_provider_sheets_vector_unwraps_to_its_png() {
    let text =
        "H4sIAAAAAAACA+sM8HPn5ZLiYmBg4PX0cAkC0owgzAEkGKzqZocCKS5PF8eQijnJCUA2EwOjx/olhSBZT1c/l3VOCU0AtJDcREMAAAA=";
    let png = unwrap::unwrap(text).expect("a whole gzip");
    let hash: String = Sha256::digest(&png).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(png.len(), 67);
    assert_eq!(hash, "eaa4a94ea300e0d2c775968cbe42f0b5b51ceafdeb73d64e9efddf6d4e880865");
    assert_eq!(read::read(&png), Ok(None), "one grey pixel holds no code");
}
