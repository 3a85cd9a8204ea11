//! What the text in a QR code means: a BR Code with its amount and payee, a PicPay link, or something else.
//!
//! Called by the server, which compares the answer with the order. Pure and bounded; never judges whether to pay.

mod br_code;
mod crc16;
mod decimal;
mod picpay;
mod tlv;

pub use br_code::{Account, BrCode, BrCodeError};
pub use picpay::PicpayLink;

/// Longest text that is looked at, in bytes: more than any QR code holds.
pub const TEXT_BYTES_MAX: usize = 8 * 1024;

/// What a QR code's text is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payload {
    /// A whole BR Code: Pix, or another account behind the same EMV format.
    PixBrCode(BrCode),
    /// It begins like a BR Code and is not a valid one; never show it as something to pay.
    BrokenBrCode(BrCodeError),
    /// An address at PicPay.
    PicpayLink(PicpayLink),
    /// Anything else; nothing is known about it.
    Other,
}

impl Payload {
    /// What the code will charge, in centavos, where the code itself says so.
    #[must_use]
    pub fn amount_minor(&self) -> Option<u64> {
        match self {
            Self::PixBrCode(code) => code.amount_minor,
            Self::PicpayLink(link) => link.amount_minor,
            Self::BrokenBrCode(_) | Self::Other => None,
        }
    }
}

/// Tells what `text` is. White space around it does not count.
#[must_use]
pub fn parse(text: &str) -> Payload {
    let text = text.trim();
    if text.len() > TEXT_BYTES_MAX {
        return Payload::Other;
    }
    if text.starts_with(br_code::START) {
        return match br_code::parse(text) {
            Ok(code) => Payload::PixBrCode(code),
            Err(error) => Payload::BrokenBrCode(error),
        };
    }
    picpay::parse(text).map_or(Payload::Other, Payload::PicpayLink)
}
