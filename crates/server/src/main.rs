//! `umclique-server`: serves, resolves what only a person can know, prints the API's description.

use clap::{Parser, Subcommand, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use umclique_server::config::Config;
use umclique_server::methods::whatsapp::processor::contract;
use umclique_server::payments::Payments;
use umclique_server::payments::resolve::Verdict;
use umclique_server::worker;
use umclique_wire::{AttemptId, RefundId};

#[derive(Parser)]
#[command(name = "umclique-server", version, about = "The Umclique merchant server")]
struct Cli {
    /// A TOML file; environment variables UMCLIQUE_… go over it
    #[arg(long, env = "UMCLIQUE_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests and complete what is under way (the default)
    Serve,
    /// Settle what only a person could find out
    Resolve {
        /// The payment or the refund, pa_… or re_…
        id: String,
        /// What happened to the money; for a refund, captured means that it went back
        #[arg(long = "as")]
        verdict: Captured,
        /// How much was captured, in minor units, where it is not all that was asked for; not for refunds
        #[arg(long)]
        amount: Option<u64>,
        /// The id at the provider, as its panel shows it
        #[arg(long)]
        provider_reference: Option<String>,
        /// Why you are sure; stands on the timeline
        #[arg(long)]
        note: String,
    },
    /// List the violations of the books' invariants; none is good
    Audit,
    /// Print the Content-Security-Policy that a shop's page needs for the configured methods
    Csp {
        /// The server's origin, where it is not the page's own
        #[arg(long)]
        server: Option<String>,
    },
    /// Print the description of the API
    Openapi {
        /// Of the bridge to the shop's card processor, which the shop builds
        #[arg(long)]
        processor: bool,
    },
}

#[derive(Clone, Copy, ValueEnum)]
#[value(rename_all = "snake_case")]
enum Captured {
    Captured,
    NotCaptured,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(code) => code,
        Err(sentence) => {
            eprintln!("umclique-server: {sentence}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<ExitCode, String> {
    if let Some(Command::Openapi { processor }) = cli.command {
        print(&if processor { contract::openapi() } else { umclique_server::openapi() });
        return Ok(ExitCode::SUCCESS);
    }
    let config = Config::load(cli.config.as_deref(), std::env::vars()).map_err(|error| error.to_string())?;
    start_logs(config.logs_json);
    match cli.command {
        None | Some(Command::Serve) => serve(config).await,
        Some(Command::Resolve { id, verdict, amount, provider_reference, note }) => {
            let is_captured = matches!(verdict, Captured::Captured);
            resolve(&config, &id, Verdict { is_captured, amount_minor: amount, provider_reference, note }).await
        }
        Some(Command::Audit) => audit(&config).await,
        Some(Command::Csp { server }) => csp(&config, server.as_deref()),
        Some(Command::Openapi { .. }) => Ok(ExitCode::SUCCESS),
    }
}

async fn serve(config: Config) -> Result<ExitCode, String> {
    let running = umclique_server::start(config).await.map_err(|error| error.to_string())?;
    print(&format!("umclique-server listening on http://{}\n", running.address));
    wait_for_signal().await;
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// The books and the clock of a server that may be running.
async fn open_beside(config: &Config) -> Result<Arc<Payments>, String> {
    let payments = umclique_server::open(config, "http://127.0.0.1", false).await.map_err(|error| error.to_string())?;
    if let Some(url) = &config.sandbox_url {
        let following = worker::follow_sandbox(Arc::clone(&payments), reqwest::Client::new(), url.clone());
        following.await.map_err(|error| error.to_string())?;
    }
    Ok(payments)
}

/// Works beside a running server: every write is compare-and-set.
async fn resolve(config: &Config, id: &str, verdict: Verdict) -> Result<ExitCode, String> {
    let payments = open_beside(config).await?;
    let resolved = if let Ok(payment) = AttemptId::parse(id) {
        payments.resolve_payment(&payment, verdict).await
    } else if RefundId::parse(id).is_ok() {
        payments.resolve_refund(id, verdict).await
    } else {
        return Err("expected the id of a payment (pa_…) or of a refund (re_…)".into());
    };
    payments.db.close().await;
    resolved.map_err(|error| error.to_string())?;
    print(&format!("{id} is resolved\n"));
    Ok(ExitCode::SUCCESS)
}

async fn audit(config: &Config) -> Result<ExitCode, String> {
    let payments = open_beside(config).await?;
    let violations = payments.audit().await.map_err(|error| error.to_string())?;
    for violation in &violations {
        print(&format!("{violation}\n"));
    }
    print(&format!("{} violations\n", violations.len()));
    Ok(if violations.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn csp(config: &Config, server: Option<&str>) -> Result<ExitCode, String> {
    let sources = umclique_server::page_sources(config).map_err(|error| error.to_string())?;
    print(&format!("Content-Security-Policy: {}\n", umclique_server::csp::policy(server, &sources)));
    Ok(ExitCode::SUCCESS)
}

#[expect(clippy::print_stdout, reason = "this is what the program is asked to say")]
fn print(text: &str) {
    print!("{text}");
}

fn start_logs(as_json: bool) {
    let filter = tracing_subscriber::EnvFilter::try_from_default_env()
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("info,sqlx=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let logs = logs.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr()));
    if as_json { logs.json().init() } else { logs.init() }
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        let _ = tokio::signal::ctrl_c().await;
        return;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}
