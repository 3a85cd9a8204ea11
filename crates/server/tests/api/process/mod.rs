//! The program itself: one server per SQLite file, bad configuration named, a clean stop, silent logs, and a person's
//! verdict from beside it.

mod gauges;
mod resolve;
mod silence;
mod start;
mod verdict;

use crate::world::{Opened, SECRET_KEY, World, key, ok};
use serde_json::json;
use std::process::{ExitStatus, Output, Stdio};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

/// The program, with nothing of our own environment but what a world's server was started with.
pub(crate) fn program(world: &World) -> Command {
    let mut command = bare_program();
    command.envs(world.settings());
    command
}

pub(super) fn bare_program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_umclique-server"));
    command.env_clear().kill_on_drop(true).stdin(Stdio::null());
    command
}

/// A running program and what it says.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: String,
    logs: JoinHandle<String>,
}

impl Server {
    pub(crate) async fn start(mut command: Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts");
        let mut stderr = child.stderr.take().expect("piped");
        let logs = tokio::spawn(async move {
            let mut text = String::new();
            stderr.read_to_string(&mut text).await.expect("UTF-8");
            text
        });
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await.expect("it gets ready");
        let Some(line) = line.expect("UTF-8") else { panic!("it ended: {}", logs.await.expect("read")) };
        let address = line.strip_prefix("umclique-server listening on http://").expect("the one line").to_owned();
        Self { child, address, logs }
    }

    /// SIGTERM, as every supervisor sends it.
    pub(crate) fn terminate(&self) {
        let id = self.child.id().expect("it runs");
        let sent = std::process::Command::new("kill").args(["-TERM", &id.to_string()]).status().expect("kill exists");
        assert!(sent.success());
    }

    /// SIGKILL: nothing is finished, nothing is told.
    pub(crate) async fn kill(mut self) {
        self.child.kill().await.expect("SIGKILL");
    }

    pub(crate) async fn ended(mut self) -> (ExitStatus, String) {
        let status = tokio::time::timeout(Duration::from_secs(30), self.child.wait()).await.expect("it ends");
        (status.expect("waited for"), self.logs.await.expect("read"))
    }
}

pub(super) async fn output(mut command: Command) -> Output {
    let running = command.output();
    tokio::time::timeout(Duration::from_secs(30), running).await.expect("it ends").expect("the program starts")
}

/// The one sentence with which the program refused.
pub(super) fn sentence(output: &Output) -> String {
    let told = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(output.status.code(), Some(1), "{told}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "", "stdout is for the one line of a ready server");
    let lines: Vec<&str> = told.lines().filter(|line| line.starts_with("umclique-server: ")).collect();
    assert_eq!(lines.len(), 1, "one clear sentence: {told}");
    assert!(!told.contains("panicked") && !told.contains("stack backtrace"), "{told}");
    lines[0].to_owned()
}

/// A session at a server of one's own.
pub(super) async fn open(world: &World, base: &str) -> Opened {
    let request = world.http.post(format!("{base}/v1/checkout_sessions")).bearer_auth(SECRET_KEY);
    let body = json!({"amount_minor": 12_345, "currency": "BRL", "reference": "Pedido 1001",
        "return_url": "https://loja.example/obrigado", "metadata": {"segredo": "Margem-Trinta"},
        "buyer": {"name": "Quitéria Sobrenome", "email": "quiteria@example.com", "phone": "+5511987654321"}});
    let session = ok(request.header("idempotency-key", key()).json(&body).send().await).await;
    Opened::read(&session)
}
