//! The shop takes the element off its page while the bank asks: nothing of April's stays behind, and nobody speaks any more.

use serde_json::{Value, json};
use umclique_e2e::april::{self, April};
use umclique_e2e::{Browser, journey, until};

/// Frames, places for frames, and slots that we would have left.
const REST: &str = "return document.querySelectorAll('iframe, [id^=umclique-widget-], slot, umclique-checkout').length";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removal_in_the_middle_of_a_challenge_leaves_nothing() {
    journey("removal_in_the_middle_of_a_challenge_leaves_nothing", async |world| {
        let reference = world.check_out_in_dollars().await;
        let checkout = world.checkout();
        let april = April::of(world, &checkout);
        april.open().await;
        april.pay_by(april::ASKS).await;
        checkout.wait_for(&["challenge"]).await;
        april.bank().sees("challenge-approve").await;
        let payment = world.open_payment(&reference).await;
        world.browser.run("window.gone = document.getElementById('element'); gone.remove()", vec![]).await;
        until("nothing is left on the page", async || {
            (world.browser.run(REST, vec![]).await == json!(0)).then_some(())
        })
        .await;

        // The buyer passes the challenge on another device: the page that has no element any more hears nothing of it.
        let order = world.april_order(&payment).await;
        let challenge = order["transactions"][0]["challenges"][0]["id"].as_str().expect("a challenge").to_owned();
        world.sandbox.post(&format!("/_control/april/challenges/{challenge}/approve"), json!({})).await;
        assert_eq!(world.browser.run(REST, vec![]).await, json!(0));
        assert_eq!(world.ledger("charge").await.len(), 0, "without the buyer's page nobody finishes it");

        // The same session in the same element finds the challenge again, and it is over at once.
        world.browser.run("document.getElementById('pay').append(gone)", vec![]).await;
        checkout.wait_for(&["paid"]).await;
        assert_eq!(world.ledger("charge").await.len(), 1);
        assert_eq!(world.payments(&reference).await.len(), 1);
        assert_eq!(world.browser.seen().await, Vec::<String>::new());
        assert_ne!(world.order(&reference).await["session"], Value::Null);
    })
    .await;
}

const MOUNTS: u32 = 10;

/// An element for a new order on the empty page: nobody there writes down what it says.
const MAKE: &str = r#"
const [done] = arguments;
umcliqueLab.order(2).then((session) => {
  const element = document.createElement("umclique-checkout");
  element.setAttribute("script-hosts", document.body.dataset.scriptHosts);
  element.session = session;
  document.getElementById("place").append(element);
  window.mounted = element;
}).then(() => done("done"), (error) => done(String(error)));
"#;

/// Takes the element with its form off and puts it up again, `arguments[0]` times. A form is there when its frame has asked for more
/// room than it had at first. The driver is not asked to look for it: what it has found once, it keeps.
const MOUNT: &str = r#"
const [times, done] = arguments;
const until = async (isTrue) => { while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 5)); };
const height = () => parseInt(document.querySelector("iframe")?.style.height ?? "0");
(async () => {
  for (let count = 0; count < times; count += 1) {
    mounted.remove();
    await until(() => !document.querySelector("iframe"));
    document.getElementById("place").append(mounted);
    await until(() => height() > 320 && mounted.shadowRoot.querySelector("[data-screen=token]"));
  }
})().then(() => done("done"), (error) => done(String(error)));
"#;

/// Nodes and listeners that the browser keeps alive, after it collected its garbage.
async fn counts(browser: &Browser) -> [u64; 2] {
    for _ in 0..2 {
        browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    }
    let counters = browser.cdp("Memory.getDOMCounters", json!({})).await;
    ["nodes", "jsEventListeners"].map(|name| counters[name].as_u64().expect("a number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forms_that_were_taken_off_leave_no_node_and_no_listener() {
    journey("forms_that_were_taken_off_leave_no_node_and_no_listener", async |world| {
        world.browser.open(&world.page("/bare?currency=AUD&lang=en")).await;
        assert_eq!(world.browser.run_async(MAKE, vec![]).await, json!("done"));
        let checkout = world.checkout();
        April::of(world, &checkout).open().await;
        assert_eq!(world.browser.run_async(MOUNT, vec![json!(MOUNTS)]).await, json!("done"));
        let before = counts(&world.browser).await;
        assert_eq!(world.browser.run_async(MOUNT, vec![json!(MOUNTS)]).await, json!("done"));
        until(&format!("nothing is left of {MOUNTS} forms; before: {before:?}"), async || {
            let after = counts(&world.browser).await;
            eprintln!("nodes and listeners: {after:?}, before: {before:?}");
            (after[0] <= before[0] && after[1] <= before[1]).then_some(())
        })
        .await;
        world.browser.expect_clean("mounting and unmounting").await;
    })
    .await;
}
