//! Brings in what the other commands need: looks first, installs only what is missing, and says what and how long.
//! A part that cannot be had is an error here; whether it may be skipped is [`Skips`]'s business.

mod apt;
mod browser;
mod cargo_tools;
mod lock;
mod node;
mod postgres;
mod rust;

pub(crate) use browser::browser;
pub(crate) use cargo_tools::{deny, nextest, trunk, wasm_bindgen, wasm_bindgen_test_runner};
pub(crate) use node::{esbuild, node, npm_tools, wasm_opt};
pub(crate) use postgres::postgres;
pub(crate) use rust::{has_rust_src, lints, rust_src, rustc_version, wasm_target};

use crate::error::{Error, Result};
use crate::process;
use crate::repo::Repo;
use crate::report::note;

/// `cargo xtask setup`: everything any command needs.
pub(crate) fn everything(repo: &Repo) -> Result<()> {
    let mut skips = Skips::default();
    skips.unless("formatter and lints", lints(repo))?;
    skips.unless("WASM target", wasm_target(repo))?;
    skips.unless("sources of the standard library", rust_src(repo))?;
    skips.unless("wasm-bindgen", wasm_bindgen(repo))?;
    skips.unless("wasm-opt, esbuild, axe-core and React", npm_tools(repo))?;
    skips.unless("browser", browser(repo))?;
    skips.unless("PostgreSQL", postgres(repo))?;
    skips.unless("trunk", trunk(repo))?;
    skips.unless("cargo-deny", deny(repo))?;
    println!("set up; skipped: {}", skips.text());
    Ok(())
}

/// Checks that every crate in Cargo.lock is here, so that a missing network is one sentence and not a build log.
pub(crate) fn crates(repo: &Repo) -> Result<()> {
    process::install("fetching the Rust dependencies", repo.cargo(&["fetch", "--quiet"]).arg("--color=never"))
}

/// What was left out because a tool cannot be had here. With `CI=true` nothing may be left out.
#[derive(Default)]
pub(crate) struct Skips(Vec<String>);

impl Skips {
    /// The value, or `None` and a note that `part` is skipped. Only a missing tool or network is a reason to skip.
    pub(crate) fn unless<T>(&mut self, part: &str, outcome: Result<T>) -> Result<Option<T>> {
        match outcome {
            Ok(value) => Ok(Some(value)),
            Err(error @ (Error::Missing { .. } | Error::Offline { .. })) if !is_ci() => {
                note(&format!("skipped: {part}: {error}"));
                self.0.push(part.to_owned());
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// The parts in one line, or `nothing`.
    pub(crate) fn text(&self) -> String {
        if self.0.is_empty() { "nothing".to_owned() } else { self.0.join(", ") }
    }
}

/// Whether a skip is a failure.
pub(crate) fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
