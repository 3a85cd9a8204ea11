//! The checksum at the end of a BR Code (CRC-16/CCITT-FALSE: polynomial 0x1021, start 0xFFFF).
//!
//! Called by `br_code`. Works bit by bit: a code is a few hundred bytes.

/// The CRC-16 of `bytes`.
pub(super) fn crc16(bytes: impl Iterator<Item = u8>) -> u16 {
    bytes.fold(u16::MAX, |crc, byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_published_check_value_comes_out() {
        assert_eq!(super::crc16(b"123456789".iter().copied()), 0x29b1);
    }
}
