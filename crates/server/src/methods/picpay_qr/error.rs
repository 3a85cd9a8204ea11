//! Why a call to ePag brought no usable answer, and which of the four outcomes that is.
//!
//! Made by every file of this method. Its texts go to logs and timelines: they carry statuses, codes and field names,
//! never a token, an address with a token in it, or anything about a person.

use super::codes::Code;
use crate::methods::{NotSent, Outcome, Rejection, Unanswered};
use umclique_wire::FailureCode;

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EpagError {
    /// The configuration cannot work.
    #[error("{variable} cannot be used for ePag; set it as docs/OPERATING.md says")]
    Configured {
        /// The variable.
        variable: &'static str,
    },
    /// The system's TLS certificates could not be loaded.
    #[error("the HTTPS client for ePag cannot be built; check the system's CA certificates")]
    Tls,
    /// Our own data cannot be sent.
    #[error("{what} cannot be sent to ePag; nothing was sent")]
    Unsendable {
        /// What it is.
        what: &'static str,
    },
    /// No connection, so nothing was sent.
    #[error("ePag cannot be reached: {why}; nothing was sent")]
    NotConnected {
        /// In a word.
        why: &'static str,
    },
    /// The login took the time that the call had.
    #[error("logging in at ePag left no time for the call; nothing was sent")]
    OutOfTime,
    /// Our credentials were refused, at the login or right after it.
    #[error("ePag refused our credentials; check UMCLIQUE_EPAG_API_KEY and UMCLIQUE_EPAG_API_SECRET")]
    Unauthorized,
    /// Each token was replaced by another call's before it could be used.
    #[error("ePag's tokens were replaced faster than they could be used; nothing was executed, try again")]
    TokenContested,
    /// The login brought no token, for a reason other than our credentials.
    #[error("ePag's login did not answer with a token ({why}); nothing was sent")]
    NoToken {
        /// In a word.
        why: &'static str,
    },
    /// 429.
    #[error("ePag limits our calls; nothing was executed, try again later")]
    Limited,
    /// A well-formed, documented no.
    #[error("ePag refused with HTTP {status} and code {code}{}", field.map(|field| format!(" for {field}")).unwrap_or_default())]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The first code.
        code: String,
        /// Which of our fields it names.
        field: Option<&'static str>,
        /// What it means to the buyer.
        failure: FailureCode,
    },
    /// No answer in time, after the request may have arrived.
    #[error("ePag did not answer within {waited_ms} ms; the outcome is unknown, ask before anything else")]
    TimedOut {
        /// How long was waited in all.
        waited_ms: u64,
    },
    /// The connection broke after the request may have arrived.
    #[error("the connection to ePag broke ({why}); the outcome is unknown, ask before anything else")]
    Broken {
        /// In a word.
        why: &'static str,
    },
    /// A 5xx: ePag or something behind it failed, maybe after executing.
    #[error("ePag failed with HTTP {status}{}; the outcome is unknown, ask before anything else", in_words(code))]
    Failed {
        /// The HTTP status.
        status: u16,
        /// The code, where there is one.
        code: Option<String>,
    },
    /// A status, or a refusal without a documented code, that no document mentions.
    #[error("ePag answered HTTP {status}{}, which is not documented here; the outcome is unknown", in_words(code))]
    Undocumented {
        /// The HTTP status.
        status: u16,
        /// The code, where there is one.
        code: Option<String>,
    },
    /// A success that does not say what it must.
    #[error("ePag's answer cannot be used: {what}; the outcome is unknown, ask before anything else")]
    Unreadable {
        /// What is wrong with it.
        what: &'static str,
    },
}

fn in_words(code: &Option<String>) -> String {
    code.as_ref().map(|code| format!(" and code {code}")).unwrap_or_default()
}

/// The families to which every variant belongs.
enum Family {
    NotSent { is_credentials: bool },
    Rejected,
    Unknown,
}

impl EpagError {
    fn family(&self) -> Family {
        match self {
            Self::Configured { .. }
            | Self::Tls
            | Self::Unsendable { .. }
            | Self::NotConnected { .. }
            | Self::OutOfTime
            | Self::TokenContested
            | Self::NoToken { .. }
            | Self::Limited => Family::NotSent { is_credentials: false },
            Self::Unauthorized => Family::NotSent { is_credentials: true },
            Self::Refused { .. } => Family::Rejected,
            Self::TimedOut { .. }
            | Self::Broken { .. }
            | Self::Failed { .. }
            | Self::Undocumented { .. }
            | Self::Unreadable { .. } => Family::Unknown,
        }
    }

    /// What it says about a call that may move money.
    pub(super) fn into_outcome<T>(self) -> Outcome<T> {
        let detail = self.to_string();
        match (self.family(), self) {
            (Family::NotSent { is_credentials }, _) => Outcome::NotSent(NotSent { detail, is_credentials }),
            (Family::Rejected, Self::Refused { code, failure, .. }) => Outcome::Rejected(Rejection {
                failure,
                provider_code: Some(code),
                detail,
                next_action: None,
                is_suspicious: false,
            }),
            (Family::Rejected | Family::Unknown, _) => Outcome::Unknown(detail),
        }
    }

    /// What it says about a question: that it was not answered.
    pub(super) fn into_unanswered(self) -> Unanswered {
        Unanswered { detail: self.to_string(), is_credentials: matches!(self, Self::Unauthorized) }
    }

    /// A 404 with this code: the documented way to say that there is no such thing.
    pub(super) fn is_not_found(&self, expected: &str) -> bool {
        matches!(self, Self::Refused { status: 404, code, .. } if code == expected)
    }

    /// A login that got lost moved no money, and without a token nothing is sent.
    pub(super) fn of_login(self) -> Self {
        match self {
            Self::TimedOut { .. } => Self::NoToken { why: "no answer in time" },
            Self::Broken { .. } => Self::NoToken { why: "a broken connection" },
            Self::Unreadable { .. } => Self::NoToken { why: "an unreadable answer" },
            other => other,
        }
    }

    /// No document lets a creation answer 404, so it proves nothing.
    pub(super) fn of_creation(self) -> Self {
        match self {
            Self::Refused { status: 404, code, .. } => Self::Undocumented { status: 404, code: Some(code) },
            other => other,
        }
    }
}

/// Reads the body of a 400, 403, 404 or 422. It is a no only where every code in it is a documented one: a single
/// unknown one may stand for something that was executed.
pub(super) fn refusal(status: u16, body: &str) -> EpagError {
    let errors = super::fields::Fields::parse(body).and_then(|fields| fields.list("errors")).unwrap_or_default();
    let mut refused = None;
    for error in errors {
        let Some(code) = error.text(&["code"]).and_then(|code| Code::parse(&code)) else {
            return EpagError::Undocumented { status, code: None };
        };
        let Some(failure) = code.refusal() else {
            return EpagError::Undocumented { status, code: Some(code.as_str().to_owned()) };
        };
        let named = error.text(&["description"]).and_then(|text| super::codes::named_field(&text));
        let (field, failure) = named.map_or((None, failure), |(field, failure)| (Some(field), failure));
        refused.get_or_insert(EpagError::Refused { status, code: code.as_str().to_owned(), field, failure });
    }
    refused.unwrap_or(EpagError::Undocumented { status, code: None })
}

/// Reads the body of a 5xx, for the code that people will look for.
pub(super) fn failure(status: u16, body: &str) -> EpagError {
    let errors = super::fields::Fields::parse(body).and_then(|fields| fields.list("errors")).unwrap_or_default();
    let code = errors.iter().find_map(|error| Code::parse(&error.text(&["code"])?));
    EpagError::Failed { status, code: code.map(|code| code.as_str().to_owned()) }
}
