//! Posts that Meta did not sign, or not like this: what a shop must refuse. Sent once, at once, and never again.

use serde::Deserialize;

use super::WhatsApp;
use super::settings::Settings;
use super::webhook::{SIGNATURE, WRONG_SECRET};
use crate::control::ControlError;
use crate::deliveries::Message;
use crate::sign::Seal;

/// How a post is spoilt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Forge {
    /// Signed with another secret.
    BadSignature,
    Unsigned,
    /// The body is cut in half; the signature is that of the whole.
    Truncated,
    /// The same JSON in other bytes; the signature is that of the first ones.
    Reserialized,
}

/// `true` is a bad signature.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum ForgeWish {
    Plain(bool),
    Kind(Forge),
}

impl ForgeWish {
    /// What is wished for, if anything.
    pub(super) fn kind(self) -> Option<Forge> {
        match self {
            Self::Plain(wanted) => wanted.then_some(Forge::BadSignature),
            Self::Kind(kind) => Some(kind),
        }
    }
}

impl Forge {
    /// The bytes that are sent, and the signature that goes with them.
    fn spoil(self, body: Vec<u8>, settings: &Settings) -> (Vec<u8>, Option<Seal>) {
        let secret = settings.app_secret.clone();
        let of_the_true_body = Seal::Fixed(Seal::Body { secret }.over(&body, 0));
        match self {
            Self::BadSignature => (body, Some(Seal::Body { secret: WRONG_SECRET.to_owned() })),
            Self::Unsigned => (body, None),
            Self::Truncated => (body[..body.len() / 2].to_vec(), Some(of_the_true_body)),
            Self::Reserialized => {
                let value: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
                let body = serde_json::to_vec_pretty(&value).unwrap_or_default();
                (body, Some(of_the_true_body))
            }
        }
    }
}

impl WhatsApp {
    /// Posts a body once, truly signed or spoilt, and answers the status that came; `None` where none did.
    pub(super) async fn post_once(&self, body: Vec<u8>, forge: Option<Forge>) -> Result<Option<u16>, ControlError> {
        let settings = self.settings();
        let verification = self.hook.verification(&settings);
        let url = &verification.ok_or_else(|| ControlError::conflict("no webhook_url is set"))?.url;
        let (body, seal) = match forge {
            Some(forge) => forge.spoil(body, &settings),
            None => (body, Some(Seal::Body { secret: settings.app_secret.clone() })),
        };
        let message = Message::bytes(url, body);
        let message = match seal {
            Some(seal) => message.signed(SIGNATURE, seal),
            None => message,
        };
        Ok(self.hook.deliveries.post_once(settings.manner(), message).await)
    }
}
