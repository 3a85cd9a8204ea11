//! The browser's back button: whoever leaves the code and comes back sees the same attempt, not a second one. Once from the browser's
//! memory, where the page sleeps as it was, and once by loading the page anew.

use serde_json::{Value, json};
use umclique_e2e::{World, journey, page};

/// How the browser comes by the page that the buyer goes back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Return {
    /// The page slept in the browser's memory: it hears `pageshow`, and nothing is loaded.
    Woken,
    /// The page was thrown away, and is loaded once more.
    Loaded,
}

/// A mark that only a page which slept still has. A page that listens to `unload` is not kept by any browser on a desk.
const MARK: &str = "window.wasHere = true; if (arguments[0]) window.addEventListener('unload', () => {})";

/// Goes from the code to another page of the shop.
async fn leave(world: &World, how: Return) {
    world.browser.run(MARK, vec![json!(how == Return::Loaded)]).await;
    world.browser.open(&world.page("/bare")).await;
    assert_eq!(world.browser.run("return document.querySelector('umclique-checkout')", vec![]).await, Value::Null);
}

/// Presses "back".
async fn come_back(world: &World, how: Return) {
    world.browser.client.back().await.expect("there is a page before this one");
    let was_here = world.browser.run("return window.wasHere === true", vec![]).await;
    assert_eq!(was_here, json!(how == Return::Woken), "the page is {how:?}");
}

/// The code is there again, then it is paid while the buyer is away, and that is there as well.
async fn leave_and_come_back_twice(world: &World, how: Return) {
    let reference = world.check_out("", "Ana Souza").await;
    let checkout = world.checkout();
    checkout.show_qr().await;
    let (code, payment) = (checkout.qr().await, world.open_payment(&reference).await);

    leave(world, how).await;
    come_back(world, how).await;
    checkout.wait_for(&["qr"]).await;
    assert_eq!(checkout.qr().await, code);
    assert_eq!(page::reference(&world.browser).await, reference);
    assert_eq!(world.open_payment(&reference).await["id"], payment["id"]);

    leave(world, how).await;
    world.payer(&reference, "pay").await;
    world.webhook(&reference, "payment.succeeded").await;
    come_back(world, how).await;
    checkout.wait_for(&["paid"]).await;

    assert_eq!(world.payments(&reference).await.len(), 1);
    assert_eq!(world.provider_payments().await.len(), 1);
    assert_eq!(world.ledger("charge").await.len(), 1);
    world.browser.expect_clean(&format!("back to a page that is {how:?}")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_to_a_page_that_slept_goes_on_with_the_same_attempt() {
    let name = "back_to_a_page_that_slept_goes_on_with_the_same_attempt";
    journey(name, async |world| leave_and_come_back_twice(world, Return::Woken).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn back_to_a_page_that_is_loaded_anew_goes_on_with_the_same_attempt() {
    let name = "back_to_a_page_that_is_loaded_anew_goes_on_with_the_same_attempt";
    journey(name, async |world| leave_and_come_back_twice(world, Return::Loaded).await).await;
}
