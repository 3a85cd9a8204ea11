//! Every text that the buyer reads, by key and language. A missing text does not compile.
//!
//! Called by `machine::view` only. Money and dates are not made here; they come formatted by the browser's `Intl`.

mod en;
mod pt_br;

use umclique_wire::FailureCode;

/// A language that the component speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lang {
    /// Brazilian Portuguese, also for every tag that begins with `pt`.
    PtBr,
    /// English, for everything else.
    En,
}

impl Lang {
    /// Both languages.
    pub const ALL: [Self; 2] = [Self::PtBr, Self::En];

    /// The language nearest to a BCP 47 tag.
    #[must_use]
    pub fn nearest(tag: &str) -> Self {
        let is_pt = tag.get(..2).is_some_and(|start| start.eq_ignore_ascii_case("pt"));
        if is_pt && !tag[2..].starts_with(|next: char| next.is_ascii_alphabetic()) { Self::PtBr } else { Self::En }
    }

    /// The tag for `lang` attributes.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::PtBr => "pt-BR",
            Self::En => "en",
        }
    }

    /// The text of a key.
    #[must_use]
    pub fn text(self, key: Key) -> &'static str {
        match self {
            Self::PtBr => pt_br::text(key),
            Self::En => en::text(key),
        }
    }

    /// The text of a key with `{}` replaced.
    #[must_use]
    pub fn fill(self, key: Key, value: &str) -> String {
        let (before, after) = split(self.text(key));
        [before, value, after].concat()
    }
}

/// A text before and after its `{}`.
#[must_use]
pub fn split(text: &'static str) -> (&'static str, &'static str) {
    match text.split_once('{') {
        Some((before, rest)) => (before, rest.get(1..).unwrap_or_default()),
        None => (text, ""),
    }
}

macro_rules! keys {
    ($($(#[$doc:meta])* $key:ident,)*) => {
        /// The name of a text. Those with `{}` say what it stands for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Key { $($(#[$doc])* $key,)* }

        impl Key {
            /// Every key, for tests.
            pub const ALL: &'static [Self] = &[$(Self::$key,)*];
        }
    };
}

keys! {
    /// Said while the first snapshot is on its way.
    Loading,
    /// The method list's legend.
    ChooseLegend,
    /// Under everything: why this is safe.
    Footer,
    /// The pay button; `{}` is the amount.
    Pay,
    /// The pay button after a code ran out.
    NewCode,
    /// "Pay another way".
    Leave,
    /// "Try again".
    Retry,
    /// "Back to the shop".
    Back,
    /// Title of PicPay by QR.
    PicpayQrTitle,
    /// What happens with PicPay by QR.
    PicpayQrHint,
    /// Label.
    TaxId,
    /// Label.
    Name,
    /// Label.
    Email,
    /// Nothing typed as CPF.
    TaxIdEmpty,
    /// Digits are missing.
    TaxIdShort,
    /// Too long, or other characters.
    TaxIdShape,
    /// The check digits do not fit.
    TaxIdDigits,
    /// No full name.
    NameEmpty,
    /// Not an e-mail address.
    EmailShape,
    /// The server does not take this field.
    FieldRefused,
    /// Heading while the outcome of pay is open.
    Confirming,
    /// How long it may take, and that leaving is safe.
    ConfirmingHint,
    /// Heading once the answer got lost.
    ConfirmingDoubt,
    /// What that means: do not pay again.
    ConfirmingDoubtHint,
    /// On the button that waits.
    Busy,
    /// Heading of the QR panel.
    ScanHeading,
    /// Heading of the QR panel on a phone.
    AppHeading,
    /// Opens PicPay's app.
    OpenApp,
    /// Copies the code.
    Copy,
    /// The code was copied.
    Copied,
    /// Said after copying; `{}` is the payee.
    CopiedHint,
    /// Label of the code's text.
    CodeLabel,
    /// Shows the folded QR code.
    ShowQr,
    /// Name of the QR picture; `{}` is "amount, payee, day" joined by the view.
    QrAlt,
    /// "to {payee}" inside the QR's name.
    QrTo,
    /// "until {day}" inside the QR's name.
    QrUntil,
    /// The picture cannot be shown.
    QrBroken,
    /// A calm sign that we are listening.
    Awaiting,
    /// Until which day the code can be paid; `{}` is the day.
    ValidUntil,
    /// Shown in place of the day when little time is left; `{}` is minutes and seconds.
    TimeLeft,
    /// Ask the buyer to compare the payee; `{}` is its name.
    ComparePayee,
    /// The payer is asked for more than the order; `{}` is the amount.
    PayerAmount,
    /// "I have paid, check now".
    CheckNow,
    /// "Check now", where the buyer may not have paid.
    CheckAgain,
    /// The check is under way.
    Checking,
    /// Checked, nothing yet.
    NothingYet,
    /// No connection; we go on trying.
    Unreachable,
    /// The code's time is up; we look once more.
    LastLook,
    /// Heading: the code ran out.
    OutOfTime,
    /// What that means.
    OutOfTimeHint,
    /// Heading while the provider works.
    Waiting,
    /// What that means.
    WaitingHint,
    /// Heading while the outcome is being found out.
    WaitingDoubt,
    /// Heading while an attempt is closed.
    Closing,
    /// What that means.
    ClosingHint,
    /// Heading: paid.
    Paid,
    /// Where the receipt went; `{}` is the masked address.
    PaidReceipt,
    /// Heading: reserved.
    Authorized,
    /// What that means.
    AuthorizedHint,
    /// Heading: no method is left.
    Failed,
    /// What that means.
    FailedHint,
    /// Heading: no method is on offer.
    NoMethods,
    /// Heading: canceled.
    Canceled,
    /// What that means.
    CanceledHint,
    /// Heading: out of time.
    Expired,
    /// What that means.
    ExpiredHint,
    /// Heading: the page is too old.
    Update,
    /// What to do.
    UpdateHint,
    /// Heading: the server does not answer.
    TroubleNetwork,
    /// What we do about it.
    TroubleNetworkHint,
    /// Heading: no such session.
    TroubleGone,
    /// What to do.
    TroubleGoneHint,
    /// Row of the receipt.
    RowAmount,
    /// Row of the receipt.
    RowMethod,
    /// Row of the receipt: the code to quote to the shop.
    RowCode,
    /// Notice heading: declined.
    Declined,
    /// Notice heading: not enough balance.
    InsufficientFunds,
    /// Notice heading: the buyer's details.
    BuyerDetails,
    /// Notice heading: the amount.
    AmountNotAllowed,
    /// Notice heading: the code ran out.
    CodeExpired,
    /// Notice heading: the code was unusable.
    CodeUnusable,
    /// Notice heading: the provider is out of order.
    ProviderUnavailable,
    /// Notice text: nothing was charged, try again or another way.
    NothingCharged,
    /// Notice text: nothing was charged, correct the details.
    NothingChargedDetails,
    /// Notice heading: too many tries.
    TooMany,
    /// Notice text for it.
    TooManyHint,
    /// Notice heading: refused, try again.
    TryAgain,
}

impl Key {
    /// The heading for an attempt that ended without a payment.
    #[must_use]
    pub fn of_failure(code: FailureCode) -> Self {
        match code {
            FailureCode::InsufficientFunds => Self::InsufficientFunds,
            FailureCode::BuyerDetails => Self::BuyerDetails,
            FailureCode::AmountNotAllowed => Self::AmountNotAllowed,
            FailureCode::Expired => Self::CodeExpired,
            FailureCode::CodeUnusable => Self::CodeUnusable,
            FailureCode::ProviderUnavailable => Self::ProviderUnavailable,
            FailureCode::Declined | FailureCode::Canceled | FailureCode::Unknown => Self::Declined,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_exists_and_takes_the_same_value_in_both_languages() {
        for key in Key::ALL {
            let (pt_br, en) = (Lang::PtBr.text(*key), Lang::En.text(*key));
            assert!(!pt_br.is_empty() && !en.is_empty(), "{key:?}");
            assert_eq!(pt_br.matches("{}").count(), en.matches("{}").count(), "{key:?}");
            assert!(pt_br.matches("{}").count() <= 1, "{key:?}");
        }
    }

    #[test]
    fn a_tag_chooses_the_nearest_language() {
        for (tag, lang) in [
            ("pt-BR", Lang::PtBr),
            ("pt", Lang::PtBr),
            ("PT-pt", Lang::PtBr),
            ("en-AU", Lang::En),
            ("ptx", Lang::En),
            ("es", Lang::En),
            ("", Lang::En),
            ("ç", Lang::En),
        ] {
            assert_eq!(Lang::nearest(tag), lang, "{tag:?}");
        }
    }
}
