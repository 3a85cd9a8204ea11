//! Any bytes as the pixels of a valid PNG, so that the search for a code is reached at once.

#![no_main]

use libfuzzer_sys::fuzz_target;
use png::{BitDepth, ColorType, Compression, Encoder};
use umclique_qr::read::{read_counted, steps_max};

fuzz_target!(|data: &[u8]| {
    let [kind, width, scale, pixels @ ..] = data else { return };
    let depth = if kind & 1 == 0 { BitDepth::One } else { BitDepth::Eight };
    let (width, scale) = (usize::from(*width).max(1), usize::from(*scale % 4) + 1);
    let line = if depth == BitDepth::One { (width * scale).div_ceil(8) } else { width * scale };
    let rows = pixels.len() / width;
    if rows == 0 {
        return;
    }
    // Each pixel becomes a square, so that few bytes make an image large enough for a code.
    let mut image = Vec::with_capacity(line * rows * scale);
    for row in pixels.chunks_exact(width) {
        let wide: Vec<u8> = row.iter().flat_map(|value| std::iter::repeat_n(*value, scale)).collect();
        for _ in 0..scale {
            match depth {
                BitDepth::One => image.extend(wide.chunks(8).map(|eight| {
                    eight.iter().fold(0_u8, |byte, value| byte << 1 | value >> 7) << (8 - eight.len())
                })),
                _ => image.extend_from_slice(&wide),
            }
        }
    }
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, (width * scale) as u32, (rows * scale) as u32);
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(depth);
    encoder.set_compression(Compression::Fastest);
    let mut writer = encoder.write_header().expect("a size of at least 1 × 1");
    writer.write_image_data(&image).expect("as many bytes as the header says");
    writer.finish().expect("a vector takes everything");

    let (result, steps) = read_counted(&png);
    assert!(steps <= steps_max((width * scale * rows * scale) as u64));
    // A valid image is never refused, unless it is longer than 4096 pixels.
    assert!(result.is_ok() || rows * scale > 4096);
});
