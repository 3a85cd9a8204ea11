//! The page's WebAssembly instances, at a test's hands: how much memory they hold, and how they end.
//!
//! Used by the tests of leaks and crashes. Nothing of this is in the component: the page's own `WebAssembly.instantiate` is listened to.

use crate::browser::Browser;
use crate::checkout::Checkout;
use serde_json::json;

/// Notes every instance of the component. Its QR encoder is another module and has no `mount`.
const LISTEN: &str = r#"
window.__instances = [];
const instantiate = WebAssembly.instantiate;
WebAssembly.instantiate = async (...values) => {
  const made = await instantiate.apply(WebAssembly, values);
  const { exports } = made.instance ?? made;
  if (exports.mount) window.__instances.push(exports);
  return made;
};
"#;

/// Notes the instances of every page that is opened from now on.
pub async fn note(browser: &Browser) {
    browser.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": LISTEN })).await;
}

/// How many instances of the component the page has made.
pub async fn made(browser: &Browser) -> u64 {
    number(browser, "return window.__instances.length").await
}

/// The bytes that all of them may write to.
pub async fn memory_bytes(browser: &Browser) -> u64 {
    number(browser, "return window.__instances.reduce((sum, { memory }) => sum + memory.buffer.byteLength, 0)").await
}

async fn number(browser: &Browser, script: &str) -> u64 {
    browser.run(script, vec![]).await.as_u64().expect("the page notes its instances")
}

/// Ends the newest instance as a defect of its own would: its memory is ruined, every pointer in it leads nowhere, and so the next
/// step that it takes is a trap. A press of `part` is that step, in the same task: an answer on its way would otherwise end the
/// instance before, and take the part with it.
pub async fn crash(checkout: &Checkout<'_>, part: &str) {
    checkout.part(part).await;
    let ruin = "new Uint8Array(window.__instances.at(-1).memory.buffer).fill(255); part(arguments[1]).click()";
    checkout.eval(ruin, json!(part)).await;
}
