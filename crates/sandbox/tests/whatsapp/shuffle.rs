//! A property: whatever is reported in whatever order, an order follows the documented table, and what is captured stays so.

use proptest::collection::vec;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::common::{Shop, report};

const STATES: [&str; 6] = ["pending", "processing", "partially_shipped", "shipped", "completed", "canceled"];
const PAYMENTS: [&str; 3] = ["pending", "captured", "failed"];

/// What may follow, written down a second time: 0 is yes, else the code.
fn rule(from: &str, to: &str, payment: Option<&str>) -> i64 {
    let (paid, waiting) = (payment == Some("captured"), payment == Some("pending"));
    let rank = |state: &str| STATES.iter().position(|one| *one == state).expect("a state");
    match (from, to) {
        (from, to) if from == to => 0,
        ("completed" | "canceled", _) | (_, "pending") => 2046,
        ("pending" | "processing", "canceled") => {
            if paid || waiting {
                2047
            } else {
                0
            }
        }
        (_, "canceled") => {
            if paid {
                2047
            } else {
                0
            }
        }
        ("pending", "completed") => 2046,
        (from, to) => {
            if rank(from) < rank(to) {
                0
            } else {
                2046
            }
        }
    }
}

fn payment_rule(from: Option<&str>, to: &str) -> i64 {
    if from == Some("captured") && to != "captured" { 2046 } else { 0 }
}

#[derive(Clone, Debug)]
struct Report {
    order: Option<&'static str>,
    payment: Option<&'static str>,
}

fn reports() -> impl Strategy<Value = Report> {
    let order = prop::option::of(prop::sample::select(STATES.to_vec()));
    let payment = prop::option::of(prop::sample::select(PAYMENTS.to_vec()));
    (order, payment).prop_map(|(order, payment)| Report { order, payment })
}

/// What the table says of a report, and the state afterwards.
fn expected(
    report: &Report,
    state: (&'static str, Option<&'static str>),
) -> (i64, (&'static str, Option<&'static str>)) {
    let mut next = state;
    let mut refusal = 0;
    if let Some(to) = report.payment {
        refusal = payment_rule(next.1, to);
        next.1 = Some(to);
    }
    if let Some(to) = report.order.filter(|_| refusal == 0) {
        refusal = rule(next.0, to, next.1);
        next.0 = to;
    }
    if refusal == 0 { (0, next) } else { (refusal, state) }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_reports_leaves_the_table(steps in vec(reports(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let shop = Shop::new().await;
            shop.set(json!({ "late_errors": [] })).await;
            shop.ask("A").await;
            let mut state = ("pending", None);
            for step in &steps {
                let mut parameters = json!({});
                if let Some(order) = step.order { parameters["order"] = json!({ "status": order }); }
                if let Some(payment) = step.payment { parameters["payment"] = json!({ "status": payment }); }
                let (status, answer) = shop.send(&report("A", parameters)).await;
                if step.order.is_none() && step.payment.is_none() {
                    assert_eq!(answer["error"]["code"], 131_008);
                    continue;
                }
                let (refusal, next) = expected(step, state);
                let found = if status == 200 { 0 } else { answer["error"]["code"].as_i64().expect("a code") };
                assert_eq!(found, refusal, "{state:?} then {step:?}");
                state = next;
                let order = shop.order("A").await;
                assert_eq!((&order["status"], &order["payment"]), (&json!(state.0), &state.1.map_or(Value::Null, Value::from)));
            }
        });
    }
}
