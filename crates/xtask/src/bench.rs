//! `cargo xtask bench`: figures of one machine in one run, as ratios where a ratio says more. It says what it does not
//! measure. Benchmarks are examples of a crate, so that each knows what it measures.

use crate::error::Result;
use crate::repo::Repo;
use crate::report::{length, note, step};
use crate::{files, package, process, setup, size};

/// The crates that may have a benchmark, the example that it is, and what it measures.
const BENCHMARKS: [(&str, &str, &str); 4] = [
    ("umclique-qr", "bench_qr", "reading QR codes, hostile ones included"),
    ("umclique-server", "bench_server", "confirm and settle against the bare insert rate of the same database"),
    ("umclique-server", "bench_webhooks", "answers to 200 signed webhooks a second, while they are worked on"),
    ("umclique-e2e", "bench_browser", "time to the first clickable method and to the drawn QR, in a browser"),
];

/// Runs what there is and ends with one table.
pub(crate) fn run(repo: &Repo) -> Result<()> {
    let sizes = size::critical(&package::fresh(repo)?)?;
    let mut sections = vec![format!("download before the first method can be clicked\n{}", size::table(&sizes))];
    let mut unmeasured = Vec::new();
    for (crate_name, example, measures) in BENCHMARKS {
        if !has_benchmark(repo, crate_name, example)? {
            unmeasured.push(measures);
            continue;
        }
        sections.push(format!("{measures}\n{}", benchmark(repo, crate_name, example)?));
    }
    println!("\n{}", sections.join("\n\n"));
    if !unmeasured.is_empty() {
        println!("\nnot measured here: {}", unmeasured.join("; "));
    }
    Ok(())
}

fn benchmark(repo: &Repo, crate_name: &str, example: &str) -> Result<String> {
    let begun = step(&format!("benchmark {example}"), "about 3 minutes with the build");
    let mut command = repo.cargo(&["run", "--release", "--quiet", "--package", crate_name, "--example", example]);
    if crate_name == "umclique-e2e" {
        let browser = setup::browser(repo)?;
        command.env("UMCLIQUE_E2E_COMPONENT", repo.package());
        command.env("UMCLIQUE_CHROMIUM", browser.chromium).env("UMCLIQUE_CHROMEDRIVER", browser.driver);
    }
    let output = process::read(crate_name, &mut command)?;
    note(&length(begun.elapsed()));
    Ok(output.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n"))
}

fn has_benchmark(repo: &Repo, crate_name: &str, example: &str) -> Result<bool> {
    let metadata =
        process::read("cargo metadata", &mut repo.cargo(&["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata = files::json(&metadata, "cargo metadata")?;
    let packages = metadata["packages"].as_array().into_iter().flatten();
    let targets =
        packages.filter(|package| package["name"] == crate_name).filter_map(|package| package["targets"].as_array());
    Ok(targets.flatten().any(|target| target["name"] == example && target["kind"][0] == "example"))
}
