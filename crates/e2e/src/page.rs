//! The shop's page as a buyer uses it. Used by both worlds.

use crate::browser::Browser;
use crate::wait::until;
use serde_json::json;

/// Picks who buys and checks out on the shop's page. Gives the order's reference.
pub async fn check_out(browser: &Browser, buyer: &str) -> String {
    until("the shop's cart is drawn", async || {
        let rows = browser.run("return document.querySelectorAll('#products li').length", vec![]).await;
        rows.as_u64().filter(|rows| *rows > 0)
    })
    .await;
    let pick = "const box = document.getElementById('buyer'); box.value = arguments[0]; box.dispatchEvent(new Event('change'))";
    browser.run(pick, vec![json!(buyer)]).await;
    let button = browser.element("return document.getElementById('checkout')", vec![]).await.expect("a button");
    button.click().await.expect("the button can be clicked");
    reference(browser).await
}

/// The reference of the order on the page, once there is one.
pub async fn reference(browser: &Browser) -> String {
    until("the shop has an order", async || {
        let script =
            "return document.getElementById('pay').hidden ? '' : document.getElementById('reference').textContent";
        browser.run(script, vec![]).await.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    })
    .await
}

/// The events of the element that the page has logged, as in `umclique-ready`.
pub async fn events(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('#log li')].map((row) => row.textContent)";
    let rows = browser.run(script, vec![]).await;
    rows.as_array().into_iter().flatten().filter_map(|row| row.as_str().map(str::to_owned)).collect()
}

/// Waits for an event of this name, and gives its row in the log.
pub async fn event(browser: &Browser, name: &str) -> String {
    until(&format!("the page hears {name}"), async || events(browser).await.into_iter().find(|row| row.contains(name)))
        .await
}
