//! The accept loop. It is our own, not axum's, because a sandbox must be able to close a connection without an answer.

use std::convert::Infallible;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt;

/// Marks an answer that is never sent: the connection is closed instead.
#[derive(Clone, Copy, Debug)]
struct HangUp;

/// The connection was closed on purpose.
#[derive(Debug)]
struct HungUp;

impl std::fmt::Display for HungUp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the connection was closed without an answer, as scripted")
    }
}

impl std::error::Error for HungUp {}

/// An answer that closes the connection instead of being sent.
pub(crate) fn hang_up() -> Response {
    let mut response = ().into_response();
    response.extensions_mut().insert(HangUp);
    response
}

/// Serves `app` until the future is dropped, which closes every connection. What is being executed ends with `stop`.
pub(crate) async fn serve(listener: TcpListener, app: Router, stop: CancellationToken) -> Infallible {
    let mut connections = JoinSet::new();
    loop {
        while connections.try_join_next().is_some() {}
        let stream = match listener.accept().await {
            Ok((stream, _)) => stream,
            Err(error) => {
                // Out of file descriptors, most likely: wait for connections to end instead of spinning.
                tracing::warn!("a connection could not be accepted: {error}");
                tokio::time::sleep(std::time::Duration::from_millis(50)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        let (app, stop) = (app.clone(), stop.clone());
        connections.spawn(async move {
            let service = service_fn(move |request| answer(app.clone(), request, stop.clone()));
            let connection =
                http1::Builder::new().timer(TokioTimer::new()).serve_connection(TokioIo::new(stream), service);
            if let Err(error) = connection.await {
                tracing::debug!("connection ended: {error}");
            }
        });
    }
}

/// Executes in a task of its own: as at a real provider, a caller who goes away does not stop what it asked for.
async fn answer(
    app: Router,
    request: Request<hyper::body::Incoming>,
    stop: CancellationToken,
) -> Result<Response, HungUp> {
    let executing = async move { stop.run_until_cancelled(app.oneshot(request.map(Body::new))).await };
    match tokio::spawn(executing).await {
        Ok(Some(Ok(response))) if response.extensions().get::<HangUp>().is_none() => Ok(response),
        // Scripted, stopped, or a panic that has been printed.
        _ => Err(HungUp),
    }
}
