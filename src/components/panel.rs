//! A message with at most one button: waiting, results, problems.
//!
//! Drawn by `screen`.

use super::icon::{Glyph, icon};
use super::{anchor, busy_button, button, frame, heading, part, waiting, words};
use crate::machine::view::{Mark, PanelView, Press};
use crate::shell::Checkout;
use yew::html::Scope;
use yew::{Html, html};

pub(super) fn draw(view: &PanelView, link: &Scope<Checkout>) -> Html {
    let mark = match view.mark {
        Mark::None => Html::default(),
        Mark::Done => html! { <span class="mark">{ icon(Glyph::Tick) }</span> },
        Mark::Stop => html! { <span class="mark" data-look="stop">{ icon(Glyph::Stop) }</span> },
    };
    let busy = |text: &String| busy_button(text, Press::Pay, part(Press::Pay), "main", true, link);
    html! {
        <div class="body" part={if view.mark == Mark::None { "panel" } else { "result" }}>
            { mark }
            { heading(&view.heading) }
            { view.text.as_ref().map(|text| html! { <p>{ words(text) }</p> }).unwrap_or_default() }
            { rows(view) }
            { view.status.as_ref().map(|text| waiting(text, true)).unwrap_or_default() }
            { view.busy.as_ref().map(busy).unwrap_or_default() }
            { view.button.as_ref().map(|(text, press)| button(text, *press, "quiet", link)).unwrap_or_default() }
            { view.frame.map(frame).unwrap_or_default() }
            { view.back.as_ref().map(|(text, url)| anchor(text, url, "back")).unwrap_or_default() }
        </div>
    }
}

fn rows(view: &PanelView) -> Html {
    if view.rows.is_empty() {
        return Html::default();
    }
    html! {
        <dl>
            for (label, value, part) in &view.rows {
                <div><dt>{ words(label) }</dt><dd part={*part}>{ words(value) }</dd></div>
            }
        </dl>
    }
}
