//! Starting and stopping: what is refused in one sentence, and what a stop waits for.

use super::{Server, bare_program, open, output, program, sentence};
use crate::database::Database;
use crate::on_both;
use crate::world::{SECRET_KEY, World};
use serde_json::json;
use std::time::{Duration, Instant};

on_both! {
    a_stop_waits_for_no_open_page;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_sqlite_file_refuses() {
    let world = World::start(Database::sqlite()).await;
    let refused = sentence(&output(program(&world)).await);
    assert!(refused.contains("another umclique-server works on this SQLite file"), "{refused}");
    assert!(refused.contains("stop it") && refused.contains("PostgreSQL"), "it says what to do: {refused}");
    let session = world.open(json!({})).await;
    assert_eq!(world.session(&session).await["status"], "requires_payment_method", "the first one goes on");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bad_configuration_is_named_and_not_shown() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let at = |name: &str| folder.path().join(name).display().to_string();
    std::fs::write(at("no.toml"), "listen = ").expect("written");
    std::fs::write(at("typo.toml"), "listn = \"127.0.0.1:0\"").expect("written");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let taken = taken.local_addr().expect("bound").to_string();
    let good = [
        ("UMCLIQUE_LISTEN", "127.0.0.1:0".to_owned()),
        ("UMCLIQUE_ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
        ("UMCLIQUE_DATABASE_URL", format!("sqlite://{}", at("books.db"))),
        ("UMCLIQUE_SECRET_KEYS", SECRET_KEY.to_owned()),
        ("UMCLIQUE_SERVER_KEY", "a-key-for-tests-a-key-for-tests-a-key".to_owned()),
    ];
    for (name, value, told) in [
        ("UMCLIQUE_SECRET_KEYS", String::new(), "UMCLIQUE_SECRET_KEYS"),
        ("UMCLIQUE_SECRET_KEYS", "pk_hush-hush".into(), "UMCLIQUE_SECRET_KEYS"),
        ("UMCLIQUE_SECRET_KEYS", "sha256:hush-hush".into(), "UMCLIQUE_SECRET_KEYS"),
        ("UMCLIQUE_SERVER_KEY", String::new(), "UMCLIQUE_SERVER_KEY"),
        ("UMCLIQUE_SERVER_KEY", "hush-hush".into(), "UMCLIQUE_SERVER_KEY"),
        ("UMCLIQUE_SERVER_KEY_PREVIOUS", "hush-hush".into(), "UMCLIQUE_SERVER_KEY_PREVIOUS"),
        ("UMCLIQUE_LISTEN", "hush-hush".into(), "UMCLIQUE_LISTEN"),
        ("UMCLIQUE_LISTEN", taken, "UMCLIQUE_LISTEN"),
        ("UMCLIQUE_ADMIN_LISTEN", "0.0.0.0:0".into(), "UMCLIQUE_ADMIN_LISTEN"),
        ("UMCLIQUE_DATABASE_URL", "mysql://hush-hush".into(), "UMCLIQUE_DATABASE_URL"),
        ("UMCLIQUE_DATABASE_URL", "sqlite:///proc/hush-hush/x.db".into(), "/proc/hush-hush"),
        ("UMCLIQUE_DATABASE_URL", "postgres://u:hush-hush@127.0.0.1:1/x".into(), "UMCLIQUE_DATABASE_URL"),
        ("UMCLIQUE_PUBLIC_URL", "hush-hush".into(), "UMCLIQUE_PUBLIC_URL"),
        ("UMCLIQUE_ALLOWED_ORIGINS", "https://loja.example/hush-hush".into(), "UMCLIQUE_ALLOWED_ORIGINS"),
        ("UMCLIQUE_ALLOWED_ORIGINS", "*".into(), "UMCLIQUE_ALLOWED_ORIGINS"),
        ("UMCLIQUE_TRUSTED_PROXIES", "hush-hush".into(), "UMCLIQUE_TRUSTED_PROXIES"),
        ("UMCLIQUE_WEBHOOK_URL", "hush-hush".into(), "UMCLIQUE_WEBHOOK_URL"),
        ("UMCLIQUE_WEBHOOK_URL", "https://loja.example/hook".into(), "UMCLIQUE_WEBHOOK_SECRETS"),
        ("UMCLIQUE_WEBHOOK_SECRETS", "whsec_hush-hush".into(), "UMCLIQUE_WEBHOOK_SECRETS"),
        ("UMCLIQUE_MAX_ATTEMPTS", "-1".into(), "UMCLIQUE_MAX_ATTEMPTS"),
        ("UMCLIQUE_SESSIONS_PER_MINUTE", "hush-hush".into(), "UMCLIQUE_SESSIONS_PER_MINUTE"),
        ("UMCLIQUE_EPAG_BASE_URL", "http://127.0.0.1:1/epag".into(), "UMCLIQUE_EPAG_"),
        ("UMCLIQUE_CONFIG", at("none.toml"), "none.toml"),
        ("UMCLIQUE_CONFIG", at("no.toml"), "no.toml"),
        ("UMCLIQUE_CONFIG", at("typo.toml"), "listn"),
    ] {
        let mut command = bare_program();
        command.envs(good.iter().map(|(name, value)| (*name, value))).env(name, &value);
        let refused = sentence(&output(command).await);
        assert!(refused.contains(told), "{name}={value}: {refused}");
        assert!(!refused.contains("hush-hush") || told.contains("hush-hush"), "{name}: {refused}");
    }
}

async fn a_stop_waits_for_no_open_page(mut world: World) {
    world.pause_server().await;
    let server = Server::start(program(&world)).await;
    let base = format!("http://{}", server.address);
    let session = open(&world, &base).await;
    let status = format!("{base}/v1/checkout_sessions/{}/status", session.id);
    let watching = world.http.get(&status).bearer_auth(&session.secret).header("accept", "text/event-stream");
    let mut page = watching.send().await.expect("an answer");
    page.chunk().await.expect("a snapshot");

    let began = Instant::now();
    server.terminate();
    let (ended, logs) = server.ended().await;
    assert!(ended.success(), "{logs}");
    assert!(began.elapsed() < Duration::from_secs(8), "it took {:?}", began.elapsed());
    world.http.get(&status).send().await.expect_err("nobody listens any more");
    world.resume_server().await;
    assert_eq!(world.session(&session).await["status"], "requires_payment_method", "the books stay");
    world.finish().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_policy_of_a_shops_page_names_what_the_configured_methods_need() {
    let world = World::start(Database::sqlite()).await;
    let mut command = program(&world);
    command.args(["csp", "--server", "https://pay.shop.example"]);
    let said = output(command).await;
    assert!(said.status.success());
    let policy = String::from_utf8(said.stdout).expect("UTF-8");
    let sandbox = world.sandbox.url();
    assert!(policy.starts_with("Content-Security-Policy: default-src 'none'; "), "{policy}");
    for directive in [format!("frame-src {sandbox};"), "connect-src 'self' https://pay.shop.example;".to_owned()] {
        assert!(policy.contains(&directive), "{policy} should contain {directive}");
    }
    world.finish().await;
}
