//! Mounting, unmounting, other sessions: what comes back, and that nothing stays behind.

use crate::fake::{Page, json, last, left, made, refuse, release, say, settle, streams_open};
use crate::samples::{acting_view, session};
use umclique_wire::{SessionId, SessionView};
use wasm_bindgen_test::wasm_bindgen_test;

const OTHER: &str = "cs_1111111111111111";

#[wasm_bindgen_test]
async fn a_reload_in_the_middle_shows_the_same_code_and_confirms_nothing() {
    let mut page = Page::new(&acting_view(2));
    page.mount();
    page.until_screen("qr").await;
    page.unmount();
    page.mount();
    page.until_screen("qr").await;
    assert_eq!(made("POST confirm"), 0);
    assert!(page.heard("umclique-ready"));
}

#[wasm_bindgen_test]
async fn unmounting_leaves_no_node_request_timer_or_listener() {
    let mut page = Page::new(&acting_view(2));
    let before = left();
    page.mount();
    page.until("an open stream", |_| streams_open() == 1).await;
    assert_ne!(left(), before);
    page.unmount();
    page.until("nothing left", |_| left() == before).await;
    assert_eq!(page.host.shadow_root().map(|root| root.child_element_count()), Some(0));
}

#[wasm_bindgen_test]
async fn taken_out_and_put_back_in_one_task_as_strict_mode_does() {
    let mut page = Page::new(&session(1));
    let before = left();
    page.mount();
    page.unmount();
    page.mount();
    page.until_screen("choosing").await;
    assert_eq!(page.host.shadow_root().map(|root| root.child_element_count()), Some(1));
    page.unmount();
    page.until("nothing left", |_| left() == before).await;
}

#[wasm_bindgen_test]
async fn fifty_mounts_leave_what_one_leaves() {
    let mut page = Page::new(&acting_view(2));
    let before = left();
    let mut node = None;
    for _ in 0..50 {
        page.mount();
        assert_eq!(
            *node.get_or_insert_with(|| page.drawn_into()),
            page.drawn_into(),
            "a node that was left is used again"
        );
        page.until("an open stream", |_| streams_open() == 1).await;
        page.unmount();
        page.until("nothing left", |_| left() == before).await;
    }
}

#[wasm_bindgen_test]
async fn nothing_of_one_buyer_is_there_for_the_next() {
    let mut page = Page::new(&session(1));
    for is_waiting in [true, false] {
        page.mount();
        page.until_screen("choosing").await;
        let node = page.drawn_into();
        page.type_into("field-tax-id", "11111111111");
        page.blur("field-tax-id");
        page.until("a complaint", |page| page.part("error").is_some()).await;
        page.unmount();
        if is_waiting {
            page.until("an empty node", |_| !node.has_child_nodes()).await;
        }
        page.mount();
        page.until_screen("choosing").await;
        assert_eq!(is_waiting, page.drawn_into() == node, "a node is used again once it is empty, and not before");
        assert_eq!(page.input("field-tax-id").value(), "");
        assert!(page.part("error").is_none());
        assert!(!page.drawn_into().outer_html().contains("111"));
        page.unmount();
        settle().await;
    }
}

#[wasm_bindgen_test]
async fn the_last_words_of_one_mount_do_not_reach_the_next() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "52998224725");
    refuse("confirm", 1, "");
    page.click("pay");
    page.until("a request under way", |_| made("POST confirm") == 1).await;
    page.unmount();
    settle().await;
    page.news.borrow_mut().clear();
    let other = SessionView { id: SessionId::parse(OTHER).expect("well formed"), ..session(1) };
    say(&json(&other));
    page.mount_with(OTHER, "en");
    page.until_screen("choosing").await;
    say(&json(&acting_view(2)));
    release();
    settle().await;
    assert_eq!(page.screen(), "choosing");
    assert!(!page.news.borrow().iter().any(|news| news.contains("cs_0193f0c47d5b7c3e")), "{:?}", page.news.borrow());
}

#[wasm_bindgen_test]
async fn another_session_keeps_what_was_typed_and_closes_the_old_attempt() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "52998224725");
    say(&json(&acting_view(2)));
    page.click("pay");
    page.until_screen("qr").await;
    let other = SessionView { id: SessionId::parse(OTHER).expect("well formed"), amount_minor: 500, ..session(1) };
    say(&json(&other));
    page.update(OTHER, "en");
    page.until("the other total", |page| page.text("pay") == "Pay R$5.00").await;
    assert_eq!(page.input("field-tax-id").value(), "529.982.247-25");
    page.until("the old attempt's end", |_| made("POST cancel") == 1).await;
    assert_eq!(last("POST cancel", "id"), "cs_0193f0c47d5b7c3e");
}

#[wasm_bindgen_test]
async fn a_session_that_is_not_there_says_so_and_can_be_asked_for_again() {
    let mut page = Page::new(&session(1));
    refuse("session", 404, r#"{"code":"not_found"}"#);
    page.mount();
    page.until_screen("problem").await;
    settle().await;
    assert!(page.heard(r#"umclique-error {"code":"session-not-found"}"#));
    page.click("retry");
    page.until_screen("choosing").await;
}

#[wasm_bindgen_test]
async fn two_checkouts_on_one_page_do_not_meet() {
    let mut page = Page::new(&session(1));
    page.mount();
    page.until_screen("choosing").await;
    page.type_into("field-tax-id", "529");
    page.mount_with("cs_0193f0c47d5b7c3e", "pt-BR");
    page.until("both", |page| crate::fake::texts(page, "[part~=pay]") == ["Pay R$123.45", "Pagar R$\u{a0}123,45"])
        .await;
    assert_eq!(page.input("field-tax-id").value(), "529");
}
