//! The QR code with everything to pay it: as picture, as text, as link. Or an order in a messenger, with what there is of that.
//!
//! Drawn by `screen`.

use super::{anchor, busy_button, button, heading, optional, part, waiting, words};
use crate::machine::view::{CopyView, Press, QrView};
use crate::shell::{Checkout, Picture};
use yew::html::Scope;
use yew::{Html, html};

pub(super) fn draw(view: &QrView, picture: Option<&Picture>, link: &Scope<Checkout>) -> Html {
    let tile = picture.filter(|_| view.is_code_shown).map(|picture| tile(view, picture)).unwrap_or_default();
    let (first, last) = if view.is_code_last { (Html::default(), tile) } else { (tile, Html::default()) };
    html! {
        <div class="body" part={view.part}>
            { heading(&view.heading) }
            { first }
            { view.open_app.as_ref().map(|(text, url)| anchor(text, url, "open-app")).unwrap_or_default() }
            { view.copy.as_ref().map(|copy| copy_row(copy, link)).unwrap_or_default() }
            { waiting(&view.status, view.is_listening) }
            for line in &view.lines {
                <p>{ words(&line.before) }<b>{ words(&line.bold) }</b>{ words(&line.after) }</p>
            }
            { optional(&view.new_code, Press::NewCode, "main", link) }
            { check(view, link) }
            { optional(&view.unfold, Press::Unfold, "quiet", link) }
            { last }
            { button(&view.leave, Press::Leave, "link", link) }
        </div>
    }
}

fn check(view: &QrView, link: &Scope<Checkout>) -> Html {
    let Some((text, is_busy)) = &view.check else { return Html::default() };
    busy_button(text, Press::Check, part(Press::Check), "quiet", *is_busy, link)
}

fn copy_row(view: &CopyView, link: &Scope<Checkout>) -> Html {
    let look = if view.is_primary && !view.is_copied { "main" } else { "quiet" };
    html! {
        <div class="copy">
            <code part="copy-text" role="group" aria-label={view.label.clone()}>{ words(&view.text) }</code>
            { button(&view.button, Press::Copy, look, link) }
        </div>
    }
}

/// The code itself, light in every theme.
fn tile(view: &QrView, picture: &Picture) -> Html {
    let inside = match picture {
        Picture::Drawn { path, view_box } => html! {
            <svg viewBox={view_box} role="img" aria-label={view.alt.clone()}><path d={path} /></svg>
        },
        Picture::Pending => Html::default(),
        Picture::Png(png) => html! { <img src={png.url()} alt={view.alt.clone()} /> },
        Picture::Broken => return html! { <p class="broken" part="error">{ words(&view.broken) }</p> },
    };
    html! { <div class="tile" part="qr-tile">{ inside }</div> }
}
