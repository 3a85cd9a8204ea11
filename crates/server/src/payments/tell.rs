//! Tells buyers where they pay what became of their order: messages that were kept with what they tell, sent in order.
//! Called by the worker. Whatever becomes of a message, nothing is charged because of it, and nothing is not.

use super::{Payments, schedule};
use crate::error::Error;
use crate::methods::{OrderNews, OrderStatus, Outcome};
use crate::store::messages::{self, Message};
use crate::store::{Tx, attempts, timeline};
use umclique_wire::AttemptId;

impl Payments {
    /// Sends a message whose lease we hold, once more if it must be.
    pub async fn send_message(&self, message: Message) -> Result<(), Error> {
        let attempt = self.attempt(&message.attempt).await?;
        let outcome = match self.methods.get(attempt.method) {
            Some(method) => method.tell(&attempt, &message).await,
            None => Outcome::Unknown("its method is not configured here".to_owned()),
        };
        let now_ms = self.clock.now_ms();
        let mut tx = self.db.begin().await?;
        let name = match outcome {
            Outcome::Accepted(()) => {
                messages::sent(&mut tx, &message.id, now_ms).await?;
                let detail = format!("the buyer is told: {}", message.name);
                timeline::add(&mut tx, &message.attempt, now_ms, "told", &detail).await?;
                "sent"
            }
            Outcome::Rejected(rejection) => {
                self.never_tell(&mut tx, &message, &rejection.detail, now_ms).await?;
                "refused"
            }
            Outcome::NotSent(not_sent) => {
                if not_sent.is_credentials {
                    self.methods.note_credentials(attempt.method, true, now_ms);
                }
                self.put_off(&mut tx, &message, &not_sent.detail, now_ms).await?
            }
            Outcome::Unknown(why) => self.put_off(&mut tx, &message, &why, now_ms).await?,
            Outcome::Asks(_) => self.put_off(&mut tx, &message, "the provider asks something", now_ms).await?,
        };
        tx.commit().await?;
        metrics::counter!("umclique_messages_total", "outcome" => name).increment(1);
        Ok(())
    }

    async fn put_off(&self, tx: &mut Tx, message: &Message, why: &str, now_ms: i64) -> Result<&'static str, Error> {
        match schedule::next_message(message.created_at_ms, message.tries, now_ms) {
            Some(next_ms) => {
                tracing::warn!(message = %message.id, why, "a message to a buyer was not sent; it is tried again");
                messages::put_off(tx, &message.id, why, next_ms).await?;
                Ok("put_off")
            }
            None => {
                self.never_tell(tx, message, why, now_ms).await?;
                Ok("given_up")
            }
        }
    }

    async fn never_tell(&self, tx: &mut Tx, message: &Message, why: &str, now_ms: i64) -> Result<(), Error> {
        tracing::warn!(message = %message.id, why, "a message to a buyer is given up");
        messages::fail(tx, &message.id, why).await?;
        let detail = format!("the buyer could not be told {}: {why}", message.name);
        Ok(timeline::add(tx, &message.attempt, now_ms, "not_told", &detail).await?)
    }

    /// The shop tells where an order stands. Answers the kept message, the same for the same name.
    pub async fn tell_order(
        &self,
        id: &AttemptId,
        (status, description, name): (OrderStatus, Option<&str>, &str),
    ) -> Result<Message, Error> {
        let mut tx = self.db.begin().await?;
        let attempt = attempts::get(&mut tx, id).await?.ok_or(Error::NotFound("payment"))?;
        let told = messages::list(&mut tx, id).await?;
        let kept = |told: Vec<Message>| told.into_iter().find(|message| message.name == name);
        if told.iter().any(|message| message.name == name) {
            return kept(told).ok_or(Error::Contended);
        }
        let method =
            self.methods.get(attempt.method).ok_or(Error::NotPossible("its method is not configured".into()))?;
        let news = OrderNews { attempt: &attempt, told: &told, status, description, name };
        let message = method.order_news(news)?;
        messages::add(&mut tx, id, &message, self.clock.now_ms()).await?;
        let message = kept(messages::list(&mut tx, id).await?).ok_or(Error::Contended)?;
        tx.commit().await?;
        self.wake.notify_waiters();
        Ok(message)
    }
}
