//! A card from the method list to paid: what is sent, once, and where the token is not.

use super::{
    April, by_id, checkouts, is_disabled, look, option, paid, place_of, script, script_ends, scripts_asked, submits,
    token,
};
use crate::fake::{json, keys, last, made, push, refuse, say, settle};
use crate::samples::{COLLECTS, april_session, asked_again_view, bank_view, collecting_view};
use umclique_wire::{FailureCode, SessionId, SessionView};
use wasm_bindgen_test::wasm_bindgen_test;

#[wasm_bindgen_test]
async fn from_the_method_list_to_paid() {
    let mut april = April::without_script(&april_session(1));
    april.page.mount();
    let page = &april.page;
    page.until_screen("choosing").await;
    assert_eq!(page.text("pay"), "Continue to card details");
    say(&json(&collecting_view(2, COLLECTS)));
    page.click("pay");
    page.until_screen("token").await;
    assert_eq!(last("POST confirm", "body"), r#"{"method":"april","details":{}}"#);
    page.until("the script", |_| scripts_asked() == 1).await;
    assert_eq!(script("src"), "https://checkout-v3.au.meetapril.io/v3/checkout-v3.0.0.min.js");
    assert_eq!((look(page).as_str(), is_disabled(page)), ("loading", true));
    script_ends("here");
    april.until_ready().await;
    for _ in 0..20 {
        page.click("pay");
    }
    page.handle().submit();
    page.until("the press", |page| page.text("pay") == "Checking the details").await;
    assert_eq!((submits(0), is_disabled(page)), (1, true));
    refuse("resume", 1, "");
    token(0, "ptkn_secret", "Card");
    token(0, "ptkn_secret", "Card");
    page.until("the answer on its way", |_| made("POST resume") == 1).await;
    page.until_screen("waiting").await;
    assert_eq!(page.text("panel").split("This").next(), Some("Talking to your bank"));
    assert!(by_id(&place_of(0)).is_some(), "a challenge would belong into the same frame");
    let body = last("POST resume", "body");
    assert_eq!(
        body,
        r#"{"round":1,"attempt":"pa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","token":"ptkn_secret","kind":"Card"}"#
    );
    assert_eq!(last("POST resume", "key").len(), 32);
    let seen = [page.host.outer_html(), page.drawn_into().outer_html(), page.news.borrow().join(" ")].concat();
    assert!(!seen.contains("ptkn"), "a token stands nowhere");
    say(&json(&paid()));
    crate::fake::release();
    page.until_screen("paid").await;
    page.until("an empty light", |page| page.host.child_element_count() == 0).await;
    assert_eq!(made("POST resume"), 1);
}

#[wasm_bindgen_test]
async fn a_token_that_comes_unasked_waits_for_the_press_and_the_last_one_counts() {
    let april = April::open().await;
    let page = &april.page;
    token(0, "ptkn_first", "");
    page.until("the button that says so", |page| page.text("pay") == "All set: pay A$600.00").await;
    assert_eq!(page.text("live"), "All set: pay A$600.00");
    token(0, "ptkn_second", "ApplePay");
    settle().await;
    assert_eq!(made("POST resume"), 0, "nobody pressed");
    say(&json(&bank_view(3, COLLECTS + 1)));
    page.click("pay");
    page.until("the answer", |_| made("POST resume") == 1).await;
    assert!(last("POST resume", "body").contains(r#""token":"ptkn_second","kind":"ApplePay""#));
    assert_eq!(submits(0), 0, "an unused token needs no other one");
    page.until_screen("waiting").await;
    token(0, "ptkn_first", "");
    settle().await;
    assert_eq!(made("POST resume"), 1);
}

#[wasm_bindgen_test]
async fn a_declined_card_asks_again_in_a_fresh_frame_and_forgets_what_the_old_one_says() {
    let april = April::open().await;
    let page = &april.page;
    page.click("pay");
    say(&json(&asked_again_view(3, COLLECTS + 1, FailureCode::CardExpired)));
    page.until("the press", |_| submits(0) == 1).await;
    token(0, "ptkn_1", "Card");
    page.until("the notice", |page| page.part("notice").is_some()).await;
    assert!(page.text("notice").contains("Nothing was charged."), "{}", page.text("notice"));
    assert!(page.heard(r#"umclique-failed {"session":"cs_0193f0c47d5b7c3e","attempt":"pa_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","code":"card_expired"}"#));
    page.until("a fresh frame", |page| checkouts() == 2 && look(page) == "ready").await;
    assert_eq!(page.host.child_element_count(), 1, "the old frame is gone");
    token(0, "ptkn_1", "Card");
    token(0, "ptkn_late", "Card");
    settle().await;
    assert_eq!(page.text("pay"), "Pay A$600.00", "the old frame is not heard");
    token(1, "ptkn_2", "Card");
    page.until("the new token", |page| page.text("pay").starts_with("All set")).await;
    page.click("pay");
    page.until("the second answer", |_| made("POST resume") == 2).await;
    assert!(last("POST resume", "body").starts_with(r#"{"round":2,"#));
    assert_eq!(keys("POST resume"), 2);
}

#[wasm_bindgen_test]
async fn another_way_and_another_session_take_frame_and_token_along() {
    let april = April::open().await;
    let page = &april.page;
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    let other = SessionView {
        id: SessionId::parse("cs_1111111111111111").expect("well formed"),
        amount_minor: 700,
        ..collecting_view(1, COLLECTS)
    };
    say(&json(&other));
    page.update("cs_1111111111111111", "en");
    page.until("the other amount", |page| page.text("pay") == "Pay A$7.00").await;
    page.until("another frame", |page| checkouts() == 2 && look(page) == "ready").await;
    assert_eq!((option(1, "amount").as_str(), page.host.child_element_count()), ("700", 1));
    page.until("the old attempt's end", |_| made("POST cancel") == 1).await;
    token(0, "ptkn_1", "Card");
    settle().await;
    assert_eq!(page.text("pay"), "Pay A$7.00");
    say(&json(&SessionView { id: other.id.clone(), ..april_session(3) }));
    page.click("leave");
    page.until_screen("choosing").await;
    page.until("an empty light", |page| page.host.child_element_count() == 0).await;
    assert_eq!(made("POST resume"), 0);
}

#[wasm_bindgen_test]
async fn news_of_the_stream_keep_the_frame_as_it_is() {
    let april = April::open().await;
    let page = &april.page;
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    push(&json(&collecting_view(3, COLLECTS)));
    settle().await;
    assert_eq!((checkouts(), page.text("pay").as_str()), (1, "All set: pay A$600.00"));
    push(&json(&paid()));
    page.until_screen("paid").await;
    page.until("an empty light", |page| page.host.child_element_count() == 0).await;
}
