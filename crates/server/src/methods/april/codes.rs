//! April's error codes: which are a definite no, and what the buyer can do about it. Source: April, "Handling errors and
//! payment actions"; `bad_request` and `unknown_charge_error` from its predecessor Limepay, whose engine it is.

use umclique_wire::FailureCode;

/// What a documented no means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct No {
    /// To the buyer.
    pub(super) failure: FailureCode,
    /// To the shop: a person should look.
    pub(super) is_suspicious: bool,
}

const fn no(failure: FailureCode) -> No {
    No { failure, is_suspicious: false }
}

/// What a payment refused with this code means. `None`: the outcome is unknown.
pub(super) fn of_payment(status: u16, code: &str) -> Option<No> {
    if status != 400 {
        return None;
    }
    match code {
        "card_declined" | "do_not_honor" | "not_permitted" => Some(no(FailureCode::Declined)),
        "insufficient_funds" => Some(no(FailureCode::InsufficientFunds)),
        "expired_card" | "invalid_expiry_month" | "invalid_expiry_year" => Some(no(FailureCode::CardExpired)),
        "incorrect_cvc" | "invalid_cvc" | "incorrect_number" => Some(no(FailureCode::CardDetails)),
        // Whoever tries out stolen cards is not told what was noticed.
        "fraudulent" | "stolen_card" | "pickup_card" => {
            Some(No { failure: FailureCode::Declined, is_suspicious: true })
        }
        // Nothing was charged: a token that is too old, used up or made for another amount.
        // No token is ever sent after its outcome was unknown, so this no cannot stand for an earlier yes. Typing
        // the card again makes a new token, which mends all of these.
        "bad_request" => Some(no(FailureCode::CardDetails)),
        // `processing_error` and `unknown_charge_error` among them: the card may have been charged.
        _ => None,
    }
}

/// What a payment refused after a challenge means. There `bad_request` is a challenge that was not passed: a token that
/// was good enough to ask for one is not the trouble.
pub(super) fn of_confirmation(status: u16, code: &str) -> Option<No> {
    match (status, code) {
        (400, "bad_request") => Some(no(FailureCode::AuthenticationFailed)),
        _ => of_payment(status, code),
    }
}

/// What a refused creation of an order means: our data cannot be used, and will not be the next time.
pub(super) fn of_creation(status: u16, _: &str) -> Option<No> {
    matches!(status, 400 | 422).then_some(no(FailureCode::ProviderUnavailable))
}

/// What a refused capture or refund means: 4xx is the caller's fault, so nothing was done. After 404 and 409 one has to
/// read what is there, so they settle nothing.
pub(super) fn of_operation(status: u16, code: &str) -> Option<No> {
    let is_unclear = matches!(code, "processing_error" | "unknown_charge_error");
    (matches!(status, 400 | 422) && !is_unclear).then_some(no(FailureCode::Declined))
}

/// What a refused cancel means: 409 is an order that is paid or cancelled already.
pub(super) fn of_cancel(status: u16, _: &str) -> Option<No> {
    matches!(status, 400 | 409 | 422).then_some(no(FailureCode::Declined))
}

/// A word of the documented alphabet, so that nothing else of an answer gets into logs and timelines: no name, and no
/// number that could be a card's.
pub(super) fn word(text: &str) -> Option<&str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    (is_plain && digits <= 3 && (1..=48).contains(&text.len())).then_some(text)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use FailureCode::{CardDetails, CardExpired, Declined, InsufficientFunds};

    /// Every documented code of a declined payment: what the buyer reads, and whether a person should look.
    pub(in super::super) const DECLINES: [(&str, FailureCode, bool); 14] = [
        ("card_declined", Declined, false),
        ("do_not_honor", Declined, false),
        ("not_permitted", Declined, false),
        ("insufficient_funds", InsufficientFunds, false),
        ("expired_card", CardExpired, false),
        ("invalid_expiry_month", CardExpired, false),
        ("invalid_expiry_year", CardExpired, false),
        ("incorrect_cvc", CardDetails, false),
        ("invalid_cvc", CardDetails, false),
        ("incorrect_number", CardDetails, false),
        ("fraudulent", Declined, true),
        ("stolen_card", Declined, true),
        ("pickup_card", Declined, true),
        ("bad_request", CardDetails, false),
    ];

    /// Codes after which nobody knows whether the card was charged.
    pub(in super::super) const UNCLEAR: [&str; 5] =
        ["processing_error", "unknown_charge_error", "something_new", "CARD_DECLINED", ""];

    #[test]
    fn each_documented_decline_has_its_kind() {
        for (code, failure, is_suspicious) in DECLINES {
            assert_eq!(of_payment(400, code), Some(No { failure, is_suspicious }), "{code}");
            for status in [200, 401, 403, 404, 409, 422, 500] {
                assert_eq!(of_payment(status, code), None, "{status} {code}");
            }
        }
        for code in UNCLEAR {
            assert_eq!(of_payment(400, code), None, "{code}");
        }
    }

    #[test]
    fn after_a_challenge_a_bad_request_is_the_challenges() {
        let failure = |code| of_confirmation(400, code).map(|no| no.failure);
        assert_eq!(failure("bad_request"), Some(FailureCode::AuthenticationFailed));
        assert_eq!(failure("card_declined"), Some(Declined));
        assert_eq!((failure("processing_error"), of_confirmation(409, "bad_request")), (None, None));
    }

    #[test]
    fn other_calls_are_refused_by_their_status() {
        for (status, creation, operation, cancel) in [
            (400, true, true, true),
            (404, false, false, false),
            (405, false, false, false),
            (409, false, false, true),
            (422, true, true, true),
        ] {
            assert_eq!(of_creation(status, "bad_request").is_some(), creation, "{status}");
            assert_eq!(of_operation(status, "bad_request").is_some(), operation, "{status}");
            assert_eq!(of_cancel(status, "bad_request").is_some(), cancel, "{status}");
        }
        assert_eq!((of_operation(400, "processing_error"), of_operation(400, "unknown_charge_error")), (None, None));
    }

    #[test]
    fn only_plain_words_are_words() {
        for text in ["card_declined", "3ds_failed", "paid"] {
            assert_eq!(word(text), Some(text));
        }
        for text in
            ["", "Ana Souza", "a@b.c", "4242424242424242", "card_4242424242", "é", "CARD", "x-y", &"x".repeat(49)]
        {
            assert_eq!(word(text), None, "{text:?}");
        }
    }
}
