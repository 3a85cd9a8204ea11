//! The same key: the buyer's page asks again, and the server sends the very same again.

use super::*;
use crate::on_both;
use reqwest::Response;

on_both! {
    the_same_key_charges_once_or_never;
}

async fn the_same_key_charges_once_or_never(world: World) {
    let world = patient_picpay(world).await;
    for first in FIRST {
        let session = opened(&world, first).await;
        script(&world, first).await;
        let press = key();
        let told = bytes(world.press_wallet(&session, &press, json!({})).await).await;
        let is_settled = ["success", FINAL, "unauthorized", "delay"].contains(&first);
        let says_so = told.contains("\"reason\":");
        assert_eq!(says_so, !is_settled, "{first}: nobody says paid or failed before it is known: {told}");
        assert_eq!(bytes(world.press_wallet(&session, &press, json!({})).await).await, told, "{first}");
        assert_once_or_never(&world, &session, first).await;
        assert_eq!(bytes(world.press_wallet(&session, &press, json!({})).await).await, told, "{first}: for ever");
        assert_once_or_never(&world, &session, first).await;
    }
    world.finish().await;
}

async fn bytes(answer: Response) -> String {
    assert!(answer.status().is_success(), "{answer:?}");
    answer.text().await.expect("a body")
}
