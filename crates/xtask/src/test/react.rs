//! React for the shop's test page `/strict-mode`, bundled out of `node_modules`. Made for the end-to-end tests; `package` knows nothing of
//! it.

use crate::error::Result;
use crate::repo::Repo;
use crate::{process, setup};
use std::path::PathBuf;
use std::process::Stdio;

/// Writes the bundle and tells where it is. The development build: in the other one StrictMode does nothing.
pub(super) fn bundle(repo: &Repo) -> Result<PathBuf> {
    let path = repo.path("target/e2e/react.js");
    let mut esbuild = repo.command(setup::esbuild(repo)?);
    esbuild.args(["--bundle", "--format=esm", "--target=es2022", "--log-level=warning"]);
    esbuild.arg("--define:process.env.NODE_ENV=\"development\"").arg(format!("--outfile={}", path.display()));
    process::run("bundling React", esbuild.arg("crates/shop/pages/react.js").stdout(Stdio::null()))?;
    Ok(path)
}
