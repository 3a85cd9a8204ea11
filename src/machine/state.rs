//! The stages of a checkout. A variant holds exactly what is true in that stage.
//!
//! Made and changed by `update` and `place` only; read by `view`.

use super::frame::{Ask, Breakage, Hand};
use super::screen::Screen;
use super::sent::{Cancel, Confirm, Doubt, Resume};
use super::visit::Trip;
use std::rc::Rc;
use umclique_wire::{AttemptId, BuyerField, FailureCode, MethodKind, NextAction, SessionView, ShowQr};

/// The server's last word about the session.
pub type Snapshot = Rc<SessionView>;

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

/// A message above the method list, or above a provider's frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Notice {
    /// The last attempt, or its last step, ended without a payment; nothing was charged.
    Failed(FailureCode),
    /// The server does not accept these fields.
    Details(Vec<BuyerField>),
    /// Too many tries in a short time.
    TooMany,
    /// The request was refused for a reason that the buyer cannot change; trying again may help.
    TryAgain,
    /// This window cannot keep what a visit of the provider's page needs. Nothing was sent.
    NoWindow,
    /// The provider's frame cannot be used as it is.
    FrameBroken(Breakage),
    /// The provider's frame reported a problem; what it is stands in the frame.
    FrameError,
    /// The provider's frame was asked for a token, and has not answered.
    FrameSilent,
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
        confirm: Rc<Confirm>,
        /// What stands between it and its answer.
        doubt: Doubt,
    },
    /// The buyer must pay the QR code, or confirm the order in the messenger.
    Acting {
        /// The server's last word, with the code or the order.
        view: Snapshot,
        /// The attempt that it belongs to.
        attempt: AttemptId,
        /// What the buyer's own look brought.
        look: Look,
    },
    /// The provider's own frame collects what pays, or shows the bank's challenge.
    Framed {
        /// The server's last word.
        view: Snapshot,
        /// The question that the frame answers.
        ask: Ask,
        /// How far it is.
        hand: Hand,
        /// What happened before.
        notice: Option<Notice>,
    },
    /// The provider's page is to be visited in this tab, or was.
    Visiting {
        /// The server's last word.
        view: Snapshot,
        /// The question that the visit answers.
        ask: Ask,
        /// How far it is.
        trip: Trip,
    },
    /// The buyer's answer is on its way, and what comes of it is not known yet.
    Resuming {
        /// The server's last word.
        view: Snapshot,
        /// What was answered.
        resume: Rc<Resume>,
        /// What stands between it and its answer.
        doubt: Doubt,
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
        renew: Option<Rc<Confirm>>,
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
            | Self::Framed { view, .. }
            | Self::Visiting { view, .. }
            | Self::Resuming { view, .. }
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

    /// The code that is to be paid, where there is one.
    #[must_use]
    pub fn qr(&self) -> Option<&ShowQr> {
        match self {
            Self::Acting { view, .. } => match &view.next_action {
                Some(NextAction::ShowQr(qr)) => Some(qr),
                _ => None,
            },
            _ => None,
        }
    }

    /// The screen that this state is drawn as.
    #[must_use]
    pub fn screen(&self) -> Screen {
        match self {
            Self::Idle | Self::Loading { .. } | Self::Visiting { trip: Trip::Looking, .. } => Screen::Loading,
            Self::Stuck { .. } => Screen::Problem,
            Self::Choosing { .. } => Screen::Choosing,
            Self::Confirming { .. } => Screen::Confirming,
            Self::Acting { .. } if self.qr().is_some() => Screen::Qr,
            Self::Acting { .. } => Screen::Await,
            Self::Framed { ask, .. } if ask.is_challenge => Screen::Challenge,
            Self::Framed { .. } => Screen::Token,
            Self::Visiting { .. } => Screen::Redirect,
            Self::Resuming { .. } | Self::Waiting { .. } => Screen::Waiting,
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
        matches!(
            self,
            Self::Acting { .. }
                | Self::Framed { .. }
                | Self::Visiting { .. }
                | Self::Resuming { .. }
                | Self::Waiting { .. }
                | Self::Closing { .. }
                | Self::Outdated { .. }
        )
    }

    /// The attempt whose frame stays on the page. While the provider works on an answer too: a challenge belongs into the same frame.
    #[must_use]
    pub fn frame_of(&self) -> Option<&AttemptId> {
        match self {
            Self::Framed { ask, hand, .. } if *hand != Hand::Broken => Some(&ask.attempt),
            Self::Resuming { resume, .. } if !resume.is_return() => Some(&resume.ask.attempt),
            Self::Waiting { view, .. } => {
                view.attempt.as_ref().filter(|attempt| attempt.method == MethodKind::April).map(|attempt| &attempt.id)
            }
            _ => None,
        }
    }
}
