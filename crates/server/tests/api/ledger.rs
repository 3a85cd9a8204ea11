//! Random buyers, retries and faults: in the end the provider's ledger and our books agree to the cent.

use crate::buyers::{Dice, Door, compare, script_faults, settle_everything};
use crate::on_both;
use crate::world::{World, key};
use futures::future::join_all;

on_both! {
    the_ledger_and_the_books_agree_after_faults;
}

async fn the_ledger_and_the_books_agree_after_faults(world: World) {
    let world = world.with_random_wallets().await.with_random_chats().await;
    let seed = u64::from(std::process::id());
    eprintln!("seed {seed}");
    let mut dice = Dice::new(seed);
    let door = Door::of(&world);
    let mut sessions = Vec::new();
    for round in 0..4 {
        let mut opened = Vec::new();
        for _ in 0..6 {
            opened.push(door.open(&mut dice).await);
        }
        for step in 0..6 {
            script_faults(&world, &mut dice).await;
            let acts = opened.iter().enumerate().map(|(index, session)| {
                let mut dice = Dice::new(seed ^ (round * 1_000 + step * 100 + u64::try_from(index).expect("small")));
                let door = door.clone();
                async move {
                    let mut last_key = key();
                    for _ in 0..2 {
                        door.act(session, &mut last_key, &mut dice).await;
                    }
                }
            });
            join_all(acts).await;
        }
        sessions.append(&mut opened);
        world.advance(400).await;
    }
    settle_everything(&world, &mut sessions).await;
    compare(&world, &sessions).await;
    world.finish().await;
}
