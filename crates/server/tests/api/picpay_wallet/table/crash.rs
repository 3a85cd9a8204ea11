//! After a crash: the first one who tried was killed when PicPay had answered, or before it was asked; a successor finds the row.

use super::wire::{Cut, Wire};
use super::*;
use crate::on_both;
use crate::process::{Server, program};
use umclique_server::args;
use umclique_server::store::attempts;
use umclique_wire::{AttemptId, AttemptStatus};

on_both! {
    a_crash_charges_once_or_never;
}

/// The program is killed with all these tries under way, each of which PicPay has taken as its row says.
async fn a_crash_charges_once_or_never(world: World) {
    let mut world = patient_picpay(world).await;
    let mut tries = vec![("never sent", Cut::Before, opened(&world, "success").await)];
    for first in FIRST {
        tries.push((first, Cut::After, opened(&world, first).await));
    }
    let wire = Wire::to(format!("{}/picpay", world.sandbox.url())).await;
    world.pause_server().await;
    let mut command = program(&world);
    // Nobody gives up waiting before the kill.
    command.env("UMCLIQUE_PICPAY_BASE_URL", &wire.url).env("UMCLIQUE_PICPAY_TIMEOUT_MS", "20000");
    let server = Server::start(command).await;
    let mut presses = Vec::new();
    for (first, cut, session) in &tries {
        if *cut == Cut::After {
            script(&world, first).await;
        }
        wire.cut(*cut);
        let request = world.one_click_at(&server.address, session, &key());
        presses.push(tokio::spawn(async move { request.send().await.is_err() }));
        wire.until_cut().await;
    }
    server.kill().await;
    for press in presses {
        assert!(press.await.expect("no panic"), "nobody was told anything");
    }
    world.resume_server().await;
    for (first, _, session) in &tries {
        assert_left_behind(&world, session, first).await;
    }
    // The time of the dead one's leases is over.
    let mut tx = world.server.payments.db.begin().await.expect("the database answers");
    tx.execute("update attempts set lease_until = 0", args![]).await.expect("written");
    tx.commit().await.expect("written");
    for (first, _, session) in &tries {
        assert_once_or_never(&world, session, first).await;
    }
    world.finish().await;
}

/// On its way, for all that the row says.
async fn assert_left_behind(world: &World, session: &Opened, first: &str) {
    let id = text(&world.session(session).await["attempt"]["id"]);
    let mut tx = world.server.payments.db.read().await.expect("the database answers");
    let id = AttemptId::parse(&id).expect("an id");
    let attempt = attempts::get(&mut tx, &id).await.expect("read").expect("it is there");
    let found = (attempt.status, attempt.unknown_since_ms, attempt.provider_reference);
    assert_eq!(found, (AttemptStatus::Sending, None, None), "{first}");
    assert!(attempt.lease.until_real_ms > world.server.payments.clock.real_ms(), "{first}: it is still held");
}
