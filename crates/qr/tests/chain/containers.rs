//! Containers around an image: what is taken, and each way in which one is refused.

use super::hostile::{assembled, deflate, gzip, normal, zip, zlib};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use umclique_qr::unwrap::{INFLATED_BYTES_MAX, TEXT_BYTES_MAX, UnwrapError, unwrap};

fn unwrap_bytes(bytes: &[u8]) -> Result<Vec<u8>, UnwrapError> {
    unwrap(&STANDARD.encode(bytes))
}

fn changed(bytes: &[u8], at: usize, value: u8) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] = value;
    bytes
}

#[test]
fn every_container_gives_the_same_png() {
    let (png, _) = normal();
    let mut named = gzip(&png);
    // All optional fields: extra, name, comment, header checksum.
    named[3] = 4 | 8 | 16 | 2;
    named.splice(10..10, *b"\x03\0abcname\0comment\0\0\0");
    let stored = zlib_level_zero(&png);
    for (name, bytes) in [
        ("bare", png.clone()),
        ("gzip", gzip(&png)),
        ("gzip with every field", named),
        ("gzip with something after it", [gzip(&png), vec![0; 9]].concat()),
        ("zlib", zlib(&png)),
        ("zlib, not compressed", stored),
        ("zip", zip(&deflate(&png), &png, png.len() as u32)),
    ] {
        assert_eq!(unwrap_bytes(&bytes).as_ref(), Ok(&png), "{name}");
        assert_eq!(unwrap(&URL_SAFE_NO_PAD.encode(&bytes)).as_ref(), Ok(&png), "{name}, URL alphabet");
    }
}

fn zlib_level_zero(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::read::ZlibEncoder::new(bytes, flate2::Compression::none());
    let mut stored = Vec::new();
    std::io::Read::read_to_end(&mut encoder, &mut stored).expect("a slice is always there");
    stored
}

#[test]
fn every_break_is_refused_by_its_own_error() {
    let (png, _) = normal();
    let (gz, zl, zp) = (gzip(&png), zlib(&png), zip(&deflate(&png), &png, png.len() as u32));
    let directory = zp.len() - 22 - 47;
    for (name, bytes, expected) in [
        ("gzip cut in its header", gz[..6].to_vec(), UnwrapError::Gzip),
        ("gzip cut in its stream", gz[..gz.len() / 2].to_vec(), UnwrapError::Gzip),
        ("gzip cut in its trailer", gz[..gz.len() - 1].to_vec(), UnwrapError::Gzip),
        ("gzip with another method", changed(&gz, 2, 7), UnwrapError::Gzip),
        ("gzip with a reserved flag", changed(&gz, 3, 0x20), UnwrapError::Gzip),
        ("gzip whose name does not end", changed(&gz, 3, 8)[..20].to_vec(), UnwrapError::Gzip),
        ("gzip with a wrong checksum", changed(&gz, gz.len() - 8, gz[gz.len() - 8] ^ 1), UnwrapError::Checksum),
        ("gzip with a wrong length", changed(&gz, gz.len() - 4, gz[gz.len() - 4] ^ 1), UnwrapError::Checksum),
        ("zlib cut", zl[..zl.len() - 5].to_vec(), UnwrapError::Zlib),
        ("zlib with a wrong checksum", changed(&zl, zl.len() - 1, zl[zl.len() - 1] ^ 1), UnwrapError::Checksum),
        ("zip without its end", zp[..zp.len() - 22].to_vec(), UnwrapError::Zip),
        ("zip with two entries", changed(&zp, zp.len() - 12, 2), UnwrapError::ZipEntries { count: 2 }),
        ("zip with no entry", changed(&zp, zp.len() - 12, 0), UnwrapError::ZipEntries { count: 0 }),
        ("zip with its directory elsewhere", changed(&zp, zp.len() - 6, 1), UnwrapError::Zip),
        ("zip with its directory outside", changed(&zp, zp.len() - 3, 0xff), UnwrapError::Zip),
        ("zip with another method", changed(&zp, directory + 10, 12), UnwrapError::Zip),
        ("zip that is encrypted", changed(&zp, directory + 8, 1), UnwrapError::Zip),
        ("zip with its entry outside", changed(&zp, directory + 45, 0x7f), UnwrapError::Zip),
        ("zip with a wrong checksum", changed(&zp, directory + 16, !zp[directory + 16]), UnwrapError::Checksum),
        ("zip with a wrong length", zip(&deflate(&png), &png, 9), UnwrapError::Checksum),
        ("zip that claims too much", zip(&deflate(&png), &png, u32::MAX), UnwrapError::InflatedTooLarge),
        ("gzip of a text", gzip(b"not an image"), UnwrapError::NotPng),
        ("a text", b"not an image".to_vec(), UnwrapError::NotPng),
        ("a jpeg", b"\xff\xd8\xff\xe0\0\x10JFIF".to_vec(), UnwrapError::NotPng),
        ("half a signature", png[..5].to_vec(), UnwrapError::NotPng),
        ("only a signature", png[..8].to_vec(), UnwrapError::PngCut),
        ("cut in its pixels", png[..png.len() / 2].to_vec(), UnwrapError::PngCut),
        ("cut before its end", png[..png.len() - 12].to_vec(), UnwrapError::PngCut),
        ("without pixels", assembled(1, 1, &[]), UnwrapError::PngCut),
        ("another first chunk", changed(&png, 12, b'X'), UnwrapError::PngHeader),
        ("a wrong header checksum", changed(&png, 19, 7), UnwrapError::PngHeader),
        ("a wrong checksum of the pixels", changed(&png, png.len() - 20, !png[png.len() - 20]), UnwrapError::Checksum),
        ("no width", assembled(0, 1, &[]), UnwrapError::PngHeader),
        ("too wide", assembled(4097, 1, &[]), UnwrapError::SidesTooLarge { width: 4097, height: 1 }),
        ("too high", assembled(1, u32::MAX, &[]), UnwrapError::SidesTooLarge { width: 1, height: u32::MAX }),
    ] {
        assert_eq!(unwrap_bytes(&bytes), Err(expected), "{name}");
    }
}

#[test]
fn limits_are_exact() {
    let filler = |bytes: usize| assembled(1, 1, &[(*b"IDAT", vec![0; bytes])]);
    let frame = filler(0).len();
    let fits = filler(INFLATED_BYTES_MAX - frame);
    assert_eq!(unwrap_bytes(&gzip(&fits)).map(|png| png.len()), Ok(INFLATED_BYTES_MAX));
    let one_more = filler(INFLATED_BYTES_MAX - frame + 1);
    assert_eq!(unwrap_bytes(&gzip(&one_more)), Err(UnwrapError::InflatedTooLarge));

    let (png, text) = normal();
    let padded = format!("{text}{}", " ".repeat(TEXT_BYTES_MAX - text.len()));
    assert_eq!(unwrap(&padded), Ok(png));
    assert_eq!(unwrap(&format!("{padded} ")), Err(UnwrapError::TextTooLarge { bytes: TEXT_BYTES_MAX + 1 }));
}
