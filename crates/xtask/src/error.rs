//! What can go wrong in a task, each as one sentence that says what to do next.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Shorthand for this crate.
pub(crate) type Result<T> = std::result::Result<T, Error>;

/// Why a task ended early.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Error {
    /// A tool is not there and cannot be installed from here.
    #[error("{what} is missing; {remedy}")]
    Missing { what: String, remedy: String },
    /// A command ran and was not content; its own words stand above.
    #[error("{what} ended with {status}; see its output above")]
    Failed { what: String, status: ExitStatus },
    /// A command ran quietly and was not content.
    #[error("{what} ended with {status}: {said}")]
    FailedQuietly { what: String, status: ExitStatus, said: String },
    /// Something had to be downloaded and the network was not there.
    #[error("{what} needs the network, which cannot be reached; connect and run the same command again")]
    Offline { what: String },
    /// Somebody else listens there.
    #[error("port {port} is already in use; stop what uses it or choose another with {flag}")]
    PortTaken { port: u16, flag: &'static str },
    /// Two flags name one port.
    #[error("{flag} and {other} both name port {port}; choose two different ones")]
    SamePort { port: u16, flag: &'static str, other: &'static str },
    /// A part of the demo or the test database ended by itself.
    #[error("the {name} stopped ({status}); its last lines were:\n{tail}")]
    Died { name: &'static str, status: String, tail: String },
    /// A part of the demo or the test database said nothing for too long.
    #[error("the {name} was not ready after {waited_s} s; its last lines were:\n{tail}")]
    NotReady { name: &'static str, waited_s: u64, tail: String },
    /// A file could not be read or written.
    #[error("cannot {doing} {path}: {source}")]
    File { doing: &'static str, path: PathBuf, source: io::Error },
    /// A program could not be started.
    #[error("cannot start {what}: {source}")]
    Start { what: String, source: io::Error },
    /// A rule of this project is broken; the sentence names rule and place.
    #[error("{0}")]
    Refused(String),
    /// Ctrl-C, or a polite request to end.
    #[error("stopped")]
    Stopped,
}

impl Error {
    /// For `map_err` around file operations.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::File { doing, path: path.to_path_buf(), source }
    }

    /// For `map_err` around starting programs.
    pub(crate) fn start(what: &str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Start { what: what.to_owned(), source }
    }
}
