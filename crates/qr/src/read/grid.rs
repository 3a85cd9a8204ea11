//! A square grid of modules laid over the image, in whole numbers: 256 units are one pixel.
//!
//! Called by `locate`, which proposes grids, and by `modules`, which samples them.

use super::plane::Plane;
use super::work::{Spent, Work};

/// Units in a pixel.
pub(super) const UNIT: i64 = 256;

/// A point or a way, in units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i64,
    pub(super) y: i64,
}

impl Point {
    pub(super) fn minus(self, other: Self) -> Self {
        Self { x: self.x - other.x, y: self.y - other.y }
    }

    pub(super) fn plus(self, other: Self) -> Self {
        Self { x: self.x + other.x, y: self.y + other.y }
    }

    pub(super) fn scaled(self, by: i64, over: i64) -> Self {
        Self { x: self.x * by / over, y: self.y * by / over }
    }

    pub(super) fn dot(self, other: Self) -> i64 {
        self.x * other.x + self.y * other.y
    }
}

/// Where a code may lie: its corner, its two sides, and how many modules a side has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grid {
    pub(super) corner: Point,
    pub(super) along: Point,
    pub(super) down: Point,
    pub(super) side: i64,
}

impl Grid {
    /// The grid whose three finder patterns have these centres: at the corner, at the end of the row, of the column.
    pub(super) fn from_finders(corner: Point, right: Point, below: Point, side: i64) -> Self {
        let along = right.minus(corner).scaled(side, side - 7);
        let down = below.minus(corner).scaled(side, side - 7);
        let corner = corner.minus(along.plus(down).scaled(7, 2 * side));
        Self { corner, along, down, side }
    }

    /// The same grid with rows and columns exchanged, for mirrored codes.
    pub(super) fn mirrored(self) -> Self {
        Self { along: self.down, down: self.along, ..self }
    }

    /// A point of the image; `column` and `row` count quarters of a module.
    fn at(&self, column: i64, row: i64) -> Point {
        let over = 4 * self.side;
        self.corner.plus(Point {
            x: (column * self.along.x + row * self.down.x) / over,
            y: (column * self.along.y + row * self.down.y) / over,
        })
    }

    /// Whether the image is dark in the middle of the module.
    pub(super) fn is_dark(&self, plane: &Plane<'_>, column: i64, row: i64) -> bool {
        let point = self.at(4 * column + 2, 4 * row + 2);
        plane.is_dark_at(point.x.div_euclid(UNIT), point.y.div_euclid(UNIT))
    }

    /// Whether most of five points in the module are dark.
    pub(super) fn is_mostly_dark(&self, plane: &Plane<'_>, column: i64, row: i64) -> bool {
        let points = [(2, 2), (1, 1), (3, 1), (1, 3), (3, 3)];
        let dark = points.into_iter().filter(|(right, below)| {
            let point = self.at(4 * column + right, 4 * row + below);
            plane.is_dark_at(point.x.div_euclid(UNIT), point.y.div_euclid(UNIT))
        });
        dark.count() >= 3
    }

    /// How many thousandths of the fixed patterns (three finders with their borders, two timing lines) are as they
    /// should be. A grid that is off by one version is right in about half of them.
    pub(super) fn score(&self, plane: &Plane<'_>, work: &mut Work) -> Result<i64, Spent> {
        let far = self.side - 7;
        work.pay(192 + 2 * (self.side as u64 - 16))?;
        let mut right = 0;
        for (left, top, border_x, border_y) in [(0, 0, 7, 7), (far, 0, -1, 7), (0, far, 7, -1)] {
            for step in 0..64_i64 {
                let column = if border_x < 0 { step % 8 - 1 } else { step % 8 };
                let row = if border_y < 0 { step / 8 - 1 } else { step / 8 };
                let ring = (column - 3).abs().max((row - 3).abs());
                right += i64::from(self.is_dark(plane, left + column, top + row) == matches!(ring, 0 | 1 | 3));
            }
        }
        for step in 8..self.side - 8 {
            right += i64::from(self.is_dark(plane, step, 6) == (step % 2 == 0));
            right += i64::from(self.is_dark(plane, 6, step) == (step % 2 == 0));
        }
        Ok(right * 1000 / (192 + 2 * (self.side - 16)))
    }

    /// Moves the corners by fractions of a pixel as long as the score rises.
    pub(super) fn refined(self, plane: &Plane<'_>, work: &mut Work) -> Result<Self, Spent> {
        let mut best = (self.score(plane, work)?, self);
        for step in [UNIT / 2, UNIT / 4, UNIT / 2, UNIT / 8] {
            for way in 0..12 {
                let mut tried = best.1;
                let shift = if way % 2 == 0 { step } else { -step };
                match way / 2 {
                    0 => tried.corner.x += shift,
                    1 => tried.corner.y += shift,
                    2 => tried.along.x += shift,
                    3 => tried.along.y += shift,
                    4 => tried.down.x += shift,
                    _ => tried.down.y += shift,
                }
                let score = tried.score(plane, work)?;
                if score > best.0 {
                    best = (score, tried);
                }
            }
        }
        Ok(best.1)
    }
}
