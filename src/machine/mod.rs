//! The checkout as a pure state machine: what is true now, what happened, what to do, what to draw.
//!
//! Called by `shell`, which runs the effects and feeds their outcome back as events. Nothing here reads a clock, draws a
//! random number, touches the page or the network; `tests/layering.rs` holds that.

mod effect;
mod event;
mod frame;
mod place;
mod screen;
mod sent;
mod state;
mod update;
pub mod view;
mod visit;

pub use effect::{Effect, PageEvent};
pub use event::{Event, Fault, Refusal};
pub use frame::{Ask, Breakage, Hand, Token, Word};
pub use screen::Screen;
pub use sent::{Cancel, Confirm, Doubt, Key, Resume};
pub use state::{Look, Notice, Snapshot, State, Trouble};
pub use update::update;
pub use visit::{Found, Trip};
