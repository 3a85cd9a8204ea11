//! The outside of a PNG: signature, header and the chain of chunks, checked before anybody makes room for its pixels.
//!
//! Called by `unwrap` and by `read`. Never inflates image data.

use super::crc32::crc32;
use super::{SIDE_PX_MAX, UnwrapError};

/// The size that a PNG's header claims, in pixels; each side is 1 to [`SIDE_PX_MAX`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    pub(crate) width: u32,
    pub(crate) height: u32,
}

const SIGNATURE: &[u8; 8] = b"\x89PNG\r\n\x1a\n";

/// Checks that `bytes` are a PNG from its signature to its last chunk, within the limits.
pub(crate) fn check(bytes: &[u8]) -> Result<Size, UnwrapError> {
    let chunks = bytes.strip_prefix(SIGNATURE).ok_or(UnwrapError::NotPng)?;
    let size = header(chunks)?;
    if size_is_beyond_limits(size) {
        return Err(UnwrapError::SidesTooLarge { width: size.width, height: size.height });
    }
    walk(chunks)?;
    Ok(size)
}

/// Reads the first chunk: length 13, type IHDR, size, depth, colour, methods, and its checksum.
fn header(chunks: &[u8]) -> Result<Size, UnwrapError> {
    let chunk: &[u8; 25] = chunks.first_chunk().ok_or(UnwrapError::PngCut)?;
    let [_, _, _, _, kind @ .., check0, check1, check2, check3] = chunk;
    let [b'I', b'H', b'D', b'R', w0, w1, w2, w3, h0, h1, h2, h3, depth, colour, 0, 0, 0 | 1] = kind else {
        return Err(UnwrapError::PngHeader);
    };
    let size =
        Size { width: u32::from_be_bytes([*w0, *w1, *w2, *w3]), height: u32::from_be_bytes([*h0, *h1, *h2, *h3]) };
    let is_known_colour = matches!((colour, depth), (0, 1 | 2 | 4 | 8 | 16) | (3, 1 | 2 | 4 | 8) | (2 | 4 | 6, 8 | 16));
    let is_whole = u32::from_be_bytes([*check0, *check1, *check2, *check3]) == crc32(kind);
    let has_length = chunk.starts_with(&[0, 0, 0, 13]);
    if !is_known_colour || !is_whole || !has_length || size.width == 0 || size.height == 0 {
        return Err(UnwrapError::PngHeader);
    }
    Ok(size)
}

fn size_is_beyond_limits(size: Size) -> bool {
    size.width > SIDE_PX_MAX || size.height > SIDE_PX_MAX
}

/// Follows the chunks to IEND and verifies the checksums of those that the image depends on. Twelve bytes at least are
/// passed at each step, so it ends.
fn walk(chunks: &[u8]) -> Result<(), UnwrapError> {
    let mut rest = chunks;
    let mut has_pixels = false;
    while let Some([l0, l1, l2, l3, kind @ ..]) = rest.first_chunk::<8>() {
        let end = 8 + u32::from_be_bytes([*l0, *l1, *l2, *l3]) as usize;
        let (checked, after) = rest.split_at_checked(end).ok_or(UnwrapError::PngCut)?;
        let (stated, after) = after.split_first_chunk().ok_or(UnwrapError::PngCut)?;
        // Bit 5 of a chunk's first letter says that viewers may go without it.
        if kind[0] & 0x20 == 0 && crc32(&checked[4..]) != u32::from_be_bytes(*stated) {
            return Err(UnwrapError::Checksum);
        }
        match kind {
            b"IEND" if has_pixels => return Ok(()),
            b"IDAT" => has_pixels = true,
            _ => {}
        }
        rest = after;
    }
    Err(UnwrapError::PngCut)
}
