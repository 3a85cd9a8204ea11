//! Small questions to the page and small favours of it: language, device, focus, clipboard.
//!
//! Called by `checkout`.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Document, Element, HtmlDocument, HtmlElement, HtmlTextAreaElement, ShadowRoot};

/// The page's language: what its root element says, else the browser's.
pub(super) fn language() -> String {
    let of_page =
        document().and_then(|document| document.document_element()).and_then(|root| root.get_attribute("lang"));
    of_page
        .filter(|tag| !tag.is_empty())
        .or_else(|| web_sys::window().and_then(|window| window.navigator().language()))
        .unwrap_or_default()
}

/// A device that is touched and has no mouse: the app is on this very device.
pub(super) fn is_phone() -> bool {
    let query =
        web_sys::window().and_then(|window| window.match_media("(hover: none) and (pointer: coarse)").ok().flatten());
    query.is_some_and(|query| query.matches())
}

/// Focus is inside the element, or nowhere (some browsers do not focus a clicked button): moving it surprises nobody.
pub(super) fn may_move_focus(card: &Element) -> bool {
    let active = match card.get_root_node().dyn_into::<ShadowRoot>() {
        Ok(root) => root.active_element(),
        Err(_) => None,
    };
    let is_inside = active.is_some_and(|active| card.contains(Some(&active)));
    let page = document().and_then(|document| document.active_element());
    is_inside || page.is_none_or(|active| active.tag_name() == "BODY" || card.contains(Some(&active)))
}

/// Moves focus to the first element that matches.
pub(super) fn focus(card: &Element, selector: &str) {
    let found = card.query_selector(selector).ok().flatten();
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that cannot take focus keeps it where it is.
        let _ = element.focus();
    }
}

/// Copies a text, with or without the Clipboard API. Tells whether it worked.
pub(super) async fn copy(card: Option<Element>, text: String) -> bool {
    let Some(window) = web_sys::window() else { return false };
    let clipboard = js_sys::Reflect::get(&window.navigator(), &JsValue::from_str("clipboard"));
    // Only secure pages have a clipboard.
    if clipboard.is_ok_and(|clipboard| clipboard.is_object())
        && JsFuture::from(window.navigator().clipboard().write_text(&text)).await.is_ok()
    {
        return true;
    }
    card.and_then(|card| copy_by_selection(&card, &text)).unwrap_or(false)
}

fn copy_by_selection(card: &Element, text: &str) -> Option<bool> {
    let document: HtmlDocument = document()?.dyn_into().ok()?;
    let area: HtmlTextAreaElement = document.create_element("textarea").ok()?.dyn_into().ok()?;
    area.set_value(text);
    area.set_read_only(true);
    card.append_child(&area).ok()?;
    area.select();
    let is_copied = document.exec_command("copy").unwrap_or(false);
    area.remove();
    Some(is_copied)
}

pub(super) fn document() -> Option<Document> {
    web_sys::window()?.document()
}
