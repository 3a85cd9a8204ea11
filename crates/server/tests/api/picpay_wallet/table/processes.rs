//! From another process: PostgreSQL has a second server at the same time, SQLite the next one, both of them the program itself.

use super::*;
use crate::on_both;
use crate::process::{Server, program};
use reqwest::Response;

on_both! {
    another_process_charges_once_or_never;
}

async fn another_process_charges_once_or_never(mut world: World) {
    world = patient_picpay(world).await;
    if world.database.is_shared() {
        let other = Server::start(program(&world)).await;
        for first in FIRST {
            let session = opened(&world, first).await;
            script(&world, first).await;
            let press = key();
            // The retry does not wait for the first answer, as after a lost connection.
            let one = world.press_wallet(&session, &press, json!({}));
            let (one, again) = tokio::join!(one, press_at(&world, &other, &session, &press));
            assert_all_the_same(first, [one, again]).await;
            assert_all_the_same(first, [press_at(&world, &other, &session, &press).await]).await;
            press_anew(&world, &other, &session, first).await;
            assert_once_or_never(&world, &session, first).await;
        }
        other.terminate();
        other.ended().await;
    } else {
        for first in FIRST {
            let session = opened(&world, first).await;
            script(&world, first).await;
            let press = key();
            let one = world.press_wallet(&session, &press, json!({})).await;
            world.pause_server().await;
            let other = Server::start(program(&world)).await;
            let again = press_at(&world, &other, &session, &press).await;
            assert_all_the_same(first, [one, again]).await;
            press_anew(&world, &other, &session, first).await;
            other.terminate();
            other.ended().await;
            world.resume_server().await;
            assert_once_or_never(&world, &session, first).await;
        }
    }
    world.finish().await;
}

async fn press_at(world: &World, server: &Server, session: &Opened, key: &str) -> Response {
    world.one_click_at(&server.address, session, key).send().await.expect("an answer")
}

/// A press of its own, as after a reload of the page. A final refusal leads back to choosing, where it would begin another
/// attempt.
async fn press_anew(world: &World, server: &Server, session: &Opened, first: &str) {
    if first != FINAL {
        press_at(world, server, session, &key()).await;
    }
}

/// Whoever answers says the same, or that the first one still runs.
async fn assert_all_the_same<const N: usize>(first: &str, answers: [Response; N]) {
    let mut told = BTreeSet::new();
    for answer in answers {
        let (status, body) = (answer.status(), answer.text().await.expect("a body"));
        match status.as_u16() {
            200 => drop(told.insert(body)),
            409 => assert!(body.contains("idempotency_key_in_use"), "{first}: {body}"),
            _ => panic!("{first}: {status} {body}"),
        }
    }
    assert!(told.len() <= 1, "{first}: one key, one answer, not {told:?}");
}
