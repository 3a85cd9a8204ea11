//! The calls of the Cloud API by the names that faults and the journal use, and what each can suffer.

use crate::faults::{CallRule, Fault};

/// `POST …/messages`.
pub(super) const SEND: &str = "send";
/// A message to the shop.
pub(super) const WEBHOOK: &str = "webhook";
/// The GET that asks the shop whether it wants them.
pub(super) const VERIFY: &str = "verify";

/// The table of calls and what each can suffer.
pub(super) fn rules() -> Vec<CallRule> {
    let mut faults = Fault::OF_ANY_CALL.to_vec();
    faults.extend([Fault::Error503, Fault::Error503Executed, Fault::PairLimited]);
    vec![CallRule { call: SEND, faults }, CallRule { call: WEBHOOK, faults: Fault::OF_CALLBACKS.to_vec() }]
}
