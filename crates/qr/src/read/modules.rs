//! The modules of a grid, corrected and unpacked by `quircs`.
//!
//! Called by `locate` with grids that look like codes.

use super::grid::Grid;
use super::plane::Plane;
use super::work::{Spent, Work};
use quircs::{Code, Data};

/// The data in a grid: read from the modules' centres, else from most of each module, else mirrored.
pub(super) fn decode(grid: &Grid, plane: &Plane<'_>, work: &mut Work) -> Result<Option<Data>, Spent> {
    for grid in [*grid, grid.mirrored()] {
        for is_dark in [Grid::is_dark, Grid::is_mostly_dark] {
            // Correcting looks at each byte of the code for each of at most 30 check bytes, three times.
            work.pay(16 * grid.side.unsigned_abs().pow(2))?;
            let decoded = sample(&grid, |column, row| is_dark(&grid, plane, column, row)).decode();
            if let Some(data) = decoded.ok().filter(|data| !data.payload.is_empty()) {
                return Ok(Some(data));
            }
        }
    }
    Ok(None)
}

fn sample(grid: &Grid, is_dark: impl Fn(i64, i64) -> bool) -> Code {
    let mut code = Code { size: grid.side as i32, ..Code::default() };
    let places = (0..grid.side).flat_map(|row| (0..grid.side).map(move |column| (column, row)));
    for (index, (column, row)) in places.enumerate() {
        if is_dark(column, row) {
            code.cell_bitmap[index / 8] |= 1 << (index % 8);
        }
    }
    code
}
