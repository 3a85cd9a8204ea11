//! Every way in which the server says no, and what each looks like on the wire.

use crate::store::StoreError;
use umclique_wire::{FieldProblem, Problem};

/// A refusal or a fault. Inner text is logged once, at the edge, and never sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields that cannot be used.
    #[error("the request has fields that cannot be used")]
    Invalid(Vec<FieldProblem>),
    /// Not JSON, or JSON of another shape.
    #[error("{0}")]
    Malformed(String),
    /// A body over the limit.
    #[error("the body is larger than {0} bytes")]
    TooLarge(usize),
    /// No key, or a wrong one.
    #[error("the Authorization header has no key that opens this")]
    Unauthorized,
    /// The right kind of key, but not for this.
    #[error("this key does not open this resource")]
    Forbidden,
    /// There is no such thing.
    #[error("there is no {0} with this id")]
    NotFound(&'static str),
    /// A path that leads nowhere.
    #[error("there is no such route")]
    NoRoute,
    /// A path that is there, but not for this HTTP method.
    #[error("the route has no such method")]
    NoMethodHere,
    /// A call that must carry a key does not.
    #[error("the Idempotency-Key header is missing")]
    KeyMissing,
    /// A key of unusable form.
    #[error("the Idempotency-Key header must be 1 to 255 visible ASCII characters")]
    KeyInvalid,
    /// The key came before, with another body.
    #[error("this Idempotency-Key was used with another body")]
    KeyReused,
    /// The first request with this key still runs.
    #[error("the first request with this Idempotency-Key still runs")]
    KeyInUse,
    /// Another method is being paid with.
    #[error("another payment attempt may still charge")]
    AttemptLive,
    /// The attempt waits for something else by now, or for nothing.
    #[error("the attempt does not wait for this")]
    NotAsked,
    /// The session does not wait for a payment.
    #[error("the session is {0}")]
    SessionNotPayable(&'static str),
    /// Enough is enough.
    #[error("this session had its {0}")]
    AttemptsExhausted(&'static str),
    /// The payment does not stand where the call makes sense.
    #[error("{0}")]
    NotPossible(String),
    /// More than there is.
    #[error("at most {available_minor} minor units can be {verb}")]
    AmountTooHigh {
        /// What is left.
        available_minor: u64,
        /// As in `refunded`.
        verb: &'static str,
    },
    /// Too many calls.
    #[error("too many {0}")]
    TooMany(&'static str),
    /// No method can charge this.
    #[error("no configured method can charge {0}")]
    NoMethod(String),
    /// Somebody else kept changing the same row.
    #[error("the row changed under us again and again")]
    Contended,
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A task of ours broke.
    #[error("a task of the server ended early: {0}")]
    Task(String),
}

/// How an error looks outside: status, stable code, title, and when to come again.
struct Face {
    status: u16,
    code: &'static str,
    title: &'static str,
    retry_after_s: Option<u32>,
}

const fn face(status: u16, code: &'static str, title: &'static str) -> Face {
    Face { status, code, title, retry_after_s: None }
}

impl Error {
    fn face(&self) -> Face {
        match self {
            Self::Invalid(_) => face(422, "invalid_fields", "Some fields cannot be used"),
            Self::Malformed(_) => face(400, "malformed", "The request cannot be read"),
            Self::TooLarge(_) => face(413, "body_too_large", "The body is too large"),
            Self::Unauthorized => face(401, "unauthorized", "No valid key"),
            Self::Forbidden => face(403, "forbidden", "This key does not open this"),
            Self::NotFound(_) => face(404, "not_found", "There is no such resource"),
            Self::NoRoute => face(404, "no_such_route", "There is no such route"),
            Self::NoMethodHere => face(405, "method_not_allowed", "The route does not take this HTTP method"),
            Self::KeyMissing => face(400, "idempotency_key_missing", "The Idempotency-Key header is missing"),
            Self::KeyInvalid => face(400, "idempotency_key_invalid", "The Idempotency-Key header cannot be used"),
            Self::KeyReused => face(422, "idempotency_key_reused", "The key belongs to another request"),
            Self::KeyInUse => {
                Face { retry_after_s: Some(2), ..face(409, "idempotency_key_in_use", "The first request still runs") }
            }
            Self::AttemptLive => Face { retry_after_s: Some(2), ..face(409, "attempt_live", "An attempt is live") },
            Self::NotAsked => face(409, "not_asked", "The attempt does not wait for this"),
            Self::SessionNotPayable(_) => face(409, "session_not_payable", "The session takes no payment now"),
            Self::AttemptsExhausted(_) => face(409, "attempts_exhausted", "The session had enough attempts"),
            Self::NotPossible(_) => face(422, "not_possible", "This is not possible now"),
            Self::AmountTooHigh { .. } => face(422, "amount_too_high", "The amount is too high"),
            Self::TooMany(_) => Face { retry_after_s: Some(60), ..face(429, "too_many_requests", "Too many requests") },
            Self::NoMethod(_) => face(422, "no_method", "No method can charge this"),
            Self::Contended => Face { retry_after_s: Some(1), ..face(503, "busy", "The server is busy") },
            Self::Store(_) | Self::Task(_) => {
                Face { retry_after_s: Some(5), ..face(503, "unavailable", "The server cannot answer now") }
            }
        }
    }

    /// What to do, for people.
    fn advice(&self) -> String {
        match self {
            Self::Invalid(_) => "correct the fields named in errors and send the request again".into(),
            Self::Malformed(what) => format!("{what}; docs/API.md describes what is expected"),
            Self::TooLarge(limit) => format!("send at most {limit} bytes"),
            Self::Unauthorized => {
                "send Authorization: Bearer with the secret key, or with the session's client secret".into()
            }
            Self::Forbidden => "use the secret key, or the client secret of this very session".into(),
            Self::NotFound(what) => format!("there is no {what} with this id; check the id"),
            Self::NoRoute => "there is nothing at this path; docs/API.md lists what there is".into(),
            Self::NoMethodHere => "use a method that the Allow header names".into(),
            Self::KeyMissing => "send an Idempotency-Key header, the same on every retry of this operation".into(),
            Self::KeyInvalid => "use 1 to 255 visible ASCII characters, such as a UUID".into(),
            Self::KeyReused => "this key was used with another body; use a new key for a new operation".into(),
            Self::KeyInUse => "wait, then send the same request with the same key again".into(),
            Self::AttemptLive => "another payment attempt may still charge; wait for it or cancel it first".into(),
            Self::NotAsked => "the attempt waits for something else by now, or for nothing; read the session".into(),
            Self::SessionNotPayable(status) => format!("the session is {status}; read it before doing anything else"),
            Self::AttemptsExhausted(what) => format!("this session had its {what}; create a new session"),
            Self::NotPossible(what) => what.clone(),
            Self::AmountTooHigh { available_minor, verb } => {
                format!("at most {available_minor} minor units can be {verb}; ask for less")
            }
            Self::TooMany(what) => format!("too many {what} in a short time; wait for Retry-After seconds"),
            Self::NoMethod(what) => {
                format!("no configured method can charge {what}; check currency, amount, capture and methods")
            }
            Self::Contended | Self::Store(_) | Self::Task(_) => {
                "nothing is lost; send the same request with the same Idempotency-Key again".into()
            }
        }
    }

    /// The problem document, without anything inner.
    #[must_use]
    pub fn problem(&self) -> Problem {
        let face = self.face();
        let errors = if let Self::Invalid(errors) = self { errors.clone() } else { Vec::new() };
        Problem {
            kind: "about:blank".into(),
            status: face.status,
            code: face.code.into(),
            title: face.title.into(),
            detail: self.advice(),
            errors,
        }
    }

    /// When to come again, in seconds.
    #[must_use]
    pub fn retry_after_s(&self) -> Option<u32> {
        self.face().retry_after_s
    }

    /// A fault of ours rather than of the caller's.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        matches!(self, Self::Store(_) | Self::Task(_) | Self::Contended)
    }
}
