//! Every published rule for an order, checked before anything is sent: a message that breaks one is refused by WhatsApp, and
//! our buyer would wait in vain. Pure. Source: WhatsApp "Receive WhatsApp payments / Orders", "One-click payments".

use super::super::reference::CHARS_MAX;
use super::payload::{Action, Amount, CARD, Content, Interactive, Item, OFFSET, Order, OrderDetails, OrderStatus};
use super::payload::{Component, Parameter};

/// Longest text of a bubble, in characters.
pub(in super::super) const BODY_CHARS: usize = 1_024;
/// Longest line below it.
pub(in super::super) const FOOTER_CHARS: usize = 60;
/// Longest name of an item, and description of an amount.
pub(in super::super) const NAME_CHARS: usize = 60;
/// Longest description of an order's state, and of its end.
pub(in super::super) const DESCRIPTION_CHARS: usize = 120;
/// How far ahead the end of an order must be, in seconds.
pub(in super::super) const EXPIRY_SECONDS: i64 = 300;
/// Longest plain text.
pub(in super::super) const TEXT_CHARS: usize = 4_096;

/// The field that breaks a rule, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct Broken {
    /// Its name in the message.
    pub(in super::super) field: &'static str,
    /// What it must be.
    pub(in super::super) rule: &'static str,
}

const fn broken(field: &'static str, rule: &'static str) -> Result<(), Broken> {
    Err(Broken { field, rule })
}

/// Checks a message.
pub(in super::super) fn check(content: &Content, now_s: i64) -> Result<(), Broken> {
    match content {
        Content::Text { text } => length(&text.body, TEXT_CHARS, "text.body", "1 to 4096 characters"),
        Content::Interactive { interactive } => check_bubble(interactive, now_s),
        Content::Template { template } => {
            length(&template.name, 512, "template.name", "1 to 512 characters")?;
            template.components.iter().try_for_each(|component| match component {
                Component::Button { parameters, .. } | Component::OrderStatus { parameters } => {
                    parameters.iter().try_for_each(|parameter| check_parameter(parameter, now_s))
                }
            })
        }
    }
}

fn check_parameter(parameter: &Parameter, now_s: i64) -> Result<(), Broken> {
    match parameter {
        Parameter::Action { action } => check_order(&action.order_details, now_s),
        Parameter::OrderStatus { order_status } => check_status(order_status),
    }
}

fn check_bubble(bubble: &Interactive, now_s: i64) -> Result<(), Broken> {
    length(&bubble.body.text, BODY_CHARS, "body.text", "1 to 1024 characters")?;
    if let Some(footer) = &bubble.footer {
        length(&footer.text, FOOTER_CHARS, "footer.text", "1 to 60 characters")?;
    }
    match &bubble.action {
        Action::ReviewAndPay(details) => check_order(details, now_s),
        Action::ReviewOrder(status) => check_status(status),
    }
}

fn check_order(details: &OrderDetails, now_s: i64) -> Result<(), Broken> {
    check_id(&details.reference_id, "reference_id")?;
    if !matches!(details.goods.as_str(), "digital-goods" | "physical-goods") {
        return broken("type", "digital-goods or physical-goods");
    }
    if details.payment_type != "br" {
        return broken("payment_type", "br");
    }
    if details.currency != "BRL" {
        return broken("currency", "BRL");
    }
    // Undocumented whether two cards may be offered in one message; we assume not.
    let [setting] = details.payment_settings.as_slice() else {
        return broken("payment_settings", "one stored card");
    };
    if setting.kind != CARD {
        return broken("payment_settings", "offsite_card_pay");
    }
    let card = &setting.offsite_card_pay;
    check_id(&card.credential_id, "credential_id")?;
    if card.last_four_digits.len() != 4 || !card.last_four_digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return broken("last_four_digits", "four digits");
    }
    amount(&details.total_amount, 1, "total_amount")?;
    check_parts(&details.order, details.total_amount.value, now_s)
}

fn check_parts(order: &Order, total: u64, now_s: i64) -> Result<(), Broken> {
    if order.status != "pending" {
        return broken("order.status", "pending");
    }
    if order.items.is_empty() {
        return broken("order.items", "at least one");
    }
    order.items.iter().try_for_each(check_item)?;
    amount(&order.subtotal, 1, "order.subtotal")?;
    amount(&order.tax, 0, "order.tax")?;
    for (part, field) in [(&order.shipping, "order.shipping"), (&order.discount, "order.discount")] {
        part.as_ref().map_or(Ok(()), |part| amount(part, 0, field))?;
    }
    let unit = |item: &Item| item.sale_amount.as_ref().unwrap_or(&item.amount).value;
    let line = |item: &Item| unit(item).checked_mul(u64::from(item.quantity));
    let subtotal = order.items.iter().try_fold(0_u64, |sum, item| sum.checked_add(line(item)?));
    if subtotal != Some(order.subtotal.value) {
        return broken("order.subtotal", "the sum of all items");
    }
    let value = |part: &Option<Amount>| part.as_ref().map_or(0, |part| part.value);
    let sum = order.subtotal.value.checked_add(order.tax.value);
    let sum = sum.and_then(|sum| sum.checked_add(value(&order.shipping)));
    if sum.and_then(|sum| sum.checked_sub(value(&order.discount))) != Some(total) {
        return broken("total_amount", "subtotal + tax + shipping - discount");
    }
    let Some(expiration) = &order.expiration else { return Ok(()) };
    length(&expiration.description, DESCRIPTION_CHARS, "order.expiration.description", "1 to 120 characters")?;
    let is_plain = expiration.timestamp.bytes().all(|byte| byte.is_ascii_digit());
    let at_s = expiration.timestamp.parse::<i64>().ok().filter(|_| is_plain);
    if at_s.is_none_or(|at_s| at_s < now_s + EXPIRY_SECONDS) {
        return broken("order.expiration.timestamp", "UTC seconds as a string, at least 300 s ahead");
    }
    Ok(())
}

fn check_item(item: &Item) -> Result<(), Broken> {
    if item.retailer_id.trim().is_empty() {
        return broken("order.items.retailer_id", "not empty");
    }
    length(&item.name, NAME_CHARS, "order.items.name", "1 to 60 characters")?;
    amount(&item.amount, 1, "order.items.amount")?;
    if item.quantity == 0 {
        return broken("order.items.quantity", "at least 1");
    }
    let Some(sale) = &item.sale_amount else { return Ok(()) };
    amount(sale, 1, "order.items.sale_amount")?;
    if sale.value >= item.amount.value {
        return broken("order.items.sale_amount", "less than the item's amount");
    }
    Ok(())
}

fn check_status(status: &OrderStatus) -> Result<(), Broken> {
    check_id(&status.reference_id, "reference_id")?;
    // Undocumented what a message without both would mean; we send none.
    if status.order.is_none() && status.payment.is_none() {
        return broken("order", "there, or payment");
    }
    let description = status.order.as_ref().and_then(|order| order.description.as_deref());
    match description {
        Some(text) => length(text, DESCRIPTION_CHARS, "order.description", "1 to 120 characters"),
        None => Ok(()),
    }
}

/// `credential_id` has no published rule; we assume the same.
fn check_id(text: &str, field: &'static str) -> Result<(), Broken> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'));
    if (1..=CHARS_MAX).contains(&text.len()) && is_plain {
        return Ok(());
    }
    broken(field, "1 to 60 of letters, digits, _, . and -")
}

/// The text says "positive", and `tax` may be 0: where nothing is due we assume the same for shipping and discount.
fn amount(amount: &Amount, least: u64, field: &'static str) -> Result<(), Broken> {
    if amount.offset != OFFSET {
        return broken(field, "with offset 100");
    }
    if amount.value < least {
        return broken(field, "positive");
    }
    for text in amount.description.iter().chain(&amount.discount_program_name) {
        length(text, NAME_CHARS, field, "described in 1 to 60 characters")?;
    }
    Ok(())
}

fn length(text: &str, at_most: usize, field: &'static str, rule: &'static str) -> Result<(), Broken> {
    if text.trim().is_empty() || text.chars().count() > at_most {
        return broken(field, rule);
    }
    Ok(())
}
