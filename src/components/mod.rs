//! Functions that draw: view data in, Html out, presses to the root. No decisions, no requests, no formatting.
//!
//! Called by `shell::checkout` through `screen`. They are plain functions and not `#[component]`s, because each component
//! costs about a kilobyte of download and none of these keeps anything. For the same reason looks that vary are `data-look`
//! attributes and not computed classes. Never raw HTML and never a `style` attribute: strict pages forbid both.

mod icon;
mod method_list;
mod panel;
mod qr_panel;

use crate::machine::view::{Body, FrameLook, Press, View};
use crate::shell::{Checkout, Msg, Picture};
use icon::{Glyph, icon};
use umclique_wire::BuyerField;
use yew::html::Scope;
use yew::{Callback, Html, MouseEvent, NodeRef, html};

/// The whole card. Its one live region belongs to the root, so that it exists before it speaks.
pub(crate) fn screen(view: &View, picture: Option<&Picture>, card: &NodeRef, link: &Scope<Checkout>) -> Html {
    let body = match &view.body {
        Body::Skeleton => skeleton(),
        Body::Methods(methods) => method_list::draw(methods, link),
        Body::Qr(qr) => qr_panel::draw(qr, picture, link),
        Body::Panel(panel) => panel::draw(panel, link),
    };
    let busy = matches!(view.body, Body::Skeleton).then_some("true");
    html! {
        <div ref={card} class="card" part="card" data-screen={view.screen.as_str()} lang={view.lang} aria-busy={busy}>
            { total(view) }
            // A new screen is new nodes: nothing of an old one lives on, not even its focus.
            <div key={view.screen.as_str()}>{ body }</div>
            { footer(view) }
            <div part="live" class="live" role="status" aria-live="polite">{ words(&view.live) }</div>
        </div>
    }
}

fn total(view: &View) -> Html {
    match &view.total {
        Some(total) => html! {
            <p class="total" part="total"><span>{ words(&total.label) }</span><strong>{ words(&total.amount) }</strong></p>
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
        Some(text) => html! { <p class="footer" part="footer">{ icon(Glyph::Lock) }{ words(text) }</p> },
        None => Html::default(),
    }
}

/// The slot of our own shadow root through which a provider's frame shows.
pub(crate) const FRAME_SLOT: &str = "umclique-widget";

/// A provider's frame, or the room for it; white in every theme, as the provider draws it.
fn frame(look: FrameLook) -> Html {
    let look = match look {
        FrameLook::Loading => "loading",
        FrameLook::Ready => "ready",
        FrameLook::Away => "away",
    };
    html! { <div class="frame" part="widget" data-look={look}><slot name={FRAME_SLOT}></slot></div> }
}

/// A text. In a function of its own: written out at each place, it would cost the download something at each.
#[inline(never)]
fn words(text: &str) -> Html {
    Html::from(text)
}

/// The heading of a panel; focus comes here when the screen changes.
fn heading(text: &str) -> Html {
    html! { <h2 tabindex="-1" data-heading="">{ words(text) }</h2> }
}

/// What we are doing now, beside a calm dot.
fn waiting(text: &str, is_listening: bool) -> Html {
    let look = if is_listening { "listening" } else { "lost" };
    html! { <p class="waiting" data-look={look} part="waiting"><span class="dot"></span>{ words(text) }</p> }
}

/// A button with its `part`. Looks: `main`, `quiet`, `link`.
fn button(text: &str, press: Press, look: &'static str, link: &Scope<Checkout>) -> Html {
    busy_button(text, press, part(press), look, false, link)
}

/// A button, where it has a text.
fn optional(text: &Option<String>, press: Press, look: &'static str, link: &Scope<Checkout>) -> Html {
    text.as_ref().map(|text| button(text, press, look, link)).unwrap_or_default()
}

/// A button that may be at work.
fn busy_button(
    text: &str,
    press: Press,
    part: &'static str,
    look: &'static str,
    is_busy: bool,
    link: &Scope<Checkout>,
) -> Html {
    let spin = if is_busy {
        html! { <span class="spin"></span> }
    } else {
        Html::default()
    };
    let disabled = is_busy.then_some("true");
    html! {
        <button type="button" class="button" data-look={look} {part} aria-disabled={disabled}
            onclick={pressed(press, link)}>{ spin }{ words(text) }</button>
    }
}

/// A link that looks like a button.
fn anchor(text: &str, url: &str, part: &'static str) -> Html {
    html! { <a class="button" {part} href={url.to_owned()}>{ words(text) }</a> }
}

fn pressed(press: Press, link: &Scope<Checkout>) -> Callback<MouseEvent> {
    link.callback(move |_| Msg::Press(press))
}

fn part(press: Press) -> &'static str {
    match press {
        Press::Pay => "pay",
        Press::Leave => "leave",
        Press::Check => "check-now",
        Press::NewCode => "new-code",
        Press::Copy => "copy",
        Press::Unfold => "unfold",
        Press::Retry => "retry",
        Press::OtherAccount => "other-account",
    }
}

/// The `name` and `id` of a field's input.
pub(crate) fn field_name(field: BuyerField) -> &'static str {
    match field {
        BuyerField::Name => "name",
        BuyerField::Email => "email",
        BuyerField::TaxId | BuyerField::Unknown => "tax-id",
    }
}
