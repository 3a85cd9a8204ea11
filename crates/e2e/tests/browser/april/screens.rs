//! Every state of a payment through April, in both languages and both themes: axe finds nothing outside of April's frame, the policy
//! blocks nothing, nothing is wider than a small phone, and a picture is kept for people in `target/screenshots`.

use serde_json::json;
use umclique_e2e::april::{self, April};
use umclique_e2e::browser::Look;
use umclique_e2e::frame::Frame;
use umclique_e2e::{World, journey};

/// Two frames more: what a resized page draws, and what the frame of another origin draws in its new place.
const DRAWN: &str = "requestAnimationFrame(() => requestAnimationFrame(() => arguments[0]()))";

/// Photographs the element, all of it in sight: a browser does not draw another origin's frame where nobody looks.
async fn photograph(world: &World, name: &str, look: Look) {
    world.browser.look(look).await;
    let metrics = json!({ "width": look.width, "height": 2400, "deviceScaleFactor": 1, "mobile": false });
    world.browser.cdp("Emulation.setDeviceMetricsOverride", metrics).await;
    let checkout = world.checkout();
    // A frame that waits for its next use is hidden, and has no height.
    let is_shown = "return part('widget')?.checkVisibility({ visibilityProperty: true }) === true";
    if checkout.eval(is_shown, json!(null)).await == json!(true) && checkout.frame().await.is_some() {
        Frame::of(&world.browser, &checkout, &[]).fits().await;
    }
    world.browser.run_async(DRAWN, vec![]).await;
    world.browser.screenshot_of("return document.getElementById('element')", "screenshots", name).await;
}

/// Judges and photographs what is on the screen.
async fn look(world: &World, lang: &str, name: &str, screen: &str) {
    let checkout = world.checkout();
    checkout.wait_for(&[screen]).await;
    for is_dark in [false, true] {
        let theme = if is_dark { "dark" } else { "light" };
        for width in [320, 768] {
            let picture = format!("april-{name}-{lang}-{theme}-{width}");
            photograph(world, &picture, Look { width, is_dark, is_phone: false }).await;
            let wide = world.browser.run("return document.documentElement.scrollWidth - innerWidth", vec![]).await;
            assert_eq!(wide, json!(0), "{name}, {width} px, {theme}: the page is wider than the screen");
        }
        world.axe.expect_nothing(&world.browser, &format!("April {name}, {lang}, {theme}")).await;
    }
    world.browser.look(Look { width: 768, is_dark: false, is_phone: false }).await;
    assert_eq!(checkout.screen().await.as_deref(), Some(screen), "{name} stayed");
    world.browser.expect_clean(&format!("April {name}, {lang}")).await;
}

/// From the choice to the form, with a script that comes late, and one that does not come.
async fn walk_to_the_form(world: &World, april: &April<'_>, lang: &str) {
    let checkout = world.checkout();
    look(world, lang, "choosing", "choosing").await;
    world.april_fault(json!({ "call": "script", "fault": "error_503", "times": 1 })).await;
    checkout.click("pay").await;
    checkout.part("retry").await;
    look(world, lang, "script-failed", "token").await;
    world.april_settings(json!({ "script": "late" })).await;
    checkout.click("retry").await;
    look(world, lang, "loading", "token").await;
    world.sandbox.post("/_control/april/script/release", json!({})).await;
    april.form().sees("card-number").await;
    world.april_settings(json!({ "script": "ok", "report_field_errors": true })).await;
    look(world, lang, "form", "token").await;
}

/// Everything that can happen with a form, and the end.
async fn walk_to_the_end(world: &World, april: &April<'_>, lang: &str) {
    let checkout = world.checkout();
    april.form().click("tab-payplan").await;
    look(world, lang, "instalments", "token").await;
    april.form().click("tab-paycard").await;
    // The form was told to tell of its fields' errors only once it is opened anew.
    world.browser.client.refresh().await.expect("a reload");
    april.form().sees("card-number").await;
    checkout.click("pay").await;
    checkout.part("notice").await;
    look(world, lang, "field-errors", "token").await;
    april.pay_by(april::DECLINED).await;
    april.form().sees("card-number").await;
    checkout.part("notice").await;
    look(world, lang, "declined", "token").await;

    april.pay_by(april::ASKS).await;
    checkout.wait_for(&["challenge"]).await;
    april.bank().sees("challenge-approve").await;
    look(world, lang, "challenge", "challenge").await;
    april.bank().click("challenge-close").await;
    checkout.wait_for(&["token"]).await;
    april.form().sees("card-number").await;
    look(world, lang, "challenge-closed", "token").await;

    world.april_settings(json!({ "settle": "pending" })).await;
    april.pay_by(april::PAYS).await;
    look(world, lang, "bank", "waiting").await;
    let transactions = world.april_orders().await[0]["transactions"].take();
    let last = transactions.as_array().and_then(|all| all.last()).expect("the last card is being charged");
    let id = last["transaction_id"].as_str().expect("an id");
    world.sandbox.post(&format!("/_control/april/transactions/{id}/settle"), json!({})).await;
    look(world, lang, "paid", "paid").await;
}

async fn walk(world: &World, lang: &str) {
    world.browser.look(Look { width: 768, is_dark: false, is_phone: false }).await;
    world.check_out(&format!("?currency=AUD&lang={lang}"), april::BUYER).await;
    let checkout = world.checkout();
    let april = April::of(world, &checkout);
    walk_to_the_form(world, &april, lang).await;
    walk_to_the_end(world, &april, lang).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_card_payment_is_accessible_and_within_the_policy_in_english() {
    let name = "every_state_of_a_card_payment_is_accessible_and_within_the_policy_in_english";
    journey(name, async |world| walk(world, "en").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_state_of_a_card_payment_is_accessible_and_within_the_policy_in_portuguese() {
    let name = "every_state_of_a_card_payment_is_accessible_and_within_the_policy_in_portuguese";
    journey(name, async |world| walk(world, "pt-BR").await).await;
}
