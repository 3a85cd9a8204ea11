//! A child that runs until it is told to end: its log goes to a file, its first line says that it is ready, its end
//! is an event. Used by the demo and by the test database.

use super::{Group, StopWith, Tail};
use crate::error::{Error, Result};
use rustix::process::{Pid, Signal};
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{JoinHandle, spawn};
use std::time::{Duration, Instant};

/// What a service tells the main thread.
pub(crate) enum Event {
    /// It wrote the line that was waited for.
    Ready {
        /// Whose line.
        name: &'static str,
        /// The whole line.
        line: String,
    },
    /// It ended, and everything it wrote is in its tail.
    Ended {
        /// Who ended.
        name: &'static str,
        /// How, in words.
        status: String,
        /// Its last lines.
        tail: String,
    },
}

impl Event {
    /// The error for an end nobody asked for, or [`Error::Stopped`] when somebody did. `None` for other events.
    pub(crate) fn into_error(self) -> Option<Error> {
        match self {
            Self::Ready { .. } => None,
            Self::Ended { .. } if super::is_stopped() => Some(Error::Stopped),
            Self::Ended { name, status, tail } => Some(Error::Died { name, status, tail }),
        }
    }
}

/// A running service.
pub(crate) struct Service {
    name: &'static str,
    leader: Pid,
    output: Output,
}

impl Service {
    /// Starts `command` and watches its two streams for `ready`; everything written goes to `log`, too.
    pub(crate) fn start(
        name: &'static str,
        command: &mut Command,
        log: &Path,
        stop_with: StopWith,
        (ready, events): (&'static str, &Sender<Event>),
    ) -> Result<Self> {
        let file = File::create(log).map_err(Error::file("create", log))?;
        let pipes = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut group = Group::start(name, pipes, stop_with)?;
        let (leader, output) = (group.leader(), Output::to(file));
        let mut readers = Vec::new();
        if let Some(pipe) = group.child().stdout.take() {
            readers.push(output.follow(pipe, name, ready, events));
        }
        if let Some(pipe) = group.child().stderr.take() {
            readers.push(output.follow(pipe, name, ready, events));
        }
        let (events, last_words) = (events.clone(), output.clone());
        spawn(move || {
            let status = group.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
            // The last words must be there before the news of the end.
            readers.into_iter().for_each(|reader| drop(reader.join()));
            let tail = last_words.lock().tail.text();
            events.send(Event::Ended { name, status, tail })
        });
        Ok(Self { name, leader, output })
    }

    /// Waits for the line that says it is ready, and answers it. Any service that ends meanwhile ends the wait.
    pub(crate) fn wait_ready(&self, events: &Receiver<Event>, patience: Duration) -> Result<String> {
        let deadline = Instant::now() + patience;
        loop {
            match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
                Ok(Event::Ready { name, line }) if name == self.name => return Ok(line),
                Ok(event) => event.into_error().map_or(Ok(()), Err)?,
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    let tail = self.output.lock().tail.text();
                    return Err(Error::NotReady { name: self.name, waited_s: patience.as_secs(), tail });
                }
            }
        }
    }

    /// Sends a signal to it and all it started.
    pub(crate) fn signal(&self, signal: Signal) {
        Group::signal(self.leader, signal);
    }
}

/// Where both streams of a service end up.
#[derive(Clone)]
struct Output(Arc<Mutex<Written>>);

struct Written {
    file: File,
    tail: Tail,
    is_ready: bool,
}

impl Output {
    fn to(file: File) -> Self {
        Self(Arc::new(Mutex::new(Written { file, tail: Tail::default(), is_ready: false })))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Written> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn follow(
        &self,
        pipe: impl Read + Send + 'static,
        name: &'static str,
        ready: &'static str,
        events: &Sender<Event>,
    ) -> JoinHandle<()> {
        let (output, events) = (self.clone(), events.clone());
        spawn(move || {
            for bytes in BufReader::new(pipe).split(b'\n').map_while(std::result::Result::ok) {
                let line = String::from_utf8_lossy(&bytes).into_owned();
                let mut written = output.lock();
                // A full disk must not end a demo; the tail still has the line.
                writeln!(written.file, "{line}").ok();
                if !written.is_ready && line.contains(ready) {
                    written.is_ready = true;
                    // Nobody listens once we are ending.
                    events.send(Event::Ready { name, line: line.clone() }).ok();
                }
                written.tail.push(line);
            }
        })
    }
}

/// Waits until every service that sends to `events` has ended, but no longer than `patience`. Answers whether all have.
/// The caller must have dropped its own sender.
pub(crate) fn wait_ended(events: &Receiver<Event>, patience: Duration) -> bool {
    let deadline = Instant::now() + patience;
    loop {
        match events.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(_) => {}
            // The last sender is gone, and with it the last service.
            Err(RecvTimeoutError::Disconnected) => return true,
            Err(RecvTimeoutError::Timeout) => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    fn start(script: &str) -> (Service, Receiver<Event>, std::path::PathBuf) {
        let log = std::env::temp_dir().join(format!("umclique-{}-{}.log", std::process::id(), script.len()));
        let (sender, events) = channel();
        let mut command = Command::new("sh");
        let service =
            Service::start("try", command.args(["-c", script]), &log, StopWith::Terminate, (" listening on ", &sender))
                .expect("sh exists");
        (service, events, log)
    }

    #[test]
    fn the_ready_line_is_waited_for_and_everything_is_logged() {
        let (service, events, log) = start("echo first >&2; echo try listening on http://127.0.0.1:1; exec sleep 600");
        let line = service.wait_ready(&events, Duration::from_secs(60)).expect("it says so");
        assert_eq!(line, "try listening on http://127.0.0.1:1");
        service.signal(Signal::TERM);
        assert!(wait_ended(&events, Duration::from_secs(60)));
        assert!(std::fs::read_to_string(&log).expect("the log exists").contains("first"));
        crate::files::remove(&log).expect("the log is ours");
    }

    #[test]
    fn a_service_that_dies_early_is_reported_with_its_last_lines() {
        let (service, events, log) = start("echo the database is locked >&2; exit 4");
        let error = service.wait_ready(&events, Duration::from_secs(60)).expect_err("it died");
        let text = error.to_string();
        assert!(text.contains("the try stopped (exit status: 4)") && text.contains("the database is locked"), "{text}");
        crate::files::remove(&log).expect("the log is ours");
    }
}
