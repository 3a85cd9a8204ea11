//! What this method keeps with an attempt, and how far the attempt has got.
//!
//! Written by `prepare` and `resume` before a send, and by the answers after it; read again by every call. Pure.

use super::AprilError;
use super::payload::NewOrder;
use crate::store::Attempt;
use serde::{Deserialize, Serialize};
use umclique_wire::WidgetBuyer;

/// What is kept.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Details {
    /// Reserve now, capture later.
    pub(super) is_manual: bool,
    /// What the frame need not ask for, each time that it is shown.
    #[serde(default)]
    pub(super) buyer: WidgetBuyer,
    /// How far it has got.
    #[serde(flatten)]
    pub(super) step: Step,
}

/// What the next send does, or what the last answer said.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub(super) enum Step {
    /// Make the order. Nothing has been paid, and nothing can be: only our server pays orders, and has not tried yet.
    Create {
        /// What it says.
        order: Box<NewOrder>,
    },
    /// Pay with a token.
    Pay {
        /// The token, used once.
        token: String,
        /// What the frame called it, as in `Card`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
    },
    /// April asked for a challenge of the buyer.
    Challenged {
        /// The token, which stays reserved for what comes after the challenge.
        token: String,
        /// April's object, as JSON text. The browser gets it, and what it says about it is not believed.
        action: String,
    },
    /// Go on after a challenge that the browser calls done.
    Confirm {
        /// The token that was reserved.
        token: String,
        /// April's object, as JSON text, sent back as it came.
        action: String,
    },
    /// The challenge failed or was closed: read what became of the order, and pay nothing.
    LookAfterChallenge,
    /// April named the transaction.
    Paid {
        /// Its id.
        transaction: String,
    },
}

/// Never shows who the buyer is, nor a token.
impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let step = match self.step {
            Step::Create { .. } => "create",
            Step::Pay { .. } => "pay",
            Step::Challenged { .. } => "challenged",
            Step::Confirm { .. } => "confirm",
            Step::LookAfterChallenge => "look_after_challenge",
            Step::Paid { .. } => "paid",
        };
        f.debug_struct("Details").field("is_manual", &self.is_manual).field("step", &step).finish_non_exhaustive()
    }
}

impl Details {
    /// What is kept with an attempt.
    pub(super) fn of(attempt: &Attempt) -> Result<Self, AprilError> {
        serde_json::from_value(attempt.details.clone())
            .map_err(|_| AprilError::Unsendable { what: "the attempt's stored details" })
    }

    /// The same at another step: what the step before needed is forgotten.
    pub(super) fn at(&self, step: Step) -> Self {
        Self { is_manual: self.is_manual, buyer: self.buyer.clone(), step }
    }

    /// As it is stored.
    pub(super) fn stored(&self) -> serde_json::Value {
        serde_json::to_value(self).expect("its keys are texts, so it is JSON")
    }

    /// The transaction that April named.
    pub(super) fn transaction(&self) -> Option<&str> {
        match &self.step {
            Step::Paid { transaction } => Some(transaction),
            _ => None,
        }
    }
}
