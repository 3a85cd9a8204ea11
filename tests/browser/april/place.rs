//! Where the frame stands, in and outside of shadow roots, alone and beside others; and that nothing of it stays behind.

use super::{April, bring, by_id, checkouts, look, option, place_of, scripts_asked, token};
use crate::fake::{Page, body, element, left, made, settle};
use crate::samples::{COLLECTS, collecting_view};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Node, ShadowRootInit, ShadowRootMode};

#[wasm_bindgen_test]
async fn the_form_stands_in_the_light_and_shows_through_a_slot() {
    let april = April::open().await;
    let page = &april.page;
    assert_eq!(page.screen(), "token");
    assert_eq!(page.text("total"), "Loja Exemplo · Pedido 1001A$600.00");
    assert_eq!(page.text("pay"), "Pay A$600.00");
    let place = by_id(&place_of(0)).expect("April finds its element by its id");
    assert_eq!(place.parent_element().as_ref(), Some(&page.host));
    assert!(place.offset_width() > 0, "what is not slotted is not seen");
    assert_eq!(checkouts(), 1, "a checkout of its own, not the script's");
    assert_eq!(scripts_asked(), 0, "the shop's own tag is enough");
    for (name, value) in [
        ("publicKey", r#""sandbox_pk_demo""#),
        ("email", r#""bo@example.test""#),
        ("customerLastName", r#""Test""#),
        ("preventWalletSubmit", "true"),
        ("amount", "60000"),
        ("currency", r#""AUD""#),
        ("paymentType", r#""paycard""#),
        ("showPayNow", "false"),
        ("primaryColor", r##""#000000""##),
    ] {
        assert_eq!(option(0, name), value, "{name}");
    }
    assert_eq!(made("POST resume"), 0);
}

#[wasm_bindgen_test]
async fn two_elements_have_a_frame_each_and_do_not_meet() {
    let april = April::open().await;
    let mut second = Page::inside(&body());
    second.mount_with("cs_0193f0c47d5b7c3e", "pt-BR");
    second.until("a second frame", |page| checkouts() == 2 && look(page) == "ready").await;
    assert_ne!(place_of(0), place_of(1));
    assert_eq!(by_id(&place_of(1)).and_then(|place| place.parent_element()).as_ref(), Some(&second.host));
    token(1, "ptkn_2", "Card");
    second.until("its token", |page| page.text("pay").starts_with("Tudo pronto")).await;
    assert_eq!(april.page.text("pay"), "Pay A$600.00");
    drop(second);
    settle().await;
    assert!(by_id(&place_of(1)).is_none() && by_id(&place_of(0)).is_some());
}

#[wasm_bindgen_test]
async fn mounted_twice_as_strict_mode_does_it_has_one_frame() {
    let mut april = April::without_script(&collecting_view(2, COLLECTS));
    bring("");
    let before = left();
    for _ in 0..2 {
        april.page.mount();
        april.page.unmount();
        april.page.mount();
        april.until_ready().await;
        assert_eq!(april.page.host.child_element_count(), 1);
        april.page.unmount();
        april.page.until("nothing left", |page| left() == before && page.host.child_element_count() == 0).await;
    }
}

#[wasm_bindgen_test]
async fn fifty_frames_leave_nothing_behind() {
    let mut april = April::without_script(&collecting_view(2, COLLECTS));
    bring("");
    let before = left();
    for _ in 0..50 {
        april.page.mount();
        april.until_ready().await;
        april.page.unmount();
        april.page.until("nothing left", |page| left() == before && page.host.child_element_count() == 0).await;
    }
}

/// A host inside two shadow roots of the page; gives the outermost one, and the node to mount in.
fn nested(mode: ShadowRootMode, is_manual: bool) -> (Element, Node) {
    let outermost = element("div");
    body().append_child(&outermost).expect("appended");
    let mut inner: Node = outermost.clone().into();
    for depth in 0..2 {
        let host: Element = inner.unchecked_into();
        let init = ShadowRootInit::new(mode);
        if is_manual && depth == 1 {
            js_sys::Reflect::set(&init, &"slotAssignment".into(), &"manual".into()).expect("a plain object");
        }
        let root = host.attach_shadow(&init).expect("a shadow root");
        inner = root.append_child(&element("div")).expect("appended");
    }
    (outermost, inner)
}

#[wasm_bindgen_test]
async fn inside_other_shadow_roots_the_frame_is_in_the_outermost_light_and_still_seen() {
    for mode in [ShadowRootMode::Open, ShadowRootMode::Closed] {
        let april = April::without_script(&collecting_view(2, COLLECTS));
        bring("");
        let (outermost, inner) = nested(mode, false);
        let mut page = Page::inside(&inner);
        page.mount();
        page.until("a frame that is ready", |page| look(page) == "ready").await;
        let place = by_id(&place_of(0)).expect("April finds its element by its id");
        assert_eq!(place.parent_element().as_ref(), Some(&outermost));
        assert!(place.offset_width() > 0, "each slot on the way leads on to the next");
        page.unmount();
        page.until("an empty light", |page| page.host.child_element_count() == 0).await;
        assert_eq!(outermost.child_element_count(), 0);
        outermost.remove();
        drop(april);
    }
}

#[wasm_bindgen_test]
async fn where_no_slot_can_lead_it_says_so_and_leaves_the_way_to_other_methods() {
    let april = April::without_script(&collecting_view(2, COLLECTS));
    bring("");
    let (outermost, inner) = nested(ShadowRootMode::Open, true);
    let mut page = Page::inside(&inner);
    page.mount();
    page.until("the notice", |page| page.text("notice").contains("does not work in this part of the page")).await;
    assert!(page.heard(r#"umclique-error {"code":"widget-misplaced"}"#));
    assert!(page.part("retry").is_none() && page.part("leave").is_some());
    assert_eq!((checkouts(), scripts_asked()), (0, 0), "April was not asked");
    page.until("an empty light", |_| outermost.child_element_count() == 0).await;
    drop(page);
    outermost.remove();
    drop(april);
}
