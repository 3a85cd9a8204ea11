//! The server's news about a session: server-sent events read with fetch, or polling where that does not work.
//!
//! Kept by `checkout` while the machine watches; dropping it ends everything. It never gives up by itself.

use super::api::{Api, to_view};
use super::sse::Parser;
use super::task::{Abort, Task, backoff_ms, jitter, sleep, within};
use crate::machine::Snapshot;
use js_sys::Uint8Array;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::ReadableStreamDefaultReader;

/// The server sends the first event at once and a heartbeat every 15 s; longer silence means a dead or buffering way.
const SILENCE_MS: u32 = 40_000;
/// How long the first event may take.
const FIRST_EVENT_MS: u32 = 10_000;
/// After so many streams without one event, only polling is used.
const DRY_STREAMS: u32 = 2;

/// What the watch reports.
pub(super) enum News {
    /// The server's word.
    Snapshot(Snapshot),
    /// Two tries in a row brought nothing; it goes on trying.
    Lost,
}

/// Watches a session until the task is dropped.
pub(super) fn watch(api: Rc<Api>, report: impl Fn(News) + 'static) -> Task {
    Task::spawn(async move {
        let (mut failures, mut dry_streams) = (0_u32, 0_u32);
        loop {
            let mut poll_after_ms = None;
            let mut hear = |view: Snapshot| {
                poll_after_ms = Some(view.poll_after_ms);
                report(News::Snapshot(view));
            };
            let is_polling = dry_streams >= DRY_STREAMS;
            if is_polling {
                if let Ok(view) = api.status(false).await {
                    hear(view);
                }
            } else {
                read_stream(&api, &mut hear).await;
                dry_streams = if poll_after_ms.is_some() { 0 } else { dry_streams + 1 };
            }
            failures = if poll_after_ms.is_some() { 0 } else { failures + 1 };
            if failures > 1 {
                report(News::Lost);
            }
            sleep(match poll_after_ms {
                Some(poll_after_ms) => jitter(poll_after_ms.clamp(1_000, 60_000)),
                None => backoff_ms(failures),
            })
            .await;
        }
    })
}

/// Reads one stream to its end. Whatever is wrong with it, the end is the same: silence.
async fn read_stream(api: &Api, hear: &mut impl FnMut(Snapshot)) -> Option<()> {
    let abort = Abort::new()?;
    let response = within(FIRST_EVENT_MS, api.open_stream(&abort)).await??;
    let kind = response.headers().get("content-type").ok().flatten().unwrap_or_default();
    if !response.ok() {
        return None;
    }
    if !kind.starts_with("text/event-stream") {
        // A server or proxy that does not stream answers with one snapshot.
        let json = JsFuture::from(response.json().ok()?).await.ok()?;
        hear(to_view(&json).ok()?);
        return None;
    }
    let reader: ReadableStreamDefaultReader = response.body()?.get_reader().unchecked_into();
    let mut parser = Parser::default();
    let mut wait_ms = FIRST_EVENT_MS;
    loop {
        let chunk = within(wait_ms, JsFuture::from(reader.read())).await?.ok()?;
        let bytes: Uint8Array = super::options::get(&chunk, "value")?.dyn_into().ok()?;
        for data in parser.push(&bytes.to_vec()) {
            if let Some(view) = js_sys::JSON::parse(&data).ok().and_then(|json| to_view(&json).ok()) {
                hear(view);
                wait_ms = SILENCE_MS;
            }
        }
    }
}
