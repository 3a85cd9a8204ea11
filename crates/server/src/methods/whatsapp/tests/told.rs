//! What the buyer is told after each event, and where a shop's order may go: the table, and no way around it.

use super::super::order_state::{OrderState, PaymentState, Step};
use super::super::told::Told;
use super::*;
use crate::error::Error;
use crate::methods::{NewMessage, Occasion, OrderNews, OrderStatus};
use crate::store::Lease;
use crate::store::messages::Message;
use crate::store::operations::{Operation, OperationKind, OperationStatus};
use proptest::prelude::*;
use umclique_wire::{Failure, FailureCode};

const STATES: [OrderState; 6] = [
    OrderState::Pending,
    OrderState::Processing,
    OrderState::PartiallyShipped,
    OrderState::Shipped,
    OrderState::Completed,
    OrderState::Canceled,
];

/// A row per state, a column per state: `+` changes, `=` repeats, `6` is 2046, `7` is 2047.
fn table(payment: Option<PaymentState>) -> Vec<String> {
    let mark = |step| match step {
        Step::Change => '+',
        Step::Repeat => '=',
        Step::NoTransition => '6',
        Step::NoCancel => '7',
    };
    STATES.map(|from| STATES.iter().map(|to| mark(from.step(*to, payment))).collect()).to_vec()
}

#[test]
fn every_pair_of_order_states_has_its_step() {
    let unpaid = ["=+++6+", "6=++++", "66=+++", "666=++", "6666=6", "66666="];
    assert_eq!(table(None), unpaid);
    assert_eq!(table(Some(PaymentState::Failed)), unpaid);
    assert_eq!(table(Some(PaymentState::Pending)), ["=+++67", "6=+++7", "66=+++", "666=++", "6666=6", "66666="]);
    assert_eq!(table(Some(PaymentState::Captured)), ["=+++67", "6=+++7", "66=++7", "666=+7", "6666=6", "66666="]);
}

fn refund() -> Operation {
    Operation {
        id: "re_0193f0c47d5b7c3e9a1d2b3c4d5e6f70".to_owned(),
        attempt: keys::new_attempt_id(),
        kind: OperationKind::Refund,
        status: OperationStatus::Succeeded,
        version: 1,
        amount_minor: 345,
        reason: None,
        idempotency_key: None,
        fingerprint: None,
        target_reference: None,
        provider_reference: None,
        snapshot: None,
        failure: None,
        needs_attention: false,
        unknown_since_ms: None,
        next_tend_at_ms: None,
        asks: 0,
        lease: Lease::default(),
        created_at_ms: NOW_MS,
        changed_at_ms: NOW_MS,
    }
}

#[test]
fn each_event_tells_what_it_should() {
    use AttemptStatus::{Canceled, Expired, Failed, RequiresCapture, Succeeded};
    let tapped = || Details { tap: Some(1), ..sent() };
    let manual = || Details { is_manual: true, ..tapped() };
    let unsent = || Details { is_sent: false, ..sent() };
    let late = |attempt: &mut Attempt| attempt.flags.late_capture = true;
    let unreachable = |attempt: &mut Attempt| attempt.failure = Some(Failure { code: FailureCode::BuyerUnreachable });
    let none = |_: &mut Attempt| {};
    type Change = fn(&mut Attempt);
    // The message's name, where the order stands, what became of the money.
    type Said<'a> = Option<(&'a str, Option<&'a str>, Option<&'a str>)>;
    let cases: [(&str, Details, AttemptStatus, Change, Said<'_>); 16] = [
        ("payment.succeeded", tapped(), Succeeded, none, Some(("paid", Some("processing"), Some("captured")))),
        ("payment.succeeded", manual(), Succeeded, none, Some(("paid", None, Some("captured")))),
        ("payment.succeeded", tapped(), Succeeded, late, Some(("paid", None, Some("captured")))),
        ("payment.requires_capture", manual(), RequiresCapture, none, Some(("reserved", Some("processing"), None))),
        ("payment.failed", tapped(), Failed, none, Some(("failed", None, Some("failed")))),
        ("payment.failed", sent(), Expired, none, Some(("closed", Some("canceled"), Some("failed")))),
        ("payment.failed", sent(), Failed, none, Some(("closed", Some("canceled"), Some("failed")))),
        ("payment.failed", sent(), Failed, unreachable, None),
        ("payment.failed", unsent(), Failed, none, None),
        ("payment.canceled", sent(), Canceled, none, Some(("closed", Some("canceled"), Some("failed")))),
        ("payment.canceled", manual(), Canceled, none, Some(("closed", Some("canceled"), Some("failed")))),
        ("payment.canceled", unsent(), Canceled, none, None),
        (
            "refund.succeeded",
            tapped(),
            Succeeded,
            none,
            Some(("refund:re_0193f0c47d5b7c3e9a1d2b3c4d5e6f70", None, None)),
        ),
        ("refund.failed", tapped(), Succeeded, none, None),
        ("payment.flagged", tapped(), Succeeded, none, None),
        ("payment.new", tapped(), Succeeded, none, None),
    ];
    let (session, refund) = (session(cart(), 2_950), refund());
    for (event, details, status, change, expected) in cases {
        let mut attempt = Attempt { status, live: !status.is_final(), ..attempt(&details, NOW_MS) };
        change(&mut attempt);
        let refund = event.starts_with("refund").then_some(&refund);
        let message = quiet().told_of(Occasion { event, attempt: &attempt, session: &session, refund });
        let told = message.as_ref().map(|message| {
            let told = Told::read(&message.body).expect("a message");
            assert!(!told.text.is_empty() && told.text.contains("1001"), "{}", told.text);
            (message.name.clone(), told.order.map(OrderState::as_str), told.payment.map(PaymentState::as_str))
        });
        let expected = expected.map(|(name, order, payment)| (name.to_owned(), order, payment));
        assert_eq!(told, expected, "{event} {status:?}");
    }
}

#[test]
fn a_refund_tells_how_much_in_the_buyers_language() {
    let (session, refund) = (session(cart(), 2_950), refund());
    for (language, price) in [(Language::Pt, "R$ 3,45"), (Language::En, "R$ 3.45")] {
        let attempt = waiting(&Details { language, tap: Some(1), ..sent() });
        let occasion =
            Occasion { event: "refund.succeeded", attempt: &attempt, session: &session, refund: Some(&refund) };
        let message = quiet().told_of(occasion).expect("told");
        assert!(Told::read(&message.body).expect("a message").text.contains(price));
    }
}

/// What was told, as the store has it.
fn kept(message: &NewMessage, failure: Option<&str>) -> Message {
    Message {
        id: keys::new_row_id(),
        attempt: keys::new_attempt_id(),
        name: message.name.clone(),
        body: message.body.clone(),
        created_at_ms: NOW_MS,
        tries: 1,
        sent_at_ms: None,
        state: None,
        failure: failure.map(str::to_owned),
    }
}

fn wish(attempt: &Attempt, told: &[Message], status: OrderStatus) -> Result<NewMessage, Error> {
    let description = Some("Correios AB123");
    quiet().order_news(OrderNews { attempt, told, status, description, name: "shop:1" })
}

/// An attempt in this state, and what its own event told.
fn settled(status: AttemptStatus) -> (Attempt, Vec<Message>) {
    let details = Details { tap: Some(1), is_manual: status == AttemptStatus::RequiresCapture, ..sent() };
    let attempt = Attempt { status, live: !status.is_final(), ..attempt(&details, NOW_MS) };
    let event = match status {
        AttemptStatus::Succeeded => "payment.succeeded",
        AttemptStatus::RequiresCapture => "payment.requires_capture",
        _ => "payment.failed",
    };
    let session = session(cart(), 2_950);
    let message = quiet().told_of(Occasion { event, attempt: &attempt, session: &session, refund: None });
    let told = message.iter().map(|message| kept(message, None)).collect();
    (attempt, told)
}

#[test]
fn a_shop_tells_only_what_the_table_allows() {
    use AttemptStatus::{Failed, RequiresAction, RequiresCapture, Succeeded};
    use OrderStatus::{Canceled, Completed, PartiallyShipped, Processing, Shipped};
    for (status, wanted, refusal) in [
        (Succeeded, Processing, None),
        (Succeeded, PartiallyShipped, None),
        (Succeeded, Shipped, None),
        (Succeeded, Completed, None),
        (Succeeded, Canceled, Some("2047")),
        (RequiresCapture, Shipped, None),
        (RequiresCapture, Canceled, Some("2047")),
        (Failed, Canceled, None),
        (Failed, Completed, Some("2046")),
        (RequiresAction, Shipped, Some("not settled")),
    ] {
        let (attempt, told) = settled(status);
        match (wish(&attempt, &told, wanted), refusal) {
            (Ok(message), None) => assert_eq!(message.name, "shop:1"),
            (Err(Error::NotPossible(why)), Some(part)) => assert!(why.contains(part), "{why}"),
            (outcome, _) => panic!("{status:?} {wanted:?}: {outcome:?}"),
        }
    }
    let (attempt, _) = settled(Succeeded);
    let unsent = Attempt { details: Details { is_sent: false, ..sent() }.stored(), ..attempt };
    assert!(matches!(wish(&unsent, &[], Shipped), Err(Error::NotPossible(_))));
}

#[test]
fn what_was_refused_was_not_told() {
    let (attempt, mut told) = settled(AttemptStatus::Succeeded);
    let shipped = wish(&attempt, &told, OrderStatus::Shipped).expect("allowed");
    told.push(kept(&shipped, Some("WhatsApp refused it afterwards with code 2046")));
    assert!(wish(&attempt, &told, OrderStatus::PartiallyShipped).is_ok(), "it is not shipped in the chat");
    told.push(kept(&shipped, None));
    assert!(wish(&attempt, &told, OrderStatus::PartiallyShipped).is_err());
    // What cannot be read was never ours.
    told.insert(0, kept(&NewMessage { name: "x".to_owned(), body: json!(7) }, None));
    assert!(wish(&attempt, &told, OrderStatus::Completed).is_ok());
}

proptest! {
    /// Whatever a shop wishes, in whatever order, and whatever of it fails: what is let through is a walk on the table.
    #[test]
    fn no_wishes_lead_off_the_table(
        is_paid in any::<bool>(),
        wishes in proptest::collection::vec((0_usize..5, any::<bool>()), 0..12),
    ) {
        let all = [
            OrderStatus::Processing,
            OrderStatus::PartiallyShipped,
            OrderStatus::Shipped,
            OrderStatus::Completed,
            OrderStatus::Canceled,
        ];
        let (attempt, mut told) = settled(if is_paid { AttemptStatus::Succeeded } else { AttemptStatus::Failed });
        let payment = Some(if is_paid { PaymentState::Captured } else { PaymentState::Failed });
        let mut stands = if is_paid { OrderState::Processing } else { OrderState::Pending };
        for (at, fails) in wishes {
            let to = STATES[at + 1];
            let step = stands.step(to, payment);
            match wish(&attempt, &told, all[at]) {
                Ok(message) => {
                    prop_assert!(matches!(step, Step::Change | Step::Repeat));
                    told.push(kept(&message, fails.then_some("2046")));
                    stands = if fails { stands } else { to };
                }
                Err(_) => prop_assert!(matches!(step, Step::NoTransition | Step::NoCancel)),
            }
            prop_assert!(!(is_paid && stands == OrderState::Canceled), "what is paid is refunded, not canceled");
        }
    }
}
