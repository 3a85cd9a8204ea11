//! The one entry of a zip, found through its directory at the end, so that streamed zips without sizes in front work.
//!
//! Called by `unwrap`. Knows stored and deflated entries; no encryption, no zip64, no second entry.

use super::crc32::crc32;
use super::{INFLATED_BYTES_MAX, UnwrapError, inflate};

/// The content of the only entry; its length and checksum are verified.
pub(super) fn only_entry(bytes: &[u8]) -> Result<Vec<u8>, UnwrapError> {
    let end = bytes.windows(4).rposition(|four| four == b"PK\x05\x06").ok_or(UnwrapError::Zip)?;
    let count = u16_at(bytes, end + 10)?;
    if count != 1 {
        return Err(UnwrapError::ZipEntries { count });
    }
    let directory = u32_at(bytes, end + 16)?;
    let is_encrypted = u16_at(bytes, directory.saturating_add(8))? & 1 == 1;
    if !bytes[directory..].starts_with(b"PK\x01\x02") || is_encrypted {
        return Err(UnwrapError::Zip);
    }
    let method = u16_at(bytes, directory + 10)?;
    let checksum = u32_at(bytes, directory + 16)?;
    let packed_len = u32_at(bytes, directory + 20)?;
    let content_len = u32_at(bytes, directory + 24)?;
    if content_len > INFLATED_BYTES_MAX {
        return Err(UnwrapError::InflatedTooLarge);
    }
    let packed = packed(bytes, u32_at(bytes, directory + 42)?, packed_len)?;
    let content = match method {
        0 => packed.to_vec(),
        8 => inflate::deflate(packed, UnwrapError::Zip)?,
        _ => return Err(UnwrapError::Zip),
    };
    if content.len() != content_len || crc32(&content) as usize != checksum {
        return Err(UnwrapError::Checksum);
    }
    Ok(content)
}

/// The entry's packed bytes, which follow its own header, name and extra field.
fn packed(bytes: &[u8], header: usize, packed_len: usize) -> Result<&[u8], UnwrapError> {
    if !bytes.get(header..).is_some_and(|rest| rest.starts_with(b"PK\x03\x04")) {
        return Err(UnwrapError::Zip);
    }
    let start = header + 30 + usize::from(u16_at(bytes, header + 26)?) + usize::from(u16_at(bytes, header + 28)?);
    bytes.get(start..).and_then(|rest| rest.get(..packed_len)).ok_or(UnwrapError::Zip)
}

fn u16_at(bytes: &[u8], at: usize) -> Result<u16, UnwrapError> {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(two) => Ok(u16::from_le_bytes(*two)),
        None => Err(UnwrapError::Zip),
    }
}

fn u32_at(bytes: &[u8], at: usize) -> Result<usize, UnwrapError> {
    match bytes.get(at..).and_then(|rest| rest.first_chunk()) {
        Some(four) => Ok(u32::from_le_bytes(*four) as usize),
        None => Err(UnwrapError::Zip),
    }
}
