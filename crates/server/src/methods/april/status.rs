//! What April's words for a transaction and for an order mean. Source: April, "Get Transaction" (`TransactionStatus`), and
//! "Cancel Order"; which word follows which is undocumented, so an unknown one never ends anything.

/// Where a transaction stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Meaning {
    /// It came to nothing: the card was refused.
    Failed,
    /// It was given up before money moved: a reservation that lapsed.
    Cancelled,
    /// It waits for a challenge, or for something that we do not know.
    Open,
    /// April works on it, and it may still become money.
    Pending,
    /// The money is reserved.
    Held,
    /// The money moved.
    Paid,
}

/// Reads a transaction's status.
pub(super) fn of_transaction(status: &str) -> Meaning {
    match status {
        // `accepted` is how a plan of instalments counts as paid: April owes us the whole.
        "paid" | "accepted" | "partially_refunded" | "refunded" | "disputed" => Meaning::Paid,
        "not_captured" => Meaning::Held,
        "pending" => Meaning::Pending,
        "failed" => Meaning::Failed,
        "cancelled" => Meaning::Cancelled,
        // `incomplete` among them: a challenge that is under way.
        _ => Meaning::Open,
    }
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OrderState {
    /// It can be paid.
    Created,
    /// It was paid.
    Paid,
    /// It can no longer be paid.
    Cancelled,
    /// A word that we do not know.
    Unknown,
}

/// Reads an order's status.
pub(super) fn of_order(status: &str) -> OrderState {
    match status {
        "created" => OrderState::Created,
        "paid" => OrderState::Paid,
        "cancelled" => OrderState::Cancelled,
        _ => OrderState::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_documented_status_has_its_meaning() {
        for (status, meaning) in [
            ("accepted", Meaning::Paid),
            ("paid", Meaning::Paid),
            ("refunded", Meaning::Paid),
            ("partially_refunded", Meaning::Paid),
            ("disputed", Meaning::Paid),
            ("not_captured", Meaning::Held),
            ("pending", Meaning::Pending),
            ("incomplete", Meaning::Open),
            ("failed", Meaning::Failed),
            ("cancelled", Meaning::Cancelled),
        ] {
            assert_eq!(of_transaction(status), meaning, "{status}");
        }
        for status in ["", "PAID", "paid ", "succeeded", "canceled", "declined"] {
            assert_eq!(of_transaction(status), Meaning::Open, "{status:?}");
            assert_eq!(of_order(status), OrderState::Unknown, "{status:?}");
        }
    }

    #[test]
    fn money_counts_more_than_its_absence() {
        assert!(Meaning::Paid > Meaning::Held && Meaning::Held > Meaning::Pending);
        assert!(Meaning::Pending > Meaning::Open && Meaning::Open > Meaning::Failed);
    }
}
