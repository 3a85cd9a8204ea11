//! A property: no sequence of calls, faults and acts charges an order twice, or gives back more than was taken.

use std::collections::BTreeMap;

use crate::common::{CHALLENGED, DECLINED, MISTRUSTED, Merchant, OK, TWICE, confirmed, text};
use reqwest::Method;
use serde_json::{Value, json};

/// Numbers that depend on a seed only (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % u64::try_from(most).expect("small")).expect("below a usize")
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        if from.is_empty() { None } else { from.get(self.below(from.len())) }
    }
}

const AMOUNTS: [i64; 3] = [999, 1_000, 25_000];
const CARDS: [&str; 6] = [OK, OK, DECLINED, CHALLENGED, TWICE, MISTRUSTED];
const FAULTS: [&str; 5] = ["lost_reply", "reset", "error_500_executed", "error_503", "garbage"];

/// What a merchant who mixes everything up has in hand.
#[derive(Default)]
struct Hands {
    orders: Vec<(String, i64)>,
    tokens: Vec<String>,
}

async fn step(merchant: &Merchant, dice: &mut Dice, hands: &mut Hands) {
    let seen = merchant.see("/april/orders").await;
    let transactions: Vec<_> = seen["data"].as_array().expect("a list").iter().flat_map(parts).collect();
    match dice.below(12) {
        0 => {
            let amount = AMOUNTS[dice.below(AMOUNTS.len())];
            hands.orders.push((merchant.order("R", amount).await, amount));
        }
        1 => {
            let kind = ["Card", "Card", "PayPlan", "ApplePay"][dice.below(4)];
            let amount = AMOUNTS[dice.below(AMOUNTS.len())];
            hands.tokens.push(merchant.token_of(kind, CARDS[dice.below(CARDS.len())], amount).await);
        }
        2..=6 => {
            let Some((order, amount)) = dice.pick(&hands.orders).cloned() else { return };
            let card = CARDS[dice.below(CARDS.len())];
            // Mostly a token that fits; sometimes any old one.
            let old = if dice.below(3) == 0 { dice.pick(&hands.tokens).cloned() } else { None };
            let token = match old {
                Some(old) => old,
                None => merchant.token(card, amount).await,
            };
            let authorise_only = dice.below(3) == 0;
            let body = json!({ "PayByCard": { "paymentTokenId": token, "authoriseOnly": authorise_only } });
            hands.tokens.push(token);
            send(merchant, dice, "pay", Method::POST, &format!("/orders/{order}/pay"), &body).await;
        }
        7 => {
            let waiting: Vec<_> = transactions.iter().filter(|one| one["challenges"] != json!([])).collect();
            let Some(one) = dice.pick(&waiting) else { return };
            let challenge = one["challenges"].as_array().and_then(|all| all.last()).expect("a challenge")["id"].clone();
            let act = ["approve", "approve", "fail", "close"][dice.below(4)];
            merchant.try_control(&format!("/april/challenges/{}/{act}", text(&challenge)), &json!({})).await;
            let body = confirmed(&text(&one["token"]), &text(&challenge));
            let path = format!("/orders/{}/pay", text(&one["order"]));
            send(merchant, dice, "confirm", Method::POST, &path, &body).await;
        }
        8 | 9 => {
            let Some(one) = dice.pick(&transactions) else { return };
            let amount = [1, 500, 999, 1_000, 25_000][dice.below(5)];
            let (call, body) = if dice.below(3) == 0 {
                ("capture", json!({ "CaptureFunds": { "captureAmount": amount } }))
            } else {
                ("refund", json!({ "CreateRefund": { "refundAmount": amount } }))
            };
            let path = format!("/transactions/{}", text(&one["transaction_id"]));
            send(merchant, dice, call, Method::PATCH, &path, &body).await;
        }
        10 => {
            let Some((order, _)) = dice.pick(&hands.orders) else { return };
            send(merchant, dice, "cancel", Method::DELETE, &format!("/orders/{order}"), &Value::Null).await;
        }
        _ => {
            let Some(one) = dice.pick(&transactions) else { return };
            let act = ["dispute", "refund", "void", "capture"][dice.below(4)];
            let id = text(&one["transaction_id"]);
            merchant.try_control(&format!("/april/transactions/{id}/{act}"), &json!({})).await;
            merchant.advance([1, 300, 86_400, 8 * 86_400][dice.below(4)]).await;
        }
    }
}

/// The transactions of an order, each with the order's id.
fn parts(order: &Value) -> Vec<Value> {
    let with_order = |one: &Value| {
        let mut one = one.clone();
        one["order"] = order["order_id"].clone();
        one
    };
    order["transactions"].as_array().expect("a list").iter().map(with_order).collect()
}

/// Sends a call, under a fault now and then, and repeats it blindly when no answer came.
async fn send(merchant: &Merchant, dice: &mut Dice, call: &str, method: Method, path: &str, body: &Value) {
    if dice.below(4) == 0 {
        merchant.fault(call, FAULTS[dice.below(FAULTS.len())]).await;
    }
    for _ in 0..2 {
        if let Ok((status, _)) = merchant.try_call(method.clone(), path, body).await
            && status < 500
        {
            return;
        }
    }
}

/// Compares the ledger's sums of each order with its amount. Answers how many orders were charged, and how many refunded.
fn check(ledger: &Value, orders: &[(String, i64)], seed: u64) -> (usize, usize) {
    // Taken, given back, reserved, and how often money was taken.
    let mut books: BTreeMap<String, [i64; 4]> = BTreeMap::new();
    for entry in ledger.as_array().expect("a list") {
        let amount = entry["amount_minor"].as_i64().expect("cents");
        let book = books.entry(text(&entry["payment"])).or_default();
        match entry["kind"].as_str().expect("a kind") {
            "charge" | "capture" => {
                book[0] += amount;
                book[3] += 1;
            }
            "refund" => book[1] += amount,
            "authorization" => book[2] += amount,
            _ => {}
        }
    }
    for (order, [taken, back, reserved, times]) in &books {
        let (_, amount) = orders.iter().find(|(id, _)| id == order).expect("an order of ours");
        assert!(*times <= 1, "seed {seed}: {order} was charged {times} times");
        assert!(taken <= amount && reserved <= amount, "seed {seed}: {order} over {amount}: {taken}, {reserved}");
        assert!(back <= taken, "seed {seed}: {order} gave back {back} of {taken}");
    }
    let count = |index: usize| books.values().filter(|book| book[index] > 0).count();
    (count(3), count(1))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_sequence_charges_an_order_twice_or_refunds_more_than_was_captured() {
    let (mut charged, mut refunded) = (0, 0);
    for seed in 0..32 {
        let merchant = Merchant::new().await;
        let (mut dice, mut hands) = (Dice(seed), Hands::default());
        for _ in 0..80 {
            step(&merchant, &mut dice, &mut hands).await;
        }
        let (count, back) = check(&merchant.see("/ledger").await, &hands.orders, seed);
        let paid = merchant.see("/april/orders?status=paid").await["data"].as_array().map_or(0, Vec::len);
        assert!(count <= paid, "seed {seed}: {count} charged, {paid} paid");
        charged += count;
        refunded += back;
    }
    assert!(charged > 50 && refunded > 10, "a shuffle in which nobody pays proves nothing: {charged}, {refunded}");
}
