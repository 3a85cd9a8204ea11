//! April's frame: where it stands, what comes of its words however odd, and that nothing of it stays behind.

mod challenge;
mod faults;
mod form;
mod place;

use crate::fake::Page;
use crate::samples::{COLLECTS, collecting_view, ended_view};
use umclique_wire::{AttemptStatus, SessionStatus, SessionView};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::HtmlElement;

#[wasm_bindgen(module = "/tests/browser/stand_ins.js")]
extern "C" {
    fn bring(mode: &str);
    fn hold_scripts();
    fn free_scripts();
    fn scripts_asked() -> u32;
    fn script(name: &str) -> String;
    fn script_ends(how: &str);
    fn checkouts() -> u32;
    fn submits(nth: u32) -> u32;
    fn option(nth: u32, name: &str) -> String;
    fn challenge(nth: u32, round: u32) -> String;
    fn token(nth: u32, token: &str, kind: &str);
    fn challenge_ends(nth: u32, round: u32, is_done: bool);
    fn error(nth: u32, kind: &str);
    fn place_of(nth: u32) -> String;
}

/// How long a script may take, and how long a frame may be silent.
const SCRIPT_MS: u32 = 15_000;
const SILENCE_MS: u32 = 20_000;

/// A page with April's script or without it; what is left of it goes with the test.
struct April {
    page: Page,
}

impl April {
    /// A page on which the shop has loaded April's script itself, and that shows this session.
    async fn with_script(view: &SessionView) -> Self {
        let april = Self::without_script(view);
        bring("");
        april.shown().await
    }

    fn without_script(view: &SessionView) -> Self {
        hold_scripts();
        Self { page: Page::new(view) }
    }

    async fn shown(mut self) -> Self {
        self.page.mount();
        self.page.until("the session", |page| page.heard("umclique-ready")).await;
        self
    }

    /// A page whose card form is open and ready.
    async fn open() -> Self {
        let april = Self::with_script(&collecting_view(2, COLLECTS)).await;
        april.until_ready().await;
        april
    }

    async fn until_ready(&self) {
        self.page.until("a frame that is ready", |page| look(page) == "ready").await;
    }
}

impl Drop for April {
    fn drop(&mut self) {
        free_scripts();
    }
}

fn look(page: &Page) -> String {
    page.part("widget").and_then(|frame| frame.get_attribute("data-look")).unwrap_or_default()
}

fn by_id(id: &str) -> Option<HtmlElement> {
    let document = web_sys::window().and_then(|window| window.document()).expect("a page");
    document.get_element_by_id(id).and_then(|found| found.dyn_into().ok())
}

fn is_disabled(page: &Page) -> bool {
    page.part("pay").is_some_and(|pay| pay.get_attribute("aria-disabled").is_some())
}

fn paid() -> SessionView {
    SessionView {
        status: SessionStatus::Succeeded,
        attempt: ended_view(9, SessionStatus::Succeeded, AttemptStatus::Succeeded).attempt,
        next_action: None,
        ..collecting_view(9, COLLECTS)
    }
}
