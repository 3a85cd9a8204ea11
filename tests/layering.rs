//! Invariant 1 of the design: the machine, the texts and every method's form know nothing of the page.
#![cfg(not(target_arch = "wasm32"))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

const FORBIDDEN: [&str; 8] =
    ["yew", "web_sys", "js_sys", "gloo", "wasm_bindgen", "crate::shell", "crate::components", "std::time"];

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the folder is part of the project") {
        let path = entry.expect("readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

fn files_of(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &mut found);
    found
}

#[test]
fn machine_texts_and_forms_import_nothing_of_the_page() {
    let mut pure = [files_of("src/machine"), files_of("src/text"), files_of("src/methods")].concat();
    assert!(pure.len() > 12, "the folders moved; this test must follow: {pure:?}");
    pure.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shell/sse.rs"));
    pure.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shell/read.rs"));
    pure.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/shell/refusal.rs"));
    for path in pure {
        let code = fs::read_to_string(&path).expect("readable");
        let code: String = code.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        for name in FORBIDDEN {
            assert!(!code.contains(name), "{} uses {name}", path.display());
        }
    }
}

#[test]
fn nothing_writes_raw_html_or_style_attributes() {
    for path in files_of("src") {
        let code = fs::read_to_string(&path).expect("readable");
        for name in ["from_html_unchecked", "VRaw", "inner_html", "style=", "forget()"] {
            assert!(!code.contains(name), "{} uses {name}, which strict pages block or which leaks", path.display());
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for path in files_of("src") {
        let lines = fs::read_to_string(&path).expect("readable").lines().count();
        assert!(lines <= 300, "{} has {lines} lines; split it", path.display());
    }
    // The element, and loading it, in one file: a second one would cost each page a request before anything starts.
    let element = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/umclique.js");
    let lines = fs::read_to_string(element).expect("readable").lines().count();
    assert!(lines <= 220, "www/umclique.js has {lines} lines; what is more belongs into Rust");
}

#[test]
fn the_browser_tests_ask_for_few_files_at_once() {
    let files = files_of("tests/browser");
    let code: String = files.iter().map(|path| fs::read_to_string(path).expect("readable")).collect();
    let modules = code.split("wasm_bindgen(module = \"").skip(1).filter_map(|rest| rest.split('"').next());
    let asked: BTreeSet<_> = modules.collect();
    // The test runner's server has four hands: of more files at once, one now and then has no answer for minutes.
    assert!((1..=3).contains(&asked.len()), "{asked:?}");
}
