//! From the state to what is drawn: every text chosen, every amount formatted, every button named.
//!
//! Called by `shell` after each event; `components` draw the result and decide nothing. Pure, like the rest of `machine`.

mod chat;
mod choose;
mod frame;
mod model;
mod panel;
mod qr;

pub use model::{
    Body, CopyView, FieldView, FormView, FrameLook, Line, Mark, MethodView, MethodsView, NoticeView, PanelView, Press,
    QrView, Total, View,
};

use super::frame::Hand;
use super::screen::Screen;
use super::state::{Look, State};
use super::visit::Trip;
use crate::methods::Forms;
use crate::text::{Key, Lang};
use umclique_wire::{Currency, NextAction, SessionView};

/// Money and dates as the buyer's language writes them; the browser's `Intl` behind a trait.
pub trait Format {
    /// An amount of minor units.
    fn money(&self, minor: u64, currency: Currency) -> String;
    /// A day, given as `YYYY-MM-DD`.
    fn day(&self, date: &str) -> String;
}

/// What is only on this screen, and known to nobody else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Local {
    /// A phone or tablet: the app is on this device.
    pub is_phone: bool,
    /// The code was copied.
    pub is_copied: bool,
    /// This screen has stood for so long that a word about it is due.
    pub is_slow: bool,
    /// The buyer unfolded the QR code on a phone.
    pub is_unfolded: bool,
    /// Seconds until the code's time is up, while that matters.
    pub left_s: Option<u32>,
}

/// Everything that a view is made from.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The stage.
    pub state: &'a State,
    /// What the buyer chose and typed.
    pub forms: &'a Forms,
    /// The language.
    pub lang: Lang,
    /// Money and dates.
    pub format: &'a dyn Format,
    /// This screen's own facts.
    pub local: Local,
}

impl Scene<'_> {
    fn text(&self, key: Key) -> String {
        self.lang.text(key).to_owned()
    }

    fn order_money(&self, view: &SessionView) -> String {
        self.format.money(view.amount_minor, view.currency)
    }
}

/// What to draw.
#[must_use]
pub fn view_model(scene: &Scene<'_>) -> View {
    let body = match scene.state {
        State::Idle | State::Loading { .. } | State::Visiting { trip: Trip::Looking, .. } => Body::Skeleton,
        State::Choosing { view, notice } => Body::Methods(choose::methods(scene, view, notice.as_ref())),
        State::Acting { view, look, .. } => match &view.next_action {
            Some(NextAction::ShowQr(qr)) => qr::body(scene, view, qr, *look),
            Some(NextAction::AwaitBuyer(order)) => chat::body(scene, view, order, *look),
            _ => Body::Skeleton,
        },
        State::Framed { view, ask, hand, notice } => {
            Body::Methods(frame::method(scene, view, ask.is_challenge, hand, notice.as_ref()))
        }
        State::Visiting { trip, .. } => Body::Methods(frame::visit(scene, trip)),
        state => Body::Panel(panel::panel(scene, state)),
    };
    let screen = scene.state.screen();
    View {
        screen,
        lang: scene.lang.tag(),
        total: scene.state.snapshot().map(|view| Total {
            label: [&view.merchant, " · ", &view.reference].concat(),
            amount: scene.order_money(view),
        }),
        live: live(scene, &body),
        footer: matches!(screen, Screen::Loading | Screen::Choosing | Screen::Confirming | Screen::Token)
            .then(|| scene.text(Key::Footer)),
        body,
    }
}

/// What the live region says: one sentence for each thing that matters, and no repetition of what has focus.
fn live(scene: &Scene<'_>, body: &Body) -> String {
    let key = match (scene.state, body) {
        (_, Body::Skeleton) => Key::Loading,
        (State::Choosing { notice: None, .. }, _) => return String::new(),
        (_, Body::Methods(MethodsView { notice: Some(notice), .. })) => {
            return [&notice.heading, ". ", &notice.text].concat();
        }
        (State::Acting { look: Look::Idle, .. }, _) if scene.local.is_copied => {
            return scene.state.qr().map(|qr| scene.lang.fill(Key::CopiedHint, &qr.payee)).unwrap_or_default();
        }
        (State::Acting { look: Look::Idle, .. }, _) if scene.local.is_slow => Key::AwaitLate,
        (State::Acting { look, .. } | State::Waiting { look, .. }, _) if *look != Look::Idle => qr::look_key(*look),
        (_, Body::Qr(body)) => return body.status.clone(),
        (State::Framed { ask, hand, .. }, Body::Methods(body)) => {
            return frame::live(scene, ask.is_challenge, hand, body);
        }
        (State::Visiting { .. }, Body::Methods(body)) => return frame::live(scene, true, &Hand::Ready, body),
        (_, Body::Panel(panel)) => return panel.heading.clone(),
        (_, Body::Methods(_)) => return String::new(),
    };
    scene.text(key)
}
