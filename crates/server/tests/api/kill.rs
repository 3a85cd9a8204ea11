//! The server is killed (SIGKILL) at random moments and started again on the same database, while buyers go on.

use crate::buyers::{Dice, Door, compare, script_faults, settle_everything};
use crate::database::Database;
use crate::world::{World, key, wait_for};
use futures::future::join_all;
use serde_json::json;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite() {
    survives(Database::sqlite()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres() {
    if let Some(database) = Database::postgres().await {
        survives(database).await;
    }
}

/// The program itself, killed with everything it has in memory.
struct Victim {
    child: Child,
}

impl Victim {
    fn start(world: &World, port: u16) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_umclique-server"))
            .envs(world.settings())
            .env("UMCLIQUE_LISTEN", format!("127.0.0.1:{port}"))
            .env("UMCLIQUE_PUBLIC_URL", format!("http://127.0.0.1:{port}"))
            // Short calls make short leases, so a successor takes over within seconds.
            .env("UMCLIQUE_EPAG_TIMEOUT_MS", "1000")
            .env("UMCLIQUE_APRIL_TIMEOUT_MS", "1000")
            .env("UMCLIQUE_PICPAY_TIMEOUT_MS", "1000")
            .env("UMCLIQUE_WHATSAPP_TIMEOUT_MS", "1000")
            .env("UMCLIQUE_PSP_TIMEOUT_MS", "1000")
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts");
        Self { child }
    }

    fn kill(&mut self) {
        self.child.kill().expect("SIGKILL");
        self.child.wait().expect("it is gone");
    }
}

impl Drop for Victim {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

async fn survives(database: Database) {
    let mut world = World::start(database).await.with_random_wallets().await.with_random_chats().await;
    world.pause_server().await;
    let seed = u64::from(std::process::id()) ^ 0xdead;
    eprintln!("seed {seed}");
    let mut dice = Dice::new(seed);
    let port = free_port();
    let door = Door { server: format!("http://127.0.0.1:{port}"), ..Door::of(&world) };
    // PicPay sends browsers back to whichever server it was that sent them.
    let callbacks =
        ["8080".to_owned(), port.to_string()].map(|port| format!("http://127.0.0.1:{port}/providers/picpay/callback"));
    world.control("picpay/settings", json!({"redirect_uris": callbacks})).await;
    world.point_webhooks_at(&door.server).await;
    let mut victim = Victim::start(&world, port);
    until_healthy(&door).await;

    let mut sessions = Vec::new();
    for _ in 0..12 {
        sessions.push(door.open(&mut dice).await);
    }
    for life in 0..6 {
        script_faults(&world, &mut dice).await;
        let acts = sessions.iter().enumerate().map(|(index, session)| {
            let mut dice = Dice::new(seed ^ (life * 100 + u64::try_from(index).expect("small")));
            let door = door.clone();
            async move {
                let mut last_key = key();
                for _ in 0..4 {
                    door.act(session, &mut last_key, &mut dice).await;
                }
            }
        });
        // The moment of the kill is the random input of this test, not something that it waits for.
        let moment = Duration::from_millis(20 + dice.roll(900));
        let kill = async {
            tokio::time::sleep(moment).await;
            victim.kill();
        };
        tokio::join!(join_all(acts), kill);
        victim = Victim::start(&world, port);
        until_healthy(&door).await;
    }
    victim.kill();
    world.resume_server().await;
    world.point_webhooks_at(&world.url("")).await;
    settle_everything(&world, &mut sessions).await;
    compare(&world, &sessions).await;
    world.finish().await;
}

fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("bound").port()
}

async fn until_healthy(door: &Door) {
    wait_for("a healthy server", || async {
        match door.http.get(format!("{}/healthz", door.server)).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
}
