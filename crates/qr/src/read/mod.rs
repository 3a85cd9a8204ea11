//! From PNG bytes to the text of the QR code in it.
//!
//! Called by the server, on images from providers. Finding the code is done here, on the axis-aligned or turned images
//! that encoders make, so that each pixel looked at is counted; `quircs` corrects errors and unpacks the found modules,
//! which takes a bounded number of steps. Its own search is not used: on a crafted image it may walk for minutes, and
//! its arithmetic overflows. Never fails for want of a code: that is `Ok(None)`.

mod finders;
mod grid;
mod locate;
mod luma;
mod modules;
mod plane;
mod text;
mod work;

use crate::unwrap::{Refusal, UnwrapError, png};
use luma::{Luma, Tone};
use plane::{Cuts, Plane};
use work::{Spent, Work};

/// Most pixels that are looked at; a larger image is shown as it is. Four megapixels, 2048 × 2048.
pub const PIXELS_MAX: u64 = 4 * 1024 * 1024;

/// Most steps, whatever the image. A step is one pixel looked at, or work of a like cost.
pub const STEPS_MAX: u64 = work::steps_max(PIXELS_MAX);

/// Why an image cannot be read, and not shown either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The outside of the file is refused.
    #[error(transparent)]
    Refused(#[from] UnwrapError),
    /// The pixels break off or contradict the header.
    #[error("damaged: the png's image data cannot be decoded; fetch the code again")]
    Pixels,
}

impl ReadError {
    /// The family of this refusal.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::Refused(error) => error.refusal(),
            Self::Pixels => Refusal::Damaged,
        }
    }
}

/// The text of the QR code in a PNG; `None` when there is none that can be read, or the image is too large to look at.
pub fn read(png: &[u8]) -> Result<Option<String>, ReadError> {
    read_counted(png).0
}

/// Like [`read`], with the number of steps it took: at most [`STEPS_MAX`], and fewer for smaller images.
pub fn read_counted(bytes: &[u8]) -> (Result<Option<String>, ReadError>, u64) {
    let size = match png::check(bytes) {
        Ok(size) => size,
        Err(error) => return (Err(error.into()), 0),
    };
    let pixels = u64::from(size.width) * u64::from(size.height);
    if pixels > PIXELS_MAX {
        return (Ok(None), 0);
    }
    let mut work = Work::for_pixels(pixels);
    let result = read_tones(bytes, size, &mut work);
    (result, work.steps())
}

/// Most steps for an image of that many pixels.
#[must_use]
pub fn steps_max(pixels: u64) -> u64 {
    work::steps_max(pixels)
}

/// Looks at brightness first, and at the strongest colour where brightness has next to no contrast.
fn read_tones(bytes: &[u8], size: png::Size, work: &mut Work) -> Result<Option<String>, ReadError> {
    let (mut luma, contrasts) = luma::decode(bytes, size, Tone::Brightness)?;
    let mut found = read_luma(&mut luma, work);
    drop(luma);
    if let (Ok(None), Some(tone)) = (&found, contrasts.better_than_brightness()) {
        let (mut luma, _) = luma::decode(bytes, size, tone)?;
        found = read_luma(&mut luma, work);
    }
    // An image on which the whole budget was spent is shown without text, like any other.
    Ok(found.unwrap_or(None))
}

/// Tries each way to tell dark from light, and at last a smoothed image, in which single wrong pixels are gone.
fn read_luma(luma: &mut Luma, work: &mut Work) -> Result<Option<String>, Spent> {
    work.pay(luma::STEPS_PER_PIXEL * luma.pixels.len() as u64)?;
    for cuts in plane::all_cuts(luma, work)? {
        let text = read_both_ways(luma, &cuts, work)?;
        if text.is_some() {
            return Ok(text);
        }
    }
    luma.smooth(work)?;
    match plane::all_cuts(luma, work)?.first() {
        Some(cuts) => read_both_ways(luma, cuts, work),
        None => Ok(None),
    }
}

/// Dark on light, then light on dark.
fn read_both_ways(luma: &Luma, cuts: &Cuts, work: &mut Work) -> Result<Option<String>, Spent> {
    match locate::read(&Plane::new(luma, cuts, false), work)? {
        Some(text) => Ok(Some(text)),
        None => locate::read(&Plane::new(luma, cuts, true), work),
    }
}
