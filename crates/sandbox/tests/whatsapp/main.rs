//! WhatsApp's imitation as a shop and a buyer see it: over HTTP, against a real server on a free port, with a real mailbox
//! for webhooks. One file per section.

mod chats;
mod common;
#[path = "../support/desk.rs"]
mod desk;
mod faults;
mod limits;
#[path = "../support/mailbox.rs"]
mod mailbox;
mod outcomes;
mod page;
mod sends;
mod shuffle;
mod statuses;
mod taps;
mod validation;
mod webhooks;
mod window;
