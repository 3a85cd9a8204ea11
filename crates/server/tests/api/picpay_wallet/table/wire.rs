//! A wire between a server and PicPay that can be cut around a charge: what happened there has happened, and whoever asked for
//! it never learns.

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Where the next charge is cut off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// Before PicPay hears of it.
    Before,
    /// After PicPay has answered.
    After,
}

/// The wire.
pub(super) struct Wire {
    /// What a server takes for PicPay.
    pub(super) url: String,
    ends: Arc<Ends>,
}

struct Ends {
    picpay: String,
    http: reqwest::Client,
    cut: Mutex<Option<Cut>>,
    /// One permit for each charge that was cut off.
    done: Semaphore,
}

impl Wire {
    /// Listens on a free port, and passes everything on to `picpay`.
    pub(super) async fn to(picpay: String) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        let http = reqwest::Client::builder().no_proxy().build().expect("a client");
        let ends = Arc::new(Ends { picpay, http, cut: Mutex::default(), done: Semaphore::new(0) });
        let app = axum::Router::new().fallback(pass).with_state(Arc::clone(&ends));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, ends }
    }

    /// The next charge gets no answer.
    pub(super) fn cut(&self, cut: Cut) {
        *self.ends.cut.lock().expect("no test panics with it") = Some(cut);
    }

    /// Waits until one was cut off.
    pub(super) async fn until_cut(&self) {
        self.ends.done.acquire().await.expect("it is never closed").forget();
    }
}

async fn pass(State(ends): State<Arc<Ends>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a body");
    let is_charge = parts.uri.path().ends_with("/charge");
    let cut = if is_charge { ends.cut.lock().expect("no test panics with it").take() } else { None };
    let url = format!("{}{}", ends.picpay, parts.uri);
    let mut headers = parts.headers;
    headers.remove(header::HOST);
    let answer = match cut {
        Some(Cut::Before) => None,
        Some(Cut::After) | None => Some(ends.http.request(parts.method, url).headers(headers).body(body).send().await),
    };
    if cut.is_some() {
        ends.done.add_permits(1);
        return std::future::pending().await;
    }
    let answer = answer.expect("it was sent").expect("PicPay answers what is not cut");
    let (status, kind) = (answer.status(), answer.headers().get(header::CONTENT_TYPE).cloned());
    let body = Body::from(answer.bytes().await.expect("a body"));
    let status = StatusCode::from_u16(status.as_u16()).expect("a status");
    (status, kind.map(|kind| [(header::CONTENT_TYPE, kind)]), body).into_response()
}
