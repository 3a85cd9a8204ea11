//! PicPay's imitation as a shop, a buyer's browser and a test see it: over HTTP, against a real server on a free port. One
//! file per section.

mod charges;
mod common;
mod consent;
mod control;
mod faults;
mod gate;
mod keys;
mod legacy;
mod parallel;
mod properties;
mod query;
mod refunds;
mod scenarios;
mod timeouts;
mod tokens;
mod two_step;
mod wallets;
