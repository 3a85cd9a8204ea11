//! The names of all texts.
//!
//! Used by `machine::view` and the two languages, which have a text for each.

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
    /// Title of cards and instalments.
    AprilTitle,
    /// What happens with cards and instalments.
    AprilHint,
    /// Title of PicPay 1-Click.
    PicpayTitle,
    /// What happens with it the first time.
    PicpayHint,
    /// What happens with it once an account is linked.
    PicpayLinkedHint,
    /// In the account's place, where its name is not known.
    Connected,
    /// The pay button, where the buyer must consent at PicPay.
    ContinueToPicpay,
    /// Gives up the linked account.
    OtherAccount,
    /// Heading: the buyer must consent at PicPay.
    Redirect,
    /// What happens there.
    RedirectHint,
    /// Heading: the linked account asks for a new consent.
    Lapsed,
    /// Notice heading: this window cannot go to PicPay.
    NoWindow,
    /// What to do.
    NoWindowHint,
    /// The wallet is charged, and it takes long.
    WalletSlow,
    /// Title of WhatsApp.
    WhatsappTitle,
    /// What happens with it.
    WhatsappHint,
    /// A stored card; `{}` is its last four digits.
    CardEnding,
    /// Heading: the order waits in the chat.
    Await,
    /// What was sent; `{}` is the amount, and the card follows.
    AwaitOrder,
    /// What to tap.
    AwaitHow,
    /// The order is on its way to the chat.
    AwaitSent,
    /// It is on the buyer's phone.
    AwaitDelivered,
    /// The buyer has seen it.
    AwaitRead,
    /// It stands unanswered for long.
    AwaitLate,
    /// Opens the chat.
    OpenWhatsapp,
    /// The pay button, where the card's details come after it.
    ContinueToCard,
    /// The pay button, where the provider's frame made what pays already; `{}` is the amount.
    PayHeld,
    /// The pay button while the frame checks what was filled in.
    Submitting,
    /// Said while the frame is put up.
    FrameLoading,
    /// Puts up again a frame that did not work.
    FrameAgain,
    /// Notice heading: the frame cannot be put up.
    FrameBroken,
    /// Notice heading: the frame does not work in this place.
    FrameMisplaced,
    /// Notice heading: the frame reported a problem.
    FrameError,
    /// Notice heading: the frame says nothing.
    FrameSilent,
    /// Notice text for both.
    FrameErrorHint,
    /// Heading while the bank is asked.
    Bank,
    /// What that means.
    BankHint,
    /// Heading: the bank wants to know that it is the buyer.
    Challenge,
    /// What to do.
    ChallengeHint,
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
    /// Heading while an attempt without a code is closed.
    ClosingTry,
    /// What that means.
    ClosingTryHint,
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
    /// Notice heading: the card's time is over.
    CardExpired,
    /// Notice heading: the card was mistyped.
    CardDetails,
    /// Notice heading: the bank's check of the buyer failed.
    AuthenticationFailed,
    /// Notice heading: not enough balance.
    InsufficientFunds,
    /// Notice heading: the buyer's details.
    BuyerDetails,
    /// Notice heading: the amount.
    AmountNotAllowed,
    /// Notice heading: the time of the code, or of what else was to be done, ran out.
    CodeExpired,
    /// Notice heading: the code was unusable.
    CodeUnusable,
    /// Notice heading: no message reaches the buyer.
    BuyerUnreachable,
    /// Notice heading: the provider is out of order.
    ProviderUnavailable,
    /// Notice text: nothing was charged, try again or another way.
    NothingCharged,
    /// Notice text: nothing was charged, and only another way helps.
    NothingChargedOther,
    /// Notice text: nothing was charged, correct the details.
    NothingChargedDetails,
    /// Notice text: nothing was charged, and what to do about a card.
    NothingChargedCard,
    /// Notice heading: too many tries.
    TooMany,
    /// Notice text for it.
    TooManyHint,
    /// Notice heading: refused, try again.
    TryAgain,
}
