//! PNG rows to one byte a pixel, as they would look on white.
//!
//! Called by `read` after the header was checked. Holds one row besides the result, interlaced or not.

use super::ReadError;
use super::work::{Spent, Work};
use crate::unwrap::png::Size;
use png::{ColorType, Decoder, InterlaceInfo, Transformations};
use std::io::Cursor;

/// What decoding costs: eight bytes at most, inflated and made into one.
pub(super) const STEPS_PER_PIXEL: u64 = 8;

/// What smoothing costs.
const SMOOTHING_STEPS_PER_PIXEL: u64 = 9;

/// One byte a pixel, row by row; 255 is white.
pub(super) struct Luma {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) pixels: Vec<u8>,
}

impl Luma {
    /// Replaces each pixel inside the border by the mean of the nine around it, in place.
    pub(super) fn smooth(&mut self, work: &mut Work) -> Result<(), Spent> {
        work.pay(SMOOTHING_STEPS_PER_PIXEL * self.pixels.len() as u64)?;
        let width = self.width;
        if width < 3 || self.height < 3 {
            return Ok(());
        }
        let mut above = self.pixels[..width].to_vec();
        let mut row = self.pixels[width..2 * width].to_vec();
        let mut columns = vec![0_u16; width];
        for y in 1..self.height - 1 {
            let (until_row, below) = self.pixels.split_at_mut((y + 1) * width);
            for (sum, ((above, row), below)) in columns.iter_mut().zip(above.iter().zip(&row).zip(&below[..width])) {
                *sum = u16::from(*above) + u16::from(*row) + u16::from(*below);
            }
            for (target, three) in until_row[y * width + 1..].iter_mut().zip(columns.windows(3)) {
                *target = ((three[0] + three[1] + three[2]) / 9) as u8;
            }
            std::mem::swap(&mut above, &mut row);
            row.copy_from_slice(&below[..width]);
        }
        Ok(())
    }
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
        flatten(color, row.data(), tone, &mut contrasts, &mut line);
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

/// Adds a row to `line`, one byte a pixel. Colours are weighed for their contrasts; in grey ones there is but one tone.
fn flatten(color: ColorType, row: &[u8], tone: Tone, contrasts: &mut Contrasts, line: &mut Vec<u8>) {
    match color {
        ColorType::Grayscale => line.extend_from_slice(row),
        ColorType::GrayscaleAlpha => line.extend(row.as_chunks().0.iter().map(|[gray, alpha]| on_white(*gray, *alpha))),
        ColorType::Rgb => line.extend(row.as_chunks().0.iter().map(|pixel| look(*pixel, tone, contrasts))),
        ColorType::Rgba => line.extend(row.as_chunks().0.iter().map(|[red, green, blue, alpha]| {
            look([*red, *green, *blue].map(|value| on_white(value, *alpha)), tone, contrasts)
        })),
        // `Transformations::EXPAND` leaves no palette.
        ColorType::Indexed => line.extend(row.iter().map(|_| u8::MAX)),
    }
}

/// A value as it looks when it lies on white.
fn on_white(value: u8, alpha: u8) -> u8 {
    let (value, alpha) = (u32::from(value), u32::from(alpha));
    ((value * alpha + 255 * (255 - alpha) + 127) / 255) as u8
}

fn look([red, green, blue]: [u8; 3], tone: Tone, contrasts: &mut Contrasts) -> u8 {
    let weighted = u32::from(red) * 299 + u32::from(green) * 587 + u32::from(blue) * 114;
    let values = [(weighted / 1000) as u8, red, green, blue];
    for (seen, value) in contrasts.0.iter_mut().zip(values) {
        *seen = (seen.0.min(value), seen.1.max(value));
    }
    values[tone as usize]
}
