//! The stages of a checkout. A variant holds exactly what is true in that stage.
//!
//! Made and changed by `update` and `place` only; read by `view`.

use std::rc::Rc;
use umclique_wire::{AttemptId, BuyerField, ConfirmRequest, FailureCode, SessionView, ShowQr};

/// The server's last word about the session.
pub type Snapshot = Rc<SessionView>;

/// An idempotency key: the name of one attempt to pay or to cancel, the same on every retry. The shell makes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key(String);

impl Key {
    /// A key from fresh random text.
    #[must_use]
    pub fn new(random: String) -> Self {
        Self(random)
    }

    /// The key as it is sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One press of the pay button: what is asked for, and under which name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// The same on every retry of this press.
    pub key: Key,
    /// The method and what its form collected.
    pub request: ConfirmRequest,
}

/// One press of "pay another way" or "new code".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cancel {
    /// The same on every retry of this press.
    pub key: Key,
    /// The attempt that the buyer saw.
    pub attempt: AttemptId,
    /// How often it was sent without a usable answer.
    pub tries: u32,
}

/// What stands between a confirm and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doubt {
    /// The request is on its way.
    None,
    /// The answer got lost, so the outcome is unknown: the session is read before the same key is sent again.
    Lost {
        /// How often it was sent without a usable answer.
        tries: u32,
    },
    /// The server refused it: the session is read once more before the buyer may choose again.
    Refused {
        /// What the buyer will be told.
        notice: Notice,
    },
}

/// What the buyer's own look at the server brought, while a payment is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Nothing was asked.
    Idle,
    /// The buyer pressed "I have paid"; the answer is on its way.
    Asking,
    /// The server looked, and there is no payment yet.
    NothingYet,
    /// The server cannot be reached now; it is tried again.
    Unreachable,
    /// The code's time is up by our clock; the server is asked before anything is said.
    LastLook {
        /// How often it was asked without a usable answer.
        tries: u32,
    },
    /// The time is up, and the last look brought no payment.
    OutOfTime,
}

/// A message above the method list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The last attempt ended without a payment; nothing was charged.
    Failed(FailureCode),
    /// The server does not accept these fields.
    Details(Vec<BuyerField>),
    /// Too many tries in a short time.
    TooMany,
    /// The request was refused for a reason that the buyer cannot change; trying again may help.
    TryAgain,
}

/// Why there is nothing to draw yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server does not answer.
    Unreachable,
    /// There is no such session, or the secret does not open it.
    NotFound,
}

/// Where the checkout stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The page has not set a session yet.
    Idle,
    /// The session is being read for the first time.
    Loading {
        /// How often that brought no usable answer.
        tries: u32,
    },
    /// The session cannot be read.
    Stuck {
        /// Why.
        trouble: Trouble,
        /// How often it was tried.
        tries: u32,
    },
    /// The buyer may choose a method and press pay.
    Choosing {
        /// The server's last word.
        view: Snapshot,
        /// What happened before.
        notice: Option<Notice>,
    },
    /// Pay was pressed, and the outcome is not known yet.
    Confirming {
        /// The server's word from before the press.
        view: Snapshot,
        /// What was asked for.
        confirm: Confirm,
        /// What stands between it and its answer.
        doubt: Doubt,
    },
    /// The buyer must pay the QR code.
    Acting {
        /// The server's last word.
        view: Snapshot,
        /// The attempt that the code belongs to.
        attempt: AttemptId,
        /// The code.
        qr: ShowQr,
        /// What the buyer's own look brought.
        look: Look,
    },
    /// The provider or the server works on it; the buyer can only wait.
    Waiting {
        /// The server's last word.
        view: Snapshot,
        /// What the buyer's own look brought.
        look: Look,
    },
    /// The attempt is being closed; another one starts only after that.
    Closing {
        /// The server's last word.
        view: Snapshot,
        /// The buyer's wish, until the server has heard it.
        cancel: Option<Cancel>,
        /// The new code to ask for afterwards.
        renew: Option<Confirm>,
    },
    /// The server speaks of a step that this version does not know.
    Outdated {
        /// The server's last word.
        view: Snapshot,
    },
    /// The money is reserved; for the buyer this is the end.
    Authorized {
        /// The server's last word.
        view: Snapshot,
    },
    /// Paid. Final.
    Paid {
        /// The server's last word.
        view: Snapshot,
    },
    /// No method is left to try.
    Failed {
        /// The server's last word.
        view: Snapshot,
    },
    /// Canceled by the shop. Final.
    Canceled {
        /// The server's last word.
        view: Snapshot,
    },
    /// The session's time ran out. Final, unless money arrives that was already under way.
    Expired {
        /// The server's last word.
        view: Snapshot,
    },
}

impl State {
    /// The server's last word, where there is one.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Snapshot> {
        match self {
            Self::Idle | Self::Loading { .. } | Self::Stuck { .. } => None,
            Self::Choosing { view, .. }
            | Self::Confirming { view, .. }
            | Self::Acting { view, .. }
            | Self::Waiting { view, .. }
            | Self::Closing { view, .. }
            | Self::Outdated { view }
            | Self::Authorized { view }
            | Self::Paid { view }
            | Self::Failed { view }
            | Self::Canceled { view }
            | Self::Expired { view } => Some(view),
        }
    }

    /// The screen that this state is drawn as.
    #[must_use]
    pub fn screen(&self) -> Screen {
        match self {
            Self::Idle | Self::Loading { .. } => Screen::Loading,
            Self::Stuck { .. } => Screen::Problem,
            Self::Choosing { .. } => Screen::Choosing,
            Self::Confirming { .. } => Screen::Confirming,
            Self::Acting { .. } => Screen::Qr,
            Self::Waiting { .. } => Screen::Waiting,
            Self::Closing { .. } => Screen::Closing,
            Self::Outdated { .. } => Screen::Update,
            Self::Authorized { .. } => Screen::Authorized,
            Self::Paid { .. } => Screen::Paid,
            Self::Failed { .. } => Screen::Failed,
            Self::Canceled { .. } => Screen::Canceled,
            Self::Expired { .. } => Screen::Expired,
        }
    }

    /// The status stream belongs open: the server's news come without our asking.
    #[must_use]
    pub fn is_watching(&self) -> bool {
        matches!(self, Self::Acting { .. } | Self::Waiting { .. } | Self::Closing { .. } | Self::Outdated { .. })
    }
}

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
