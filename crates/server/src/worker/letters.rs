//! What providers posted and signed, and what buyers are told where they pay: claims what is due, a task for each.

use super::{AT_ONCE, take_permits};
use crate::clock::SECOND;
use crate::error::Error;
use crate::payments::Payments;
use crate::store::{inbox, messages};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How long a post or a message may take before somebody else tries: a message waits for its provider.
const LEASE_MS: i64 = 60 * SECOND;

/// Claims the posts that are due and works on each in a task of its own.
pub(super) async fn hear_posts(payments: Arc<Payments>, permits: Arc<Semaphore>) -> Result<(), Error> {
    let (now_ms, real_ms) = (payments.clock.now_ms(), payments.clock.real_ms());
    let mut tx = payments.db.read().await?;
    let has_due = inbox::has_due(&mut tx, now_ms, real_ms).await?;
    drop(tx);
    if !has_due {
        return Ok(());
    }
    let Some((mut held, free)) = take_permits(&permits) else { return Ok(()) };
    let mut tx = payments.db.begin().await?;
    let posts = inbox::claim_due(&mut tx, now_ms, real_ms, real_ms + LEASE_MS, free).await?;
    tx.commit().await?;
    let is_full = posts.len() >= AT_ONCE;
    for post in posts {
        let (this, permit) = (Arc::clone(&payments), held.split(1));
        payments.tasks.spawn(async move {
            let _permit = permit;
            let id = post.id.clone();
            if let Err(error) = this.hear(post).await {
                tracing::error!(post = %id, %error, "a signed notice could not be worked on; its lease runs out");
            }
            // There may be more than one turn takes.
            if is_full {
                this.wake.notify_waiters();
            }
        });
    }
    Ok(())
}

/// Claims the messages that are due and sends each in a task of its own.
pub(super) async fn send_messages(payments: Arc<Payments>, permits: Arc<Semaphore>) -> Result<(), Error> {
    let (now_ms, real_ms) = (payments.clock.now_ms(), payments.clock.real_ms());
    let mut tx = payments.db.read().await?;
    let has_due = messages::has_due(&mut tx, now_ms, real_ms).await?;
    drop(tx);
    if !has_due {
        return Ok(());
    }
    let Some((mut held, free)) = take_permits(&permits) else { return Ok(()) };
    let mut tx = payments.db.begin().await?;
    let due = messages::claim_due(&mut tx, now_ms, real_ms, real_ms + LEASE_MS, free).await?;
    tx.commit().await?;
    for message in due {
        let (this, permit) = (Arc::clone(&payments), held.split(1));
        payments.tasks.spawn(async move {
            let _permit = permit;
            let id = message.id.clone();
            if let Err(error) = this.send_message(message).await {
                tracing::error!(message = %id, %error, "what came of a message could not be noted; it is tried again");
            }
            // The next one of the same payment waited for it.
            this.wake.notify_waiters();
        });
    }
    Ok(())
}
