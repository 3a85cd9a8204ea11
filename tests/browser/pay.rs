//! From pay to the end: what is sent, once and under one key, and what the buyer sees of it.

use crate::fake::{Page, fire, json, keys, last, made, push, refuse, release, say, settle, streams_open, urls_open};
use crate::samples::{acting_view, attempt_id, ended_view, processing_view, qr, session};
use umclique_wire::{AttemptStatus, NextAction, ProcessingReason, SessionStatus, SessionView, ShowQr};
use wasm_bindgen_test::wasm_bindgen_test;

async fn choosing() -> Page {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "52998224725");
    page
}

#[wasm_bindgen_test]
async fn pay_asks_once_and_shows_the_code() {
    let page = choosing().await;
    say(&json(&acting_view(2)));
    refuse("confirm", 1, "");
    for _ in 0..20 {
        page.click("pay");
    }
    page.until_screen("confirming").await;
    page.handle().submit();
    page.until("the request", |_| made("POST confirm") == 1).await;
    settle().await;
    release();
    page.until_screen("qr").await;
    assert_eq!(made("POST confirm"), 1);
    assert_eq!(last("POST confirm", "body"), r#"{"method":"picpay_qr","details":{"tax_id":"52998224725"}}"#);
    assert_eq!(last("POST confirm", "authorization"), "Bearer secret");
    assert_eq!(last("POST confirm", "key").len(), 32);
    assert_eq!(page.text("copy-text"), qr().payload.expect("a payload"));
    page.until("the drawn code", |page| page.find("[part=qr-tile] svg path").is_some()).await;
    let svg = page.find("[part=qr-tile] svg").expect("an svg");
    assert_eq!(svg.get_attribute("role").as_deref(), Some("img"));
    let name = svg.get_attribute("aria-label").expect("a name");
    assert_eq!(name, "PicPay QR code: R$123.45, to Loja Exemplo, until December 7");
}

#[wasm_bindgen_test]
async fn a_lost_answer_is_asked_for_again_under_the_same_key() {
    let page = choosing().await;
    refuse("confirm", 0, "");
    page.click("pay");
    page.until("the doubt", |page| page.text("panel").contains("Do not pay again")).await;
    page.until("the second try", |_| made("POST confirm") == 2).await;
    assert_eq!(keys("POST confirm"), 1);
    assert!(made("GET session") >= 2, "the session is read before anything is sent again");
    assert!(!page.heard("umclique-failed"), "a lost answer is no decline");
}

#[wasm_bindgen_test]
async fn what_is_already_paid_is_found_out_and_not_paid_again() {
    let page = choosing().await;
    say(&json(&ended_view(3, SessionStatus::Succeeded, AttemptStatus::Succeeded)));
    refuse("confirm", 502, "{}");
    page.click("pay");
    page.until_screen("paid").await;
    assert_eq!(made("POST confirm"), 1);
}

#[wasm_bindgen_test]
async fn news_of_the_stream_lead_to_paid_and_close_it() {
    let mut page = Page::new(&acting_view(2));
    page.mount();
    page.until_screen("qr").await;
    page.until("the stream", |_| streams_open() == 1).await;
    push(&json(&session(1)));
    push(&json(&ended_view(3, SessionStatus::Succeeded, AttemptStatus::Succeeded)));
    page.until_screen("paid").await;
    page.until("no stream", |_| streams_open() == 0).await;
    assert_eq!(page.text("result-code"), attempt_id('a').as_str());
    assert!(page.heard(r#"umclique-paid {"session":"cs_0193f0c47d5b7c3e","attempt":"pa_"#));
    assert_eq!(
        page.find("[part=back]").and_then(|link| link.get_attribute("href")).as_deref(),
        Some("https://shop.example/back")
    );
    let told = page.news.borrow().join(" ");
    assert!(!told.contains("Loja") && !told.contains("52998224725"), "no personal data in {told}");
}

#[wasm_bindgen_test]
async fn where_streams_do_not_work_it_polls() {
    let mut page = Page::new(&SessionView { poll_after_ms: 1, ..acting_view(2) });
    refuse("status", 200, &json(&acting_view(2)));
    page.mount();
    page.until_screen("qr").await;
    page.until("the answer without a stream", |_| made("GET status") == 1).await;
    fire("window", "online");
    page.until("the check on coming back", |_| made("GET status?check=true") == 1).await;
}

#[wasm_bindgen_test]
async fn check_now_asks_the_provider_and_says_what_came_of_it() {
    let mut page = Page::new(&acting_view(2));
    page.mount();
    page.until_screen("qr").await;
    page.click("check-now");
    page.until("the answer", |page| page.text("waiting").starts_with("We have not seen the payment yet")).await;
    assert_eq!(made("GET status?check=true"), 1);
    assert!(page.text("live").starts_with("We have not seen the payment yet"));
}

#[wasm_bindgen_test]
async fn another_way_closes_the_attempt_before_the_buyer_may_choose() {
    let mut page = Page::new(&acting_view(2));
    page.mount();
    page.until_screen("qr").await;
    say(&json(&processing_view(3, ProcessingReason::Closing)));
    page.click("leave");
    page.until_screen("closing").await;
    page.until("the cancel", |_| made("POST cancel") == 1).await;
    assert_eq!(last("POST cancel", "body"), format!(r#"{{"attempt":"{}"}}"#, attempt_id('a')));
    page.until("the stream", |_| streams_open() == 1).await;
    push(&json(&session(4)));
    page.until_screen("choosing").await;
    assert!(page.part("notice").is_none(), "the buyer's own wish needs no explanation");
}

#[wasm_bindgen_test]
async fn a_code_whose_time_is_up_gets_a_last_look_and_then_a_new_one() {
    let over = ShowQr { expires_at: "2026-12-05T02:59:59Z".to_owned(), ..qr() };
    let mut page = Page::new(&SessionView { next_action: Some(NextAction::ShowQr(over)), ..acting_view(2) });
    page.mount();
    page.until("the new code's button", |page| page.part("new-code").is_some()).await;
    assert_eq!(made("GET status?check=true"), 1, "the server is asked before anything is said");
    assert!(page.part("copy").is_none() && page.part("qr-tile").is_none());
}

#[wasm_bindgen_test]
async fn a_picture_without_a_payload_is_shown_as_it_came() {
    let pixel =
        "H4sIAAAAAAACA+sM8HPn5ZLiYmBg4PX0cAkC0owgzAEkGKzqZocCKS5PF8eQijnJCUA2EwOjx/olhSBZT1c/l3VOCU0AtJDcREMAAAA=";
    let image = ShowQr { payload: None, app_url: None, image: Some(pixel.to_owned()), ..qr() };
    let mut page = Page::new(&SessionView { next_action: Some(NextAction::ShowQr(image)), ..acting_view(2) });
    page.mount();
    page.until("the picture", |page| page.find("[part=qr-tile] img[src^='blob:']").is_some()).await;
    assert_eq!(urls_open(), 1);
    assert!(page.part("copy").is_none());
    push(&json(&ended_view(3, SessionStatus::Succeeded, AttemptStatus::Succeeded)));
    page.until_screen("paid").await;
    assert_eq!(urls_open(), 0, "the picture is given back");
}
