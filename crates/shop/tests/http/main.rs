//! The shop over HTTP, as its page, its merchant server and strangers see it.

mod account;
mod harness;
mod pages;
mod proxy;
mod sessions;
mod webhooks;
