//! What ePag must be told about the buyer: asked for, checked once, and stored with the attempt.
//!
//! Called by `offer` and `prepare`, and read again by `create`. Pure.

use crate::clock::{DAY, brazil_day, brazil_day_end_ms};
use crate::methods::{Prepared, Press};
use crate::store::sessions::{Buyer, Capture};
use serde::{Deserialize, Serialize};
use umclique_wire::{BuyerField, FieldProblem, PicpayQrDetails, TaxId};

const NAME_CHARS_MAX: usize = 120;
const EMAIL_CHARS_MAX: usize = 254;

/// What is sent beside the attempt's own id and amount.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Details {
    /// Full name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    /// E-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) email: Option<String>,
    /// CPF or CNPJ without punctuation.
    pub(super) tax_id: String,
    /// `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) birth_date: Option<String>,
    /// The payer's address, where the caller knows it and adds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) ip_address: Option<std::net::IpAddr>,
    /// Reserve now, capture later.
    pub(super) is_manual: bool,
    /// The last day on which the code can be paid.
    pub(super) expires_on: String,
    /// The shop's own data for ePag's panel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) extra_data: Option<serde_json::Value>,
}

/// Never shows who the buyer is.
impl std::fmt::Debug for Details {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Details")
            .field("expires_on", &self.expires_on)
            .field("is_manual", &self.is_manual)
            .finish_non_exhaustive()
    }
}

/// What the form asks for. ePag needs the tax id and nothing else, so the form stays short.
pub(super) fn needs(buyer: &Buyer) -> Vec<BuyerField> {
    let has = |text: &Option<String>| text.as_deref().is_some_and(|text| !text.trim().is_empty());
    let has_tax_id = buyer.tax_id.as_deref().is_some_and(|tax_id| TaxId::parse(tax_id).is_ok());
    [(has(&buyer.name), BuyerField::Name), (has(&buyer.email), BuyerField::Email), (has_tax_id, BuyerField::TaxId)]
        .into_iter()
        .filter_map(|(is_known, field)| (!is_known).then_some(field))
        .collect()
}

/// Checks what the buyer gave together with what the shop knows; the buyer's own words come first.
pub(super) fn prepare(press: &Press<'_>, given: &PicpayQrDetails) -> Result<Prepared, Vec<FieldProblem>> {
    let Press { session, address, now_ms, .. } = *press;
    let buyer = &session.buyer;
    let mut problems = Vec::new();
    let mut take = |field: &str,
                    given: &Option<String>,
                    known: &Option<String>,
                    check: &dyn Fn(&str) -> Result<String, String>| {
        let filled = |text: &&String| !text.trim().is_empty();
        let text = given.as_ref().filter(filled).or_else(|| known.as_ref().filter(filled))?;
        check(text.trim())
            .map_err(|detail| problems.push(FieldProblem { field: format!("details.{field}"), detail }))
            .ok()
    };
    let name = take("name", &given.name, &buyer.name, &checked_name);
    let email = take("email", &given.email, &buyer.email, &checked_email);
    let birth_date = take("birth_date", &given.birth_date, &buyer.birth_date, &|text| checked_birth_date(text, now_ms));
    let parse_tax_id =
        |text: &str| TaxId::parse(text).map(|id| id.as_str().to_owned()).map_err(|error| error.to_string());
    let tax_id = take("tax_id", &given.tax_id, &buyer.tax_id, &parse_tax_id);
    let is_tax_id_told = [&given.tax_id, &buyer.tax_id].into_iter().flatten().any(|text| !text.trim().is_empty());
    if !is_tax_id_told {
        let detail = "PicPay needs the buyer's CPF or CNPJ".to_owned();
        problems.push(FieldProblem { field: "details.tax_id".to_owned(), detail });
    }
    let Some(tax_id) = tax_id.filter(|_| problems.is_empty()) else { return Err(problems) };
    // ISO days compare like text. A day that is over would be refused.
    let expires_on = brazil_day(session.expires_at_ms).max(brazil_day(now_ms));
    let watch_until_ms = brazil_day_end_ms(&expires_on).unwrap_or(now_ms) + DAY;
    let is_manual = session.capture == Capture::Manual;
    let extra_data =
        session.order_data.pointer("/provider_data/epag/extra_data").filter(|data| data.is_object()).cloned();
    let details =
        Details { name, email, tax_id, birth_date, ip_address: Some(address), is_manual, expires_on, extra_data };
    match serde_json::to_value(details) {
        Ok(details) => Ok(Prepared { details, watch_until_ms, forgets_link: false }),
        Err(_) => Err(vec![FieldProblem { field: "details".to_owned(), detail: "cannot be stored".to_owned() }]),
    }
}

fn checked_name(text: &str) -> Result<String, String> {
    let is_long = text.chars().count() > NAME_CHARS_MAX;
    if is_long || text.chars().any(char::is_control) || !text.chars().any(char::is_alphabetic) {
        return Err(format!("expected a name of letters, at most {NAME_CHARS_MAX} characters"));
    }
    Ok(text.to_owned())
}

/// Sane, not more: whether the address exists is not ours to find out.
fn checked_email(text: &str) -> Result<String, String> {
    let is_plain =
        text.chars().count() <= EMAIL_CHARS_MAX && !text.chars().any(|c| c.is_control() || c.is_whitespace());
    let is_address = text.split_once('@').is_some_and(|(local, domain)| {
        let labels: Vec<&str> = domain.split('.').collect();
        !local.is_empty() && !domain.contains('@') && labels.len() > 1 && labels.iter().all(|label| !label.is_empty())
    });
    if is_plain && is_address {
        Ok(text.to_owned())
    } else {
        Err("expected an address like ana@example.com".to_owned())
    }
}

fn checked_birth_date(text: &str, now_ms: i64) -> Result<String, String> {
    let is_day = text.len() == 10 && brazil_day_end_ms(text).is_some();
    // Both sides are ISO days, which compare like text.
    if is_day && ("1900-01-01"..=brazil_day(now_ms).as_str()).contains(&text) {
        return Ok(text.to_owned());
    }
    Err("expected a day in the past, YYYY-MM-DD".to_owned())
}
