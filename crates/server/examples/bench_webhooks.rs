//! Prints how fast signed webhooks are answered while they are worked on: 200 a second for half a minute, one in twenty of them a
//! buyer's tap that is charged. Server, WhatsApp and the card processor share this machine's cores.
//!
//! Called by `cargo xtask bench`. `UMCLIQUE_TEST_POSTGRES_URL` adds PostgreSQL.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]

use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::Method;
use serde_json::{Value, json};
use sha2::Sha256;
use std::error::Error;
use std::time::{Duration, Instant};
use tokio::time::MissedTickBehavior;
use umclique_sandbox::{Options, Sandbox};
use umclique_server::config::Config;
use umclique_server::{Running, args};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PER_SECOND: u64 = 200;
const SECONDS: u64 = 30;
/// One in so many is a tap.
const TAP_EVERY: u64 = 20;
const APP_SECRET: &str = "whatsapp_demo_app_secret";

struct Bench {
    server: Running,
    sandbox: Sandbox,
    http: reqwest::Client,
}

/// An order that waits in a chat.
struct Order {
    payment: String,
    credential: String,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    measure("SQLite", &format!("sqlite://{}/bench.db", folder.path().display())).await?;
    if let Ok(url) = std::env::var("UMCLIQUE_TEST_POSTGRES_URL") {
        measure("PostgreSQL", &url).await?;
    }
    Ok(())
}

async fn measure(name: &str, database_url: &str) -> Outcome<()> {
    let bench = Bench::start(database_url).await?;
    let credential = bench.store_card().await?;
    let mut orders = Vec::new();
    for _ in 0..PER_SECOND * SECONDS / TAP_EVERY {
        orders.push(bench.order(&credential).await?);
    }
    let begun = Instant::now();
    let mut waits = bench.load(&orders).await?;
    waits.sort();
    let at = |permille: usize| waits.get(waits.len() * permille / 1_000).copied().unwrap_or_default();
    println!(
        "{name}: {} webhooks in {:.0} s, answered in {:.1?} at the median, {:.1?} at the 99th percentile, {:.1?} at most",
        waits.len(),
        begun.elapsed().as_secs_f64(),
        at(500),
        at(990),
        waits.last().copied().unwrap_or_default(),
    );
    let late = bench.until_worked_on().await?;
    let charged = bench.charged(&orders).await?;
    println!(
        "{name}: all of them worked on {:.1} s after the last one; {charged} of {} taps charged, each once",
        late.as_secs_f64(),
        orders.len()
    );
    bench.server.stop().await;
    Ok(())
}

impl Bench {
    async fn start(database_url: &str) -> Outcome<Self> {
        let sandbox = umclique_sandbox::start(Options { listen: "127.0.0.1:0".parse()?, seed: 1 }).await?;
        let url = sandbox.url();
        let settings = [
            ("LISTEN", "127.0.0.1:0".to_owned()),
            ("ADMIN_LISTEN", "127.0.0.1:0".to_owned()),
            ("DATABASE_URL", database_url.to_owned()),
            ("SECRET_KEYS", "sk_bench".to_owned()),
            ("SERVER_KEY", "a-key-for-a-benchmark-of-32-chars".to_owned()),
            ("SANDBOX_URL", url.clone()),
            ("SESSIONS_PER_MINUTE", "100000000".to_owned()),
            ("CONFIRMS_PER_MINUTE", "100000000".to_owned()),
            ("WHATSAPP_BASE_URL", format!("{url}/whatsapp")),
            ("WHATSAPP_PHONE_NUMBER_ID", "100000000000001".to_owned()),
            ("WHATSAPP_ACCESS_TOKEN", "whatsapp_demo_token".to_owned()),
            ("WHATSAPP_APP_SECRET", APP_SECRET.to_owned()),
            ("WHATSAPP_VERIFY_TOKEN", "whatsapp_demo_verify_token".to_owned()),
            ("PSP_BASE_URL", format!("{url}/psp")),
            ("PSP_TOKEN", "psp_demo_token".to_owned()),
        ];
        let pairs = settings.into_iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), value));
        let server = umclique_server::start(Config::load(None, pairs)?).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { server, sandbox, http })
    }

    async fn call(&self, path: &str, bearer: &str, body: &Value) -> Outcome<Value> {
        let url = format!("http://{}{path}", self.server.address);
        let request = self.http.request(Method::POST, url).bearer_auth(bearer).header("idempotency-key", key());
        Ok(request.json(body).send().await?.error_for_status()?.json().await?)
    }

    async fn store_card(&self) -> Outcome<String> {
        let body = json!({"buyer": {"phone": "+5511999990000", "id": "ana"}, "last_four_digits": "4242", "brand": "visa",
            "psp_reference": "card_visa_4242"});
        text(&self.call("/v1/credentials", "sk_bench", &body).await?["id"])
    }

    async fn order(&self, credential: &str) -> Outcome<Order> {
        let body = json!({"amount_minor": 12_345, "currency": "BRL", "reference": "bench",
            "return_url": "https://shop.example/", "buyer": {"id": "ana"}});
        let session = self.call("/v1/checkout_sessions", "sk_bench", &body).await?;
        let (id, secret) = (text(&session["id"])?, text(&session["client_secret"])?);
        let press = json!({"method": "whatsapp", "details": {"credential": credential}});
        let asked = self.call(&format!("/v1/checkout_sessions/{id}/confirm"), &secret, &press).await?;
        Ok(Order { payment: text(&asked["attempt"]["id"])?, credential: credential.to_owned() })
    }

    /// Posts at a steady rate, whether or not the ones before are answered; how long each answer took.
    async fn load(&self, orders: &[Order]) -> Outcome<Vec<Duration>> {
        let url = format!("http://{}/providers/whatsapp/webhook", self.server.address);
        let mut ticks = tokio::time::interval(Duration::from_micros(1_000_000 / PER_SECOND));
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut posts = tokio::task::JoinSet::new();
        let mut taps = orders.iter();
        for at in 0..PER_SECOND * SECONDS {
            ticks.tick().await;
            let body = match at.is_multiple_of(TAP_EVERY).then(|| taps.next()).flatten() {
                Some(order) => tapped(order, at),
                None => delivered(at),
            };
            let post = self.http.post(&url).header("x-hub-signature-256", signature(&body)).body(body);
            posts.spawn(async move {
                let begun = Instant::now();
                post.send().await?.error_for_status()?.bytes().await?;
                Ok::<_, reqwest::Error>(begun.elapsed())
            });
        }
        let mut waits = Vec::new();
        while let Some(answered) = posts.join_next().await {
            waits.push(answered??);
        }
        Ok(waits)
    }

    async fn until_worked_on(&self) -> Outcome<Duration> {
        let begun = Instant::now();
        loop {
            let mut tx = self.server.payments.db.read().await?;
            let sql = "select (select count(*) from inbox where done_at is null) \
                       + (select count(*) from attempts where status = 'sending') as waiting";
            let waiting = tx.row(sql, args![]).await?.ok_or("no count")?.int("waiting")?;
            drop(tx);
            if waiting == 0 {
                return Ok(begun.elapsed());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// How many orders the processor has charged; an error where one was charged twice, or another amount.
    async fn charged(&self, orders: &[Order]) -> Outcome<usize> {
        let ledger: Value =
            self.http.get(format!("{}/_control/ledger", self.sandbox.url())).send().await?.json().await?;
        let entries = ledger.as_array().ok_or("no ledger")?;
        for order in orders {
            let charges: Vec<_> = entries.iter().filter(|entry| entry["reference"] == order.payment).collect();
            let [charge] = charges[..] else {
                return Err(format!("{} was charged {} times", order.payment, charges.len()).into());
            };
            if charge["amount_minor"] != 12_345 {
                return Err(format!("{} was charged wrongly", order.payment).into());
            }
        }
        Ok(orders.len())
    }
}

fn post(value: Value) -> String {
    let change = json!({"field": "messages", "value": value});
    json!({"object": "whatsapp_business_account", "entry": [{"id": "200000000000002", "changes": [change]}]})
        .to_string()
}

/// The buyer tapped *Send payment*.
fn tapped(order: &Order, at: u64) -> String {
    let payment = json!({"payment_method": "offsite_card_pay", "payment_timestamp": 1_767_225_600,
        "reference_id": format!("{}.1", order.payment), "last_four_digits": "4242", "credential_id": order.credential});
    post(
        json!({"messaging_product": "whatsapp", "messages": [{"from": "5511999990000", "id": format!("wamid.BENCH{at}"),
        "timestamp": "1767225600", "type": "interactive",
        "interactive": {"type": "payment_method", "payment_method": payment}}]}),
    )
}

/// A message that this server knows nothing of was read: most of what a business hears.
fn delivered(at: u64) -> String {
    post(json!({"messaging_product": "whatsapp", "statuses": [{"id": format!("wamid.OTHER{at}"), "status": "read",
        "timestamp": "1767225600", "recipient_id": "5511999990000"}]}))
}

fn signature(body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(APP_SECRET.as_bytes()).expect("any key is long enough");
    mac.update(body.as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256={hex}")
}

fn text(value: &Value) -> Outcome<String> {
    Ok(value.as_str().ok_or_else(|| format!("expected a text, got {value}"))?.to_owned())
}

fn key() -> String {
    umclique_server::keys::new_row_id()
}
