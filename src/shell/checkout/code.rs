//! Loading what draws QR codes, and keeping the drawing.
//!
//! Called by the root after each event.

use super::{Checkout, Msg};
use crate::shell::picture::{Loading, Picture, load};
use crate::shell::task::Task;
use yew::Context;

impl Checkout {
    /// Once the first screen stands, what draws QR codes is loaded; every later event tries again what failed.
    pub(super) fn load_drawer(&mut self, ctx: &Context<Self>) {
        let is_time = matches!(self.drawer, Loading::No) && self.state.snapshot().is_some();
        if let (true, Some(function)) = (is_time, self.load_drawer.clone()) {
            let link = ctx.link().clone();
            let task = Task::spawn(async move { link.send_message(Msg::Drawer(load(function).await)) });
            self.drawer = Loading::Asked { _task: task };
        }
    }

    /// Keeps the picture of the code that is to be paid, and only that.
    pub(super) fn draw_code(&mut self) {
        let kept = self.picture.take();
        let Some(qr) = self.state.qr() else { return };
        self.picture = match (kept, &self.drawer) {
            (Some((drawn, picture)), _) if drawn == *qr && !matches!(picture, Picture::Pending | Picture::Broken) => {
                Some((drawn, picture))
            }
            (_, Loading::Here(drawer)) => Some((qr.clone(), Picture::of(qr, drawer))),
            (_, Loading::Asked { .. }) => Some((qr.clone(), Picture::Pending)),
            (_, Loading::No) => Some((qr.clone(), Picture::Broken)),
        };
    }
}
