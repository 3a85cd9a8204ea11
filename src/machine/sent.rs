//! What is on its way to the server, under which name, and what stands between it and its answer.
//!
//! Part of the stages `Confirming`, `Resuming` and `Closing`. Whatever is sent again is sent under the name that it had.

use super::frame::Ask;
use super::state::Notice;
use umclique_wire::{AttemptId, ConfirmRequest, ResumeRequest};

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

/// One answer of the buyer to a question of the server: a token, how a challenge ended, or what a visit brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resume {
    /// The same on every retry of this answer.
    pub key: Key,
    /// The question, and the answer.
    pub request: ResumeRequest,
    /// The frame that gave it, or the visit.
    pub ask: Ask,
}

impl Resume {
    /// It brings back what a visit of the provider's page gave; no frame had part in it.
    #[must_use]
    pub fn is_return(&self) -> bool {
        self.request.return_code.is_some()
    }
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

/// What stands between a confirm or resume and its answer.
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
