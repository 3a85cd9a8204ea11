//! ePag's error codes: which are a definite no, and what the buyer can do about it.
//! Source: ePag, "Error response"; statuses of declined payments from "Transaction status map".

use umclique_wire::FailureCode;

/// A code of the documented form `NN.NN.NNNN`, so that nothing else of an answer gets into our logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Code(String);

impl Code {
    /// Reads a code.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let is_digits = |range: std::ops::Range<usize>| text.as_bytes()[range].iter().all(u8::is_ascii_digit);
        let is_code = text.len() == 10
            && text.as_bytes()[2] == b'.'
            && text.as_bytes()[5] == b'.'
            && [0..2, 3..5, 6..10].into_iter().all(is_digits);
        is_code.then(|| Self(text.to_owned()))
    }

    /// The code as ePag writes it.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// `00.00.0000` stands on paid payments, though the table calls it "unknown error": it says nothing.
    pub(super) fn is_none(&self) -> bool {
        self.0 == "00.00.0000"
    }

    /// What a refusal with this code means. `None`: not a documented no, so the outcome is unknown.
    pub(super) fn refusal(&self) -> Option<FailureCode> {
        let (family, number) = self.0.split_at(6);
        match (family, number) {
            ("00.01.", "0024" | "0039" | "0042" | "0044" | "0049" | "0050" | "0051") => {
                Some(FailureCode::ProviderUnavailable)
            }
            ("00.01.", "0058") => Some(FailureCode::AmountNotAllowed),
            ("00.01.", "0012" | "0038" | "0068") => Some(FailureCode::ProviderUnavailable),
            ("00.01.", "0007" | "0021" | "0022" | "0023" | "0027" | "0030" | "0035" | "0036" | "0037" | "0045") => {
                Some(FailureCode::ProviderUnavailable)
            }
            ("00.01.", "0026") | ("00.04.", "0016") => Some(FailureCode::BuyerDetails),
            ("00.04.", "0001" | "0002" | "0005" | "0021") => Some(FailureCode::ProviderUnavailable),
            // Not pre-authorized, status locked, firewall, not refundable.
            ("00.04.", "0006" | "0010" | "0012" | "0019") => Some(FailureCode::Declined),
            ("00.04.", "0011" | "0014") => Some(FailureCode::AmountNotAllowed),
            // 00.04.0022, "token already sent", would mean that something was executed. 00.02, 00.03 and 00.05 are
            // failures inside and behind ePag, after which nobody knows.
            _ => self.decline(),
        }
    }

    /// What the acquirer's codes mean: on payments that ended DECLINED or ERROR, and on refused calls.
    pub(super) fn decline(&self) -> Option<FailureCode> {
        let (family, number) = self.0.split_at(6);
        match (family, number) {
            ("01.05.", "0014") => Some(FailureCode::InsufficientFunds),
            ("01.10.", "0002") => Some(FailureCode::AmountNotAllowed),
            ("01.11.", number) => ("0001"..="0013").contains(&number).then_some(FailureCode::BuyerDetails),
            (
                "01.01." | "01.02." | "01.03." | "01.04." | "01.05." | "01.06." | "01.07." | "01.08." | "01.09."
                | "01.10.",
                _,
            ) => Some(FailureCode::Declined),
            _ => None,
        }
    }
}

/// Which of our fields a validation error names, and who can mend it. Source: texts of the form `<field.path>: <reason>`.
pub(super) fn named_field(description: &str) -> Option<(&'static str, FailureCode)> {
    const FIELDS: [(&str, FailureCode); 12] = [
        ("person.full_name", FailureCode::BuyerDetails),
        ("person.email", FailureCode::BuyerDetails),
        ("person.tax_id", FailureCode::BuyerDetails),
        ("person.birth_date", FailureCode::BuyerDetails),
        ("payment.amount", FailureCode::AmountNotAllowed),
        ("payment.currency", FailureCode::ProviderUnavailable),
        ("payment.country", FailureCode::ProviderUnavailable),
        ("payment.picpay.expiration_date", FailureCode::ProviderUnavailable),
        ("contract_id", FailureCode::ProviderUnavailable),
        ("reference_id", FailureCode::ProviderUnavailable),
        ("notification_url", FailureCode::ProviderUnavailable),
        ("ip_address", FailureCode::ProviderUnavailable),
    ];
    let (path, _) = description.split_once(':')?;
    FIELDS.into_iter().find(|(field, _)| *field == path.trim())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use FailureCode::{AmountNotAllowed, BuyerDetails, Declined, InsufficientFunds, ProviderUnavailable};

    /// The documented refusals, with the HTTP status under which they are known or assumed.
    pub(in super::super) const REFUSALS: [(u16, &str, FailureCode); 43] = [
        (400, "00.01.0024", ProviderUnavailable),
        (400, "00.01.0039", ProviderUnavailable),
        (400, "00.01.0042", ProviderUnavailable),
        (400, "00.01.0044", ProviderUnavailable),
        (400, "00.01.0049", ProviderUnavailable),
        (400, "00.01.0050", ProviderUnavailable),
        (400, "00.01.0051", ProviderUnavailable),
        (400, "00.01.0058", AmountNotAllowed),
        (403, "00.04.0001", ProviderUnavailable),
        (403, "00.04.0002", ProviderUnavailable),
        (403, "00.04.0005", ProviderUnavailable),
        (422, "00.01.0007", ProviderUnavailable),
        (422, "00.01.0021", ProviderUnavailable),
        (422, "00.01.0022", ProviderUnavailable),
        (422, "00.01.0023", ProviderUnavailable),
        (422, "00.01.0027", ProviderUnavailable),
        (422, "00.01.0030", ProviderUnavailable),
        (422, "00.01.0035", ProviderUnavailable),
        (422, "00.01.0036", ProviderUnavailable),
        (422, "00.01.0037", ProviderUnavailable),
        (422, "00.01.0045", ProviderUnavailable),
        (422, "00.04.0021", ProviderUnavailable),
        (422, "00.01.0026", BuyerDetails),
        (422, "00.04.0016", BuyerDetails),
        (422, "01.11.0001", BuyerDetails),
        (422, "01.11.0007", BuyerDetails),
        (422, "01.11.0013", BuyerDetails),
        (422, "00.04.0006", Declined),
        (422, "00.04.0010", Declined),
        (422, "00.04.0011", AmountNotAllowed),
        (422, "00.04.0012", Declined),
        (422, "00.04.0014", AmountNotAllowed),
        (422, "00.04.0019", Declined),
        (422, "01.06.0001", Declined),
        (422, "01.01.0001", Declined),
        (422, "01.02.0001", Declined),
        (422, "01.05.0014", InsufficientFunds),
        (422, "01.05.0018", Declined),
        (400, "01.05.0030", Declined),
        (422, "01.07.0001", Declined),
        (422, "01.08.0001", Declined),
        (422, "01.10.0002", AmountNotAllowed),
        (422, "01.10.0001", Declined),
    ];

    /// Codes after which nobody knows what happened, whatever the HTTP status.
    pub(in super::super) const NOT_A_NO: [&str; 13] = [
        "00.00.0000",
        "00.02.0001",
        "00.03.0001",
        "00.03.0002",
        "00.03.0003",
        "00.05.0001",
        "00.05.0002",
        "00.05.0003",
        "00.05.0004",
        "00.04.0022",
        "00.01.9999",
        "01.11.0014",
        "77.77.7777",
    ];

    #[test]
    fn each_documented_refusal_has_a_kind() {
        for (_, code, failure) in REFUSALS {
            assert_eq!(Code::parse(code).expect("a code").refusal(), Some(failure), "{code}");
        }
        for code in NOT_A_NO {
            assert_eq!(Code::parse(code).expect("a code").refusal(), None, "{code}");
        }
    }

    #[test]
    fn only_codes_are_codes() {
        for text in
            ["", "00.01.004", "00.01.00444", "00-01-0044", "ab.cd.efgh", "00.01.00é", "52998224725", "é0.01.0044"]
        {
            assert_eq!(Code::parse(text), None, "{text:?}");
        }
        assert!(Code::parse("00.00.0000").expect("a code").is_none());
    }

    #[test]
    fn a_validation_text_is_read_only_up_to_its_field() {
        for (text, expected) in [
            ("person.tax_id: invalid tax ID number", Some(("person.tax_id", BuyerDetails))),
            ("payment.amount: must be greater than 0", Some(("payment.amount", AmountNotAllowed))),
            ("contract_id: must not be null", Some(("contract_id", ProviderUnavailable))),
            ("person.tax_id 52998224725 is wrong", None),
            ("52998224725: no such person", None),
            ("Malformed JSON request", None),
        ] {
            assert_eq!(named_field(text), expected, "{text:?}");
        }
    }
}
