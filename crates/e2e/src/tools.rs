//! What must be on the machine: the browser, its driver, the packaged component, axe-core, React; for journeys the
//! server's binary as well, for measurements neither axe-core nor React.
//!
//! Read once per test. A missing piece skips the test, and fails it where `CI=true`.

use std::path::{Path, PathBuf};

/// Where everything is.
pub struct Tools {
    /// The browser's driver.
    pub chromedriver: PathBuf,
    /// The browser.
    pub chromium: PathBuf,
    /// The folder of the packaged component.
    pub component: PathBuf,
    /// `axe.min.js`, where screens are judged.
    pub axe: Option<PathBuf>,
    /// React's bundle, where screens are judged.
    pub react: Option<PathBuf>,
}

impl Tools {
    /// Finds everything, or says what is missing.
    #[must_use]
    pub fn find() -> Option<Self> {
        or_skip(Self::look().and_then(|tools| {
            let axe = named("UMCLIQUE_E2E_AXE", "axe-core's axe.min.js; run cargo xtask test e2e")?;
            let react = named("UMCLIQUE_E2E_REACT", "React's bundle; run cargo xtask test e2e")?;
            Ok(Self { axe: Some(axe), react: Some(react), ..tools })
        }))
    }

    /// Finds everything but axe-core and React, or says what is missing.
    #[must_use]
    pub fn find_without_axe() -> Option<Self> {
        or_skip(Self::look())
    }

    fn look() -> Result<Self, String> {
        Ok(Self {
            component: named("UMCLIQUE_E2E_COMPONENT", "the packaged component; run cargo xtask package")?,
            axe: None,
            react: None,
            chromedriver: program("UMCLIQUE_CHROMEDRIVER", "chromedriver")?,
            chromium: program("UMCLIQUE_CHROMIUM", "chromium")?,
        })
    }
}

/// The server's binary: named, or in the folder where this build puts programs.
#[must_use]
pub fn server() -> Option<PathBuf> {
    or_skip(find_server())
}

/// What was found. Where something is missing, the test says so and is skipped, or fails in CI.
fn or_skip<T>(found: Result<T, String>) -> Option<T> {
    found
        .map_err(|missing| {
            let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!is_ci, "{missing}");
            eprintln!("skipped: {missing}");
        })
        .ok()
}

fn named(variable: &str, what: &str) -> Result<PathBuf, String> {
    let path =
        std::env::var_os(variable).map(PathBuf::from).ok_or_else(|| format!("{variable} does not name {what}"))?;
    if path.exists() { Ok(path) } else { Err(format!("{variable} names {}, which is not there", path.display())) }
}

fn program(variable: &str, name: &str) -> Result<PathBuf, String> {
    if std::env::var_os(variable).is_some() {
        return named(variable, name);
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(PathBuf::from("/usr/bin")).chain(std::env::split_paths(&on_path));
    let found = folders.map(|folder| folder.join(name)).find(|path| path.is_file());
    found.ok_or_else(|| format!("{name} is not installed, and {variable} does not name it"))
}

fn find_server() -> Result<PathBuf, String> {
    if std::env::var_os("UMCLIQUE_SERVER_BIN").is_some() {
        return named("UMCLIQUE_SERVER_BIN", "umclique-server");
    }
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let beside = this.parent().and_then(Path::parent).map(Path::to_path_buf);
    let folders = std::env::var_os("UMCLIQUE_TEST_BINARIES").map(PathBuf::from).into_iter().chain(beside);
    let found = folders.map(|folder| folder.join("umclique-server")).find(|path| path.is_file());
    found.ok_or_else(|| "umclique-server is not built; run cargo build -p umclique-server".to_owned())
}

/// A folder under the workspace's `target`, made now.
pub fn output(folder: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target").join(folder);
    std::fs::create_dir_all(&path).expect("target can be written");
    path
}
