//! Why a call to April brought no usable answer, and which of the four outcomes that is.
//!
//! Made by every file of this method. Its texts go to logs and timelines: they carry statuses, codes and April's own
//! request number, never a token, a key, an address, or what April says about the card.

use super::codes::{self, No};
use crate::methods::{NotSent, Outcome, Rejection, Unanswered};
use serde_json::Value;
use umclique_wire::FailureCode;

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AprilError {
    /// The configuration cannot work.
    #[error("{variable} cannot be used for April; set it as docs/OPERATING.md says")]
    Configured {
        /// The variable.
        variable: &'static str,
    },
    /// The system's TLS certificates could not be loaded.
    #[error("the HTTPS client for April cannot be built; check the system's CA certificates")]
    Tls,
    /// Our own data cannot be sent.
    #[error("{what} cannot be sent to April; nothing was sent")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
    /// No connection, so nothing was sent.
    #[error("April cannot be reached: {why}; nothing was sent")]
    NotConnected {
        /// In a word.
        why: &'static str,
    },
    /// What had to be asked before took the time that the call had.
    #[error("asking April first left no time for the call; nothing was sent")]
    OutOfTime,
    /// 401.
    #[error("April refused our credentials; check UMCLIQUE_APRIL_SECRET_KEY or UMCLIQUE_APRIL_MARKETPLACE_KEY")]
    Unauthorized,
    /// 403, where it is documented as a key of the wrong kind.
    #[error("April does not allow this with our key; check that it is a secret or a marketplace key")]
    Forbidden,
    /// 429.
    #[error("April limits our calls; nothing was executed, try again later")]
    Limited,
    /// A well-formed 4xx, which may or may not settle the call.
    #[error("April refused with HTTP {status} and code {}{}", .said.code, .said)]
    Refused {
        /// The HTTP status.
        status: u16,
        /// What it says.
        said: Said,
    },
    /// No answer in time, after the request may have arrived.
    #[error("April did not answer within {waited_ms} ms; the outcome is unknown, ask before anything else")]
    TimedOut {
        /// How long was waited in all.
        waited_ms: u64,
    },
    /// The connection broke after the request may have arrived.
    #[error("the connection to April broke ({why}); the outcome is unknown, ask before anything else")]
    Broken {
        /// In a word.
        why: &'static str,
    },
    /// A 5xx: April or something behind it failed, maybe after executing.
    #[error("April failed with HTTP {status}; the outcome is unknown, ask before anything else")]
    Failed {
        /// The HTTP status.
        status: u16,
    },
    /// A status that no document mentions here, or a refusal of another form.
    #[error("April answered HTTP {status} in a way that is not documented here; the outcome is unknown")]
    Undocumented {
        /// The HTTP status.
        status: u16,
    },
    /// A success that does not say what it must.
    #[error("April's answer cannot be used: {what}; the outcome is unknown, ask before anything else")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
    /// A list that does not show yet what another answer tells.
    #[error("April does not show {what} yet; ask again later")]
    Behind {
        /// What is missing.
        what: &'static str,
    },
}

/// What a refusal says, as far as it may be repeated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    code: String,
    tracer: Option<uuid::Uuid>,
}

/// April's support asks for the tracer.
impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.tracer.map_or(Ok(()), |tracer| write!(f, " (tracer {tracer})"))
    }
}

impl Said {
    /// Reads the documented error body. `None` where it is not of that form, or speaks of another status.
    pub(super) fn read(status: u16, body: &str) -> Option<Self> {
        let body: Value = serde_json::from_str(body).ok()?;
        let is_whole = body.get("statusCode")?.as_u64() == Some(u64::from(status)) && body.get("message")?.is_string();
        let code = codes::word(body.get("errorCode")?.as_str()?).filter(|_| is_whole)?.to_owned();
        let tracer = body.get("tracer").and_then(Value::as_str).and_then(|tracer| uuid::Uuid::parse_str(tracer).ok());
        Some(Self { code, tracer })
    }

    /// For the log, which stands before anybody has decided what it means. `detail` is left out: it may quote the acquirer.
    pub(super) fn log(&self, status: u16) {
        let tracer = self.tracer.map(|tracer| tracer.to_string());
        tracing::warn!(status, code = self.code, tracer, "April answered with an error");
    }
}

impl AprilError {
    /// What it says about a call that may move money, where `sort` knows which refusals settle that call.
    pub(super) fn into_outcome<T>(self, sort: impl FnOnce(u16, &str) -> Option<No>) -> Outcome<T> {
        let detail = self.to_string();
        match self {
            Self::Configured { .. }
            | Self::Tls
            | Self::Unsendable { .. }
            | Self::NotConnected { .. }
            | Self::OutOfTime
            | Self::Limited => Outcome::NotSent(NotSent { detail, is_credentials: false }),
            Self::Unauthorized | Self::Forbidden => Outcome::NotSent(NotSent { detail, is_credentials: true }),
            Self::Refused { status, said } => match sort(status, &said.code) {
                Some(no) => Outcome::Rejected(rejection(no, Some(said.code), detail)),
                None => Outcome::Unknown(detail),
            },
            Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Failed { .. }
            | Self::Undocumented { .. }
            | Self::Unreadable { .. }
            | Self::Behind { .. } => Outcome::Unknown(detail),
        }
    }

    /// The same about a call that moves no money and leaves nothing behind that could: whatever is not a settled no may be
    /// tried again.
    pub(super) fn into_harmless<T>(self, sort: impl FnOnce(u16, &str) -> Option<No>) -> Outcome<T> {
        match self.into_outcome(sort) {
            Outcome::Unknown(detail) => Outcome::NotSent(NotSent { detail, is_credentials: false }),
            outcome => outcome,
        }
    }

    /// What it says about a question: that it was not answered.
    pub(super) fn into_unanswered(self) -> Unanswered {
        let is_credentials = matches!(self, Self::Unauthorized | Self::Forbidden);
        Unanswered { detail: self.to_string(), is_credentials }
    }

    /// 403 is not documented for paying, and the predecessor meant something else by it: it proves nothing there.
    pub(super) fn of_payment(self) -> Self {
        if self == Self::Forbidden { Self::Undocumented { status: 403 } } else { self }
    }

    /// April's own "there is no such thing".
    pub(super) fn is_not_found(&self) -> bool {
        matches!(self, Self::Refused { status: 404, .. })
    }
}

/// A no that ends the call; the caller adds what the buyer may do instead.
pub(super) fn rejection(no: No, provider_code: Option<String>, detail: String) -> Rejection {
    let No { failure, is_suspicious } = no;
    Rejection { failure, provider_code, detail, next_action: None, is_suspicious }
}

/// A plain decline that no error code explains.
pub(super) fn decline(failure: FailureCode, provider_code: Option<String>, detail: &str) -> Rejection {
    rejection(No { failure, is_suspicious: false }, provider_code, detail.to_owned())
}
