//! Small helpers for files and JSON, so that every failure names its path.

use crate::error::{Error, Result};
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Reads a whole file.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>> {
    fs::read(path).map_err(Error::file("read", path))
}

/// Writes a whole file.
pub(crate) fn write(path: &Path, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).map_err(Error::file("write", path))
}

/// Makes a folder and those above it.
pub(crate) fn make_folder(path: &Path) -> Result<()> {
    fs::create_dir_all(path).map_err(Error::file("create", path))
}

/// Removes a file or folder; one that is not there is fine.
pub(crate) fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(Error::file("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Every file below `path` (or `path` itself), sorted, so that two runs see the same order. What cargo built is left out.
pub(crate) fn below(path: &Path) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    if path.ends_with("target") {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(path).map_err(Error::file("list", path))? {
        found.extend(below(&entry.map_err(Error::file("list", path))?.path())?);
    }
    found.sort();
    Ok(found)
}

/// Parses JSON that `source` gave us.
pub(crate) fn json(text: &str, source: &str) -> Result<serde_json::Value> {
    serde_json::from_str(text).map_err(|error| Error::Refused(format!("{source} is not readable JSON: {error}")))
}

/// Looks for a program on the PATH and in cargo's bin folder, which is not on every PATH.
pub(crate) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(cargo_bin());
    folders.map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// The folder `cargo install` writes to.
pub(crate) fn cargo_bin() -> Option<PathBuf> {
    let home = std::env::var_os("CARGO_HOME").map(PathBuf::from);
    home.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cargo")))
        .map(|home| home.join("bin"))
}
