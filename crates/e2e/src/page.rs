//! The shop's page as a buyer uses it. Used by both worlds.

use crate::browser::Browser;
use crate::wait::until;
use serde_json::json;

/// More than any cart needs to be emptied and filled.
const MOST_PRESSES: usize = 20;

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

/// Signs in to Ana's account at the top of the shop's page, if nobody is signed in.
pub async fn sign_in(browser: &Browser) {
    let look = "return document.getElementById('account')?.dataset.deed ?? null";
    let deed =
        until("the page knows who is signed in", async || browser.run(look, vec![]).await.as_str().map(str::to_owned));
    if deed.await == "sign-in" {
        browser.click("#account").await;
    }
    until("Ana is signed in", async || (browser.run(look, vec![]).await == json!("sign-out")).then_some(())).await;
}

/// Fills the cart, by its own buttons, with one piece of one product.
pub async fn put_in_cart(browser: &Browser, product: &str) {
    // The next button to press, if the cart is not right yet.
    let find = "const rows = [...document.querySelectorAll('#products li')].map((row) => {
            const [fewer, more] = row.querySelectorAll('button');
            const count = Number(row.querySelector('output').textContent);
            return { fewer, more, count, wanted: fewer.dataset.step === `${arguments[0]}-1` ? 1 : 0 };
        });
        if (rows.length === 0) return null;
        const wrong = rows.find(({ count, wanted }) => count !== wanted);
        return wrong ? `[data-step='${(wrong.count < wrong.wanted ? wrong.more : wrong.fewer).dataset.step}']` : '';";
    for _ in 0..MOST_PRESSES {
        let next = until("the shop's cart is drawn", async || {
            browser.run(find, vec![json!(product)]).await.as_str().map(str::to_owned)
        });
        match next.await.as_str() {
            "" => return,
            button => browser.click(button).await,
        }
    }
    panic!("the cart holds more than one {product} after {MOST_PRESSES} presses");
}

/// Leaves the order on the page, and checks out the same cart once more. Gives the new order's reference.
pub async fn check_out_again(browser: &Browser) -> String {
    browser.click("#again").await;
    until("the shop's page begins anew", async || {
        let is_new = "return document.getElementById('pay')?.hidden === true && document.querySelectorAll('#products li').length > 0";
        (browser.run(is_new, vec![]).await == json!(true)).then_some(())
    })
    .await;
    browser.click("#checkout").await;
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
