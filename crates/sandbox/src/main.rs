//! The `umclique-sandbox` binary: started by the demo and by shops that rehearse. Prints one line when it is ready;
//! everything else goes to stderr.

use std::io::Write;
use std::net::SocketAddr;
use std::process::ExitCode;

use clap::Parser;
use umclique_sandbox::{Options, Webhooks, start_with};

/// Local imitations of the payment providers; no real money, no real provider.
#[derive(Debug, Parser)]
#[command(name = "umclique-sandbox", version)]
struct Arguments {
    /// Address to listen on; port 0 takes a free one.
    #[arg(long, env = "UMCLIQUE_SANDBOX_LISTEN", default_value = "127.0.0.1:8090")]
    listen: SocketAddr,
    /// Seed of every generated id.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where WhatsApp's webhooks go.
    #[arg(long, env = "UMCLIQUE_SANDBOX_WHATSAPP_WEBHOOK_URL", value_parser = address)]
    whatsapp_webhook_url: Option<String>,
    /// The word by which that address is verified.
    #[arg(long, env = "UMCLIQUE_SANDBOX_WHATSAPP_VERIFY_TOKEN", hide_env_values = true)]
    whatsapp_verify_token: Option<String>,
    /// What WhatsApp signs with.
    #[arg(long, env = "UMCLIQUE_SANDBOX_WHATSAPP_APP_SECRET", hide_env_values = true)]
    whatsapp_app_secret: Option<String>,
    /// Where the card processor's webhooks go.
    #[arg(long, env = "UMCLIQUE_SANDBOX_PSP_WEBHOOK_URL", value_parser = address)]
    psp_webhook_url: Option<String>,
    /// What the card processor signs with.
    #[arg(long, env = "UMCLIQUE_SANDBOX_PSP_WEBHOOK_SECRET", hide_env_values = true)]
    psp_webhook_secret: Option<String>,
}

/// An absolute URL; messages go over plain HTTP only.
fn address(text: &str) -> Result<String, String> {
    let url: axum::http::Uri = text.parse().map_err(|_| "must be an absolute URL".to_owned())?;
    match url.scheme_str() {
        Some("http") if url.host().is_some() => Ok(text.to_owned()),
        _ => Err("must be an absolute URL that begins with http://".to_owned()),
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let arguments = Arguments::parse();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env()
                .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn")),
        )
        .with_writer(std::io::stderr)
        .init();
    let webhooks = Webhooks {
        whatsapp_url: arguments.whatsapp_webhook_url,
        whatsapp_verify_token: arguments.whatsapp_verify_token,
        whatsapp_app_secret: arguments.whatsapp_app_secret,
        psp_url: arguments.psp_webhook_url,
        psp_secret: arguments.psp_webhook_secret,
    };
    let options = Options { listen: arguments.listen, seed: arguments.seed };
    let sandbox = match start_with(options, webhooks).await {
        Ok(sandbox) => sandbox,
        Err(error) => {
            tracing::error!("{} cannot be used: {error}; pass another --listen", arguments.listen);
            return ExitCode::FAILURE;
        }
    };
    let mut out = std::io::stdout();
    // A closed stdout only means that nobody waits for the line.
    let _ = writeln!(out, "umclique-sandbox listening on {}", sandbox.url()).and_then(|()| out.flush());
    wait_for_stop().await;
    ExitCode::SUCCESS
}

/// Returns on SIGINT or SIGTERM.
async fn wait_for_stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut terminate) => {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = tokio::signal::ctrl_c() => {}
                }
            }
            Err(_) => {
                let _ = tokio::signal::ctrl_c().await;
            }
        }
    }
    #[cfg(not(unix))]
    {
        let _ = tokio::signal::ctrl_c().await;
    }
}
