//! What fifty mounts and unmounts leave behind: nothing. Counted by the browser itself, after it collected its garbage.

use serde_json::{Value, json};
use umclique_e2e::{Browser, Stage, instances, staged, until, views};

const MOUNTS: u32 = 50;
/// Compiled code, caches and the like settle during the first mounts.
const WARM_UP: u32 = 50;
/// One that enters while the one before it is still leaving, and one more: what was left is used again, so these are enough.
const AT_ONCE: u32 = 3;
/// A few bytes for each mount are the browser's own bookkeeping. Source of the comparison: Adyen's Drop-in grows by 273 KB.
const MOST_GROWTH_BYTES: u64 = 40_000;

/// Mounts, waits for the screen `arguments[2]`, unmounts; `arguments[0]` times, and `arguments[1]` elements at once.
const MOUNT: &str = r#"
const [times, atOnce, screen, done] = arguments;
const settled = (element) => new Promise((resolve) => {
  const look = () => element.shadowRoot?.querySelector(`[data-screen=${screen}]`) ? resolve() : setTimeout(look, 5);
  look();
});
(async () => {
  const session = window.session ??= await umcliqueLab.order();
  for (let count = 0; count < times; count += 1) {
    const elements = Array.from({ length: atOnce }, () => document.createElement("umclique-checkout"));
    for (const element of elements) element.session = session;
    document.getElementById("place").append(...elements);
    await Promise.all(elements.map(settled));
    for (const element of elements) element.remove();
    await new Promise((resolve) => setTimeout(resolve));
  }
  return document.querySelectorAll("umclique-checkout").length;
})().then(done, (error) => done(String(error)));
"#;

#[derive(Clone, Copy, Debug)]
struct Counts {
    nodes: u64,
    listeners: u64,
    heap_bytes: u64,
    wasm_bytes: u64,
}

/// Mounts and unmounts.
async fn mount(stage: &Stage, screen: &str, times: u32, at_once: u32) {
    let left = stage.browser.run_async(MOUNT, vec![json!(times), json!(at_once), json!(screen)]).await;
    assert_eq!(left, json!(0));
}

async fn counts(browser: &Browser) -> Counts {
    // What is found by the first collection to be finalised goes with the second one.
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let dom: Value = browser.cdp("Memory.getDOMCounters", json!({})).await;
    let heap: Value = browser.cdp("Runtime.getHeapUsage", json!({})).await;
    Counts {
        nodes: number(&dom["nodes"]),
        listeners: number(&dom["jsEventListeners"]),
        heap_bytes: number(&heap["usedSize"]) + number(&heap["backingStorageSize"]),
        wasm_bytes: instances::memory_bytes(browser).await,
    }
}

/// How many objects the page keeps alive; a promise, a function and an array are objects too.
async fn objects(browser: &Browser) -> u64 {
    let group = json!({ "objectGroup": "count" });
    let kind = json!({ "expression": "Object.prototype", "objectGroup": "count" });
    let kind = browser.cdp("Runtime.evaluate", kind).await["result"]["objectId"].clone();
    let query = json!({ "prototypeObjectId": kind, "objectGroup": "count" });
    let found = browser.cdp("Runtime.queryObjects", query).await["objects"]["objectId"].clone();
    let length = json!({ "objectId": found, "functionDeclaration": "function() { return this.length }" });
    let count = browser.cdp("Runtime.callFunctionOn", length).await;
    browser.cdp("Runtime.releaseObjectGroup", group).await;
    number(&count["result"]["value"])
}

/// A number that the browser writes with or without a fraction.
fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| format!("{:.0}", value.as_f64()?).parse().ok())
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// Mounts this screen fifty times, and looks at what is left.
async fn expect_nothing_left(stage: &Stage, screen: &str, view: umclique_wire::SessionView) {
    stage.say(view);
    instances::note(&stage.browser).await;
    stage.browser.open(&stage.page("/bare")).await;
    let idle_streams = stage.open_streams();
    mount(stage, screen, 2, AT_ONCE).await;
    mount(stage, screen, WARM_UP, 1).await;
    let (objects_before, before) = (objects(&stage.browser).await, counts(&stage.browser).await);
    mount(stage, screen, MOUNTS, 1).await;
    let mut after = before;
    until(&format!("nothing is left of {MOUNTS} mounts; before: {before:?}"), async || {
        after = counts(&stage.browser).await;
        eprintln!("{screen}, after {MOUNTS} mounts: {after:?}, before: {before:?}");
        (after.nodes <= before.nodes && after.listeners <= before.listeners).then_some(())
    })
    .await;
    let growth = after.heap_bytes.saturating_sub(before.heap_bytes);
    assert!(growth < MOST_GROWTH_BYTES, "the heap grew by {growth} bytes");
    let more = objects(&stage.browser).await.saturating_sub(objects_before);
    assert!(more < u64::from(MOUNTS), "{more} objects were left: at least one by each mount");
    assert_eq!(after.wasm_bytes, before.wasm_bytes, "the component's own memory grew");
    until("every status stream is closed", async || (stage.open_streams() <= idle_streams).then_some(())).await;
    stage.browser.expect_clean("mounting and unmounting").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_mounts_leave_no_node_no_listener_no_stream_and_no_heap() {
    let name = "fifty_mounts_leave_no_node_no_listener_no_stream_and_no_heap";
    staged(name, async |stage| expect_nothing_left(stage, "qr", views::qr()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_mounts_on_the_way_to_picpay_leave_nothing() {
    let name = "fifty_mounts_on_the_way_to_picpay_leave_nothing";
    staged(name, async |stage| expect_nothing_left(stage, "redirect", views::redirect()).await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_mounts_while_an_order_waits_in_a_chat_leave_nothing() {
    let name = "fifty_mounts_while_an_order_waits_in_a_chat_leave_nothing";
    let view = views::await_buyer(umclique_wire::Delivery::Read);
    staged(name, async |stage| expect_nothing_left(stage, "await", view).await).await;
}
