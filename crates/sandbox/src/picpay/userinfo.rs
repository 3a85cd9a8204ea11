//! `GET /oauth2/userinfo`: who the token's buyer is. It refuses in OAuth's form, unlike the payment calls.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::PicPay;
use super::ask::Ask;
use super::calls::Call;
use super::clients::Client;
use super::errors::ApiError;
use super::pipeline::answer_open;
use super::reply::Reply;
use crate::world::lock;

/// Source: PicPay "User info".
#[derive(Debug, Serialize)]
struct UserInfo {
    seller: &'static str,
    sub: String,
    email_verified: bool,
    birthdate: String,
    preferred_username: String,
    email: String,
}

/// `GET /oauth2/userinfo`.
pub(super) async fn read_user(State(picpay): State<Arc<PicPay>>, ask: Ask) -> Response {
    answer_open(&picpay, &ask, Call::UserInfo, |settings, now_ms| {
        let admitted = picpay.admit(&ask, Call::UserInfo, settings, now_ms);
        let caller = admitted.map_err(|_| ApiError::unverified_token())?;
        if !caller.has_scope("profile") {
            return Err(ApiError::insufficient_scope());
        }
        let book = lock(&picpay.book);
        let buyer = book.buyers.get(&caller.buyer).ok_or_else(ApiError::unverified_token)?;
        Ok(Reply::ok(&UserInfo {
            seller: Client::find(caller.client).map_or("", |client| client.email),
            sub: buyer.subject.clone(),
            email_verified: true,
            birthdate: buyer.birth_date.clone(),
            preferred_username: buyer.id.clone(),
            email: buyer.email.clone(),
        }))
    })
    .await
}
