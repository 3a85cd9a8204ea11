//! The parts of the test run and the commands behind them. Host and end-to-end tests come out of one build.

use super::react;
use super::summary::Report;
use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::step;
use crate::{package, process, setup};
use std::process::Command;

/// A part that can be run by itself.
#[derive(clap::ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Everything that runs without a browser, on SQLite and PostgreSQL
    Host,
    /// The component's own tests, as WebAssembly in a browser
    Wasm,
    /// Buyers in a real browser, from the shop's page to "paid"
    E2e,
    /// `trunk build --release`
    Trunk,
}

impl Part {
    /// Its name on the command line and in the last line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Wasm => "wasm",
            Self::E2e => "e2e",
            Self::Trunk => "trunk",
        }
    }
}

const E2E: &str = "umclique-e2e";
const NEXTEST: [&str; 5] = ["nextest", "run", "--workspace", "--config-file", "crates/xtask/nextest.toml"];

/// Runs one part. A missing tool is an error; failed tests are a report.
pub(crate) fn run(repo: &Repo, part: Part, postgres_url: Option<&str>) -> Result<Report> {
    match part {
        Part::Host => host(repo, postgres_url),
        Part::Wasm => wasm(repo),
        Part::E2e => e2e(repo),
        Part::Trunk => trunk(repo),
    }
}

fn host(repo: &Repo, postgres_url: Option<&str>) -> Result<Report> {
    build(repo)?;
    let with_postgres = |mut command: Command| {
        match postgres_url {
            Some(url) => command.env("UMCLIQUE_TEST_POSTGRES_URL", url),
            None => command.env_remove("UMCLIQUE_TEST_POSTGRES_URL"),
        };
        command
    };
    step("host tests", "about 4 minutes");
    if setup::nextest().is_none() {
        let all = ["test", "--workspace", "--exclude", E2E, "--no-fail-fast"];
        return tests(repo, "cargo test", with_postgres(repo.cargo(&all)));
    }
    let mut command = repo.cargo(&NEXTEST);
    command.arg("--filterset").arg(format!("not package({E2E})"));
    let report = tests(repo, "cargo nextest", with_postgres(command))?;
    step("documentation tests", "about 1 minute");
    let documents = tests(repo, "cargo test --doc", repo.cargo(&["test", "--workspace", "--doc", "--no-fail-fast"]))?;
    Ok(report.and(documents))
}

fn e2e(repo: &Repo) -> Result<Report> {
    let browser = setup::browser(repo)?;
    setup::npm_tools(repo)?;
    let component = package::fresh(repo)?;
    build(repo)?;
    step("end-to-end tests in a browser", "about 4 minutes");
    // Two at a time: each drives a browser of its own.
    let mut command = if setup::nextest().is_some() {
        let mut command = repo.cargo(&NEXTEST);
        command.args(["--test-threads", "2", "--filterset"]).arg(format!("package({E2E})"));
        command
    } else {
        repo.cargo(&["test", "--package", E2E, "--no-fail-fast", "--", "--test-threads", "2"])
    };
    command.env("UMCLIQUE_E2E_COMPONENT", component);
    command.env("UMCLIQUE_E2E_AXE", repo.path("node_modules/axe-core/axe.min.js"));
    command.env("UMCLIQUE_E2E_REACT", react::bundle(repo)?);
    command.env("UMCLIQUE_CHROMIUM", browser.chromium).env("UMCLIQUE_CHROMEDRIVER", browser.driver);
    tests(repo, "the end-to-end tests", command)
}

fn wasm(repo: &Repo) -> Result<Report> {
    let browser = setup::browser(repo)?;
    setup::wasm_target(repo)?;
    let runner = setup::wasm_bindgen_test_runner(repo)?;
    step("the component's tests in a browser", "about 2 minutes");
    let mut command = repo.cargo(&["test", "--package", "umclique", "--lib", "--tests", "--no-fail-fast"]);
    command.args(["--target", "wasm32-unknown-unknown"]);
    command.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner);
    command.env("CHROMEDRIVER", browser.driver).env("WASM_BINDGEN_TEST_TIMEOUT", "300");
    tests(repo, "the browser tests", command)
}

fn trunk(repo: &Repo) -> Result<Report> {
    setup::wasm_target(repo)?;
    let tools = [setup::wasm_bindgen(repo)?, setup::wasm_opt(repo)?];
    let trunk = setup::trunk(repo)?;
    step("trunk build --release", "about 2 minutes");
    // trunk takes tools of the right version from the PATH and would download them otherwise.
    let before = std::env::var_os("PATH").unwrap_or_default();
    let folders = tools.iter().filter_map(|tool| tool.parent().map(std::path::Path::to_path_buf));
    let path = std::env::join_paths(folders.chain(std::env::split_paths(&before)))
        .map_err(|error| Error::Refused(format!("the PATH cannot be extended: {error}")))?;
    let mut command = repo.command(trunk);
    // trunk wants `true` or `false` in NO_COLOR and stops at the usual `1`.
    command.args(["build", "--release"]).env("PATH", path).env_remove("NO_COLOR");
    process::run("trunk build --release", &mut command)?;
    Ok(Report::of("trunk build --release: ok"))
}

/// One build for all host programs and tests, with the features of the whole workspace.
fn build(repo: &Repo) -> Result<()> {
    step("build programs and tests", "about 6 minutes the first time");
    process::run("building the tests", &mut repo.cargo(&["build", "--workspace", "--bins", "--tests"]))
}

fn tests(repo: &Repo, what: &str, mut command: Command) -> Result<Report> {
    command.env("CARGO_TERM_COLOR", "never").env("UMCLIQUE_TEST_BINARIES", repo.binary(""));
    let (lines, outcome) = process::tee(what, &mut command)?;
    match outcome {
        Ok(()) => Ok(Report::read(&lines, false)),
        Err(Error::Failed { .. }) => Ok(Report::read(&lines, true)),
        Err(error) => Err(error),
    }
}
