//! One hash over everything a package is made from; a package with the same stamp need not be built again.

use super::build::{Tools, recipe};
use crate::error::Result;
use crate::files;
use crate::repo::Repo;
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Sources, recipe and versions. The folder of xtask stands for the steps between them.
const INPUTS: [&str; 13] = [
    "Cargo.toml",
    "Cargo.lock",
    "package-lock.json",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "src",
    "www",
    "crates/wire/Cargo.toml",
    "crates/wire/src",
    "crates/qr/Cargo.toml",
    "crates/qr/src",
    "crates/qr-wasm/Cargo.toml",
    "crates/qr-wasm/src",
];

/// The stamp of what is on disk now.
pub(crate) fn of(repo: &Repo, tools: &Tools) -> Result<String> {
    let mut paths = files::below(&repo.path("crates/xtask/src/package"))?;
    for input in INPUTS {
        paths.extend(files::below(&repo.path(input))?);
    }
    of_files(&repo.path(""), &paths, &recipe(repo, tools)?)
}

fn of_files(root: &Path, paths: &[PathBuf], recipe: &str) -> Result<String> {
    let mut hasher = Sha256::new();
    // Every part is preceded by its length, so that moving a byte from one to the next is a change.
    let mut add = |part: &[u8]| {
        hasher.update((part.len() as u64).to_le_bytes());
        hasher.update(part);
    };
    add(recipe.as_bytes());
    for path in paths {
        add(path.strip_prefix(root).unwrap_or(path).as_os_str().as_encoded_bytes());
        add(&files::read(path)?);
    }
    Ok(hasher.finalize().iter().fold(String::new(), |mut text, byte| {
        // Writing to a String cannot fail.
        write!(text, "{byte:02x}").ok();
        text
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stamp_follows_content_names_and_recipe() {
        let folder = std::env::temp_dir().join(format!("umclique-stamp-{}", std::process::id()));
        files::make_folder(&folder).expect("the temporary folder is writable");
        let (one, two) = (folder.join("one"), folder.join("two"));
        let stamp = |content: &str, path: &PathBuf, recipe: &str| {
            files::write(path, content).expect("the temporary folder is writable");
            of_files(&folder, std::slice::from_ref(path), recipe).expect("the file was just written")
        };
        let first = stamp("a", &one, "r");
        assert_eq!(first.len(), 64);
        assert_eq!(first, stamp("a", &one, "r"));
        assert_ne!(first, stamp("b", &one, "r"));
        assert_ne!(first, stamp("a", &two, "r"));
        assert_ne!(first, stamp("a", &one, "s"));
        files::remove(&folder).expect("the temporary folder is ours");
    }
}
