//! PicPay 1-Click on the host: what its row says, whom a press sends away, and what the screens around the visit say.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use samples::draw::{alone, draw, draw_with};
use samples::wallet::{PICPAY, redirect_to, redirect_view, visiting, wallet_request, wallet_session, wallet_view};
use samples::{SEEN, acting_view, declined_view, key, session, states};
use std::rc::Rc;
use umclique::machine::view::{Body, Local};
use umclique::machine::{Effect, Event, Notice, State, Trip, update};
use umclique::methods::Forms;
use umclique::text::Lang;
use umclique_wire::{
    AttemptStatus, BuyerField, Failure, FailureCode, MethodKind, SessionStatus, SessionView, Suggested,
};

const ANA: &str = "a•••@example.com";

fn choosing(view: SessionView) -> State {
    State::Choosing { view: Rc::new(view), notice: None }
}

fn sample(name: &str) -> State {
    states().into_iter().find(|(found, _)| *found == name).unwrap_or_else(|| panic!("no sample {name}")).1
}

#[test]
fn who_has_no_link_reads_where_the_way_leads_before_it_begins() {
    let (method, form, _) = alone(draw(&choosing(wallet_session(1, &[])), Local::default()));
    assert_eq!(method.title, "PicPay");
    assert!(method.hint.contains("come back"), "{}", method.hint);
    assert_eq!(form.pay.as_deref(), Some("Continue to PicPay"));
    assert!(form.other_account.is_none() && form.fields.is_empty());
}

#[test]
fn who_is_linked_sees_the_account_and_pays_with_one_click() {
    for (label, title) in [(Some(ANA), "PicPay · a•••@example.com"), (None, "PicPay · connected")] {
        let (method, form, _) = alone(draw(&choosing(wallet_session(1, &[label])), Local::default()));
        assert_eq!(method.title, title);
        assert_eq!(form.pay.as_deref(), Some("Pay BRL 123.45"));
        assert_eq!(form.other_account.as_deref(), Some("Use another account"));
    }
}

#[test]
fn another_account_turns_the_row_and_gives_the_link_up_with_the_press_and_not_before() {
    let view = wallet_session(1, &[Some(ANA)]);
    let mut forms = Forms::default();
    assert_eq!(forms.submit(&view.methods[0]), Ok(wallet_request(false)));
    forms.switch_account();
    let (method, form, _) = alone(draw_with(&choosing(view.clone()), Local::default(), &forms, Lang::En));
    assert_eq!((method.title.as_str(), form.pay.as_deref()), ("PicPay", Some("Continue to PicPay")));
    assert!(form.other_account.is_none());
    assert_eq!(forms.submit(&view.methods[0]), Ok(wallet_request(true)));
    let unlinked = wallet_session(1, &[]);
    assert_eq!(forms.submit(&unlinked.methods[0]), Ok(wallet_request(false)), "there is nothing to give up");
    forms.choose(MethodKind::PicpayWallet, None);
    assert_eq!(forms.submit(&view.methods[0]), Ok(wallet_request(false)), "who chooses again begins again");
}

#[test]
fn only_pages_over_https_or_of_this_machine_are_visited() {
    for (url, is_safe) in [
        (PICPAY, true),
        ("http://127.0.0.1:8090/picpay/authorize", true),
        ("http://localhost/authorize?state=1", true),
        ("http://localhost", true),
        ("http://127.0.0.1.evil.example/", false),
        ("http://localhost@evil.example/", false),
        ("http://appws.picpay.com/", false),
        ("//evil.example/", false),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
        ("", false),
    ] {
        let (state, effects) = update(State::Loading { tries: 0 }, Event::Snapshot(Rc::new(redirect_to(SEEN, url))));
        assert_eq!(matches!(state, State::Visiting { .. }), is_safe, "{url}");
        assert_eq!(matches!(state, State::Outdated { .. }), !is_safe, "{url}");
        assert!(!effects.iter().any(goes), "nobody is sent anywhere by a page that was opened");
    }
}

fn goes(effect: &Effect) -> bool {
    matches!(effect, Effect::Visit { url: Some(_), .. })
}

#[test]
fn only_the_press_that_named_picpay_goes_there_by_itself_and_once() {
    for (name, goes_by_itself) in [
        ("confirming_wallet", true),
        ("confirming_wallet_lost", true),
        ("confirming_other_account", true),
        ("confirming_linked", false),
        ("confirming_wallet_refused", false),
        ("confirming", false),
        ("loading", false),
        ("choosing", false),
        ("waiting_wallet", false),
    ] {
        let asked = Event::Snapshot(Rc::new(redirect_to(SEEN + 1, PICPAY)));
        let (state, effects) = update(sample(name), asked.clone());
        assert_eq!(effects.iter().filter(|effect| goes(effect)).count(), usize::from(goes_by_itself), "{name}");
        let (_, effects) = update(state, asked);
        assert!(!effects.iter().any(goes), "{name}: the same news again");
    }
}

#[test]
fn the_way_there_says_that_nothing_was_charged_and_has_a_way_out() {
    for (trip, title) in [
        (Trip::Ready, "PicPay asks for your permission"),
        (Trip::Lapsed, "Your connection to PicPay has ended. Connect again"),
    ] {
        let view = draw(&visiting(trip), Local::default());
        assert_eq!(view.screen.as_str(), "redirect");
        assert!(view.live.starts_with(title), "{}", view.live);
        let (method, form, notice) = alone(view);
        assert!(method.title == title && method.hint.starts_with("Nothing was charged yet."), "{method:?}");
        assert!(!method.is_choice && notice.is_none());
        assert_eq!(form.pay.as_deref(), Some("Continue to PicPay"));
        assert_eq!(form.leave.as_deref(), Some("Pay another way"));
    }
}

#[test]
fn a_consent_that_was_refused_is_not_tried_again_from_here() {
    let view = draw(&visiting(Trip::Refused(Notice::TryAgain)), Local::default());
    assert!(view.live.contains("Nothing was charged."), "{}", view.live);
    let (_, form, notice) = alone(view);
    assert_eq!(notice.expect("a notice").text, "Nothing was charged. Try again or choose another way.");
    assert_eq!((form.pay, form.leave.as_deref()), (None, Some("Pay another way")));
    let (state, effects) = update(visiting(Trip::Refused(Notice::TryAgain)), Event::PayPressed { key: key("k") });
    assert!(effects.is_empty() && state.screen().as_str() == "redirect", "submit() of the page does nothing either");
}

#[test]
fn who_refused_at_picpay_reads_that_nothing_was_charged_and_who_left_from_here_reads_nothing() {
    let mut view = wallet_view(SEEN + 1, 0, SessionStatus::RequiresPaymentMethod, AttemptStatus::Canceled);
    view.last_error = Some(Failure { code: FailureCode::Canceled });
    let opened = State::Loading { tries: 0 };
    let closing = State::Closing { view: Rc::new(redirect_view(SEEN)), cancel: None, renew: None };
    for (before, is_told) in [(opened, true), (visiting(Trip::Ready), true), (closing, false)] {
        let (state, _) = update(before, Event::Snapshot(Rc::new(view.clone())));
        let (_, _, notice) = alone(draw(&state, Local::default()));
        let said = notice.map(|notice| notice.text);
        assert_eq!(said.as_deref(), is_told.then_some("Nothing was charged. Try again or choose another way."));
    }
}

#[test]
fn nothing_is_asked_while_it_is_found_out_whether_the_buyer_comes_back() {
    let view = draw(&visiting(Trip::Looking), Local::default());
    assert_eq!((view.screen.as_str(), &view.body), ("loading", &Body::Skeleton));
    assert_eq!(view.live, "Loading the payment");
    assert!(view.total.is_some());
}

#[test]
fn a_slow_charge_says_so_and_only_the_wallets() {
    for (name, is_wallet) in [
        ("confirming_wallet", true),
        ("confirming_linked", true),
        ("resuming_return", true),
        ("waiting_wallet", true),
        ("confirming", false),
        ("waiting", false),
        ("resuming", false),
    ] {
        for is_slow in [false, true] {
            let view = draw(&sample(name), Local { is_slow, ..Local::default() });
            let Body::Panel(panel) = view.body else { panic!("{name} is no panel") };
            let text = panel.text.expect("a text");
            assert_eq!(text.contains("half a minute"), is_wallet && is_slow, "{name}: {text}");
            assert!(text.contains("You may leave"), "{name}: {text}");
            assert!(panel.frame.is_none() || name == "resuming", "{name}");
        }
    }
}

#[test]
fn where_nothing_can_be_kept_the_buyer_reads_so() {
    let state = State::Choosing { view: Rc::new(wallet_session(1, &[])), notice: Some(Notice::NoWindow) };
    let (_, form, notice) = alone(draw(&state, Local::default()));
    let notice = notice.expect("a notice");
    assert_eq!(notice.heading, "PicPay cannot be opened from this window");
    assert!(notice.text.starts_with("Nothing was charged."), "{}", notice.text);
    assert!(form.pay.is_some(), "another window, another try");
}

#[test]
fn an_expired_code_is_not_the_wallets() {
    let view = SessionView { methods: wallet_session(1, &[]).methods, ..declined_view(1, FailureCode::Expired) };
    let state = State::Choosing { view: Rc::new(view), notice: Some(Notice::Failed(FailureCode::Expired)) };
    let (_, form, _) = alone(draw(&state, Local::default()));
    assert!(!form.is_new_code && form.pay.as_deref() == Some("Continue to PicPay"));
}

#[test]
fn what_a_linked_account_tells_begins_the_form_of_the_code() {
    let mut view = session(1);
    view.methods[0].needs = vec![BuyerField::Email];
    view.suggested = Some(Suggested { email: Some("ana@example.com".to_owned()), birth_date: None });
    let mut forms = Forms::default();
    forms.suggest(&view);
    let (_, form, _) = alone(draw_with(&choosing(view.clone()), Local::default(), &forms, Lang::En));
    assert_eq!((form.fields[0].value.as_str(), form.fields[0].error.as_deref()), ("ana@example.com", None));
    forms.input(MethodKind::PicpayQr, BuyerField::Email, "bo@example.com");
    forms.suggest(&view);
    assert_eq!(forms.field(MethodKind::PicpayQr, BuyerField::Email).text(), "bo@example.com");
    forms.suggest(&acting_view(2));
    assert_eq!(forms.field(MethodKind::PicpayQr, BuyerField::Email).text(), "bo@example.com", "it was typed");
}
