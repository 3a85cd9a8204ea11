//! Sessions, payments and refunds as the shop and the buyer read them: what is taken, replayed, hidden and refused.

mod access;
mod create;
mod keys;
mod read;
