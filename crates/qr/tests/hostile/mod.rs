//! Inputs made to hurt: bombs in each container, headers that lie, images that keep a QR reader busy.
//!
//! Used by the tests that count steps and bytes, and by the benchmark that prints milliseconds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use flate2::{Compression, Crc};
use png::{BitDepth, ColorType};
use std::io::Write;

/// A payload of usual length.
pub(crate) const PAYLOAD: &str = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca255204000053039865406123.455802BR5912LOJA EXEMPLO6009SAO PAULO62130509PA00000016304CE54";

/// A usual code, eight pixels a module, as ePag sends it.
pub(crate) fn normal() -> (Vec<u8>, String) {
    let code = qrcode::QrCode::new(PAYLOAD).expect("the payload fits");
    let side = (code.width() + 8) * 8;
    let colors = code.to_colors();
    let is_dark = |x: usize, y: usize| {
        let inside = 4..code.width() + 4;
        let (column, row) = (x / 8, y / 8);
        inside.contains(&column)
            && inside.contains(&row)
            && colors[(row - 4) * code.width() + column - 4] == qrcode::Color::Dark
    };
    let png = gray(side, side, |x, y| if is_dark(x, y) { 0 } else { 255 });
    let text = STANDARD.encode(gzip(&png));
    (png, text)
}

/// Texts whose content is far larger than themselves.
pub(crate) fn texts() -> Vec<(&'static str, String)> {
    let zeros = vec![0; 64 * 1024 * 1024];
    let deflated = deflate(&zeros);
    [
        ("gzip bomb", gzip(&zeros)),
        ("zlib bomb", zlib(&zeros)),
        ("zip bomb", zip(&deflated, &zeros, zeros.len() as u32)),
        ("zip bomb with a lying length", zip(&deflated, &zeros, 1000)),
        ("gzip of a png with a bomb in its text chunk", gzip(&with_text_bomb(&zlib(&zeros)))),
    ]
    .map(|(name, bytes)| (name, STANDARD.encode(bytes)))
    .into()
}

/// Images that are allowed by their size and written to cost as much as possible.
pub(crate) fn images() -> Vec<(&'static str, Vec<u8>)> {
    let finder = |x: usize, y: usize| {
        let ring = (x % 8).abs_diff(3).max((y % 8).abs_diff(3));
        if matches!(ring, 0 | 1 | 3) { 0 } else { 255 }
    };
    let noise = |x: usize, y: usize| {
        ((x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77)).wrapping_mul(0xc2b2_ae3d) >> 24
    };
    vec![
        ("tiled finders, 1 px a module, 1000 × 1000", gray(1000, 1000, finder)),
        ("tiled finders, 1 px a module, 2048 × 2048", gray(2048, 2048, finder)),
        ("tiled finders, 3 px a module, 2048 × 2048", gray(2048, 2048, move |x, y| finder(x / 3, y / 3))),
        ("tiled finders on a slope, 2048 × 2048", gray(2048, 2048, move |x, y| finder(x, y) / 2 + (x / 32) as u8)),
        ("tiled finders in a strip, 4096 × 1024", gray(4096, 1024, finder)),
        ("noise, 2048 × 2048", gray(2048, 2048, move |x, y| noise(x, y) as u8)),
        ("combs, 2048 × 2048", gray(2048, 2048, |x, y| if y % 2 == 0 || x % 2 == 0 { 0 } else { 255 })),
        ("white, 16 bits, four channels, 2048 × 2048", deep(2048, 2048)),
        ("a header of 2048 × 2048 with one row", lying(2048, 2048)),
        ("a header of 4096 × 4096 with one row", lying(4096, 4096)),
        ("a header of 4096 × 1 with one row", lying(4096, 1)),
    ]
}

/// An image of one byte a pixel.
pub(crate) fn gray(width: usize, height: usize, pixel: impl Fn(usize, usize) -> u8) -> Vec<u8> {
    let pixels: Vec<u8> = (0..height).flat_map(|y| (0..width).map(move |x| (x, y))).map(|(x, y)| pixel(x, y)).collect();
    png(width, height, ColorType::Grayscale, BitDepth::Eight, &pixels)
}

pub(crate) fn png(width: usize, height: usize, color: ColorType, depth: BitDepth, pixels: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width as u32, height as u32);
    encoder.set_color(color);
    encoder.set_depth(depth);
    let mut writer = encoder.write_header().expect("a valid header");
    writer.write_image_data(pixels).expect("as many bytes as the header says");
    writer.finish().expect("a vector takes everything");
    bytes
}

fn deep(width: usize, height: usize) -> Vec<u8> {
    png(width, height, ColorType::Rgba, BitDepth::Sixteen, &vec![255; width * height * 8])
}

/// A true header and one row of pixels, whatever the height.
fn lying(width: u32, height: u32) -> Vec<u8> {
    assembled(width, height, &[(*b"IDAT", zlib(&vec![0; width as usize + 1]))])
}

fn with_text_bomb(compressed: &[u8]) -> Vec<u8> {
    let text = [b"key\0\0".as_slice(), compressed].concat();
    assembled(1, 1, &[(*b"zTXt", text), (*b"IDAT", zlib(&[0, 0]))])
}

/// An 8-bit grey PNG with any chunks between header and end.
pub(crate) fn assembled(width: u32, height: u32, chunks: &[([u8; 4], Vec<u8>)]) -> Vec<u8> {
    let header = [width.to_be_bytes().as_slice(), &height.to_be_bytes(), &[8, 0, 0, 0, 0]].concat();
    let mut bytes = b"\x89PNG\r\n\x1a\n".to_vec();
    for (kind, body) in [(*b"IHDR", header)].iter().chain(chunks).chain(&[(*b"IEND", Vec::new())]) {
        let checked = [kind.as_slice(), body].concat();
        bytes.extend((body.len() as u32).to_be_bytes());
        bytes.extend(&checked);
        bytes.extend(crc32(&checked).to_be_bytes());
    }
    bytes
}

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

pub(crate) fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("a vector takes everything");
    encoder.finish().expect("a vector takes everything")
}

/// A zip with one deflated entry whose directory claims `claimed` bytes.
pub(crate) fn zip(deflated: &[u8], content: &[u8], claimed: u32) -> Vec<u8> {
    let sums = [crc32(content), deflated.len() as u32, claimed].map(u32::to_le_bytes).concat();
    let mut bytes = [b"PK\x03\x04\x14\0\0\0\x08\0\0\0\0\0".as_slice(), &sums, b"\x01\0\0\0q", deflated].concat();
    let directory = bytes.len() as u32;
    bytes.extend([b"PK\x01\x02\x14\0\x14\0\0\0\x08\0\0\0\0\0".as_slice(), &sums, b"\x01\0", &[0; 16], b"q"].concat());
    let length = bytes.len() as u32 - directory;
    bytes.extend(
        [b"PK\x05\x06\0\0\0\0\x01\0\x01\0".as_slice(), &length.to_le_bytes(), &directory.to_le_bytes(), b"\0\0"]
            .concat(),
    );
    bytes
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc.sum()
}
