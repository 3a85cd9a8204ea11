//! A message with at most one button: waiting, results, problems.
//!
//! Drawn by `screen`.

use super::icon::{Glyph, Icon};
use super::{part, pressed};
use crate::machine::view::{Mark, PanelView, Press};
use yew::{Callback, Html, Properties, component, html};

/// Props of [`Panel`].
#[derive(Properties, PartialEq)]
pub(super) struct PanelProps {
    pub(super) view: PanelView,
    pub(super) on_press: Callback<Press>,
}

/// A mark, a heading, a text, perhaps a receipt, and at most one button.
#[component]
pub(super) fn Panel(props: &PanelProps) -> Html {
    let PanelProps { view, on_press } = props;
    let mark = match view.mark {
        Mark::None => Html::default(),
        Mark::Done => html! { <span class="mark"><Icon glyph={Glyph::Tick} /></span> },
        Mark::Stop => html! { <span class="mark stop"><Icon glyph={Glyph::Stop} /></span> },
    };
    let text = view.text.as_ref().map(|text| html! { <p>{ text.clone() }</p> }).unwrap_or_default();
    let status = view.status.as_ref().map(|text| {
        html! { <p class="waiting" part="waiting"><span class="dot"></span>{ text.clone() }</p> }
    });
    let busy = view.busy.as_ref().map(|text| {
        html! {
            <button type="button" class="button" part="pay" aria-disabled="true"><span class="spin"></span>{ text.clone() }</button>
        }
    });
    let button = view.button.as_ref().map(|(text, press)| {
        let onclick = pressed(on_press, *press);
        html! { <button type="button" class="button two" part={part(*press)} {onclick}>{ text.clone() }</button> }
    });
    let back = view.back.as_ref().map(|(text, url)| {
        html! { <a class="button" part="back" href={url.clone()}>{ text.clone() }</a> }
    });
    html! {
        <div class="body" part={if view.mark == Mark::None { "panel" } else { "result" }}>
            { mark }
            <h2 tabindex="-1" data-heading="">{ view.heading.clone() }</h2>
            { text }
            { rows(view) }
            { status.unwrap_or_default() }
            { busy.unwrap_or_default() }
            { button.unwrap_or_default() }
            { back.unwrap_or_default() }
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
                <div key={*part}><dt>{ label.clone() }</dt><dd part={*part}>{ value.clone() }</dd></div>
            }
        </dl>
    }
}
