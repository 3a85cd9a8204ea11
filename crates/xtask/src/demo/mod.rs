//! `cargo xtask demo`: shop, server and sandbox on loopback until Ctrl-C.

mod control;
mod parts;
mod ports;
mod providers;
mod words;

use crate::error::{Error, Result};
use crate::process::{Event, is_stopped, kill_all, stop_all, wait_ended};
use crate::repo::Repo;
use crate::report::{length, note, step};
use crate::{files, package, process, setup};
use parts::Setting;
use std::process::{Command, Stdio};
use std::sync::mpsc::channel;
use std::time::Duration;

/// How long a part may take to start, and to end once it was asked.
const PATIENCE: Duration = Duration::from_secs(60);
const FAREWELL: Duration = Duration::from_secs(10);

/// Where the demo listens and what it keeps.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// Port of the demo shop (0: any free one)
    #[arg(long, default_value_t = 8000)]
    shop_port: u16,
    /// Port of the server (0: any free one)
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Port of the server's metrics and readiness (0: any free one)
    #[arg(long, default_value_t = 8081)]
    admin_port: u16,
    /// Port of the providers' sandbox (0: any free one)
    #[arg(long, default_value_t = 8090)]
    sandbox_port: u16,
    /// Keep the server's books here (`sqlite://…` or `postgres://…`) instead of in a fresh SQLite file
    #[arg(long)]
    database_url: Option<String>,
    /// Open the shop in your browser
    #[arg(long)]
    open: bool,
}

/// Builds, starts, waits for Ctrl-C, stops.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    let ports = ports::choose(options)?;
    build(repo)?;
    let setting = Setting::prepare(repo, ports, options.database_url.clone())?;
    let outcome = serve(repo, &setting, options.open);
    if !matches!(outcome, Err(Error::Stopped)) {
        return outcome;
    }
    note("everything is stopped");
    Ok(())
}

fn build(repo: &Repo) -> Result<()> {
    setup::crates(repo)?;
    let begun = step("build server, sandbox and shop", "about 4 minutes the first time, then a second");
    let packages = ["-p", "umclique-server", "-p", "umclique-sandbox", "-p", "umclique-shop"];
    process::run("building the demo", repo.cargo(&["build", "--bins"]).args(packages))?;
    note(&length(begun.elapsed()));
    package::fresh(repo).map(|_| ())
}

/// Runs the parts until one ends or a person ends them all. None is left when this returns.
fn serve(repo: &Repo, setting: &Setting, open: bool) -> Result<()> {
    let (sender, events) = channel();
    let outcome = parts::start_all(repo, setting, (&sender, &events), PATIENCE).and_then(|()| {
        println!("{}", words::welcome(setting));
        if open {
            open_browser(&setting.shop_url());
        }
        // Waits for the first part that ends, which is never what was wanted, except after Ctrl-C.
        events.iter().find_map(Event::into_error).map_or(Ok(()), Err)
    });
    drop(sender);
    if !is_stopped() {
        stop_all();
    }
    if !wait_ended(&events, FAREWELL) {
        kill_all();
    }
    outcome
}

/// Best effort: the address is on the screen, too.
fn open_browser(url: &str) {
    let opener = ["xdg-open", "open"].iter().find_map(|name| files::program(name));
    let started = opener.map(|program| {
        Command::new(program).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn()
    });
    if !matches!(started, Some(Ok(_))) {
        note("no program to open a browser was found; open the address yourself");
    }
}
