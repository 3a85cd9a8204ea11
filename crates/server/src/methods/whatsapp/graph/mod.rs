//! The Cloud API: what is sent to it, what it answers, and what its codes mean. Called by the files above this folder; knows
//! nothing of sessions and attempts.

pub(super) mod client;
pub(super) mod codes;
pub(super) mod payload;
pub(super) mod rules;
