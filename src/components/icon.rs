//! Our own neutral outlines.
//!
//! Used by the other components. Decorative: the text beside them says the same.

use umclique_wire::MethodKind;
use yew::{Html, html};

/// Which outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Glyph {
    /// A QR code.
    Qr,
    /// A wallet.
    Wallet,
    /// A word in a chat.
    Chat,
    /// A payment card.
    Card,
    /// A closed lock.
    Lock,
    /// A tick.
    Tick,
    /// An exclamation mark in a circle.
    Stop,
}

/// A method's own outline.
pub(super) fn glyph(kind: MethodKind) -> Html {
    let glyph = match kind {
        MethodKind::April => Glyph::Card,
        MethodKind::PicpayWallet => Glyph::Wallet,
        MethodKind::Whatsapp => Glyph::Chat,
        MethodKind::PicpayQr | MethodKind::Unknown => Glyph::Qr,
    };
    html! { <span class="glyph">{ icon(glyph) }</span> }
}

/// An outline of 24 units, in the colour of the text around it.
pub(super) fn icon(glyph: Glyph) -> Html {
    let path = match glyph {
        Glyph::Qr => "M4 4h6v6H4zM14 4h6v6h-6zM4 14h6v6H4zM14 14h2.5v2.5H14zM17.5 17.5H20V20h-2.5zM20 14h.01M14 20h.01",
        Glyph::Wallet => "M17 7V4H5a2 2 0 0 0 0 4h15v12H5a2 2 0 0 1-2-2V6M16 14h.01",
        Glyph::Chat => "M4 20l1.500-4.500a8 8 0 1 1 3 3zM9 12h6",
        Glyph::Card => {
            "M5.5 5.5h13a2.5 2.5 0 0 1 2.5 2.5v8a2.5 2.5 0 0 1-2.5 2.5h-13a2.5 2.5 0 0 1-2.5-2.5V8a2.5 2.5 0 0 1 2.5-2.5zM3 10h18M7 15h4"
        }
        Glyph::Lock => {
            "M7 10h10a2 2 0 0 1 2 2v6a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2v-6a2 2 0 0 1 2-2zM8 10V8a4 4 0 0 1 8 0v2"
        }
        Glyph::Tick => "M5 12.5l4.500 4.500L19 7.500",
        Glyph::Stop => "M12 8v5M12 16.5h.01M21 12a9 9 0 1 1-18 0a9 9 0 0 1 18 0z",
    };
    html! { <svg class="icon" viewBox="0 0 24 24" aria-hidden="true"><path d={path} /></svg> }
}
