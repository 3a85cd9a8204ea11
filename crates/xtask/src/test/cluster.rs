//! A PostgreSQL for one test run: its own folder, a free port, no fsync, gone afterwards. PostgreSQL refuses to run
//! as root, so as root it is started as another user.

use crate::error::{Error, Result};
use crate::process::{self, Event, Service, StopWith, guarded};
use crate::repo::Repo;
use crate::report::{note, step};
use crate::{files, setup};
use rustix::process::Signal;
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

const NAME: &str = "test database";
const READY: &str = "database system is ready to accept connections";
const PATIENCE: Duration = Duration::from_secs(60);

/// Users that are fit to own the cluster when we are root, the first that exists.
const USERS: [&str; 2] = ["postgres", "nobody"];

/// A running cluster; dropping it ends it and removes its folder.
pub(crate) struct Cluster {
    url: String,
    service: Service,
    events: Receiver<Event>,
    _folder: Folder,
}

impl Cluster {
    /// Makes and starts a cluster.
    pub(crate) fn start(repo: &Repo) -> Result<Self> {
        let binaries = setup::postgres(repo)?;
        let user = User::choose(repo)?;
        step("start a throw-away PostgreSQL", "about 5 seconds");
        let folder = Folder::make(repo, user.as_ref())?;
        let data = folder.0.join("data");
        let mut initdb = as_user(user.as_ref(), &binaries.join("initdb"));
        initdb
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data);
        process::read("initdb", initdb.current_dir(&folder.0))?;

        let port = free_port()?;
        let mut postgres = as_user(user.as_ref(), &binaries.join("postgres"));
        postgres.current_dir(&folder.0).arg("-D").arg(&data).arg("-k").arg(&folder.0);
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "max_connections=200".to_owned(),
            "fsync=off".to_owned(),
            "synchronous_commit=off".to_owned(),
            "full_page_writes=off".to_owned(),
        ];
        for setting in &settings {
            postgres.args(["-c", setting]);
        }
        let (sender, events) = channel();
        let log = folder.0.join("postgres.log");
        let service = Service::start(NAME, &mut postgres, &log, StopWith::Nothing, (READY, &sender))?;
        drop(sender);
        let url = format!("postgres://postgres@127.0.0.1:{port}/postgres");
        // Built before the wait, so that a cluster that never gets ready is removed, too.
        let cluster = Self { url, service, events, _folder: folder };
        cluster.service.wait_ready(&cluster.events, PATIENCE)?;
        note(&format!("listening on 127.0.0.1:{port}"));
        Ok(cluster)
    }

    /// The address of its first database; tests make their own beside it.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // At once and without writing anything: the data is thrown away.
        self.service.signal(Signal::QUIT);
        if !process::wait_ended(&self.events, PATIENCE) {
            self.service.signal(Signal::KILL);
        }
    }
}

/// A temporary folder; removed when dropped, which is after the cluster has ended.
struct Folder(PathBuf);

impl Folder {
    fn make(repo: &Repo, user: Option<&User>) -> Result<Self> {
        // In /tmp and short: a socket's path may have about a hundred characters, and the other user must get there.
        let made = process::read("mktemp", repo.command("mktemp").args(["-d", "/tmp/umclique-pg.XXXXXXXX"]))?;
        let folder = Self(PathBuf::from(made.trim()));
        if let Some(user) = user {
            chown(&folder.0, Some(user.uid), Some(user.gid)).map_err(Error::file("give away", &folder.0))?;
        }
        Ok(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = files::remove(&self.0) {
            note(&error.to_string());
        }
    }
}

/// Whom the cluster belongs to.
struct User {
    uid: u32,
    gid: u32,
}

impl User {
    /// `None` when we are an ordinary user ourselves.
    fn choose(repo: &Repo) -> Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        if files::program("setpriv").is_none() {
            let remedy = "PostgreSQL refuses to run as root; install util-linux or run the tests as another user";
            return Err(Error::Missing { what: "setpriv".to_owned(), remedy: remedy.to_owned() });
        }
        let number = |flag: &str, name: &str| {
            process::read("id", repo.command("id").args([flag, name])).ok().and_then(|text| text.trim().parse().ok())
        };
        let user = USERS.iter().find_map(|name| Some(Self { uid: number("-u", name)?, gid: number("-g", name)? }));
        user.map(Some).ok_or_else(|| Error::Missing {
            what: "a user to run PostgreSQL".to_owned(),
            remedy: "it refuses to run as root; run the tests as another user".to_owned(),
        })
    }
}

/// A command as that user. The kernel forgets a parent-death signal when the user changes, so setpriv sets it itself.
fn as_user(user: Option<&User>, program: &Path) -> Command {
    let Some(user) = user else { return guarded(program) };
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={}", user.uid), format!("--regid={}", user.gid)]);
    command.args(["--clear-groups", "--pdeathsig=INT"]).arg(program).env("HOME", "/tmp");
    command
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(Error::start("a listener"))?;
    listener.local_addr().map(|address| address.port()).map_err(Error::start("a listener"))
}
