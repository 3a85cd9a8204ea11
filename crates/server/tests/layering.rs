//! The seams that no type can hold: who may write a status, and which crates must not know each other.

use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The server's sources without their tests.
fn sources() -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("crates/server/src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder of ours") {
            let path = entry.expect("an entry").path();
            let name = path.to_string_lossy().replace('\\', "/");
            if path.is_dir() {
                folders.push(path);
            } else if !name.contains("/tests/") && !name.contains("_tests") {
                let text = std::fs::read_to_string(&path).expect("a source of ours");
                let code = text.split("#[cfg(test)]").next().unwrap_or_default().to_owned();
                found.push((name, code));
            }
        }
    }
    assert!(found.len() > 40, "the sources were found");
    found
}

fn files_with(needle: &str) -> Vec<String> {
    let mut names: Vec<_> =
        sources().into_iter().filter(|(_, code)| code.contains(needle)).map(|(name, _)| name).collect();
    names.sort();
    names
}

fn assert_only(needle: &str, allowed: &[&str]) {
    let found = files_with(needle);
    assert!(!found.is_empty(), "{needle} is nowhere: this test looks for the wrong words");
    for name in found {
        let is_allowed = allowed.iter().any(|place| name.contains(place));
        assert!(is_allowed, "{needle} stands in {name}; only {allowed:?} may do that");
    }
}

#[test]
fn only_settle_writes_attempts_and_sessions() {
    for needle in ["attempts::update(", "attempts::begin_round(", "sessions::update(", "attempts::insert("] {
        assert_only(needle, &["/payments/settle/"]);
    }
    assert_only("update attempts set version", &["/store/attempts.rs"]);
    assert_only("update sessions set version", &["/store/sessions.rs"]);
}

#[test]
fn only_the_pure_rules_set_a_status() {
    let rules = ["/payments/news/", "/payments/status.rs", "/payments/settle/"];
    for needle in ["attempt.status = ", "session.status = "] {
        assert_only(needle, &rules);
    }
    for pure in ["/payments/news/", "/payments/status.rs", "/payments/schedule.rs"] {
        let found: Vec<_> = sources().into_iter().filter(|(name, _)| name.contains(pure)).collect();
        assert!(!found.is_empty(), "{pure} is nowhere");
        for (name, code) in found {
            for impure in ["async fn", "SystemTime", "reqwest", "rand::", "Tx"] {
                assert!(!code.contains(impure), "{name} is pure, and must not use {impure}");
            }
        }
    }
}

#[test]
fn sql_stands_in_the_store_and_in_what_looks_over_the_books() {
    for needle in ["tx.row(", "tx.rows(", "tx.execute(", "tx.rows_built("] {
        assert_only(needle, &["/store/", "/payments/audit.rs", "/http/admin.rs"]);
    }
}

#[test]
fn wire_does_no_io_and_the_sandbox_knows_neither_wire_nor_server() {
    let manifest = |name: &str| {
        let path = root().join("crates").join(name).join("Cargo.toml");
        let text = std::fs::read_to_string(path).expect("a manifest of ours");
        let table: toml::Table = text.parse().expect("TOML");
        let names = |section: &str| -> Vec<String> {
            table
                .get(section)
                .and_then(toml::Value::as_table)
                .map(|it| it.keys().cloned().collect())
                .unwrap_or_default()
        };
        (names("dependencies"), names("dev-dependencies"))
    };
    let (wire, _) = manifest("wire");
    assert_eq!(wire, ["serde", "utoipa"], "types only; utoipa describes them");
    let (uses, tests_with) = manifest("sandbox");
    let knows = uses.iter().chain(&tests_with).any(|name| name.starts_with("umclique-"));
    assert!(!knows, "a misreading must not hide in shared types");
}

#[test]
fn both_databases_get_the_same_tables() {
    let folder = |name: &str| root().join("crates/server/migrations").join(name);
    let names = |folder: PathBuf| -> Vec<_> {
        let entries = std::fs::read_dir(folder).expect("migrations of ours");
        let mut names: Vec<_> = entries.map(|entry| entry.expect("an entry").file_name()).collect();
        names.sort();
        names
    };
    let all = names(folder("sqlite"));
    assert_eq!(all, names(folder("postgres")));
    for name in all {
        let migration = |database: &str| std::fs::read_to_string(folder(database).join(&name)).expect("a text");
        let renamed = migration("sqlite").replace("integer", "bigint").replace(") strict;", ");");
        let renamed = renamed.replace("../postgres", "../sqlite");
        assert_eq!(renamed, migration("postgres"), "{name:?} but for the names of types");
    }
}
