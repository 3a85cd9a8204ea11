//! PicPay's own time limit: after 30 seconds a charge fails, and one that succeeds later is given back by PicPay itself.
//! Source: PicPay "Process payments". Until that is over its idempotency key counts as being processed, so that one key
//! never holds two living charges.

use std::future::Future;

use tokio::sync::oneshot;

use super::PicPay;
use super::errors::ApiError;
use super::keys::Key;
use super::pipeline::{Run, Scene, Stage};
use super::reply::Reply;
use super::settings::Settings;
use crate::faults::Scripted;
use crate::world::lock;

impl PicPay {
    /// Nothing happened, and another request may try; this one is told that one is on its way.
    pub(super) fn still_processing(&self, stage: &Stage) -> Reply {
        self.release(stage.key.as_ref());
        Reply::still_processing()
    }

    /// A late failure: nothing is charged.
    pub(super) async fn time_out(&self, stage: Stage, scripted: Option<Scripted>) -> Reply {
        let reply = self.answer_too_late(&stage.settings, scripted).await;
        self.release(stage.key.as_ref());
        reply
    }

    /// Answers that the time was over, and charges afterwards, and gives it back.
    pub(super) async fn succeed_late(&self, stage: Stage, scripted: Option<Scripted>, run: impl Run) -> Reply {
        let settings = stage.settings.clone();
        let delay_ms = patience_ms(&settings, scripted) + i64::from(settings.late_success_after_ms);
        let me = self.me.clone();
        // Set before the wait, so that a reset in between forgets the charge, too.
        self.world.clock.at(self.world.clock.now_ms() + delay_ms, move |at_ms| {
            if let Some(picpay) = me.upgrade() {
                picpay.charge_late(stage, run, at_ms);
            }
        });
        self.answer_too_late(&settings, scripted).await
    }

    fn charge_late(&self, stage: Stage, run: impl Run, at_ms: i64) {
        let Stage { ask, settings, caller, key } = stage;
        let done = run(&Scene { picpay: self, ask: &ask, settings: &settings, caller: &caller, now_ms: at_ms });
        let Some(charge) = done.ok().and_then(Reply::into_subject) else { return self.release(key.as_ref()) };
        let me = self.me.clone();
        let undo = move |at_ms| {
            if let Some(picpay) = me.upgrade() {
                picpay.undo(&charge, at_ms);
                picpay.release(key.as_ref());
            }
        };
        match settings.late_refund_after_ms {
            0 => undo(at_ms),
            delay_ms => drop(self.world.clock.at(at_ms + i64::from(delay_ms), undo)),
        }
    }

    /// Waits for the end of PicPay's patience, in virtual time.
    pub(super) fn answer_too_late(
        &self,
        settings: &Settings,
        scripted: Option<Scripted>,
    ) -> impl Future<Output = Reply> + Send + use<> {
        let (sender, over) = oneshot::channel();
        self.world.clock.at(self.world.clock.now_ms() + patience_ms(settings, scripted), move |_| {
            // Refused where nobody waits any more.
            let _ = sender.send(());
        });
        let reply = ApiError::timed_out(settings.timeout_status).reply();
        async move {
            // An error means that the clock was reset: then the time is over, too.
            let _ = over.await;
            reply
        }
    }

    fn release(&self, key: Option<&Key>) {
        if let Some(key) = key {
            lock(&self.book).keys.release(key);
        }
    }
}

/// How long PicPay waits for itself, in virtual time.
fn patience_ms(settings: &Settings, scripted: Option<Scripted>) -> i64 {
    let told = scripted.and_then(|scripted| scripted.delay_ms).and_then(|delay_ms| i64::try_from(delay_ms).ok());
    told.unwrap_or_else(|| settings.timeout_ms.into())
}
