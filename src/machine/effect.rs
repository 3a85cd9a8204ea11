//! What to do: requests, streams, clocks, and news for the page.
//!
//! Returned by `update`, run by `shell`. `tries` is 0 for "now", and otherwise asks for a back-off.

use super::frame::Ask;
use super::screen::Screen;
use super::sent::{Confirm, Key, Resume};
use super::state::Snapshot;
use std::rc::Rc;
use umclique_wire::{AttemptId, AttemptStatus, FailureCode, MethodKind, SessionId, SessionStatus};

/// Something to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Read the session. Replaces a read that is still waiting.
    Load {
        /// How often it brought no usable answer.
        tries: u32,
    },
    /// Ask the server to ask the provider.
    Check {
        /// How often it brought no usable answer.
        tries: u32,
    },
    /// Send the confirm.
    Confirm {
        /// The idempotency key and the body.
        confirm: Rc<Confirm>,
        /// How often it brought no usable answer.
        tries: u32,
    },
    /// Send what the buyer brought back.
    Resume {
        /// The idempotency key and the body.
        resume: Rc<Resume>,
        /// How often it brought no usable answer.
        tries: u32,
    },
    /// Put a fresh frame of the provider on the page, in place of one that is there. Where the snapshot asks for a challenge, the
    /// frame of the same attempt shows it, and a fresh one only if there is none.
    ShowWidget {
        /// The question that it answers.
        ask: Ask,
        /// The snapshot that asks, with the frame, the amount and the challenge.
        view: Snapshot,
    },
    /// Ask the frame for a token, and say so if it does not answer for a while.
    SubmitWidget {
        /// The frame.
        ask: Ask,
    },
    /// Take the provider's frame off the page.
    DropWidget,
    /// Go to the provider's page in this tab, or only find out whether the buyer comes from there.
    Visit {
        /// The question that it answers.
        ask: Ask,
        /// Where to go, if so.
        url: Option<String>,
    },
    /// Close an attempt that the buyer leaves.
    Cancel {
        /// The idempotency key.
        key: Key,
        /// The attempt.
        attempt: AttemptId,
        /// How often it brought no usable answer.
        tries: u32,
    },
    /// Close the live attempt of a session that the page leaves; nobody waits for the answer.
    Abandon {
        /// The attempt, or nothing where only the server knows it.
        attempt: Option<AttemptId>,
    },
    /// Listen to the server's news.
    OpenStatus,
    /// Stop listening.
    CloseStatus,
    /// Say when the code's time is up. Both are the server's, so that only their difference counts.
    StartClock {
        /// The attempt that the code belongs to.
        attempt: AttemptId,
        /// The moment at which the code can no longer be paid. RFC 3339, UTC.
        expires_at: String,
        /// The server's clock when it said so. RFC 3339, UTC.
        server_time: String,
    },
    /// Forget the code's time.
    StopClock,
    /// Tell the page.
    Emit(PageEvent),
}

/// News for the page; each becomes one custom event. Holds nothing about the buyer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PageEvent {
    /// The session was read, and its first screen is drawn.
    Ready {
        /// The session.
        session: SessionId,
    },
    /// The session or its attempt moved.
    Change {
        /// The session.
        session: SessionId,
        /// Where the session stands.
        status: SessionStatus,
        /// What is on the screen.
        screen: Screen,
        /// The live attempt, or the last one.
        attempt: Option<(AttemptId, MethodKind, AttemptStatus)>,
    },
    /// The session is paid.
    Paid {
        /// The session.
        session: SessionId,
        /// The attempt that was paid.
        attempt: Option<AttemptId>,
    },
    /// An attempt ended without a payment; nothing was charged.
    Failed {
        /// The session.
        session: SessionId,
        /// The attempt.
        attempt: Option<AttemptId>,
        /// Why, in kind.
        code: FailureCode,
    },
    /// The checkout cannot go on by itself.
    Error {
        /// Stable, for programs.
        code: &'static str,
    },
}
