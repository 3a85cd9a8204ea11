//! A trap ends an instance of the WebAssembly for good. The element goes on with another one, from where the server says the payment stands.

use serde_json::json;
use umclique_e2e::{Checkout, instances, page, staged, until, views};
use umclique_wire::{AttemptStatus, SessionStatus};

/// Marks the card that is drawn, so that another one can be told from it.
async fn mark(checkout: &Checkout<'_>) {
    checkout.eval("card.isOld = true", json!(null)).await;
}

/// Waits for a card that another instance has drawn.
async fn wait_for_another_card(checkout: &Checkout<'_>, screen: &str) {
    until(&format!("another instance shows {screen}"), async || {
        let script = "return card !== null && !card.isOld && card.dataset.screen === arguments[1]";
        (checkout.eval(script, json!(screen)).await == json!(true)).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_crash_the_same_code_is_there_again_and_news_of_it_come() {
    staged("after_a_crash_the_same_code_is_there_again_and_news_of_it_come", async |stage| {
        stage.say(views::qr());
        instances::note(&stage.browser).await;
        stage.check_out("").await;
        let checkout = stage.checkout();
        checkout.wait_for(&["qr"]).await;
        let code = checkout.qr().await;
        mark(&checkout).await;
        instances::crash(&checkout, "leave").await;
        wait_for_another_card(&checkout, "qr").await;
        assert_eq!(checkout.qr().await, code);
        assert_eq!(instances::made(&stage.browser).await, 2);

        // The dead instance hears it too, and traps again; that is no crash of the living one.
        stage.say(views::ended(SessionStatus::Succeeded, AttemptStatus::Succeeded));
        checkout.wait_for(&["paid"]).await;
        page::event(&stage.browser, "umclique-paid").await;
        assert_eq!(instances::made(&stage.browser).await, 2);
        let seen = stage.browser.seen().await;
        assert!(!seen.is_empty() && seen.iter().all(|line| line.contains("RuntimeError")), "{seen:#?}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_third_crash_leaves_the_fallback_and_says_so() {
    staged("the_third_crash_leaves_the_fallback_and_says_so", async |stage| {
        stage.say(views::choosing(&[]));
        instances::note(&stage.browser).await;
        stage.check_out("").await;
        let checkout = stage.checkout();
        for made in [1, 2] {
            checkout.part("pay").await;
            assert_eq!(instances::made(&stage.browser).await, made);
            mark(&checkout).await;
            instances::crash(&checkout, "pay").await;
            wait_for_another_card(&checkout, "choosing").await;
        }
        instances::crash(&checkout, "pay").await;
        assert!(page::event(&stage.browser, "umclique-error").await.contains("crashed"));
        let is_shown = "return card === null && host.querySelector('[slot=fallback]').checkVisibility()";
        assert_eq!(checkout.eval(is_shown, json!(null)).await, json!(true));
        assert_eq!(instances::made(&stage.browser).await, 3);
    })
    .await;
}
