//! Images of every kind that PNG allows, and codes that are not drawn as the standard asks.

use super::hostile::{PAYLOAD, assembled, gray, zlib};
use png::{BitDepth, ColorType};
use qrcode::{Color, QrCode};
use umclique_qr::read::{ReadError, read};

const TEXT: &str = "https://app.picpay.com/checkout/NjE1ZjQyYWE";

/// Whether each pixel of a code is dark: `scale` pixels a module, `border` modules of quiet zone.
fn dark(text: &[u8], scale: usize, border: usize) -> (usize, Vec<bool>) {
    let code = QrCode::new(text).expect("the text fits");
    let (width, colors) = (code.width(), code.to_colors());
    let side = (width + 2 * border) * scale;
    let is_dark = |at: usize| {
        let (column, row) = ((at % side / scale).wrapping_sub(border), (at / side / scale).wrapping_sub(border));
        column < width && row < width && colors[row * width + column] == Color::Dark
    };
    (side, (0..side * side).map(is_dark).collect())
}

/// A code as PNG samples: for each colour type and depth, dark and light in `samples` whole samples of `depth` bits.
fn packed(color: ColorType, depth: BitDepth, dark_pixel: &[u16], light_pixel: &[u16]) -> Vec<u8> {
    let (side, dark) = dark(TEXT.as_bytes(), 3, 2);
    let bits = depth as usize;
    let mut bytes = Vec::new();
    for row in dark.chunks(side) {
        let samples = row.iter().flat_map(|is_dark| if *is_dark { dark_pixel } else { light_pixel });
        let mut line: Vec<bool> =
            samples.flat_map(|sample| (0..bits).rev().map(move |bit| sample >> bit & 1 == 1)).collect();
        line.resize(line.len().next_multiple_of(8), false);
        bytes.extend(line.chunks(8).map(|eight| eight.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit))));
    }
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, side as u32, side as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    if color == ColorType::Indexed {
        // Index 0 is black, 1 is black and transparent: white, once it lies on white.
        encoder.set_palette(vec![0, 0, 0, 0, 0, 0]);
        encoder.set_trns(vec![255, 0]);
    }
    let mut writer = encoder.write_header().expect("a valid header");
    writer.write_image_data(&bytes).expect("as many bytes as the header says");
    writer.finish().expect("a vector takes everything");
    file
}

#[test]
fn every_colour_type_and_depth_is_read() {
    use BitDepth::{Eight, Four, One, Sixteen, Two};
    let full = |depth: BitDepth| if depth == Sixteen { u16::MAX } else { (1 << depth as u16) - 1 };
    for depth in [One, Two, Four, Eight, Sixteen] {
        let gray = packed(ColorType::Grayscale, depth, &[0], &[full(depth)]);
        assert_eq!(read(&gray), Ok(Some(TEXT.to_owned())), "gray, {depth:?}");
        if depth != Sixteen {
            let palette = packed(ColorType::Indexed, depth, &[0], &[1]);
            assert_eq!(read(&palette), Ok(Some(TEXT.to_owned())), "palette, {depth:?}");
        }
    }
    for depth in [Eight, Sixteen] {
        let top = full(depth);
        for (name, color, dark, light) in [
            ("rgb", ColorType::Rgb, vec![0, 0, top / 2], vec![top, top, 0]),
            ("gray and alpha", ColorType::GrayscaleAlpha, vec![0, top], vec![0, 0]),
            ("rgba", ColorType::Rgba, vec![top / 4, 0, 0, top], vec![0, 0, 0, 0]),
            ("half transparent", ColorType::Rgba, vec![0, 0, 0, top / 2], vec![0, 0, 0, top / 16]),
            ("red on as bright a green", ColorType::Rgb, vec![top, 0, 0], vec![0, top / 100 * 51, 0]),
        ] {
            assert_eq!(read(&packed(color, depth, &dark, &light)), Ok(Some(TEXT.to_owned())), "{name}, {depth:?}");
        }
    }
}

/// The seven passes of Adam7: first column and row, and steps.
const PASSES: [(usize, usize, usize, usize); 7] =
    [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)];

#[test]
fn an_interlaced_image_is_read() {
    for (scale, border) in [(1, 0), (3, 4)] {
        let (side, dark) = dark(TEXT.as_bytes(), scale, border);
        let mut rows = Vec::new();
        for (left, top, right, below) in PASSES {
            for y in (top..side).step_by(below).filter(|_| left < side) {
                rows.push(0);
                rows.extend((left..side).step_by(right).map(|x| if dark[y * side + x] { 0 } else { 255 }));
            }
        }
        let mut file = assembled(side as u32, side as u32, &[(*b"IDAT", zlib(&rows))]);
        file[28] = 1;
        let mut sum = flate2::Crc::new();
        sum.update(&file[12..29]);
        file[29..33].copy_from_slice(&sum.sum().to_be_bytes());
        assert_eq!(read(&file), Ok(Some(TEXT.to_owned())), "{scale} px a module, border of {border}");
    }
}

#[test]
fn inverted_faint_and_shaded_codes_are_read() {
    let (side, dark) = dark(TEXT.as_bytes(), 5, 3);
    let image = |shade: &dyn Fn(usize, usize, bool) -> u8| gray(side, side, |x, y| shade(x, y, dark[y * side + x]));
    for (name, file) in [
        ("inverted", image(&|_, _, is_dark| if is_dark { 255 } else { 0 })),
        ("faint", image(&|_, _, is_dark| if is_dark { 120 } else { 128 })),
        ("shaded", image(&|x, _, is_dark| (x * 150 / side) as u8 + if is_dark { 0 } else { 100 })),
        ("shaded dark part", image(&|x, y, is_dark| if is_dark { ((x + y) * 110 / side) as u8 } else { 255 })),
        (
            "speckled",
            image(&|x, y, is_dark| {
                let is_speck = (x * 7919 + y * 104_729) % 53 == 0;
                if is_dark != is_speck { 0 } else { 255 }
            }),
        ),
        (
            "dots",
            image(&|x, y, is_dark| {
                let (from_x, from_y) = ((x % 5).abs_diff(2), (y % 5).abs_diff(2));
                if is_dark && from_x + from_y < 3 { 0 } else { 255 }
            }),
        ),
    ] {
        assert_eq!(read(&file), Ok(Some(TEXT.to_owned())), "{name}");
    }
}

#[test]
fn a_code_among_other_things_is_read() {
    let (side, dark) = dark(PAYLOAD.as_bytes(), 3, 4);
    let (width, height) = (side + 90, side + 60);
    let page = |mirrored: bool| {
        gray(width, height, |x, y| {
            let is_frame = x < 5 || y < 5 || x >= width - 5 || y >= height - 5;
            let is_caption = y > height - 30 && y < height - 15 && x % 9 < 4;
            let (column, row) = (x.wrapping_sub(40), y.wrapping_sub(15));
            let at = if mirrored {
                column.wrapping_mul(side).wrapping_add(row)
            } else {
                row.wrapping_mul(side).wrapping_add(column)
            };
            let is_code = column < side && row < side && dark[at];
            let is_logo = column.abs_diff(side / 2) < 14 && row.abs_diff(side / 2) < 14;
            if is_frame || is_caption || (is_code && !is_logo) { 30 } else { 250 }
        })
    };
    assert_eq!(read(&page(false)), Ok(Some(PAYLOAD.to_owned())));
    assert_eq!(read(&page(true)), Ok(Some(PAYLOAD.to_owned())), "mirrored");
}

#[test]
fn a_turned_code_is_read() {
    let (side, dark) = dark(TEXT.as_bytes(), 8, 4);
    // Ways of whole-number triangles: 3-4-5 is 37 degrees, 20-21-29 is 44, 9-40-41 is 13.
    for (sine, cosine, long) in [(3_i64, 4_i64, 5_i64), (20, 21, 29), (9, 40, 41), (-3, 4, 5), (4, -3, 5)] {
        let page = side * 3 / 2;
        let file = gray(page, page, |x, y| {
            let (x, y) = (x as i64 - page as i64 / 2, y as i64 - page as i64 / 2);
            let column = (x * cosine + y * sine) / long + side as i64 / 2;
            let row = (y * cosine - x * sine) / long + side as i64 / 2;
            let is_inside = (0..side as i64).contains(&column) && (0..side as i64).contains(&row);
            if is_inside && dark[row as usize * side + column as usize] { 0 } else { 255 }
        });
        assert_eq!(read(&file), Ok(Some(TEXT.to_owned())), "{sine}/{long}");
    }
}

#[test]
fn bytes_that_are_not_utf8_are_latin1() {
    for (bytes, expected) in [
        ("São Paulo é aqui".as_bytes().to_vec(), "São Paulo é aqui"),
        (b"S\xe3o Paulo \xe9 aqui".to_vec(), "São Paulo é aqui"),
        (b"\xef\xbb\xbfcaf\xc3\xa9".to_vec(), "café"),
    ] {
        let (side, dark) = dark(&bytes, 2, 4);
        let file = gray(side, side, |x, y| if dark[y * side + x] { 0 } else { 255 });
        assert_eq!(read(&file), Ok(Some(expected.to_owned())), "{expected}");
    }
}

#[test]
fn an_image_without_a_code_has_no_payload_and_a_broken_one_is_refused() {
    for (name, file) in [
        ("one pixel", gray(1, 1, |_, _| 0)),
        ("all dark", gray(300, 200, |_, _| 0)),
        ("stripes", gray(300, 200, |x, _| if x % 7 < 3 { 0 } else { 255 })),
        ("larger than is looked at", gray(2049, 2048, |_, _| 255)),
    ] {
        assert_eq!(read(&file), Ok(None), "{name}");
    }
    for (name, rows) in [
        ("no zlib stream", vec![1, 2, 3, 4]),
        ("too few rows", zlib(&[0; 41 * 39])),
        ("a filter of 9", zlib(&[9; 1640])),
    ] {
        assert_eq!(read(&assembled(40, 40, &[(*b"IDAT", rows)])), Err(ReadError::Pixels), "{name}");
    }
    assert!(read(b"GIF89a").is_err());
}
