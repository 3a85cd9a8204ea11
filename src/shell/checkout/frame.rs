//! What the machine wants done with a provider's frame.
//!
//! Called by the root once the screen is drawn: only then is there a place for the frame, and something to scroll to.

use super::{Checkout, Msg};
use crate::machine::{Breakage, Effect, Event, Word};
use crate::shell::frame::Frame;
use yew::Context;

impl Checkout {
    pub(super) fn work_on_frame(&mut self, ctx: &Context<Self>) {
        for work in std::mem::take(&mut self.frame_work) {
            match (work, &mut self.frame) {
                (Effect::ShowWidget { ask, view }, frame) => {
                    if frame.as_mut().is_some_and(|frame| frame.challenge(&ask, &view)) {
                        continue;
                    }
                    // The old one goes first.
                    *frame = None;
                    *frame = Frame::open(self.open_frame.as_ref(), &ask, &view, ctx.link());
                    if frame.is_none() {
                        let event = Event::FrameSaid { ask, word: Word::Failed(Breakage::Script) };
                        ctx.link().send_message(Msg::Happened(event));
                    }
                }
                (Effect::SubmitWidget { ask }, Some(frame)) => frame.submit(ask),
                (Effect::DropWidget, frame) => *frame = None,
                _ => {}
            }
        }
    }
}
