//! The checkout in a real browser: whole journeys against server and sandbox, every screen, and every way of embedding.

mod april;
mod back;
mod contrast;
mod crash;
mod embedding;
mod journey;
mod leaks;
mod looks;
mod once;
mod picpay_wallet;
mod screens;
mod steady;
mod strict_mode;
mod whatsapp;
