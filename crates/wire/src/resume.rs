//! What the buyer brings back: the answer to a `next_action` that the provider's frame or page gave.

use crate::AttemptId;
use serde::{Deserialize, Serialize};

/// Body of `POST /v1/checkout_sessions/{id}/resume`: names what it answers, and has one answer.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResumeRequest {
    /// The attempt whose `next_action` this answers.
    pub attempt: AttemptId,
    /// The attempt's `round` in the snapshot that asked.
    pub round: u32,
    /// Answers `collect_token`: the token, used once. Not logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// Goes with `token`: which kind of payment the provider says that it stands for, as in `Card`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Answers `challenge`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub challenge: Option<ChallengeEnd>,
    /// Answers `redirect`: `umclique_return` of the address that the buyer came back to. Good once. Not logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_code: Option<String>,
    /// Goes with `return_code`: the text whose SHA-256 the confirm had. Not logged.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nonce: Option<String>,
}

impl ResumeRequest {
    /// What it answers, and no answer yet.
    #[must_use]
    pub fn of(attempt: AttemptId, round: u32) -> Self {
        Self { attempt, round, token: None, kind: None, challenge: None, return_code: None, nonce: None }
    }
}

/// How a challenge ended, as far as the browser knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChallengeEnd {
    /// The frame says that it is done. The provider tells what came of it.
    Done,
    /// It failed, or the buyer closed it.
    Failed,
}

/// Never shows a token, a return code or a nonce.
impl std::fmt::Debug for ResumeRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ResumeRequest")
            .field("attempt", &self.attempt)
            .field("round", &self.round)
            .field("kind", &self.kind)
            .field("challenge", &self.challenge)
            .finish_non_exhaustive()
    }
}
