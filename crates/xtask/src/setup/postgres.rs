//! Finds the binaries of PostgreSQL; the test cluster itself is the business of `test::cluster`.

use super::apt;
use super::lock::{major, spoken_version};
use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::{files, process};
use std::path::{Path, PathBuf};

const OLDEST: u32 = 15;
/// Debian keeps the versions side by side here, off the PATH.
const VERSIONED: &str = "/usr/lib/postgresql";

/// The folder with `initdb` and `postgres`, of a version that is new enough.
pub(crate) fn postgres(repo: &Repo) -> Result<PathBuf> {
    if candidates().is_empty() {
        apt::install("PostgreSQL", &["postgresql"])?;
    }
    for folder in candidates() {
        let answer = process::read("postgres --version", repo.command(folder.join("postgres")).arg("--version"))?;
        if spoken_version(&answer).and_then(major).is_some_and(|found| found >= OLDEST) {
            return Ok(folder);
        }
    }
    Err(Error::Missing {
        what: format!("PostgreSQL {OLDEST} or newer"),
        remedy: "install it from your system".to_owned(),
    })
}

/// Every folder with a server in it, the newest of Debian's first.
fn candidates() -> Vec<PathBuf> {
    let on_path = files::program("postgres").and_then(|path| path.parent().map(Path::to_path_buf));
    let versions = std::fs::read_dir(VERSIONED).into_iter().flatten().flatten();
    let mut versions: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    versions.sort();
    on_path.into_iter().chain(versions.into_iter().rev()).filter(|folder| has_server(folder)).collect()
}

fn has_server(folder: &Path) -> bool {
    ["initdb", "postgres"].iter().all(|program| folder.join(program).is_file())
}
