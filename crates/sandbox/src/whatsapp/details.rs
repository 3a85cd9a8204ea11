//! `order_details`: what the shop asks payment for, with every published rule. Source: WhatsApp "Receive WhatsApp payments /
//! Orders" and "One-click payments". Sums, offsets and a used `reference_id` get 131009; which code they get is undocumented.

use super::errors::GraphError;
use super::node::Node;
use super::settings::Settings;

/// The only currency, and the only offset that it has.
const CURRENCY: &str = "BRL";
const OFFSET: i64 = 100;
/// An order must stay payable for so long.
const MIN_LIFE_S: i64 = 300;

/// What the bubble shows; amounts in cents.
#[derive(Clone, Debug)]
pub(super) struct Details {
    pub(super) reference: String,
    pub(super) goods: String,
    pub(super) total: i64,
    pub(super) text: String,
    pub(super) card: Option<Card>,
    /// The `payment_settings` by their types.
    pub(super) methods: Vec<String>,
    /// None in the simplified form.
    pub(super) cart: Option<Cart>,
}

/// The stored card, as the shop calls it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Card {
    pub(super) last_four: String,
    pub(super) credential: String,
}

/// The parts of the total.
#[derive(Clone, Debug)]
pub(super) struct Cart {
    pub(super) items: Vec<Item>,
    pub(super) subtotal: i64,
    pub(super) tax: i64,
    pub(super) shipping: i64,
    pub(super) discount: i64,
    /// Unix seconds; the button is dead from then on.
    pub(super) expires_at_s: Option<i64>,
}

#[derive(Clone, Debug)]
pub(super) struct Item {
    pub(super) name: String,
    pub(super) quantity: i64,
    /// What one costs, the sale's price where there is one.
    pub(super) unit: i64,
}

/// What the parameters are read with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) settings: &'a Settings,
    pub(super) now_ms: i64,
}

impl Details {
    /// Reads `action.parameters`; `text` is the bubble's.
    pub(super) fn read(parameters: &Node<'_>, text: &str, reading: Reading<'_>) -> Result<Self, GraphError> {
        let reference = parameters.id("reference_id")?.to_owned();
        let goods = parameters.one_of("type", &["digital-goods", "physical-goods"])?.to_owned();
        parameters.one_of("payment_type", &["br"])?;
        parameters.one_of("currency", &[CURRENCY])?;
        let total = amount(parameters, "total_amount", 1)?;
        let (card, methods) = read_payment_settings(parameters)?;
        let cart = parameters.maybe_object("order")?.map(|order| Cart::read(&order, reading)).transpose()?;
        match &cart {
            None if reading.settings.order_required => return Err(GraphError::missing(&parameters.path("order"))),
            Some(cart) if cart.sum() != Some(total) => {
                let why = "must be subtotal + tax + shipping - discount";
                return Err(parameters.wrong("total_amount", why));
            }
            _ => {}
        }
        Ok(Self { reference, goods, total, text: text.to_owned(), card, methods, cart })
    }

    /// Whether the button is dead.
    pub(super) fn is_expired(&self, now_ms: i64) -> bool {
        self.cart.as_ref().and_then(|cart| cart.expires_at_s).is_some_and(|at_s| now_ms >= at_s.saturating_mul(1_000))
    }
}

/// An amount in cents. It must be positive, or at least `least`; numbers only, although a table has them as strings.
fn amount(node: &Node<'_>, name: &str, least: i64) -> Result<i64, GraphError> {
    let amount = node.object(name)?;
    let value = amount.integer("value")?;
    if amount.integer("offset")? != OFFSET {
        return Err(amount.wrong("offset", "must be 100 for BRL"));
    }
    if !(least..=99_999_999_999).contains(&value) {
        return Err(amount.wrong("value", if least > 0 { "must be positive" } else { "must not be negative" }));
    }
    Ok(value)
}

/// An amount that may be absent, with its description.
fn extra(order: &Node<'_>, name: &str, is_required: bool) -> Result<i64, GraphError> {
    if !is_required && !order.has(name) {
        return Ok(0);
    }
    let value = amount(order, name, 0)?;
    let node = order.object(name)?;
    node.maybe_short("description", 60)?;
    node.maybe_short("discount_program_name", 60)?;
    Ok(value)
}

impl Cart {
    fn read(order: &Node<'_>, reading: Reading<'_>) -> Result<Self, GraphError> {
        order.one_of("status", &["pending"])?;
        order.maybe_text("catalog_id")?;
        let items = order.objects("items")?;
        if items.is_empty() {
            return Err(if order.has("items") {
                order.wrong("items", "must have at least one item")
            } else {
                GraphError::missing(&order.path("items"))
            });
        }
        let items = items.iter().map(Item::read).collect::<Result<Vec<_>, _>>()?;
        let subtotal = amount(order, "subtotal", 1)?;
        let line = |item: &Item| item.unit.checked_mul(item.quantity);
        if items.iter().try_fold(0_i64, |sum, item| sum.checked_add(line(item)?)) != Some(subtotal) {
            return Err(order.wrong("subtotal", "must be the sum of amount, or sale_amount, times quantity"));
        }
        Ok(Self {
            tax: extra(order, "tax", true)?,
            shipping: extra(order, "shipping", false)?,
            discount: extra(order, "discount", false)?,
            expires_at_s: read_expiration(order, reading.now_ms)?,
            items,
            subtotal,
        })
    }

    fn sum(&self) -> Option<i64> {
        self.subtotal.checked_add(self.tax)?.checked_add(self.shipping)?.checked_sub(self.discount)
    }
}

impl Item {
    fn read(item: &Node<'_>) -> Result<Self, GraphError> {
        item.text("retailer_id")?;
        let name = item.short("name", 60)?.to_owned();
        let full = amount(item, "amount", 1)?;
        let quantity = item.integer("quantity")?;
        if quantity < 1 {
            return Err(item.wrong("quantity", "must be at least 1"));
        }
        let sale = item.has("sale_amount").then(|| amount(item, "sale_amount", 1)).transpose()?;
        if sale.is_some_and(|sale| sale >= full) {
            return Err(item.wrong("sale_amount", "must be less than amount"));
        }
        Ok(Self { name, quantity, unit: sale.unwrap_or(full) })
    }
}

fn read_expiration(order: &Node<'_>, now_ms: i64) -> Result<Option<i64>, GraphError> {
    let Some(expiration) = order.maybe_object("expiration")? else { return Ok(None) };
    expiration.short("description", 120)?;
    let text = expiration.text("timestamp")?;
    let at_s: Option<i64> = text.parse().ok().filter(|_| text.bytes().all(|byte| byte.is_ascii_digit()));
    let at_s = at_s.ok_or_else(|| expiration.wrong("timestamp", "must be UTC seconds, as a string"))?;
    // The second that has begun counts as over, so that 300 s from a moment within it are enough.
    if at_s < now_ms.div_euclid(1_000) + MIN_LIFE_S {
        return Err(expiration.wrong("timestamp", "must be at least 300 seconds ahead"));
    }
    Ok(Some(at_s))
}

/// The card, and all types. Undocumented whether types can be mixed; we assume so, each at most once.
fn read_payment_settings(parameters: &Node<'_>) -> Result<(Option<Card>, Vec<String>), GraphError> {
    const TYPES: [&str; 4] = ["offsite_card_pay", "pix_dynamic_code", "payment_link", "boleto"];
    let (mut card, mut methods) = (None, Vec::new());
    for setting in parameters.objects("payment_settings")? {
        let method = setting.one_of("type", &TYPES)?;
        if methods.iter().any(|known| known == method) {
            return Err(setting.wrong("type", "must not come twice"));
        }
        methods.push(method.to_owned());
        let inner = setting.object(method)?;
        match method {
            "offsite_card_pay" => card = Some(read_card(&inner)?),
            "payment_link" => drop(inner.text("uri")?),
            "boleto" => drop(inner.text("digitable_line")?),
            _ => {
                for name in ["code", "merchant_name", "key"] {
                    inner.text(name)?;
                }
                inner.one_of("key_type", &["CPF", "CNPJ", "EMAIL", "PHONE", "EVP"])?;
            }
        }
    }
    Ok((card, methods))
}

/// Undocumented what a `credential_id` may be; we assume the rules of `reference_id`, and never a card's number.
fn read_card(inner: &Node<'_>) -> Result<Card, GraphError> {
    let last_four = inner.text("last_four_digits")?;
    if last_four.len() != 4 || !last_four.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(inner.wrong("last_four_digits", "must be four digits"));
    }
    let credential = inner.id("credential_id")?;
    if crate::card_number::is_card_number(credential) {
        return Err(inner.wrong("credential_id", "looks like a card's number, which nobody here may know"));
    }
    Ok(Card { last_four: last_four.to_owned(), credential: credential.to_owned() })
}
