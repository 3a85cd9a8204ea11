//! A program under test, with its output in a file. Used for the server and the browser's driver; ends with its owner.

use crate::wait::until;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tokio::process::{Child, Command};

/// A running program.
pub struct Process {
    child: Child,
    log: PathBuf,
}

impl Process {
    /// Starts a program whose output goes to `log`. It is killed when the value is dropped.
    pub fn start(mut command: Command, log: &Path) -> Self {
        let file = std::fs::OpenOptions::new().create(true).append(true).open(log).expect("the log can be written");
        let errors = file.try_clone().expect("a second handle");
        let child = command.stdin(Stdio::null()).stdout(file).stderr(errors).kill_on_drop(true).spawn();
        let child = child.unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        Self { child, log: log.to_owned() }
    }

    /// Waits until the program has written `marker`, and gives the rest of that line. `None` if it ended before.
    pub async fn announced(&mut self, marker: &str) -> Option<String> {
        until(&format!("{} says {marker:?}", self.log.display()), async || {
            let ended = self.child.try_wait().ok().flatten().is_some();
            let log = self.log();
            // A line counts once its end is there.
            let line = log.split_inclusive('\n').find(|line| line.contains(marker) && line.ends_with('\n'));
            match line.and_then(|line| line.split_once(marker)) {
                Some((_, rest)) => Some(Some(rest.trim().to_owned())),
                None => ended.then_some(None),
            }
        })
        .await
    }

    /// What the program has written.
    #[must_use]
    pub fn log(&self) -> String {
        std::fs::read(&self.log).map(|log| String::from_utf8_lossy(&log).into_owned()).unwrap_or_default()
    }

    /// Ends the program at once, without warning, and waits until it is gone.
    pub async fn kill(&mut self) {
        // It may have ended by itself.
        let _ended = self.child.kill().await;
    }
}
