//! Finder patterns: the squares in three corners of a code, found by their 1:1:3:1:1 of dark and light.
//!
//! Called by `locate`. Stops at [`FINDERS_MAX`], so that an image tiled with them costs no more than any other.

use super::grid::{Point, UNIT};
use super::plane::Plane;
use super::work::{Spent, Work};

/// Most patterns that are kept.
pub(super) const FINDERS_MAX: usize = 64;

/// A pattern's centre and its width along a row, both in units.
#[derive(Clone, Copy, Debug)]
pub(super) struct Finder {
    pub(super) centre: Point,
    pub(super) width: i64,
}

/// All patterns in the plane, from the top, at most [`FINDERS_MAX`].
pub(super) fn all(plane: &Plane<'_>, work: &mut Work) -> Result<Vec<Finder>, Spent> {
    let mut found = Vec::new();
    let mut row = Vec::with_capacity(plane.width() + 1);
    for y in 0..plane.height() {
        work.pay(plane.width() as u64)?;
        plane.copy_row(y, &mut row);
        // A light pixel at the end closes a pattern that touches the edge.
        row.push(false);
        let mut runs = [0_usize; 5];
        let mut was_dark = false;
        for (x, is_dark) in row.iter().copied().enumerate() {
            if is_dark == was_dark {
                runs[4] += 1;
                continue;
            }
            if was_dark && has_ratio(&runs) {
                note(plane, &mut found, (x, y), &runs, work)?;
                if found.len() == FINDERS_MAX {
                    return Ok(found);
                }
            }
            runs.rotate_left(1);
            runs[4] = 1;
            was_dark = is_dark;
        }
    }
    Ok(found)
}

/// Checks a row's hit in its column, and again in the row through the middle, and keeps it when it is a new one.
fn note(
    plane: &Plane<'_>,
    found: &mut Vec<Finder>,
    (end, y): (usize, usize),
    runs: &[usize; 5],
    work: &mut Work,
) -> Result<(), Spent> {
    work.pay(found.len() as u64 + 1)?;
    let width = runs.iter().sum::<usize>() as i64 * UNIT;
    let middle = end - runs[4] - runs[3] - runs[2] / 2 - 1;
    let near = |finder: &Finder, x: i64, y: i64| {
        let reach = finder.width / 2;
        (finder.centre.x - x).abs() < reach && (finder.centre.y - y).abs() < reach
    };
    if found.iter().any(|finder| near(finder, middle as i64 * UNIT, y as i64 * UNIT)) {
        return Ok(());
    }
    let Some((centre_y, height)) = cross(plane, (middle, y), true, width, work)? else { return Ok(()) };
    let row = (centre_y / UNIT).clamp(0, plane.height() as i64 - 1) as usize;
    if !plane.is_dark(middle, row) {
        return Ok(());
    }
    let Some((centre_x, width)) = cross(plane, (middle, row), false, height, work)? else { return Ok(()) };
    if !found.iter().any(|finder| near(finder, centre_x, centre_y)) {
        found.push(Finder { centre: Point { x: centre_x, y: centre_y }, width });
    }
    Ok(())
}

/// Measures the five runs through a dark pixel, up and down or left and right: their centre and length in units, when
/// they have the ratio. Looks no farther than twice the `expected` length.
fn cross(
    plane: &Plane<'_>,
    from: (usize, usize),
    is_column: bool,
    expected: i64,
    work: &mut Work,
) -> Result<Option<(i64, i64)>, Spent> {
    let most = (2 * expected / UNIT) as usize;
    let (start, end) = if is_column { (from.1, plane.height()) } else { (from.0, plane.width()) };
    let is_dark = |at: usize| if is_column { plane.is_dark(from.0, at) } else { plane.is_dark(at, from.1) };
    let mut runs = [0_usize; 5];
    let (mut run, mut at) = (2, start);
    while at < end && at - start <= most {
        if is_dark(at) != (run % 2 == 0) {
            run += 1;
            if run == 5 {
                break;
            }
        }
        runs[run] += 1;
        at += 1;
    }
    let (mut run, mut back) = (2, start);
    while back > 0 && start - back <= most {
        if is_dark(back - 1) != (run % 2 == 0) {
            if run == 0 {
                break;
            }
            run -= 1;
        }
        runs[run] += 1;
        back -= 1;
    }
    work.pay((at - back) as u64)?;
    if !has_ratio(&runs) {
        return Ok(None);
    }
    let twice_centre = 2 * (back + runs[0] + runs[1]) + runs[2];
    Ok(Some((twice_centre as i64 * UNIT / 2, runs.iter().sum::<usize>() as i64 * UNIT)))
}

/// Whether the runs are 1:1:3:1:1, each off by less than six tenths of a module (of two, for the middle one).
fn has_ratio(runs: &[usize; 5]) -> bool {
    let total: usize = runs.iter().sum();
    let is_near =
        |run: usize, modules: usize| run > 0 && 10 * (7 * run).abs_diff(modules * total) < 6 * modules.min(2) * total;
    is_near(runs[0], 1) && is_near(runs[1], 1) && is_near(runs[2], 3) && is_near(runs[3], 1) && is_near(runs[4], 1)
}
