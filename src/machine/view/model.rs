//! The shapes of what is drawn.
//!
//! Made by `view_model`, drawn by `components`. Texts are final: nobody formats them again.

use crate::machine::Screen;
use umclique_wire::{BuyerField, MethodKind};

/// One whole screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Its name, for `data-screen`.
    pub screen: Screen,
    /// The language of its texts.
    pub lang: &'static str,
    /// The order and its amount, once known.
    pub total: Option<Total>,
    /// What is between total and footer.
    pub body: Body,
    /// The line under everything.
    pub footer: Option<String>,
    /// What the live region says.
    pub live: String,
}

/// The order and its amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Total {
    /// The shop and its name for the order.
    pub label: String,
    /// The amount.
    pub amount: String,
}

/// What is between total and footer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// Nothing is known yet.
    Skeleton,
    /// The method list, or one method with a provider's own frame, or the way to its page.
    Methods(MethodsView),
    /// The QR code, or the order in a messenger.
    Qr(Box<QrView>),
    /// A message, with at most one button and one quiet link.
    Panel(PanelView),
}

/// A button's meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Pay with the chosen method.
    Pay,
    /// Pay another way.
    Leave,
    /// Look whether the payment arrived.
    Check,
    /// Get a new code.
    NewCode,
    /// Copy the code.
    Copy,
    /// Show the folded QR code.
    Unfold,
    /// Read the session again.
    Retry,
    /// Pay with another account than the one that is linked.
    OtherAccount,
}

/// A message above the method list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoticeView {
    /// What happened.
    pub heading: String,
    /// Whether something was charged, and what to do.
    pub text: String,
}

/// The method list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodsView {
    /// The radio group's legend.
    pub legend: String,
    /// What happened before.
    pub notice: Option<NoticeView>,
    /// The methods, in the shop's order.
    pub methods: Vec<MethodView>,
}

/// One method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodView {
    /// Which.
    pub kind: MethodKind,
    /// Its name.
    pub title: String,
    /// What happens with it.
    pub hint: String,
    /// There is something to choose.
    pub is_choice: bool,
    /// The stored card that this row stands for, by its id.
    pub card: Option<String>,
    /// Its form, where it is the chosen one.
    pub form: Option<FormView>,
}

/// The chosen method's form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormView {
    /// Its fields.
    pub fields: Vec<FieldView>,
    /// A provider's own frame; it says whether it is still on its way.
    pub frame: Option<FrameLook>,
    /// The pay button's text.
    pub pay: Option<String>,
    /// Pay was pressed, or cannot be pressed yet.
    pub is_busy: bool,
    /// Pay makes a new code in place of one that ran out.
    pub is_new_code: bool,
    /// "Use another account".
    pub other_account: Option<String>,
    /// "Load the form again": puts the frame up again.
    pub retry: Option<String>,
    /// "Pay another way".
    pub leave: Option<String>,
}

/// How a provider's frame is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameLook {
    /// On its way.
    Loading,
    /// For the buyer to use.
    Ready,
    /// On the page, and unseen.
    Away,
}

/// One input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldView {
    /// Which.
    pub field: BuyerField,
    /// Its `part`, and the base of its ids.
    pub part: &'static str,
    /// Its label.
    pub label: String,
    /// Its text.
    pub value: String,
    /// What is wrong, once that may be said.
    pub error: Option<String>,
    /// `type` of the input.
    pub input_type: &'static str,
    /// `inputmode` of the input.
    pub input_mode: &'static str,
    /// `autocomplete` of the input.
    pub autocomplete: &'static str,
}

/// A line of text with at most one word in bold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Before the bold word.
    pub before: String,
    /// The bold word.
    pub bold: String,
    /// After it.
    pub after: String,
}

/// The QR code and what belongs to it; or an order in a messenger, which has no code.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QrView {
    /// The panel's `part`.
    pub part: &'static str,
    /// The panel's heading.
    pub heading: String,
    /// The code is drawn: its time is not up, and it is not folded away.
    pub is_code_shown: bool,
    /// The code's accessible name: amount, payee and expiry.
    pub alt: String,
    /// Shown where the code cannot be drawn.
    pub broken: String,
    /// The QR code is folded away behind this button.
    pub unfold: Option<String>,
    /// The code belongs under everything else: on a phone the app and the text come first.
    pub is_code_last: bool,
    /// Opens the payment in PicPay's app, or the order in the messenger: text and link.
    pub open_app: Option<(String, String)>,
    /// The code as text, and the copy button.
    pub copy: Option<CopyView>,
    /// Until when, whom, and how much where it differs from the order.
    pub lines: Vec<Line>,
    /// What we are doing now.
    pub status: String,
    /// The dot is alive: we are listening.
    pub is_listening: bool,
    /// "I have paid, check now", and whether a check is under way.
    pub check: Option<(String, bool)>,
    /// "New code", once the time is up.
    pub new_code: Option<String>,
    /// "Pay another way".
    pub leave: String,
}

/// The code as text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CopyView {
    /// The code.
    pub text: String,
    /// The text's label.
    pub label: String,
    /// The button's text.
    pub button: String,
    /// Copied: the button steps back, and this line asks to compare the payee.
    pub is_copied: bool,
    /// Copying is the first thing to do on this device.
    pub is_primary: bool,
}

/// The mark above a panel's heading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// No mark.
    None,
    /// A tick on the accent colour.
    Done,
    /// An exclamation mark.
    Stop,
}

/// A message with at most one button.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PanelView {
    /// Its mark.
    pub mark: Mark,
    /// Its heading.
    pub heading: String,
    /// Its text.
    pub text: Option<String>,
    /// A receipt: label, value, and the value's `part`.
    pub rows: Vec<(String, String, &'static str)>,
    /// We are working or listening: this line says so.
    pub status: Option<String>,
    /// A button that only shows that pay is under way.
    pub busy: Option<String>,
    /// The button.
    pub button: Option<(String, Press)>,
    /// The link back to the shop: text and address.
    pub back: Option<(String, String)>,
    /// A provider's frame stays on the page, unseen: what comes of the answer may need it again.
    pub frame: Option<FrameLook>,
}
