//! A server, its sandbox and its shop, and what one does with them.

pub(crate) mod april;
mod calls;
pub(crate) mod picpay;
mod sandbox;
mod shop;
mod tools;
pub(crate) mod whatsapp;

pub(crate) use calls::{Opened, session_body};
pub(crate) use tools::{key, ok, problem, text, wait_for};

use crate::database::Database;
use reqwest::Client;
use serde_json::json;
use shop::Shop;
use std::collections::BTreeMap;
use umclique_sandbox::{Options, Sandbox};
use umclique_server::Running;
use umclique_server::config::Config;

pub(crate) const SECRET_KEY: &str = "sk_test_of_the_shop";
pub(crate) const SERVER_KEY: &str = "a-key-for-tests-a-key-for-tests-a-key";
pub(crate) const TAX_ID: &str = "529.982.247-25";

pub(crate) struct World {
    pub(crate) server: Running,
    pub(crate) sandbox: Sandbox,
    pub(crate) http: Client,
    pub(crate) database: Database,
    nobodys: Option<Database>,
    settings: BTreeMap<String, String>,
    shop: Shop,
}

impl World {
    pub(crate) async fn start(database: Database) -> Self {
        Self::start_with(database, &[]).await
    }

    /// A world whose server has some settings of its own.
    pub(crate) async fn start_with(database: Database, own: &[(&str, &str)]) -> Self {
        let listen = "127.0.0.1:0".parse().expect("an address");
        let sandbox = umclique_sandbox::start(Options { listen, seed: 7 }).await.expect("the sandbox starts");
        let shop = Shop::default();
        let shop_url = shop.start().await;
        let mut settings = settings(&database.url, &sandbox.url(), &shop_url);
        settings.extend(own.iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), (*value).to_owned())));
        let server = start_server(&settings).await;
        let http = Client::builder().no_proxy().build().expect("a client");
        let world = Self { server, sandbox, http, database, nobodys: None, settings, shop };
        world.control("epag/settings", json!({"settle_delay_ms": 0})).await;
        world
    }

    /// Another server on the same database.
    pub(crate) async fn another_server(&self) -> Running {
        start_server(&self.settings).await
    }

    /// Starts the server again, with some settings of its own.
    pub(crate) async fn restart_with(&mut self, own: &[(&str, &str)]) {
        self.settings.extend(own.iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), (*value).to_owned())));
        self.pause_server().await;
        self.resume_server().await;
    }

    /// Stops this world's own server, so that another program can have the database.
    pub(crate) async fn pause_server(&mut self) {
        // A server on a database of nobody's takes its place meanwhile.
        let mut idle = self.settings.clone();
        let nobodys = Database::sqlite();
        idle.insert("UMCLIQUE_DATABASE_URL".into(), nobodys.url.clone());
        self.nobodys = Some(nobodys);
        let idle = start_server(&idle).await;
        std::mem::replace(&mut self.server, idle).stop().await;
    }

    /// Starts it again on the same database.
    pub(crate) async fn resume_server(&mut self) {
        let server = start_server(&self.settings).await;
        std::mem::replace(&mut self.server, server).stop().await;
    }

    /// What the server was started with, for starting it as a program.
    pub(crate) fn settings(&self) -> &BTreeMap<String, String> {
        &self.settings
    }

    /// Ends the test: the books hold, and no event is left behind.
    pub(crate) async fn finish(self) {
        wait_for("an empty outbox", || async {
            let mut tx = self.server.payments.db.read().await.expect("the database answers");
            let backlog = umclique_server::store::outbox::backlog(&mut tx).await.expect("counted");
            if backlog == (0, 0) { Ok(()) } else { Err(backlog) }
        })
        .await;
        assert_eq!(self.server.payments.audit().await.expect("audited"), Vec::<String>::new());
        self.server.stop().await;
    }
}

fn settings(database_url: &str, sandbox_url: &str, shop_url: &str) -> BTreeMap<String, String> {
    [
        ("LISTEN", "127.0.0.1:0"),
        ("ADMIN_LISTEN", "127.0.0.1:0"),
        ("DATABASE_URL", database_url),
        ("SECRET_KEYS", SECRET_KEY),
        ("SERVER_KEY", SERVER_KEY),
        ("ALLOWED_ORIGINS", "https://loja.example"),
        ("MERCHANT_NAME", "Loja Exemplo"),
        ("WEBHOOK_URL", &format!("{shop_url}/webhooks")),
        ("WEBHOOK_SECRETS", shop::WEBHOOK_SECRET),
        ("SANDBOX_URL", sandbox_url),
        ("EPAG_BASE_URL", &format!("{sandbox_url}/epag")),
        ("EPAG_API_KEY", "epag_demo_key"),
        ("EPAG_API_SECRET", "epag_demo_secret"),
        ("EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01"),
        ("EPAG_TIMEOUT_MS", "5000"),
        ("APRIL_BASE_URL", &format!("{sandbox_url}/april")),
        ("APRIL_SECRET_KEY", "sandbox_sk_demo"),
        ("APRIL_PUBLIC_KEY", "sandbox_pk_demo"),
        ("APRIL_SCRIPT_URL", &format!("{sandbox_url}/april/v3/checkout-v3.0.0.min.js")),
        ("APRIL_TIMEOUT_MS", "5000"),
    ]
    .into_iter()
    .map(|(name, value)| (format!("UMCLIQUE_{name}"), value.to_owned()))
    .collect()
}

async fn start_server(settings: &BTreeMap<String, String>) -> Running {
    let pairs = settings.iter().map(|(name, value)| (name.clone(), value.clone()));
    let config = Config::load(None, pairs).expect("the settings are good");
    umclique_server::start(config).await.expect("the server starts")
}
