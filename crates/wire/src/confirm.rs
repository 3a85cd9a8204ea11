//! What the buyer's browser asks for.

use crate::{AttemptId, CredentialId};
use serde::{Deserialize, Serialize};

/// What the buyer picks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum MethodKind {
    /// PicPay by QR code, through ePag.
    PicpayQr,
    /// Cards and instalments, in April's own frame.
    April,
    /// PicPay 1-Click: consent once, then pay with one click.
    PicpayWallet,
    /// A stored card, charged after the buyer confirmed the order in WhatsApp.
    Whatsapp,
    /// A method that this version does not know. The component leaves it out; the server never sends it.
    #[serde(other)]
    Unknown,
}

impl MethodKind {
    /// Every method that this version knows.
    pub const ALL: [Self; 4] = [Self::PicpayQr, Self::April, Self::PicpayWallet, Self::Whatsapp];

    /// The method as it is written on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PicpayQr => "picpay_qr",
            Self::April => "april",
            Self::PicpayWallet => "picpay_wallet",
            Self::Whatsapp => "whatsapp",
            Self::Unknown => "unknown",
        }
    }

    /// Reads what [`MethodKind::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Body of `POST /v1/checkout_sessions/{id}/confirm`: `{"method":"picpay_qr","details":{…}}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "method", content = "details", rename_all = "snake_case")]
pub enum ConfirmRequest {
    /// PicPay by QR code.
    PicpayQr(PicpayQrDetails),
    /// Cards and instalments through April.
    April(AprilDetails),
    /// PicPay 1-Click.
    PicpayWallet(PicpayWalletDetails),
    /// WhatsApp one-click.
    Whatsapp(WhatsappDetails),
}

impl ConfirmRequest {
    /// The method that the buyer picked.
    #[must_use]
    pub fn kind(&self) -> MethodKind {
        match self {
            Self::PicpayQr(_) => MethodKind::PicpayQr,
            Self::April(_) => MethodKind::April,
            Self::PicpayWallet(_) => MethodKind::PicpayWallet,
            Self::Whatsapp(_) => MethodKind::Whatsapp,
        }
    }
}

/// What PicPay by QR needs of the buyer; only what the session lacks.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PicpayQrDetails {
    /// The buyer's full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The buyer's e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// CPF or CNPJ, with or without punctuation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_id: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
}

/// What April needs of the buyer before its frame opens: nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AprilDetails {}

/// What PicPay 1-Click needs: proof that the browser which comes back is the one that went.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PicpayWalletDetails {
    /// SHA-256 of a random text that stays in the browser, as 64 hex digits. Needed unless the buyer is linked; without it a
    /// link that has lapsed ends the attempt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce_sha256: Option<String>,
    /// Forget the buyer's link and consent again, perhaps with another account.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub reconnect: bool,
}

/// What WhatsApp one-click needs: which of the buyer's stored cards.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WhatsappDetails {
    /// The `id` of one of the offer's `saved`.
    pub credential: CredentialId,
}

/// Body of `POST /v1/checkout_sessions/{id}/cancel`: the buyer leaves this attempt.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CancelRequest {
    /// The attempt that the buyer saw. Needed with the client secret; with the secret key the session itself is canceled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptId>,
}
