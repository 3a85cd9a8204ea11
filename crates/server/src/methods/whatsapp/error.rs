//! Why a message to WhatsApp brought no usable answer, and what that means: for an order, and for what is told afterwards.
//!
//! Its texts go to logs and timelines: they carry statuses and codes, never a token, a number or what was said to the buyer.

use super::graph::codes::{self, Meaning, Said};
use super::graph::rules::Broken;
use crate::methods::{NotSent, Outcome, Rejection};
use umclique_wire::FailureCode;

/// Why there is no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WhatsappError {
    /// The configuration cannot work.
    #[error("{variable} cannot be used for WhatsApp; set it as docs/OPERATING.md says")]
    Configured {
        /// The variable.
        variable: &'static str,
    },
    /// The system's TLS certificates could not be loaded.
    #[error("an HTTPS client cannot be built; check the system's CA certificates")]
    Tls,
    /// Our own data cannot be sent.
    #[error("{what} cannot be sent to WhatsApp; nothing was sent")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
    /// Our own message would be refused.
    #[error("{field} must be {rule}; nothing was sent to WhatsApp")]
    AgainstRules {
        /// The field.
        field: &'static str,
        /// What it must be.
        rule: &'static str,
    },
    /// No connection, so nothing was sent.
    #[error("WhatsApp cannot be reached: {why}; nothing was sent")]
    NotConnected {
        /// In a word.
        why: &'static str,
    },
    /// What had to be done before took the time that the call had.
    #[error("no time was left for the message; it was not sent")]
    OutOfTime,
    /// 401 without a code.
    #[error("WhatsApp rejected our token; check UMCLIQUE_WHATSAPP_ACCESS_TOKEN")]
    Unauthorized,
    /// 429 without a code.
    #[error("WhatsApp limits our messages; it was not sent, try again later")]
    Limited,
    /// A refusal with a code.
    #[error("WhatsApp refused with code {}: {}", .said.code, .said.details)]
    Refused {
        /// What it says.
        said: Said,
    },
    /// No answer in time, after the message may have arrived.
    #[error("WhatsApp did not answer within {waited_ms} ms; the message may have arrived")]
    TimedOut {
        /// How long was waited in all.
        waited_ms: u64,
    },
    /// The connection broke after the message may have arrived.
    #[error("the connection to WhatsApp broke ({why}); the message may have arrived")]
    Broken {
        /// In a word.
        why: &'static str,
    },
    /// A status without a code.
    #[error("WhatsApp answered HTTP {status} without a code; the message may have arrived")]
    Undocumented {
        /// The HTTP status.
        status: u16,
    },
    /// A success that does not say what it must.
    #[error("WhatsApp's answer cannot be used: {what}; the message may have arrived")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
}

impl From<Broken> for WhatsappError {
    fn from(Broken { field, rule }: Broken) -> Self {
        Self::AgainstRules { field, rule }
    }
}

impl WhatsappError {
    /// What WhatsApp's code means, where it told one.
    pub(super) fn meaning(&self) -> Option<Meaning> {
        match self {
            Self::Refused { said } => Some(codes::of(said.code)),
            _ => None,
        }
    }

    /// What it says about an order message. One that may have arrived counts as not sent: it moves no money, a tap is only
    /// charged through our claim, and the same `reference_id` goes out again, of which WhatsApp keeps one.
    pub(super) fn into_order_outcome<T>(self) -> Outcome<T> {
        let unavailable = FailureCode::ProviderUnavailable;
        match &self {
            Self::Configured { .. } | Self::Tls | Self::Unsendable { .. } | Self::AgainstRules { .. } => {
                self.rejected(unavailable)
            }
            Self::Unauthorized => self.not_sent(true),
            Self::NotConnected { .. }
            | Self::OutOfTime
            | Self::Limited
            | Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Undocumented { .. }
            | Self::Unreadable { .. } => self.not_sent(false),
            Self::Refused { said } => match codes::of(said.code) {
                // A template that does not work reaches nobody, either.
                Meaning::Unreachable | Meaning::WindowClosed | Meaning::Template => {
                    self.rejected(FailureCode::BuyerUnreachable)
                }
                Meaning::Invalid | Meaning::NoTransition => self.rejected(unavailable),
                Meaning::Credentials | Meaning::Account => self.not_sent(true),
                Meaning::Limited | Meaning::Temporary | Meaning::Undocumented => self.not_sent(false),
            },
        }
    }

    /// What it says about a message that asks for no money. What may have arrived may be sent twice: that does no harm.
    pub(super) fn into_tell_outcome<T>(self) -> Outcome<T> {
        match &self {
            Self::Configured { .. } | Self::Tls | Self::Unsendable { .. } | Self::AgainstRules { .. } => {
                self.rejected(FailureCode::Unknown)
            }
            Self::Unauthorized => self.not_sent(true),
            Self::NotConnected { .. } | Self::OutOfTime | Self::Limited => self.not_sent(false),
            Self::TimedOut { .. } | Self::Broken { .. } | Self::Undocumented { .. } | Self::Unreadable { .. } => {
                Outcome::Unknown(self.to_string())
            }
            Self::Refused { said } => match codes::of(said.code) {
                Meaning::Unreachable
                | Meaning::WindowClosed
                | Meaning::Template
                | Meaning::Invalid
                | Meaning::NoTransition => self.rejected(FailureCode::Unknown),
                Meaning::Credentials | Meaning::Account => self.not_sent(true),
                Meaning::Limited | Meaning::Temporary | Meaning::Undocumented => self.not_sent(false),
            },
        }
    }

    fn not_sent<T>(&self, is_credentials: bool) -> Outcome<T> {
        Outcome::NotSent(NotSent { detail: self.to_string(), is_credentials })
    }

    fn rejected<T>(&self, failure: FailureCode) -> Outcome<T> {
        let provider_code = match self {
            Self::Refused { said } => Some(said.code.to_string()),
            _ => None,
        };
        Outcome::Rejected(Rejection {
            failure,
            provider_code,
            detail: self.to_string(),
            next_action: None,
            is_suspicious: false,
        })
    }
}
