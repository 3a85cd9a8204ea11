//! Tools that cargo builds from source, once, into its own bin folder.

use super::lock::{locked_version, spoken_version};
use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::step;
use crate::{files, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// 0.22 wants a newer Rust than this project does.
const TRUNK: &str = "0.21.14";
const DENY: &str = "0.20.2";

/// `wasm-bindgen` in exactly the version of the library in Cargo.lock: they speak a private format.
pub(crate) fn wasm_bindgen(repo: &Repo) -> Result<PathBuf> {
    let lock = repo.read("Cargo.lock")?;
    let version = locked_version(&lock, "wasm-bindgen")
        .ok_or_else(|| Error::Refused("Cargo.lock does not name wasm-bindgen; run cargo metadata once".to_owned()))?;
    if let Some(path) = in_version("wasm-bindgen", version) {
        return Ok(path);
    }
    // Without --locked: the tool's own lock names a crate version that is not in the registry.
    cargo_install(repo, "wasm-bindgen-cli", version, &[], "about 4 minutes on two cores")?;
    installed("wasm-bindgen")
}

/// The runner of browser tests; it comes with `wasm-bindgen`.
pub(crate) fn wasm_bindgen_test_runner(repo: &Repo) -> Result<PathBuf> {
    wasm_bindgen(repo)?;
    installed("wasm-bindgen-test-runner")
}

/// `trunk`, which previews the demo shop.
pub(crate) fn trunk(repo: &Repo) -> Result<PathBuf> {
    if let Some(path) = in_version("trunk", TRUNK) {
        return Ok(path);
    }
    cargo_install(repo, "trunk", TRUNK, &["--locked"], "about 7 minutes on two cores")?;
    installed("trunk")
}

/// `cargo deny`, which checks licences, sources and advisories. Any version that is there will do.
pub(crate) fn deny(repo: &Repo) -> Result<PathBuf> {
    if let Some(path) = files::program("cargo-deny") {
        return Ok(path);
    }
    cargo_install(repo, "cargo-deny", DENY, &["--locked"], "about 3 minutes on two cores")?;
    installed("cargo-deny")
}

/// `cargo nextest`, used where it is and never installed: `cargo test` does the same, only slower.
pub(crate) fn nextest() -> Option<PathBuf> {
    files::program("cargo-nextest")
}

fn in_version(program: &str, version: &str) -> Option<PathBuf> {
    let path = files::program(program)?;
    let answer = process::read(program, Command::new(&path).arg("--version")).ok()?;
    (spoken_version(&answer) == Some(version)).then_some(path)
}

fn cargo_install(repo: &Repo, package: &str, version: &str, flags: &[&str], usually: &str) -> Result<()> {
    let what = format!("installing {package} {version}");
    step(&what, usually);
    let mut command = repo.cargo(&["install", package, "--version", version]);
    process::install(&what, command.args(flags))
}

/// Prefers cargo's own folder: an older one elsewhere on the PATH is why we installed.
fn installed(program: &str) -> Result<PathBuf> {
    let own = files::cargo_bin().map(|folder| folder.join(program)).filter(|path: &PathBuf| Path::is_file(path));
    own.or_else(|| files::program(program)).ok_or_else(|| Error::Missing {
        what: program.to_owned(),
        remedy: "look where cargo install puts its programs and add that folder to the PATH".to_owned(),
    })
}
