//! Everything about ePag that control can switch: `GET` and `POST /_control/epag/settings`. The names here are the
//! names in the JSON; docs/SANDBOX.md explains each.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::control::merged;

/// How the PNG is packed before base64.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum QrContainer {
    Gzip,
    Zlib,
    Zip,
    Raw,
}

/// The base64 alphabet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum QrAlphabet {
    Standard,
    Url,
}

/// What the QR says, or how it is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum QrPayload {
    /// A Pix BR Code over what the payer is asked for.
    Brcode,
    /// The same without an amount.
    BrcodeWithoutAmount,
    /// The same over BRL 1.00 more.
    BrcodeWrongAmount,
    /// A link into the PicPay app.
    PicpayLink,
    /// A good PNG without a QR in it.
    Unreadable,
    /// Base64 of noise: no container, no PNG.
    Garbage,
}

/// Which key the queries use for the QR's last day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ExpirationKey {
    /// As the samples have it: `expiration_date` by token, `expirationDate` by reference.
    Mixed,
    Camel,
    Snake,
}

/// What the queries call `amount_received`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum AmountReceived {
    Base,
    Customer,
}

/// How an accepted operation ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum PaymentOutcome {
    Paid,
    Canceled,
}

/// How an accepted refund ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum RefundOutcome {
    Completed,
    Failed,
}

/// What a query by an unknown reference answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum UnknownReference {
    EmptyList,
    NotFound,
}

/// The switches. Times ending in `_ms` or `_s` are virtual unless docs/SANDBOX.md says real.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) settle_delay_ms: u32,
    pub(super) operation_delay_ms: u32,
    pub(super) latency_ms: u32,
    pub(super) qr_container: QrContainer,
    pub(super) qr_alphabet: QrAlphabet,
    pub(super) qr_padding: bool,
    pub(super) qr_line_breaks: bool,
    pub(super) qr_data_prefix: bool,
    pub(super) qr_payload: QrPayload,
    pub(super) payee: String,
    pub(super) payee_city: String,
    pub(super) customer_fees: BTreeMap<String, u32>,
    pub(super) fx_rate_micro: BTreeMap<String, u32>,
    pub(super) accept_cnpj: bool,
    pub(super) capture_outcome: PaymentOutcome,
    pub(super) cancel_outcome: PaymentOutcome,
    pub(super) refund_outcome: RefundOutcome,
    pub(super) pay_while_canceling: bool,
    pub(super) refund_window_days: Option<u16>,
    pub(super) authorization_days: u16,
    pub(super) token_life_s: u32,
    pub(super) strict_tokens: bool,
    pub(super) refresh_tokens: bool,
    pub(super) rate_limited: bool,
    pub(super) expiration_key: ExpirationKey,
    pub(super) amount_received: AmountReceived,
    pub(super) unknown_reference: UnknownReference,
    pub(super) callbacks: bool,
    pub(super) callback_source: Option<IpAddr>,
    pub(super) callback_timeout_ms: u32,
    pub(super) callback_first_retry_ms: u32,
    pub(super) callback_max_retry_ms: u32,
    pub(super) callback_give_up_ms: u32,
    pub(super) max_payments: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            settle_delay_ms: 1_000,
            operation_delay_ms: 1_000,
            latency_ms: 0,
            qr_container: QrContainer::Gzip,
            qr_alphabet: QrAlphabet::Standard,
            qr_padding: true,
            qr_line_breaks: false,
            qr_data_prefix: false,
            qr_payload: QrPayload::Brcode,
            payee: "LOJA EXEMPLO".to_owned(),
            payee_city: "SAO PAULO".to_owned(),
            customer_fees: BTreeMap::new(),
            fx_rate_micro: BTreeMap::from([("USD".to_owned(), 5_000_000), ("EUR".to_owned(), 6_000_000)]),
            accept_cnpj: false,
            capture_outcome: PaymentOutcome::Paid,
            cancel_outcome: PaymentOutcome::Canceled,
            refund_outcome: RefundOutcome::Completed,
            pay_while_canceling: false,
            refund_window_days: None,
            authorization_days: 5,
            token_life_s: 300,
            strict_tokens: false,
            refresh_tokens: true,
            rate_limited: false,
            expiration_key: ExpirationKey::Mixed,
            amount_received: AmountReceived::Base,
            unknown_reference: UnknownReference::EmptyList,
            callbacks: true,
            callback_source: None,
            callback_timeout_ms: 10_000,
            callback_first_retry_ms: 2_000,
            callback_max_retry_ms: 600_000,
            callback_give_up_ms: 6 * 3_600_000,
            max_payments: 200_000,
        }
    }
}

impl Settings {
    /// These settings with the named ones replaced; a wrong name or value is refused with the list of right ones.
    pub(super) fn with(&self, changes: Map<String, Value>) -> Result<Self, String> {
        let settings = merged(self, changes)?;
        settings.check()?;
        Ok(settings)
    }

    fn check(&self) -> Result<(), String> {
        let fits = |text: &str, most: usize| {
            !text.is_empty() && text.len() <= most && text.bytes().all(|byte| (b' '..=b'~').contains(&byte))
        };
        if !fits(&self.payee, 25) {
            return Err("payee must be 1 to 25 plain ASCII characters, as a BR Code allows".to_owned());
        }
        if !fits(&self.payee_city, 15) {
            return Err("payee_city must be 1 to 15 plain ASCII characters, as a BR Code allows".to_owned());
        }
        if self.max_payments == 0 {
            return Err("max_payments must be at least 1".to_owned());
        }
        Ok(())
    }

    /// What the payer pays on top, in cents.
    pub(super) fn fee_total(&self) -> i64 {
        self.customer_fees.values().map(|fee| i64::from(*fee)).sum()
    }
}
