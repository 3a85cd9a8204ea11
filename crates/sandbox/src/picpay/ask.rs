//! One request to PicPay, with the parts that every call may need.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A request.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    pub(super) path: String,
    pub(super) query: String,
    pub(super) api_key: Option<String>,
    pub(super) idempotency_key: Option<String>,
    pub(super) cookies: String,
    pub(super) body: Bytes,
    authorization: Option<String>,
    content_type: String,
}

impl<S: Send + Sync> FromRequest<S> for Ask {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let text = |headers: &HeaderMap, name: &str| {
            headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned)
        };
        let (headers, uri) = (request.headers().clone(), request.uri().clone());
        let body = Bytes::from_request(request, state).await.map_err(IntoResponse::into_response)?;
        Ok(Self {
            path: uri.path().to_owned(),
            query: uri.query().unwrap_or_default().to_owned(),
            api_key: text(&headers, "api-key"),
            // Undocumented; we assume that an empty key is none.
            idempotency_key: text(&headers, "x-idempotency-key").filter(|key| !key.is_empty()),
            cookies: text(&headers, "cookie").unwrap_or_default(),
            authorization: text(&headers, "authorization"),
            content_type: text(&headers, "content-type").unwrap_or_default(),
            body,
        })
    }
}

impl Ask {
    /// The access token. The scheme's name in any case: tokens are issued as `bearer`, and published calls say `Bearer`.
    pub(super) fn bearer(&self) -> Option<&str> {
        self.credential("bearer")
    }

    /// `client_id` and secret of HTTP Basic.
    pub(super) fn basic(&self) -> Option<(String, String)> {
        let bytes = STANDARD.decode(self.credential("basic")?).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        text.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))
    }

    fn credential(&self, scheme: &str) -> Option<&str> {
        let (found, credential) = self.authorization.as_deref()?.split_once(' ')?;
        Some(credential.trim()).filter(|credential| found.eq_ignore_ascii_case(scheme) && !credential.is_empty())
    }

    /// Whether the body is a form.
    pub(super) fn is_form(&self) -> bool {
        self.content_type.starts_with("application/x-www-form-urlencoded")
    }

    /// Tells bodies apart, and the paths they were sent to.
    pub(super) fn fingerprint(&self) -> [u8; 32] {
        Sha256::new().chain_update(&self.path).chain_update([0]).chain_update(&self.body).finalize().into()
    }
}
