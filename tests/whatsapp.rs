//! WhatsApp on the host: a row for each stored card, and what the screen says while the order waits in the chat.
#![cfg(not(target_arch = "wasm32"))]

mod samples;

use samples::draw::{draw, draw_with, qr_view};
use samples::whatsapp::{CARDS, awaiting, card_request, chat_session, order};
use samples::{declined_view, states};
use std::rc::Rc;
use umclique::machine::view::{Body, Local, MethodView};
use umclique::machine::{Look, Notice, State};
use umclique::methods::Forms;
use umclique::text::Lang;
use umclique_wire::{AwaitBuyer, BuyerField, Delivery, FailureCode, MethodKind, SessionView};

fn rows(view: SessionView, forms: &Forms) -> Vec<MethodView> {
    let state = State::Choosing { view: Rc::new(view), notice: None };
    let Body::Methods(body) = draw_with(&state, Local::default(), forms, Lang::En).body else {
        panic!("not the method list")
    };
    body.methods
}

#[test]
fn each_stored_card_is_a_row_and_the_newest_is_chosen_until_another_is() {
    let view = chat_session(1, &CARDS);
    let mut forms = Forms::default();
    for (picked, is_chosen) in [(None, [true, false]), (Some(1), [false, true]), (Some(0), [true, false])] {
        if let Some(picked) = picked {
            forms.choose(MethodKind::Whatsapp, Some(CARDS[picked].0.to_owned()));
        }
        let rows = rows(view.clone(), &forms);
        let titles: Vec<_> = rows.iter().map(|row| row.title.as_str()).collect();
        assert_eq!(titles, ["WhatsApp · card •••• 4242", "WhatsApp · card •••• 1881"]);
        assert_eq!(rows.iter().map(|row| row.form.is_some()).collect::<Vec<_>>(), is_chosen, "{picked:?}");
        let pay = rows.iter().find_map(|row| row.form.as_ref()).and_then(|form| form.pay.as_deref());
        assert_eq!(pay, Some("Pay BRL 123.45"));
        assert_eq!(forms.submit(&view.methods[0]), Ok(card_request(CARDS[picked.unwrap_or(0)].0)));
    }
}

#[test]
fn a_card_that_is_gone_is_not_charged_and_neither_is_one_that_was_not_seen() {
    let mut forms = Forms::default();
    forms.choose(MethodKind::Whatsapp, Some(CARDS[1].0.to_owned()));
    let one = chat_session(1, &CARDS[..1]);
    assert_eq!(rows(one.clone(), &forms).iter().filter(|row| row.form.is_some()).count(), 1);
    assert_eq!(
        forms.submit(&one.methods[0]),
        Ok(card_request(CARDS[0].0)),
        "the row that is open is the one that pays"
    );
    let newer = chat_session(1, &[("cr_3333333333333333", "0005"), CARDS[0], CARDS[1]]);
    assert_eq!(forms.submit(&newer.methods[0]), Ok(card_request(CARDS[1].0)), "a new card does not move the choice");
    for unusable in [chat_session(1, &[]), chat_session(1, &[("4242", "4242")])] {
        assert_eq!(forms.submit(&unusable.methods[0]), Err(BuyerField::Unknown));
    }
}

#[test]
fn without_a_stored_card_it_is_not_offered() {
    let mut view = declined_view(1, FailureCode::Declined);
    view.methods.extend(chat_session(1, &[]).methods);
    let rows = rows(view, &Forms::default());
    assert_eq!(rows.iter().map(|row| row.kind).collect::<Vec<_>>(), [MethodKind::PicpayQr]);
    assert!(rows[0].form.is_some(), "the only one is open");
}

#[test]
fn the_screen_says_what_was_sent_what_to_tap_and_how_far_it_came() {
    for (delivery, status) in [
        (Delivery::Sent, "Order sent, waiting for your confirmation"),
        (Delivery::Delivered, "Order delivered, waiting for your confirmation"),
        (Delivery::Read, "Order read, waiting for your confirmation"),
    ] {
        let view = draw(&awaiting(AwaitBuyer { delivery, ..order() }, Look::Idle), Local::default());
        assert_eq!((view.screen.as_str(), view.live.as_str()), ("await", status), "it is announced");
        let body = qr_view(view);
        assert_eq!((body.part, body.heading.as_str(), body.status.as_str()), ("await", "Confirm in WhatsApp", status));
        let line = &body.lines[0];
        assert_eq!(
            [line.before.as_str(), &line.bold, &line.after].concat(),
            "We sent you an order of BRL 123.45 for the card •••• 4242. In the chat, tap Review and pay, then Send payment."
        );
        assert_eq!(body.lines.len(), 1);
        assert_eq!(body.check.as_ref().map(|(text, _)| text.as_str()), Some("Check now"), "nobody paid yet");
        assert_eq!((body.leave.as_str(), body.new_code, body.copy), ("Pay another way", None, None));
        assert!(!body.is_code_shown && body.is_listening);
    }
}

#[test]
fn an_order_that_stands_for_long_speaks_of_another_way() {
    let slow = Local { is_slow: true, ..Local::default() };
    let view = draw(&awaiting(order(), Look::Idle), slow);
    let live = view.live.clone();
    let body = qr_view(view);
    assert_eq!(body.lines.len(), 2);
    assert!(body.lines[1].before.contains("Pay another way"), "{:?}", body.lines[1]);
    assert_eq!(live, body.lines[1].before, "it is announced");
    let short = qr_view(draw(&awaiting(order(), Look::Idle), Local { left_s: Some(299), ..Local::default() }));
    assert_eq!(short.lines[1].before, "Expires in 4:59.");
}

#[test]
fn the_chat_opens_from_a_phone_and_only_a_chat_does() {
    for (app_url, is_phone, is_link) in [
        ("https://wa.me/551130000000", true, true),
        ("https://api.whatsapp.com/send?phone=551130000000", true, true),
        ("whatsapp://send?phone=551130000000", true, true),
        ("https://wa.me/551130000000", false, false),
        ("https://wa.me.evil.example/", true, false),
        ("http://wa.me/551130000000", true, false),
        ("javascript:alert(1)", true, false),
    ] {
        let order = AwaitBuyer { app_url: Some(app_url.to_owned()), ..order() };
        let body = qr_view(draw(&awaiting(order, Look::Idle), Local { is_phone, ..Local::default() }));
        assert_eq!(
            body.open_app,
            is_link.then(|| ("Open WhatsApp".to_owned(), app_url.to_owned())),
            "{app_url} {is_phone}"
        );
        assert!(body.unfold.is_none() && !body.is_code_last, "there is no code to fold away");
    }
    let body = qr_view(draw(
        &awaiting(AwaitBuyer { app_url: None, ..order() }, Look::Idle),
        Local { is_phone: true, ..Local::default() },
    ));
    assert!(body.open_app.is_none());
}

#[test]
fn an_order_whose_time_is_up_has_only_another_way() {
    let looking = qr_view(draw(&awaiting(order(), Look::LastLook { tries: 0 }), Local::default()));
    assert!(looking.check.is_none() && looking.status.contains("looking once more"), "{}", looking.status);
    let phone = Local { is_phone: true, ..Local::default() };
    let over = qr_view(draw(&awaiting(order(), Look::OutOfTime), phone));
    assert_eq!(over.heading, "The time to pay is over");
    assert!(over.open_app.is_none() && over.check.is_none() && over.new_code.is_none());
    assert!(over.lines.len() == 1 && over.lines[0].before.contains("Pay another way"), "{:?}", over.lines);
}

#[test]
fn while_the_card_is_charged_the_buyer_waits_for_the_bank() {
    let (_, state) = states().into_iter().find(|(name, _)| *name == "waiting_card").expect("a sample");
    let Body::Panel(panel) = draw(&state, Local::default()).body else { panic!("not a panel") };
    assert_eq!(panel.heading, "Talking to your bank");
    assert!(panel.frame.is_none(), "there is no frame");
}

#[test]
fn who_cannot_be_reached_is_led_to_another_way() {
    let code = FailureCode::BuyerUnreachable;
    let view = SessionView { methods: chat_session(1, &CARDS).methods, ..declined_view(1, code) };
    let state = State::Choosing { view: Rc::new(view), notice: Some(Notice::Failed(code)) };
    assert_eq!(
        draw(&state, Local::default()).live,
        "We can't reach you on WhatsApp. Nothing was charged. Please pay another way."
    );
}
