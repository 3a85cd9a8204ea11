//! Commands that run to their end: shown as they are, read, or watched for lines worth keeping.

use super::{Group, StopWith, is_stopped};
use crate::error::{Error, Result};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, ExitStatus, Stdio};
use std::thread::{JoinHandle, spawn};

/// Runs a command with our own output streams.
pub(crate) fn run(what: &str, command: &mut Command) -> Result<()> {
    let status = Group::start(what, command.stdin(Stdio::null()), StopWith::Terminate)?.wait()?;
    content(what, status)
}

/// Runs a short command and answers its standard output.
pub(crate) fn read(what: &str, command: &mut Command) -> Result<String> {
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group::start(what, pipes, StopWith::Terminate)?;
    let stderr = group.child().stderr.take().map(|pipe| collect(pipe, |_| {}));
    let stdout = group.child().stdout.take().map(|pipe| collect(pipe, |_| {}));
    let status = group.wait()?;
    let (stdout, stderr) = (joined(stdout), joined(stderr));
    if is_stopped() {
        return Err(Error::Stopped);
    }
    if status.success() {
        return Ok(stdout.join("\n"));
    }
    let said = stderr.iter().rev().find(|line| !line.trim().is_empty()).cloned().unwrap_or_default();
    Err(Error::FailedQuietly { what: what.to_owned(), status, said })
}

/// Runs a command, shows its output as it comes and answers all its lines, those of stdout first.
/// The error is given beside the lines, because a failed test run has a summary, too.
pub(crate) fn tee(what: &str, command: &mut Command) -> Result<(Vec<String>, Result<()>)> {
    watch(what, command, |_| true)
}

/// Runs a command that downloads something: its progress is shown, the rest only when it fails for another reason
/// than a missing network, about which one sentence is enough.
pub(crate) fn install(what: &str, command: &mut Command) -> Result<()> {
    let (lines, outcome) = watch(what, command, is_progress)?;
    match outcome {
        Err(Error::Failed { .. }) if looks_offline(&lines) => Err(Error::Offline { what: what.to_owned() }),
        Err(error) => {
            lines.iter().filter(|line| !is_progress(line)).for_each(|line| eprintln!("{line}"));
            Err(error)
        }
        Ok(()) => Ok(()),
    }
}

fn watch(what: &str, command: &mut Command, is_shown: fn(&str) -> bool) -> Result<(Vec<String>, Result<()>)> {
    let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut group = Group::start(what, pipes, StopWith::Terminate)?;
    // A reader who went away (`| head`) is no reason to fail.
    let stdout = group.child().stdout.take().map(|pipe| {
        collect(pipe, move |line| {
            is_shown(line).then(|| writeln!(std::io::stdout(), "{line}").ok());
        })
    });
    let stderr = group.child().stderr.take().map(|pipe| {
        collect(pipe, move |line| {
            is_shown(line).then(|| writeln!(std::io::stderr(), "{line}").ok());
        })
    });
    let status = group.wait()?;
    let mut lines = joined(stdout);
    lines.extend(joined(stderr));
    Ok((lines, content(what, status)))
}

/// Whether this is how cargo says that it is getting on.
fn is_progress(line: &str) -> bool {
    let word = line.split_whitespace().next().unwrap_or_default();
    line.starts_with(' ') && ["Compiling", "Downloaded", "Finished", "Installing", "Updating"].contains(&word)
}

fn content(what: &str, status: ExitStatus) -> Result<()> {
    match status {
        _ if is_stopped() => Err(Error::Stopped),
        status if status.success() => Ok(()),
        status => Err(Error::Failed { what: what.to_owned(), status }),
    }
}

/// Whether these are the words of cargo, npm, apt or rustup without a network.
fn looks_offline(lines: &[String]) -> bool {
    const SIGNS: [&str; 12] = [
        "could not resolve",
        "temporary failure resolving",
        "temporary failure in name resolution",
        "name or service not known",
        "couldn't connect to server",
        "could not connect to",
        "network is unreachable",
        "dns error",
        "connection refused",
        "enotfound",
        "eai_again",
        "timeout was reached",
    ];
    lines.iter().map(|line| line.to_lowercase()).any(|line| SIGNS.iter().any(|sign| line.contains(sign)))
}

/// Reads lines on a thread of its own, handing each to `show`. What is not UTF-8 is shown with replacements.
fn collect(pipe: impl Read + Send + 'static, show: impl Fn(&str) + Send + 'static) -> JoinHandle<Vec<String>> {
    spawn(move || {
        let mut lines = Vec::new();
        for bytes in BufReader::new(pipe).split(b'\n').map_while(std::result::Result::ok) {
            let line = String::from_utf8_lossy(&bytes).trim_end_matches('\r').to_owned();
            show(&line);
            lines.push(line);
        }
        lines
    })
}

fn joined(reader: Option<JoinHandle<Vec<String>>>) -> Vec<String> {
    reader.and_then(|reader| reader.join().ok()).unwrap_or_default()
}

/// The last lines somebody wrote.
#[derive(Default)]
pub(crate) struct Tail(VecDeque<String>);

impl Tail {
    const LINES: usize = 20;

    /// Adds a line and forgets the oldest where there are too many.
    pub(crate) fn push(&mut self, line: String) {
        if self.0.len() == Self::LINES {
            self.0.pop_front();
        }
        self.0.push_back(line);
    }

    /// The lines, indented under the sentence that introduces them.
    pub(crate) fn text(&self) -> String {
        if self.0.is_empty() {
            return "  (it wrote nothing)".to_owned();
        }
        self.0.iter().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_network_is_told_from_a_broken_build() {
        for (line, expected) in [
            ("npm error code ENOTFOUND", true),
            ("  [6] Could not resolve hostname (Could not resolve host: index.crates.io)", true),
            ("W: Failed to fetch http://deb.debian.org  Temporary failure resolving 'deb.debian.org'", true),
            ("error[E0425]: cannot find value `x` in this scope", false),
        ] {
            assert_eq!(looks_offline(&[line.to_owned()]), expected, "{line}");
        }
    }

    #[test]
    fn progress_is_shown_and_complaints_are_kept_back() {
        for (line, expected) in
            [("   Compiling syn v3.0.9", true), ("Stack backtrace:", false), ("Compiling is a word", false)]
        {
            assert_eq!(is_progress(line), expected, "{line}");
        }
    }

    #[test]
    fn a_quiet_failure_repeats_the_last_words() {
        let error =
            read("the try", Command::new("sh").args(["-c", "echo no such thing >&2; exit 3"])).expect_err("exit 3");
        assert_eq!(error.to_string(), "the try ended with exit status: 3: no such thing");
    }

    #[test]
    fn the_tail_keeps_the_last_twenty_lines() {
        let mut tail = Tail::default();
        (0..25).for_each(|n| tail.push(n.to_string()));
        assert!(tail.text().starts_with("  5\n") && tail.text().ends_with("\n  24"));
    }
}
