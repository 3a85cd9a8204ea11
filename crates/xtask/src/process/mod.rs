//! Runs other programs so that none outlives us: each child leads its own process group, every group is on one
//! list, and the list is stopped on Ctrl-C, on failure and at the end. Called by every task.

mod group;
mod guard;
mod run;
mod service;
mod signals;

pub(crate) use group::{Group, StopWith, kill_all, stop_all};
pub(crate) use guard::{guarded, run_as_guard};
pub(crate) use run::{Tail, install, read, run, tee};
pub(crate) use service::{Event, Service, wait_ended};
pub(crate) use signals::{is_stopped, watch_signals};
