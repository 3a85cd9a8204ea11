//! The sandbox as a merchant and a test see it: over HTTP, against a real server on a free port. One file per section.

mod auth;
mod callbacks;
mod common;
mod control;
mod create;
#[path = "../support/desk.rs"]
mod desk;
mod expiry;
mod faults;
mod operations;
mod qr;
#[path = "../support/receiver.rs"]
mod receiver;
mod statuses;
