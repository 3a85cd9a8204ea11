//! What a browser downloads before the first method can be clicked, and the gate that keeps it small.
//! Called by `package`, `check` and `bench`; reads finished files, never builds.

use crate::error::{Error, Result};
use crate::files;
use std::path::Path;

/// Everything between an empty page and a clickable method.
pub(crate) const CRITICAL: [&str; 4] = ["umclique.js", "umclique_wasm.js", "umclique_wasm_bg.wasm", "umclique.css"];

/// The promise to shops, in bytes after brotli 11. A kilobyte is 1000 bytes: the stricter reading.
const LIMIT: u64 = 100_000;

/// One file of the package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// Its name in the package.
    pub(crate) name: String,
    /// Bytes as they are.
    pub(crate) raw: u64,
    /// Bytes after gzip 9.
    pub(crate) gzip: u64,
    /// Bytes after brotli 11.
    pub(crate) brotli: u64,
}

/// Reads the sizes of the critical path from a finished package.
pub(crate) fn critical(package: &Path) -> Result<Vec<Size>> {
    CRITICAL.iter().map(|name| measure(package, name)).collect()
}

fn measure(package: &Path, name: &str) -> Result<Size> {
    let bytes =
        |suffix: &str| files::read(&package.join(format!("{name}{suffix}"))).map(|content| content.len() as u64);
    Ok(Size { name: name.to_owned(), raw: bytes("")?, gzip: bytes(".gz")?, brotli: bytes(".br")? })
}

/// Adds up a column.
pub(crate) fn total(sizes: &[Size]) -> Size {
    let sum = |column: fn(&Size) -> u64| sizes.iter().map(column).sum();
    Size { name: "critical path".to_owned(), raw: sum(|s| s.raw), gzip: sum(|s| s.gzip), brotli: sum(|s| s.brotli) }
}

/// The table as printed: one line a file, the sum last.
pub(crate) fn table(sizes: &[Size]) -> String {
    let line = |size: &Size| {
        format!(
            "  {:<24}{:>12}{:>12}{:>12}",
            size.name,
            kilobytes(size.raw),
            kilobytes(size.gzip),
            kilobytes(size.brotli)
        )
    };
    let heading = format!("  {:<24}{:>12}{:>12}{:>12}", "KB", "raw", "gzip", "brotli");
    let rows = sizes.iter().map(line).chain([line(&total(sizes))]);
    [heading].into_iter().chain(rows).collect::<Vec<_>>().join("\n")
}

/// Refuses a critical path above the limit.
pub(crate) fn gate(sizes: &[Size]) -> Result<()> {
    let brotli = total(sizes).brotli;
    if brotli <= LIMIT {
        return Ok(());
    }
    let (found, limit) = (kilobytes(brotli), kilobytes(LIMIT));
    Err(Error::Refused(format!(
        "the critical path is {found} KB after brotli and may be {limit} KB; the table above says where it went"
    )))
}

/// `12.3` for 12 345 bytes, always rounded up, so that a figure never flatters.
pub(crate) fn kilobytes(bytes: u64) -> String {
    let tenths = bytes.div_ceil(100);
    format!("{}.{}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(brotli: u64) -> Size {
        Size { name: "umclique.js".to_owned(), raw: 9, gzip: 5, brotli }
    }

    #[test]
    fn the_gate_closes_one_byte_above_the_limit() {
        assert!(gate(&[of(LIMIT - 40), of(40)]).is_ok());
        let error = gate(&[of(LIMIT - 40), of(41)]).expect_err("one byte too many");
        assert!(error.to_string().contains("100.1 KB"), "{error}");
    }

    #[test]
    fn kilobytes_never_flatter() {
        for (bytes, text) in [(0, "0.0"), (1, "0.1"), (12_345, "12.4"), (100_000, "100.0")] {
            assert_eq!(kilobytes(bytes), text);
        }
    }

    #[test]
    fn the_table_ends_with_the_sum() {
        assert!(table(&[of(1_000), of(2_000)]).lines().last().is_some_and(|line| line.ends_with("3.0")));
    }
}
