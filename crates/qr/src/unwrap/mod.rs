//! From a provider's text to PNG bytes: base64, then gzip, zlib, zip or nothing, then a checked PNG header.
//!
//! Called by the server before it stores or shows a code, and by the component before it shows an image.
//! Never looks at pixels: that is [`crate::read`].

mod base64;
mod crc32;
mod error;
mod inflate;
pub(crate) mod png;
mod zip;

pub use error::{Refusal, UnwrapError};

/// Most bytes of base64 text that are looked at, white space and a `data:` prefix included.
pub const TEXT_BYTES_MAX: usize = 256 * 1024;
/// Most bytes that a container may inflate to.
pub const INFLATED_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Most pixels a side that the PNG's header may claim.
pub const SIDE_PX_MAX: u32 = 4096;

/// The PNG inside a provider's text.
///
/// The text is base64 in the standard or the URL alphabet, with or without padding, white space and a `data:` prefix.
/// Source: ePag calls its format `BASE64_ZIPPED_PNG` and does not say which compression; we assume gzip, and take zlib,
/// a zip with one entry, and a bare PNG as well.
pub fn unwrap(text: &str) -> Result<Vec<u8>, UnwrapError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(UnwrapError::TextTooLarge { bytes: text.len() });
    }
    let bytes = base64::decode(text)?;
    let image = match bytes.as_slice() {
        [0x1f, 0x8b, ..] => inflate::gzip(&bytes)?,
        [0x50, 0x4b, 0x03, 0x04, ..] => zip::only_entry(&bytes)?,
        [first, second, ..] if is_zlib(*first, *second) => inflate::zlib(&bytes)?,
        _ => bytes,
    };
    png::check(&image)?;
    Ok(image)
}

/// RFC 1950: method 8, a window of at most 32 KB, and a check that makes both bytes a multiple of 31.
fn is_zlib(first: u8, second: u8) -> bool {
    first & 0x0f == 8 && first >> 4 <= 7 && u16::from_be_bytes([first, second]).is_multiple_of(31)
}
