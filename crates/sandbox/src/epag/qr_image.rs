//! `qr_code`: the PNG of a QR, packed and base64-encoded the way the settings say. Each payment's image is drawn once,
//! for the answer that carries it, and not kept.

use std::io::Write;

use base64::Engine;
use base64::engine::GeneralPurpose;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use qrcode::canvas::{Canvas, MaskPattern};
use qrcode::{Color, EcLevel, bits, ec};

use super::brcode;
use super::payment::Payment;
use super::settings::{QrAlphabet, QrContainer, QrPayload, Settings};

/// Pixels per module.
const SCALE: usize = 5;
/// Modules of white around the code.
const QUIET_ZONE: usize = 4;

/// The text of a payment's `qr_code`.
pub(super) fn qr_code(payment: &Payment) -> String {
    let settings = &payment.terms;
    let packed = match (settings.qr_payload, brcode::payload(payment)) {
        (QrPayload::Garbage, _) => noise(payment),
        (_, Some(text)) => pack(&draw(&text), settings.qr_container),
        (_, None) => pack(&stripes(), settings.qr_container),
    };
    encode(&packed, settings)
}

/// A black-and-white PNG, one bit a pixel, of a QR code.
fn draw(text: &str) -> Vec<u8> {
    let (width, colors) = modules(text);
    let side = (width + 2 * QUIET_ZONE) * SCALE;
    let is_dark = |x: usize, y: usize| {
        let module = |at: usize| (at / SCALE).checked_sub(QUIET_ZONE).filter(|at| *at < width);
        match (module(x), module(y)) {
            (Some(x), Some(y)) => colors[y * width + x] == Color::Dark,
            _ => false,
        }
    };
    let mut pixels = Vec::with_capacity(side * side.div_ceil(8));
    for module_row in 0..side / SCALE {
        let row = bits(side, |x| !is_dark(x, module_row * SCALE));
        for _ in 0..SCALE {
            pixels.extend_from_slice(&row);
        }
    }
    png(side, &pixels)
}

/// The modules of a QR code, row by row. Always under the same mask: weighing all eight against each other, as an encoder
/// for paper should, would be three quarters of the work of a whole payment.
fn modules(text: &str) -> (usize, Vec<Color>) {
    const FITS: &str = "a payload is far below a QR's capacity";
    const LEVEL: EcLevel = EcLevel::M;
    let bits = bits::encode_auto(text.as_bytes(), LEVEL).expect(FITS);
    let version = bits.version();
    let (data, correction) = ec::construct_codewords(&bits.into_bytes(), version, LEVEL).expect(FITS);
    let mut canvas = Canvas::new(version, LEVEL);
    canvas.draw_all_functional_patterns();
    canvas.draw_data(&data, &correction);
    canvas.apply_mask(MaskPattern::Checkerboard);
    let width = usize::try_from(version.width()).expect("a width is positive");
    (width, canvas.into_colors())
}

/// A good PNG that no reader finds a QR in.
fn stripes() -> Vec<u8> {
    const SIDE: usize = 128;
    let row = bits(SIDE, |x| (x / 16) % 2 == 0);
    png(SIDE, &row.repeat(SIDE))
}

/// One row of pixels, white where `is_white`, eight to a byte.
fn bits(side: usize, is_white: impl Fn(usize) -> bool) -> Vec<u8> {
    let byte = |first: usize| (first..first + 8).fold(0, |byte, x| (byte << 1) | u8::from(x < side && is_white(x)));
    (0..side).step_by(8).map(byte).collect()
}

fn png(side: usize, pixels: &[u8]) -> Vec<u8> {
    const IN_MEMORY: &str = "writing to memory does not fail";
    let mut bytes = Vec::new();
    let side = u32::try_from(side).expect("a QR has at most 185 modules");
    let mut encoder = png::Encoder::new(&mut bytes, side, side);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_depth(png::BitDepth::One);
    encoder.set_compression(png::Compression::Fast);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect(IN_MEMORY);
    writer.write_image_data(pixels).expect(IN_MEMORY);
    writer.finish().expect(IN_MEMORY);
    bytes
}

/// Bytes that are neither a container nor a PNG; the same for the same payment.
fn noise(payment: &Payment) -> Vec<u8> {
    payment.token.as_bytes().iter().cycle().take(96).map(|byte| byte.rotate_left(3) ^ 0xa5).collect()
}

fn pack(png: &[u8], container: QrContainer) -> Vec<u8> {
    const IN_MEMORY: &str = "compressing in memory does not fail";
    let level = Compression::fast();
    match container {
        QrContainer::Raw => png.to_vec(),
        QrContainer::Zip => zip(png),
        QrContainer::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), level);
            encoder.write_all(png).expect(IN_MEMORY);
            encoder.finish().expect(IN_MEMORY)
        }
        QrContainer::Zlib => {
            let mut encoder = ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(png).expect(IN_MEMORY);
            encoder.finish().expect(IN_MEMORY)
        }
    }
}

/// A zip file with one deflated entry, `qrcode.png`.
fn zip(png: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"qrcode.png";
    const IN_MEMORY: &str = "compressing in memory does not fail";
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(png).expect(IN_MEMORY);
    let deflated = encoder.finish().expect(IN_MEMORY);
    let mut crc = flate2::Crc::new();
    crc.update(png);

    let size = |bytes: &[u8]| u32::try_from(bytes.len()).expect("images are small").to_le_bytes();
    let short = |value: u16| value.to_le_bytes();
    // Version 2.0, no flags, deflate, midnight of 1980-01-01, sums, sizes, length of the name, no extra field.
    let common = [
        &short(20)[..],
        &short(0),
        &short(8),
        &short(0),
        &short(0x21),
        &crc.sum().to_le_bytes(),
        &size(&deflated),
        &size(png),
        &short(NAME.len() as u16),
        &short(0),
    ]
    .concat();
    let entry = [b"PK\x03\x04", &common[..], NAME, &deflated].concat();
    let nothing = [0; 12];
    // No comment, disk 0, no attributes, and the entry starts at 0: all zeros.
    let directory = [b"PK\x01\x02", &short(20)[..], &common, &nothing, &[0; 2], NAME].concat();
    let end = [b"PK\x05\x06", &[0; 4][..], &short(1), &short(1), &size(&directory), &size(&entry), &short(0)].concat();
    [entry, directory, end].concat()
}

fn encode(bytes: &[u8], settings: &Settings) -> String {
    let engine: &GeneralPurpose = match (settings.qr_alphabet, settings.qr_padding) {
        (QrAlphabet::Standard, true) => &STANDARD,
        (QrAlphabet::Standard, false) => &STANDARD_NO_PAD,
        (QrAlphabet::Url, true) => &URL_SAFE,
        (QrAlphabet::Url, false) => &URL_SAFE_NO_PAD,
    };
    let mut text = engine.encode(bytes);
    if settings.qr_line_breaks {
        let lines: Vec<String> =
            text.as_bytes().chunks(76).map(|line| String::from_utf8_lossy(line).into_owned()).collect();
        text = lines.join("\r\n");
    }
    if settings.qr_data_prefix {
        text.insert_str(0, "data:image/png;base64,");
    }
    text
}
