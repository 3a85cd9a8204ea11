//! Where a code may lie in a plane: in the frame of everything dark, or between three finder patterns.
//!
//! Called by `read` for each plane. Proposes grids, ranks them by their fixed patterns, and has the best ones decoded.

use super::finders::{self, Finder};
use super::grid::{Grid, Point, UNIT};
use super::plane::Plane;
use super::work::{Spent, Work};
use super::{modules, text};

/// Most grids of a plane that are decoded.
const GRIDS_MAX: usize = 6;
/// Most triples of finder patterns for which all versions are tried.
const TRIPLES_MAX: usize = 48;
/// The least score of a grid worth decoding, in thousandths.
const SCORE_MIN: i64 = 740;

/// The text of a code in the plane.
pub(super) fn read(plane: &Plane<'_>, work: &mut Work) -> Result<Option<String>, Spent> {
    let mut ranked = Ranked::default();
    if let Some(frame) = frame(plane, work)? {
        for grid in grids_in_frame(frame) {
            ranked.add(grid, plane, work)?;
        }
    }
    if let Some(text) = ranked.decode(plane, work)? {
        return Ok(Some(text));
    }
    let mut ranked = Ranked::default();
    let found = finders::all(plane, work)?;
    for triple in triples(&found, work)? {
        let [corner, right, below] = triple.map(|finder| finder.centre);
        for side in sides().filter(|side| triple_may_have(&triple, *side)) {
            ranked.add(Grid::from_finders(corner, right, below, side), plane, work)?;
        }
    }
    ranked.decode(plane, work)
}

/// The best grids so far, best first.
#[derive(Default)]
struct Ranked(Vec<(i64, Grid)>);

impl Ranked {
    fn add(&mut self, grid: Grid, plane: &Plane<'_>, work: &mut Work) -> Result<(), Spent> {
        let score = grid.score(plane, work)?;
        if score >= SCORE_MIN {
            let at = self.0.partition_point(|better| better.0 >= score);
            self.0.insert(at, (score, grid));
            self.0.truncate(GRIDS_MAX);
        }
        Ok(())
    }

    /// Tries each grid as it is, and then each again with its corners moved to fit better.
    fn decode(&self, plane: &Plane<'_>, work: &mut Work) -> Result<Option<String>, Spent> {
        for (_, grid) in &self.0 {
            if let Some(data) = modules::decode(grid, plane, work)? {
                return Ok(Some(text::from_data(&data)));
            }
        }
        for (_, grid) in &self.0 {
            let refined = grid.refined(plane, work)?;
            if refined == *grid {
                continue;
            }
            if let Some(data) = modules::decode(&refined, plane, work)? {
                return Ok(Some(text::from_data(&data)));
            }
        }
        Ok(None)
    }
}

/// Modules a side of all versions.
fn sides() -> impl Iterator<Item = i64> {
    (1..=40).map(|version| 17 + 4 * version)
}

/// Left, top, right and bottom of everything dark, in pixels; right and bottom are one past it.
fn frame(plane: &Plane<'_>, work: &mut Work) -> Result<Option<[usize; 4]>, Spent> {
    let mut frame: Option<[usize; 4]> = None;
    let mut row = Vec::with_capacity(plane.width());
    for y in 0..plane.height() {
        work.pay(plane.width() as u64)?;
        plane.copy_row(y, &mut row);
        let Some(first) = row.iter().position(|is_dark| *is_dark) else { continue };
        let last = row.iter().rposition(|is_dark| *is_dark).unwrap_or(first) + 1;
        let [left, top, right, _] = frame.unwrap_or([first, y, last, y]);
        frame = Some([left.min(first), top, right.max(last), y + 1]);
    }
    Ok(frame)
}

/// All versions that fit the frame with at least a pixel a module, upright and turned by quarters.
fn grids_in_frame([left, top, right, bottom]: [usize; 4]) -> impl Iterator<Item = Grid> {
    let (width, height) = (right as i64 - left as i64, bottom as i64 - top as i64);
    let point = |x: i64, y: i64| Point { x: x * UNIT, y: y * UNIT };
    let (left, top, right, bottom) = (left as i64, top as i64, right as i64, bottom as i64);
    let turns = [
        (point(left, top), point(width, 0), point(0, height)),
        (point(right, top), point(0, height), point(-width, 0)),
        (point(right, bottom), point(-width, 0), point(0, -height)),
        (point(left, bottom), point(0, -height), point(width, 0)),
    ];
    let fitting = sides().filter(move |side| *side <= width.min(height));
    fitting.flat_map(move |side| turns.map(|(corner, along, down)| Grid { corner, along, down, side }))
}

/// The triples that are nearest to half a square, best first: the corner, then clockwise its neighbours.
fn triples(found: &[Finder], work: &mut Work) -> Result<Vec<[Finder; 3]>, Spent> {
    let mut best: Vec<(i64, [Finder; 3])> = Vec::new();
    for corner in found {
        work.pay((found.len() * found.len()) as u64)?;
        for (at, first) in found.iter().enumerate() {
            for second in &found[at + 1..] {
                let Some(flaw) = flaw(corner, first, second) else { continue };
                let (along, down) = (first.centre.minus(corner.centre), second.centre.minus(corner.centre));
                let is_clockwise = along.x * down.y > along.y * down.x;
                let triple = if is_clockwise { [*corner, *first, *second] } else { [*corner, *second, *first] };
                let place = best.partition_point(|better| better.0 <= flaw);
                if place < TRIPLES_MAX {
                    best.insert(place, (flaw, triple));
                    best.truncate(TRIPLES_MAX);
                }
            }
        }
    }
    Ok(best.into_iter().map(|(_, triple)| triple).collect())
}

/// How far the three are from half a square, in thousandths; `None` when they cannot be one.
fn flaw(corner: &Finder, first: &Finder, second: &Finder) -> Option<i64> {
    let widths = [corner.width, first.width, second.width];
    let (narrowest, widest) = (widths.into_iter().min()?, widths.into_iter().max()?);
    if 2 * widest > 3 * narrowest {
        return None;
    }
    let (along, down) = (first.centre.minus(corner.centre), second.centre.minus(corner.centre));
    let (along_square, down_square) = (along.dot(along), down.dot(down));
    let longer = along_square.max(down_square);
    // Version 1 has 14 modules between centres, twice a pattern's width, which grows by up to √2 when turned.
    if longer < 3 * narrowest * narrowest / 2 {
        return None;
    }
    let unequal = 1000 * (along_square - down_square).abs() / longer;
    let skew = 1000 * along.dot(down).abs() / longer;
    (unequal < 400 && skew < 250).then_some(unequal + skew + 100 * (widest - narrowest) / narrowest)
}

/// Whether the distance between the patterns suits that many modules, by their width; turning changes it by up to √2.
fn triple_may_have(triple: &[Finder; 3], side: i64) -> bool {
    let along = triple[1].centre.minus(triple[0].centre);
    let width = triple.iter().map(|finder| finder.width).sum::<i64>() / 3;
    let (found, upright) = (49 * along.dot(along), width * width * (side - 7) * (side - 7));
    found * 10 > upright * 3 && found * 10 < upright * 18
}
