//! A property: no sequence of calls, faults and acts takes an order's money twice under one key, gives back more than was
//! taken, or leaves the charge and the ledger in disagreement.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{Shop, of_card, read, text};

const REFERENCES: [&str; 3] = ["A", "B", "C"];
const CARDS: [&str; 4] = ["stored_1", "card_declined", "card_pending", "stored_2"];
const FAULTS: [&str; 8] = [
    "lost_reply",
    "reset",
    "error_500",
    "error_502_executed",
    "error_503_executed",
    "garbage",
    "still_processing",
    "still_processing_executed",
];

#[derive(Clone, Debug)]
enum Step {
    Charge { order: usize, card: usize, capture: bool },
    Capture { order: usize, amount: Option<i64>, key: u8 },
    Cancel { order: usize, key: u8 },
    Refund { order: usize, amount: i64, key: u8 },
    Settle { order: usize, approved: bool },
    Fault { call: usize, fault: usize },
    Days(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let order = 0..REFERENCES.len();
    let amount = prop::sample::select(vec![1, 950, 2000, 2950, 2951]);
    prop_oneof![
        3 => (order.clone(), 0..CARDS.len(), any::<bool>())
            .prop_map(|(order, card, capture)| Step::Charge { order, card, capture }),
        2 => (order.clone(), prop::option::of(amount.clone()), 0..3_u8)
            .prop_map(|(order, amount, key)| Step::Capture { order, amount, key }),
        1 => (order.clone(), 0..3_u8).prop_map(|(order, key)| Step::Cancel { order, key }),
        3 => (order.clone(), amount, 0..4_u8).prop_map(|(order, amount, key)| Step::Refund { order, amount, key }),
        1 => (order, any::<bool>()).prop_map(|(order, approved)| Step::Settle { order, approved }),
        2 => (0..4_usize, 0..FAULTS.len()).prop_map(|(call, fault)| Step::Fault { call, fault }),
        1 => prop::sample::select(vec![1_i64, 8]).prop_map(Step::Days),
    ]
}

/// The id of the only charge of a reference.
async fn charge_of(shop: &Shop, order: usize) -> Option<String> {
    let seen = shop.see(&format!("/psp/charges?reference={}", REFERENCES[order])).await;
    let list = seen["data"].as_array().expect("a list").clone();
    assert!(list.len() <= 1, "one key per order, so one charge: {list:?}");
    list.first().map(|charge| text(&charge["id"]))
}

async fn play(shop: &Shop, step: &Step) {
    let (order, path, key, body) = match step {
        Step::Charge { order, card, capture } => {
            let mut body = of_card(REFERENCES[*order], CARDS[*card]);
            body["capture"] = json!(capture);
            // The key is the order's, whatever the body says: another body under it is refused.
            let _ = read(shop.request("/charges", REFERENCES[*order], &body)).await;
            return;
        }
        Step::Settle { order, approved } => {
            if let Some(id) = charge_of(shop, *order).await {
                let outcome = if *approved { "approved" } else { "declined" };
                shop.try_control(&format!("/psp/charges/{id}/settle"), &json!({ "outcome": outcome })).await;
            }
            return;
        }
        Step::Fault { call, fault } => {
            return shop.fault(["charge", "capture", "cancel", "refund"][*call], FAULTS[*fault]).await;
        }
        Step::Days(days) => return shop.advance(days * 86_400).await,
        Step::Capture { order, amount, key } => (order, "capture", key, json!({ "amount_minor": amount })),
        Step::Cancel { order, key } => (order, "cancel", key, json!({})),
        Step::Refund { order, amount, key } => {
            (order, "refunds", key, json!({ "amount_minor": amount, "reference": format!("re_{key}") }))
        }
    };
    if let Some(id) = charge_of(shop, *order).await {
        let _ = read(shop.request(&format!("/charges/{id}/{path}"), &key.to_string(), &body)).await;
    }
}

/// Sums of the ledger by charge: taken, given back, reserved, released.
async fn sums(shop: &Shop) -> BTreeMap<String, [i64; 4]> {
    let mut sums: BTreeMap<String, [i64; 4]> = BTreeMap::new();
    for entry in shop.see("/ledger").await.as_array().expect("a list") {
        let at = match entry["kind"].as_str().expect("a kind") {
            "charge" | "capture" => 0,
            "refund" => 1,
            "authorization" => 2,
            _ => 3,
        };
        sums.entry(text(&entry["payment"])).or_default()[at] += entry["amount_minor"].as_i64().expect("cents");
    }
    sums
}

async fn check(shop: &Shop) {
    let sums = sums(shop).await;
    let charges = shop.see("/psp/charges").await["data"].as_array().expect("a list").clone();
    assert!(charges.len() <= REFERENCES.len());
    for charge in &charges {
        let number = |name: &str| charge[name].as_i64().expect("cents");
        let [taken, back, reserved, released] = sums.get(&text(&charge["id"])).copied().unwrap_or_default();
        assert_eq!((taken, back), (number("captured_minor"), number("refunded_minor")), "{charge}");
        assert!(back <= taken && taken <= 2950, "{charge}");
        let expected: fn(i64, i64, i64) -> bool = match charge["status"].as_str() {
            Some("pending" | "declined") => |taken, reserved, _| taken == 0 && reserved == 0,
            Some("authorized") => |taken, reserved, released| taken == 0 && reserved == 2950 && released == 0,
            Some("captured") => |taken, _, released| taken > 0 && released == 0,
            _ => |taken, reserved, released| taken == 0 && reserved == released,
        };
        assert!(expected(taken, reserved, released), "{charge}: {taken} {reserved} {released}");
        assert_eq!(
            charge.get("decline").map_or(Value::Null, |_| json!("declined")),
            match charge["status"].as_str() {
                Some("declined") => json!("declined"),
                _ => Value::Null,
            }
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn ledger_and_charges_agree_whatever_happens(steps in vec(step(), 1..36)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let shop = Shop::new().await;
            for step in &steps {
                play(&shop, step).await;
                check(&shop).await;
            }
            shop.advance(8 * 86_400).await;
            check(&shop).await;
            let charges = shop.see("/psp/charges?status=authorized").await;
            assert_eq!(charges["data"], json!([]), "every reservation has lapsed");
        });
    }
}
