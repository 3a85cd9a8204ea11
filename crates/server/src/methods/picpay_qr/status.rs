//! ePag's statuses in our words. Source: ePag, "Transaction status map".

use umclique_wire::AttemptStatus;

/// What a status of ePag's says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Meaning {
    /// Where the payment stands.
    pub(super) status: AttemptStatus,
    /// The payer disputes it, or did.
    pub(super) is_disputed: bool,
    /// All the money went back, whatever the amounts in the answer say.
    pub(super) is_all_refunded: bool,
    /// ePag's `CANCELED` is one word for "nobody paid in time" and "closed": the clock must tell them apart.
    pub(super) is_expired_or_canceled: bool,
    /// An error code beside it tells why; beside the others `00.00.0000` means "none".
    pub(super) has_failure: bool,
}

/// Reads a status. Unknown ones are not final and mean that the provider works on it: never success, never a failure.
pub(super) fn meaning(text: &str) -> Meaning {
    use AttemptStatus::{Canceled, Failed, Processing, RequiresAction, RequiresCapture, Succeeded};
    let plain = |status| Meaning {
        status,
        is_disputed: false,
        is_all_refunded: false,
        is_expired_or_canceled: false,
        has_failure: false,
    };
    let disputed = Meaning { is_disputed: true, ..plain(Succeeded) };
    match text {
        // PicPay waits for the payer in both.
        "CREATED" | "PROCESSING" => plain(RequiresAction),
        "IN_ANALYSIS" => plain(Processing),
        "PRE_AUTHORIZED" => plain(RequiresCapture),
        // A refund does not undo that the payment succeeded: it is a resource of its own.
        "PAID" | "PARTIALLY_REFUNDED" => plain(Succeeded),
        "REFUNDED" => Meaning { is_all_refunded: true, ..plain(Succeeded) },
        "DECLINED" | "ERROR" => Meaning { has_failure: true, ..plain(Failed) },
        "CANCELED" => Meaning { is_expired_or_canceled: true, ..plain(Canceled) },
        "DISPUTE" | "DISPUTE_FINAL" | "DISPUTE_RECOVERED" => disputed,
        "DISPUTE_REFUNDED" | "POST_REFUND_DISPUTE" => Meaning { is_all_refunded: true, ..disputed },
        _ => plain(Processing),
    }
}

/// How far a payment got: of several under one reference the furthest counts most.
pub(super) fn rank(status: AttemptStatus) -> u8 {
    match status {
        AttemptStatus::Succeeded => 0,
        AttemptStatus::RequiresCapture => 1,
        AttemptStatus::Processing => 2,
        AttemptStatus::RequiresAction | AttemptStatus::Sending => 3,
        AttemptStatus::Failed | AttemptStatus::Canceled | AttemptStatus::Expired => 4,
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use AttemptStatus::{Canceled, Failed, Processing, RequiresAction, RequiresCapture, Succeeded};

    /// Every documented status: what it is, whether it is disputed, whether all went back.
    pub(in super::super) const TABLE: [(&str, AttemptStatus, bool, bool); 15] = [
        ("CREATED", RequiresAction, false, false),
        ("PROCESSING", RequiresAction, false, false),
        ("PRE_AUTHORIZED", RequiresCapture, false, false),
        ("IN_ANALYSIS", Processing, false, false),
        ("PAID", Succeeded, false, false),
        ("PARTIALLY_REFUNDED", Succeeded, false, false),
        ("REFUNDED", Succeeded, false, true),
        ("DECLINED", Failed, false, false),
        ("ERROR", Failed, false, false),
        ("CANCELED", Canceled, false, false),
        ("DISPUTE", Succeeded, true, false),
        ("DISPUTE_FINAL", Succeeded, true, false),
        ("DISPUTE_REFUNDED", Succeeded, true, true),
        ("DISPUTE_RECOVERED", Succeeded, true, false),
        ("POST_REFUND_DISPUTE", Succeeded, true, true),
    ];

    #[test]
    fn every_documented_status_has_its_meaning() {
        for (text, status, is_disputed, is_all_refunded) in TABLE {
            let told = meaning(text);
            assert_eq!(
                (told.status, told.is_disputed, told.is_all_refunded),
                (status, is_disputed, is_all_refunded),
                "{text}"
            );
            assert_eq!(told.has_failure, status == Failed, "{text}");
            assert_eq!(told.is_expired_or_canceled, status == Canceled, "{text}");
        }
    }

    #[test]
    fn an_unknown_status_is_neither_success_nor_the_end() {
        for text in ["", "paid", "PAID ", "CANCELLED", "SETTLED", "REVERSED", "DISPUTED"] {
            let told = meaning(text);
            assert_eq!(told.status, Processing, "{text:?}");
            assert!(!told.is_disputed && !told.is_all_refunded && !told.has_failure, "{text:?}");
        }
    }
}
