//! Random changes of good bodies, from a printed seed: whatever comes out, the answer is never a fault.

use super::{confirm, post, refusal, send};
use crate::buyers::Dice;
use crate::on_both;
use crate::world::{TAX_ID, World, session_body, text};
use serde_json::{Value, json};

on_both! {
    random_changes_of_good_bodies_are_never_faults;
}

async fn random_changes_of_good_bodies_are_never_faults(world: World) {
    let seed = u64::from(std::process::id());
    eprintln!("seed {seed}");
    let mut dice = Dice::new(seed);
    let full = session_body(json!({"items": [{"id": "a", "name": "Café", "quantity": 1, "unit_amount_minor": 12_345}],
        "buyer": {"id": "1", "phone": "+5511999998888", "tax_id": TAX_ID, "birth_date": "1990-12-31"},
        "metadata": {"a": "b"}, "methods": ["picpay_qr"], "capture": "automatic", "locale": "pt-BR",
        "expires_in_s": 3_600, "goods": "physical", "billing_address": {"city": "São Paulo"},
        "provider_data": {"epag": {"extra_data": {"a": [1, 2.5, null]}}}}));
    let session = world.open(json!({})).await;
    let pay = json!({"method": "picpay_qr", "details": {"name": "Ana", "email": "a@b.c", "tax_id": TAX_ID,
        "birth_date": "1990-12-31"}});
    let mut taken = 0;
    for turn in 0..300 {
        let is_pay = turn % 3 == 0;
        let mut body = if is_pay { pay.clone() } else { full.clone() };
        for _ in 0..=dice.roll(2) {
            change(&mut body, &mut dice);
        }
        let mut bytes = body.to_string().into_bytes();
        if dice.roll(8) == 0 {
            let length = u64::try_from(bytes.len()).expect("a short body");
            let at = usize::try_from(dice.roll(length)).expect("an index");
            bytes[at] = u8::try_from(dice.roll(256)).expect("a byte");
        }
        let what = String::from_utf8_lossy(&bytes).into_owned();
        let request = if is_pay { confirm(&world, &session) } else { post(&world, "/v1/checkout_sessions") };
        let answer = send(request.body(bytes)).await;
        if answer.status().is_success() {
            taken += 1;
        } else {
            let status = answer.status().as_u16();
            assert!((400..500).contains(&status), "{status} for {what}");
            refusal(answer, status, &what).await;
        }
    }
    assert!(taken > 0, "some changes do no harm");
    if let Some(attempt) = world.session(&session).await["attempt"]["id"].as_str() {
        world.leave(&session, attempt).await;
        world.until(&session, "requires_payment_method").await;
    }
    world.finish().await;
}

/// Changes one value somewhere in `value`: replaces, drops, renames or adds.
fn change(value: &mut Value, dice: &mut Dice) {
    let goes_deeper = dice.roll(4) != 0;
    match value {
        Value::Object(fields) if !fields.is_empty() && goes_deeper => {
            let names: Vec<String> = fields.keys().cloned().collect();
            let name = dice.pick(&names).clone();
            match dice.roll(6) {
                0 => drop(fields.remove(&name)),
                1 => drop(fields.insert(text(&strange(dice, true)), json!(1))),
                _ => change(fields.get_mut(&name).expect("a name from the list"), dice),
            }
        }
        Value::Array(list) if !list.is_empty() && goes_deeper => change(&mut list[0], dice),
        other => *other = strange(dice, false),
    }
}

/// A value that programs trip over.
fn strange(dice: &mut Dice, only_text: bool) -> Value {
    let long = "ç".repeat(2_000);
    let texts = [
        "",
        "\u{0}",
        "a\u{0}b",
        "null",
        "-1",
        "\u{202e}",
        "\u{fffd}",
        "💸",
        "'; drop table sessions; --",
        "%00",
        "\n",
        "9999999999999999999999",
        "../../etc/passwd",
        "{{7*7}}",
        "<script>",
        "BRL",
        "1990-12-31",
        &long,
    ];
    if only_text || dice.roll(2) == 0 {
        return json!(dice.pick(&texts));
    }
    let others = [
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(1.5),
        json!(i64::MIN),
        json!(u64::MAX),
        json!(1e300),
        json!([]),
        json!({}),
        json!([[[[]]]]),
        json!({"": {"": ""}}),
        json!(12_345),
    ];
    dice.pick(&others).clone()
}
