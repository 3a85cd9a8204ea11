//! What happens without anybody calling: due attempts and operations, expiries, events, gauges, the sandbox's clock.
//!
//! Every process runs all of it. Work is claimed by row, so no two processes do the same; every job may run twice.

mod gauges;
mod queues;
mod upkeep;

use crate::clock::SECOND;
use crate::error::Error;
use crate::keys;
use crate::payments::Payments;
use crate::store::due::Queue;
use crate::store::sessions::SessionEnd;
use crate::store::{attempts, inbox, leases, messages, operations, outbox, sessions};
use crate::webhooks::deliver::{Target, deliver};
use queues::Line;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How often a loop looks by itself, when nothing wakes it.
const TICK: Duration = Duration::from_millis(250);
/// How long a delivery may take before somebody else tries.
const DELIVERY_LEASE_MS: i64 = 30 * SECOND;
/// How long a provider's post may take, however much it says, before somebody else tries.
const POST_LEASE_MS: i64 = 60 * SECOND;
/// How long the dispatcher may be away.
const DISPATCHER_LEASE_MS: i64 = 5 * SECOND;

/// Starts all loops; they end when `stop` is cancelled.
pub fn start(payments: &Arc<Payments>, target: Option<Target>, sandbox_url: Option<String>, stop: &CancellationToken) {
    let owner = keys::new_row_id();
    let lease_ms = payments.lease_ms;
    work_through(payments, stop, (&attempts::QUEUE, lease_ms), |payments, it| async move { payments.tend(it).await });
    work_through(payments, stop, (&operations::QUEUE, lease_ms), |payments, it| async move {
        payments.tend_operation(it).await
    });
    work_through(payments, stop, (&inbox::QUEUE, POST_LEASE_MS), |payments, it| async move { payments.hear(it).await });
    work_through(payments, stop, (&messages::QUEUE, lease_ms), |payments, it| async move {
        payments.send_message(it).await
    });
    spawn(payments, stop, TICK, expire_sessions);
    spawn(payments, stop, TICK, move |payments| number_events(payments, owner.clone()));
    let has_receiver = target.is_some();
    spawn_every(payments, stop, gauges::EVERY, move |payments| gauges::count_what_waits(payments, has_receiver));
    if let Some(target) = target {
        work_through(payments, stop, (&outbox::QUEUE, DELIVERY_LEASE_MS), move |payments, event| {
            let target = target.clone();
            async move { deliver(&payments, &target, event).await }
        });
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

/// A loop that works through a queue, each row under a lease of its own.
fn work_through<T, W, F>(
    payments: &Arc<Payments>,
    stop: &CancellationToken,
    (queue, lease_ms): (&'static Queue<T>, i64),
    work: W,
) where
    T: Send + 'static,
    W: Fn(Arc<Payments>, T) -> F + Send + Sync + 'static,
    F: Future<Output = Result<(), Error>> + Send + 'static,
{
    let line = Arc::new(Line::new(queue, lease_ms, work));
    spawn(payments, stop, TICK, move |payments| {
        let line = Arc::clone(&line);
        async move { line.turn(&payments).await }
    });
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
