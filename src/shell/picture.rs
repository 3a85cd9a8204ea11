//! What a QR code is drawn from: one SVG path made of its payload, or the provider's own PNG where no payload could be read.
//!
//! Kept by `checkout` as long as the code is on the screen; dropping it gives the PNG's URL back to the browser. The encoder
//! is a module of its own (`crates/qr-wasm`), which the page loads once the first method can be clicked.

use super::task::Task;
use js_sys::{Array, Function, Promise, Uint8Array};
use umclique_wire::ShowQr;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Url};
use yew::AttrValue;

#[wasm_bindgen]
extern "C" {
    /// The module of `crates/qr-wasm`, or what a page gives in its place.
    pub type Drawer;

    #[wasm_bindgen(method, catch)]
    fn draw(this: &Drawer, payload: &str) -> Result<Option<String>, JsValue>;

    #[wasm_bindgen(method, catch)]
    fn unwrap(this: &Drawer, text: &str) -> Result<Option<Uint8Array>, JsValue>;
}

/// Where the drawer is.
pub(super) enum Loading {
    /// Not asked for yet, or in vain.
    No,
    /// On its way.
    Asked {
        /// Stops waiting when dropped.
        _task: Task,
    },
    /// Here.
    Here(Drawer),
}

/// Asks the page for the drawer.
pub(super) async fn load(load: Function) -> Option<Drawer> {
    let promise = load.call0(&JsValue::UNDEFINED).ok()?;
    let module = JsFuture::from(Promise::resolve(&promise)).await.ok()?;
    module.is_object().then(|| module.unchecked_into())
}

/// A picture of a QR code.
pub(crate) enum Picture {
    /// The drawer is on its way.
    Pending,
    /// One path, and the square that it stands in, quiet zone included: crisp at any size.
    Drawn {
        /// The dark modules.
        path: AttrValue,
        /// The `viewBox` of the square.
        view_box: AttrValue,
    },
    /// A picture in the browser's keeping.
    Png(BlobUrl),
    /// Nothing that can be shown.
    Broken,
}

/// A URL that is given back when nobody shows it any more.
pub(crate) struct BlobUrl(AttrValue);

impl BlobUrl {
    pub(crate) fn url(&self) -> AttrValue {
        self.0.clone()
    }
}

impl Drop for BlobUrl {
    fn drop(&mut self) {
        // Revoking what is already gone does nothing.
        let _ = Url::revoke_object_url(&self.0);
    }
}

impl Picture {
    /// The picture of a code. A code that cannot be drawn never fails the payment: its text may still be there.
    pub(super) fn of(qr: &ShowQr, drawer: &Drawer) -> Self {
        drawn(qr, drawer).or_else(|| png(qr, drawer)).unwrap_or(Self::Broken)
    }
}

fn drawn(qr: &ShowQr, drawer: &Drawer) -> Option<Picture> {
    let drawing = drawer.draw(qr.payload.as_ref()?).ok()??;
    let (view_box, path) = drawing.split_once('|')?;
    Some(Picture::Drawn { path: path.to_owned().into(), view_box: view_box.to_owned().into() })
}

fn png(qr: &ShowQr, drawer: &Drawer) -> Option<Picture> {
    let png = drawer.unwrap(qr.image.as_ref()?).ok()??;
    let bag = BlobPropertyBag::new();
    bag.set_type("image/png");
    let blob = Blob::new_with_u8_array_sequence_and_options(&Array::of1(&png), &bag).ok()?;
    let url = Url::create_object_url_with_blob(&blob).ok()?;
    Some(Picture::Png(BlobUrl(url.into())))
}
