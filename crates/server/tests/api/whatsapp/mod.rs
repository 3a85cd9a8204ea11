//! WhatsApp one-click, from a stored card to the order's last word, and what must never be charged.

mod credentials;
mod journey;
mod lost;
mod messages;
mod notices;
mod taps;
mod unreachable;
