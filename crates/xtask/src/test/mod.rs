//! `cargo xtask test`: every test there is, or the named parts. A part whose tools cannot be had here is skipped and
//! named, except in CI, where that fails. All parts run, even after one failed.

mod cluster;
mod parts;
mod react;
mod summary;

use crate::error::{Error, Result};
use crate::repo::Repo;
use crate::report::length;
use crate::setup::{self, Skips};
use cluster::Cluster;
use parts::Part;
use std::time::Instant;

/// Which parts.
#[derive(clap::Args)]
pub(crate) struct Options {
    /// The parts to run; all of them when none is named
    #[arg(value_enum)]
    parts: Vec<Part>,
}

impl Options {
    /// In the order in which they run, each once. Those with a summary that people look for come last.
    fn in_order(&self) -> Vec<Part> {
        let all = [Part::Trunk, Part::Wasm, Part::Host, Part::E2e];
        all.into_iter().filter(|part| self.parts.is_empty() || self.parts.contains(part)).collect()
    }
}

/// Runs the parts and ends with what was run and what was skipped.
pub(crate) fn run(repo: &Repo, options: &Options) -> Result<()> {
    setup::crates(repo)?;
    let mut skips = Skips::default();
    let (mut ran, mut failed, mut summaries) = (Vec::new(), Vec::new(), Vec::new());
    for part in options.in_order() {
        let begun = Instant::now();
        // Only the host tests use it, and it must not slow the others.
        let database = match part {
            Part::Host => skips.unless("PostgreSQL", Cluster::start(repo))?,
            Part::Wasm | Part::Trunk | Part::E2e => None,
        };
        let outcome = skips.unless(part.name(), parts::run(repo, part, database.as_ref().map(Cluster::url)));
        match outcome {
            Ok(None) => continue,
            Ok(Some(report)) => {
                summaries.extend(report.lines.iter().map(|line| format!("{:<6} {line}", part.name())));
                failed.extend(report.has_failed.then(|| part.name()));
            }
            Err(Error::Stopped) => return Err(Error::Stopped),
            Err(error) => {
                summaries.push(format!("{:<6} {error}", part.name()));
                failed.push(part.name());
            }
        }
        ran.push(format!("{} ({})", part.name(), length(begun.elapsed())));
    }
    println!();
    summaries.iter().for_each(|line| println!("{line}"));
    let failures = if failed.is_empty() { "nothing".to_owned() } else { failed.join(", ") };
    println!("ran: {}; failed: {failures}; skipped: {}", ran.join(", "), skips.text());
    if failed.is_empty() { Ok(()) } else { Err(Error::Refused(format!("tests failed in: {failures}"))) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_every_part_and_each_runs_once() {
        assert_eq!(Options { parts: vec![] }.in_order().len(), 4);
        let twice = Options { parts: vec![Part::E2e, Part::Host, Part::E2e] };
        assert_eq!(twice.in_order(), [Part::Host, Part::E2e]);
    }
}
