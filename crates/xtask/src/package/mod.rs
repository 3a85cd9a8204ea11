//! `cargo xtask package`: the component as a shop downloads it, in `target/package`.
//! Also called by `demo`, `test` and `check`, which are content with one that is still fresh.

mod build;
mod compress;
mod integrity;
mod stamp;

use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::{length, note, step};
use crate::{files, size};
use std::path::{Path, PathBuf};

/// Files that go into the package as they were written (scripts and styles are minified on the way).
const WRITTEN: [&str; 4] = ["www/umclique.d.ts", "www/package.json", "LICENSE-MIT", "LICENSE-APACHE"];

/// Builds the package where it is not fresh and prints its sizes.
pub(crate) fn run(repo: &Repo) -> Result<()> {
    let package = fresh(repo)?;
    println!("{}", size::table(&size::critical(&package)?));
    println!("the package is in {}", package.display());
    Ok(())
}

/// The folder of a package that matches its sources; builds it when they have changed.
pub(crate) fn fresh(repo: &Repo) -> Result<PathBuf> {
    crate::setup::crates(repo)?;
    let tools = build::Tools::ready(repo)?;
    let package = repo.package();
    let stamp_file = repo.path("target/package.stamp");
    let stamp = stamp::of(repo, &tools)?;
    let is_whole = size::critical(&package).is_ok() && package.join("integrity.json").is_file();
    if is_whole && std::fs::read_to_string(&stamp_file).is_ok_and(|old| old == stamp) {
        note("the packaged component is up to date");
        return Ok(package);
    }
    let begun = step("package the component for the browser", "about 2 minutes the first time, 30 s after a change");
    files::remove(&stamp_file)?;
    // Assembled beside and renamed, so that a shop that is running never serves half a package.
    let next = repo.path("target/package.next");
    files::remove(&next)?;
    files::make_folder(&next)?;
    assemble(repo, &tools, &next)?;
    files::remove(&package)?;
    std::fs::rename(&next, &package).map_err(Error::file("rename", &next))?;
    files::write(&stamp_file, stamp)?;
    note(&format!("packaged in {}", length(begun.elapsed())));
    Ok(package)
}

fn assemble(repo: &Repo, tools: &build::Tools, next: &Path) -> Result<()> {
    // The quick steps first, so that a missing file is not found out after two minutes.
    for source in WRITTEN {
        let name = source.trim_start_matches("www/");
        files::write(&next.join(name), repo.read(source)?)?;
    }
    build::minify(repo, tools, &repo.read("www/umclique.css")?, "css", &next.join("umclique.css"))?;
    for name in ["umclique_april.js", "umclique_redirect.js"] {
        build::minify(repo, tools, &repo.read(&format!("www/{name}"))?, "js", &next.join(name))?;
    }
    build::wasm(repo, tools, next)?;
    // The loader names the hashes of what it fetches, so it comes last.
    let loader = integrity::written_into(&repo.read("www/umclique.js")?, next)?;
    build::minify(repo, tools, &loader, "js", &next.join("umclique.js"))?;
    integrity::list(next)?;
    compress::all(repo, next)
}
