//! Compiles and shrinks: cargo, wasm-bindgen, wasm-opt, esbuild. Called by `package` only.

use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::{length, note, step};
use crate::setup::{self, is_ci};
use crate::{files, process};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// A module of the package: what cargo builds, and the name that wasm-bindgen gives its two files.
struct Module {
    package: &'static str,
    features: &'static [&'static str],
    file: &'static str,
    out_name: &'static str,
}

/// The component first; the QR encoder beside it, which the page loads after the first screen.
const MODULES: [Module; 2] = [
    Module {
        package: "umclique",
        features: &["--no-default-features"],
        file: "umclique.wasm",
        out_name: "umclique_wasm",
    },
    Module { package: "umclique-qr-wasm", features: &[], file: "umclique_qr_wasm.wasm", out_name: "umclique_qr" },
];

/// A panic aborts without a message, nothing names a source line, and `{:?}` prints nothing.
const SMALL: &str = "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none";

/// What rustc 1.95 and wasm-bindgen may put into the module; every browser of the last years reads it.
const FEATURES: [&str; 7] = [
    "--enable-bulk-memory",
    "--enable-bulk-memory-opt",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// The programs that are needed, found or installed.
pub(crate) struct Tools {
    wasm_bindgen: PathBuf,
    wasm_opt: PathBuf,
    esbuild: PathBuf,
    /// Whether the standard library is built along.
    pub(crate) with_std: bool,
}

impl Tools {
    /// Installs what is missing. Without the sources of the standard library it goes on, except in CI.
    pub(crate) fn ready(repo: &Repo) -> Result<Self> {
        setup::wasm_target(repo)?;
        match setup::rust_src(repo) {
            Ok(()) => {}
            Err(error) if is_ci() || matches!(error, Error::Stopped) => return Err(error),
            Err(error) => {
                note(&error.to_string());
                note("so the standard library is taken as it comes, and the component is about 20 KB larger");
            }
        }
        Ok(Self {
            wasm_bindgen: setup::wasm_bindgen(repo)?,
            wasm_opt: setup::wasm_opt(repo)?,
            esbuild: setup::esbuild(repo)?,
            with_std: setup::has_rust_src(repo)?,
        })
    }
}

/// Everything about the recipe that changes its result.
pub(crate) fn recipe(repo: &Repo, tools: &Tools) -> Result<String> {
    let compiler = setup::rustc_version(repo)?;
    Ok(format!("{compiler}\nwith std: {}", tools.with_std))
}

/// Builds the modules and their glue into `next`.
pub(crate) fn wasm(repo: &Repo, tools: &Tools, next: &Path) -> Result<()> {
    let target = repo.path("target/component");
    let begun = step("cargo build, profile component", "about 90 s the first time");
    for module in &MODULES {
        compile(repo, tools, module, &target)?;
    }
    note(&length(begun.elapsed()));
    let begun = step("wasm-bindgen and wasm-opt", "about 20 s");
    for module in &MODULES {
        shrink(repo, tools, module, &target, next)?;
    }
    note(&length(begun.elapsed()));
    Ok(())
}

fn compile(repo: &Repo, tools: &Tools, module: &Module, target: &Path) -> Result<()> {
    let mut cargo = repo.cargo(&["build", "--package", module.package, "--lib", "--profile", "component"]);
    cargo.args(module.features).args(["--target", "wasm32-unknown-unknown", "--target-dir"]).arg(target);
    cargo.env_remove("CARGO_ENCODED_RUSTFLAGS").env_remove("RUSTFLAGS");
    if tools.with_std {
        cargo.args(["-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"]);
        cargo.env("RUSTC_BOOTSTRAP", "1").env("RUSTFLAGS", SMALL);
    }
    process::run("building the component", &mut cargo)
}

fn shrink(repo: &Repo, tools: &Tools, module: &Module, target: &Path, next: &Path) -> Result<()> {
    let built = target.join("wasm32-unknown-unknown/component").join(module.file);
    let mut bindgen = Command::new(&tools.wasm_bindgen);
    bindgen.args(["--target", "web", "--no-typescript", "--remove-name-section", "--remove-producers-section"]);
    bindgen.args(["--out-name", module.out_name, "--out-dir"]).arg(next).arg(&built);
    process::run("wasm-bindgen", &mut bindgen)?;

    let bound = next.join(format!("{}_bg.wasm", module.out_name));
    let mut opt = Command::new(&tools.wasm_opt);
    // The lowest kilobyte is the very end of the stack, and no address is computed to lie there.
    opt.args(["--traps-never-happen", "--low-memory-unused"]);
    // Functions that stay apart look more alike: 2 % more bytes before brotli than by the defaults, and 2.5 % less after it.
    opt.args(["--one-caller-inline-max-function-size=25", "--always-inline-max-function-size=3"]);
    // Flattening first lets the second look find more: 1 % less after brotli than `-Oz --converge` alone.
    opt.args(["--flatten", "--rereloop", "-Oz", "-Oz"]);
    opt.args(["--strip-debug", "--strip-producers", "--strip-target-features"]);
    process::run("wasm-opt", opt.args(FEATURES).arg(&bound).arg("-o").arg(&bound))?;

    let glue = next.join(format!("{}.js", module.out_name));
    let text = std::fs::read_to_string(&glue).map_err(Error::file("read", &glue))?;
    minify(repo, tools, &text, "js", &glue)
}

/// Writes `text` without comments and spaces to `path`. Names at the top level and exports stay as they are.
pub(crate) fn minify(repo: &Repo, tools: &Tools, text: &str, loader: &str, path: &Path) -> Result<()> {
    // Through a file and not a pipe: a pipe must be fed while its other end is read.
    let source = path.with_extension(format!("source.{loader}"));
    files::write(&source, text)?;
    let mut esbuild = repo.command(&tools.esbuild);
    esbuild.args(["--minify", "--target=es2022", "--charset=utf8", "--legal-comments=none", "--log-level=warning"]);
    esbuild.arg(format!("--outfile={}", path.display())).arg("--allow-overwrite").arg(&source);
    process::run("minifying", esbuild.stdout(Stdio::null()))?;
    files::remove(&source)
}
