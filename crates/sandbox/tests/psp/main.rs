//! The card processor's imitation as a shop sees it: over HTTP, against a real server on a free port. One file per section.

mod charges;
mod common;
mod control;
#[path = "../support/desk.rs"]
mod desk;
mod faults;
mod keys;
#[path = "../support/mailbox.rs"]
mod mailbox;
mod money;
mod refunds;
mod reserved;
mod webhooks;
