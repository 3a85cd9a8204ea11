//! Prints ratios measured in one run: payments per second against bare inserts of the same database, the cost of a payment
//! among many stored ones, and the memory of a waiting buyer.
//!
//! Called by `cargo xtask bench`; `--large` adds a million stored payments. `UMCLIQUE_TEST_POSTGRES_URL` adds PostgreSQL.

#![expect(clippy::print_stdout, reason = "a benchmark prints")]
#![expect(clippy::float_arithmetic, reason = "ratios of durations are no money")]

use futures::future::join_all;
use serde_json::{Value, json};
use std::error::Error;
use std::time::{Duration, Instant};
use umclique_sandbox::{Options, Sandbox};
use umclique_server::config::Config;
use umclique_server::{Running, args};

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Buyers at once.
const AT_ONCE: usize = 32;
/// Payments per measurement.
const PAYMENTS: usize = 640;
/// Buyers who wait at once.
const WAITING: usize = 1_000;

struct Bench {
    server: Running,
    /// Stops when dropped.
    _sandbox: Sandbox,
    http: reqwest::Client,
}

#[tokio::main]
async fn main() -> Outcome<()> {
    let folder = tempfile::tempdir()?;
    let sqlite = format!("sqlite://{}/bench.db", folder.path().display());
    measure("SQLite", &sqlite).await?;
    if let Ok(url) = std::env::var("UMCLIQUE_TEST_POSTGRES_URL") {
        measure("PostgreSQL", &url).await?;
    }
    Ok(())
}

async fn measure(name: &str, database_url: &str) -> Outcome<()> {
    let bench = Bench::start(database_url).await?;
    let inserts = bench.bare_inserts().await?;
    let payments = bench.payments(PAYMENTS).await?;
    println!(
        "{name}: bare inserts {inserts:.0}/s, confirm and settle {payments:.0}/s, one payment costs {:.1} inserts",
        inserts / payments
    );

    let is_large = std::env::args().any(|argument| argument == "--large");
    let sizes: &[i64] = if is_large { &[1_000, 100_000, 1_000_000] } else { &[1_000, 100_000] };
    let mut first = None;
    for size in sizes {
        bench.fill(*size).await?;
        let rate = bench.payments(PAYMENTS).await?;
        let base = *first.get_or_insert(rate);
        println!(
            "{name}: among {size} stored payments {rate:.0}/s, a payment costs {:.2} times the first row's",
            base / rate
        );
    }
    let kilobytes = bench.waiting_buyers().await?;
    println!("{name}: {WAITING} waiting buyers take {kilobytes:.1} KB each, both ends of the connection included");
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
            ("EPAG_BASE_URL", format!("{url}/epag")),
            ("EPAG_API_KEY", "epag_demo_key".to_owned()),
            ("EPAG_API_SECRET", "epag_demo_secret".to_owned()),
            ("EPAG_CONTRACT_ID", "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01".to_owned()),
        ];
        let pairs = settings.into_iter().map(|(name, value)| (format!("UMCLIQUE_{name}"), value));
        let server = umclique_server::start(Config::load(None, pairs)?).await?;
        let http = reqwest::Client::builder().no_proxy().build()?;
        Ok(Self { server, _sandbox: sandbox, http })
    }

    /// Inserts of one row, each its own transaction, per second: what the disk allows.
    async fn bare_inserts(&self) -> Outcome<f64> {
        let db = &self.server.payments.db;
        let begun = Instant::now();
        for _ in 0..PAYMENTS / AT_ONCE {
            let inserts = (0..AT_ONCE).map(|_| async {
                let mut tx = db.begin().await?;
                let bucket = umclique_server::keys::new_row_id();
                let sql = "insert into limits (bucket, window_start, count) values ($1, 0, 1)";
                tx.execute(sql, args![bucket]).await?;
                tx.commit().await
            });
            join_all(inserts).await.into_iter().collect::<Result<Vec<_>, _>>()?;
        }
        Ok(per_second(PAYMENTS, begun))
    }

    /// Sessions opened and confirmed (claim, provider, settle) per second.
    async fn payments(&self, count: usize) -> Outcome<f64> {
        let begun = Instant::now();
        for _ in 0..count / AT_ONCE {
            join_all((0..AT_ONCE).map(|_| self.pay())).await.into_iter().collect::<Outcome<Vec<_>>>()?;
        }
        Ok(per_second(count, begun))
    }

    async fn open(&self) -> Outcome<(String, String)> {
        let body = json!({"amount_minor": 12_345, "currency": "BRL", "reference": "bench",
            "return_url": "https://shop.example/", "buyer": {"name": "Ana", "email": "ana@example.com"}});
        let url = format!("http://{}/v1/checkout_sessions", self.server.address);
        let request = self.http.post(url).bearer_auth("sk_bench").header("idempotency-key", key());
        let session: Value = request.json(&body).send().await?.error_for_status()?.json().await?;
        let text = |name: &str| session[name].as_str().unwrap_or_default().to_owned();
        Ok((text("id"), text("client_secret")))
    }

    async fn pay(&self) -> Outcome<()> {
        let (id, secret) = self.open().await?;
        let url = format!("http://{}/v1/checkout_sessions/{id}/confirm", self.server.address);
        let body = json!({"method": "picpay_qr", "details": {"tax_id": "52998224725"}});
        let request = self.http.post(url).bearer_auth(secret).header("idempotency-key", key());
        let shown: Value = request.json(&body).send().await?.error_for_status()?.json().await?;
        if shown["status"] == "requires_action" { Ok(()) } else { Err(shown.to_string().into()) }
    }

    /// Copies finished payments until there are `size` of them.
    async fn fill(&self, size: i64) -> Outcome<()> {
        let mut tx = self.server.payments.db.begin().await?;
        let have = tx.row("select count(*) as have from attempts", args![]).await?.ok_or("no count")?.int("have")?;
        let mut made = have;
        while made < size {
            let batch = (size - made).min(10_000);
            for table in ["sessions", "attempts"] {
                let sql = fill_sql(table, batch, made);
                tx.rows_built(sql, args![]).await?;
            }
            made += batch;
        }
        Ok(tx.commit().await?)
    }

    /// Resident memory per buyer who waits on the event stream, in KB.
    async fn waiting_buyers(&self) -> Outcome<f64> {
        let before = resident_kb()?;
        let mut streams = Vec::with_capacity(WAITING);
        for _ in 0..WAITING / AT_ONCE {
            let opened = (0..AT_ONCE).map(|_| async {
                let (id, secret) = self.open().await?;
                let url = format!("http://{}/v1/checkout_sessions/{id}/status", self.server.address);
                let request = self.http.get(url).bearer_auth(secret).header("accept", "text/event-stream");
                let mut stream = request.send().await?.error_for_status()?;
                stream.chunk().await?;
                Outcome::Ok(stream)
            });
            streams.extend(join_all(opened).await.into_iter().collect::<Outcome<Vec<_>>>()?);
        }
        let after = resident_kb()?;
        let count = f64::from(u32::try_from(streams.len())?);
        Ok((after - before) / count)
    }
}

/// Rows that look like long finished payments, made by the database itself.
fn fill_sql(table: &str, batch: i64, from: i64) -> String {
    let numbers =
        format!("with recursive n(i) as (select {from} union all select i + 1 from n where i + 1 < {from} + {batch})");
    let prefix = if table == "sessions" { "cs_" } else { "pa_" };
    let id = format!("'{prefix}' || cast(10000000000000000 + n.i as text)");
    match table {
        "sessions" => format!(
            "{numbers} insert into sessions (id, version, status, amount_minor, currency, reference, capture, return_url, \
             buyer, order_data, expires_at, created_at, changed_at) select {id}, 3, 'succeeded', 12345, 'BRL', 'old', \
             'automatic', 'https://shop.example/', '{{}}', '{{}}', 0, 0, 0 from n"
        ),
        _ => format!(
            "{numbers} insert into attempts (id, session_id, method, status, version, live, amount_minor, currency, \
             payer_amount_minor, captured_minor, details, created_at, changed_at) select {id}, \
             'cs_' || cast(10000000000000000 + n.i as text), 'picpay_qr', 'succeeded', 3, 0, 12345, 'BRL', 12345, 12345, \
             '{{}}', 0, 0 from n"
        ),
    }
}

fn key() -> String {
    umclique_server::keys::new_row_id()
}

fn per_second(count: usize, begun: Instant) -> f64 {
    let count = f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    count / begun.elapsed().max(Duration::from_micros(1)).as_secs_f64()
}

/// This process's resident memory, as Linux tells it.
fn resident_kb() -> Outcome<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).ok_or("no VmRSS here")?;
    let kilobytes = line.split_whitespace().nth(1).ok_or("no figure")?;
    Ok(kilobytes.parse()?)
}
