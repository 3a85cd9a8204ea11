//! Cards and instalments through April: several rounds, and no idempotency at the provider.

mod capture;
mod journey;
mod lost;
mod operator;
mod rounds;
