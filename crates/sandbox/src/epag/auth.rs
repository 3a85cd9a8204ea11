//! `POST /auth`: API key and secret become an access token. Form data as documented, urlencoded as clients in the wild
//! send it, with the field names of both editions.

use std::collections::HashMap;
use std::sync::Arc;

use axum::Form;
use axum::extract::{FromRequest, Multipart, Request, State};
use axum::http::header;
use axum::response::Response;
use serde::Serialize;

use super::Epag;
use super::errors::ApiError;
use super::pipeline::{Call, Reply, Site, answer};
use crate::world::lock;

#[derive(Debug, Serialize)]
struct AuthReply {
    token: String,
    user: User,
    version: &'static str,
}

#[derive(Debug, Serialize)]
struct User {
    id: &'static str,
    username: &'static str,
    name: &'static str,
    enable: bool,
    open: bool,
    role: &'static str,
    merchant_id: &'static str,
}

impl Reply for AuthReply {}

/// `POST /auth`.
pub(super) async fn authenticate(State(epag): State<Arc<Epag>>, site: Site, request: Request) -> Response {
    let fields = read_form(request).await;
    answer(&epag, site, Call::Auth, |scene| {
        let field = |name: &str, old: &str| fields.get(name).or_else(|| fields.get(old)).map(String::as_str);
        let (key, secret) = (field("apiKey", "username"), field("apiSecret", "password"));
        let (Some(key), Some(secret)) = (key, secret) else { return Err(ApiError::unauthorized()) };
        if !lock(&scene.epag.keys).fits(key, secret) {
            return Err(ApiError::unauthorized());
        }
        Ok(AuthReply {
            token: scene.epag.tokens.issue(key, &scene.settings, scene.now_ms),
            user: User {
                id: "6f0d1c52-8a3e-4c55-9d3a-2f6f0a7b1e01",
                username: "loja",
                name: "Loja Exemplo",
                enable: true,
                open: true,
                role: "USER",
                merchant_id: "6f0d1c52-8a3e-4c55-9d3a-2f6f0a7b1e02",
            },
            version: "0.5.21",
        })
    })
    .await
}

/// The fields of either kind of form; anything else has none, and is answered like wrong keys.
async fn read_form(request: Request) -> HashMap<String, String> {
    let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !kind.starts_with("multipart/form-data") {
        return Form::from_request(request, &()).await.map(|Form(fields)| fields).unwrap_or_default();
    }
    let mut fields = HashMap::new();
    let Ok(mut form) = Multipart::from_request(request, &()).await else { return fields };
    while let Ok(Some(field)) = form.next_field().await {
        let name = field.name().unwrap_or_default().to_owned();
        if let Ok(text) = field.text().await {
            fields.insert(name, text);
        }
    }
    fields
}
