//! From a payload to the modules of a QR code, as one SVG path.
//!
//! Called by the component, which puts the path into an `<svg>`, and by anything on the host that needs a code.
//! Never makes markup: no attribute and no element comes from here.

use qrcode::{Color, EcLevel, QrCode, types::QrError};

/// Light modules around the code. Source: ISO/IEC 18004, quiet zone of four modules.
pub const QUIET_ZONE: u32 = 4;
/// Most bytes that any QR code holds. Source: ISO/IEC 18004, version 40, level L, byte mode.
pub const PAYLOAD_BYTES_MAX: usize = 2953;

/// A QR code drawn in a square of `side` × `side` units, one unit a module, its quiet zone included.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The dark modules, as the `d` of one SVG `<path>`, to be filled.
    pub path: String,
    /// The side of the `viewBox`, in modules.
    pub side: u32,
}

/// Why nothing was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DrawError {
    /// Nothing to encode.
    #[error("there is no text to draw; show the image or the text instead")]
    Empty,
    /// More than a QR code holds.
    #[error("the text has {bytes} bytes and no QR code holds more than 2953; show the image or the text instead")]
    TooLong {
        /// Length of the payload.
        bytes: usize,
    },
}

/// Draws `payload` with medium error correction, or with less where only that fits.
pub fn draw(payload: &str) -> Result<Drawing, DrawError> {
    let too_long = DrawError::TooLong { bytes: payload.len() };
    if payload.is_empty() {
        return Err(DrawError::Empty);
    }
    if payload.len() > PAYLOAD_BYTES_MAX {
        return Err(too_long);
    }
    let code = match QrCode::with_error_correction_level(payload, EcLevel::M) {
        Err(QrError::DataTooLong) => QrCode::with_error_correction_level(payload, EcLevel::L),
        result => result,
    }
    .map_err(|_| too_long)?;
    let width = code.width();
    Ok(Drawing { path: path(&code.into_colors(), width), side: width as u32 + 2 * QUIET_ZONE })
}

/// One closed rectangle for each run of dark modules in a row: it moves relatively, so most numbers are one digit.
fn path(colors: &[Color], width: usize) -> String {
    let mut path = String::new();
    // Where the pen stands after a rectangle is closed: at that rectangle's start.
    let (mut pen_x, mut pen_y) = (0, 0);
    for (y, row) in colors.chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|left, right| left == right) {
            if run[0] == Color::Dark {
                let (left, top, length) = (x + QUIET_ZONE as usize, y + QUIET_ZONE as usize, run.len());
                path.push('m');
                push_number(&mut path, left as isize - pen_x as isize);
                path.push(' ');
                push_number(&mut path, top as isize - pen_y as isize);
                path.push('h');
                push_number(&mut path, length as isize);
                path.push_str("v1h");
                push_number(&mut path, -(length as isize));
                path.push('z');
                (pen_x, pen_y) = (left, top);
            }
            x += run.len();
        }
    }
    path
}

fn push_number(path: &mut String, number: isize) {
    path.push_str(&number.to_string());
}
