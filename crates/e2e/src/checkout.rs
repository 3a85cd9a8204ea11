//! The element under test, as a buyer sees it: screens, parts, clicks. Reads the element's open shadow root and nothing behind it.

use crate::TAX_ID;
use crate::browser::Browser;
use crate::wait::until;
use fantoccini::elements::Element;
use fantoccini::key::Key;
use serde_json::{Value, json};

/// Finds the card inside the element that `arguments[0]` names.
const CARD: &str = r#"
const find = ([kind, which]) => kind === "lab" ? window.umcliqueLab?.elements[which] : document.querySelectorAll("umclique-checkout")[which];
const host = find(arguments[0]);
const root = host?.shadowRoot;
const card = root?.querySelector("[data-screen]");
const part = (name) => root?.querySelector(`[part~="${name}"]`);
"#;

/// One checkout element of the current page.
pub struct Checkout<'a> {
    browser: &'a Browser,
    place: Value,
}

impl<'a> Checkout<'a> {
    /// The page's only element.
    #[must_use]
    pub fn of(browser: &'a Browser) -> Self {
        Self { browser, place: json!(["page", 0]) }
    }

    /// One of the elements of a test page, wherever it is hidden.
    #[must_use]
    pub fn nth(browser: &'a Browser, position: usize) -> Self {
        Self { browser, place: json!(["lab", position]) }
    }

    /// Runs a script's body that may use `host`, `root`, `card`, `part(name)`, and `arguments[1]`.
    pub async fn eval(&self, script: &str, argument: Value) -> Value {
        self.browser.run(&format!("{CARD}{script}"), vec![self.place.clone(), argument]).await
    }

    /// The element that a script's body returns; it may use what [`Checkout::eval`]'s may.
    pub async fn element(&self, script: &str, argument: Value) -> Option<Element> {
        self.browser.element(&format!("{CARD}{script}"), vec![self.place.clone(), argument]).await
    }

    /// The screen that is shown.
    pub async fn screen(&self) -> Option<String> {
        self.eval("return card?.dataset.screen ?? null", json!(null)).await.as_str().map(str::to_owned)
    }

    /// Waits for one of these screens, and gives it.
    pub async fn wait_for(&self, screens: &[&str]) -> String {
        until(&format!("the screen becomes one of {screens:?}"), async || {
            self.screen().await.filter(|screen| screens.contains(&screen.as_str()))
        })
        .await
    }

    /// Whether a part is there and visible.
    pub async fn shows(&self, part: &str) -> bool {
        self.eval("return part(arguments[1])?.checkVisibility() === true", json!(part)).await == json!(true)
    }

    /// A part's text, an input's value included.
    pub async fn text(&self, part: &str) -> String {
        // A button has a value, too, which nobody sees.
        let look = "const found = part(arguments[1]); return (found?.matches('button') ? null : found?.value) ?? found?.textContent ?? ''";
        let text = self.eval(look, json!(part));
        text.await.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Waits until a part says this.
    pub async fn says(&self, part: &str, words: &str) {
        until(&format!("the part {part:?} says {words:?}"), async || {
            self.text(part).await.contains(words).then_some(())
        })
        .await;
    }

    /// Waits until a part is there and visible.
    pub async fn part(&self, part: &str) -> Element {
        until(&format!("the part {part:?} is shown"), async || {
            let script =
                format!("{CARD}const found = part(arguments[1]); return found?.checkVisibility() ? found : null");
            self.browser.element(&script, vec![self.place.clone(), json!(part)]).await
        })
        .await
    }

    /// Clicks a part like a person: in its middle, and only if nothing lies above it.
    pub async fn click(&self, part: &str) {
        until(&format!("the part {part:?} can be clicked"), async || {
            // The part may have been drawn anew between finding and clicking.
            self.part(part).await.click().await.ok()
        })
        .await;
    }

    /// Types into a field, whatever stood there before.
    pub async fn fill(&self, part: &str, text: &str) {
        let script = format!(
            "{CARD}const found = part(arguments[1]); return found?.matches('input') ? found : found?.querySelector('input') ?? null"
        );
        let arguments = vec![self.place.clone(), json!(part)];
        let what = format!("the field {part:?} is there");
        let field = until(&what, async || self.browser.element(&script, arguments.clone()).await).await;
        // As a person would: select everything and type. The driver's own "clear" tells the page nothing.
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        field.send_keys(&format!("{select_all}{text}")).await.expect("a field takes text");
    }

    /// Picks PicPay by QR, fills in what is asked for, and leaves the pay button to be pressed.
    pub async fn choose_qr(&self) {
        self.choose_qr_as("Ana Souza").await;
    }

    /// The same for a buyer of this name, where the form asks for one.
    pub async fn choose_qr_as(&self, name: &str) {
        self.wait_for(&["choosing"]).await;
        let is_chosen = "return part('method-picpay_qr')?.querySelector('input[type=radio]')?.checked === true";
        if self.eval(is_chosen, json!(null)).await != json!(true) {
            self.click("method-picpay_qr").await;
        }
        self.part("pay").await;
        for (field, text) in [("field-name", name), ("field-email", "ana@example.com"), ("field-tax-id", TAX_ID)] {
            if self.shows(field).await {
                self.fill(field, text).await;
            }
        }
    }

    /// Pays by QR up to the code.
    pub async fn show_qr(&self) {
        self.choose_qr().await;
        self.click("pay").await;
        self.wait_for(&["qr"]).await;
    }

    /// What is drawn as the QR code: the path, or the image's address.
    pub async fn qr(&self) -> String {
        until("a QR code is drawn", async || {
            let script = "const tile = part('qr-tile'); return tile?.querySelector('path')?.getAttribute('d') ?? tile?.querySelector('img')?.src ?? null";
            self.eval(script, json!(null)).await.as_str().map(str::to_owned)
        })
        .await
    }

    /// The frame that a provider's script has put into the page for this checkout. It stands in the light, behind every shadow root.
    pub async fn frame(&self) -> Option<Element> {
        let script = format!(
            "{CARD}let outermost = host; while (outermost?.getRootNode().host) outermost = outermost.getRootNode().host;
            return outermost?.querySelector(':scope > [id^=umclique-widget-] iframe') ?? null"
        );
        self.browser.element(&script, vec![self.place.clone()]).await
    }
}
