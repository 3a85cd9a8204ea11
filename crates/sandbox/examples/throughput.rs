//! How many payments a second the sandbox creates: `cargo run --release --example throughput [payments]`.
//! A benchmark of the server against the sandbox means little where this number is not far above the server's.

use std::io::Write;
use std::time::Instant;

use serde_json::{Value, json};
use umclique_sandbox::{Options, start};

/// Callers at once.
const CALLERS: usize = 16;
/// Payments, unless told.
const PAYMENTS: usize = 8_000;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let payments = std::env::args().nth(1).map_or(Ok(PAYMENTS), |text| text.parse())?;
    let each = payments.div_ceil(CALLERS);
    let sandbox = start(Options::default()).await?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let form = "apiKey=epag_demo_key&apiSecret=epag_demo_secret";
    let request = client.post(format!("{}/epag/auth", sandbox.url())).body(form);
    let request = request.header("content-type", "application/x-www-form-urlencoded");
    let answer: Value = request.send().await?.json().await?;
    let token = answer["token"].as_str().ok_or("no token")?.to_owned();

    let started = Instant::now();
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| tokio::spawn(create(client.clone(), sandbox.url(), token.clone(), caller, each)))
        .collect();
    for caller in callers {
        caller.await??;
    }
    let (made, took) = (CALLERS * each, started.elapsed());
    let per_second = made as u128 * 1_000 / took.as_millis().max(1);
    writeln!(std::io::stdout(), "{made} payments in {} ms: {per_second} a second", took.as_millis())?;
    Ok(())
}

async fn create(
    client: reqwest::Client,
    url: String,
    token: String,
    caller: usize,
    each: usize,
) -> reqwest::Result<()> {
    for number in 0..each {
        let order = json!({
            "contract_id": "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01",
            "reference_id": format!("pa_bench{caller:04}x{number:06}"),
            "notification_url": "http://127.0.0.1:9/cb",
            "payment": { "amount": 59.9, "currency": "BRL", "country": "BR" },
            "person": { "full_name": "Ana Souza", "tax_id": "52998224725" }
        });
        let request = client.post(format!("{url}/epag/picpay/simple")).header("x-auth-token", &token);
        request.body(order.to_string()).send().await?.error_for_status()?.bytes().await?;
    }
    Ok(())
}
