//! What a test does at the provider: script it, be its payer, move its clock, read its ledger.

use super::{World, ok, text, wait_for};
use serde_json::{Value, json};

impl World {
    /// A call of the sandbox's control.
    pub(crate) async fn control(&self, path: &str, body: Value) -> Value {
        let request = self.http.post(format!("{}/_control/{path}", self.sandbox.url()));
        ok(request.json(&body).send().await).await
    }

    pub(crate) async fn fault(&self, call: &str, fault: &str, times: u32) {
        self.control("epag/faults", json!({"call": call, "fault": fault, "times": times})).await;
    }

    /// Moves the virtual clock, and waits until the server follows.
    pub(crate) async fn advance(&self, seconds: i64) {
        self.control("clock", json!({"advance_s": seconds})).await;
        let clock = ok(self.http.get(format!("{}/_control/clock", self.sandbox.url())).send().await).await;
        let offset_ms = clock["offset_s"].as_i64().expect("an offset") * 1_000;
        let clock = self.server.payments.clock.clone();
        wait_for("the server's clock", || async {
            let ahead_ms = clock.now_ms() - clock.real_ms();
            if (ahead_ms - offset_ms).abs() < 1_000 { Ok(()) } else { Err(ahead_ms) }
        })
        .await;
    }

    /// The sandbox's payments that carry our reference.
    pub(crate) async fn at_epag(&self, reference: &str) -> Vec<Value> {
        let all = ok(self.http.get(format!("{}/_control/epag/payments", self.sandbox.url())).send().await).await;
        let list = all["data"].as_array().expect("a list of payments").clone();
        list.into_iter().filter(|payment| payment["reference"] == reference).collect()
    }

    /// The payer pays at ePag.
    pub(crate) async fn pay(&self, payment_token: &str) {
        self.control(&format!("epag/payments/{payment_token}/pay"), json!({})).await;
    }

    /// What really happened at the providers.
    pub(crate) async fn ledger(&self) -> Vec<Value> {
        let ledger = ok(self.http.get(format!("{}/_control/ledger", self.sandbox.url())).send().await).await;
        ledger.as_array().expect("a list").clone()
    }

    /// The sum of one kind of entry under our reference.
    pub(crate) async fn ledger_sum(&self, kind: &str, reference: &str) -> u64 {
        let fits = |entry: &&Value| entry["kind"] == kind && entry["reference"] == reference;
        self.ledger().await.iter().filter(fits).map(|entry| entry["amount_minor"].as_u64().expect("an amount")).sum()
    }

    /// A payment at ePag under our reference of which the server was never told: a request that timed out runs after all.
    pub(crate) async fn runs_late(&self, reference: &str) -> String {
        let epag = format!("{}/epag", self.sandbox.url());
        let form = [("apiKey", "epag_demo_key"), ("apiSecret", "epag_demo_secret")];
        let login = ok(self.http.post(format!("{epag}/auth")).form(&form).send().await).await;
        let body = json!({"contract_id": "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01", "reference_id": reference,
            "notification_url": "http://127.0.0.1:9/nobody", "payment": {"amount": 123.45, "currency": "BRL",
            "country": "BR", "delay_capture": false}, "person": {"full_name": "Ana Souza", "tax_id": "52998224725"}});
        let request = self.http.post(format!("{epag}/picpay/simple")).header("x-auth-token", text(&login["token"]));
        text(&ok(request.json(&body).send().await).await["payment_token"])
    }

    /// Takes back every fault that was scripted and did not happen yet.
    pub(crate) async fn clear_faults(&self) {
        for provider in ["epag", "april", "picpay", "whatsapp", "psp"] {
            let url = format!("{}/_control/{provider}/faults", self.sandbox.url());
            assert!(self.http.delete(url).send().await.expect("an answer").status().is_success());
        }
    }
}
