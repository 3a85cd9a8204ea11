//! Small functions that draw: view data in, one callback out. No decisions, no requests, no formatting.
//!
//! Called by `shell::checkout` through [`screen`]. Never raw HTML and never a `style` attribute: strict pages forbid both.

mod icon;
mod method_list;
mod panel;
mod qr_panel;

use crate::machine::view::{Body, Press, View};
use crate::shell::{Checkout, Msg};
use icon::{Glyph, Icon};
use method_list::{MethodList, Typed};
use panel::Panel;
use qr_panel::QrPanel;
use umclique_wire::BuyerField;
use yew::html::Scope;
use yew::{Callback, Html, NodeRef, html};

pub(crate) use method_list::field_name;

/// The whole card. Its one live region belongs to the root, so that it exists before it speaks.
pub(crate) fn screen(view: &View, card: &NodeRef, link: &Scope<Checkout>) -> Html {
    let on_press = link.callback(Msg::Press);
    let body = match &view.body {
        Body::Skeleton => skeleton(),
        Body::Methods(methods) => {
            let on_choose = link.callback(Msg::Choose);
            let on_typed = link.callback(|(kind, field, typed)| match typed {
                Typed::Text(text) => Msg::Input(kind, field, text),
                Typed::Left => Msg::Leave(kind, field),
            });
            html! { <MethodList view={methods.clone()} {on_choose} {on_typed} {on_press} /> }
        }
        Body::Qr(qr) => html! { <QrPanel view={(**qr).clone()} {on_press} /> },
        Body::Panel(panel) => html! { <Panel view={panel.clone()} {on_press} /> },
    };
    let is_loading = matches!(view.body, Body::Skeleton);
    html! {
        <div ref={card} class="card" part="card" data-screen={view.screen.as_str()} lang={view.lang}
            aria-busy={is_loading.then_some("true")}>
            { total(view) }
            { body }
            { footer(view) }
            <div part="live" class="live" role="status" aria-live="polite">{ view.live.clone() }</div>
        </div>
    }
}

fn total(view: &View) -> Html {
    match &view.total {
        Some(total) => html! {
            <p class="total" part="total"><span>{ total.label.clone() }</span><strong>{ total.amount.clone() }</strong></p>
        },
        None if matches!(view.body, Body::Skeleton) => html! {
            <p class="total" part="total" aria-hidden="true"><span class="bone"></span><strong class="bone"></strong></p>
        },
        None => Html::default(),
    }
}

fn skeleton() -> Html {
    html! {
        <div class="bones" aria-hidden="true">
            <span class="bone bone-row"></span><span class="bone bone-field"></span><span class="bone bone-button"></span>
        </div>
    }
}

fn footer(view: &View) -> Html {
    match &view.footer {
        Some(text) => html! { <p class="footer" part="footer"><Icon glyph={Glyph::Lock} />{ text.clone() }</p> },
        None => Html::default(),
    }
}

/// The `part` of a button.
fn part(press: Press) -> &'static str {
    match press {
        Press::Pay => "pay",
        Press::Leave => "leave",
        Press::Check => "check-now",
        Press::NewCode => "new-code",
        Press::Copy => "copy",
        Press::Unfold => "unfold",
        Press::Retry => "retry",
    }
}

/// A handler that reports one press.
fn pressed<E: 'static>(on_press: &Callback<Press>, press: Press) -> Callback<E> {
    on_press.reform(move |_: E| press)
}

/// Keeps a field's kind beside what was typed.
type OnTyped = Callback<(umclique_wire::MethodKind, BuyerField, Typed)>;
