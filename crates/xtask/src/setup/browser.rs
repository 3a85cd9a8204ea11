//! Finds Chromium (or Chrome) and its driver, which must be of the same major version.

use super::apt;
use super::lock::{major, spoken_version};
use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::{files, process};
use std::path::{Path, PathBuf};

const BROWSERS: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/// Where the browser is when it is not on the PATH.
const ELSEWHERE: [&str; 2] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// A browser that tests can drive.
pub(crate) struct Browser {
    /// The browser itself.
    pub(crate) chromium: PathBuf,
    /// Its WebDriver.
    pub(crate) driver: PathBuf,
}

/// Looks where the variables `UMCLIQUE_CHROMIUM` and `UMCLIQUE_CHROMEDRIVER` point, then on the PATH.
pub(crate) fn browser(repo: &Repo) -> Result<Browser> {
    if chromium().is_none() || driver().is_none() {
        apt::install("Chromium with its driver", &["chromium", "chromium-driver"])?;
    }
    let missing = |what: &str| Error::Missing { what: what.to_owned(), remedy: "put it on the PATH".to_owned() };
    let found = Browser {
        chromium: chromium().ok_or_else(|| missing("Chromium"))?,
        driver: driver().ok_or_else(|| missing("chromedriver"))?,
    };
    let (of_browser, of_driver) = (version(repo, &found.chromium)?, version(repo, &found.driver)?);
    if major(&of_browser) == major(&of_driver) {
        return Ok(found);
    }
    Err(Error::Missing {
        what: "a chromedriver that fits the browser".to_owned(),
        remedy: format!(
            "the browser is {of_browser}, the driver {of_driver}; install the driver of the browser's version"
        ),
    })
}

fn chromium() -> Option<PathBuf> {
    named("UMCLIQUE_CHROMIUM")
        .or_else(|| BROWSERS.iter().find_map(|name| files::program(name)))
        .or_else(|| ELSEWHERE.iter().map(PathBuf::from).find(|path| path.is_file()))
}

fn driver() -> Option<PathBuf> {
    named("UMCLIQUE_CHROMEDRIVER").or_else(|| files::program("chromedriver"))
}

fn named(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

fn version(repo: &Repo, program: &Path) -> Result<String> {
    let name = program.display().to_string();
    let answer = process::read(&name, repo.command(program).arg("--version"))?;
    Ok(spoken_version(&answer).unwrap_or_default().to_owned())
}
