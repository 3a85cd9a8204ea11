//! On Linux a long-running child is started through this program itself, which asks the kernel to end it when we
//! are gone, even by SIGKILL, and then becomes the wanted program. Elsewhere the child is started directly.

use std::ffi::OsStr;
use std::process::{Command, ExitCode};

#[cfg(target_os = "linux")]
const WORD: &str = "__guarded";

/// A command for `program` that ends when this process ends.
#[cfg(target_os = "linux")]
pub(crate) fn guarded(program: impl AsRef<OsStr>) -> Command {
    // Not `current_exe`: a build may have replaced the file, and this link still leads to what is running.
    let mut command = Command::new("/proc/self/exe");
    command.arg(WORD).arg(std::process::id().to_string()).arg(program);
    command
}

/// A command for `program`.
#[cfg(not(target_os = "linux"))]
pub(crate) fn guarded(program: impl AsRef<OsStr>) -> Command {
    Command::new(program)
}

/// When started as a guard: becomes the wanted program. Answers only when it could not, or when this is no guard.
#[cfg(target_os = "linux")]
pub(crate) fn run_as_guard() -> Option<ExitCode> {
    use std::os::unix::process::CommandExt;
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next().as_deref() != Some(OsStr::new(WORD)) {
        return None;
    }
    let parent = arguments.next()?.to_str()?.parse::<i32>().ok()?;
    let program = arguments.next()?;
    let asked = rustix::process::set_parent_process_death_signal(Some(rustix::process::Signal::INT));
    // The parent may have ended before the kernel was asked.
    let has_parent = rustix::process::getppid().is_some_and(|pid| pid.as_raw_nonzero().get() == parent);
    if asked.is_err() || !has_parent {
        return Some(ExitCode::FAILURE);
    }
    let error = Command::new(&program).args(arguments).exec();
    eprintln!("cannot start {}: {error}", program.to_string_lossy());
    Some(ExitCode::from(127))
}

/// There are no guards here.
#[cfg(not(target_os = "linux"))]
pub(crate) fn run_as_guard() -> Option<ExitCode> {
    None
}
