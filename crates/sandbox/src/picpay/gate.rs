//! Who calls: the four ways in which an access token is refused, and the legacy edition's `Api-Key`. Source: PicPay "API
//! reference", 401.

use super::PicPay;
use super::ask::Ask;
use super::calls::Call;
use super::charge::Caller;
use super::clients::API_KEY;
use super::errors::ApiError;
use super::jwt::{Flaw, Kind};
use super::settings::Settings;
use crate::world::lock;

impl PicPay {
    /// The holder of the request's access token.
    pub(super) fn admit(&self, ask: &Ask, call: Call, settings: &Settings, now_ms: i64) -> Result<Caller, ApiError> {
        let token = ask.bearer().ok_or_else(ApiError::no_token)?;
        let claims = self.signer.read(token).map_err(|flaw| match flaw {
            Flaw::NotJwt => ApiError::no_jwt(),
            Flaw::Foreign => ApiError::wrong_token(),
        })?;
        if claims.typ != Kind::Access {
            return Err(ApiError::wrong_token());
        }
        if now_ms >= claims.exp * 1_000 {
            return Err(ApiError::expired_token());
        }
        let book = lock(&self.book);
        let (client, buyer, link, pass) = book.links.holder(&claims).ok_or_else(ApiError::wrong_token)?;
        // Control can let a token age before its time.
        if now_ms >= pass.expires_at_ms {
            return Err(ApiError::expired_token());
        }
        if settings.is_legacy() && call.needs_api_key() {
            check_api_key(ask.api_key.as_deref())?;
        }
        Ok(Caller { client, buyer: buyer.to_owned(), scopes: link.scopes.clone() })
    }
}

/// Undocumented which text a wrong key gets; we assume the token's.
fn check_api_key(key: Option<&str>) -> Result<(), ApiError> {
    match key {
        Some(API_KEY) => Ok(()),
        Some(_) => Err(ApiError::wrong_token()),
        None => Err(ApiError::no_token()),
    }
}
