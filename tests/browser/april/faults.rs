//! What a script, a frame or an answer may do wrong: the buyer reads it, nothing is charged, and there is a way on.

use super::{
    April, SCRIPT_MS, SILENCE_MS, bring, checkouts, error, is_disabled, look, paid, script, script_ends, scripts_asked,
    submits, token,
};
use crate::fake::{json, keys, made, refuse, run_out, say, settle};
use crate::samples::{COLLECTS, challenge_view, collecting_view};
use umclique_wire::NextAction;
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn whatever_an_error_is_the_buyer_may_try_again() {
    let april = April::open().await;
    let page = &april.page;
    for kind in ["text", "nothing", "object", "number", "hostile"] {
        page.click("pay");
        page.until("the press", |page| page.text("pay") == "Checking the details").await;
        error(0, kind);
        page.until(&format!("the notice about {kind}"), |page| {
            page.text("notice").starts_with("The card form reported a problem") && !is_disabled(page)
        })
        .await;
    }
    assert!(page.part("retry").is_some() && !page.heard("umclique-failed"), "an error is no decline");
    page.click("retry");
    page.until("a fresh frame", |page| checkouts() == 2 && look(page) == "ready").await;
    assert!(page.part("notice").is_none());
    token(1, "", "");
    page.until("an empty token is an error", |page| page.part("notice").is_some()).await;
}

#[wasm_bindgen_test]
async fn a_frame_that_breaks_before_it_stands_can_be_put_up_again() {
    for mode in ["error-before-render", "throws"] {
        let april = April::without_script(&collecting_view(2, COLLECTS));
        bring(mode);
        let april = april.shown().await;
        let page = &april.page;
        page.until("the way to try again", |page| page.part("retry").is_some()).await;
        assert!(page.text("notice").starts_with("The card form could not be loaded"), "{mode}");
        assert!(page.part("pay").is_none() && page.part("leave").is_some());
        assert!(page.heard(r#"umclique-error {"code":"widget-failed"}"#));
        page.until("an empty light", |page| page.host.child_element_count() == 0).await;
        bring("");
        page.click("retry");
        april.until_ready().await;
    }
}

#[wasm_bindgen_test]
async fn a_script_that_does_not_come_is_asked_for_again_and_only_from_hosts_that_are_named() {
    let mut view = collecting_view(2, COLLECTS);
    let Some(NextAction::CollectToken(widget)) = &mut view.next_action else { panic!("a sample") };
    widget.script_url = "http://127.0.0.1:1/april.js".to_owned();
    widget.script_integrity = Some("sha384-x".to_owned());
    let april = April::without_script(&view).shown().await;
    let page = &april.page;
    page.until("the refusal", |page| page.heard(r#"umclique-error {"code":"script-blocked"}"#)).await;
    assert_eq!(scripts_asked(), 0, "a host that nobody named");
    *page.script_hosts.borrow_mut() = "pay.example, 127.0.0.1:1".to_owned();
    for (nth, how) in [(1, "404"), (2, "empty"), (3, "never")] {
        page.until("the way to try again", |page| page.part("retry").is_some()).await;
        page.click("retry");
        page.until("another script", |_| scripts_asked() == nth).await;
        assert_eq!((script("integrity"), script("crossOrigin")), ("sha384-x".to_owned(), "anonymous".to_owned()));
        if how == "never" {
            assert_eq!(run_out(SCRIPT_MS), 1);
        } else {
            script_ends(how);
        }
        page.until(&format!("the failure: {how}"), |page| page.part("retry").is_some()).await;
        assert!(page.text("notice").contains("Nothing was charged."));
        assert!(page.heard(r#"umclique-error {"code":"script-failed"}"#));
    }
    page.click("retry");
    page.until("the fourth script", |_| scripts_asked() == 4).await;
    script_ends("here");
    april.until_ready().await;
}

#[wasm_bindgen_test]
async fn a_script_without_its_helpers_works_as_far_as_it_goes() {
    let april = April::without_script(&collecting_view(2, COLLECTS));
    bring("bare");
    let april = april.shown().await;
    april.until_ready().await;
    let page = &april.page;
    assert_eq!(checkouts(), 1, "the script's own object is the checkout");
    page.click("pay");
    page.until("a press without a function is an error", |page| page.part("notice").is_some()).await;
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    say(&json(&challenge_view(3, COLLECTS + 1)));
    page.click("pay");
    page.until_screen("challenge").await;
    page.until("the way to try again", |page| page.part("retry").is_some()).await;
    assert!(page.text("notice").starts_with("The card form could not be loaded"));
}

#[wasm_bindgen_test]
async fn a_silent_frame_gives_the_button_back_and_a_late_token_waits_for_the_press() {
    let april = April::open().await;
    let page = &april.page;
    page.click("pay");
    page.until("the press", |_| submits(0) == 1).await;
    assert_eq!(run_out(SILENCE_MS), 1);
    page.until("the notice", |page| page.text("notice").starts_with("The card form has not answered yet")).await;
    assert!(!is_disabled(page) && look(page) == "ready", "it may still ask for something");
    page.click("pay");
    page.until("the second press", |_| submits(0) == 2).await;
    assert_eq!(run_out(SILENCE_MS), 1);
    page.until("the button", |page| !is_disabled(page)).await;
    token(0, "ptkn_late", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    assert_eq!(made("POST resume"), 0);
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_sent_again_under_its_key_and_is_no_decline() {
    let april = April::open().await;
    let page = &april.page;
    refuse("resume", 0, "");
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    page.click("pay");
    page.until("the doubt", |page| page.text("panel").contains("Do not pay again")).await;
    page.until("the second try", |_| made("POST resume") == 2).await;
    assert_eq!(keys("POST resume"), 1);
    assert!(made("GET session") >= 2, "the session is read before anything is sent again");
    assert!(!page.heard("umclique-failed"));
}

#[wasm_bindgen_test]
async fn an_answer_that_nobody_asked_for_any_more_only_reads_the_session() {
    let april = April::open().await;
    let page = &april.page;
    say(&json(&paid()));
    refuse("resume", 409, r#"{"code":"not_asked"}"#);
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    page.click("pay");
    page.until_screen("paid").await;
    assert_eq!(made("POST resume"), 1);
}

#[wasm_bindgen_test]
async fn a_refused_answer_takes_its_token_along() {
    let april = April::open().await;
    let page = &april.page;
    refuse("resume", 429, r#"{"code":"too_many_requests"}"#);
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    page.click("pay");
    page.until("the notice", |page| page.text("notice").starts_with("Too many tries in a row")).await;
    page.until("a fresh frame", |page| checkouts() == 2 && look(page) == "ready").await;
    token(0, "ptkn_1", "Card");
    settle().await;
    assert_eq!(page.text("pay"), "Pay A$600.00");
    assert_eq!(made("POST resume"), 1);
}
