//! `umclique-shop`: the demo shop as a program. Started by `cargo xtask demo`, or by hand.
//!
//! Prints one line on standard output once it is ready; everything else goes to standard error.

use clap::Parser;
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// The demo shop: a cart, and a back end that holds the secret key.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Where to listen; port 0 means a free one.
    #[arg(long, env = "SHOP_LISTEN", default_value = "127.0.0.1:8000")]
    listen: SocketAddr,
    /// The merchant server's origin.
    #[arg(long, env = "SHOP_SERVER", default_value = "http://127.0.0.1:8080")]
    server: String,
    /// The folder of the packaged component, made by `cargo xtask package`.
    #[arg(long, env = "SHOP_COMPONENT", default_value = "target/package")]
    component: PathBuf,
    /// The merchant server's secret key.
    #[arg(long, env = "SHOP_SECRET_KEY", hide_env_values = true)]
    secret_key: String,
    /// What webhooks are signed with; several during a rotation, separated by commas.
    #[arg(long, env = "SHOP_WEBHOOK_SECRET", hide_env_values = true, value_delimiter = ',', required = true)]
    webhook_secret: Vec<String>,
    /// The sandbox's origin, when rehearsing: its clock is followed, and its buyer page linked.
    #[arg(long, env = "SHOP_SANDBOX")]
    sandbox: Option<String>,
    /// The shop's origin as buyers see it; where it listens, if absent.
    #[arg(long, env = "SHOP_PUBLIC_URL")]
    public_url: Option<String>,
    /// React, bundled for the test page /strict-mode by `cargo xtask test e2e`.
    #[arg(long, env = "SHOP_REACT")]
    react: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _closed = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<(), Box<dyn std::error::Error>> {
    let shop = umclique_shop::start(umclique_shop::Options {
        listen: arguments.listen,
        server: arguments.server,
        component: arguments.component,
        secret_key: arguments.secret_key,
        webhook_secrets: arguments.webhook_secret,
        sandbox: arguments.sandbox,
        public_url: arguments.public_url,
        react: arguments.react,
    })
    .await?;
    writeln!(std::io::stdout(), "umclique-shop listening on {}", shop.url())?;
    stop_signal().await?;
    Ok(())
}

#[cfg(unix)]
async fn stop_signal() -> std::io::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted,
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(not(unix))]
async fn stop_signal() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
