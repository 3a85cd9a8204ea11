//! `POST`, `GET /access-key` and `DELETE /access-key/{key}`: more pairs of API key and secret. The shapes of these
//! answers are undocumented; we assume the plainest. A revoked key gets no new token; tokens it has live on.

use std::collections::BTreeMap;
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::Epag;
use super::errors::ApiError;
use super::pipeline::{Call, Reply, Site, answer};
use super::times::query_time;
use crate::world::lock;

/// The pair every sandbox starts with.
const DEMO: (&str, &str) = ("epag_demo_key", "epag_demo_secret");

/// The merchant's keys with their secrets and birthdays.
#[derive(Debug)]
pub(super) struct Keys(BTreeMap<String, (String, i64)>);

impl Default for Keys {
    fn default() -> Self {
        Self(BTreeMap::from([(DEMO.0.to_owned(), (DEMO.1.to_owned(), 0))]))
    }
}

impl Keys {
    /// Whether this is a pair.
    pub(super) fn fits(&self, key: &str, secret: &str) -> bool {
        self.0.get(key).is_some_and(|(expected, _)| expected == secret)
    }
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct KeyView {
    api_key: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_secret: Option<String>,
    created_at: String,
}

#[derive(Debug, Serialize)]
struct KeyReply {
    #[serde(flatten)]
    key: KeyView,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct KeyList(Vec<KeyView>);

#[derive(Debug, Serialize)]
struct Revoked;

impl Reply for KeyReply {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }
}
impl Reply for KeyList {}
impl Reply for Revoked {}

/// `POST /access-key`: the only answer that shows the secret.
pub(super) async fn create_key(State(epag): State<Arc<Epag>>, site: Site) -> Response {
    answer(&epag, site, Call::Other, |scene| {
        let api_key = scene.epag.world.ids.uuid().simple().to_string();
        let api_secret = scene.epag.world.ids.uuid().simple().to_string();
        lock(&scene.epag.keys).0.insert(api_key.clone(), (api_secret.clone(), scene.now_ms));
        let key = KeyView { api_key, api_secret: Some(api_secret), created_at: query_time(scene.now_ms) };
        Ok(KeyReply { key, refresh_token: None })
    })
    .await
}

/// `GET /access-key`: a bare array.
pub(super) async fn list_keys(State(epag): State<Arc<Epag>>, site: Site) -> Response {
    answer(&epag, site, Call::Other, |scene| {
        let keys = lock(&scene.epag.keys);
        let view = |(key, (_, at_ms)): (&String, &(String, i64))| KeyView {
            api_key: key.clone(),
            api_secret: None,
            created_at: query_time(*at_ms),
        };
        Ok(KeyList(keys.0.iter().map(view).collect()))
    })
    .await
}

/// `DELETE /access-key/{key}`: 200 without a body.
pub(super) async fn revoke_key(State(epag): State<Arc<Epag>>, site: Site, Path(key): Path<String>) -> Response {
    let response = answer(&epag, site, Call::Other, |scene| {
        lock(&scene.epag.keys).0.remove(&key).map(|_| Revoked).ok_or_else(ApiError::unknown_key)
    })
    .await;
    if response.status() == StatusCode::OK { StatusCode::OK.into_response() } else { response }
}
