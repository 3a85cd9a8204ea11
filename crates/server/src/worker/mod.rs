//! What happens without anybody calling: due attempts and operations, expiries, events, gauges, the sandbox's clock.
//!
//! Every process runs all of it. Work is claimed by row, so no two processes do the same; every job may run twice.

mod gauges;
mod letters;
mod upkeep;

use crate::clock::SECOND;
use crate::error::Error;
use crate::keys;
use crate::payments::Payments;
use crate::store::sessions::SessionEnd;
use crate::store::{leases, outbox, sessions};
use crate::webhooks::deliver::{Target, deliver};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

/// How many rows are worked on at once by one process.
const AT_ONCE: usize = 32;
/// How often a loop looks by itself, when nothing wakes it.
const TICK: Duration = Duration::from_millis(250);
/// How long a delivery may take before somebody else tries.
const DELIVERY_LEASE_MS: i64 = 30 * SECOND;
/// How long the dispatcher may be away.
const DISPATCHER_LEASE_MS: i64 = 5 * SECOND;

/// Starts all loops; they end when `stop` is cancelled.
pub fn start(payments: &Arc<Payments>, target: Option<Target>, sandbox_url: Option<String>, stop: &CancellationToken) {
    let owner = keys::new_row_id();
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    spawn(payments, stop, TICK, move |payments| tend_attempts(payments, Arc::clone(&permits)));
    // Permits of their own: refunds and captures do not wait until no attempt is due.
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    spawn(payments, stop, TICK, move |payments| tend_operations(payments, Arc::clone(&permits)));
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    spawn(payments, stop, TICK, move |payments| letters::hear_posts(payments, Arc::clone(&permits)));
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    spawn(payments, stop, TICK, move |payments| letters::send_messages(payments, Arc::clone(&permits)));
    spawn(payments, stop, TICK, expire_sessions);
    spawn(payments, stop, TICK, move |payments| number_events(payments, owner.clone()));
    let has_receiver = target.is_some();
    spawn_every(payments, stop, gauges::EVERY, move |payments| gauges::count_what_waits(payments, has_receiver));
    if let Some(target) = target {
        let permits = Arc::new(Semaphore::new(AT_ONCE));
        spawn(payments, stop, TICK, move |payments| deliver_due(payments, target.clone(), Arc::clone(&permits)));
    }
    spawn(payments, stop, TICK, {
        let since_ms = Arc::new(std::sync::atomic::AtomicI64::new(payments.clock.real_ms()));
        move |payments| spread_changes(payments, Arc::clone(&since_ms))
    });
    if let Some(url) = sandbox_url {
        let http = reqwest::Client::new();
        spawn(payments, stop, TICK, move |payments| follow_sandbox(payments, http.clone(), url.clone()));
    }
    let last = upkeep::Last::default();
    spawn(payments, stop, TICK, move |payments| upkeep::keep_logins(payments, last.clone()));
    let last = upkeep::Last::default();
    spawn(payments, stop, TICK, move |payments| upkeep::forget_old(payments, last.clone()));
}

/// A loop that runs `job` when woken, and every `tick` anyway.
fn spawn<F, J>(payments: &Arc<Payments>, stop: &CancellationToken, tick: Duration, job: J)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
    J: Fn(Arc<Payments>) -> F + Send + Sync + 'static,
{
    let wake = Arc::clone(&payments.wake);
    spawn_loop(payments, stop, job, move || {
        let wake = Arc::clone(&wake);
        async move {
            tokio::select! {
                () = wake.notified() => {}
                () = tokio::time::sleep(tick) => {}
            }
        }
    });
}

/// A loop that runs `job` every `tick`, whatever happens meanwhile.
fn spawn_every<F, J>(payments: &Arc<Payments>, stop: &CancellationToken, tick: Duration, job: J)
where
    F: Future<Output = Result<(), Error>> + Send + 'static,
    J: Fn(Arc<Payments>) -> F + Send + Sync + 'static,
{
    spawn_loop(payments, stop, job, move || tokio::time::sleep(tick));
}

/// Runs `job`, then `pause`, again and again. A failing job is logged and tried again.
fn spawn_loop<F, J, P>(
    payments: &Arc<Payments>,
    stop: &CancellationToken,
    job: J,
    pause: impl Fn() -> P + Send + 'static,
) where
    F: Future<Output = Result<(), Error>> + Send + 'static,
    J: Fn(Arc<Payments>) -> F + Send + Sync + 'static,
    P: Future<Output = ()> + Send + 'static,
{
    let (payments, stop) = (Arc::clone(payments), stop.clone());
    // Tracked, so that a stop waits for a claim under way and for the work that it leads to.
    payments.tasks.clone().spawn(async move {
        loop {
            if let Err(error) = job(Arc::clone(&payments)).await {
                tracing::error!(%error, "a job of the worker did not finish; it is tried again");
            }
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = pause() => {}
            }
        }
    });
}

/// Takes the permits that are free. They are held before a row is claimed: none waits with its lease running.
fn take_permits(permits: &Arc<Semaphore>) -> Option<(OwnedSemaphorePermit, i64)> {
    let free = u32::try_from(permits.available_permits()).ok().filter(|free| *free > 0)?;
    let held = Arc::clone(permits).try_acquire_many_owned(free).ok()?;
    Some((held, i64::from(free)))
}

/// Claims the attempts that are due and looks after each in a task of its own.
async fn tend_attempts(payments: Arc<Payments>, permits: Arc<Semaphore>) -> Result<(), Error> {
    let Some((mut held, free)) = take_permits(&permits) else { return Ok(()) };
    for attempt in payments.claim_attempts(free).await? {
        let (this, permit) = (Arc::clone(&payments), held.split(1));
        payments.tasks.spawn(async move {
            let _permit = permit;
            let id = attempt.id.clone();
            if let Err(error) = this.tend(attempt).await {
                tracing::error!(attempt = %id, %error, "an attempt could not be looked after; its lease runs out");
            }
        });
    }
    Ok(())
}

/// Claims the operations that are due and looks after each in a task of its own.
async fn tend_operations(payments: Arc<Payments>, permits: Arc<Semaphore>) -> Result<(), Error> {
    let Some((mut held, free)) = take_permits(&permits) else { return Ok(()) };
    for operation in payments.claim_operations(free).await? {
        let (this, permit) = (Arc::clone(&payments), held.split(1));
        payments.tasks.spawn(async move {
            let _permit = permit;
            let id = operation.id.clone();
            if let Err(error) = this.tend_operation(operation).await {
                tracing::error!(operation = %id, %error, "an operation could not be looked after; its lease runs out");
            }
        });
    }
    Ok(())
}

async fn expire_sessions(payments: Arc<Payments>) -> Result<(), Error> {
    let mut tx = payments.db.read().await?;
    let expired = sessions::list_expired(&mut tx, payments.clock.now_ms(), 100).await?;
    drop(tx);
    for session in expired {
        // One that cannot be ended now must not keep the others open.
        if let Err(error) = payments.end_session(&session.id, SessionEnd::Expiry).await {
            tracing::error!(session = %session.id, %error, "a session could not be ended; it is tried again");
        }
    }
    Ok(())
}

/// Numbers committed events, under a lease: no number can appear behind a reader.
async fn number_events(payments: Arc<Payments>, owner: String) -> Result<(), Error> {
    let mut tx = payments.db.read().await?;
    let has_new = outbox::has_unnumbered(&mut tx).await?;
    drop(tx);
    if !has_new {
        return Ok(());
    }
    let mut tx = payments.db.begin().await?;
    let real_ms = payments.clock.real_ms();
    if leases::hold(&mut tx, "dispatcher", &owner, real_ms, real_ms + DISPATCHER_LEASE_MS).await? {
        outbox::number(&mut tx, 500).await?;
        tx.commit().await?;
        payments.wake.notify_waiters();
    }
    Ok(())
}

async fn deliver_due(payments: Arc<Payments>, target: Target, permits: Arc<Semaphore>) -> Result<(), Error> {
    let (now_ms, real_ms) = (payments.clock.now_ms(), payments.clock.real_ms());
    let mut tx = payments.db.read().await?;
    let has_due = outbox::has_due(&mut tx, now_ms, real_ms).await?;
    drop(tx);
    if !has_due {
        return Ok(());
    }
    let Some((mut held, free)) = take_permits(&permits) else { return Ok(()) };
    let mut tx = payments.db.begin().await?;
    let events = outbox::claim_due(&mut tx, now_ms, real_ms, real_ms + DELIVERY_LEASE_MS, free).await?;
    tx.commit().await?;
    for event in events {
        let (this, target, permit) = (Arc::clone(&payments), target.clone(), held.split(1));
        payments.tasks.spawn(async move {
            let _permit = permit;
            if let Err(error) = deliver(&this, &target, event).await {
                tracing::error!(%error, "what came of a delivery could not be noted; it is tried again");
            }
        });
    }
    Ok(())
}

/// One question for all who wait here: which sessions changed, in whatever process.
async fn spread_changes(payments: Arc<Payments>, since_ms: Arc<std::sync::atomic::AtomicI64>) -> Result<(), Error> {
    use std::sync::atomic::Ordering::Relaxed;
    let waiting = payments.hub.sweep();
    metrics::gauge!("umclique_sessions_watched").set(gauges::number(i64::try_from(waiting).unwrap_or(i64::MAX)));
    let now_ms = payments.clock.real_ms();
    if waiting == 0 {
        since_ms.store(now_ms, Relaxed);
        return Ok(());
    }
    let mut tx = payments.db.read().await?;
    // Clocks of processes differ a little, and a commit may come late: the window overlaps.
    let changed = sessions::list_changed(&mut tx, since_ms.load(Relaxed) - 10 * SECOND).await?;
    for (session, version) in changed {
        payments.hub.changed(&session, version);
    }
    since_ms.store(now_ms, Relaxed);
    Ok(())
}

/// Takes the wall clock's offset from the sandbox.
pub async fn follow_sandbox(payments: Arc<Payments>, http: reqwest::Client, url: String) -> Result<(), Error> {
    #[derive(serde::Deserialize)]
    struct Answer {
        offset_s: i64,
    }
    let asked = http.get(format!("{url}/_control/clock")).timeout(Duration::from_secs(2)).send().await;
    match asked {
        Ok(answer) => match answer.json::<Answer>().await {
            Ok(answer) => payments.clock.set_offset_ms(answer.offset_s * SECOND),
            Err(error) => tracing::warn!(error = %error.without_url(), "the sandbox's clock cannot be read"),
        },
        Err(error) => tracing::warn!(error = %error.without_url(), "the sandbox does not answer"),
    }
    Ok(())
}
