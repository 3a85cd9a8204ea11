//! Any text as the payload of a code, and any body with a right checksum as a BR Code.

#![no_main]

use libfuzzer_sys::fuzz_target;
use umclique_qr::payload::{Payload, parse};

fuzz_target!(|text: &str| {
    look(text);
    let body = format!("000201{text}6304");
    let sum = body.bytes().fold(0xffff_u16, |crc, byte| {
        (0..8).fold(crc ^ u16::from(byte) << 8, |crc, _| if crc & 0x8000 == 0 { crc << 1 } else { crc << 1 ^ 0x1021 })
    });
    look(&format!("{body}{sum:04X}"));
});

fn look(text: &str) {
    let payload = parse(text);
    assert!(payload.amount_minor().is_none_or(|minor| (1..=999_999_999_999).contains(&minor)));
    match payload {
        Payload::PixBrCode(code) => assert!(!code.name.is_empty() && !code.city.is_empty()),
        Payload::PicpayLink(link) => {
            assert!(link.host.is_empty() || link.host.ends_with("picpay.com") || link.host.ends_with("picpay.me"));
            assert_eq!(link.url, text.trim());
        }
        Payload::BrokenBrCode(_) => assert!(text.trim().starts_with("000201")),
        Payload::Other => {}
    }
}
