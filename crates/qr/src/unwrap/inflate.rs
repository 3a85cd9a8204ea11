//! Inflating with a ceiling, and the two thin containers around deflate: gzip (RFC 1952) and zlib (RFC 1950).
//!
//! Called by `unwrap`, and by `zip` for the bare stream. Never trusts a length that the data claims.

use super::crc32::crc32;
use super::{INFLATED_BYTES_MAX, UnwrapError};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::{
    TINFL_FLAG_PARSE_ZLIB_HEADER, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// The content of the first member of a gzip file; its checksum and length are verified.
pub(super) fn gzip(bytes: &[u8]) -> Result<Vec<u8>, UnwrapError> {
    let start = gzip_header(bytes).ok_or(UnwrapError::Gzip)?;
    let (content, read) = inflate(&bytes[start..], 0, UnwrapError::Gzip)?;
    let trailer = bytes.get(start + read..start + read + 8).ok_or(UnwrapError::Gzip)?;
    if trailer[..4] != crc32(&content).to_le_bytes() || trailer[4..] != (content.len() as u32).to_le_bytes() {
        return Err(UnwrapError::Checksum);
    }
    Ok(content)
}

/// The content of a zlib stream; its checksum is verified.
pub(super) fn zlib(bytes: &[u8]) -> Result<Vec<u8>, UnwrapError> {
    Ok(inflate(bytes, TINFL_FLAG_PARSE_ZLIB_HEADER, UnwrapError::Zlib)?.0)
}

/// The content of a bare deflate stream.
pub(super) fn deflate(bytes: &[u8], broken: UnwrapError) -> Result<Vec<u8>, UnwrapError> {
    Ok(inflate(bytes, 0, broken)?.0)
}

/// Where the deflate stream begins: after ten bytes and the optional fields that the flags announce.
fn gzip_header(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    if bytes[2] != 8 || flags & 0xe0 != 0 {
        return None;
    }
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += bytes.get(at..)?.iter().position(|byte| *byte == 0)? + 1;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}

/// Inflates into a buffer that doubles up to the ceiling; also tells how many bytes of `input` were used.
fn inflate(input: &[u8], header: u32, broken: UnwrapError) -> Result<(Vec<u8>, usize), UnwrapError> {
    // One byte more than the limit tells "exactly full" from "too much".
    let ceiling = INFLATED_BYTES_MAX + 1;
    let flags = header | TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let mut state = Box::new(DecompressorOxide::new());
    // The sizes are halves of the ceiling, so that the last step holds no more than one and a half of it.
    let mut halvings = (0..=12).rev().find(|halvings| ceiling >> halvings > 4 * input.len()).unwrap_or(0);
    let mut output = vec![0; ceiling >> halvings];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, consumed, produced) = decompress(&mut state, &input[read..], &mut output, written, flags);
        read += consumed;
        written += produced;
        if written == ceiling {
            return Err(UnwrapError::InflatedTooLarge);
        }
        match status {
            TINFLStatus::Done => {
                output.truncate(written);
                return Ok((output, read));
            }
            TINFLStatus::HasMoreOutput => {
                halvings -= 1;
                output.reserve_exact((ceiling >> halvings) - output.len());
                output.resize(ceiling >> halvings, 0);
            }
            TINFLStatus::Adler32Mismatch => return Err(UnwrapError::Checksum),
            _ => return Err(broken),
        }
    }
}
