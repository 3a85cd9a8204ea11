//! April in the sandbox as a merchant and a test see it: over HTTP, against a real server on a free port. One file per
//! section. What happens in a browser is tested there.

mod access;
mod captures;
mod challenges;
mod common;
mod control;
#[path = "../support/desk.rs"]
mod desk;
mod faults;
mod frame;
mod once;
mod orders;
mod pay;
mod queries;
#[path = "../support/receiver.rs"]
mod receiver;
mod refunds;
mod script;
mod shoppers;
mod shuffle;
mod tokens;
mod webhooks;
