//! What is drawn, made on the host: every screen in both languages, without a browser.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use samples::draw::{alone, draw, draw_with, qr_view};
use samples::{acting_view, attempt_id, declined_view, ended_view, qr, session, states};
use std::rc::Rc;
use umclique::machine::view::{Body, FrameLook, Local, Press};
use umclique::machine::{Breakage, Look, Notice, State};
use umclique::methods::Forms;
use umclique::text::Lang;
use umclique_wire::{
    AttemptStatus, BuyerField, FailureCode, MethodKind, MethodOffer, NextAction, SessionStatus, SessionView, ShowQr,
};

fn acting(qr: ShowQr, look: Look) -> State {
    let view = SessionView { next_action: Some(NextAction::ShowQr(qr)), ..acting_view(1) };
    State::Acting { view: Rc::new(view), attempt: attempt_id('a'), look }
}

#[test]
fn every_state_is_drawn_in_both_languages_without_a_placeholder() {
    for (name, state) in states() {
        for lang in Lang::ALL {
            let view = draw_with(&state, Local::default(), &Forms::default(), lang);
            let text = format!("{view:?}");
            assert!(!text.contains("{}"), "{name} in {lang:?}: {text}");
            assert_eq!(view.screen, state.screen());
            assert_eq!(view.total.is_some(), state.snapshot().is_some(), "the total is always in sight: {name}");
        }
    }
}

#[test]
fn a_single_method_is_open_and_several_wait_for_a_choice() {
    let one = session(1);
    let offer = MethodOffer { kind: MethodKind::PicpayQr, needs: vec![], saved: vec![] };
    let unknown = MethodOffer { kind: MethodKind::Unknown, needs: vec![], saved: vec![] };
    let with_unknown = SessionView { methods: vec![offer, unknown], ..session(1) };
    for view in [one, with_unknown] {
        let state = State::Choosing { view: Rc::new(view), notice: None };
        let Body::Methods(methods) = draw(&state, Local::default()).body else { panic!("not the method list") };
        assert_eq!(methods.methods.len(), 1, "what this version does not know is left out");
        assert_eq!(methods.methods[0].form.as_ref().expect("open").pay.as_deref(), Some("Pay BRL 123.45"));
    }
}

#[test]
fn a_form_error_shows_only_once_it_may() {
    let state = State::Choosing { view: Rc::new(session(1)), notice: None };
    let mut forms = Forms::default();
    let error = |forms: &Forms| match draw_with(&state, Local::default(), forms, Lang::PtBr).body {
        Body::Methods(methods) => methods.methods[0].form.as_ref().expect("open").fields[0].error.clone(),
        other => panic!("not the method list but {other:?}"),
    };
    forms.input(MethodKind::PicpayQr, BuyerField::TaxId, "529982247-2");
    assert_eq!(error(&forms), None);
    forms.leave(MethodKind::PicpayQr, BuyerField::TaxId);
    assert_eq!(error(&forms).as_deref(), Some("Faltam dígitos: um CPF tem 11 números"));
}

#[test]
fn a_decline_says_first_that_nothing_was_charged() {
    for code in [FailureCode::Declined, FailureCode::BuyerDetails, FailureCode::Expired, FailureCode::Unknown] {
        let view = Rc::new(declined_view(1, code));
        let state = State::Choosing { view, notice: Some(Notice::Failed(code)) };
        let drawn = draw(&state, Local::default());
        let Body::Methods(methods) = drawn.body else { panic!("not the method list") };
        let notice = methods.notice.expect("a notice");
        assert!(notice.text.starts_with("Nothing was charged."), "{code:?}: {}", notice.text);
        assert_eq!(drawn.live, format!("{}. {}", notice.heading, notice.text));
        assert_eq!(methods.methods[0].form.as_ref().expect("open").is_new_code, code == FailureCode::Expired);
    }
}

#[test]
fn the_qr_code_is_named_by_amount_payee_and_expiry() {
    let view = qr_view(draw(&acting(qr(), Look::Idle), Local::default()));
    assert_eq!(view.alt, "PicPay QR code: BRL 123.45, to Loja Exemplo, until <2026-12-07>");
    assert_eq!(view.copy.expect("copyable").text, qr().payload.expect("a payload"));
    assert_eq!(view.open_app, None, "the app is on the phone, and this is none");
}

#[test]
fn on_a_phone_the_app_comes_first_and_the_code_is_folded() {
    let phone = Local { is_phone: true, ..Local::default() };
    let view = qr_view(draw(&acting(qr(), Look::Idle), phone));
    assert_eq!(view.open_app.expect("a link").1, "https://app.picpay.com/pay/1");
    assert!(view.unfold.is_some());
    let view = qr_view(draw(&acting(qr(), Look::Idle), Local { is_unfolded: true, ..phone }));
    assert!(view.unfold.is_none());
    let image_only = ShowQr { payload: None, image: Some("aGk=".to_owned()), app_url: None, ..qr() };
    let view = qr_view(draw(&acting(image_only, Look::Idle), phone));
    assert!(view.unfold.is_none(), "a code that cannot be copied is never folded away");
    assert!(view.is_code_shown);
}

#[test]
fn only_links_that_open_a_page_or_the_app_become_links() {
    let phone = Local { is_phone: true, ..Local::default() };
    for (url, is_link) in [
        ("https://app.picpay.com/x", true),
        ("picpay://pay", true),
        ("javascript:alert(1)", false),
        ("data:text/html,x", false),
    ] {
        let view = qr_view(draw(&acting(ShowQr { app_url: Some(url.to_owned()), ..qr() }, Look::Idle), phone));
        assert_eq!(view.open_app.is_some(), is_link, "{url}");
    }
    let paid = |return_url: &str| {
        let view = ended_view(1, SessionStatus::Succeeded, AttemptStatus::Succeeded);
        State::Paid { view: Rc::new(SessionView { return_url: return_url.to_owned(), ..view }) }
    };
    for (url, is_link) in [("https://shop.example/x", true), ("javascript:alert(1)", false), ("", false)] {
        let Body::Panel(panel) = draw(&paid(url), Local::default()).body else { panic!("not a panel") };
        assert_eq!(panel.back.is_some(), is_link, "{url}");
    }
}

#[test]
fn the_countdown_shows_only_when_it_matters() {
    for (left_s, expected) in [
        (None, "Valid until"),
        (Some(600), "Valid until"),
        (Some(599), "Expires in 9:59."),
        (Some(7), "Expires in 0:07."),
    ] {
        let view = qr_view(draw(&acting(qr(), Look::Idle), Local { left_s, ..Local::default() }));
        assert!(view.lines[0].before.starts_with(expected), "{left_s:?}: {:?}", view.lines[0]);
        assert_eq!(view.lines[0].bold, "Loja Exemplo");
    }
}

#[test]
fn a_code_whose_time_is_up_cannot_be_paid_from_here_and_the_last_look_comes_first() {
    let looking = qr_view(draw(&acting(qr(), Look::LastLook { tries: 0 }), Local::default()));
    assert!(looking.new_code.is_none() && looking.check.is_none() && looking.is_code_shown);
    assert!(looking.status.contains("looking once more"));
    let over = qr_view(draw(&acting(qr(), Look::OutOfTime), Local::default()));
    assert!(over.new_code.is_some() && over.copy.is_none() && over.open_app.is_none());
    assert!(!over.is_code_shown);
}

#[test]
fn fees_are_named_where_the_payer_is_asked_for_more() {
    let mut view = acting_view(1);
    view.attempt.as_mut().expect("an attempt").payer_amount_minor = 12_845;
    let state = State::Acting { view: Rc::new(view), attempt: attempt_id('a'), look: Look::Idle };
    let drawn = draw(&state, Local::default());
    assert_eq!(drawn.total.as_ref().expect("a total").amount, "BRL 123.45");
    let qr = qr_view(drawn);
    assert_eq!(qr.lines[1].before, "PicPay will ask for BRL 128.45, fees included.");
    assert!(qr.alt.contains("BRL 128.45"));
}

#[test]
fn an_open_outcome_never_reads_as_failed_and_offers_no_second_payment() {
    for (name, state) in states() {
        let is_open = ["confirming", "resuming", "waiting", "closing"].iter().any(|start| name.starts_with(start));
        if !is_open {
            continue;
        }
        let Body::Panel(panel) = draw(&state, Local::default()).body else { panic!("{name} is not a panel") };
        let is_harmless = panel.button.as_ref().is_none_or(|(_, press)| *press == Press::Check);
        assert!(is_harmless, "{name} offers {:?}", panel.button);
        let words = format!("{} {:?}", panel.heading, panel.text).to_lowercase();
        for word in ["not approved", "failed to", "declined", "nothing was charged"] {
            assert!(!words.contains(word), "{name}: {words}");
        }
    }
}

fn sample(name: &str) -> State {
    states().into_iter().find(|(found, _)| *found == name).unwrap_or_else(|| panic!("no sample {name}")).1
}

#[test]
fn a_card_is_chosen_without_a_form_and_its_button_says_that_details_come_next() {
    let mut view = samples::april_session(1);
    view.methods[0].needs = vec![BuyerField::Email];
    let state = State::Choosing { view: Rc::new(view), notice: Some(Notice::Failed(FailureCode::Expired)) };
    let (method, form, _) = alone(draw(&state, Local::default()));
    assert_eq!((method.title.as_str(), method.hint.as_str()), ("Card or instalments", "Handled by April"));
    assert_eq!(form.pay.as_deref(), Some("Continue to card details"));
    assert!(form.fields.is_empty() && !form.is_new_code, "the frame asks, and there is no code to renew");
    assert!(method.is_choice && form.frame.is_none());
}

#[test]
fn the_pay_button_says_how_far_the_frame_is() {
    for (name, pay, is_busy, look) in [
        ("collecting_loading", "Pay AUD 600.00", true, FrameLook::Loading),
        ("collecting", "Pay AUD 600.00", false, FrameLook::Ready),
        ("collecting_submitting", "Checking the details", true, FrameLook::Ready),
        ("collecting_held", "All set: pay AUD 600.00", false, FrameLook::Ready),
    ] {
        let view = draw(&sample(name), Local::default());
        assert_eq!(view.screen.as_str(), "token");
        assert_eq!(view.total.as_ref().expect("the total stays in sight").amount, "AUD 600.00");
        let (method, form, _) = alone(view);
        assert_eq!((form.pay.as_deref(), form.is_busy, form.frame), (Some(pay), is_busy, Some(look)), "{name}");
        assert_eq!(form.leave.as_deref(), Some("Pay another way"));
        assert!(form.retry.is_none() && !method.is_choice, "{name}");
    }
    for (name, live) in [
        ("collecting_loading", "Loading April's form"),
        ("collecting_submitting", "Checking the details"),
        ("collecting_held", "All set: pay AUD 600.00"),
    ] {
        assert_eq!(draw(&sample(name), Local::default()).live, live, "{name} is announced");
    }
}

#[test]
fn a_frame_that_does_not_work_says_that_nothing_was_charged_and_can_be_put_up_again() {
    for name in ["collecting_broken", "collecting_silent", "challenging_broken"] {
        let view = draw(&sample(name), Local::default());
        let live = view.live.clone();
        let (_, form, notice) = alone(view);
        let notice = notice.expect("a notice");
        assert!(notice.text.starts_with("Nothing was charged."), "{name}: {}", notice.text);
        assert_eq!(live, format!("{}. {}", notice.heading, notice.text));
        assert_eq!(form.retry.as_deref(), Some("Load the form again"), "{name}");
        assert_eq!(form.frame.is_some(), name == "collecting_silent", "{name}");
        assert_eq!(form.pay.is_some(), name == "collecting_silent", "{name}");
    }
    let State::Framed { view, ask, hand, .. } = sample("collecting_broken") else { panic!("a sample") };
    let notice = Some(Notice::FrameBroken(Breakage::Place));
    let (_, form, notice) = alone(draw(&State::Framed { view, ask, hand, notice }, Local::default()));
    assert_eq!(form.retry, None, "another try would find no place either");
    assert_eq!(notice.expect("a notice").text, "Nothing was charged. Please pay another way.");
}

#[test]
fn a_declined_card_says_what_to_do_about_it_above_the_frame() {
    for (code, heading) in [
        (FailureCode::CardExpired, "The card is expired, or its date is wrong"),
        (FailureCode::CardDetails, "The card's number or security code is wrong"),
        (FailureCode::AuthenticationFailed, "Your bank did not confirm that it is you"),
        (FailureCode::InsufficientFunds, "Not enough balance"),
        (FailureCode::Declined, "The payment was not approved"),
    ] {
        let State::Framed { view, ask, hand, .. } = sample("collecting") else { panic!("a sample") };
        let state = State::Framed { view, ask, hand, notice: Some(Notice::Failed(code)) };
        let (_, form, notice) = alone(draw(&state, Local::default()));
        let notice = notice.expect("a notice");
        assert_eq!(notice.heading, heading);
        assert!(notice.text.starts_with("Nothing was charged."), "{code:?}: {}", notice.text);
        assert!(form.frame.is_some() && form.pay.is_some(), "the same attempt asks for another card");
    }
}

#[test]
fn a_challenge_is_announced_and_has_no_pay_button() {
    let view = draw(&sample("challenging"), Local::default());
    assert_eq!(view.screen.as_str(), "challenge");
    assert!(view.live.starts_with("Your bank asks for a confirmation. "), "{}", view.live);
    assert_eq!(view.total.as_ref().expect("the total stays in sight").amount, "AUD 600.00");
    let (method, form, _) = alone(view);
    assert_eq!(method.title, "Your bank asks for a confirmation");
    assert!(form.pay.is_none() && form.frame == Some(FrameLook::Ready));
    assert_eq!(form.leave.as_deref(), Some("Pay another way"));
}

#[test]
fn while_the_bank_is_asked_the_frame_stays_unseen_on_the_page() {
    for name in ["resuming", "resuming_challenge", "waiting_bank"] {
        let view = draw(&sample(name), Local::default());
        assert_eq!(view.screen.as_str(), "waiting");
        let Body::Panel(panel) = view.body else { panic!("{name} is not a panel") };
        assert_eq!(panel.heading, "Talking to your bank", "{name}");
        assert_eq!(panel.frame, Some(FrameLook::Away), "{name}");
    }
    let Body::Panel(panel) = draw(&sample("waiting"), Local::default()).body else { panic!("not a panel") };
    assert!(panel.frame.is_none() && panel.heading == "Waiting for PicPay");
    let Body::Panel(panel) = draw(&sample("closing_try"), Local::default()).body else { panic!("not a panel") };
    assert!(!panel.heading.contains("code"), "a card has no code to close");
}
