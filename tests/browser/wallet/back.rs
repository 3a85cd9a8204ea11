//! The way back: who goes on by itself, once; what is cleaned up after it; and who is led to the server's own page.

use super::{CODE, SESSION, Tab, address, keep, nonce, open_at, went};
use crate::fake::{json, keys, last, made, push, refuse, release, run_out, say, settle, streams_open};
use crate::samples::attempt_id;
use crate::samples::wallet::{charging_view, redirect_view, second_redirect_view, wallet_session};
use umclique_wire::{SessionStatus, SessionView};
use wasm_bindgen_test::wasm_bindgen_test;

/// How long a page may take to say where its server is.
const WAIT_MS: u32 = 500;

fn paid() -> SessionView {
    SessionView { status: SessionStatus::Succeeded, ..charging_view(9) }
}

#[wasm_bindgen_test]
async fn the_browser_that_went_goes_on_by_itself_and_cleans_its_address() {
    let mut tab = Tab::back();
    refuse("resume", 1, "");
    tab.arrive(Some(SESSION), "");
    tab.page.mount();
    tab.page.until_screen("waiting").await;
    tab.page.until("the answer", |_| made("POST resume") == 1).await;
    assert!(address().contains("umclique_return"), "nobody knows yet whether it was taken");
    let body = format!(r#"{{"round":0,"attempt":"{}","return_code":"{CODE}","nonce":"the-nonce"}}"#, attempt_id('a'));
    assert_eq!(last("POST resume", "body"), body);
    say(&json(&charging_view(3)));
    release();
    tab.page.until("a clean address", |_| address() == "?order=1001#pay").await;
    push(&json(&paid()));
    tab.page.until_screen("paid").await;
    assert_eq!((made("POST resume"), nonce(SESSION).as_str(), went().as_str()), (1, "", ""));
    assert!(!tab.page.news.borrow().join(" ").contains("the-nonce"));
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let mut tab = Tab::back();
    refuse("resume", 0, "");
    tab.page.mount();
    tab.page.until("the second try", |_| made("POST resume") == 2).await;
    assert_eq!(keys("POST resume"), 1);
    assert!(!tab.page.heard("umclique-failed"));
}

#[wasm_bindgen_test]
async fn a_reload_in_the_middle_asks_again_and_a_round_that_is_taken_is_only_read() {
    let mut tab = Tab::back();
    refuse("resume", 1, "");
    tab.page.mount();
    tab.page.until("the first answer", |_| made("POST resume") == 1).await;
    refuse("resume", 409, r#"{"code":"not_asked"}"#);
    tab.arrive(Some(SESSION), "");
    tab.page.unmount();
    tab.page.mount();
    tab.page.until("the second answer", |_| made("POST resume") == 2).await;
    say(&json(&charging_view(3)));
    tab.page.until_screen("waiting").await;
    tab.page.until("the session was read", |_| address() == "?order=1001#pay").await;
    assert_eq!(made("POST resume"), 2);
    assert!(!tab.page.heard("umclique-failed"));
}

#[wasm_bindgen_test]
async fn a_reload_after_the_answer_was_taken_sends_nothing_and_cleans_the_address() {
    let mut tab = Tab::back();
    say(&json(&paid()));
    tab.arrive(Some(SESSION), "");
    tab.page.mount();
    tab.page.until_screen("paid").await;
    tab.page.until("a clean address", |_| address() == "?order=1001#pay").await;
    assert_eq!((made("POST resume"), nonce(SESSION).as_str()), (0, ""));
}

#[wasm_bindgen_test]
async fn a_consent_that_is_not_this_browsers_says_so_and_leaves_the_choice() {
    let mut tab = Tab::back();
    refuse("resume", 422, r#"{"code":"invalid_fields","errors":[{"field":"return_code","detail":"x"}]}"#);
    tab.page.mount();
    tab.page.until_screen("redirect").await;
    assert!(tab.page.text("notice").contains("Nothing was charged."), "{}", tab.page.text("notice"));
    assert!(tab.page.part("pay").is_none());
    say(&json(&wallet_session(4, &[])));
    tab.page.click("leave");
    tab.page.until_screen("choosing").await;
    assert_eq!((made("POST resume"), made("POST cancel"), went().as_str()), (1, 1, ""));
}

#[wasm_bindgen_test]
async fn another_consent_for_the_same_attempt_is_not_answered_by_the_old_one() {
    let mut tab = Tab::back();
    say(&json(&redirect_view(2)));
    refuse("resume", 1, "");
    tab.page.mount();
    tab.page.until("the answer", |_| made("POST resume") == 1).await;
    say(&json(&second_redirect_view(4)));
    release();
    tab.page.until_screen("redirect").await;
    settle().await;
    assert_eq!((made("POST resume"), went().as_str()), (1, ""));
    assert!(tab.page.text("method").starts_with("Your connection to PicPay has ended"));
}

#[wasm_bindgen_test]
async fn a_browser_without_the_nonce_is_led_to_the_servers_own_page() {
    let query = format!("?umclique_session={SESSION}&umclique_return={CODE}");
    let there = |server: &str| format!("replace {server}/v1/checkout_sessions/{SESSION}/return?umclique_return={CODE}");
    for (session, server, expected) in [
        (Some(SESSION), "https://pay.shop.example/", there("https://pay.shop.example")),
        (Some(SESSION), "", there("")),
        (Some("cs_ffffffffffffffff"), "", there("")),
        (None, "https://pay.shop.example", there("https://pay.shop.example")),
    ] {
        let tab = Tab::at(&query, &redirect_view(2));
        keep("cs_ffffffffffffffff", "of another session");
        tab.arrive(session, server);
        assert_eq!(went(), expected, "{session:?} {server}");
    }
    let tab = Tab::at(&query, &redirect_view(2));
    tab.arrive(None, "");
    assert_eq!(went(), "", "a page may still say where its server is");
    tab.arrive(None, "https://pay.shop.example");
    assert_eq!(went(), there("https://pay.shop.example"));
    assert_eq!(run_out(WAIT_MS), 0, "and is not led away twice");
    drop(tab);
    let tab = Tab::at(&query, &redirect_view(2));
    tab.arrive(None, "");
    assert_eq!(run_out(WAIT_MS), 1);
    assert_eq!(went(), there(""));
}

#[wasm_bindgen_test]
async fn an_address_that_we_did_not_make_leads_nowhere() {
    for query in [
        format!("?umclique_session=../x&umclique_return={CODE}"),
        format!("?umclique_session=cs_1&umclique_return={CODE}"),
        format!("?umclique_return={CODE}"),
        "?order=1001".to_owned(),
    ] {
        let tab = Tab::at(&query, &redirect_view(2));
        keep(SESSION, "the-nonce");
        tab.arrive(Some(SESSION), "");
        assert_eq!((went().as_str(), address(), nonce(SESSION).as_str()), ("", query.clone(), "the-nonce"), "{query}");
    }
    // No code of ours: the same as none.
    let tab = Tab::at(&format!("?umclique_session={SESSION}&umclique_return=%2F..%2Fx"), &redirect_view(2));
    tab.arrive(Some(SESSION), "");
    assert_eq!((went().as_str(), address().as_str()), ("", ""));
}

#[wasm_bindgen_test]
async fn a_visit_that_came_to_nothing_is_not_tried_in_a_circle() {
    let mut tab = Tab::at(&format!("?umclique_session={SESSION}"), &redirect_view(2));
    keep(SESSION, "the-nonce");
    tab.arrive(Some(SESSION), "");
    tab.page.mount();
    tab.page.until_screen("redirect").await;
    say(&json(&wallet_session(3, &[])));
    tab.page.click("pay");
    tab.page.until_screen("choosing").await;
    assert_eq!((made("POST cancel"), went().as_str()), (1, ""));
    open_at("?order=1001");
    assert_eq!(streams_open(), 0);
}
