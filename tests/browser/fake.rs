//! The fake server and a mounted checkout, for the browser tests.

use js_sys::{Array, Function, Object, Promise, Reflect};
use std::cell::RefCell;
use std::rc::Rc;
use umclique::Handle;
use umclique_wire::SessionView;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    CustomEvent, CustomEventInit, Element, Event, EventInit, HtmlElement, HtmlInputElement, Node, ShadowRoot,
    ShadowRootInit, ShadowRootMode,
};

#[wasm_bindgen(module = "/tests/browser/stand_ins.js")]
extern "C" {
    fn install(session: &str);
    fn uninstall();
    pub(crate) fn say(session: &str);
    pub(crate) fn push(session: &str);
    pub(crate) fn refuse(call: &str, status: u16, problem: &str);
    pub(crate) fn release();
    pub(crate) fn made(call: &str) -> u32;
    pub(crate) fn last(call: &str, member: &str) -> String;
    pub(crate) fn keys(call: &str) -> u32;
    pub(crate) fn left() -> String;
    pub(crate) fn streams_open() -> u32;
    pub(crate) fn urls_open() -> u32;
    pub(crate) fn run_out(wait_ms: u32) -> u32;
    fn next_turn() -> Promise;
    pub(crate) fn fire(target: &str, name: &str);
    pub(crate) fn fire_shown_again();
}

#[wasm_bindgen(module = "/www/umclique_april.js")]
extern "C" {
    /// What puts April's frame on the page: the very file that shops get.
    #[wasm_bindgen(js_name = open)]
    fn open_april(order: &JsValue, host: &Element, hosts: &str) -> JsValue;
}

/// What takes buyers to a provider's page and back: the very file that shops get.
pub(crate) mod redirect {
    use js_sys::Promise;
    use wasm_bindgen::JsValue;
    use wasm_bindgen::prelude::wasm_bindgen;
    use web_sys::Element;

    #[wasm_bindgen(module = "/www/umclique_redirect.js")]
    extern "C" {
        #[wasm_bindgen(thread_local_v2, js_name = page)]
        pub(crate) static PAGE: JsValue;
        pub(crate) fn begin(host: &Element, session: &str, key: &str) -> Promise;
        pub(crate) fn visit(host: &Element, session: &str, url: Option<String>) -> Promise;
        pub(crate) fn arrive(host: &Element);
    }
}

/// A fact that is not there by then never comes. The longest honest wait is a retry's back-off, below a second.
const PATIENCE_MS: u32 = 10_000;

/// A snapshot as the server writes it.
pub(crate) fn json(view: &SessionView) -> String {
    serde_json::to_string(view).expect("a snapshot is JSON")
}

/// A page with one checkout in a shadow root, and everything that it told the page.
pub(crate) struct Page {
    pub(crate) host: Element,
    root: ShadowRoot,
    handle: Option<Handle>,
    pub(crate) news: Rc<RefCell<Vec<String>>>,
    emit: Closure<dyn FnMut(String, JsValue)>,
    drawer: Closure<dyn FnMut() -> JsValue>,
    draw: Closure<dyn FnMut(String) -> Option<String>>,
    unwrap: Closure<dyn FnMut(String) -> JsValue>,
    frame: Closure<dyn FnMut(JsValue) -> JsValue>,
    away: Closure<dyn FnMut(String, String, Option<String>) -> Promise>,
    /// The page's part of the allow-list for a provider's script.
    pub(crate) script_hosts: Rc<RefCell<String>>,
    /// The fake server goes with it.
    is_first: bool,
}

impl Page {
    /// A page whose server says `view`. Nothing is mounted yet.
    pub(crate) fn new(view: &SessionView) -> Self {
        install(&json(view));
        let mut page = Self::inside(&body());
        page.is_first = true;
        page
    }

    /// Another element of the same page, at the end of a node.
    pub(crate) fn inside(parent: &Node) -> Self {
        let host = element("section");
        parent.append_child(&host).expect("appended");
        let root = host.attach_shadow(&ShadowRootInit::new(ShadowRootMode::Open)).expect("a shadow root");
        let news = Rc::new(RefCell::new(Vec::new()));
        let (heard, teller) = (news.clone(), host.clone());
        let emit = Closure::new(move |name: String, detail: JsValue| {
            tell(&teller, &name, &detail);
            let detail = js_sys::JSON::stringify(&detail).map(String::from).unwrap_or_default();
            heard.borrow_mut().push(format!("{name} {detail}"));
        });
        let draw = Closure::new(|payload: String| umclique_qr_wasm::draw(&payload));
        let unwrap = Closure::new(|text: String| match umclique_qr_wasm::unwrap(&text) {
            Some(png) => js_sys::Uint8Array::from(png.as_slice()).into(),
            None => JsValue::UNDEFINED,
        });
        let module = Object::new();
        set(&module, "draw", draw.as_ref());
        set(&module, "unwrap", unwrap.as_ref());
        let drawer = Closure::new(move || Promise::resolve(&module).into());
        let script_hosts = Rc::new(RefCell::new(String::new()));
        let (place, hosts) = (host.clone(), script_hosts.clone());
        let frame = Closure::new(move |order: JsValue| open_april(&order, &place, &hosts.borrow()));
        let traveller = host.clone();
        let away = Closure::new(move |name: String, session: String, value: Option<String>| match name.as_str() {
            "begin" => redirect::begin(&traveller, &session, &value.unwrap_or_default()),
            _ => redirect::visit(&traveller, &session, value),
        });
        Self { host, root, handle: None, news, emit, drawer, draw, unwrap, frame, away, script_hosts, is_first: false }
    }

    /// Mounts a checkout of the sample session.
    pub(crate) fn mount(&mut self) {
        self.mount_with("cs_0193f0c47d5b7c3e", "en");
    }

    /// Mounts a checkout of another session or in another language.
    pub(crate) fn mount_with(&mut self, id: &str, locale: &str) {
        self.handle = Some(umclique::mount(&self.root, &self.options(id, locale)).expect("usable options"));
    }

    /// Sets another session or language.
    pub(crate) fn update(&self, id: &str, locale: &str) {
        let handle = self.handle.as_ref().expect("mounted");
        handle.update(&self.options(id, locale)).map_err(JsValue::from).expect("usable options");
    }

    /// The checkout's handle.
    pub(crate) fn handle(&self) -> &Handle {
        self.handle.as_ref().expect("mounted")
    }

    /// Takes the checkout away.
    pub(crate) fn unmount(&mut self) {
        if let Some(handle) = self.handle.take() {
            handle.unmount();
        }
    }

    /// The node that the last mount draws into.
    pub(crate) fn drawn_into(&self) -> Element {
        self.root.last_element_child().expect("mounted")
    }

    fn options(&self, id: &str, locale: &str) -> JsValue {
        let (options, session) = (Object::new(), Object::new());
        set(&session, "id", &id.into());
        set(&session, "client_secret", &"secret".into());
        set(&options, "session", &session);
        set(&options, "locale", &locale.into());
        set(&options, "emit", self.emit.as_ref().unchecked_ref::<Function>());
        set(&options, "away", self.away.as_ref().unchecked_ref::<Function>());
        set(&options, "frame", self.frame.as_ref().unchecked_ref::<Function>());
        set(&options, "drawer", self.drawer.as_ref().unchecked_ref::<Function>());
        options.into()
    }

    /// The first element with this `part`.
    pub(crate) fn part(&self, part: &str) -> Option<HtmlElement> {
        let found = self.root.query_selector(&format!("[part~='{part}']")).expect("a selector")?;
        found.dyn_into().ok()
    }

    /// The first element that a selector finds.
    pub(crate) fn find(&self, selector: &str) -> Option<Element> {
        self.root.query_selector(selector).expect("a selector")
    }

    /// All text of a part.
    pub(crate) fn text(&self, part: &str) -> String {
        self.part(part).and_then(|element| element.text_content()).unwrap_or_default()
    }

    /// What is on the screen.
    pub(crate) fn screen(&self) -> String {
        self.part("card").and_then(|card| card.get_attribute("data-screen")).unwrap_or_default()
    }

    /// Waits until this screen is drawn.
    pub(crate) async fn until_screen(&self, screen: &str) {
        self.until(&format!("the screen {screen}"), |page| page.screen() == screen).await;
    }

    /// Waits for a fact, turn by turn of the event loop.
    pub(crate) async fn until(&self, what: &str, mut is_so: impl FnMut(&Self) -> bool) {
        let begun = js_sys::Date::now() as u64;
        while (js_sys::Date::now() as u64) < begun + u64::from(PATIENCE_MS) {
            if is_so(self) {
                return;
            }
            settle().await;
        }
        panic!("{what} never came; on the screen {:?}: {}", self.screen(), self.text("card"));
    }

    /// Clicks a part.
    pub(crate) fn click(&self, part: &str) {
        self.part(part).unwrap_or_else(|| panic!("no {part} on the screen {:?}", self.screen())).click();
    }

    /// Types into a field, as a keyboard does: the text is there, then the event.
    pub(crate) fn type_into(&self, part: &str, text: &str) {
        let input = self.input(part);
        input.set_value(text);
        dispatch(&input, "input");
    }

    /// Leaves a field.
    pub(crate) fn blur(&self, part: &str) {
        dispatch(&self.input(part), "blur");
    }

    /// A field.
    pub(crate) fn input(&self, part: &str) -> HtmlInputElement {
        self.part(part).and_then(|field| field.dyn_into().ok()).unwrap_or_else(|| panic!("no field {part}"))
    }

    /// The page heard an event that begins so.
    pub(crate) fn heard(&self, start: &str) -> bool {
        self.news.borrow().iter().any(|news| news.starts_with(start))
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        self.unmount();
        self.host.remove();
        // The module's functions live as long as somebody may call them.
        let _ = (&self.draw, &self.unwrap);
        if self.is_first {
            uninstall();
        }
    }
}

/// The page's body.
pub(crate) fn body() -> Node {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    document.body().expect("a body").into()
}

/// A fresh element.
pub(crate) fn element(name: &str) -> Element {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    document.create_element(name).expect("an element")
}

/// Lets everything run that is ready.
pub(crate) async fn settle() {
    JsFuture::from(next_turn()).await.expect("a turn never fails");
}

/// Says an event on the element, as `umclique.js` does.
fn tell(host: &Element, name: &str, detail: &JsValue) {
    let init = CustomEventInit::new();
    init.set_detail(detail);
    let event = CustomEvent::new_with_event_init_dict(name, &init).expect("an event");
    host.dispatch_event(&event).expect("dispatched");
}

fn dispatch(target: &Element, name: &str) {
    let init = EventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    let event = Event::new_with_event_init_dict(name, &init).expect("an event");
    target.dispatch_event(&event).expect("dispatched");
}

fn set(object: &Object, name: &str, value: &JsValue) {
    Reflect::set(object, &name.into(), value).expect("a fresh object takes everything");
}

/// All elements that a selector finds, as text.
pub(crate) fn texts(page: &Page, selector: &str) -> Vec<String> {
    let found = page.root.query_selector_all(selector).expect("a selector");
    let nodes = Array::from(&found);
    nodes.iter().filter_map(|node| node.dyn_into::<Element>().ok()?.text_content()).collect()
}
