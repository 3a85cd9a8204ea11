//! Node and what only npm has: wasm-opt, esbuild (minifies our two text files), axe-core, and React for one test page.

use super::lock::{major, spoken_version};
use super::{apt, is_ci};
use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::step;
use crate::{files, process};
use std::path::PathBuf;
use std::process::Command;

/// Older ones cannot run the npm tools.
const OLDEST_NODE: u32 = 18;

/// A Node that is new enough.
pub(crate) fn node() -> Result<PathBuf> {
    if files::program("node").is_none() || files::program("npm").is_none() {
        apt::install("Node.js with npm", &["nodejs", "npm"])?;
    }
    let missing = |remedy: &str| Error::Missing { what: format!("Node.js {OLDEST_NODE}"), remedy: remedy.to_owned() };
    let node = files::program("node").ok_or_else(|| missing("install it from your system or https://nodejs.org"))?;
    let answer = process::read("node --version", Command::new(&node).arg("--version"))?;
    match spoken_version(&answer).and_then(major) {
        Some(found) if found >= OLDEST_NODE => Ok(node),
        _ => Err(missing(&format!("the one on the PATH is {}; install a newer one", answer.trim()))),
    }
}

/// Makes sure that `node_modules` holds what package.json asks for.
pub(crate) fn npm_tools(repo: &Repo) -> Result<()> {
    let wanted = files::json(&repo.read("package.json")?, "package.json")?;
    let wanted = wanted["devDependencies"].as_object().cloned().unwrap_or_default();
    if wanted.iter().all(|(name, version)| version.as_str() == installed_version(repo, name).as_deref()) {
        return Ok(());
    }
    node()?;
    let npm = files::program("npm")
        .ok_or_else(|| Error::Missing { what: "npm".to_owned(), remedy: "install it beside Node.js".to_owned() })?;
    step("npm ci (wasm-opt, esbuild, axe-core, React)", "about 10 seconds, 130 MB");
    let flags = ["ci", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    process::install("installing the npm tools", repo.command(npm).args(flags))
}

/// wasm-opt from `node_modules`.
pub(crate) fn wasm_opt(repo: &Repo) -> Result<PathBuf> {
    tool(repo, "wasm-opt")
}

/// esbuild from `node_modules`.
pub(crate) fn esbuild(repo: &Repo) -> Result<PathBuf> {
    tool(repo, "esbuild")
}

fn tool(repo: &Repo, name: &str) -> Result<PathBuf> {
    npm_tools(repo)?;
    let path = repo.path("node_modules/.bin").join(name);
    if path.is_file() {
        return Ok(path);
    }
    let remedy = if is_ci() { "npm ci did not bring it" } else { "remove node_modules and run the same command again" };
    Err(Error::Missing { what: name.to_owned(), remedy: remedy.to_owned() })
}

fn installed_version(repo: &Repo, name: &str) -> Option<String> {
    let text = std::fs::read_to_string(repo.path(&format!("node_modules/{name}/package.json"))).ok()?;
    let package: serde_json::Value = serde_json::from_str(&text).ok()?;
    package["version"].as_str().map(str::to_owned)
}
