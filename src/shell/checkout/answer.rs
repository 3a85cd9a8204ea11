//! What the answers of confirm and resume mean.
//!
//! Called by the root's `update`. The machine decides; only which fields were refused is the forms' own.

use super::Checkout;
use crate::machine::{Event, Fault, Key, Notice, Snapshot, State};
use yew::Context;

impl Checkout {
    pub(super) fn confirmed(&mut self, ctx: &Context<Self>, key: Key, answer: Result<Snapshot, Fault>) {
        if let Some(session) = &mut self.session {
            session.has_answer();
        }
        let event = match answer {
            Ok(view) => Event::Snapshot(view),
            Err(fault) => {
                if let (Fault::Refused(refusal), State::Confirming { confirm, .. }) = (&fault, &self.state)
                    && let Notice::Details(fields) = &refusal.notice
                {
                    self.forms.refuse(confirm.request.kind(), fields);
                }
                Event::ConfirmFailed { key, fault }
            }
        };
        self.happened(ctx, event);
    }

    pub(super) fn resumed(&mut self, ctx: &Context<Self>, key: Key, answer: Result<Snapshot, Fault>) {
        if let Some(session) = &mut self.session {
            session.has_answer();
        }
        self.happened(ctx, answer.map_or_else(|fault| Event::ResumeFailed { key, fault }, Event::Snapshot));
    }
}
