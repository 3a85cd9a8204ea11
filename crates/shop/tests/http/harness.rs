//! Starts a shop on a free port, for the tests of its HTTP. Never leaves loopback.

use serde_json::Value;
use std::path::Path;
use umclique_shop::{Options, Shop};

/// The key of the shops under test.
pub(crate) const SECRET_KEY: &str = "sk_test_shop";
/// The webhook secret of the shops under test.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";

/// A shop whose merchant server is at `server`, and whose component is in `component`.
pub(crate) async fn shop(server: &str, component: &Path, sandbox: Option<String>) -> Shop {
    shop_with(server, component, sandbox, None).await
}

/// The same, which also has a bundle of React.
pub(crate) async fn shop_with(
    server: &str,
    component: &Path,
    sandbox: Option<String>,
    react: Option<std::path::PathBuf>,
) -> Shop {
    umclique_shop::start(Options {
        listen: "127.0.0.1:0".parse().expect("an address"),
        server: server.to_owned(),
        component: component.to_owned(),
        secret_key: SECRET_KEY.to_owned(),
        webhook_secrets: vec![WEBHOOK_SECRET.to_owned()],
        sandbox,
        public_url: None,
        react,
    })
    .await
    .expect("a free port")
}

/// A client that changes nothing: no redirects, no decompression, no proxy.
pub(crate) fn client() -> reqwest::Client {
    // Another test of this process may have been first.
    let _installed = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder().no_proxy().build().expect("a client")
}

/// Posts JSON under an idempotency key.
pub(crate) async fn post(url: String, key: &str, body: &Value) -> (u16, Value) {
    let request = client().post(url).header("Idempotency-Key", key).json(body);
    let answer = request.send().await.expect("the shop answers");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}
