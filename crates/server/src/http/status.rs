//! `GET /v1/checkout_sessions/{id}/status`: server-sent events, or one snapshot. Every message is a full snapshot.

use super::parts::Id;
use super::{AppState, body, reply};
use crate::error::Error;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures::Stream;
use futures::stream;
use serde::Deserialize;
use std::convert::Infallible;
use std::time::Duration;
use tokio::sync::watch;
use umclique_wire::{Problem, SessionId, SessionStatus, SessionView};

/// How a status is asked for.
#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
pub struct StatusQuery {
    /// "I have paid — check now": the provider is asked first, at most once per 2 seconds.
    #[serde(default)]
    check: bool,
}

/// More open pages of one session than a buyer has.
const STREAMS_PER_SESSION: usize = 8;
/// Proxies close what stays silent.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Watches a session.
///
/// With `Accept: text/event-stream`: events named `session` whose `id` is the version and whose data is a SessionView, the
/// first one at once. Else one SessionView.
#[utoipa::path(
    get, path = "/v1/checkout_sessions/{id}/status", tag = "buyer", security(("client_secret" = [])),
    params(("id" = String, Path, description = "cs_…"), StatusQuery),
    responses(
        (status = 200, body = SessionView), (status = 401, body = Problem), (status = 403, body = Problem),
        (status = 404, body = Problem), (status = 429, body = Problem),
    )
)]
pub async fn watch_session(
    State(app): State<AppState>,
    Id(id): Id,
    query: Result<Query<StatusQuery>, axum::extract::rejection::QueryRejection>,
    headers: HeaderMap,
) -> Result<Response, Error> {
    let id = body::id(&id, SessionId::parse, "session")?;
    app.either(&headers, &id)?;
    let Query(query) = query.map_err(|_| Error::Malformed("the query takes check=true and nothing else".into()))?;
    if query.check
        && let Some(attempt) = app.payments.session(&id).await?.1
    {
        app.payments.check_now(&attempt.id).await?;
    }
    app.payments.watch(&id).await?;
    let accepts = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if !accepts.contains("text/event-stream") {
        return reply::json(StatusCode::OK, &app.payments.session_view(&id).await?);
    }
    let changes = app.payments.hub.subscribe(&id, STREAMS_PER_SESSION).ok_or(Error::TooMany("open streams"))?;
    // Subscribed first and read now: whatever changes in between is not missed.
    app.payments.session(&id).await?;
    let watching = Watching { app, id, changes, sent_version: 0, next: Next::Now };
    Ok(events(snapshots(watching), HEARTBEAT))
}

/// The stream as an answer, with a comment wherever it would be silent for `heartbeat`.
fn events(snapshots: impl Stream<Item = Result<Event, Infallible>> + Send + 'static, heartbeat: Duration) -> Response {
    let heartbeat = KeepAlive::new().interval(heartbeat).text("heartbeat");
    let mut response = Sse::new(snapshots).keep_alive(heartbeat).into_response();
    // Asks nginx and its like to pass events on at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

struct Watching {
    app: AppState,
    id: SessionId,
    changes: watch::Receiver<u64>,
    sent_version: u64,
    next: Next,
}

enum Next {
    Now,
    OnChange,
    Never,
}

fn snapshots(watching: Watching) -> impl Stream<Item = Result<Event, Infallible>> + Send + 'static {
    stream::unfold(watching, |mut watching| async move {
        let view = watching.next_view().await?;
        let event = Event::default().event("session").id(view.version.to_string());
        let event = event.data(serde_json::to_string(&view).ok()?);
        Some((Ok(event), watching))
    })
}

impl Watching {
    /// The next snapshot that is newer than the last one; `None` at the end.
    async fn next_view(&mut self) -> Option<SessionView> {
        loop {
            match self.next {
                Next::Never => return None,
                Next::Now => self.next = Next::OnChange,
                Next::OnChange => self.wait().await?,
            }
            let Ok(view) = self.app.payments.session_view(&self.id).await else {
                // The database is away: the next change, or the buyer's own reading, brings the truth.
                continue;
            };
            if view.version <= self.sent_version {
                continue;
            }
            self.sent_version = view.version;
            // Late money can still turn an expired session into a paid one.
            if matches!(view.status, SessionStatus::Succeeded | SessionStatus::Canceled) {
                self.next = Next::Never;
            }
            return Some(view);
        }
    }

    /// Waits for a change, or for the time to look by itself: another process's change may have been missed here, where
    /// clocks differ by much or the database was away. Says then too that somebody still looks.
    async fn wait(&mut self) -> Option<()> {
        match tokio::time::timeout(HEARTBEAT, self.changes.changed()).await {
            Ok(changed) => changed.ok(),
            Err(_) => {
                if let Err(error) = self.app.payments.watch(&self.id).await {
                    tracing::warn!(%error, "that a session is watched could not be noted");
                }
                Some(())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::StreamExt as _;

    #[tokio::test]
    async fn a_silent_stream_has_a_heart_that_beats() {
        let answer = events(stream::pending(), Duration::from_millis(5));
        assert_eq!(answer.headers()["x-accel-buffering"], "no");
        let mut body = answer.into_body().into_data_stream();
        for _ in 0..2 {
            let beat = body.next().await.expect("the stream goes on").expect("bytes");
            assert_eq!(beat, ": heartbeat\n\n");
        }
    }
}
