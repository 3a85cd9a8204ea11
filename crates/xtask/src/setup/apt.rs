//! Installs Debian packages where that is allowed: as root, on a system with apt.

use crate::error::{Error, Result};
use crate::report::step;
use crate::{files, process};
use std::process::Command;

/// Installs `packages`, or says what a person has to do instead.
pub(crate) fn install(what: &str, packages: &[&str]) -> Result<()> {
    let list = packages.join(" ");
    if files::program("apt-get").is_none() {
        let remedy = format!("install it with your system's package manager (Debian calls it: {list})");
        return Err(Error::Missing { what: what.to_owned(), remedy });
    }
    if !rustix::process::geteuid().is_root() {
        let remedy = format!("run: sudo apt-get install {list}");
        return Err(Error::Missing { what: what.to_owned(), remedy });
    }
    step(&format!("apt-get install {list}"), "about 1 minute");
    process::install(&format!("installing {what}"), apt(&["update"]).arg("-qq"))?;
    process::install(
        &format!("installing {what}"),
        apt(&["install", "-y", "-qq", "--no-install-recommends"]).args(packages),
    )
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
