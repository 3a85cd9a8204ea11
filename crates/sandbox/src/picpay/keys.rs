//! `x-Idempotency-Key`: a final answer is given again bit for bit; while the first request is being processed the others get
//! 208; an answer that is not final is forgotten. Source: PicPay "Idempotency key". Undocumented; we assume: a key belongs to
//! one shop and one call, and another body under it changes nothing.

use super::calls::Call;
use super::reply::Reply;

/// The longest key; published as "usually 255".
pub(super) const MAX_LENGTH: usize = 255;

/// A key where it counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    pub(super) client: &'static str,
    pub(super) call: Call,
    pub(super) text: String,
}

/// All keys of one sandbox.
pub(super) type Keys = crate::keys::Keys<Key, Reply>;
