//! Delivers events to the shop as Standard Webhooks.

pub mod deliver;
pub mod sign;
