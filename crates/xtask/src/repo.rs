//! Where things are: the repository's root, cargo's target folder and our own output folders.
//! Also starts cargo with an environment that does not disturb its caches.

use crate::error::{Error, Result};
use crate::{files, process};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The repository this xtask was built from.
pub(crate) struct Repo {
    root: PathBuf,
    target: PathBuf,
}

impl Repo {
    /// Asks cargo where the target folder is (it can be moved by configuration).
    pub(crate) fn find() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap_or(Path::new(".")).to_path_buf();
        let mut metadata = cargo_in(&root);
        metadata.args(["metadata", "--no-deps", "--format-version", "1"]);
        let answer: serde_json::Value =
            files::json(&process::read("cargo metadata", &mut metadata)?, "cargo metadata")?;
        let target = answer["target_directory"].as_str().map_or_else(|| root.join("target"), PathBuf::from);
        Ok(Self { root, target })
    }

    /// A path under the repository's root.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// Where cargo puts an executable of the dev profile.
    pub(crate) fn binary(&self, name: &str) -> PathBuf {
        self.target.join("debug").join(name)
    }

    /// The folder of the distributable component.
    pub(crate) fn package(&self) -> PathBuf {
        self.path("target/package")
    }

    /// The text of a file under the root.
    pub(crate) fn read(&self, relative: &str) -> Result<String> {
        let path = self.path(relative);
        std::fs::read_to_string(&path).map_err(Error::file("read", &path))
    }

    /// `cargo …` in the root.
    pub(crate) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = cargo_in(&self.root);
        command.args(arguments);
        command
    }

    /// Any other program, started in the root.
    pub(crate) fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        command
    }
}

/// `cargo run` tells us about *this* package through variables that build scripts (ring's, for one) watch;
/// handed on, they would rebuild half the workspace each time somebody alternates between xtask and cargo.
fn cargo_in(root: &Path) -> Command {
    let mut command = process::guarded(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"].iter().any(|prefix| text.starts_with(prefix))
        {
            command.env_remove(&name);
        }
    }
    command
}
