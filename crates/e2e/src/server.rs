//! The merchant server, started as a shop's operator would. Used by the worlds that have one.

use crate::process::Process;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use tokio::net::TcpListener;
use tokio::process::Command;

/// A free port of loopback.
pub(crate) const LOOPBACK: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
/// The shop's key.
pub(crate) const SECRET_KEY: &str = "sk_demo";
/// What webhooks are signed with.
pub(crate) const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";

/// Where everybody is.
pub(crate) struct Setting<'a> {
    /// The server's program.
    pub(crate) program: &'a Path,
    /// Where its books and its log are.
    pub(crate) folder: &'a Path,
    /// The sandbox's origin.
    pub(crate) sandbox: &'a str,
    /// The shop's origin.
    pub(crate) shop: &'a str,
    /// Settings beyond the usual.
    pub(crate) more: Vec<(&'static str, String)>,
}

/// Starts the server, and gives its origin. Another program may take the free port first; then another one is tried.
pub(crate) async fn start(setting: &Setting<'_>) -> (Process, String) {
    for attempt in 0..3 {
        let listener = TcpListener::bind(LOOPBACK).await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        drop(listener);
        let command = command(setting, address);
        let mut process = Process::start(command, &setting.folder.join(format!("server-{attempt}.log")));
        if process.announced("umclique-server listening on ").await.is_some() {
            return (process, format!("http://{address}"));
        }
        eprintln!("the server did not start:\n{}", process.log());
    }
    panic!("the server starts on one of three free ports");
}

fn command(setting: &Setting<'_>, address: SocketAddr) -> Command {
    let Setting { sandbox, shop, .. } = setting;
    let mut command = Command::new(setting.program);
    command.arg("serve").env_clear().envs([
        ("RUST_LOG", "info"),
        ("UMCLIQUE_LISTEN", &address.to_string()),
        ("UMCLIQUE_ADMIN_LISTEN", "127.0.0.1:0"),
        ("UMCLIQUE_PUBLIC_URL", &format!("http://{address}")),
        ("UMCLIQUE_DATABASE_URL", &format!("sqlite://{}", setting.folder.join("server.db").display())),
        ("UMCLIQUE_SECRET_KEYS", SECRET_KEY),
        ("UMCLIQUE_SERVER_KEY", "a-key-for-tests-of-at-least-32-characters"),
        ("UMCLIQUE_ALLOWED_ORIGINS", shop),
        ("UMCLIQUE_MERCHANT_NAME", "Loja Exemplo"),
        ("UMCLIQUE_WEBHOOK_URL", &format!("{shop}/shop/webhooks")),
        ("UMCLIQUE_WEBHOOK_SECRETS", WEBHOOK_SECRET),
        ("UMCLIQUE_SANDBOX_URL", sandbox),
        ("UMCLIQUE_EPAG_BASE_URL", &format!("{sandbox}/epag")),
        ("UMCLIQUE_EPAG_API_KEY", "epag_demo_key"),
        ("UMCLIQUE_EPAG_API_SECRET", "epag_demo_secret"),
        ("UMCLIQUE_EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01"),
        ("UMCLIQUE_APRIL_BASE_URL", &format!("{sandbox}/april")),
        ("UMCLIQUE_APRIL_SECRET_KEY", "sandbox_sk_demo"),
        ("UMCLIQUE_APRIL_PUBLIC_KEY", "sandbox_pk_demo"),
        ("UMCLIQUE_APRIL_SCRIPT_URL", &format!("{sandbox}/april/v3/checkout-v3.0.0.min.js")),
    ]);
    command.envs(setting.more.iter().map(|(name, value)| (name, value)));
    command
}
