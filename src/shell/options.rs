//! What the page hands over: session, server, language, a first answer, and where events go.
//!
//! Read once per `mount` or `update`. The client secret stays in memory and goes into a header, nowhere else.

use js_sys::{Function, Object, Promise, Reflect};
use umclique_wire::SessionId;
use wasm_bindgen::{JsCast, JsError, JsValue};

/// What opens a session.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Credentials {
    /// The session.
    pub(crate) id: SessionId,
    /// Its secret.
    pub(crate) client_secret: String,
    /// Where the server is, without a slash at the end; empty for the page's own origin.
    pub(crate) server: String,
}

/// The options of `mount` and `update`.
pub struct Options {
    pub(crate) credentials: Option<Credentials>,
    pub(crate) locale: Option<String>,
    /// The session's JSON, asked for before WebAssembly was ready.
    pub(crate) first: Option<Promise>,
    pub(crate) emit: Option<Function>,
    /// Loads what draws QR codes; gives a promise of `{ draw, unwrap }`.
    pub(crate) load_drawer: Option<Function>,
    /// Puts up a provider's frame, as `www/umclique_april.js` does.
    pub(crate) open_frame: Option<Function>,
    /// Keeps what a visit of a provider's page needs, and goes there, as `www/umclique_redirect.js` does.
    pub(crate) away: Option<Function>,
}

impl Options {
    /// Reads the page's object. A session that is there must be usable.
    pub fn read(options: &JsValue) -> Result<Self, JsError> {
        let server = text(options, "server").unwrap_or_default();
        let session = get(options, "session").filter(|session| !session.is_null() && !session.is_undefined());
        let credentials = session
            .map(|session| {
                let id = text(&session, "id").and_then(|id| SessionId::parse(&id).ok());
                let client_secret = text(&session, "client_secret").filter(|secret| !secret.is_empty());
                let (Some(id), Some(client_secret)) = (id, client_secret) else {
                    return Err(JsError::new(
                        "session must be the server's JSON: { id: \"cs_…\", client_secret: \"…\" }",
                    ));
                };
                Ok(Credentials { id, client_secret, server: server.trim_end_matches('/').to_owned() })
            })
            .transpose()?;
        Ok(Self {
            credentials,
            locale: text(options, "locale").filter(|tag| !tag.is_empty()),
            first: get(options, "first").and_then(|first| first.dyn_into().ok()),
            emit: get(options, "emit").and_then(|emit| emit.dyn_into().ok()),
            load_drawer: get(options, "drawer").and_then(|load| load.dyn_into().ok()),
            open_frame: get(options, "frame").and_then(|load| load.dyn_into().ok()),
            away: get(options, "away").and_then(|away| away.dyn_into().ok()),
        })
    }
}

/// Sets a text property of a JavaScript object.
pub(super) fn set(object: &Object, name: &str, value: &str) {
    put(object, name, value);
}

/// Sets the text properties that are there.
pub(super) fn set_all<const N: usize>(object: &Object, texts: [(&str, Option<&str>); N]) {
    for (name, value) in texts {
        if let Some(value) = value {
            set(object, name, value);
        }
    }
}

/// Sets a property of a JavaScript object.
pub(super) fn put(object: &Object, name: &str, value: impl Into<JsValue>) {
    // Setting a property of a fresh object does not fail.
    let _ = Reflect::set(object, &JsValue::from_str(name), &value.into());
}

/// A property of a JavaScript object.
pub(super) fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok()
}

/// A property that is a text.
pub(super) fn text(object: &JsValue, name: &str) -> Option<String> {
    get(object, name)?.as_string()
}
