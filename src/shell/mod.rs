//! Where effects happen: requests, the status stream, timers, listeners, events to the page.
//!
//! [`Checkout`] is the root component; everything it starts is kept in one of its fields and stops when dropped.

mod api;
mod checkout;
mod clock;
mod format;
pub mod frame;
mod host;
mod listen;
mod notify;
mod options;
mod page;
mod picture;
pub mod read;
pub mod refusal;
mod run;
pub mod sse;
mod status;
mod task;
mod visit;

pub use checkout::{Checkout, Msg};
#[doc(hidden)]
pub use host::Host;
pub use options::Options;
#[doc(hidden)]
pub use picture::Drawer;
pub(crate) use picture::Picture;
