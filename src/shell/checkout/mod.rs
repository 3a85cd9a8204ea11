//! The root component: takes what happens, lets the machine decide, runs the effects, draws the view.
//!
//! Mounted by `lib`, and used again by later mounts (see `host`). Holds every task and listener; what one mount held is dropped as
//! a whole when it ends, and never reaches the next one.

mod answer;
mod code;
mod frame;
mod press;
mod wake;

use super::api::Api;
use super::format::IntlFormat;
use super::frame::Frame;
use super::host::Host;
use super::listen::Listener;
use super::options::Options;
use super::picture::{Drawer, Loading, Picture};
use super::run::Session;
use super::task::Task;
use super::{notify, page};
use crate::components;
use crate::machine::view::{Local, Press, Scene, view_model};
use crate::machine::{Effect, Event, Fault, Key, PageEvent, Screen, Snapshot, State, update};
use crate::methods::Forms;
use crate::text::Lang;
use js_sys::Function;
use umclique_wire::{BuyerField, MethodKind, ShowQr};
use wake::{linger, listeners};
use web_sys::Element;
use yew::{Component, Context, Html, NodeRef};

/// Something for the root to do.
pub enum Msg {
    /// A mount begins, with the page's options.
    Mount(Options),
    /// The mount ends; the host waits for another one.
    #[doc(hidden)]
    Unmount(Host),
    /// The page's options, as a whole.
    Configure(Options),
    /// An event for the machine.
    Happened(Event),
    /// A confirm came back.
    #[doc(hidden)]
    Confirmed {
        /// Its key.
        key: Key,
        /// Its answer.
        answer: Result<Snapshot, Fault>,
    },
    /// A resume came back.
    #[doc(hidden)]
    Resumed {
        /// Its key.
        key: Key,
        /// Its answer.
        answer: Result<Snapshot, Fault>,
    },
    /// A button was pressed.
    Press(Press),
    /// A method was picked, and a card of it where it has several.
    Choose(MethodKind, Option<String>),
    /// A field was typed into.
    Input(MethodKind, BuyerField, String),
    /// A field was left.
    Leave(MethodKind, BuyerField),
    /// Seconds are left for the code.
    Ticked(u32),
    /// What draws QR codes is here, or could not be loaded.
    #[doc(hidden)]
    Drawer(Option<Drawer>),
    /// The code was copied, or could not be.
    Copied(bool),
    /// The page was hidden, or shown again.
    Visible(bool),
    /// The screen has stood for long.
    Lingered,
    /// The page has been hidden for long.
    Dozed,
    /// The page or the network came back.
    Woke,
}

/// The root component.
pub struct Checkout {
    /// Between mounts nothing is drawn, and nothing that happens matters.
    is_mounted: bool,
    /// Where this was drawn, until it is empty.
    left: Option<Host>,
    state: State,
    forms: Forms,
    local: Local,
    lang: Lang,
    format: IntlFormat,
    locale: Option<String>,
    emit: Option<Function>,
    load_drawer: Option<Function>,
    open_frame: Option<Function>,
    drawer: Loading,
    session: Option<Session>,
    hidden: Option<Task>,
    lingering: Option<Task>,
    copying: Option<Task>,
    /// News for the page, told once the screen is drawn.
    news: Vec<PageEvent>,
    /// What is to be done with a provider's frame, once there is a place for it.
    frame_work: Vec<Effect>,
    /// The provider's frame.
    frame: Option<Frame>,
    /// The QR code that is on the screen.
    picture: Option<(ShowQr, Picture)>,
    card: NodeRef,
    /// The buyer pressed something; from then on focus follows the screens.
    is_used: bool,
    /// The screen changed, and focus was ours: it moves to the new heading.
    moves_focus: bool,
    _listeners: Vec<Listener>,
}

impl Component for Checkout {
    type Message = Msg;
    type Properties = ();

    fn create(_ctx: &Context<Self>) -> Self {
        Self::empty()
    }

    fn update(&mut self, ctx: &Context<Self>, msg: Msg) -> bool {
        match msg {
            Msg::Mount(options) => {
                *self = Self { is_mounted: true, _listeners: listeners(ctx), ..Self::empty() };
                self.configure(ctx, options);
            }
            Msg::Unmount(host) => *self = Self { left: Some(host), ..Self::empty() },
            // The last words of a mount that has ended.
            _ if !self.is_mounted => return false,
            Msg::Configure(options) => self.configure(ctx, options),
            Msg::Happened(event) => self.happened(ctx, event),
            Msg::Confirmed { key, answer } => self.confirmed(ctx, key, answer),
            Msg::Resumed { key, answer } => self.resumed(ctx, key, answer),
            Msg::Press(press) => self.press(ctx, press),
            Msg::Choose(kind, card) => self.forms.choose(kind, card),
            Msg::Input(kind, field, text) => self.forms.input(kind, field, &text),
            Msg::Leave(kind, field) => self.forms.leave(kind, field),
            Msg::Ticked(left_s) => self.local.left_s = Some(left_s),
            Msg::Drawer(drawer) => {
                self.drawer = drawer.map_or(Loading::No, Loading::Here);
                self.draw_code();
            }
            Msg::Copied(is_copied) => self.local.is_copied = is_copied,
            Msg::Visible(is_visible) => self.set_visible(ctx, is_visible),
            Msg::Lingered => self.local.is_slow = true,
            Msg::Dozed => self.doze(),
            Msg::Woke => self.wake(ctx),
        }
        true
    }

    fn view(&self, ctx: &Context<Self>) -> Html {
        if !self.is_mounted {
            return Html::default();
        }
        let Self { state, forms, lang, format, local, .. } = self;
        let view = view_model(&Scene { state, forms, lang: *lang, format, local: *local });
        components::screen(&view, self.picture.as_ref().map(|(_, picture)| picture), &self.card, ctx.link())
    }

    fn rendered(&mut self, ctx: &Context<Self>, _is_first: bool) {
        if let Some(host) = self.left.take() {
            // Whatever the last mount still had to say has been heard by now, and its nodes are gone.
            host.rest();
        }
        if std::mem::take(&mut self.moves_focus)
            && let Some(card) = self.card.cast::<Element>()
        {
            page::focus(&card, "[data-heading]");
        }
        self.work_on_frame(ctx);
        for event in std::mem::take(&mut self.news) {
            if let Some(emit) = &self.emit {
                notify::notify(emit, &event);
            }
        }
    }
}

impl Checkout {
    fn empty() -> Self {
        let lang = Lang::nearest(&page::language());
        Self {
            is_mounted: false,
            left: None,
            state: State::Idle,
            forms: Forms::default(),
            local: Local::default(),
            lang,
            format: IntlFormat::new(lang),
            locale: None,
            emit: None,
            load_drawer: None,
            open_frame: None,
            drawer: Loading::No,
            session: None,
            hidden: None,
            lingering: None,
            copying: None,
            news: Vec::new(),
            frame_work: Vec::new(),
            frame: None,
            picture: None,
            card: NodeRef::default(),
            is_used: false,
            moves_focus: false,
            _listeners: Vec::new(),
        }
    }

    fn configure(&mut self, ctx: &Context<Self>, options: Options) {
        self.emit = options.emit;
        self.load_drawer = options.load_drawer;
        self.open_frame = options.open_frame;
        self.locale = options.locale;
        self.choose_language();
        let old = self.session.as_ref().map(|session| session.api.credentials().clone());
        if old == options.credentials {
            return;
        }
        if self.session.is_some() {
            // The old session's server hears of it before its tasks are dropped.
            self.happened(ctx, Event::SessionLeft);
        }
        self.local = Local { is_phone: page::is_phone(), ..Local::default() };
        let (first, away) = (options.first, options.away);
        self.session = options.credentials.map(|credentials| Session::new(Api::new(credentials), first, away));
        if self.session.is_some() {
            self.happened(ctx, Event::SessionSet);
        }
    }

    fn happened(&mut self, ctx: &Context<Self>, event: Event) {
        let before = self.state.screen();
        let (state, effects) = update(std::mem::replace(&mut self.state, State::Idle), event);
        self.state = state;
        for effect in effects {
            match (effect, &mut self.session) {
                (Effect::Emit(event), _) => self.news.push(event),
                (work @ (Effect::ShowWidget { .. } | Effect::SubmitWidget { .. } | Effect::DropWidget), _) => {
                    self.frame_work.push(work)
                }
                (effect, Some(session)) => session.run(effect, ctx.link()),
                (_, None) => {}
            }
        }
        if let Some(view) = self.state.snapshot() {
            self.forms.suggest(view);
        }
        self.choose_language();
        self.load_drawer(ctx);
        self.draw_code();
        let after = self.state.screen();
        if before != after {
            self.local = Local { is_phone: self.local.is_phone, ..Local::default() };
            self.lingering = linger(ctx, after);
            let card = self.card.cast::<Element>();
            self.moves_focus =
                self.is_used && after != Screen::Loading && card.is_some_and(|card| page::may_move_focus(&card));
        }
    }

    /// The element's own locale, else the session's, else the page's.
    fn choose_language(&mut self) {
        let of_session = self.state.snapshot().and_then(|view| view.locale.clone());
        let lang = Lang::nearest(&self.locale.clone().or(of_session).unwrap_or_else(page::language));
        if lang != self.lang {
            self.lang = lang;
            self.format = IntlFormat::new(lang);
        }
    }
}
