//! Reservations that nobody captures: they lapse at PicPay after five days.

use crate::on_both;
use crate::world::{World, key, ok, problem, text};
use reqwest::Method;
use serde_json::{Value, json};

on_both! {
    a_reservation_that_nobody_captures_lapses_after_five_days;
    a_reservation_whose_login_lapsed_is_a_persons_until_the_buyer_connects_again;
}

const DAY_S: i64 = 86_400;

async fn a_reservation_that_nobody_captures_lapses_after_five_days(world: World) {
    let world = world.with_wallet().await;
    // A leap in time is no time in which the worker could renew a login.
    world.control("picpay/settings", json!({"refresh_life_s": 90_000_000})).await;
    let session = world.open_for(Some("buyer-1"), json!({"capture": "manual"})).await;
    let reserved = world.connect_and_pay(&session, "ana").await;
    let payment = text(&reserved["attempt"]["id"]);
    assert_eq!(reserved["status"], "requires_capture", "{reserved}");
    world.advance(5 * DAY_S - 600).await;
    let seen = ok(world.buyer(&session, Method::GET, "/status?check=true").send().await).await;
    assert_eq!(seen["status"], "requires_capture", "the session's own day is over, and nothing lapsed yet: {seen}");
    world.advance(1_200).await;
    let ended = world.until(&session, "canceled").await;
    assert_eq!(ended["attempt"]["status"], "canceled", "{ended}");
    let told = world.until_received("payment.canceled").await;
    let about = (&told.data["id"], &told.data["status"], &told.data["captured_minor"]);
    assert_eq!(about, (&json!(payment), &json!("canceled"), &json!(0)));
    assert!(world.received().iter().all(|event| event.kind != "payment.failed"), "the shop is told once");
    let read = world.payment(&payment).await;
    assert_eq!((&read["provider_code"], &read["flags"]), (&json!("EXPIRED"), &json!([])), "{read}");
    assert_eq!(world.charges(&payment).await[0]["status"], "EXPIRED");
    assert_eq!((world.ledger_sum("void", &payment).await, world.ledger_sum("capture", &payment).await), (6_000, 0));
    problem(world.ask(&payment, "capture", json!({})).await, 422).await;
    world.finish().await;
}

async fn a_reservation_whose_login_lapsed_is_a_persons_until_the_buyer_connects_again(world: World) {
    let world = world.with_wallet().await;
    let session = world.open_for(None, json!({"capture": "manual"})).await;
    let payment = text(&world.connect_and_pay(&session, "ana").await["attempt"]["id"]);
    world.expire("ana", "access").await;
    world.expire("ana", "refresh").await;
    world.advance(6 * DAY_S).await;
    world.until_payment(&payment, "a question", |it| it["timeline"].to_string().contains("status")).await;
    let flagged = |it: &Value| it["attention"] == json!(["unanswered"]);
    for _ in 0..2 {
        world.buyer(&session, Method::GET, "/status?check=true").send().await.expect("an answer");
        world.advance(3_700).await;
    }
    world.buyer(&session, Method::GET, "/status?check=true").send().await.expect("an answer");
    let read = world.until_payment(&payment, "a person to be asked", flagged).await;
    assert_eq!(read["status"], "requires_capture", "that time is over proves nothing by itself: {read}");
    let again = world.open_for(None, json!({})).await;
    world.connect_and_pay(&again, "ana").await;
    let ended = world.until(&session, "canceled").await;
    assert_eq!(ended["attempt"]["status"], "canceled", "{ended}");
    assert_eq!(world.payment(&payment).await["attention"], json!([]));
    let refused = world.ask_as(&key(), &payment, "capture", json!({})).await;
    problem(refused, 422).await;
    world.finish().await;
}
