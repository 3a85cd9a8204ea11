//! The harness of the tests in a real browser: it starts the programs on free ports and drives Chromium through its driver.
//!
//! Used by the tests and the benchmark of this package only. [`journey`] gives a test everything, from the sandbox to the browser;
//! [`staged`] puts a script where the server would be, so that every screen can be reached. Nothing leaves loopback.
//!
//! `UMCLIQUE_E2E_COMPONENT` names the packaged component, `UMCLIQUE_E2E_AXE` axe-core's `axe.min.js`, `UMCLIQUE_E2E_REACT` React's
//! bundle. Without them a test is skipped and says so; with `CI=true` that is a failure.

pub mod april;
pub mod axe;
pub mod browser;
pub mod checkout;
pub mod frame;
pub mod http;
pub mod instances;
pub mod page;
pub mod picpay;
pub mod process;
pub mod server;
pub mod stage;
pub mod tools;
pub mod views;
pub mod wait;
pub mod whatsapp;
pub mod wishes;
pub mod world;

pub use april::April;
pub use browser::Browser;
pub use checkout::Checkout;
pub use stage::Stage;
pub use wait::until;
pub use whatsapp::Chat;
pub use wishes::{Edition, Wishes};
pub use world::World;

use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use tools::Tools;

/// A buyer's CPF with fitting check digits.
pub const TAX_ID: &str = "529.982.247-25";

/// Runs a test against sandbox, server, shop and browser. `name` is the test's, for what it leaves behind when it fails.
pub async fn journey(name: &str, test: impl AsyncFnOnce(&World)) {
    journey_with(Wishes::default(), name, test).await;
}

/// Like [`journey`], with a server that is configured so.
pub async fn journey_with(wishes: Wishes, name: &str, test: impl AsyncFnOnce(&World)) {
    let (Some(tools), Some(server)) = (Tools::find(), tools::server()) else { return };
    let world = World::start(tools, &server, wishes).await;
    let outcome = AssertUnwindSafe(test(&world)).catch_unwind().await;
    if outcome.is_err() {
        world.browser.report(name).await;
        world.report().await;
    }
    world.stop().await;
    finish(outcome);
}

/// Runs a test in a browser whose element talks to a script instead of the server.
pub async fn staged(name: &str, test: impl AsyncFnOnce(&Stage)) {
    on_stage(Tools::find(), name, test).await;
}

/// Like [`staged`], for what measures and judges no page: axe-core and React may be missing.
pub async fn measured(name: &str, measurement: impl AsyncFnOnce(&Stage)) {
    on_stage(Tools::find_without_axe(), name, measurement).await;
}

async fn on_stage(tools: Option<Tools>, name: &str, test: impl AsyncFnOnce(&Stage)) {
    let Some(tools) = tools else { return };
    let stage = Stage::start(&tools).await;
    let outcome = AssertUnwindSafe(test(&stage)).catch_unwind().await;
    if outcome.is_err() {
        stage.browser.report(name).await;
    }
    stage.stop().await;
    finish(outcome);
}

fn finish(outcome: std::thread::Result<()>) {
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
