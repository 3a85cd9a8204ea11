//! The last calls and messages, for tests and people who ask "what did we really send". Bodies and tokens are not kept.

use std::collections::VecDeque;
use std::sync::Mutex;

use serde::Serialize;

use crate::world::lock;

/// How many lines are kept.
const KEPT: usize = 10_000;

/// One request to a provider, or one message from it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) provider: &'static str,
    /// The call's name as faults know it; that of a message is `callback` or `webhook`.
    pub(crate) call: &'static str,
    pub(crate) path: String,
    /// HTTP status that was answered; absent where the connection was closed or nothing was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) status: Option<u16>,
    /// The scripted fault that was played.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) fault: Option<&'static str>,
    /// For a message: which try it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) attempt: Option<u32>,
    pub(crate) at: String,
}

/// The last lines, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    lines: Mutex<VecDeque<Line>>,
}

impl Journal {
    /// Adds a line, dropping the oldest when there are too many.
    pub(crate) fn push(&self, line: Line) {
        let mut lines = lock(&self.lines);
        if lines.len() == KEPT {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// The lines of one provider, or of one of its calls, oldest first.
    pub(crate) fn list(&self, provider: &str, call: Option<&str>) -> Vec<Line> {
        let lines = lock(&self.lines);
        let wanted = lines.iter().filter(|line| line.provider == provider);
        wanted.filter(|line| call.is_none_or(|call| line.call == call)).cloned().collect()
    }

    /// Forgets everything.
    pub(crate) fn clear(&self) {
        lock(&self.lines).clear();
    }
}
