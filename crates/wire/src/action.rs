//! What the buyer must do now.

use serde::{Deserialize, Serialize};

/// The buyer's next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NextAction {
    /// Show a QR code, and wait for its payment.
    ShowQr(ShowQr),
    /// Mount the provider's own frame, and bring back the token that it makes.
    CollectToken(Widget),
    /// Let the provider's own frame show the bank's challenge, and bring back how it ended.
    Challenge(Challenge),
    /// Go to the provider's page in this tab, and bring back what the return address has.
    Redirect(Redirect),
    /// Wait until the buyer confirmed elsewhere, as in WhatsApp.
    AwaitBuyer(AwaitBuyer),
    /// A step that this version does not know: the page should be updated. Never means success.
    #[serde(other)]
    Unknown,
}

/// A QR code to pay. At least one of `payload` and `image` is present.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShowQr {
    /// What the QR code says: drawn by the component, and offered as text to copy. Compared with the order by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<String>,
    /// The provider's base64 text of a compressed PNG, where no payload could be read. Checked by the server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// A link that opens the payment in PicPay's app, where the payload is such a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
    /// The last day on which the code can be paid, `YYYY-MM-DD`, in Brazil.
    pub expires_on: String,
    /// The moment at which that day ends in Brazil. RFC 3339, UTC.
    pub expires_at: String,
    /// Whom the payer will see in the app.
    pub payee: String,
}

/// A provider's own frame on the page. It collects what must never touch us; we get a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Widget {
    /// Whose frame it is: `april`. Another one means that the page should be updated.
    pub provider: String,
    /// The provider's script. Loaded only when it is needed, from a host that the page allows.
    pub script_url: String,
    /// The script's subresource integrity, `sha384-…`, where it is configured.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub script_integrity: Option<String>,
    /// The provider's key for browsers. No secret.
    pub public_key: String,
    /// What the frame need not ask for.
    #[serde(default)]
    pub buyer: WidgetBuyer,
    /// Leave out paying the whole at once.
    #[serde(default)]
    pub hide_full_pay: bool,
    /// Leave out paying in instalments.
    #[serde(default)]
    pub hide_instalments: bool,
}

/// What the shop knows of the buyer, for the provider's frame alone.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WidgetBuyer {
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Phone number, E.164.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// All names but the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// The last name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
}

/// Never shows who the buyer is.
impl std::fmt::Debug for WidgetBuyer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("WidgetBuyer(…)")
    }
}

/// A page of the provider's. The buyer comes back to the session's `return_url`, with `umclique_session` and, after a consent,
/// `umclique_return` in its query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Redirect {
    /// Where to go. Only the buyer's own browser may: whoever follows it consents for this attempt.
    pub url: String,
}

/// The buyer has an order in a messenger, and confirms it there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AwaitBuyer {
    /// Where: `whatsapp`. Another one means that the page should be updated.
    pub channel: String,
    /// How far the message came.
    pub delivery: Delivery,
    /// Opens the chat on the buyer's own phone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub app_url: Option<String>,
    /// What is charged then, as its owner may see it: a card's last four digits.
    pub label: String,
    /// Until when the order can be confirmed. RFC 3339, UTC.
    pub expires_at: String,
}

/// How far a message came, as far as it was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// The buyer has seen it.
    Read,
    /// On the buyer's phone.
    Delivered,
    /// On its way. Also what a word means that this version does not know.
    #[serde(other)]
    Sent,
}

impl Delivery {
    /// The word on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Read => "read",
        }
    }
}

/// The bank wants to know that it is the buyer. Several may follow one another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Challenge {
    /// The frame that shows it, should it have to be mounted again.
    pub widget: Widget,
    /// The provider's own object, as JSON text: handed to its script as it is.
    pub action: String,
}
