//! The QR codes of payment providers: unwrapped from what the provider sends, read back into text, understood, and drawn.
//!
//! Called by the server (`unwrap`, `read`, `payload`) and by the component in WebAssembly (`unwrap`, `draw`).
//! Every byte is taken for hostile: sizes are checked before anything is allocated, and the work is counted.
//! Does no I/O and decides nothing about money; comparing a payload with an order is the server's part.

#[cfg(feature = "draw")]
pub mod draw;
pub mod payload;
#[cfg(feature = "read")]
pub mod read;
#[cfg(feature = "unwrap")]
pub mod unwrap;
