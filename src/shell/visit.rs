//! A provider's page in this tab: what a visit needs before it is confirmed, going there, and what is brought back.
//!
//! Called by `run`. The page does it (`www/umclique_redirect.js`): it keeps the nonce, and knows its own address. Neither half of a consent
//! is kept here.

use super::options::{get, text};
use crate::machine::{Fault, Found, Notice, Refusal};
use js_sys::{Function, Promise};
use umclique_wire::SessionId;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Asks the page: `begin` with a key, or `visit` with an address or none.
pub(super) fn ask_page(
    away: Option<&Function>,
    name: &str,
    session: &SessionId,
    value: Option<&str>,
) -> Option<Promise> {
    let value = value.map_or(JsValue::UNDEFINED, JsValue::from_str);
    away?.call3(&JsValue::UNDEFINED, &name.into(), &session.as_str().into(), &value).ok()?.dyn_into().ok()
}

/// The SHA-256 of the nonce that the page keeps, or why nothing may be sent.
pub(super) async fn nonce_sha256(asked: Option<Promise>) -> Result<String, Fault> {
    let refused = |notice| Fault::Refused(Refusal { notice });
    match JsFuture::from(asked.ok_or_else(|| refused(Notice::NoWindow))?).await {
        Ok(hash) => hash.as_string().ok_or_else(|| refused(Notice::NoWindow)),
        // The script did not load; another try may.
        Err(_) => Err(refused(Notice::TryAgain)),
    }
}

/// What the page has for a visit. One that cannot be asked has nothing.
pub(super) async fn found(asked: Option<Promise>) -> Found {
    let answer = match asked {
        Some(asked) => JsFuture::from(asked).await.unwrap_or_default(),
        None => JsValue::UNDEFINED,
    };
    match (text(&answer, "code"), text(&answer, "nonce")) {
        (Some(code), Some(nonce)) => Found::Back { code, nonce },
        _ if get(&answer, "is_useless").is_some_and(|is_useless| is_useless.is_truthy()) => Found::Useless,
        _ => Found::Nothing,
    }
}
