//! What happened: in the page, at the server, on the buyer's side.
//!
//! Made by `shell`. An event says what happened, never what to do about it.

use super::frame::{Ask, Word};
use super::sent::Key;
use super::state::{Notice, Snapshot};
use super::visit::Found;
use umclique_wire::{AttemptId, ConfirmRequest};

/// Why a call brought no snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No usable answer (network, time-out, 5xx, not JSON, still running): the outcome is unknown.
    Unknown,
    /// There is no such session, or the secret does not open it.
    Gone,
    /// A well-formed refusal.
    Refused(Refusal),
}

/// A refusal, as far as it changes what the buyer is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// What the buyer will be told if the session still lets them choose.
    pub notice: Notice,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// The page is about to set another session, or took the session away.
    SessionLeft,
    /// The page set a session; its credentials are with the shell.
    SessionSet,
    /// The server's word, from a read, the stream, a poll, or the answer of confirm, resume or cancel.
    Snapshot(Snapshot),
    /// The server's word after it asked the provider.
    Checked(Snapshot),
    /// Reading the session brought no snapshot.
    LoadFailed(Fault),
    /// Asking the server to look brought no snapshot.
    CheckFailed,
    /// The status stream and polling fail again and again; they go on trying.
    StatusLost,
    /// The buyer pressed pay with a complete form.
    ConfirmPressed {
        /// A fresh key.
        key: Key,
        /// The method and what its form collected.
        request: ConfirmRequest,
    },
    /// A confirm brought no snapshot.
    ConfirmFailed {
        /// The confirm's key.
        key: Key,
        /// Why.
        fault: Fault,
    },
    /// The provider's frame said something.
    FrameSaid {
        /// The frame.
        ask: Ask,
        /// What.
        word: Word,
    },
    /// The buyer pressed pay under the provider's frame, or wants to go to the provider's page.
    PayPressed {
        /// A fresh key.
        key: Key,
    },
    /// It was found out what this browser has for a visit of the provider's page.
    Looked {
        /// The question that the visit answers.
        ask: Ask,
        /// What it has.
        found: Found,
        /// A fresh key.
        key: Key,
    },
    /// A resume brought no snapshot.
    ResumeFailed {
        /// The resume's key.
        key: Key,
        /// Why.
        fault: Fault,
    },
    /// The buyer wants to pay another way.
    LeavePressed {
        /// A fresh key for the cancel.
        key: Key,
    },
    /// The buyer wants a new code in place of one whose time is up.
    NewCodePressed {
        /// A fresh key for the cancel.
        cancel_key: Key,
        /// A fresh key for the new attempt.
        key: Key,
        /// What to ask for; absent where the form is no longer filled (after a reload of the page).
        request: Option<ConfirmRequest>,
    },
    /// A cancel brought no snapshot.
    CancelFailed {
        /// The cancel's key.
        key: Key,
        /// Why.
        fault: Fault,
    },
    /// The buyer pressed "I have paid, check now".
    CheckPressed,
    /// The buyer came back to the page, or the network came back.
    Woke,
    /// By the corrected clock the code can no longer be paid.
    TimeUp {
        /// The attempt that the code belongs to.
        attempt: AttemptId,
    },
    /// The page called `reload()`, or the buyer pressed "try again".
    ReloadPressed,
}
