//! Why a call to PicPay brought no usable answer, and which of the outcomes that is.
//!
//! Made by every file of this method. Its texts go to logs and timelines: they carry statuses and codes, never a token, a
//! key, an address, or what PicPay says about the buyer.

use super::codes::Said;
use crate::methods::{NotSent, Outcome, Rejection, Unanswered};
use crate::vault::grants::NoAccess;
use umclique_wire::FailureCode;

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PicpayError {
    /// The configuration cannot work.
    #[error("{variable} cannot be used for PicPay; set it as docs/OPERATING.md says")]
    Configured {
        /// The variable.
        variable: &'static str,
    },
    /// The system's TLS certificates could not be loaded.
    #[error("the HTTPS client for PicPay cannot be built; check the system's CA certificates")]
    Tls,
    /// Our own data cannot be sent.
    #[error("{what} cannot be sent to PicPay; nothing was sent")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
    /// No connection, so nothing was sent.
    #[error("PicPay cannot be reached: {why}; nothing was sent")]
    NotConnected {
        /// In a word.
        why: &'static str,
    },
    /// What had to be done before took the time that the call had.
    #[error("renewing the buyer's login left no time for the call; nothing was sent")]
    OutOfTime,
    /// There is no token, today.
    #[error("the buyer's login cannot be used now ({detail}); nothing was sent")]
    NoLogin {
        /// Why.
        detail: String,
        /// Our own credentials were refused.
        is_credentials: bool,
    },
    /// Only the buyer can make a token.
    #[error(
        "the buyer's PicPay login has lapsed; it goes on when the buyer connects again, or do it in PicPay's panel and resolve it"
    )]
    Lapsed,
    /// 401 with a token that should be good.
    #[error("PicPay does not take the buyer's token; nothing was executed")]
    Unauthorized,
    /// 429.
    #[error("PicPay limits our calls; nothing was executed, try again later")]
    Limited,
    /// 208: the first request with this key still runs.
    #[error("PicPay still works on the first request; the outcome is unknown, ask again")]
    StillProcessing,
    /// A well-formed 4xx, which may or may not settle the call.
    #[error("PicPay refused with HTTP {status} and code {}", .said.code.as_deref().unwrap_or("none"))]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        said: Refusal,
    },
    /// No answer in time, after the request may have arrived.
    #[error("PicPay did not answer within {waited_ms} ms; the outcome is unknown, ask before anything else")]
    TimedOut {
        /// How long was waited in all.
        waited_ms: u64,
    },
    /// The connection broke after the request may have arrived.
    #[error("the connection to PicPay broke ({why}); the outcome is unknown, ask before anything else")]
    Broken {
        /// In a word.
        why: &'static str,
    },
    /// 408 or a 5xx: PicPay or something behind it failed, maybe after executing.
    #[error("PicPay failed with HTTP {status}; the outcome is unknown, ask before anything else")]
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// A status that no document mentions here, or a refusal of another form.
    #[error("PicPay answered HTTP {status} in a way that is not documented here; the outcome is unknown")]
    Undocumented {
        /// The HTTP status.
        status: u16,
    },
    /// A success that does not say what it must.
    #[error("PicPay's answer cannot be used: {what}; the outcome is unknown, ask before anything else")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A payment that PicPay may still give back by itself.
    #[error("PicPay took the money after its own time was over and may give it back by itself; ask again in a minute")]
    TooYoung,
    /// The legacy edition knows no reference of ours.
    #[error("this edition of PicPay's API cannot find a charge whose answer was lost; look it up in PicPay's panel")]
    Unfindable,
}

/// What a refusal says; its fields are for the log alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// PicPay's code, or our word for one of its messages.
    pub code: Option<String>,
}

impl PicpayError {
    /// The error that an answer is, if it is not a plain success.
    pub(super) fn of_answer(status: u16, body: &str) -> Option<Self> {
        if status == 208 {
            return Some(Self::StillProcessing);
        }
        if (200..=299).contains(&status) {
            return None;
        }
        let said = Said::read(body);
        if let Some(said) = &said {
            let (code, fields) = (said.code.as_deref(), said.fields.join(" "));
            tracing::warn!(status, code, fields, "PicPay answered with an error");
        }
        Some(match (status, said) {
            (401, _) => Self::Unauthorized,
            (429, _) => Self::Limited,
            (408 | 500..=599, _) => Self::Failed { status },
            (400..=499, Some(said)) => Self::Refused { status, said: Refusal { code: said.code } },
            _ => Self::Undocumented { status },
        })
    }

    /// What it says about a call that may move money, where `sort` knows which refusals settle that call.
    pub(super) fn into_outcome<T>(self, sort: impl FnOnce(u16, &Said) -> Option<FailureCode>) -> Outcome<T> {
        let detail = self.to_string();
        match self {
            Self::Configured { .. }
            | Self::Tls
            | Self::Unsendable { .. }
            | Self::NotConnected { .. }
            | Self::OutOfTime
            | Self::Lapsed
            | Self::Unauthorized
            | Self::Limited => Outcome::NotSent(NotSent { detail, is_credentials: false }),
            Self::NoLogin { is_credentials, .. } => Outcome::NotSent(NotSent { detail, is_credentials }),
            Self::Refused { status, said } => {
                match sort(status, &Said { code: said.code.clone(), fields: Vec::new() }) {
                    Some(failure) => Outcome::Rejected(Rejection {
                        failure,
                        provider_code: said.code,
                        detail,
                        next_action: None,
                        is_suspicious: false,
                    }),
                    None => Outcome::Unknown(detail),
                }
            }
            Self::StillProcessing
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Failed { .. }
            | Self::Undocumented { .. }
            | Self::Unreadable { .. }
            | Self::TooYoung
            | Self::Unfindable => Outcome::Unknown(detail),
        }
    }

    /// What it says about a question: that it was not answered.
    pub(super) fn into_unanswered(self) -> Unanswered {
        let is_credentials = matches!(self, Self::NoLogin { is_credentials: true, .. });
        Unanswered { detail: self.to_string(), is_credentials }
    }

    /// PicPay's own "there is no such thing".
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, said } if said.code.as_deref().is_some_and(is_no_transaction))
    }
}

fn is_no_transaction(code: &str) -> bool {
    matches!(code, "TRANSACTION_NOT_FOUND" | "transaction_not_found")
}

impl From<NoAccess> for PicpayError {
    fn from(no: NoAccess) -> Self {
        match no {
            NoAccess::Lapsed => Self::Lapsed,
            NoAccess::Unavailable { detail, is_credentials } => Self::NoLogin { detail, is_credentials },
        }
    }
}
