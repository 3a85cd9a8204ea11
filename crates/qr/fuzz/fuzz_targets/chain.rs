//! Any text through the whole chain, and any bytes as if they had been base64: containers, PNG, code, payload.

#![no_main]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use libfuzzer_sys::fuzz_target;
use umclique_qr::unwrap::{INFLATED_BYTES_MAX, unwrap};
use umclique_qr::{draw, payload, read};

fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        through(text);
    }
    through(&STANDARD.encode(data));
});

fn through(text: &str) {
    let Ok(png) = unwrap(text) else { return };
    assert!(png.len() <= INFLATED_BYTES_MAX);
    let (result, steps) = read::read_counted(&png);
    assert!(steps <= read::STEPS_MAX);
    if let Ok(Some(text)) = result {
        let _ = payload::parse(&text);
        let _ = draw::draw(&text);
    }
}
