//! `/umclique/…`: the packaged component's files, compressed beforehand where the browser can read that.
//!
//! A file whose name or query carries its version never changes and is kept for a year; every other one is asked for again by its
//! ETag. Never leaves the component's folder.

use super::Shared;
use crate::problem::Problem;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

/// The encodings that `cargo xtask package` makes, the smaller one first.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gzip", "gz")];

/// Sends one file.
pub(super) async fn show_file(
    State(app): State<Shared>,
    Path(file): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let Some(kind) = kind(&file).filter(|_| is_plain(&file)) else { return Err(missing(&file)) };
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (bytes, encoding) = read(&app.component.join(&file), accepted).await.ok_or_else(|| missing(&file))?;
    let etag = etag(&bytes);
    let is_versioned = uri.query().is_some_and(|query| query.starts_with("v=")) || has_hash(&file);
    let lifetime = if is_versioned { "public, max-age=31536000, immutable" } else { "no-cache" };
    let is_known = headers.get(header::IF_NONE_MATCH).is_some_and(|known| *known == etag);
    let mut response = if is_known {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        ([(header::CONTENT_TYPE, kind)], bytes).into_response()
    };
    let answer = response.headers_mut();
    answer.insert(header::ETAG, etag);
    answer.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    answer.insert(header::CACHE_CONTROL, HeaderValue::from_static(lifetime));
    if let Some(encoding) = encoding {
        answer.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
    }
    Ok(response)
}

/// The file's bytes in the best encoding that is there and accepted.
async fn read(path: &std::path::Path, accepted: &str) -> Option<(Vec<u8>, Option<&'static str>)> {
    for (encoding, extension) in ENCODINGS {
        let mut name = path.as_os_str().to_owned();
        name.push(".");
        name.push(extension);
        if accepts(accepted, encoding)
            && let Ok(bytes) = tokio::fs::read(&name).await
        {
            return Some((bytes, Some(encoding)));
        }
    }
    tokio::fs::read(path).await.ok().map(|bytes| (bytes, None))
}

fn accepts(accepted: &str, encoding: &str) -> bool {
    accepted.split(',').any(|entry| {
        let (name, weight) = entry.split_once(';').unwrap_or((entry, ""));
        name.trim().eq_ignore_ascii_case(encoding) && !matches!(weight.trim(), "q=0" | "q=0.0" | "q=0.00" | "q=0.000")
    })
}

fn kind(file: &str) -> Option<&'static str> {
    Some(match file.rsplit_once('.')?.1 {
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "wasm" => "application/wasm",
        "css" => "text/css; charset=utf-8",
        "json" | "map" => "application/json",
        "svg" => "image/svg+xml",
        "ts" => "text/plain; charset=utf-8",
        _ => return None,
    })
}

/// Only plain names: no parent folder, no hidden file, no other disk.
fn is_plain(file: &str) -> bool {
    file.split('/').all(|part| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    })
}

/// Whether the name carries a hash of the content, as in `umclique-0af1b2c3d4e5f607.wasm`.
fn has_hash(file: &str) -> bool {
    file.split(['-', '.', '_', '/']).any(|part| part.len() >= 16 && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

fn etag(bytes: &[u8]) -> HeaderValue {
    let digest = Sha256::digest(bytes);
    let hex: String = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::from_str(&format!("\"{hex}\"")).expect("hexadecimal digits are visible ASCII")
}

fn missing(file: &str) -> Problem {
    let detail = format!("{file:?} is not in the component's folder; run cargo xtask package, or check --component");
    Problem::new(StatusCode::NOT_FOUND, "file_unknown", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_are_looked_up() {
        for (file, expected) in [
            ("umclique.js", true),
            ("snippets/yew-0a1b/inline0.js", true),
            ("../Cargo.toml", false),
            ("a/../../b.js", false),
            (".env.js", false),
            ("a//b.js", false),
            ("/etc/passwd.js", false),
            ("a\\b.js", false),
            ("", false),
        ] {
            assert_eq!(is_plain(file), expected, "{file:?}");
        }
    }

    #[test]
    fn an_encoding_with_weight_zero_is_refused() {
        for (accepted, expected) in
            [("gzip, deflate, br", true), ("br;q=1", true), ("br;q=0", false), ("brotli", false), ("", false)]
        {
            assert_eq!(accepts(accepted, "br"), expected, "{accepted:?}");
        }
    }
}
