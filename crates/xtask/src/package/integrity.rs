//! Hashes, so that a shop (and the loader itself) can prove that it runs what was released.

use crate::error::{Error, Result};
use crate::files;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};
use sha2::{Digest, Sha384};
use std::path::Path;

/// The line in www/umclique.js that the hashes replace.
const PLACEHOLDER: &str = "const INTEGRITY = {};";

/// What the loader fetches itself and can therefore check.
const FETCHED: [&str; 3] = ["umclique_wasm_bg.wasm", "umclique_qr_bg.wasm", "umclique.css"];

/// `sha384-…` as in an `integrity` attribute.
fn hash(bytes: &[u8]) -> String {
    format!("sha384-{}", STANDARD.encode(Sha384::digest(bytes)))
}

/// The loader with the hashes of the files it will fetch from beside it.
pub(crate) fn written_into(loader: &str, package: &Path) -> Result<String> {
    let mut hashes = Map::new();
    for name in FETCHED {
        hashes.insert(name.to_owned(), Value::String(hash(&files::read(&package.join(name))?)));
    }
    replace(loader, &Value::Object(hashes))
}

fn replace(loader: &str, hashes: &Value) -> Result<String> {
    if loader.matches(PLACEHOLDER).count() == 1 {
        return Ok(loader.replace(PLACEHOLDER, &format!("const INTEGRITY = {hashes};")));
    }
    Err(Error::Refused(format!(
        "www/umclique.js must contain the line `{PLACEHOLDER}` exactly once; the hashes go there"
    )))
}

/// Writes `integrity.json` with the hash of every file in the package.
pub(crate) fn list(package: &Path) -> Result<()> {
    let mut hashes = Map::new();
    for path in files::below(package)? {
        let name = path.strip_prefix(package).unwrap_or(&path).to_string_lossy().into_owned();
        hashes.insert(name, Value::String(hash(&files::read(&path)?)));
    }
    files::write(&package.join("integrity.json"), format!("{:#}\n", Value::Object(hashes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_what_browsers_compute() {
        // The example of the specification, "Subresource Integrity", section 3.
        let expected = "sha384-H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO";
        assert_eq!(hash(b"alert('Hello, world.');"), expected);
    }

    #[test]
    fn the_placeholder_stands_there_once_or_packaging_fails() {
        let hashes = serde_json::json!({ "a.wasm": "sha384-x" });
        let written = replace("let a;\nconst INTEGRITY = {};\n", &hashes).expect("one placeholder");
        assert_eq!(written, "let a;\nconst INTEGRITY = {\"a.wasm\":\"sha384-x\"};\n");
        assert!(replace("", &hashes).is_err());
        assert!(replace("const INTEGRITY = {};const INTEGRITY = {};", &hashes).is_err());
    }
}
