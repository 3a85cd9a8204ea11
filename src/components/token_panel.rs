//! A provider's own frame, under the method's row or under what the bank wants, with our pay button.
//!
//! Drawn by `screen`. The frame itself is not drawn here: it is the page's, and shows through a slot.

use super::icon::glyph;
use super::{button, frame, heading, method_list, part, pressed, words};
use crate::machine::view::{Press, WidgetView};
use crate::shell::Checkout;
use umclique_wire::MethodKind;
use yew::html::Scope;
use yew::{Html, html};

pub(super) fn draw(view: &WidgetView, link: &Scope<Checkout>) -> Html {
    let notice = view.notice.as_ref().map(method_list::notice).unwrap_or_default();
    let look = view.is_loading.then_some("loading");
    let bones = if view.is_loading { bones() } else { Html::default() };
    let optional = |text: &Option<String>, press, look| {
        text.as_ref().map(|text| button(text, press, look, link)).unwrap_or_default()
    };
    html! {
        <>
            { notice }
            <div class="methods" part="widget-panel">
                <div class="method" data-look="chosen">
                    <div class="row">
                        { glyph(MethodKind::April) }
                        <div class="names">{ heading(&view.heading) }<small>{ words(&view.hint) }</small></div>
                    </div>
                    <div class="form">
                        { view.frame.as_ref().map(|name| frame(Some(name), look, bones)).unwrap_or_default() }
                        { pay(view, link) }
                        { optional(&view.retry, Press::Retry, "quiet") }
                        { optional(&Some(view.leave.clone()), Press::Leave, "link") }
                    </div>
                </div>
            </div>
        </>
    }
}

fn pay(view: &WidgetView, link: &Scope<Checkout>) -> Html {
    let Some(text) = &view.pay else { return Html::default() };
    let disabled = view.is_busy.then_some("true");
    let spin = if view.is_turning {
        html! { <span class="spin"></span> }
    } else {
        Html::default()
    };
    html! {
        <button type="button" class="button" part={part(Press::Pay)} aria-disabled={disabled}
            onclick={pressed(Press::Pay, link)}>{ spin }{ words(text) }</button>
    }
}

/// The shape of a card form, as tall as the room that is kept for it.
fn bones() -> Html {
    html! {
        <div class="bones" aria-hidden="true">
            <span class="bone"></span><span class="bone bone-field"></span><span class="bone bone-field"></span>
        </div>
    }
}
