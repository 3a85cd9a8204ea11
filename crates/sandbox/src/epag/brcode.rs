//! What a QR code says: a Pix "BR Code" (EMV fields with a CRC), or a link into the PicPay app. What PicPay's real PNG
//! holds is not published. The payment token is in either, so the buyer page finds the payment that was scanned.

use uuid::Uuid;

use super::payment::Payment;
use super::settings::QrPayload;
use crate::money::fixed;

/// The text of a payment's QR; `None` where its settings leave nothing to read.
pub(super) fn payload(payment: &Payment) -> Option<String> {
    let amount = payment.customer_amount();
    match payment.terms.qr_payload {
        QrPayload::Brcode => Some(br_code(payment, Some(amount))),
        QrPayload::BrcodeWithoutAmount => Some(br_code(payment, None)),
        QrPayload::BrcodeWrongAmount => Some(br_code(payment, Some(amount + 100))),
        QrPayload::PicpayLink => Some(format!("https://app.picpay.com/checkout/{}", payment.token)),
        QrPayload::Unreadable | QrPayload::Garbage => None,
    }
}

/// The payment token inside a scanned text.
pub(super) fn find_token(text: &str) -> Option<Uuid> {
    const LENGTH: usize = 36;
    let ends = LENGTH..=text.len();
    ends.filter_map(|end| text.get(end - LENGTH..end)).find_map(|part| Uuid::try_parse(part).ok())
}

fn br_code(payment: &Payment, amount: Option<i64>) -> String {
    let account = [field(0, "br.gov.bcb.pix"), field(1, &payment.token.to_string())].concat();
    let txid: String = payment.reference.chars().filter(char::is_ascii_alphanumeric).take(25).collect();
    let txid = if txid.is_empty() { "***".to_owned() } else { txid };
    let unsigned = [
        field(0, "01"),
        // 12: to be paid once.
        field(1, "12"),
        field(26, &account),
        field(52, "0000"),
        field(53, "986"),
        amount.map(|amount| field(54, &fixed(amount))).unwrap_or_default(),
        field(58, "BR"),
        field(59, &payment.terms.payee),
        field(60, &payment.terms.payee_city),
        field(62, &field(5, &txid)),
        "6304".to_owned(),
    ]
    .concat();
    let crc = crc16(unsigned.as_bytes());
    format!("{unsigned}{crc:04X}")
}

/// Id, length, value. Values are ASCII and shorter than 100.
fn field(id: u8, value: &str) -> String {
    format!("{id:02}{:02}{value}", value.len())
}

/// CRC-16/CCITT-FALSE.
fn crc16(bytes: &[u8]) -> u16 {
    bytes.iter().fold(0xffff, |crc, byte| {
        (0..8).fold(
            crc ^ (u16::from(*byte) << 8),
            |crc, _| {
                if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{crc16, find_token};

    #[test]
    fn crc_matches_the_published_check_value() {
        assert_eq!(crc16(b"123456789"), 0x29b1);
    }

    #[test]
    fn the_token_is_found_in_any_text_around_it() {
        let token = "3e0f3c52-6f43-4b9d-8f39-0a8f4e1f7b10";
        let expected = Uuid::try_parse(token).ok();
        for text in [format!("0136{token}5204"), format!("https://app.picpay.com/checkout/{token}"), token.to_owned()] {
            assert_eq!(find_token(&text), expected, "{text}");
        }
        assert_eq!(find_token("não é um código, nem perto disso, mas é bem comprido"), None);
    }
}
