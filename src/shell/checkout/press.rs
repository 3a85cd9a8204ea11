//! What the buyer's presses do.
//!
//! Called by the root's `update`. Double presses are the machine's to refuse, not a button's.

use super::{Checkout, Msg};
use crate::components;
use crate::machine::view::Press;
use crate::machine::{Event, Screen, State};
use crate::shell::page;
use crate::shell::run::new_key;
use crate::shell::task::Task;
use umclique_wire::MethodOffer;
use web_sys::Element;
use yew::Context;

impl Checkout {
    pub(super) fn press(&mut self, ctx: &Context<Self>, press: Press) {
        self.is_used = true;
        match press {
            Press::Pay => self.pay(ctx),
            Press::Leave => self.happened(ctx, Event::LeavePressed { key: new_key() }),
            Press::Check => self.happened(ctx, Event::CheckPressed),
            Press::Retry => self.happened(ctx, Event::ReloadPressed),
            Press::Unfold => self.local.is_unfolded = true,
            Press::NewCode => {
                let request = self.chosen_offer().and_then(|offer| self.forms.submit(&offer).ok());
                self.happened(ctx, Event::NewCodePressed { cancel_key: new_key(), key: new_key(), request });
            }
            Press::Copy => self.copy(ctx),
            Press::OtherAccount => self.forms.switch_account(),
        }
    }

    fn pay(&mut self, ctx: &Context<Self>) {
        match &self.state {
            State::Choosing { .. } => {}
            State::Framed { .. } | State::Visiting { .. } => {
                return self.happened(ctx, Event::PayPressed { key: new_key() });
            }
            _ => return,
        }
        let Some(offer) = self.chosen_offer() else { return };
        match self.forms.submit(&offer) {
            Ok(request) => self.happened(ctx, Event::ConfirmPressed { key: new_key(), request }),
            Err(field) => {
                if let Some(card) = self.card.cast::<Element>() {
                    page::focus(&card, &["[name=", components::field_name(field), "]"].concat());
                }
            }
        }
    }

    /// The method that pay, or a new code, would use.
    fn chosen_offer(&self) -> Option<MethodOffer> {
        let view = self.state.snapshot()?;
        let live = view.attempt.as_ref().map(|attempt| attempt.method).filter(|_| self.state.screen() == Screen::Qr);
        let kind = live.or_else(|| self.forms.chosen(&view.methods))?;
        view.methods.iter().find(|offer| offer.kind == kind).cloned()
    }

    fn copy(&mut self, ctx: &Context<Self>) {
        let Some(text) = self.state.qr().and_then(|qr| qr.payload.clone()) else { return };
        let (card, link) = (self.card.cast::<Element>(), ctx.link().clone());
        self.copying = Some(Task::spawn(async move {
            let is_copied = page::copy(card, text).await;
            link.send_message(Msg::Copied(is_copied));
        }));
    }
}
