//! What fifty mounts and unmounts leave behind: nothing. Counted by the browser itself, after it collected its garbage.

use serde_json::{Value, json};
use umclique_e2e::{Browser, staged, until, views};

const MOUNTS: u32 = 50;
/// Compiled code, caches and the like settle during the first mounts.
const WARM_UP: u32 = 10;
/// A few bytes for each mount are the browser's own bookkeeping. Source of the comparison: Adyen's Drop-in grows by 273 KB.
const MOST_GROWTH_BYTES: u64 = 40_000;

/// Mounts, waits for the code, unmounts; `arguments[0]` times.
const MOUNT: &str = r#"
const [times, done] = arguments;
const settled = (element) => new Promise((resolve) => {
  const look = () => element.shadowRoot?.querySelector("[data-screen=qr]") ? resolve() : setTimeout(look, 5);
  look();
});
(async () => {
  const session = window.session ??= await umcliqueLab.order();
  for (let count = 0; count < times; count += 1) {
    const element = document.createElement("umclique-checkout");
    element.session = session;
    document.getElementById("place").append(element);
    await settled(element);
    element.remove();
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
}

async fn counts(browser: &Browser) -> Counts {
    browser.cdp("HeapProfiler.collectGarbage", json!({})).await;
    let dom: Value = browser.cdp("Memory.getDOMCounters", json!({})).await;
    let heap: Value = browser.cdp("Runtime.getHeapUsage", json!({})).await;
    Counts {
        nodes: number(&dom["nodes"]),
        listeners: number(&dom["jsEventListeners"]),
        heap_bytes: number(&heap["usedSize"]) + number(&heap["backingStorageSize"]),
    }
}

/// A number that the browser writes with or without a fraction.
fn number(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| format!("{:.0}", value.as_f64()?).parse().ok())
        .unwrap_or_else(|| panic!("{value} is no number"))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_mounts_leave_no_node_no_listener_no_stream_and_no_heap() {
    staged("fifty_mounts_leave_no_node_no_listener_no_stream_and_no_heap", async |stage| {
        stage.say(views::qr());
        stage.browser.open(&stage.page("/bare")).await;
        let idle_streams = stage.open_streams();
        assert_eq!(stage.browser.run_async(MOUNT, vec![json!(WARM_UP)]).await, json!(0));
        let before = counts(&stage.browser).await;
        assert_eq!(stage.browser.run_async(MOUNT, vec![json!(MOUNTS)]).await, json!(0));
        let mut after = before;
        until(&format!("nothing is left of {MOUNTS} mounts; before: {before:?}"), async || {
            after = counts(&stage.browser).await;
            eprintln!("after {MOUNTS} mounts: {after:?}, before: {before:?}");
            (after.nodes <= before.nodes && after.listeners <= before.listeners).then_some(())
        })
        .await;
        let growth = after.heap_bytes.saturating_sub(before.heap_bytes);
        assert!(growth < MOST_GROWTH_BYTES, "the heap grew by {growth} bytes");
        until("every status stream is closed", async || (stage.open_streams() <= idle_streams).then_some(())).await;
        stage.browser.expect_clean("mounting and unmounting").await;
    })
    .await;
}
