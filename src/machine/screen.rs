//! The names of the screens.
//!
//! Made from the stage by `State::screen`; read by `view`, the page's events and style sheets.

/// What is on the screen, as `data-screen` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// A skeleton.
    Loading,
    /// The method list.
    Choosing,
    /// Pay was pressed.
    Confirming,
    /// The QR code.
    Qr,
    /// An order waits in a messenger for the buyer's confirmation.
    Await,
    /// A provider's own frame collects what pays.
    Token,
    /// A provider's own frame shows the bank's challenge.
    Challenge,
    /// The provider's page is to be visited in this tab.
    Redirect,
    /// Waiting for the provider.
    Waiting,
    /// An attempt is being closed.
    Closing,
    /// Paid.
    Paid,
    /// Reserved.
    Authorized,
    /// No method is left.
    Failed,
    /// Canceled by the shop.
    Canceled,
    /// Out of time.
    Expired,
    /// The page must be updated.
    Update,
    /// The session cannot be read.
    Problem,
}

impl Screen {
    /// The name in `data-screen` and in the page's events.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loading => "loading",
            Self::Choosing => "choosing",
            Self::Confirming => "confirming",
            Self::Qr => "qr",
            Self::Await => "await",
            Self::Token => "token",
            Self::Challenge => "challenge",
            Self::Redirect => "redirect",
            Self::Waiting => "waiting",
            Self::Closing => "closing",
            Self::Paid => "paid",
            Self::Authorized => "authorized",
            Self::Failed => "failed",
            Self::Canceled => "canceled",
            Self::Expired => "expired",
            Self::Update => "update",
            Self::Problem => "problem",
        }
    }
}
