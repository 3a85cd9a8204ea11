//! Why a text or an image was refused, one variant for each reason.
//!
//! Made by `unwrap` and, for the PNG's header, by `read`; the server writes it into its log, the component into an event.

/// The four families of refusals, which callers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The text is not base64.
    Base64,
    /// There is something, but not a PNG.
    NotPng,
    /// It began well and is broken further on.
    Damaged,
    /// A limit of this crate was passed.
    TooLarge,
}

impl Refusal {
    /// The words that stand first in every message of this family.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Base64 => "not base64",
            Self::NotPng => "not a png",
            Self::Damaged => "damaged",
            Self::TooLarge => "too large",
        }
    }
}

/// Why there is no PNG to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnwrapError {
    /// More text than is looked at.
    #[error("too large: the text has {bytes} bytes and at most 262144 are read; ask the provider for a smaller image")]
    TextTooLarge {
        /// Length of the text.
        bytes: usize,
    },
    /// A character outside both alphabets, or padding in the middle.
    #[error("not base64: byte {at} of the text does not belong there; pass the provider's text on unchanged")]
    Base64Character {
        /// Position in the text, from 0.
        at: usize,
    },
    /// No text, or a number of characters that no bytes encode to.
    #[error("not base64: the text ends in the middle of a byte; pass the provider's text on whole")]
    Base64Length,
    /// A `data:` address that does not say `;base64,`.
    #[error("not base64: the data: address holds no base64; ask the provider for base64")]
    DataUrl,
    /// Neither a known container nor a PNG, or a container around something else.
    #[error("not a png: the content has another signature; check which format the provider sends")]
    NotPng,
    /// The gzip header or stream breaks off or contradicts itself.
    #[error("damaged: the gzip stream cannot be inflated to its end; fetch the code again")]
    Gzip,
    /// The zlib stream breaks off or contradicts itself.
    #[error("damaged: the zlib stream cannot be inflated to its end; fetch the code again")]
    Zlib,
    /// The zip's directory or entry breaks off, or is packed in a way nobody uses for images.
    #[error("damaged: the zip's entry cannot be unpacked; fetch the code again")]
    Zip,
    /// A zip with none or several entries, so it is not known which is the code.
    #[error("damaged: the zip holds {count} entries and one is expected; fetch the code again")]
    ZipEntries {
        /// Entries in the zip's directory.
        count: u16,
    },
    /// What came out is not what went in.
    #[error("damaged: the checksum does not fit the content; fetch the code again")]
    Checksum,
    /// More inflated bytes than are kept.
    #[error("too large: the content inflates to more than 4194304 bytes; ask the provider for a smaller image")]
    InflatedTooLarge,
    /// The PNG's first chunk is missing, broken or contradicts the standard.
    #[error("damaged: the png's header is invalid; fetch the code again")]
    PngHeader,
    /// The PNG ends before its last chunk does.
    #[error("damaged: the png is cut off; fetch the code again")]
    PngCut,
    /// A side beyond the limit, by the PNG's header.
    #[error(
        "too large: the png claims {width} × {height} pixels and at most 4096 a side are shown; ask for a smaller one"
    )]
    SidesTooLarge {
        /// Claimed width in pixels.
        width: u32,
        /// Claimed height in pixels.
        height: u32,
    },
}

impl UnwrapError {
    /// The family of this refusal.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Base64Character { .. } | Self::Base64Length | Self::DataUrl => Refusal::Base64,
            Self::NotPng => Refusal::NotPng,
            Self::Gzip
            | Self::Zlib
            | Self::Zip
            | Self::ZipEntries { .. }
            | Self::Checksum
            | Self::PngHeader
            | Self::PngCut => Refusal::Damaged,
            Self::TextTooLarge { .. } | Self::InflatedTooLarge | Self::SidesTooLarge { .. } => Refusal::TooLarge,
        }
    }
}
