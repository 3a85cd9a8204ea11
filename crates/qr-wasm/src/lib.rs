//! The part of the component that draws QR codes, as a WebAssembly module of its own.
//!
//! `www/umclique.js` fetches it once the first method can be clicked, so that the 20 KB (brotli) of QR encoder and inflate
//! stand between no buyer and the method list; the component calls it through the page. It makes no markup and keeps nothing.

use wasm_bindgen::prelude::wasm_bindgen;

/// A payload as SVG: the `viewBox`, a `|`, and the `d` of one path, quiet zone included. Nothing where it cannot be drawn.
#[wasm_bindgen]
#[must_use]
pub fn draw(payload: &str) -> Option<String> {
    let drawing = umclique_qr::draw::draw(payload).ok()?;
    let side = drawing.side.to_string();
    Some(["0 0 ", &side, " ", &side, "|", &drawing.path].concat())
}

/// The PNG inside a provider's base64 text of a compressed picture. Nothing where it is not one, or too large.
#[wasm_bindgen]
#[must_use]
pub fn unwrap(text: &str) -> Option<Vec<u8>> {
    umclique_qr::unwrap::unwrap(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_becomes_a_view_box_and_a_path() {
        let drawn = draw("https://app.picpay.com/checkout/1").expect("short enough");
        let (view_box, path) = drawn.split_once('|').expect("two parts");
        assert!(view_box.starts_with("0 0 ") && path.starts_with(['m', 'M']), "{drawn}");
        assert_eq!(draw(""), None);
    }

    #[test]
    fn only_a_png_is_unwrapped() {
        // A grey pixel, compressed as ePag compresses its codes.
        let text =
            "H4sIAAAAAAACA+sM8HPn5ZLiYmBg4PX0cAkC0owgzAEkGKzqZocCKS5PF8eQijnJCUA2EwOjx/olhSBZT1c/l3VOCU0AtJDcREMAAAA=";
        assert!(unwrap(text).is_some_and(|png| png.starts_with(b"\x89PNG")));
        assert_eq!(unwrap("aGVsbG8="), None);
    }
}
