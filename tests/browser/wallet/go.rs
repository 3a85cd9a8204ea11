//! The press that leads away: what is kept and sent before it, and who is not sent away.

use super::{SESSION, Tab, hash, keep, lack, nonce, open_at, went};
use crate::fake::{
    fire_shown_again, json, keys, last, made, push, redirect, refuse, release, run_out, say, settle, streams_open,
};
use crate::samples::wallet::{PICPAY, charging_view, redirect_view, wallet_session};
use crate::samples::{attempt_id, declined_view, processing_view, session};
use umclique_wire::{FailureCode, ProcessingReason, SessionView};
use wasm_bindgen_test::wasm_bindgen_test;

const ANA: &str = "a•••@example.com";
/// How long a screen stands before a slow charge is spoken of.
const LINGERING_MS: u32 = 8_000;

async fn choosing(accounts: &[Option<&str>]) -> Tab {
    let mut tab = Tab::new(&wallet_session(1, accounts));
    tab.page.mount();
    tab.page.until_screen("choosing").await;
    tab
}

#[wasm_bindgen_test]
async fn the_press_keeps_a_nonce_sends_its_hash_once_and_goes_to_picpay() {
    let tab = choosing(&[]).await;
    assert_eq!(tab.page.text("pay"), "Continue to PicPay");
    say(&json(&redirect_view(2)));
    refuse("confirm", 1, "");
    for _ in 0..20 {
        tab.page.click("pay");
    }
    tab.page.until("the request", |_| made("POST confirm") == 1).await;
    let kept = nonce(SESSION);
    assert!(
        kept.len() == 32 && kept.bytes().all(|byte| byte.is_ascii_hexdigit()),
        "128 bits stand there before anything is sent"
    );
    assert_eq!(went(), "", "nobody leaves before the server has spoken");
    release();
    tab.page.until("the way to PicPay", |_| !went().is_empty()).await;
    settle().await;
    assert_eq!(went(), format!("assign {PICPAY}"));
    assert_eq!(made("POST confirm"), 1);
    let body = format!(r#"{{"method":"picpay_wallet","details":{{"nonce_sha256":"{}"}}}}"#, hash(&kept).await);
    assert_eq!(last("POST confirm", "body"), body);
    assert_ne!(last("POST confirm", "key"), kept, "the nonce is nothing that was sent");
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_asked_for_again_with_the_same_nonce() {
    let tab = choosing(&[]).await;
    refuse("confirm", 0, "");
    tab.page.click("pay");
    tab.page.until("the first try", |_| made("POST confirm") == 1).await;
    let body = last("POST confirm", "body");
    tab.page.until("the second try", |_| made("POST confirm") == 2).await;
    assert_eq!((keys("POST confirm"), last("POST confirm", "body")), (1, body));
}

#[wasm_bindgen_test]
async fn another_press_has_another_nonce() {
    let tab = choosing(&[]).await;
    refuse("confirm", 429, r#"{"code":"too_many_requests"}"#);
    tab.page.click("pay");
    tab.page.until("the notice", |page| page.part("notice").is_some()).await;
    let first = nonce(SESSION);
    tab.page.click("pay");
    tab.page.until("another nonce", |_| nonce(SESSION) != first).await;
    tab.page.until("the second press", |_| made("POST confirm") == 2).await;
    assert_eq!(keys("POST confirm"), 2);
}

#[wasm_bindgen_test]
async fn where_nothing_can_be_kept_nothing_is_sent_and_the_buyer_reads_why() {
    for what in ["storage", "subtle", "top"] {
        let tab = choosing(&[]).await;
        redirect::PAGE.with(|page| lack(page, what));
        tab.page.click("pay");
        tab.page.until("the notice", |page| page.part("notice").is_some()).await;
        assert!(tab.page.text("notice").starts_with("PicPay cannot be opened from this window"), "{what}");
        assert_eq!((made("POST confirm"), went().as_str()), (0, ""), "{what}");
    }
}

#[wasm_bindgen_test]
async fn a_page_that_is_opened_again_asks_before_it_leads_away() {
    let mut tab = Tab::new(&redirect_view(2));
    keep(SESSION, "the-nonce");
    tab.page.mount();
    tab.page.until_screen("redirect").await;
    tab.page.until("the stream", |_| streams_open() == 1).await;
    push(&json(&redirect_view(3)));
    settle().await;
    assert_eq!((went().as_str(), made("POST resume")), ("", 0));
    tab.page.click("pay");
    tab.page.until("the way to PicPay", |_| !went().is_empty()).await;
    assert_eq!(went(), format!("assign {PICPAY}"));
    assert_eq!(made("POST confirm"), 0, "the attempt is there already");
    // Back from the browser's memory.
    fire_shown_again();
    tab.page.until("a look at the session", |_| made("GET session") > 1).await;
    assert_eq!((went(), tab.page.screen().as_str()), (format!("assign {PICPAY}"), "redirect"));
}

#[wasm_bindgen_test]
async fn without_its_nonce_an_attempt_is_left_and_the_buyer_chooses_again() {
    let mut tab = Tab::new(&redirect_view(2));
    tab.page.mount();
    tab.page.until_screen("redirect").await;
    say(&json(&wallet_session(3, &[])));
    tab.page.click("pay");
    tab.page.until_screen("choosing").await;
    assert_eq!(went(), "", "a consent could not be brought back");
    assert_eq!(last("POST cancel", "body"), format!(r#"{{"attempt":"{}"}}"#, attempt_id('a')));
    assert_eq!(tab.page.text("pay"), "Continue to PicPay");
}

#[wasm_bindgen_test]
async fn another_way_closes_the_attempt_first() {
    let mut tab = Tab::new(&redirect_view(2));
    tab.page.mount();
    tab.page.until_screen("redirect").await;
    say(&json(&processing_view(3, ProcessingReason::Closing)));
    tab.page.click("leave");
    tab.page.until_screen("closing").await;
    tab.page.until("the cancel", |_| made("POST cancel") == 1).await;
    tab.page.until("the stream", |_| streams_open() == 1).await;
    push(&json(&session(4)));
    tab.page.until_screen("choosing").await;
    assert!(tab.page.part("notice").is_none());
}

#[wasm_bindgen_test]
async fn one_click_pays_within_this_page_and_says_when_it_is_slow() {
    let tab = choosing(&[Some(ANA)]).await;
    assert!(tab.page.text("method-picpay_wallet").contains("PicPay · a•••@example.com"));
    assert_eq!(tab.page.text("pay"), "Pay R$123.45");
    say(&json(&charging_view(2)));
    refuse("confirm", 1, "");
    tab.page.click("pay");
    tab.page.until_screen("confirming").await;
    tab.page.until("the request", |_| made("POST confirm") == 1).await;
    assert!(
        last("POST confirm", "body").contains(r#""details":{"nonce_sha256":""#),
        "a login that lapsed will ask for it"
    );
    assert!(!tab.page.text("panel").contains("half a minute"));
    assert_eq!(run_out(LINGERING_MS), 1);
    tab.page.until("the word", |page| page.text("panel").contains("PicPay may take half a minute")).await;
    release();
    tab.page.until_screen("waiting").await;
    let paid = SessionView { status: umclique_wire::SessionStatus::Succeeded, ..charging_view(3) };
    tab.page.until("the stream", |_| streams_open() == 1).await;
    push(&json(&paid));
    tab.page.until_screen("paid").await;
    assert_eq!((went().as_str(), nonce(SESSION).as_str()), ("", ""), "what nobody needs any more is not kept");
}

#[wasm_bindgen_test]
async fn a_link_that_has_ended_says_so_before_it_leads_away() {
    let tab = choosing(&[Some(ANA)]).await;
    say(&json(&redirect_view(2)));
    tab.page.click("pay");
    tab.page.until_screen("redirect").await;
    assert!(tab.page.text("method").starts_with("Your connection to PicPay has ended"));
    assert_eq!(went(), "");
    tab.page.click("pay");
    tab.page.until("the way to PicPay", |_| !went().is_empty()).await;
}

#[wasm_bindgen_test]
async fn another_account_gives_the_link_up() {
    let tab = choosing(&[Some(ANA)]).await;
    tab.page.click("other-account");
    tab.page.until("the way to PicPay", |page| page.text("pay") == "Continue to PicPay").await;
    assert_eq!(made("POST confirm"), 0);
    say(&json(&redirect_view(2)));
    tab.page.click("pay");
    tab.page.until("the way to PicPay", |_| !went().is_empty()).await;
    assert!(last("POST confirm", "body").ends_with(r#","reconnect":true}}"#), "{}", last("POST confirm", "body"));
}

#[wasm_bindgen_test]
async fn a_refusal_at_picpay_is_told_by_the_server_and_its_traces_go() {
    let query = format!("?order=1001&umclique_session={SESSION}");
    let mut tab = Tab::at(&query, &declined_view(3, FailureCode::Canceled));
    keep(SESSION, "the-nonce");
    tab.page.mount();
    tab.arrive(Some(SESSION), "");
    tab.page.until_screen("choosing").await;
    assert_eq!((super::address().as_str(), nonce(SESSION).as_str(), went().as_str()), ("?order=1001", "", ""));
    open_at("?order=1001");
    tab.reloaded().await;
    assert_eq!(made("POST resume"), 0);
}
