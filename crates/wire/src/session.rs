//! A checkout session as the buyer sees it: the whole truth that the component draws.

use crate::{AttemptView, Currency, Failure, MethodKind, NextAction, SessionId};
use serde::{Deserialize, Serialize};

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum SessionStatus {
    /// The buyer may choose a method.
    RequiresPaymentMethod,
    /// The buyer must do what `next_action` says.
    RequiresAction,
    /// The money is reserved; the shop captures it.
    RequiresCapture,
    /// Paid. Final.
    Succeeded,
    /// Canceled by the shop, or its authorization lapsed. Final.
    Canceled,
    /// Its time ran out. Final, unless money that was already under way arrives.
    Expired,
    /// Wait; `reason` tells for what. Also what a status means that this version does not know.
    #[serde(other)]
    Processing,
}

impl SessionStatus {
    /// Every status, for tables and databases.
    pub const ALL: [Self; 7] = [
        Self::RequiresPaymentMethod,
        Self::RequiresAction,
        Self::Processing,
        Self::RequiresCapture,
        Self::Succeeded,
        Self::Canceled,
        Self::Expired,
    ];

    /// The status as it is written on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::RequiresPaymentMethod => "requires_payment_method",
            Self::RequiresAction => "requires_action",
            Self::Processing => "processing",
            Self::RequiresCapture => "requires_capture",
            Self::Succeeded => "succeeded",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
        }
    }

    /// Reads what [`SessionStatus::as_str`] wrote.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == text)
    }

    /// Nothing follows, except money that arrives after the session expired.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Succeeded | Self::Canceled | Self::Expired)
    }
}

/// What a session in `processing` waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ProcessingReason {
    /// The outcome is unknown and being found out: the buyer must not pay again.
    Confirming,
    /// The attempt is being closed; another one may start once it can no longer charge.
    Closing,
    /// The provider works on it. Also what a reason means that this version does not know.
    #[serde(other)]
    Provider,
}

impl ProcessingReason {
    /// The reason as it is written on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Confirming => "confirming",
            Self::Closing => "closing",
        }
    }
}

/// A field that a method needs and the shop did not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BuyerField {
    /// The buyer's full name.
    Name,
    /// The buyer's e-mail address.
    Email,
    /// CPF or CNPJ.
    TaxId,
    /// A field that this version does not know.
    #[serde(other)]
    Unknown,
}

/// Something of the buyer's that a method pays with by one click.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Saved {
    /// What `confirm` names it by, where a buyer may have several: a stored card's `cr_…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// As its owner may see it: an account's masked e-mail, a card's last four digits. Absent where the provider did not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<String>,
}

/// What a linked account says of the buyer, for a form to begin with. The buyer sees it and may change it.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Suggested {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
}

/// Never shows who the buyer is.
impl std::fmt::Debug for Suggested {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Suggested(…)")
    }
}

/// A method that the buyer may pick.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MethodOffer {
    /// The method.
    pub kind: MethodKind,
    /// What its form must ask for, in this order.
    #[serde(default)]
    pub needs: Vec<BuyerField>,
    /// What the buyer can pay with by one click, the newest first. Empty: the method asks for everything.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub saved: Vec<Saved>,
}

/// A full snapshot of a session. Of two snapshots the one with the higher `version` is true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionView {
    /// The session's id.
    pub id: SessionId,
    /// Rises with every change.
    pub version: u64,
    /// Where the session stands.
    pub status: SessionStatus,
    /// Why it is `processing`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<ProcessingReason>,
    /// The total in minor units: BRL 3.00 is 300.
    pub amount_minor: u64,
    /// The currency of every amount in this snapshot.
    pub currency: Currency,
    /// The shop's own name for the order, shown to the buyer.
    pub reference: String,
    /// The shop's name, shown to the buyer and compared with the payee of a QR code by eye.
    pub merchant: String,
    /// The methods on offer, in the shop's order.
    #[serde(default)]
    pub methods: Vec<MethodOffer>,
    /// What a form may begin with, where the session lacks it and an account that the buyer linked tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suggested: Option<Suggested>,
    /// The live attempt, or the last one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempt: Option<AttemptView>,
    /// What the buyer must do now, in `requires_action`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_action: Option<NextAction>,
    /// Why the last attempt ended without a payment; in `requires_action`: why its last step was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_error: Option<Failure>,
    /// The buyer's e-mail with its middle hidden, where a receipt goes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt_email: Option<String>,
    /// Where the "back to the shop" button leads.
    pub return_url: String,
    /// The language that the shop asked for, a BCP 47 tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
    /// When the session ends if nothing is paid. RFC 3339, UTC.
    pub expires_at: String,
    /// The server's clock when it made this snapshot, against which countdowns are corrected. RFC 3339, UTC.
    pub server_time: String,
    /// How long to wait before asking again where the event stream does not work.
    pub poll_after_ms: u32,
}
