//! Prints how long unwrapping and reading take, in milliseconds and as ratios to a normal code.
//!
//! Called by `cargo xtask bench`, and by hand: `cargo run --release -p umclique-qr --example bench_qr`. Asserts nothing: the
//! bounds are held by tests that count steps and bytes.

#[path = "../tests/hostile/mod.rs"]
mod hostile;

use std::hint::black_box;
use std::io::Write;
use std::time::{Duration, Instant};
use umclique_qr::{draw, read, unwrap};

/// Runs at least this often, and at least this long.
const RUNS_MIN: usize = 5;
const TIME_MIN: Duration = Duration::from_millis(200);

fn main() -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let (png, text) = hostile::normal();
    let normal = median_us(|| unwrap::unwrap(&text).map(|png| read::read(&png)));
    let mut row = |name: &str, us: u128| {
        let (hundredths, ratio) = (us / 10, us * 100 / normal.max(1));
        let (ms, times) =
            (format!("{}.{:02}", hundredths / 100, hundredths % 100), format!("{}.{:02}", ratio / 100, ratio % 100));
        writeln!(out, "{ms:>9} ms {times:>8} ×  {name}")
    };
    row("unwrap and read: a normal code", normal)?;
    row("unwrap: a normal code", median_us(|| unwrap::unwrap(&text)))?;
    row("read: a normal code", median_us(|| read::read(&png)))?;
    row("draw: a normal code", median_us(|| draw::draw(hostile::PAYLOAD)))?;
    for (name, text) in hostile::texts() {
        row(&format!("unwrap: {name}"), median_us(|| unwrap::unwrap(&text)))?;
    }
    for (name, png) in hostile::images() {
        let steps = read::read_counted(&png).1;
        row(&format!("read: {name} ({steps} steps)"), median_us(|| read::read(&png)))?;
    }
    Ok(())
}

fn median_us<T>(task: impl Fn() -> T) -> u128 {
    let start = Instant::now();
    let mut times = Vec::new();
    while times.len() < RUNS_MIN || start.elapsed() < TIME_MIN {
        let run = Instant::now();
        black_box(task());
        times.push(run.elapsed().as_micros());
    }
    times.sort_unstable();
    times[times.len() / 2]
}
