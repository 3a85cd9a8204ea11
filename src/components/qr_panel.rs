//! The QR code with everything to pay it: as picture, as text, as link.
//!
//! Drawn by `screen`.

use super::{part, pressed};
use crate::machine::view::{Code, CopyView, Line, Press, QrView};
use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag, Url};
use yew::{AttrValue, Callback, Html, Properties, component, html, use_memo};

/// Props of [`QrPanel`].
#[derive(Properties, PartialEq)]
pub(super) struct QrPanelProps {
    pub(super) view: QrView,
    pub(super) on_press: Callback<Press>,
}

/// The QR code and what belongs to it.
#[component]
pub(super) fn QrPanel(props: &QrPanelProps) -> Html {
    let QrPanelProps { view, on_press } = props;
    let tile = match &view.code {
        _ if view.unfold.is_some() => Html::default(),
        Code::None => Html::default(),
        Code::Payload(payload) => {
            html! { <DrawnTile payload={payload.clone()} alt={view.alt.clone()} broken={view.broken.clone()} /> }
        }
        Code::Image(image) => {
            html! { <ImageTile image={image.clone()} alt={view.alt.clone()} broken={view.broken.clone()} /> }
        }
    };
    let open_app = view.open_app.as_ref().map(|(text, url)| {
        html! { <a class="button" part="open-app" href={url.clone()}>{ text.clone() }</a> }
    });
    let copy = view.copy.as_ref().map(|copy| copy_row(copy, on_press)).unwrap_or_default();
    let unfold = view.unfold.as_ref().map(|text| button(text, Press::Unfold, "button two", on_press));
    let new_code = view.new_code.as_ref().map(|text| button(text, Press::NewCode, "button", on_press));
    let check = view.check.as_ref().map(|(text, is_busy)| {
        let busy = is_busy.then_some("true");
        html! {
            <button type="button" class="button two" part={part(Press::Check)} aria-disabled={busy}
                onclick={pressed(on_press, Press::Check)}>{ text.clone() }</button>
        }
    });
    html! {
        <div class="body" part="qr">
            <h2 tabindex="-1" data-heading="">{ view.heading.clone() }</h2>
            { if view.is_code_last { Html::default() } else { tile.clone() } }
            { open_app.unwrap_or_default() }
            { copy }
            <p class={if view.is_listening { "waiting" } else { "waiting lost" }} part="waiting">
                <span class="dot"></span>{ view.status.clone() }
            </p>
            for (at, text) in view.lines.iter().enumerate() {
                <p key={at}>{ line(text) }</p>
            }
            { new_code.unwrap_or_default() }
            { check.unwrap_or_default() }
            { unfold.unwrap_or_default() }
            { if view.is_code_last { tile } else { Html::default() } }
            { button(&view.leave, Press::Leave, "button link", on_press) }
        </div>
    }
}

fn button(text: &str, press: Press, class: &'static str, on_press: &Callback<Press>) -> Html {
    html! {
        <button type="button" {class} part={part(press)} onclick={pressed(on_press, press)}>{ text.to_owned() }</button>
    }
}

fn copy_row(view: &CopyView, on_press: &Callback<Press>) -> Html {
    let class = if view.is_primary && !view.is_copied { "button" } else { "button two" };
    html! {
        <div class="copy">
            <code part="copy-text" role="group" aria-label={view.label.clone()}>{ view.text.clone() }</code>
            { button(&view.button, Press::Copy, class, on_press) }
        </div>
    }
}

fn line(line: &Line) -> Html {
    let bold = (!line.bold.is_empty()).then(|| html! { <b>{ line.bold.clone() }</b> });
    html! { <>{ line.before.clone() }{ bold.unwrap_or_default() }{ line.after.clone() }</> }
}

/// Props of [`DrawnTile`].
#[derive(Properties, PartialEq)]
struct DrawnTileProps {
    payload: AttrValue,
    alt: AttrValue,
    broken: AttrValue,
}

/// The code drawn from its payload: crisp at any size, with its quiet zone, light in every theme.
#[component]
fn DrawnTile(props: &DrawnTileProps) -> Html {
    let drawing = use_memo(props.payload.clone(), |payload| umclique_qr::draw::draw(payload).ok());
    match drawing.as_ref() {
        Some(drawing) => {
            let side = drawing.side.to_string();
            html! {
                <div class="tile" part="qr-tile">
                    <svg viewBox={["0 0 ", &side, " ", &side].concat()} role="img" aria-label={props.alt.clone()}>
                        <path d={drawing.path.clone()} />
                    </svg>
                </div>
            }
        }
        None => html! { <p class="broken" part="error">{ props.broken.clone() }</p> },
    }
}

/// A picture that is given back to the browser when nobody shows it any more.
struct BlobUrl(String);

impl BlobUrl {
    fn from_image(image: &str) -> Option<Self> {
        let png = umclique_qr::unwrap::unwrap(image).ok()?;
        let parts = Array::of1(&Uint8Array::from(png.as_slice()));
        let bag = BlobPropertyBag::new();
        bag.set_type("image/png");
        let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &bag).ok()?;
        Url::create_object_url_with_blob(&blob).ok().map(Self)
    }
}

impl Drop for BlobUrl {
    fn drop(&mut self) {
        // Revoking what is already gone does nothing.
        let _ = Url::revoke_object_url(&self.0);
    }
}

/// Props of [`ImageTile`].
#[derive(Properties, PartialEq)]
struct ImageTileProps {
    image: AttrValue,
    alt: AttrValue,
    broken: AttrValue,
}

/// The provider's own picture, where its payload could not be read.
#[component]
fn ImageTile(props: &ImageTileProps) -> Html {
    let url = use_memo(props.image.clone(), |image| BlobUrl::from_image(image));
    match url.as_ref() {
        Some(BlobUrl(url)) => html! {
            <div class="tile" part="qr-tile"><img src={url.clone()} alt={props.alt.clone()} /></div>
        },
        None => html! { <p class="broken" part="error">{ props.broken.clone() }</p> },
    }
}
