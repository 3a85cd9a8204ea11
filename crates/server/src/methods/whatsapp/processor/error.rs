//! Why a call to the shop's card processor brought no usable answer, and which of the outcomes that is.
//!
//! Its texts go to logs and timelines: they carry statuses and codes, never a token or what the processor says about a card.

use crate::methods::{NotSent, Outcome, Rejection, Unanswered};
use umclique_wire::FailureCode;

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessorError {
    /// Our own data cannot be sent.
    #[error("{what} cannot be sent to the card processor; nothing was sent")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
    /// No connection, so nothing was sent.
    #[error("the card processor cannot be reached: {why}; nothing was sent")]
    NotConnected {
        /// In a word.
        why: &'static str,
    },
    /// 401 or 403.
    #[error("the card processor rejected our token; check UMCLIQUE_PSP_TOKEN")]
    Unauthorized,
    /// 429.
    #[error("the card processor limits our calls; nothing was executed, try again later")]
    Limited,
    /// 409 with `idempotency_key_in_use`: the first request with this key still runs.
    #[error("the card processor still works on the first request; the outcome is unknown, ask again")]
    StillProcessing,
    /// A problem with a code, at a status of 400 to 499.
    #[error("the card processor refused with HTTP {status} and code {code}")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// Its code.
        code: String,
    },
    /// No answer in time, after the request may have arrived.
    #[error(
        "the card processor did not answer within {waited_ms} ms; the outcome is unknown, ask before anything else"
    )]
    TimedOut {
        /// How long was waited in all.
        waited_ms: u64,
    },
    /// The connection broke after the request may have arrived.
    #[error("the connection to the card processor broke ({why}); the outcome is unknown, ask before anything else")]
    Broken {
        /// In a word.
        why: &'static str,
    },
    /// 408, 425, 5xx, or an answer of another form.
    #[error("the card processor answered HTTP {status} without a word that is agreed; the outcome is unknown")]
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// A success that does not say what it must.
    #[error("the card processor's answer cannot be used: {what}; the outcome is unknown, ask before anything else")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
}

/// What is called: a refusal settles some calls and leaves others open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Call {
    /// A charge that is sent for the first time.
    Charge,
    /// Capture or cancel.
    Change,
    Refund,
}

impl Call {
    /// Whether a refusal says for certain that nothing was done.
    fn is_settled_by(self, status: u16, code: &str) -> bool {
        // Somebody else did something under this key: what, nobody told.
        if code == "idempotency_key_reused" {
            return false;
        }
        match (self, status) {
            // Captured, canceled or declined before: nothing was done now, and the query shows what was.
            (Self::Change, 409) => matches!(code, "already_captured" | "already_canceled" | "not_captured"),
            (_, 409) => false,
            // A charge that it knows nothing of may be one that it forgot, so its list is read.
            (Self::Change | Self::Refund, 404) => false,
            _ => true,
        }
    }
}

impl ProcessorError {
    /// What it says about a call that may move money.
    pub(in super::super) fn into_outcome<T>(self, call: Call) -> Outcome<T> {
        let detail = self.to_string();
        match self {
            Self::Unsendable { .. } | Self::NotConnected { .. } | Self::Limited => {
                Outcome::NotSent(NotSent { detail, is_credentials: false })
            }
            Self::Unauthorized => Outcome::NotSent(NotSent { detail, is_credentials: true }),
            Self::Refused { status, code } if call.is_settled_by(status, &code) => {
                // The shop's processor does not take our request: the buyer can do nothing about it.
                let failure =
                    if call == Call::Charge { FailureCode::ProviderUnavailable } else { FailureCode::Declined };
                let provider_code = Some(code);
                let rejection = Rejection { failure, provider_code, detail, next_action: None, is_suspicious: false };
                Outcome::Rejected(rejection)
            }
            Self::Refused { .. }
            | Self::StillProcessing
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Failed { .. }
            | Self::Unreadable { .. } => Outcome::Unknown(detail),
        }
    }

    /// What it says about a question: that it was not answered.
    pub(in super::super) fn into_unanswered(self) -> Unanswered {
        Unanswered { detail: self.to_string(), is_credentials: self == Self::Unauthorized }
    }

    /// The processor's own "there is no such thing".
    pub(in super::super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, code } if code == "not_found")
    }
}
