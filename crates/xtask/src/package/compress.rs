//! Compressed copies beside each file, so that no server has to compress while a buyer waits.

use crate::error::Result;
use crate::repo::Repo;
use crate::{files, process, setup};
use std::path::Path;

/// Compresses every file in the package.
pub(crate) fn all(repo: &Repo, package: &Path) -> Result<()> {
    let script = repo.path("crates/xtask/src/package/compress.mjs");
    let mut node = repo.command(setup::node()?);
    process::run("compressing", node.arg(script).args(files::below(package)?))
}
