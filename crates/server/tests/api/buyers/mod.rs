//! Random buyers and shops, and the comparison of the providers' ledger with our books in the end.

mod april;
mod picpay_qr;
mod picpay_wallet;
mod whatsapp;

use crate::world::{Opened, TAX_ID, World, key};
use reqwest::{Client, Method};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::time::Duration;

/// A small generator whose seed is printed, so that a failing run can be repeated.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    /// A number below `sides`. (xorshift64*)
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % sides
    }

    pub(crate) fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        let index = self.roll(u64::try_from(from.len()).expect("a short list"));
        &from[usize::try_from(index).expect("an index")]
    }
}

/// Where a buyer's requests go; the server behind it may be away at any moment.
#[derive(Clone)]
pub(crate) struct Door {
    pub(crate) http: Client,
    pub(crate) server: String,
    pub(crate) sandbox: String,
}

impl Door {
    pub(crate) fn of(world: &World) -> Self {
        Self { http: world.http.clone(), server: world.url(""), sandbox: world.sandbox.url() }
    }

    /// One request; whatever happens to it, the buyer goes on.
    async fn send(&self, method: Method, path: &str, bearer: &str, key: &str, body: &Value) -> Option<Value> {
        let request = self.http.request(method, format!("{}{path}", self.server)).bearer_auth(bearer);
        let request = request.header("idempotency-key", key).timeout(Duration::from_secs(15));
        let answer = request.json(body).send().await.ok()?;
        answer.json().await.ok()
    }

    async fn read(&self, path: &str, bearer: &str) -> Option<Value> {
        let request = self.http.get(format!("{}{path}", self.server)).bearer_auth(bearer);
        request.timeout(Duration::from_secs(15)).send().await.ok()?.json().await.ok()
    }

    /// The payments of a session, as the shop sees them.
    async fn payments(&self, session: &Opened) -> Vec<Value> {
        let list = self.read(&format!("/v1/payments?session={}", session.id), crate::world::SECRET_KEY).await;
        list.and_then(|list| list["data"].as_array().cloned()).unwrap_or_default()
    }

    /// Something happens at a provider.
    async fn control(&self, path: &str, body: &Value) -> Option<Value> {
        let request = self.http.post(format!("{}/_control/{path}", self.sandbox)).json(body);
        request.send().await.ok()?.json().await.ok()
    }
}

/// How a buyer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    PicpayQr,
    April,
    PicpayWallet,
    Whatsapp,
}

/// A session, and how its buyer pays.
#[derive(Clone, Debug)]
pub(crate) struct Shopper {
    pub(crate) session: Opened,
    way: Way,
    /// At PicPay, and at the shop.
    account: &'static str,
}

impl Door {
    /// Creates a session, retrying under one key until it is there: the key makes that safe.
    pub(crate) async fn open(&self, dice: &mut Dice) -> Shopper {
        let way = *dice.pick(&[Way::PicpayQr, Way::April, Way::PicpayWallet, Way::Whatsapp]);
        let account = *dice.pick(&picpay_wallet::ACCOUNTS);
        let (currency, name) = match way {
            Way::PicpayQr => ("BRL", *dice.pick(&picpay_qr::NAMES)),
            Way::April => ("AUD", "Bo Test"),
            Way::PicpayWallet => ("BRL", "Ana Souza"),
            Way::Whatsapp => ("BRL", "PAID Souza"),
        };
        let capture = *dice.pick(&["automatic", "automatic", "manual"]);
        let body = json!({"amount_minor": 1_000 + dice.roll(9_000), "currency": currency, "reference": "random",
            "return_url": "https://loja.example/", "buyer": {"name": name, "id": account}, "capture": capture, "expires_in_s": 3_600});
        let key = key();
        loop {
            let path = "/v1/checkout_sessions";
            if let Some(session) = self.send(Method::POST, path, crate::world::SECRET_KEY, &key, &body).await
                && let (Some(id), Some(secret)) = (session["id"].as_str(), session["client_secret"].as_str())
            {
                return Shopper { session: Opened { id: id.to_owned(), secret: secret.to_owned() }, way, account };
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// One thing that a buyer, a payer or a shop does.
    pub(crate) async fn act(&self, shopper: &Shopper, last_key: &mut String, dice: &mut Dice) {
        let Shopper { session, way, account } = shopper;
        let base = format!("/v1/checkout_sessions/{}", session.id);
        let press = match way {
            Way::PicpayQr => json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}}),
            Way::April => json!({"method": "april", "details": {}}),
            Way::PicpayWallet => json!({"method": "picpay_wallet", "details": {}}),
            // Another way at the same time: the chat is gone to below.
            Way::Whatsapp => json!({"method": "picpay_qr", "details": {"tax_id": TAX_ID}}),
        };
        match dice.roll(12) {
            0..=2 => {
                *last_key = key();
                self.send(Method::POST, &format!("{base}/confirm"), &session.secret, last_key, &press).await;
            }
            3 => drop(self.send(Method::POST, &format!("{base}/confirm"), &session.secret, last_key, &press).await),
            4 => drop(self.read(&format!("{base}/status?check=true"), &session.secret).await),
            5 => {
                let seen = self.read(&base, &session.secret).await.unwrap_or_default();
                let body = json!({"attempt": seen["attempt"]["id"]});
                self.send(Method::POST, &format!("{base}/cancel"), &session.secret, &key(), &body).await;
            }
            6..=9 => match way {
                Way::PicpayQr => self.pay_whatever_is_open(session).await,
                // From the first press on, as far as it goes.
                Way::April => {
                    self.send(Method::POST, &format!("{base}/confirm"), &session.secret, &key(), &press).await;
                    for _ in 0..3 {
                        self.answer_whatever_is_asked(session, dice).await;
                    }
                }
                Way::PicpayWallet => self.go_as_far_as_the_wallet_goes(session, account, dice).await,
                Way::Whatsapp => self.go_as_far_as_the_chat_goes(session, dice).await,
            },
            _ => self.shop_acts(session, dice).await,
        }
    }

    /// The shop captures, voids, or gives a part back.
    async fn shop_acts(&self, session: &Opened, dice: &mut Dice) {
        let verb = *dice.pick(&["capture", "refunds", "refunds", "cancel"]);
        for payment in self.payments(session).await {
            let path = format!("/v1/payments/{}/{verb}", payment["id"].as_str().unwrap_or_default());
            let amount = payment["captured_minor"].as_u64().unwrap_or(0) / 3 + 1;
            let body = if verb == "refunds" { json!({"amount_minor": amount}) } else { json!({}) };
            self.send(Method::POST, &path, crate::world::SECRET_KEY, &key(), &body).await;
        }
    }
}

/// Scripts a few faults at the sandbox.
pub(crate) async fn script_faults(world: &World, dice: &mut Dice) {
    // About as many as there are calls: with more, nothing would ever get through, and nothing would be proven.
    for _ in 0..3 {
        let (call, fault) = *dice.pick(&picpay_qr::FAULTS);
        world.fault(call, fault, 1).await;
        let (call, fault) = *dice.pick(&april::FAULTS);
        world.april_fault(call, fault, 1).await;
        let (call, fault) = *dice.pick(&picpay_wallet::FAULTS);
        world.picpay_fault(call, fault, 1).await;
        let (provider, call, fault) = *dice.pick(&whatsapp::FAULTS);
        let wish = json!({"call": call, "fault": fault, "times": 1});
        world.control(&format!("{provider}/faults"), wish).await;
    }
}

/// Clears the faults and lets time pass until nothing is under way any more.
pub(crate) async fn settle_everything(world: &World, shoppers: &mut Vec<Shopper>) {
    world.clear_faults().await;
    // Whatever the dice said, somebody pays each way; after the minute for which refused credentials withdraw the offer.
    world.advance(120).await;
    let session = world.open(json!({"buyer": {"name": "PAID Souza"}})).await;
    world.confirm(&session).await;
    let account = picpay_wallet::ACCOUNTS[0];
    shoppers.push(Shopper { session, way: Way::PicpayQr, account });
    let (session, _) = world.collecting(json!({})).await;
    world.pay_by(&session, crate::world::april::PAYS).await;
    shoppers.push(Shopper { session, way: Way::April, account });
    world.pay_in_chat(shoppers).await;
    // Everybody connects again, so that what waited for a login goes on.
    for account in picpay_wallet::ACCOUNTS {
        let session = world.open_for(Some(account), json!({})).await;
        let details = json!({"nonce_sha256": umclique_server::keys::sha256_hex(crate::world::picpay::NONCE),
            "reconnect": true});
        let asked = crate::world::ok(Ok(world.press_wallet(&session, &key(), details).await)).await;
        let code = world.consent(&asked, account).await;
        world.answer(&session, json!({"return_code": code, "nonce": crate::world::picpay::NONCE})).await;
        shoppers.push(Shopper { session, way: Way::PicpayWallet, account });
    }
    // Past graces, expiries, the codes' days, the authorizations' five and seven days and the watch after them.
    for seconds in [700, 700, 4_000, 4_000, 90_000, 90_000, 6 * 86_400, 2 * 86_400, 700] {
        world.advance(seconds).await;
        for Shopper { session, .. } in shoppers.iter() {
            let check = world.buyer(session, Method::GET, "/status?check=true").send().await;
            assert!(check.expect("an answer").status().is_success());
        }
        crate::world::wait_for("a quiet worker", || busy(world)).await;
    }
}

/// `Ok` once nothing is due or being worked on; what waits for later, as an unknown outcome for its grace and the queue behind it, is not.
async fn busy(world: &World) -> Result<(), Vec<String>> {
    let now_ms = world.server.payments.clock.now_ms();
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let sql = "select id, status, next_tend_at, asks from attempts where next_tend_at <= $1 or lease_until > $2 \
               union all select id, status, next_tend_at, asks from operations \
               where next_tend_at <= $1 or lease_until > $2 or status = 'pending'";
    let args = umclique_server::args![now_ms, world.server.payments.clock.real_ms()];
    let rows = tx.rows(sql, args).await.expect("listed");
    if rows.is_empty() {
        return Ok(());
    }
    let describe = |row: &umclique_server::store::Row| {
        let due_in_ms = row.opt_int("next_tend_at").expect("a number").map(|at| at - now_ms);
        let (id, status) = (row.text("id").expect("a text"), row.text("status").expect("a text"));
        format!("{id} is {status}, due in {due_in_ms:?} ms, asked {:?} times", row.int("asks"))
    };
    Err(rows.iter().map(describe).collect())
}

/// Compares what really happened at the provider with what the books say.
pub(crate) async fn compare(world: &World, shoppers: &[Shopper]) {
    let mut charged: BTreeMap<String, u64> = BTreeMap::new();
    let mut refunded: BTreeMap<String, u64> = BTreeMap::new();
    let ledger = world.ledger().await;
    let of = |provider: &str| ledger.iter().filter(|entry| entry["provider"] == provider).count();
    let (epag, april, picpay, psp) = (of("epag"), of("april"), of("picpay"), of("psp"));
    eprintln!("moves of money: {epag} at ePag, {april} at April, {picpay} at PicPay, {psp} at the shop's processor");
    for entry in ledger {
        let reference = entry["reference"].as_str().expect("ours").to_owned();
        let amount = entry["amount_minor"].as_u64().expect("an amount");
        match entry["kind"].as_str().expect("a kind") {
            "charge" | "capture" => *charged.entry(reference).or_default() += amount,
            "refund" => *refunded.entry(reference).or_default() += amount,
            _ => {}
        }
    }
    for (reference, amount) in picpay_wallet::undone(world).await {
        *charged.entry(reference.clone()).or_default() -= amount;
        *refunded.entry(reference).or_default() -= amount;
    }
    let mut paid: Vec<Way> = Vec::new();
    for Shopper { session, way, .. } in shoppers {
        let seen = world.session(session).await;
        let mut kept = 0;
        for payment in world.payments_of(session).await {
            let id = payment["id"].as_str().expect("an id");
            let at_provider = (charged.remove(id).unwrap_or(0), refunded.remove(id).unwrap_or(0));
            let in_books = (count(&payment["captured_minor"]), count(&payment["refunded_minor"]));
            assert_eq!(at_provider, in_books, "captured and refunded of {payment}");
            kept += u64::from(in_books.0 > 0 && payment["status"] == "succeeded");
        }
        assert!(kept <= 1, "{} was charged twice", session.id);
        assert_eq!(seen["status"] == "succeeded", kept == 1, "paid, and only then called paid: {seen}");
        paid.extend((kept > 0).then_some(*way));
        let is_settled = ["succeeded", "canceled", "expired"].contains(&seen["status"].as_str().expect("a status"));
        assert!(is_settled, "nothing is left open: {seen}");
    }
    for way in [Way::PicpayQr, Way::April, Way::PicpayWallet, Way::Whatsapp] {
        assert!(paid.contains(&way), "a run in which nobody pays by {way:?} proves nothing");
    }
    charged.retain(|_, amount| *amount > 0);
    refunded.retain(|_, amount| *amount > 0);
    assert!(charged.is_empty(), "charged at the provider and not in the books: {charged:?}");
    assert!(refunded.is_empty(), "refunded at the provider and not in the books: {refunded:?}");
}

fn count(value: &Value) -> u64 {
    value.as_u64().expect("an amount")
}
