//! Every screen, in both languages and both themes: axe finds nothing, the policy blocks nothing, and a picture is kept for people.
//!
//! The pictures are in `target/screenshots`, at 320 and 768 pixels. The server is a script here, so that every screen can be had.

use umclique_e2e::browser::Look;
use umclique_e2e::stage::Reply;
use umclique_e2e::{Stage, staged, views};
use umclique_wire::{AttemptStatus, BuyerField, Delivery, FailureCode, ProcessingReason, SessionStatus};

/// A scene's name, and the screen that it is.
const SCENES: [(&str, &str); 34] = [
    ("loading", "loading"),
    ("choosing", "choosing"),
    ("choosing-form", "choosing"),
    ("choosing-errors", "choosing"),
    ("choosing-declined", "choosing"),
    ("choosing-code-lost", "choosing"),
    ("choosing-expired", "choosing"),
    ("choosing-wallet", "choosing"),
    ("choosing-connected", "choosing"),
    ("choosing-other-account", "choosing"),
    ("choosing-card", "choosing"),
    ("confirming", "confirming"),
    ("redirect", "redirect"),
    ("await-sent", "await"),
    ("await-delivered", "await"),
    ("await-read", "await"),
    ("await-phone", "await"),
    ("waiting-unknown", "waiting"),
    ("waiting-provider", "waiting"),
    ("closing", "closing"),
    ("qr", "qr"),
    ("qr-link", "qr"),
    ("qr-image", "qr"),
    ("qr-checked", "qr"),
    ("qr-ending", "qr"),
    ("qr-ended", "qr"),
    ("qr-phone", "qr"),
    ("paid", "paid"),
    ("authorized", "authorized"),
    ("failed", "failed"),
    ("canceled", "canceled"),
    ("expired", "expired"),
    ("update", "update"),
    ("problem", "problem"),
];

/// Lets the script tell the scene, and opens the shop on it.
async fn enter(stage: &Stage, scene: &str, query: &str) {
    let all_fields = [BuyerField::Name, BuyerField::Email, BuyerField::TaxId];
    match scene {
        "loading" => stage.answer(Reply::Silence),
        "choosing" | "confirming" => stage.say(views::choosing(&[])),
        "choosing-form" | "choosing-errors" => stage.say(views::choosing(&all_fields)),
        "choosing-wallet" => stage.say(views::wallet(None)),
        "choosing-connected" | "choosing-other-account" => stage.say(views::wallet(Some("a…@example.com"))),
        "choosing-card" => stage.say(views::cards(&["4242", "0002"])),
        "redirect" => stage.say(views::redirect()),
        "await-sent" | "await-phone" => stage.say(views::await_buyer(Delivery::Sent)),
        "await-delivered" => stage.say(views::await_buyer(Delivery::Delivered)),
        "await-read" => stage.say(views::await_buyer(Delivery::Read)),
        "choosing-declined" => stage.say(views::after(FailureCode::Declined)),
        "choosing-code-lost" => stage.say(views::after(FailureCode::CodeUnusable)),
        "choosing-expired" => stage.say(views::after(FailureCode::Expired)),
        "waiting-unknown" => stage.say(views::processing(ProcessingReason::Confirming)),
        "waiting-provider" => stage.say(views::processing(ProcessingReason::Provider)),
        "closing" => stage.say(views::processing(ProcessingReason::Closing)),
        "qr" | "qr-checked" => stage.say(views::qr()),
        "qr-link" | "qr-phone" => stage.say(views::qr_link()),
        "qr-image" => stage.say(views::qr_image()),
        "qr-ending" => stage.say(views::qr_ending("2026-12-05T12:04:00Z")),
        "qr-ended" => stage.say(views::qr_ending("2026-12-05T12:00:00Z")),
        "paid" => stage.say(views::ended(SessionStatus::Succeeded, AttemptStatus::Succeeded)),
        "authorized" => stage.say(views::ended(SessionStatus::RequiresCapture, AttemptStatus::RequiresCapture)),
        "failed" => stage.say(umclique_wire::SessionView { methods: vec![], ..views::after(FailureCode::Declined) }),
        "canceled" => stage.say(views::ended(SessionStatus::Canceled, AttemptStatus::Canceled)),
        "expired" => stage.say(views::ended(SessionStatus::Expired, AttemptStatus::Expired)),
        "update" => stage.say(views::unknown_action()),
        "problem" => stage.answer(Reply::Problem(404, "session_unknown")),
        other => panic!("no scene {other}"),
    }
    stage.check_out(query).await;
}

/// What the buyer does before the scene is complete.
async fn act(stage: &Stage, scene: &str) {
    let checkout = stage.checkout();
    match scene {
        "choosing-errors" => {
            checkout.part("pay").await;
            checkout.click("pay").await;
            checkout.part("error").await;
        }
        "confirming" => {
            checkout.part("pay").await;
            stage.answer(Reply::Silence);
            checkout.click("pay").await;
        }
        "choosing-wallet" | "choosing-connected" => checkout.click("method-picpay_wallet").await,
        "choosing-card" => checkout.choose_card("0002").await,
        "choosing-other-account" => {
            checkout.click("method-picpay_wallet").await;
            checkout.click("other-account").await;
        }
        "qr-checked" => checkout.click("check-now").await,
        "qr-ended" => {
            checkout.part("new-code").await;
        }
        _ => {}
    }
}

async fn walk(stage: &Stage, lang: &str) {
    stage.say(views::choosing(&[]));
    stage.browser.look(Look { width: 768, is_dark: false, is_phone: false }).await;
    stage.check_out(&format!("?lang={lang}")).await;
    stage.checkout().wait_for(&["choosing"]).await;
    stage.browser.screenshot("screenshots", &format!("shop-{lang}")).await;
    for (scene, screen) in SCENES {
        let is_phone = scene.ends_with("-phone");
        stage.browser.look(Look { width: 768, is_dark: false, is_phone }).await;
        enter(stage, scene, &format!("?lang={lang}")).await;
        act(stage, scene).await;
        stage.checkout().wait_for(&[screen]).await;
        for is_dark in [false, true] {
            let theme = if is_dark { "dark" } else { "light" };
            for width in [320, 768] {
                stage.browser.look(Look { width, is_dark, is_phone }).await;
                let picture = format!("{scene}-{lang}-{theme}-{width}");
                stage.browser.screenshot_of("return document.getElementById('element')", "screenshots", &picture).await;
            }
            stage.axe.expect_nothing(&stage.browser, &format!("{scene}, {lang}, {theme}")).await;
        }
        assert_eq!(stage.checkout().screen().await.as_deref(), Some(screen), "{scene} stayed");
        stage.browser.expect_clean(&format!("{scene}, {lang}")).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_is_accessible_and_within_the_policy_in_portuguese() {
    let name = "every_screen_is_accessible_and_within_the_policy_in_portuguese";
    staged(name, async |stage| walk(stage, "pt-BR").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_screen_is_accessible_and_within_the_policy_in_english() {
    let name = "every_screen_is_accessible_and_within_the_policy_in_english";
    staged(name, async |stage| walk(stage, "en").await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_screen_is_wider_than_a_small_phone() {
    staged("no_screen_is_wider_than_a_small_phone", async |stage| {
        for (scene, screen) in SCENES {
            stage.browser.look(Look { width: 320, is_dark: false, is_phone: scene.ends_with("-phone") }).await;
            enter(stage, scene, "").await;
            act(stage, scene).await;
            stage.checkout().wait_for(&[screen]).await;
            let width = stage.browser.run("return document.documentElement.scrollWidth", vec![]).await;
            assert!(width.as_u64().is_some_and(|width| width <= 320), "{scene} is {width} px wide");
        }
    })
    .await;
}
