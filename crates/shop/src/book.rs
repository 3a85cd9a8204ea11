//! The shop's orders, and what webhooks said of them. Written by the routes; in memory, where a real shop has a database.
//!
//! News about a payment is kept by its rising `version`, never by the order of arrival.

use crate::accounts::Account;
use crate::cart::{Capture, Cart, Line};
use crate::catalogue::Currency;
use crate::problem::Problem;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The oldest orders are forgotten beyond this number.
const MAX_ORDERS: usize = 500;

/// An order, and all that is known of it.
#[derive(Clone, Serialize)]
pub(crate) struct Order {
    /// The shop's name for the order, shown to the buyer.
    pub(crate) reference: String,
    /// `cs_…`, once the merchant server has made the session.
    pub(crate) session: Option<String>,
    pub(crate) amount_minor: u64,
    pub(crate) currency: Currency,
    pub(crate) capture: Capture,
    pub(crate) items: Vec<Line>,
    /// The newest snapshot of each payment, by its id.
    #[serde(serialize_with = "newest")]
    pub(crate) payments: BTreeMap<String, Value>,
    /// Every webhook once, in the order of arrival.
    pub(crate) webhooks: Vec<Delivery>,
    /// The refunds that the shop asked for, as the merchant server last told of them.
    pub(crate) refunds: Vec<Value>,
    /// Not for the page: the browser's name for this order, the cart it stood for, and who was signed in.
    #[serde(skip)]
    key: String,
    #[serde(skip)]
    cart: Option<Cart>,
    #[serde(skip)]
    account: Option<&'static Account>,
}

/// A webhook that was received.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Delivery {
    pub(crate) id: String,
    #[serde(rename = "type")]
    pub(crate) kind: String,
    pub(crate) timestamp: String,
    pub(crate) version: u64,
    /// Whether it was newer than what the shop knew.
    pub(crate) is_newest: bool,
    /// How often it came; only the first time counted.
    pub(crate) times: u32,
}

/// All orders, the newest first.
#[derive(Default)]
pub(crate) struct Book {
    orders: Mutex<VecDeque<Order>>,
}

impl Book {
    /// The order that this key stands for, made now if it is new. The same key with another cart, or of another buyer, is refused.
    pub(crate) fn open(&self, key: &str, cart: &Cart, account: Option<&'static Account>) -> Result<Order, Problem> {
        let price = cart.price()?;
        let mut orders = self.lock();
        if let Some(order) = orders.iter().find(|order| order.key == key) {
            if order.cart.as_ref() == Some(cart) && order.account == account {
                return Ok(order.clone());
            }
            let detail = "this Idempotency-Key belongs to another cart; send a new one with a new cart";
            return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency_key_reused", detail));
        }
        let order = Order {
            reference: new_reference(),
            session: None,
            amount_minor: price.total_minor,
            currency: price.currency,
            capture: cart.capture(),
            items: price.lines,
            payments: BTreeMap::new(),
            webhooks: Vec::new(),
            refunds: Vec::new(),
            key: key.to_owned(),
            cart: Some(cart.clone()),
            account,
        };
        add(&mut orders, order.clone());
        Ok(order)
    }

    /// Remembers which session stands for the order.
    pub(crate) fn set_session(&self, reference: &str, session: &str) {
        if let Some(order) = self.lock().iter_mut().find(|order| order.reference == reference) {
            order.session = Some(session.to_owned());
        }
    }

    /// Remembers how a refund of the order stands.
    pub(crate) fn set_refund(&self, reference: &str, refund: Value) {
        let mut orders = self.lock();
        let Some(order) = orders.iter_mut().find(|order| order.reference == reference) else { return };
        match order.refunds.iter_mut().find(|known| known["id"] == refund["id"]) {
            Some(known) => *known = refund,
            None => order.refunds.push(refund),
        }
    }

    /// The order with this reference.
    pub(crate) fn order(&self, reference: &str) -> Option<Order> {
        self.lock().iter().find(|order| order.reference == reference).cloned()
    }

    /// Every order, the newest first.
    pub(crate) fn orders(&self) -> Vec<Order> {
        self.lock().iter().cloned().collect()
    }

    /// Records a verified webhook. Its payment's snapshot counts only if its version is the highest so far.
    pub(crate) fn record(&self, mut delivery: Delivery, payment: Value) {
        let text = |name: &str| payment[name].as_str().unwrap_or_default().to_owned();
        let (id, session, reference) = (text("id"), text("session"), text("reference"));
        let mut orders = self.lock();
        if !orders.iter().any(|order| order.session.as_deref() == Some(session.as_str())) {
            // The shop was restarted since, and forgot the order; the news must not get lost.
            let reference = if reference.is_empty() { session.clone() } else { reference };
            add(&mut orders, forgotten(reference, session.clone(), &payment));
        }
        let Some(order) = orders.iter_mut().find(|order| order.session.as_deref() == Some(session.as_str())) else {
            return;
        };
        if let Some(known) = order.webhooks.iter_mut().find(|known| known.id == delivery.id) {
            known.times += 1;
            return;
        }
        let known_version = order.payments.get(&id).and_then(|payment| payment["version"].as_u64());
        delivery.is_newest = known_version.is_none_or(|known| delivery.version > known);
        if delivery.is_newest {
            order.payments.insert(id, payment);
        }
        order.webhooks.push(delivery);
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<Order>> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn add(orders: &mut VecDeque<Order>, order: Order) {
    orders.push_front(order);
    orders.truncate(MAX_ORDERS);
}

fn forgotten(reference: String, session: String, payment: &Value) -> Order {
    Order {
        reference,
        session: Some(session),
        amount_minor: payment["amount_minor"].as_u64().unwrap_or(0),
        currency: Currency::deserialize(&payment["currency"]).unwrap_or_default(),
        capture: Capture::Automatic,
        items: Vec::new(),
        payments: BTreeMap::new(),
        webhooks: Vec::new(),
        refunds: Vec::new(),
        key: Uuid::new_v4().to_string(),
        cart: None,
        account: None,
    }
}

/// Short enough to read out on the phone, and new even after the shop's memory was lost: the server keeps its keys for weeks.
fn new_reference() -> String {
    let random = Uuid::new_v4().simple().to_string().to_uppercase();
    format!("PED-{}", &random[..8])
}

fn newest<S: serde::Serializer>(payments: &BTreeMap<String, Value>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(payments.values())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::Visits;
    use serde_json::json;

    fn delivery(id: &str, version: u64) -> Delivery {
        let (kind, timestamp) = ("payment.succeeded".to_owned(), "2026-01-02T03:04:05Z".to_owned());
        Delivery { id: id.to_owned(), kind, timestamp, version, is_newest: false, times: 1 }
    }

    fn payment(version: u64, status: &str) -> Value {
        json!({ "id": "pa_00000001", "session": "cs_00000001", "version": version, "status": status })
    }

    #[test]
    fn late_and_repeated_news_changes_nothing() {
        let book = Book::default();
        book.record(delivery("evt_2", 7), payment(7, "succeeded"));
        book.record(delivery("evt_1", 3), payment(3, "processing"));
        book.record(delivery("evt_2", 7), payment(7, "succeeded"));
        let order = book.orders().remove(0);
        assert_eq!(order.payments["pa_00000001"]["status"], "succeeded");
        let seen: Vec<_> =
            order.webhooks.iter().map(|known| (known.id.as_str(), known.is_newest, known.times)).collect();
        assert_eq!(seen, [("evt_2", true, 2), ("evt_1", false, 1)]);
    }

    #[test]
    fn one_key_is_one_order() {
        let book = Book::default();
        let cart = |quantity: u32| -> Cart {
            serde_json::from_value(json!({ "items": [{ "id": "mug", "quantity": quantity }] })).expect("a cart")
        };
        let first = book.open("key", &cart(2), None).expect("a new order");
        let again = book.open("key", &cart(2), None).expect("the same order");
        assert_eq!(first.reference, again.reference);
        assert_eq!(first.amount_minor, 11_980);
        assert!(book.open("key", &cart(3), None).is_err(), "another cart needs another key");
        let (ana, _) = Visits::default().open("ana").expect("an account");
        assert!(book.open("key", &cart(2), Some(ana)).is_err(), "another buyer needs another key");
        assert_ne!(book.open("other", &cart(2), None).expect("a second order").reference, first.reference);
    }

    #[test]
    fn the_oldest_orders_are_forgotten() {
        let book = Book::default();
        let cart: Cart = serde_json::from_value(json!({ "items": [{ "id": "mug", "quantity": 1 }] })).expect("a cart");
        for number in 0..=MAX_ORDERS {
            book.open(&number.to_string(), &cart, None).expect("an order");
        }
        assert_eq!(book.orders().len(), MAX_ORDERS);
    }
}
