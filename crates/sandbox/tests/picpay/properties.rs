//! Whatever is called in whatever order: one key never holds two charges, nothing is refunded that was not charged, one key
//! has one final answer, and every cent of a wallet is accounted for.

use std::collections::HashMap;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{Answer, Shop, Tokens};

/// How a call is spoilt; not every call suffers each.
const FAULTS: [&str; 12] = [
    "lost_reply",
    "reset",
    "error_500",
    "error_500_executed",
    "garbage",
    "still_processing",
    "still_processing_executed",
    "timeout",
    "timeout_executed",
    // The one that is undone later, and so worth more tries than the others.
    "late_success",
    "late_success",
    "late_success",
];
/// Close to each other, so that sums come close to their limits.
const CENTS: [i64; 5] = [1, 60, 100, 140, 2_000];
/// Few, so that they meet.
const KEYS: u8 = 2;

/// One step of a shop that has lost its mind. Charges are meant by their place in control's list.
#[derive(Clone, Debug)]
enum Step {
    Charge { key: Option<u8>, reference: Option<u8>, auto_capture: bool, cents: i64, fault: Option<&'static str> },
    Capture { charge: usize, cents: Option<i64> },
    Cancel { charge: usize },
    Refund { charge: usize, key: Option<u8>, cents: Option<i64>, fault: Option<&'static str> },
    Advance { seconds: u32 },
    Refresh,
}

fn step() -> impl Strategy<Value = Step> {
    let key = |weight| prop::option::weighted(weight, 0..KEYS);
    let cents = || prop::sample::select(CENTS.to_vec());
    let fault = |faults: &[&'static str]| prop::option::weighted(0.5, prop::sample::select(faults.to_vec()));
    let charge = (key(0.7), key(0.5), any::<bool>(), cents(), fault(&FAULTS)).prop_map(
        |(key, reference, auto_capture, cents, fault)| Step::Charge { key, reference, auto_capture, cents, fault },
    );
    let refund = (0..3_usize, key(0.3), prop::option::weighted(0.9, cents()), fault(&FAULTS[..7]))
        .prop_map(|(charge, key, cents, fault)| Step::Refund { charge, key, cents, fault });
    prop_oneof![
        6 => charge,
        2 => (0..6_usize, prop::option::of(cents())).prop_map(|(charge, cents)| Step::Capture { charge, cents }),
        1 => (0..6_usize).prop_map(|charge| Step::Cancel { charge }),
        5 => refund,
        2 => prop::sample::select(vec![1, 1, 50_000, 500_000]).prop_map(|seconds| Step::Advance { seconds }),
        1 => Just(Step::Refresh),
    ]
}

/// What the test remembers beside the sandbox.
struct Run {
    shop: Shop,
    tokens: Tokens,
    /// The first final answer of each call and key.
    finals: HashMap<(&'static str, u8), Answer>,
    /// How often a late success was scripted for a key.
    late: HashMap<u8, usize>,
}

impl Run {
    async fn new() -> Self {
        let shop = Shop::new().await;
        let long = json!({ "token_life_s": 100_000_000, "refresh_life_s": 100_000_000 });
        shop.set(long).await;
        // A late success is there a second later, and stays long enough to be met.
        shop.set(json!({ "timeout_ms": 1, "late_refund_after_ms": 40_000_000 })).await;
        let tokens = shop.connect("ana").await;
        Self { shop, tokens, finals: HashMap::new(), late: HashMap::new() }
    }

    async fn charges(&self) -> Vec<Value> {
        self.shop.see("/picpay/charges?limit=1000").await["data"].as_array().expect("a list").clone()
    }

    async fn id(&self, charge: usize) -> Value {
        self.charges().await.get(charge).map_or_else(|| json!("nothing"), |charge| charge["transaction_id"].clone())
    }

    async fn play(&mut self, step: &Step) {
        match step {
            Step::Charge { key, reference, auto_capture, cents, fault } => {
                let mut body = json!({ "value": reals(*cents), "auto_capture": auto_capture });
                if let Some(reference) = reference {
                    body["reference_id"] = json!(format!("R{reference}"));
                }
                if let (Some(key), Some("late_success")) = (key, fault) {
                    *self.late.entry(*key).or_default() += 1;
                }
                self.call("charge", *key, &body, *fault).await;
            }
            Step::Capture { charge, cents } => {
                let body = json!({ "transaction_id": self.id(*charge).await, "value": cents.map(reals) });
                self.shop.post(&self.tokens, "/capture", &body).await;
            }
            Step::Cancel { charge } => {
                let body = json!({ "transaction_id": self.id(*charge).await });
                self.shop.post(&self.tokens, "/cancel", &body).await;
            }
            Step::Refund { charge, key, cents, fault } => {
                let body = json!({ "transaction_id": self.id(*charge).await, "value": cents.map(reals) });
                self.call("refund", *key, &body, *fault).await;
            }
            Step::Advance { seconds } => self.shop.advance(*seconds).await,
            Step::Refresh => self.tokens = Tokens::of(&self.shop.refresh(&self.tokens.refresh).await),
        }
    }

    /// A call that may be spoilt; an unspoilt final answer must be the one its key has had before.
    async fn call(&mut self, call: &'static str, key: Option<u8>, body: &Value, fault: Option<&'static str>) {
        if let Some(fault) = fault {
            self.shop.fault(json!({ "call": call, "fault": fault })).await;
        }
        let request = self.shop.request(&self.tokens, &format!("/{call}"), body);
        let request = key.iter().fold(request, |request, key| request.header("x-Idempotency-Key", format!("k{key}")));
        let Ok(answer) = crate::common::read(request).await else { return };
        let is_final = !matches!(answer.status, 208 | 408 | 429 | 500..) && fault != Some("garbage");
        if let (true, Some(key)) = (is_final, key) {
            let first = self.finals.entry((call, key)).or_insert_with(|| answer.clone());
            assert_eq!(*first, answer, "one key, one final answer");
        }
    }

    async fn check(&self) {
        let charges = self.charges().await;
        let ledger = self.shop.see("/ledger").await;
        for key in 0..KEYS {
            let of_key = charges.iter().filter(|charge| charge["idempotency_key"] == json!(format!("k{key}")));
            let live = of_key.clone().filter(|charge| is_live(charge)).count();
            assert!(live <= 1, "k{key} holds {live} living charges");
            let most = 1 + self.late.get(&key).copied().unwrap_or(0);
            assert!(of_key.count() <= most, "k{key} was charged again although nothing was undone");
            let of_reference = charges.iter().filter(|charge| charge["reference_id"] == json!(format!("R{key}")));
            assert!(of_reference.filter(|charge| is_live(charge)).count() <= 1, "R{key}");
        }
        for charge in &charges {
            check_charge(charge, &ledger);
        }
        self.check_wallet(&charges).await;
    }

    /// What is missing in the wallet is what living charges hold.
    async fn check_wallet(&self, charges: &[Value]) {
        let wallet = self.shop.wallet("ana").await;
        let held = |origin: &str| -> i64 {
            let of = |funds: &Value| cents(&funds["funds"][origin]);
            let kept = |charge: &Value| of(charge) - list(&charge["refunds"]).iter().map(of).sum::<i64>();
            charges.iter().map(kept).sum()
        };
        assert_eq!(1_900 - cents(&wallet["balance_minor"]), held("balance_minor"));
        assert_eq!(cents(&wallet["card_used_minor"]), held("card_minor"));
    }
}

/// The ledger's movements of a charge agree with it, and no more went back than came.
fn check_charge(charge: &Value, ledger: &Value) {
    let moved = |kind: &str| -> Vec<i64> {
        let fits = |entry: &&Value| entry["payment"] == charge["transaction_id"] && entry["kind"] == kind;
        list(ledger).iter().filter(fits).map(|entry| cents(&entry["amount_minor"])).collect()
    };
    let [charged, reserved, captured, voided, refunded] =
        ["charge", "authorization", "capture", "void", "refund"].map(moved);
    assert_eq!(charged.len() + reserved.len(), 1, "it began once: {charge}");
    assert!(captured.len() + voided.len() <= reserved.len(), "a reservation ends once: {charge}");
    let taken: i64 = charged.iter().chain(&captured).sum();
    assert_eq!(taken, cents(&charge["captured_minor"]), "{charge}");
    assert!(taken <= cents(&charge["value_minor"]), "{charge}");
    let back: i64 = refunded.iter().sum();
    assert_eq!(back, cents(&charge["refunded_minor"]), "{charge}");
    assert!(back <= taken, "more went back than came: {charge}");
    for origin in ["balance_minor", "card_minor"] {
        let back: i64 = list(&charge["refunds"]).iter().map(|refund| cents(&refund["funds"][origin])).sum();
        assert!(back <= cents(&charge["funds"][origin]), "more went back to one origin than came from it: {charge}");
    }
}

fn is_live(charge: &Value) -> bool {
    ["AUTHORIZED", "PAID", "PARTIALLY_REFUNDED"].iter().any(|status| charge["status"] == *status)
}

fn list(value: &Value) -> &[Value] {
    value.as_array().expect("a list")
}

fn cents(value: &Value) -> i64 {
    value.as_i64().expect("cents")
}

/// An amount as the API has it.
fn reals(cents: i64) -> Value {
    serde_json::from_str(&format!("{}.{:02}", cents / 100, cents % 100)).expect("a number")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 50, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_calls_charges_a_key_twice_or_refunds_more_than_was_charged(steps in prop::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let mut run = Run::new().await;
            for step in &steps {
                run.play(step).await;
                run.check().await;
            }
            run.shop.advance(10 * 86_400).await;
            run.check().await;
            let charges = run.charges().await;
            assert!(charges.iter().all(|charge| charge["status"] != "AUTHORIZED"), "every reservation has lapsed");
        });
    }
}
