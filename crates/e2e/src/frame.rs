//! A provider's frame in the page, and frames within it. Used by what knows the provider, as [`april`](crate::april).
//!
//! The frame is of another origin, so no script of the page sees into it. The driver goes in, does one thing, and comes back: every
//! other helper goes on seeing the page.

use crate::browser::Browser;
use crate::checkout::Checkout;
use crate::wait::until;
use fantoccini::Locator;
use fantoccini::elements::Element;
use fantoccini::error::CmdError;
use fantoccini::key::Key;
use serde_json::json;

/// The frame that one checkout has put up.
pub struct Frame<'a> {
    browser: &'a Browser,
    checkout: &'a Checkout<'a>,
    /// A selector for each frame on the way from the provider's own to this one.
    path: &'static [&'static str],
}

impl<'a> Frame<'a> {
    /// The provider's frame itself, or the one at the end of `path` within it.
    #[must_use]
    pub fn of(browser: &'a Browser, checkout: &'a Checkout<'a>, path: &'static [&'static str]) -> Self {
        Self { browser, checkout, path }
    }

    /// Waits until something is there and visible.
    pub async fn sees(&self, id: &str) {
        self.act(Locator::Id(id), async |_| Ok(())).await;
    }

    /// Clicks like a person: in the middle, and only if nothing lies above it.
    pub async fn click(&self, id: &str) {
        self.act(Locator::Id(id), async |element| element.click().await).await;
    }

    /// Types into a field, whatever stood there before.
    pub async fn fill(&self, id: &str, text: &str) {
        let select_all = format!("{}a{}", char::from(Key::Control), char::from(Key::Null));
        self.act(Locator::Id(id), async |field| field.send_keys(&format!("{select_all}{text}")).await).await;
    }

    /// What a field holds, or what an element says.
    pub async fn text(&self, id: &str) -> String {
        self.run(id, "return arguments[0].value ?? arguments[0].textContent", "").await
    }

    /// Runs a script's body in the frame, with the element and a text, and gives the text that it returns.
    pub async fn run(&self, id: &str, script: &str, text: &str) -> String {
        let client = &self.browser.client;
        let said = self.act(Locator::Id(id), async |element| {
            let element = serde_json::to_value(element).expect("an element's reference is JSON");
            client.execute(script, vec![element, text.into()]).await
        });
        said.await.as_str().unwrap_or_default().trim().to_owned()
    }

    /// Waits until the page gives the frame all the room that it asks for.
    pub async fn fits(&self) {
        let client = &self.browser.client;
        let script = "return Math.ceil(document.body.getBoundingClientRect().height) === innerHeight";
        until("the frame has the height that it asks for", async || {
            let does_fit =
                self.act(Locator::Css("body"), async |_| client.execute(script, vec![]).await).await == json!(true);
            does_fit.then_some(())
        })
        .await;
    }

    /// What the frame's own policy blocked, and what its scripts threw.
    pub async fn seen(&self, id: &str) -> String {
        self.run(id, "return (window.__seen ?? ['nobody watched']).join('\\n')", "").await
    }

    /// Does something with the element as soon as it is visible and takes it.
    async fn act<R>(&self, place: Locator<'_>, act: impl AsyncFn(Element) -> Result<R, CmdError>) -> R {
        until(&format!("{place:?} can be used within the provider's frame"), async || {
            let done = self.try_to(place, &act).await;
            self.browser.leave_frames().await;
            done
        })
        .await
    }

    /// The frame may be on its way, or replaced while the driver goes in.
    async fn try_to<R>(&self, place: Locator<'_>, act: &impl AsyncFn(Element) -> Result<R, CmdError>) -> Option<R> {
        let client = &self.browser.client;
        self.checkout.frame().await?.enter_frame().await.ok()?;
        for selector in self.path {
            client.find(Locator::Css(selector)).await.ok()?.enter_frame().await.ok()?;
        }
        let element = client.find(place).await.ok()?;
        let is_visible = element.is_displayed().await.ok()?;
        if is_visible { act(element).await.ok() } else { None }
    }
}
