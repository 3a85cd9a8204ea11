//! What texts mean: BR Codes field by field, PicPay's addresses and their imitations, and anything else.

use proptest::prelude::*;
use umclique_qr::payload::{Account, BrCode, BrCodeError, Payload, parse};

const SAMPLE: &str = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca255204000053039865406123.455802BR5912LOJA EXEMPLO6009SAO PAULO62130509PA00000016304CE54";

/// The published check value's algorithm, written apart from the crate's.
fn checksum(bytes: &[u8]) -> String {
    let mut crc = 0xffff_u32;
    for byte in bytes {
        crc ^= u32::from(*byte) << 8;
        for _ in 0..8 {
            crc <<= 1;
            if crc & 0x1_0000 != 0 {
                crc ^= 0x1_1021;
            }
        }
    }
    format!("{crc:04X}")
}

fn sealed(body: &str) -> String {
    let body = format!("{body}6304");
    format!("{body}{}", checksum(body.as_bytes()))
}

fn code(text: &str) -> BrCode {
    match parse(text) {
        Payload::PixBrCode(code) => code,
        other => panic!("{text:?} is {other:?}"),
    }
}

/// A static code with `rest` in place of the amount field.
fn with_amount_field(field: &str) -> String {
    sealed(&format!("00020126340014br.gov.bcb.pix0112+5511999999952040000530398{field}5802BR5901A6001B62070503***"))
}

#[test]
fn every_field_of_a_dynamic_code_is_read() {
    assert_eq!(
        code(SAMPLE),
        BrCode {
            amount_minor: Some(12_345),
            name: "LOJA EXEMPLO".to_owned(),
            city: "SAO PAULO".to_owned(),
            txid: Some("PA0000001".to_owned()),
            account: Account::PixUrl("pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca25".to_owned()),
            is_single_use: true,
        }
    );
    assert_eq!(parse(SAMPLE).amount_minor(), Some(12_345));
    assert_eq!(parse(&format!(" {SAMPLE}\n")), parse(SAMPLE), "white space around a code does not count");
}

#[test]
fn the_example_of_the_central_bank_is_read() {
    // Source: Banco Central do Brasil, "Manual do BR Code", example of a static code.
    let text = "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D";
    let code = code(text);
    assert_eq!(code.account, Account::PixKey("123e4567-e12b-12d1-a456-426655440000".to_owned()));
    assert_eq!((code.amount_minor, code.txid, code.is_single_use), (None, None, false));
    assert_eq!((code.name.as_str(), code.city.as_str()), ("Fulano de Tal", "BRASILIA"));
}

#[test]
fn an_amount_is_exact_or_the_code_is_broken() {
    for (field, expected) in [
        ("65406123.45", Ok(Some(12_345))),
        ("6540510.00", Ok(Some(1_000))),
        ("6540210", Ok(Some(1_000))),
        ("65404.010", Err(BrCodeError::Amount)),
        ("654010", Ok(None)),
        ("654040.00", Ok(None)),
        ("6", Ok(None)),
        ("654041,00", Err(BrCodeError::Amount)),
        ("654051.005", Err(BrCodeError::Amount)),
        ("65405-1.00", Err(BrCodeError::Amount)),
        ("65400", Err(BrCodeError::Amount)),
        ("654041.0054041.00", Err(BrCodeError::Duplicate)),
        ("054041.00", Err(BrCodeError::Amount)), // currency 980
    ] {
        let text = with_amount_field(field);
        let found = match parse(&text) {
            Payload::PixBrCode(code) => Ok(code.amount_minor),
            Payload::BrokenBrCode(error) => Err(error),
            other => panic!("{text:?} is {other:?}"),
        };
        assert_eq!(found, expected, "{field}");
    }
}

#[test]
fn broken_codes_are_told_apart_from_other_texts() {
    let pix = "26340014br.gov.bcb.pix0112+55119999999";
    let rest = "5204000053039865802BR5901A6001B";
    let other_wallet = sealed(&format!("00020126140010com.wallet{rest}"));
    for (text, expected) in [
        (SAMPLE.replace("123.45", "923.45"), BrCodeError::Checksum),
        (SAMPLE[..SAMPLE.len() - 1].to_owned(), BrCodeError::Checksum),
        ("000201".to_owned(), BrCodeError::Checksum),
        ("000201é".to_owned(), BrCodeError::Checksum),
        (format!("{}+E54", &SAMPLE[..SAMPLE.len() - 4]), BrCodeError::Checksum),
        (sealed(&format!("000201{rest}")), BrCodeError::Missing),
        (sealed(&format!("000201{pix}{pix}{rest}")), BrCodeError::Duplicate),
        (sealed(&format!("000201{pix}27{}{rest}", &pix[2..])), BrCodeError::Duplicate),
        (sealed(&format!("000201{pix}{rest}9")), BrCodeError::Structure),
        (sealed(&format!("000201{pix}{rest}9099x")), BrCodeError::Structure),
        (sealed(&format!("0002012604zzzz{rest}")), BrCodeError::Structure),
        (sealed(&format!("000201{pix}{rest}6204zzzz")), BrCodeError::Structure),
        (sealed(&format!("000201{pix}{}", rest.replace("BR", "US"))), BrCodeError::Missing),
        (sealed(&format!("000201{pix}{}", rest.replace("5901A", "5901 "))), BrCodeError::Missing),
    ] {
        assert_eq!(parse(&text), Payload::BrokenBrCode(expected), "{text:?}");
    }
    assert_eq!(code(&other_wallet).account, Account::Other("com.wallet".to_owned()));
}

#[test]
fn accented_names_are_read_whether_lengths_count_characters_or_bytes() {
    let start = "00020126340014br.gov.bcb.pix0112+55119999999520400005303986540510.005802BR";
    for body in ["5908Pão & Cã6009São Paulo", "5910Pão & Cã6010São Paulo"] {
        let found = code(&sealed(&format!("{start}{body}")));
        assert_eq!((found.name.as_str(), found.city.as_str()), ("Pão & Cã", "São Paulo"), "{body}");
        assert_eq!(found.amount_minor, Some(1_000), "{body}");
    }
    let latin1: Vec<u8> = format!("{start}5903Pão6001B6304").chars().map(|letter| letter as u8).collect();
    let text = format!("{start}5903Pão6001B6304{}", checksum(&latin1));
    assert_eq!(code(&text).name, "Pão", "the checksum was made over Latin-1");
}

#[test]
fn only_addresses_at_picpay_are_picpay_links() {
    for (text, expected) in [
        ("https://app.picpay.com/checkout/NjE1ZjQyYWE", Some(("app.picpay.com", None))),
        ("HTTPS://PICPAY.ME/loja/59.90", Some(("picpay.me", Some(5_990)))),
        ("https://picpay.me/loja/59.9?x=1", Some(("picpay.me", Some(5_990)))),
        ("https://picpay.me/loja", Some(("picpay.me", None))),
        ("https://picpay.com/checkout/10", Some(("picpay.com", None))),
        ("picpay://payment?id=1", Some(("", None))),
        ("http://app.picpay.com/checkout/x", None),
        ("https://app.picpay.com@evil.example/checkout", None),
        ("https://app.picpay.com:444/checkout", None),
        ("https://evil.example/app.picpay.com", None),
        ("https://app.picpay.com.evil.example/", None),
        ("https://evilpicpay.com/", None),
        ("https://evil.example\\.picpay.com/", None),
        ("https://evil.example?.picpay.com/", None),
        ("https://.picpay.com/", None),
        ("https://app.picpay.com/a b", None),
        ("https://äpp.picpay.com/", None),
        ("app.picpay.com/checkout/x", None),
    ] {
        let found = match parse(text) {
            Payload::PicpayLink(link) => Some((link.host, link.amount_minor)),
            Payload::Other => None,
            other => panic!("{text:?} is {other:?}"),
        };
        assert_eq!(found, expected.map(|(host, amount)| (host.to_owned(), amount)), "{text}");
    }
}

#[test]
fn a_text_longer_than_any_code_is_not_looked_at() {
    assert_eq!(parse(&format!("000201{}", "9".repeat(8192))), Payload::Other);
    assert_eq!(parse(""), Payload::Other);
}

proptest! {
    #[test]
    fn any_text_has_an_answer(text in "(000201)?\\PC{0,200}") {
        let _ = parse(&text);
    }

    #[test]
    fn one_changed_digit_is_never_another_amount(at in 0..SAMPLE.len(), digit in 0..10_u8) {
        let mut bytes = SAMPLE.as_bytes().to_vec();
        bytes[at] = b'0' + digit;
        let text = String::from_utf8(bytes).expect("ascii digits in an ascii text");
        if text != SAMPLE {
            prop_assert_eq!(parse(&text).amount_minor(), None);
        }
    }
}
