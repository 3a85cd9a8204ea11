//! WhatsApp in a browser: which card is asked for, how far the order came, and the way out that closes it first.

use crate::fake::{Page, json, last, made, push, run_out, say, settle, streams_open, texts};
use crate::samples::whatsapp::{CARDS, charging_card_view, chat_session, chat_view, order};
use crate::samples::{attempt_id, declined_view, processing_view};
use umclique_wire::{AwaitBuyer, Delivery, FailureCode, ProcessingReason, SessionStatus, SessionView};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::HtmlElement;

/// How long an order stands unanswered before another way is spoken of.
const UNANSWERED_MS: u32 = 45_000;

async fn shown(view: &SessionView) -> Page {
    let mut page = Page::new(view);
    page.mount();
    page.until("the session", |page| page.heard("umclique-ready")).await;
    page
}

async fn awaiting() -> Page {
    let page = shown(&chat_view(2, order())).await;
    page.until("the stream", |_| streams_open() == 1).await;
    page
}

#[wasm_bindgen_test]
async fn the_card_that_is_picked_is_asked_for_once_and_the_order_waits() {
    let page = shown(&chat_session(1, &CARDS)).await;
    let rows = texts(&page, "[part~='method-whatsapp'] b");
    assert_eq!(rows, ["WhatsApp · card •••• 4242", "WhatsApp · card •••• 1881"]);
    let second = page.find("[part~='method-whatsapp']:last-child input[type=radio]").expect("a native radio");
    second.unchecked_into::<HtmlElement>().click();
    page.until("the other card", |page| {
        page.find("[part~='method-whatsapp']:last-child [part=form]").is_some() && texts(page, "[part=form]").len() == 1
    })
    .await;
    say(&json(&chat_view(2, AwaitBuyer { label: CARDS[1].1.to_owned(), ..order() })));
    for _ in 0..20 {
        page.click("pay");
    }
    page.until_screen("await").await;
    assert_eq!(made("POST confirm"), 1);
    let body = format!(r#"{{"method":"whatsapp","details":{{"credential":"{}"}}}}"#, CARDS[1].0);
    assert_eq!(last("POST confirm", "body"), body);
    assert!(page.text("await").contains("R$123.45 for the card •••• 1881"), "{}", page.text("await"));
    page.until("focus on what is to be done", |page| page.find("h2:focus").is_some()).await;
}

#[wasm_bindgen_test]
async fn the_line_follows_the_order_into_the_chat_and_then_to_paid() {
    let page = awaiting().await;
    for (version, delivery, word) in [
        (3, Delivery::Sent, "Order sent"),
        (4, Delivery::Delivered, "Order delivered"),
        (5, Delivery::Read, "Order read"),
    ] {
        push(&json(&chat_view(version, AwaitBuyer { delivery, ..order() })));
        page.until(word, |page| page.text("waiting").starts_with(word) && page.text("live").starts_with(word)).await;
    }
    push(&json(&charging_card_view(6)));
    page.until_screen("waiting").await;
    push(&json(&SessionView { status: SessionStatus::Succeeded, ..charging_card_view(7) }));
    page.until_screen("paid").await;
    assert!(page.heard("umclique-paid"));
    assert_eq!(page.text("result-method"), "WhatsApp");
    assert!(!page.news.borrow().join(" ").contains("4242"), "nothing about the buyer is told to the page");
}

#[wasm_bindgen_test]
async fn another_way_cancels_the_order_before_the_buyer_may_choose() {
    let page = awaiting().await;
    say(&json(&processing_view(3, ProcessingReason::Closing)));
    page.click("leave");
    page.until_screen("closing").await;
    page.until("the cancel", |_| made("POST cancel") == 1).await;
    assert_eq!(last("POST cancel", "body"), format!(r#"{{"attempt":"{}"}}"#, attempt_id('a')));
    push(&json(&chat_session(4, &CARDS)));
    page.until_screen("choosing").await;
    assert!(page.part("notice").is_none());
}

#[wasm_bindgen_test]
async fn an_order_that_nobody_answers_speaks_of_another_way() {
    let page = awaiting().await;
    assert!(!page.text("await").contains("No order in your chat?"));
    assert_eq!(run_out(UNANSWERED_MS), 1);
    page.until("the word", |page| page.text("await").contains("No order in your chat?")).await;
    assert!(page.text("live").starts_with("No order in your chat?"));
    assert_eq!(page.screen(), "await", "it goes on waiting");
}

#[wasm_bindgen_test]
async fn an_order_whose_time_is_up_gets_a_last_look() {
    let over = AwaitBuyer { expires_at: "2026-12-05T02:59:59Z".to_owned(), ..order() };
    let page = shown(&chat_view(2, over)).await;
    page.until("the end", |page| page.text("await").contains("The time to pay is over")).await;
    assert_eq!(made("GET status?check=true"), 1, "the server is asked before anything is said");
    assert!(page.part("check-now").is_none() && page.part("new-code").is_none() && page.part("leave").is_some());
}

#[wasm_bindgen_test]
async fn a_reload_shows_the_same_order_and_sends_none() {
    let mut page = awaiting().await;
    page.unmount();
    page.mount();
    page.until_screen("await").await;
    settle().await;
    assert_eq!(made("POST confirm"), 0);
}

#[wasm_bindgen_test]
async fn who_cannot_be_reached_chooses_another_way_at_once() {
    let unreachable = declined_view(3, FailureCode::BuyerUnreachable);
    let page = shown(&chat_session(1, &CARDS)).await;
    say(&json(&unreachable));
    page.click("pay");
    page.until("the notice", |page| page.part("notice").is_some()).await;
    assert_eq!(page.text("notice"), "We can't reach you on WhatsAppNothing was charged. Please pay another way.");
    assert!(page.part("method-picpay_qr").is_some());
    page.until("the news", |page| page.heard(r#"umclique-failed {"session":"cs_0193f0c47d5b7c3e""#)).await;
}

#[wasm_bindgen_test]
async fn another_messenger_asks_for_a_newer_page() {
    let page = shown(&chat_view(2, AwaitBuyer { channel: "telegram".to_owned(), ..order() })).await;
    page.until_screen("update").await;
    assert!(page.heard(r#"umclique-error {"code":"update-needed"}"#));
}
