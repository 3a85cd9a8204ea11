//! `qr_code`: every container and spelling opens to a PNG, and the PNG's text is what the payer is asked for.

use std::io::Read;

use crate::common::{Merchant, order};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use flate2::read::{DeflateDecoder, GzDecoder, ZlibDecoder};
use serde_json::json;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n";

async fn qr_code(merchant: &Merchant) -> String {
    let (status, body) = merchant.post("/picpay/simple", &order("PEDIDO-1001")).await;
    assert_eq!(status, 200, "{body}");
    body["qr_code"].as_str().expect("text").to_owned()
}

fn inflate(mut reader: impl Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    reader.read_to_end(&mut bytes).expect("it inflates");
    bytes
}

/// The only entry of a zip file, by its local header.
fn unzip(bytes: &[u8]) -> Vec<u8> {
    let at = |offset: usize| usize::from(u16::from_le_bytes([bytes[offset], bytes[offset + 1]]));
    assert_eq!(at(8), 8, "deflated");
    inflate(DeflateDecoder::new(&bytes[30 + at(26) + at(28)..]))
}

#[tokio::test]
async fn every_container_opens_to_a_png() {
    let merchant = Merchant::new().await;
    for (container, start) in [("gzip", "H4sI"), ("zlib", "eA"), ("zip", "UEsDB"), ("raw", "iVBOR")] {
        merchant.set(json!({ "qr_container": container })).await;
        let text = qr_code(&merchant).await;
        assert!(text.starts_with(start), "{container}: {text}");
        let bytes = STANDARD.decode(&text).expect("base64");
        let png = match container {
            "gzip" => inflate(GzDecoder::new(&*bytes)),
            "zlib" => inflate(ZlibDecoder::new(&*bytes)),
            "zip" => unzip(&bytes),
            _ => bytes,
        };
        assert!(png.starts_with(PNG), "{container}");
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("a PNG");
        let info = reader.info();
        assert_eq!((info.width, info.bit_depth), (info.height, png::BitDepth::One));
        let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
        reader.next_frame(&mut pixels).expect("its pixels are whole");
        assert!(pixels.contains(&0), "something is dark");
    }
}

#[tokio::test]
async fn base64_is_spelt_as_the_settings_say() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "qr_container": "raw", "qr_alphabet": "url" })).await;
    assert!(URL_SAFE.decode(qr_code(&merchant).await).is_ok_and(|bytes| bytes.starts_with(PNG)));
    merchant.set(json!({ "qr_padding": false })).await;
    assert!(URL_SAFE_NO_PAD.decode(qr_code(&merchant).await).is_ok());
    merchant.set(json!({ "qr_alphabet": "standard", "qr_padding": true, "qr_line_breaks": true })).await;
    let text = qr_code(&merchant).await;
    assert!(text.split("\r\n").all(|line| line.len() <= 76) && text.contains("\r\n"));
    assert!(STANDARD.decode(text.replace("\r\n", "")).is_ok());
    merchant.set(json!({ "qr_line_breaks": false, "qr_data_prefix": true })).await;
    let text = qr_code(&merchant).await;
    let inner = text.strip_prefix("data:image/png;base64,").expect("the prefix");
    assert!(STANDARD.decode(inner).is_ok());
}

#[tokio::test]
async fn garbage_is_no_container_and_unreadable_is_a_good_png() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "qr_payload": "garbage" })).await;
    let bytes = STANDARD.decode(qr_code(&merchant).await).expect("base64");
    for magic in [PNG, b"\x1f\x8b", b"PK", b"\x78"] {
        assert!(!bytes.starts_with(magic));
    }
    merchant.set(json!({ "qr_payload": "unreadable", "qr_container": "raw" })).await;
    let bytes = STANDARD.decode(qr_code(&merchant).await).expect("base64");
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
    reader.next_frame(&mut pixels).expect("its pixels are whole");
}

/// The fields of an EMV payload, flat.
fn emv(mut text: &str) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    while text.len() >= 4 {
        let length: usize = text[2..4].parse().expect("a length");
        fields.push((text[..2].to_owned(), text[4..4 + length].to_owned()));
        text = &text[4 + length..];
    }
    assert!(text.is_empty(), "nothing is left over");
    fields
}

#[tokio::test]
async fn the_payload_asks_for_what_the_settings_say() {
    let merchant = Merchant::new().await;
    merchant.set(json!({ "customer_fees": { "service": 110 }, "payee": "PADARIA" })).await;
    for (kind, amount) in
        [("brcode", Some("61.00")), ("brcode_without_amount", None), ("brcode_wrong_amount", Some("62.00"))]
    {
        merchant.set(json!({ "qr_payload": kind })).await;
        let token = merchant.create(&order("PEDIDO-1001")).await;
        let payment = merchant.see(&format!("/epag/payments/{token}")).await;
        let fields = emv(payment["qr_payload"].as_str().expect("a payload"));
        let field = |id: &str| fields.iter().find(|(found, _)| found == id).map(|(_, value)| value.as_str());
        assert_eq!(field("54"), amount, "{kind}");
        assert_eq!(field("59"), Some("PADARIA"));
        assert_eq!(field("62"), Some("0510PEDIDO1001"));
        assert!(field("26").is_some_and(|account| account.ends_with(&token)));
        assert_eq!(field("63").map(str::len), Some(4));
    }
    merchant.set(json!({ "qr_payload": "picpay_link" })).await;
    let token = merchant.create(&order("PEDIDO-1001")).await;
    let payment = merchant.see(&format!("/epag/payments/{token}")).await;
    assert_eq!(payment["qr_payload"], json!(format!("https://app.picpay.com/checkout/{token}")));
}

/// The text of the one QR in a PNG, read by a library that did not draw it.
fn scan(png: Vec<u8>) -> String {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("it fits")];
    let info = reader.next_frame(&mut pixels).expect("its pixels are whole");
    let mut scanner = quircs::Quirc::default();
    let mut codes = scanner.identify(info.width as usize, info.height as usize, &pixels);
    let code = codes.next().expect("a code").expect("it is found").decode().expect("it is read");
    String::from_utf8(code.payload).expect("text")
}

#[tokio::test]
async fn the_image_says_what_control_says() {
    let merchant = Merchant::new().await;
    // Several of each: a token can make a pattern that is harder to read.
    for kind in ["brcode", "brcode_without_amount", "brcode_wrong_amount", "picpay_link"].repeat(25) {
        merchant.set(json!({ "qr_payload": kind, "qr_container": "raw" })).await;
        let (_, body) = merchant.post("/picpay/simple", &order("pa_01j9zk3v8wq2m5x7c4d6e8f0ab")).await;
        let png = STANDARD.decode(body["qr_code"].as_str().expect("text")).expect("base64");
        let token = body["payment_token"].as_str().expect("a token");
        let payment = merchant.see(&format!("/epag/payments/{token}")).await;
        assert_eq!(json!(scan(png)), payment["qr_payload"], "{kind}");
    }
}
