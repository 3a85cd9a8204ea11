//! A provider's page in this tab, as far as the machine knows it: whether the buyer is to go there, or has come back.
//!
//! Part of the stage `Visiting`. What the buyer brings back is here and in the request that uses it, nowhere else.

use super::state::Notice;
use umclique_wire::NextAction;

/// How far a visit of the provider's page is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trip {
    /// It is being found out whether the buyer comes from there.
    Looking,
    /// The buyer may go there.
    Ready,
    /// The same, because a login by which one click was enough has ended.
    Lapsed,
    /// What the buyer brought back was not taken, and is good for nothing more.
    Refused(Notice),
}

/// What this browser has for a visit.
#[derive(Clone, PartialEq, Eq)]
pub enum Found {
    /// The two halves of a consent. Only the browser that began it has both.
    Back {
        /// What the address had.
        code: String,
        /// What stayed here.
        nonce: String,
    },
    /// The buyer does not come from there.
    Nothing,
    /// The half that should have stayed here is gone: whatever the buyer brings back from there, it could not be used.
    Useless,
}

/// Never shows what it holds.
impl std::fmt::Debug for Found {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Back { .. } => "Back(…)",
            Self::Nothing => "Nothing",
            Self::Useless => "Useless",
        })
    }
}

/// The page that a buyer may be sent to: over https, or on this very machine.
#[must_use]
pub(super) fn safe_url(action: Option<&NextAction>) -> Option<&String> {
    let Some(NextAction::Redirect(redirect)) = action else { return None };
    let is_local = |start: &str| {
        redirect.url.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/', '?', '#']))
    };
    let is_safe = redirect.url.starts_with("https://") || is_local("http://127.0.0.1") || is_local("http://localhost");
    is_safe.then_some(&redirect.url)
}
