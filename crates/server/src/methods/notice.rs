//! What providers post, and what comes of it. Used by methods whose provider tells things once and signs them: such a post is
//! kept before it is answered, and worked on afterwards, perhaps twice.

use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use umclique_wire::{AttemptId, FailureCode, NextAction};
use utoipa::ToSchema;

/// A post as it came.
#[derive(Clone, Copy, Debug)]
pub struct Notice<'a> {
    /// What follows `/providers/{provider}/` in the path.
    pub path: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The raw bytes.
    pub body: &'a [u8],
}

/// What a post turns out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It may be about this attempt of ours. It proves nothing: it only makes us ask.
    Hint(AttemptId),
    /// Its provider signed it: it is kept, answered, and worked on afterwards.
    Keep,
    /// It should be signed, and is not by whom it should be.
    Forged,
    /// None of ours.
    Foreign,
}

/// What a notice hints at, if at anything.
impl From<Option<AttemptId>> for Taken {
    fn from(hinted: Option<AttemptId>) -> Self {
        hinted.map_or(Self::Foreign, Self::Hint)
    }
}

/// One thing that a kept post says.
#[derive(Clone, PartialEq)]
pub struct Heard {
    /// The attempt that it is about.
    pub attempt: AttemptId,
    /// What it says, as the method wrote it down for itself.
    pub word: Value,
}

/// Never shows what was said: it may hold who pays.
impl std::fmt::Debug for Heard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Heard").field("attempt", &self.attempt).finish_non_exhaustive()
    }
}

/// What is to be done about something that was heard. May be asked for again and again: the same word on the same attempt is
/// the same reaction, or none.
#[derive(Clone, PartialEq)]
pub enum Reaction {
    /// Nothing: it is known already, or means nothing.
    Nothing,
    /// Nothing yet: what it is about is still being written. It is read again in a while.
    Later,
    /// A line on the timeline, and what changed with it on an attempt that still waits for its buyer.
    Note {
        /// In a stable word.
        kind: &'static str,
        /// In a sentence, without personal data.
        detail: String,
        /// What the buyer sees from now on.
        next_action: Option<Box<NextAction>>,
        /// What the method keeps with the attempt from now on.
        details: Option<Value>,
    },
    /// The attempt's next round begins, and is sent at once. Only an attempt that waits for its buyer can.
    Round {
        /// What the method keeps with the attempt from now on: everything that the next send needs.
        details: Value,
        /// Why, in a sentence, without personal data.
        detail: String,
    },
    /// Nobody can be asked this way: an attempt that waits for its buyer ends without a payment.
    End {
        /// What the buyer is told.
        failure: FailureCode,
        /// Why, in a sentence, without personal data.
        detail: String,
    },
    /// The buyer confirmed what must not be charged: too late, or not as it was sent. Nothing is charged, and they are told.
    Refuse {
        /// Why, in a sentence, without personal data.
        detail: String,
        /// What to tell, once.
        message: Option<NewMessage>,
    },
    /// How far a message of ours came that does not ask for money.
    Message {
        /// Its id.
        id: String,
        /// The provider's word, as in `delivered`.
        state: &'static str,
        /// The provider refused it after all, and why.
        failure: Option<String>,
    },
}

/// Never shows what the method keeps.
impl std::fmt::Debug for Reaction {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (name, detail) = match self {
            Self::Nothing => ("Nothing", ""),
            Self::Later => ("Later", ""),
            Self::Note { detail, .. } => ("Note", detail.as_str()),
            Self::Round { detail, .. } => ("Round", detail.as_str()),
            Self::End { detail, .. } => ("End", detail.as_str()),
            Self::Refuse { detail, .. } => ("Refuse", detail.as_str()),
            Self::Message { state, .. } => ("Message", *state),
        };
        f.debug_tuple(name).field(&detail).finish()
    }
}

/// A message to the buyer that does not ask for money. Kept with what it tells, and sent afterwards, in order.
#[derive(Clone, PartialEq)]
pub struct NewMessage {
    /// Only one of an attempt with this name is ever kept.
    pub name: String,
    /// What is sent, as the method wrote it down for itself.
    pub body: Value,
}

/// Never shows what it says.
impl std::fmt::Debug for NewMessage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewMessage").field("name", &self.name).finish_non_exhaustive()
    }
}

/// Where an order stands for its buyer, in the shop's word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OrderStatus {
    /// Being packed, or worked on.
    Processing,
    /// A part of it is on its way.
    PartiallyShipped,
    /// On its way.
    Shipped,
    /// Nothing more follows.
    Completed,
    /// Nothing comes of it.
    Canceled,
}
