//! A provider's own frame on the page, as far as the machine knows it: which question it answers, and what it has brought.
//!
//! Part of the stages `Framed` and `Resuming`. A token is here and in the request that uses it, nowhere else.

use super::sent::Key;
use umclique_wire::{AttemptId, AttemptView, ChallengeEnd};

/// A question of the server, and which frame answers it, or which visit of the provider's page. Whatever a frame says carries its
/// own, so that the words of one that was replaced change nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// The attempt that asks.
    pub attempt: AttemptId,
    /// Its round.
    pub round: u32,
    /// How often a frame was put up for this question before.
    pub mount: u32,
    /// It asks for the end of a challenge, and otherwise for a token.
    pub is_challenge: bool,
}

impl Ask {
    /// What an attempt asks, for its first frame.
    #[must_use]
    pub(super) fn of(attempt: &AttemptView, is_challenge: bool) -> Self {
        Self { attempt: attempt.id.clone(), round: attempt.round, mount: 0, is_challenge }
    }

    /// The same question, whichever frame answers it.
    #[must_use]
    pub(super) fn is_same_question(&self, other: &Self) -> bool {
        *self == Self { mount: self.mount, ..other.clone() }
    }

    /// The same question for a fresh frame.
    #[must_use]
    pub(super) fn again(&self) -> Self {
        Self { mount: self.mount + 1, ..self.clone() }
    }
}

/// What pays, once. Made by the provider's frame; goes to the server and is forgotten.
#[derive(Clone, PartialEq, Eq)]
pub struct Token {
    /// The token itself.
    pub text: String,
    /// Which kind of payment the provider says that it stands for.
    pub kind: Option<String>,
}

/// Never shows the token.
impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

/// What a frame says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// It stands, and shows what it was asked for.
    Ready,
    /// It could not be put up.
    Failed(Breakage),
    /// It reported an error of whatever kind.
    Complained,
    /// It was asked for a token a while ago, and said nothing. The shell's word, not the frame's.
    Silent,
    /// It made a token, asked or unasked; with a fresh key.
    Token(Token, Key),
    /// The challenge is over; with a fresh key.
    Ended(ChallengeEnd, Key),
}

/// How far a frame is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hand {
    /// It is being put up.
    Loading,
    /// The buyer may fill it in and press pay, or do what the bank wants.
    Ready,
    /// Pay was pressed: it checks what was filled in, and makes a token. Never of a challenge.
    Submitting,
    /// It made a token by itself, which waits for the buyer's press. There is never more than this one, and never of a challenge.
    Held(Token),
    /// It could not be put up, or what it said was refused. The buyer may try again.
    Broken,
}

/// Why a frame could not be put up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breakage {
    /// The provider's script did not load.
    Script,
    /// The page does not allow the script.
    Blocked,
    /// The script is here and does not do what it should.
    Widget,
    /// There is no place on this page in which such a frame works.
    Place,
}
