//! PNG rows to one byte a pixel, as they would look on white.
//!
//! Called by `read` after the header was checked. Holds one row besides the result, interlaced or not.

use super::ReadError;
use crate::unwrap::png::Size;
use png::{ColorType, Decoder, InterlaceInfo, Transformations};
use std::io::Cursor;

/// What decoding costs: eight bytes at most, inflated and made into one.
pub(super) const STEPS_PER_PIXEL: u64 = 8;

/// One byte a pixel, row by row; 255 is white.
pub(super) struct Luma {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

/// What a pixel's byte is made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Brightness,
    Red,
    Green,
    Blue,
}

const TONES: [Tone; 4] = [Tone::Brightness, Tone::Red, Tone::Green, Tone::Blue];

/// Lowest and highest value of each tone.
pub(super) struct Contrasts([(u8, u8); 4]);

impl Contrasts {
    /// A colour with at least twice the contrast of a faint brightness, as in red on an equally bright green.
    pub(super) fn better_than_brightness(&self) -> Option<Tone> {
        let contrast = |index: usize| self.0[index].1.saturating_sub(self.0[index].0);
        let best = (1..4).max_by_key(|index| contrast(*index))?;
        (contrast(0) < 96 && contrast(best) / 2 > contrast(0)).then_some(TONES[best])
    }
}

/// Decodes `bytes`, whose header says `size`, row by row.
pub(super) fn decode(bytes: &[u8], size: Size, tone: Tone) -> Result<(Luma, Contrasts), ReadError> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(Transformations::EXPAND | Transformations::STRIP_16);
    let mut reader = decoder.read_info().map_err(|_| ReadError::Pixels)?;
    let (width, height) = (size.width as usize, size.height as usize);
    if (reader.info().width, reader.info().height) != (size.width, size.height) {
        return Err(ReadError::Pixels);
    }
    let color = reader.output_color_type().0;
    let mut pixels = vec![u8::MAX; width * height];
    let mut contrasts = Contrasts([(u8::MAX, 0); 4]);
    let mut line = Vec::with_capacity(width);
    let mut row_at = 0;
    while let Some(row) = reader.next_interlaced_row().map_err(|_| ReadError::Pixels)? {
        line.clear();
        line.extend(
            row.data().chunks_exact(color.samples()).map(|pixel| look(on_white(color, pixel), tone, &mut contrasts)),
        );
        match row.interlace() {
            InterlaceInfo::Null(_) => {
                let target = pixels.get_mut(row_at..row_at + width).ok_or(ReadError::Pixels)?;
                target.copy_from_slice(&line);
                row_at += width;
            }
            InterlaceInfo::Adam7(pass) => png::expand_interlaced_row(&mut pixels, width, &line, pass, 8),
        }
        // The reader would go on to look for the end of the file, which `unwrap::png` has seen.
        if row_at == pixels.len() {
            break;
        }
    }
    Ok((Luma { width, height, pixels }, contrasts))
}

/// Red, green and blue of a pixel laid on white.
fn on_white(color: ColorType, pixel: &[u8]) -> [u8; 3] {
    let blend = |value: u8, alpha: u8| {
        let (value, alpha) = (u32::from(value), u32::from(alpha));
        ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
    };
    match (color, pixel) {
        (ColorType::Grayscale, [gray]) => [*gray; 3],
        (ColorType::GrayscaleAlpha, [gray, alpha]) => [blend(*gray, *alpha); 3],
        (ColorType::Rgb, [red, green, blue]) => [*red, *green, *blue],
        (ColorType::Rgba, [red, green, blue, alpha]) => [*red, *green, *blue].map(|value| blend(value, *alpha)),
        // `Transformations::EXPAND` leaves no palette.
        _ => [u8::MAX; 3],
    }
}

fn look([red, green, blue]: [u8; 3], tone: Tone, contrasts: &mut Contrasts) -> u8 {
    let weighted = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
    let values = [(weighted / 1000) as u8, red, green, blue];
    for (seen, value) in contrasts.0.iter_mut().zip(values) {
        *seen = (seen.0.min(value), seen.1.max(value));
    }
    values[tone as usize]
}
