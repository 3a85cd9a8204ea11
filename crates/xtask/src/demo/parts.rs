//! How each part of the demo is started. The secrets here are public: they open nothing but this demo.

use super::ports::Ports;
use super::{control, providers};
use crate::error::Result;
use crate::files;
use crate::process::{Event, Service, StopWith, guarded};
use crate::repo::Repo;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The demo shop's secret key; also in the commands that a person is told to try.
pub(crate) const SECRET_KEY: &str = "sk_demo";
const WEBHOOK_SECRET: &str = "whsec_dW1jbGlxdWUtZGVtby13ZWJob29rLXNlY3JldA==";
const SERVER_KEY: &str = "umclique-demo-server-key-for-loopback-only";
/// What every part says on its first line of output.
const READY: &str = " listening on http://";

/// Everything the parts must agree on.
pub(crate) struct Setting {
    pub(crate) ports: Ports,
    pub(crate) folder: PathBuf,
    database_url: String,
    seed: u64,
    package: PathBuf,
}

impl Setting {
    /// Makes the folder for logs and database. The sandbox forgets everything when it ends, so the books that are
    /// ours start empty with it; a database that somebody named is kept, and the sandbox then never repeats an id.
    pub(crate) fn prepare(repo: &Repo, ports: Ports, database_url: Option<String>) -> Result<Self> {
        let folder = repo.path("target/demo");
        files::make_folder(&folder)?;
        let own = folder.join("umclique.db");
        let seed = match &database_url {
            Some(_) => SystemTime::now().duration_since(UNIX_EPOCH).map_or(1, |since| since.as_secs()),
            None => 1,
        };
        if database_url.is_none() {
            for suffix in ["", "-wal", "-shm"] {
                files::remove(&folder.join(format!("umclique.db{suffix}")))?;
            }
        }
        let database_url = database_url.unwrap_or_else(|| format!("sqlite://{}", own.display()));
        Ok(Self { ports, folder, database_url, seed, package: repo.package() })
    }

    /// Where the shop is.
    pub(crate) fn shop_url(&self) -> String {
        url(self.ports.shop)
    }

    /// Where the server's API is.
    pub(crate) fn server_url(&self) -> String {
        url(self.ports.server)
    }

    /// Where the sandbox is.
    pub(crate) fn sandbox_url(&self) -> String {
        url(self.ports.sandbox)
    }

    fn sandbox(&self, repo: &Repo) -> Command {
        let mut command = part(repo, "umclique-sandbox");
        command.args(["--listen", &address(self.ports.sandbox), "--seed", &self.seed.to_string()]);
        // Both verify or sign with secrets of their own, which the server is told below.
        let webhooks = format!("{}/providers/whatsapp", self.server_url());
        command.args(["--whatsapp-webhook-url", &format!("{webhooks}/webhook")]);
        command.args(["--psp-webhook-url", &format!("{webhooks}/psp")]);
        command
    }

    fn server(&self, repo: &Repo) -> Command {
        let mut command = part(repo, "umclique-server");
        // `localhost` is another origin than 127.0.0.1, and people type it.
        let origins = format!("{},http://localhost:{}", self.shop_url(), self.ports.shop);
        command.arg("serve").envs([
            ("UMCLIQUE_LISTEN", address(self.ports.server)),
            ("UMCLIQUE_ADMIN_LISTEN", address(self.ports.admin)),
            ("UMCLIQUE_PUBLIC_URL", self.server_url()),
            ("UMCLIQUE_DATABASE_URL", self.database_url.clone()),
            ("UMCLIQUE_SECRET_KEYS", SECRET_KEY.to_owned()),
            ("UMCLIQUE_SERVER_KEY", SERVER_KEY.to_owned()),
            ("UMCLIQUE_ALLOWED_ORIGINS", origins),
            ("UMCLIQUE_MERCHANT_NAME", "Loja Umclique".to_owned()),
            ("UMCLIQUE_WEBHOOK_URL", format!("{}/shop/webhooks", self.shop_url())),
            ("UMCLIQUE_WEBHOOK_SECRETS", WEBHOOK_SECRET.to_owned()),
            ("UMCLIQUE_SANDBOX_URL", self.sandbox_url()),
        ]);
        command.envs(providers::settings(&self.sandbox_url()));
        command
    }

    fn shop(&self, repo: &Repo) -> Command {
        let mut command = part(repo, "umclique-shop");
        command.args(["--listen", &address(self.ports.shop), "--server", &self.server_url(), "--component"]);
        command.arg(&self.package).args(["--secret-key", SECRET_KEY, "--webhook-secret", WEBHOOK_SECRET]);
        command.args(["--sandbox", &self.sandbox_url()]);
        command
    }
}

/// Starts the parts in the order in which they need each other, each when the one before is ready.
pub(crate) fn start_all(
    repo: &Repo,
    setting: &Setting,
    (sender, events): (&Sender<Event>, &Receiver<Event>),
    patience: Duration,
) -> Result<()> {
    let parts = [("sandbox", setting.sandbox(repo)), ("server", setting.server(repo)), ("shop", setting.shop(repo))];
    for (name, mut command) in parts {
        let log = setting.folder.join(format!("{name}.log"));
        let service = Service::start(name, &mut command, &log, StopWith::Terminate, (READY, sender))?;
        service.wait_ready(events, patience)?;
        if name == "sandbox" {
            let callback = format!("{}/providers/picpay/callback", setting.server_url());
            control::register_return(setting.ports.sandbox, &callback)?;
        }
    }
    Ok(())
}

/// A program of this workspace, without what the surrounding shell may have configured for a real server.
fn part(repo: &Repo, name: &str) -> Command {
    let mut command = guarded(repo.binary(name));
    command.current_dir(repo.path(""));
    for (variable, _) in std::env::vars_os() {
        if variable.to_string_lossy().starts_with("UMCLIQUE_") {
            command.env_remove(variable);
        }
    }
    command
}

fn address(port: u16) -> String {
    format!("127.0.0.1:{port}")
}

fn url(port: u16) -> String {
    format!("http://{}", address(port))
}
