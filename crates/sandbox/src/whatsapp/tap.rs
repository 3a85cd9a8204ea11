//! What a buyer does in the chat: taps *Send payment*, or writes. Each is a message to the shop, and opens the window. That a
//! tap does so is undocumented; we assume it, because it is an inbound message.

use serde::{Deserialize, Serialize};

use super::WhatsApp;
use super::book::Book;
use super::buyers::Buyer;
use super::chats::{Bubble, Says};
use super::details::Card;
use super::envelope::body_of;
use super::forge::ForgeWish;
use super::orders::{Closed, Order};
use super::payloads::{Caller, Saying, Update, seconds};
use super::phone::Phone;
use super::settings::{BatchShape, Settings};
use super::sight::{OrderView, view_order};
use crate::control::ControlError;
use crate::world::lock;

/// The most taps of one call.
const MAX_TIMES: u32 = 100;

/// How the buyer taps; by default once, and as the order says.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Tap {
    times: Option<u32>,
    credential_id: Option<String>,
    last_four_digits: Option<String>,
    /// Another phone than the one that the order went to.
    from: Option<String>,
    forge: Option<ForgeWish>,
    even_if_expired: bool,
    /// Also where it is paid, canceled or completed: the tap was on its way already.
    even_if_closed: bool,
    without_phone: bool,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub(super) struct Tapped {
    /// The messages to the shop.
    message_ids: Vec<String>,
    /// What the shop answered to forged ones; true ones are on their way.
    #[serde(skip_serializing_if = "Option::is_none")]
    answers: Option<Vec<Option<u16>>>,
    order: OrderView,
}

impl WhatsApp {
    /// The buyer reviews the order and taps *Send payment*.
    pub(super) async fn tap(&self, reference: &str, tap: &Tap) -> Result<Tapped, ControlError> {
        let times = tap.times.unwrap_or(1);
        if !(1..=MAX_TIMES).contains(&times) {
            return Err(ControlError::bad_request("times must be between 1 and 100"));
        }
        let (settings, now_ms) = (self.settings(), self.world.clock.now_ms());
        let from = tap.from.as_deref().map(phone).transpose()?;
        let forge = tap.forge.and_then(ForgeWish::kind);
        let (updates, message_ids, order) = {
            let mut book = lock(&self.book);
            let order = tappable(&book, reference, tap, now_ms)?;
            let buyer = match &from {
                Some(phone) => book.meet(phone, &settings),
                None => book.buyer_mut(&order.buyer).ok_or_else(|| ControlError::not_found("the chat is forgotten"))?,
            };
            let caller = Caller::of(buyer, settings.send_phone && !tap.without_phone);
            let wamids: Vec<_> = (0..times).map(|_| self.wamid(&buyer.wa_id)).collect();
            let card = card_of(&order, tap)?;
            let saying = Saying::Payment { reference_id: reference.to_owned(), card, at_s: seconds(now_ms) };
            let says = |wamid: &String| caller.says(wamid.clone(), now_ms, self.world.ids.number(), saying.clone());
            let updates: Vec<_> = wamids.iter().map(says).collect();
            let mut order = order;
            if forge.is_none() {
                hear(buyer, &wamids, now_ms, &Says::Payment { reference_id: reference.to_owned() });
                order.taps += times;
                book.put(order.clone(), settings.max_orders);
            }
            (updates, wamids, view_order(&order, book.buyer(&order.buyer), now_ms))
        };
        let answers = match forge {
            Some(_) => Some(self.post_each(updates, tap.forge, &settings).await?),
            None => {
                self.tell(updates);
                None
            }
        };
        Ok(Tapped { message_ids, answers, order })
    }

    /// Posts each by itself, and waits for the answers.
    async fn post_each(
        &self,
        updates: Vec<Update>,
        forge: Option<ForgeWish>,
        settings: &Settings,
    ) -> Result<Vec<Option<u16>>, ControlError> {
        let mut answers = Vec::new();
        for update in updates {
            let body = body_of(vec![update], BatchShape::Entries, settings.escape_unicode);
            answers.push(self.post_once(body, forge.and_then(ForgeWish::kind)).await?);
        }
        Ok(answers)
    }

    /// The buyer writes; answers the message's id.
    pub(super) fn write(&self, phone: &Phone, text: &str) -> String {
        let (settings, now_ms) = (self.settings(), self.world.clock.now_ms());
        let (update, wamid) = {
            let mut book = lock(&self.book);
            let buyer = book.meet(phone, &settings);
            let wamid = self.wamid(&buyer.wa_id);
            hear(buyer, std::slice::from_ref(&wamid), now_ms, &Says::Text { text: text.to_owned() });
            let caller = Caller::of(buyer, settings.send_phone);
            let said = Saying::Text(text.to_owned());
            (caller.says(wamid.clone(), now_ms, self.world.ids.number(), said), wamid)
        };
        self.tell(vec![update]);
        wamid
    }
}

/// Notes what a buyer said, and opens the window.
fn hear(buyer: &mut Buyer, wamids: &[String], now_ms: i64, says: &Says) {
    buyer.last_inbound_ms = Some(now_ms);
    for wamid in wamids {
        buyer.add(Bubble { wamid: wamid.clone(), at_ms: now_ms, delivery: None, says: says.clone() });
    }
}

/// A number of control's.
pub(super) fn phone(text: &str) -> Result<Phone, ControlError> {
    Phone::parse(text).ok_or_else(|| ControlError::bad_request("a phone has 8 to 15 digits"))
}

/// The order, unless its bubble has no button.
fn tappable(book: &Book, reference: &str, tap: &Tap, now_ms: i64) -> Result<Order, ControlError> {
    let unknown = || {
        ControlError::not_found("there is no order with this reference_id; GET /_control/whatsapp/orders lists them")
    };
    let order = book.order(reference).ok_or_else(unknown)?;
    let forced = |closed: &Closed| match closed {
        Closed::NoCard => false,
        Closed::Expired => tap.even_if_expired || tap.even_if_closed,
        Closed::Paid | Closed::Ended => tap.even_if_closed,
    };
    match order.refuses_tap(now_ms).filter(|closed| !forced(closed)) {
        Some(closed) => Err(ControlError::conflict(format!("there is no button: {}", closed.reason()))),
        None => Ok(order.clone()),
    }
}

fn card_of(order: &Order, tap: &Tap) -> Result<Card, ControlError> {
    let offered = order.details.card.clone();
    let offered = offered.ok_or_else(|| ControlError::conflict("the order offers no stored card"))?;
    Ok(Card {
        last_four: tap.last_four_digits.clone().unwrap_or(offered.last_four),
        credential: tap.credential_id.clone().unwrap_or(offered.credential),
    })
}
