//! The credentials and who may call what: secret and marketplace keys for servers, the public key for browsers.

use super::calls::Call;
use super::errors::ApiError;

/// The merchant of the demo keys.
pub(super) const MERCHANT: &str = "mcht_Demo000000000001";
/// The marketplace of the marketplace key.
pub(super) const MARKETPLACE: &str = "mktp_Demo000000000001";

/// Whose credential a call carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Key {
    Secret,
    Public,
    Marketplace,
}

impl Key {
    /// The kind of a credential; `None` for one that nobody issued.
    pub(super) fn parse(credential: &str) -> Option<Self> {
        match credential {
            "sandbox_sk_demo" => Some(Self::Secret),
            "sandbox_pk_demo" => Some(Self::Public),
            "sandbox_api_demo" => Some(Self::Marketplace),
            _ => None,
        }
    }
}

/// The caller's key, if it may make this call.
///
/// Undocumented; we assume: 403 for a key of the wrong kind, but 401 where the reference does not list 403, as for paying.
/// A marketplace key names its merchant in `Merchant-Id`, except where it speaks for the marketplace itself.
pub(super) fn admit(call: Call, credential: Option<&str>, merchant: Option<&str>) -> Result<Key, ApiError> {
    let key = credential.and_then(Key::parse).ok_or_else(ApiError::unauthorized)?;
    let wrong_kind = || if call.lists_forbidden() { ApiError::forbidden() } else { ApiError::unauthorized() };
    match key {
        Key::Secret => Ok(key),
        Key::Public if call.is_for_browsers() => Ok(key),
        Key::Public => Err(wrong_kind()),
        Key::Marketplace => match merchant {
            Some(MERCHANT) => Ok(key),
            Some(_) => Err(wrong_kind()),
            None if call == Call::Subscribe => Ok(key),
            None => Err(ApiError::bad_request("header Merchant-Id is required with a marketplace key")),
        },
    }
}
