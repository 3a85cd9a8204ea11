//! The bank's challenge: in the same frame, as often as the bank likes, after a reload, and without anybody left to hear.

use super::{
    April, bring, by_id, challenge, challenge_ends, checkouts, error, look, option, paid, place_of, script_ends,
    scripts_asked, token,
};
use crate::fake::{json, last, left, made, say, settle};
use crate::samples::{COLLECTS, asked_again_view, challenge_view};
use umclique_wire::FailureCode;
use wasm_bindgen_test::wasm_bindgen_test;

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
    let before = left();
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
