//! April's frame: where it stands, what comes of its words however odd, and that nothing of it stays behind.

use crate::fake::{Page, body, element, json, keys, last, left, made, push, refuse, run_out, say, settle};
use crate::samples::{
    COLLECTS, april_session, asked_again_view, bank_view, challenge_view, collecting_view, ended_view,
};
use umclique_wire::{AttemptStatus, FailureCode, NextAction, SessionId, SessionStatus, SessionView};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, Node, ShadowRootInit, ShadowRootMode};

#[wasm_bindgen(module = "/tests/browser/april.js")]
extern "C" {
    fn bring(mode: &str);
    fn hold_scripts();
    fn free_scripts();
    fn scripts_asked() -> u32;
    fn script(name: &str) -> String;
    fn script_ends(how: &str);
    fn checkouts() -> u32;
    fn submits(nth: u32) -> u32;
    fn option(nth: u32, name: &str) -> String;
    fn challenge(nth: u32, round: u32) -> String;
    fn token(nth: u32, token: &str, kind: &str);
    fn challenge_ends(nth: u32, round: u32, is_done: bool);
    fn error(nth: u32, kind: &str);
    fn place_of(nth: u32) -> String;
}

/// How long a script may take, and how long a frame may be silent.
const SCRIPT_MS: u32 = 15_000;
const SILENCE_MS: u32 = 20_000;

/// A page with April's script or without it; what is left of it goes with the test.
struct April {
    page: Page,
}

impl April {
    /// A page on which the shop has loaded April's script itself, and that shows this session.
    async fn with_script(view: &SessionView) -> Self {
        let april = Self::without_script(view);
        bring("");
        april.shown().await
    }

    fn without_script(view: &SessionView) -> Self {
        hold_scripts();
        Self { page: Page::new(view) }
    }

    async fn shown(mut self) -> Self {
        self.page.mount();
        self.page.until("the session", |page| page.heard("umclique-ready")).await;
        self
    }

    /// A page whose card form is open and ready.
    async fn open() -> Self {
        let april = Self::with_script(&collecting_view(2, COLLECTS)).await;
        april.until_ready().await;
        april
    }

    async fn until_ready(&self) {
        self.page.until("a frame that is ready", |page| look(page) == "ready").await;
    }
}

impl Drop for April {
    fn drop(&mut self) {
        free_scripts();
    }
}

/// What is held before anything is mounted, once the page of the test before is gone.
async fn quiet() -> String {
    settle().await;
    left()
}

fn look(page: &Page) -> String {
    page.part("widget").and_then(|frame| frame.get_attribute("data-look")).unwrap_or_default()
}

fn by_id(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    document.get_element_by_id(id).and_then(|found| found.dyn_into().ok())
}

fn is_disabled(page: &Page) -> bool {
    page.part("pay").is_some_and(|pay| pay.get_attribute("aria-disabled").is_some())
}

fn paid() -> SessionView {
    SessionView {
        status: SessionStatus::Succeeded,
        attempt: ended_view(9, SessionStatus::Succeeded, AttemptStatus::Succeeded).attempt,
        next_action: None,
        ..collecting_view(9, COLLECTS)
    }
}

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
async fn a_challenge_is_shown_in_the_same_frame_and_several_may_follow() {
    let april = April::open().await;
    let page = &april.page;
    token(0, "ptkn_1", "Card");
    page.until("the token", |page| page.text("pay").starts_with("All set")).await;
    say(&json(&challenge_view(3, COLLECTS + 1)));
    page.click("pay");
    page.until_screen("challenge").await;
    page.until("the challenge", |page| look(page) == "ready").await;
    assert_eq!(checkouts(), 1, "the frame that made the token");
    assert_eq!(challenge(0, 0), r#"{"threeDSAuthorisationId":"3ds_1"}"#);
    assert!(page.text("live").starts_with("Your bank asks for a confirmation"), "{}", page.text("live"));
    assert!(page.find("legend[data-heading]:focus").is_some(), "focus is on the heading");
    assert!(page.part("pay").is_none());
    say(&json(&challenge_view(4, COLLECTS + 2)));
    challenge_ends(0, 0, true);
    challenge_ends(0, 0, false);
    page.until("the second challenge", |_| !challenge(0, 1).is_empty()).await;
    assert_eq!(made("POST resume"), 2, "the challenge's end was told once");
    assert!(last("POST resume", "body").ends_with(r#""challenge":"done"}"#));
    challenge_ends(0, 0, true);
    settle().await;
    assert_eq!(made("POST resume"), 2, "the first challenge is over");
    say(&json(&asked_again_view(5, COLLECTS + 3, FailureCode::AuthenticationFailed)));
    challenge_ends(0, 1, false);
    page.until("the end", |page| page.text("notice").starts_with("Your bank did not confirm")).await;
    assert!(last("POST resume", "body").ends_with(r#""challenge":"failed"}"#));
    assert_eq!((made("POST resume"), page.screen().as_str()), (3, "token"));
}

#[wasm_bindgen_test]
async fn a_reload_in_the_middle_of_a_challenge_puts_the_frame_up_and_shows_it() {
    let april = April::without_script(&challenge_view(3, COLLECTS + 1)).shown().await;
    let page = &april.page;
    page.until("the script", |_| scripts_asked() == 1).await;
    script_ends("here");
    page.until("the challenge", |page| look(page) == "ready").await;
    assert_eq!(challenge(0, 0), r#"{"threeDSAuthorisationId":"3ds_1"}"#);
    assert_eq!(option(0, "amount"), "60000", "init and render came first");
    say(&json(&paid()));
    challenge_ends(0, 0, true);
    page.until_screen("paid").await;
    assert_eq!(made("POST resume"), 1);
}

#[wasm_bindgen_test]
async fn taken_away_in_the_middle_of_a_challenge_it_leaves_nothing_and_hears_nothing() {
    let mut april = April::without_script(&challenge_view(3, COLLECTS + 1));
    bring("");
    let before = quiet().await;
    april.page.mount();
    april.page.until("the challenge", |page| look(page) == "ready").await;
    let place = place_of(0);
    april.page.unmount();
    april.page.until("nothing left", |page| left() == before && page.host.child_element_count() == 0).await;
    assert!(by_id(&place).is_none());
    challenge_ends(0, 0, true);
    error(0, "object");
    token(0, "ptkn_late", "Card");
    settle().await;
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
    let before = quiet().await;
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
    let before = quiet().await;
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
