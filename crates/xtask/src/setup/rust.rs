//! The parts of the Rust toolchain that are not there by default.

use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::step;
use crate::{files, process};
use std::path::{Path, PathBuf};

const TARGET: &str = "wasm32-unknown-unknown";

/// Makes sure that code for WebAssembly can be built.
pub(crate) fn wasm_target(repo: &Repo) -> Result<()> {
    let folder = rustc(repo, &["--print", "target-libdir", "--target", TARGET])?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(());
    }
    rustup(repo, &["target", "add", TARGET], &format!("the Rust target {TARGET}"))
}

/// Makes sure that the standard library can be built along with the component, which saves about 20 KB.
pub(crate) fn rust_src(repo: &Repo) -> Result<()> {
    if has_rust_src(repo)? {
        return Ok(());
    }
    rustup(repo, &["component", "add", "rust-src"], "the Rust component rust-src")
}

/// Whether the sources of the standard library are here.
pub(crate) fn has_rust_src(repo: &Repo) -> Result<bool> {
    let sysroot = rustc(repo, &["--print", "sysroot"])?;
    Ok(PathBuf::from(sysroot.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
}

/// Makes sure that `cargo fmt` and `cargo clippy` answer.
pub(crate) fn lints(repo: &Repo) -> Result<()> {
    for (component, subcommand) in [("rustfmt", "fmt"), ("clippy", "clippy")] {
        if process::read(subcommand, &mut repo.cargo(&[subcommand, "--version"])).is_err() {
            rustup(repo, &["component", "add", component], &format!("the Rust component {component}"))?;
        }
    }
    Ok(())
}

/// Everything rustc says about itself; it changes whenever its output may.
pub(crate) fn rustc_version(repo: &Repo) -> Result<String> {
    rustc(repo, &["-vV"])
}

fn rustc(repo: &Repo, arguments: &[&str]) -> Result<String> {
    process::read("rustc", repo.command("rustc").args(arguments))
}

fn rustup(repo: &Repo, arguments: &[&str], what: &str) -> Result<()> {
    let Some(rustup) = files::program("rustup") else {
        let remedy = "this Rust was not installed by rustup, so install the part where Rust came from, or take Rust from https://rustup.rs";
        return Err(Error::Missing { what: what.to_owned(), remedy: remedy.to_owned() });
    };
    step(&format!("rustup {}", arguments.join(" ")), "a few seconds");
    process::install(&format!("installing {what}"), repo.command(rustup).args(arguments))
}
