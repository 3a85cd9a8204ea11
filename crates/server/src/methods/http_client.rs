//! What every provider's HTTP client needs alike: no redirect, no proxy, no silent repetition, a limit on what is read, and
//! "it cannot have arrived" told from "nobody knows".
//!
//! Called by the methods' own clients, which add addresses, credentials and what the answers mean. Decides nothing.

use reqwest::{Client, Response};
use std::net::IpAddr;
use std::time::Duration;

/// Longest wait for a connection.
const CONNECT_MAX: Duration = Duration::from_secs(5);
/// Idle connections are dropped before providers drop them, so that fewer requests die on the way.
const IDLE_MAX: Duration = Duration::from_secs(15);
/// Longest answer that is read, in bytes.
const BODY_BYTES_MAX: usize = 1024 * 1024;

/// Why there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lost {
    /// The connection never stood, so nothing arrived.
    NotConnected(&'static str),
    /// The request could not even be made.
    Unsendable,
    /// The time ran out, after the request may have arrived.
    TimedOut,
    /// The connection broke, after the request may have arrived.
    Broken(&'static str),
    /// There is an answer, and it is no text of a sane length.
    Unreadable(&'static str),
}

/// A client of the server at `base_url`, which [`base_url`] has checked. Sends nothing.
pub(super) fn new(base_url: &str, timeout: Duration) -> Result<Client, reqwest::Error> {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // A race with another caller ends with one of two equal providers.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
    let builder = Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .retry(reqwest::retry::never())
        .no_proxy()
        .connect_timeout(CONNECT_MAX.min(timeout))
        .pool_idle_timeout(IDLE_MAX)
        .user_agent(concat!("umclique/", env!("CARGO_PKG_VERSION")));
    // A sandbox on this machine must work where no CA certificates are installed.
    let is_plain = base_url.starts_with("http://");
    if is_plain { builder.tls_certs_only([]).build() } else { builder.https_only(true).build() }
}

/// The whole body, within the limit.
pub(super) async fn read(mut response: Response) -> Result<String, Lost> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| lost(&error))? {
        if body.len() + chunk.len() > BODY_BYTES_MAX {
            return Err(Lost::Unreadable("it is longer than 1 MiB"));
        }
        body.extend_from_slice(&chunk);
    }
    String::from_utf8(body).map_err(|_| Lost::Unreadable("it is not text"))
}

/// Only a connection that never stood proves that nothing arrived.
pub(super) fn lost(error: &reqwest::Error) -> Lost {
    if error.is_connect() {
        return Lost::NotConnected(if error.is_dns() { "its name is not resolved" } else { in_a_word(error) });
    }
    if error.is_builder() {
        return Lost::Unsendable;
    }
    if error.is_timeout() { Lost::TimedOut } else { Lost::Broken(in_a_word(error)) }
}

/// The kind of the input or output error at the bottom, if there is one. Never the error's own text, which may hold the
/// address.
fn in_a_word(error: &reqwest::Error) -> &'static str {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(error) = error.downcast_ref::<std::io::Error>() {
            return match error.kind() {
                std::io::ErrorKind::ConnectionRefused => "connection refused",
                std::io::ErrorKind::ConnectionReset => "connection reset",
                std::io::ErrorKind::ConnectionAborted => "connection aborted",
                std::io::ErrorKind::UnexpectedEof => "connection closed",
                std::io::ErrorKind::TimedOut => "timed out",
                std::io::ErrorKind::InvalidData => "TLS refused",
                _ => "input or output",
            };
        }
        source = error.source();
    }
    "no whole answer"
}

/// An address, without its trailing slashes, that can be prefixed to a path and over which a secret may go: plain HTTP only
/// to this machine.
pub(super) fn base_url(text: &str) -> Option<String> {
    let url = reqwest::Url::parse(text.trim()).ok()?;
    let host = url.host_str()?;
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    let is_loopback = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    let is_private = url.scheme() == "https" || (url.scheme() == "http" && is_loopback);
    let is_bare =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    (is_private && is_bare).then(|| url.as_str().trim_end_matches('/').to_owned())
}

/// An id that may stand in a path or a query. What a provider gave us passes; what a person typed may not.
pub(super) fn is_path_segment(id: &str) -> bool {
    let is_plain = id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    is_plain && (1..=64).contains(&id.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_out_in_the_clear_only_to_this_machine() {
        for (text, expected) in [
            ("https://api.example", Some("https://api.example")),
            ("https://api.example/", Some("https://api.example")),
            ("http://127.0.0.1:8090/april/", Some("http://127.0.0.1:8090/april")),
            ("http://localhost:8090/april", Some("http://localhost:8090/april")),
            ("http://[::1]:8090", Some("http://[::1]:8090")),
            ("http://api.example", None),
            ("http://127.0.0.1.example.com", None),
            ("https://user:word@api.example", None),
            ("https://api.example?x=1", None),
            ("https://api.example#x", None),
            ("ftp://127.0.0.1", None),
            ("api.example", None),
            ("", None),
        ] {
            assert_eq!(base_url(text).as_deref(), expected, "{text:?}");
        }
    }

    #[test]
    fn nothing_but_an_id_gets_into_a_path() {
        for id in ["", "../auth", "a/b", "a?b", "a#b", "a%2fb", "a b", "é", &"x".repeat(65)] {
            assert!(!is_path_segment(id), "{id:?}");
        }
        assert!(is_path_segment("ordr_Abc-_123Abc123Ab") && is_path_segment("3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10"));
    }
}
