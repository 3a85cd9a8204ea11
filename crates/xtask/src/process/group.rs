//! One child and all it starts. Between a child's end and its burial the list is corrected, so a signal can
//! never reach a stranger who inherited the number.

use super::signals::is_stopped;
use crate::error::{Error, Result};
use rustix::process::{Pid, Signal, WaitId, WaitIdOptions, kill_process_group, waitid};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// What a group is told when the person presses Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StopWith {
    /// The usual request to end.
    Terminate,
    /// Nothing: somebody else ends it in its turn (the test database, after its clients).
    Nothing,
}

struct Entry {
    leader: Pid,
    stop_with: StopWith,
}

static GROUPS: Mutex<Vec<Entry>> = Mutex::new(Vec::new());

fn groups() -> MutexGuard<'static, Vec<Entry>> {
    GROUPS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running child that leads its own process group.
pub(crate) struct Group {
    child: Child,
    leader: Pid,
}

impl Group {
    /// Starts `command` as the leader of a new group. Call from the main thread only: the guard's
    /// parent-death signal is tied to the thread that started the child.
    pub(crate) fn start(what: &str, command: &mut Command, stop_with: StopWith) -> Result<Self> {
        // Held over the start, so that Ctrl-C cannot fall between start and entry.
        let mut list = groups();
        if is_stopped() {
            return Err(Error::Stopped);
        }
        let child = command.process_group(0).spawn().map_err(Error::start(what))?;
        let leader = Pid::from_child(&child);
        list.push(Entry { leader, stop_with });
        Ok(Self { child, leader })
    }

    /// The child, to take its pipes from.
    pub(crate) fn child(&mut self) -> &mut Child {
        &mut self.child
    }

    /// The number by which [`Group::signal`] finds this group.
    pub(crate) fn leader(&self) -> Pid {
        self.leader
    }

    /// Waits until the leader has ended, then ends what it left behind.
    pub(crate) fn wait(mut self) -> Result<ExitStatus> {
        let unreaped = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
        while let Err(rustix::io::Errno::INTR) = waitid(WaitId::Pid(self.leader), unreaped) {}
        let mut list = groups();
        // The leader is not reaped yet, so the group's number still belongs to us. No members left is fine.
        kill_process_group(self.leader, Signal::KILL).ok();
        list.retain(|entry| entry.leader != self.leader);
        self.child.wait().map_err(Error::start("waiting for a child"))
    }

    /// Sends `signal` to the group of `leader`, if it is still ours.
    pub(crate) fn signal(leader: Pid, signal: Signal) {
        let list = groups();
        if list.iter().any(|entry| entry.leader == leader) {
            // It may have ended this moment; then there is nothing to stop.
            kill_process_group(leader, signal).ok();
        }
    }
}

/// Asks every group to end, except those that are ended in their turn.
pub(crate) fn stop_all() {
    for entry in groups().iter().filter(|entry| entry.stop_with == StopWith::Terminate) {
        kill_process_group(entry.leader, Signal::TERM).ok();
    }
}

/// Ends every group at once.
pub(crate) fn kill_all() {
    for entry in groups().iter() {
        kill_process_group(entry.leader, Signal::KILL).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{BufRead, BufReader};
    use std::process::Stdio;

    #[test]
    fn what_the_leader_leaves_behind_ends_with_it() {
        // The grandchild holds the pipe; it closes only when the grandchild is gone.
        let mut command = Command::new("sh");
        command.args(["-c", "sleep 600 & echo started"]).stdout(Stdio::piped());
        let mut group = Group::start("sh", &mut command, StopWith::Terminate).expect("sh exists");
        let mut lines = BufReader::new(group.child().stdout.take().expect("stdout is piped")).lines();
        assert_eq!(lines.next().expect("one line").expect("is text"), "started");
        assert!(group.wait().expect("sh was started").success());
        assert!(lines.next().is_none());
    }

    #[test]
    fn a_group_is_stopped_by_its_leader_number() {
        let mut command = Command::new("sleep");
        let group = Group::start("sleep", command.arg("600"), StopWith::Nothing).expect("sleep exists");
        Group::signal(group.leader(), Signal::TERM);
        assert!(!group.wait().expect("sleep was started").success());
    }
}
