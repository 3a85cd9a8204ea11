//! Dark or light: brightness cut at one level, or at a level for each region of the image.
//!
//! Called by `read`, which tries the cuts in turn, and by whatever looks at single pixels.

use super::luma::Luma;
use super::work::{Spent, Work};

/// Most regions a side.
const REGIONS_MAX: usize = 24;

/// Levels at or below which a pixel is dark, one for each square of `1 << shift` pixels.
pub(super) struct Cuts {
    shift: u32,
    across: usize,
    levels: Vec<u8>,
}

/// An image in which each pixel is dark or light. Everything outside of it is light.
pub(super) struct Plane<'a> {
    luma: &'a Luma,
    cuts: &'a Cuts,
    is_inverted: bool,
}

impl<'a> Plane<'a> {
    pub(super) fn new(luma: &'a Luma, cuts: &'a Cuts, is_inverted: bool) -> Self {
        Self { luma, cuts, is_inverted }
    }

    pub(super) fn width(&self) -> usize {
        self.luma.width
    }

    pub(super) fn height(&self) -> usize {
        self.luma.height
    }

    /// Whether the pixel is dark; `x` and `y` are in the image.
    pub(super) fn is_dark(&self, x: usize, y: usize) -> bool {
        let level = self.cuts.levels[(y >> self.cuts.shift) * self.cuts.across + (x >> self.cuts.shift)];
        (self.luma.pixels[y * self.luma.width + x] <= level) != self.is_inverted
    }

    /// Replaces `row` by row `y` of the image, dark pixels being true.
    pub(super) fn copy_row(&self, y: usize, row: &mut Vec<bool>) {
        row.clear();
        let levels = &self.cuts.levels[(y >> self.cuts.shift) * self.cuts.across..];
        let pixels = &self.luma.pixels[y * self.luma.width..][..self.luma.width];
        for (region, level) in pixels.chunks(1 << self.cuts.shift).zip(levels) {
            row.extend(region.iter().map(|value| (value <= level) != self.is_inverted));
        }
    }

    /// Whether the pixel is dark; outside of the image none is.
    pub(super) fn is_dark_at(&self, x: i64, y: i64) -> bool {
        match (usize::try_from(x), usize::try_from(y)) {
            (Ok(x), Ok(y)) if x < self.width() && y < self.height() => self.is_dark(x, y),
            _ => false,
        }
    }
}

/// The cuts worth trying, the likeliest first; none for an image of one brightness.
pub(super) fn all_cuts(luma: &Luma, work: &mut Work) -> Result<Vec<Cuts>, Spent> {
    work.pay(luma.pixels.len() as u64)?;
    let mut histogram = [0_u64; 256];
    for value in &luma.pixels {
        histogram[usize::from(*value)] += 1;
    }
    let lowest = histogram.iter().position(|count| *count > 0).unwrap_or(0);
    let highest = histogram.iter().rposition(|count| *count > 0).unwrap_or(0);
    if lowest == highest {
        return Ok(Vec::new());
    }
    let best = otsu(&histogram);
    let mut levels = vec![best];
    let others = [usize::midpoint(lowest, highest), usize::midpoint(best, highest), usize::midpoint(lowest, best)];
    levels.extend(others.into_iter().filter(|level| level.abs_diff(best) > 8 && *level < highest));
    let mut cuts: Vec<Cuts> =
        levels.into_iter().map(|level| Cuts { shift: 16, across: 1, levels: vec![level as u8] }).collect();
    // With two levels only, every cut is the same.
    if histogram.iter().filter(|count| **count > 0).count() > 2 {
        cuts.insert(1, regional(luma, work)?);
    }
    Ok(cuts)
}

/// The level that parts the histogram into the two most different groups (Otsu). Where a stretch of levels is equally
/// good, its middle.
fn otsu(histogram: &[u64; 256]) -> usize {
    let total: u64 = histogram.iter().sum();
    let weight: u64 = histogram.iter().zip(0..).map(|(count, level)| count * level).sum();
    let (mut below, mut below_weight) = (0_u64, 0_u64);
    let (mut first, mut last, mut best) = (0, 0, 0_u128);
    for (level, count) in histogram.iter().enumerate() {
        below += count;
        below_weight += level as u64 * count;
        let above = total - below;
        if below == 0 || above == 0 {
            continue;
        }
        // Variance between the groups, times a constant: (weight·below − below_weight·total)² / (below·above).
        let difference = u128::from(weight * below).abs_diff(u128::from(below_weight * total));
        let variance = difference * difference / u128::from(below * above);
        if variance > best {
            (first, last, best) = (level, level, variance);
        } else if variance == best {
            last = level;
        }
    }
    usize::midpoint(first, last)
}

/// A level for each region, halfway between the extremes of its neighbourhood: for backgrounds that change slowly.
fn regional(luma: &Luma, work: &mut Work) -> Result<Cuts, Spent> {
    work.pay(luma.pixels.len() as u64)?;
    let longer = luma.width.max(luma.height);
    let shift = (3..16).find(|shift| longer >> shift < REGIONS_MAX).unwrap_or(16);
    let (across, down) = ((luma.width >> shift) + 1, (luma.height >> shift) + 1);
    let mut extremes = vec![(u8::MAX, 0_u8); across * down];
    for (y, row) in luma.pixels.chunks_exact(luma.width).enumerate() {
        for (x, value) in row.iter().enumerate() {
            let region = &mut extremes[(y >> shift) * across + (x >> shift)];
            *region = (region.0.min(*value), region.1.max(*value));
        }
    }
    let around = |x: usize, y: usize| {
        let columns = x.saturating_sub(1)..(x + 2).min(across);
        (y.saturating_sub(1)..(y + 2).min(down))
            .flat_map(move |row| columns.clone().map(move |column| row * across + column))
    };
    let level = |x, y| {
        let (low, high) = around(x, y).map(|at| extremes[at]).fold((u8::MAX, 0), |a, b| (a.0.min(b.0), a.1.max(b.1)));
        u8::midpoint(low, high)
    };
    let levels = (0..down).flat_map(|y| (0..across).map(move |x| (x, y))).map(|(x, y)| level(x, y)).collect();
    Ok(Cuts { shift, across, levels })
}
