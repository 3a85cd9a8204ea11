//! `cargo xtask …`: everything a person or a build machine does with this repository.
//! It starts other programs and reports on them; it holds no product code and is never shipped.

// A command-line tool answers on stdout.
#![allow(clippy::print_stdout)]

mod bench;
mod check;
mod demo;
mod error;
mod files;
mod package;
mod process;
mod repo;
mod report;
mod setup;
mod size;
mod test;

use clap::{Parser, Subcommand};
use error::{Error, Result};
use repo::Repo;
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Set-up, demo, tests, checks, package and benchmarks of Umclique")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Install every tool the other commands need, skipping what is there
    Setup,
    /// Build and start the demo: shop, server and sandbox on loopback
    Demo(demo::Options),
    /// Run all tests, or only the named parts
    Test(test::Options),
    /// Format, lints, documentation, licences and the size gate
    Check,
    /// Build the distributable component into target/package
    Package,
    /// Measure, and print ratios
    Bench,
}

fn main() -> ExitCode {
    if let Some(code) = process::run_as_guard() {
        return code;
    }
    let task = Arguments::parse().task;
    let outcome = process::watch_signals().and_then(|()| run(task));
    // Whatever a failed task left running.
    process::kill_all();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Stopped) => ExitCode::from(130),
        Err(error) => {
            eprintln!("xtask: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(task: Task) -> Result<()> {
    let repo = Repo::find()?;
    match task {
        Task::Setup => setup::everything(&repo),
        Task::Demo(options) => demo::run(&repo, &options),
        Task::Test(options) => test::run(&repo, &options),
        Task::Check => check::run(&repo),
        Task::Package => package::run(&repo),
        Task::Bench => bench::run(&repo),
    }
}
