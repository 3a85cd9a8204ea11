//! The bytes in a code to text: by the character set the code names, else as UTF-8, else as Latin-1.
//!
//! Called by `locate`.

use encoding_rs::{
    Encoding, ISO_8859_2, ISO_8859_3, ISO_8859_4, ISO_8859_5, ISO_8859_6, ISO_8859_7, ISO_8859_8, ISO_8859_13,
    ISO_8859_15, SHIFT_JIS, UTF_8, WINDOWS_874, WINDOWS_1254,
};
use quircs::{Data, DataType, Eci};

/// The code's text.
pub(super) fn from_data(data: &Data) -> String {
    let bytes = data.payload.as_slice();
    // Kanji mode is Shift-JIS by definition. Source: ISO/IEC 18004, 7.3.6.
    let named = if data.data_type == Some(DataType::Kanji) { Some(SHIFT_JIS) } else { data.eci.and_then(encoding) };
    let bytes = if named.is_none() { bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes) } else { bytes };
    let decode = |encoding: &'static Encoding| encoding.decode_without_bom_handling_and_without_replacement(bytes);
    match named.into_iter().chain([UTF_8]).find_map(decode) {
        Some(text) => text.into_owned(),
        None => bytes.iter().copied().map(char::from).collect(),
    }
}

/// The character set of an ECI, besides UTF-8 and Latin-1, which are tried anyway.
fn encoding(eci: Eci) -> Option<&'static Encoding> {
    match eci {
        Eci::Iso8859_1 | Eci::Ibm437 | Eci::Utf8 => None,
        Eci::Iso8859_2 => Some(ISO_8859_2),
        Eci::Iso8859_3 => Some(ISO_8859_3),
        Eci::Iso8859_4 => Some(ISO_8859_4),
        Eci::Iso8859_5 => Some(ISO_8859_5),
        Eci::Iso8859_6 => Some(ISO_8859_6),
        Eci::Iso8859_7 => Some(ISO_8859_7),
        Eci::Iso8859_8 => Some(ISO_8859_8),
        // Windows-1254 is ISO 8859-9 with letters where that has control characters.
        Eci::Iso8859_9 => Some(WINDOWS_1254),
        Eci::Iso8859_13 => Some(ISO_8859_13),
        Eci::Iso8859_15 => Some(ISO_8859_15),
        Eci::Windows874 => Some(WINDOWS_874),
        Eci::ShiftJis => Some(SHIFT_JIS),
    }
}
