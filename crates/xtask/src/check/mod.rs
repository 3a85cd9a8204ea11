//! `cargo xtask check`: everything that must hold before a commit, besides the tests. The first broken rule ends it.

mod patterns;

use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::{length, note, step};
use crate::setup::{self, Skips};
use crate::{package, process, size};
use std::time::Instant;

/// Runs every check, the quick ones first.
pub(crate) fn run(repo: &Repo) -> Result<()> {
    let begun = Instant::now();
    let mut skips = Skips::default();
    setup::lints(repo)?;
    setup::crates(repo)?;

    step("format", "a second");
    process::run("cargo fmt (run `cargo fmt --all` to mend it)", &mut repo.cargo(&["fmt", "--all", "--check"]))?;
    step("Cargo.lock fits every Cargo.toml", "a second");
    process::read("cargo metadata --locked", &mut repo.cargo(&["metadata", "--locked", "--format-version", "1"]))?;
    step("forbidden patterns", "a second");
    patterns::check(repo)?;
    let deny = skips.unless("licences and advisories", licences(repo))?;
    if let Some(false) = deny {
        note("advisories were not checked: their database cannot be reached from here");
    }

    step("clippy on the host", "about 4 minutes the first time");
    let clippy = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
    process::run("cargo clippy", &mut repo.cargo(&clippy))?;
    if skips.unless("clippy for the browser", setup::wasm_target(repo))?.is_some() {
        step("clippy for the browser", "about 1 minute the first time");
        let target = ["clippy", "--package", "umclique", "--all-targets", "--target", "wasm32-unknown-unknown"];
        process::run("cargo clippy", repo.cargo(&target).args(["--", "-D", "warnings"]))?;
    }
    step("documentation", "about 1 minute the first time");
    let mut doc = repo.cargo(&["doc", "--workspace", "--no-deps", "--quiet"]);
    process::run("cargo doc", doc.env("RUSTDOCFLAGS", "-D warnings"))?;

    if let Some(package) = skips.unless("size gate", package::fresh(repo))? {
        let sizes = size::critical(&package)?;
        println!("{}", size::table(&sizes));
        size::gate(&sizes)?;
    }
    println!("all checks passed in {}; skipped: {}", length(begun.elapsed()), skips.text());
    Ok(())
}

/// Licences, sources and bans, which need no network; then the advisories, whose database lives on GitHub.
/// Answers whether the advisories could be checked, too.
fn licences(repo: &Repo) -> Result<bool> {
    setup::deny(repo)?;
    step("licences, sources and bans", "a few seconds");
    let offline =
        ["deny", "--offline", "--log-level", "error", "check", "--hide-inclusion-graph", "licenses", "sources", "bans"];
    process::run("cargo deny", &mut repo.cargo(&offline))?;
    step("advisories", "a few seconds");
    let fetched = process::read("cargo deny fetch", &mut repo.cargo(&["deny", "fetch", "db"]));
    match fetched {
        Err(Error::Stopped) => return Err(Error::Stopped),
        Err(_) => return Ok(false),
        Ok(_) => {}
    }
    let advisories = ["deny", "--log-level", "error", "check", "--hide-inclusion-graph", "advisories"];
    process::run("cargo deny", &mut repo.cargo(&advisories)).map(|()| true)
}
