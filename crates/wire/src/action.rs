//! What the buyer must do now.

use serde::{Deserialize, Serialize};

/// The buyer's next step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum NextAction {
    /// Show a QR code, and wait for its payment.
    ShowQr(ShowQr),
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
