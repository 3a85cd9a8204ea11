//! What happens to a message that was accepted: sent, delivered, read, or failed; each shows in the chat and is told to the
//! shop. `delivered` may be left out, and the order is not guaranteed. Source: WhatsApp Cloud API "Webhooks / status".

use super::WhatsApp;
use super::chats::Delivery;
use super::errors::GraphError;
use super::payloads::{Caller, StatusMore, Update};
use super::settings::{Settings, StatusOrder};
use crate::world::lock;

/// A message on its way.
#[derive(Clone, Debug)]
pub(super) struct Journey {
    /// The buyer's key.
    pub(super) buyer: String,
    pub(super) wamid: String,
    pub(super) callback_data: Option<String>,
}

impl WhatsApp {
    /// Starts a message on its way. Must be called within the runtime.
    pub(super) fn set_out(&self, journey: &Journey, failure: Option<GraphError>, settings: &Settings) {
        let mut stations = vec![(settings.sent_after_ms, Delivery::Sent)];
        match failure {
            Some(error) => stations = vec![(settings.sent_after_ms, Delivery::Failed(error))],
            None => {
                if !settings.skip_delivered {
                    stations.push((settings.delivered_after_ms, Delivery::Delivered));
                }
                stations.extend(settings.read_after_ms.map(|after_ms| (after_ms, Delivery::Read)));
            }
        }
        if settings.status_order == StatusOrder::Reversed {
            stations.reverse();
        }
        // Those without a delay go in one line, so that their order is the one that was asked for.
        let (at_once, later): (Vec<_>, Vec<_>) = stations.into_iter().partition(|(after_ms, _)| *after_ms == 0);
        self.arrive(journey, at_once.into_iter().map(|(_, station)| station).collect());
        for (after_ms, station) in later {
            let journey = journey.clone();
            self.later(i64::from(after_ms), move |whatsapp, _| whatsapp.arrive(&journey, vec![station]));
        }
    }

    /// The message is there now. Ticks in the chat never go back; the shop is told in whatever order this is called.
    fn arrive(&self, journey: &Journey, stations: Vec<Delivery>) {
        let at_ms = self.world.clock.now_ms();
        let mut updates: Vec<Update> = Vec::new();
        {
            let mut book = lock(&self.book);
            let Some(buyer) = book.buyer_mut(&journey.buyer) else { return };
            let caller = Caller::of(buyer, self.settings().send_phone);
            for station in stations {
                let error = match &station {
                    Delivery::Failed(error) => Some(error.in_status()),
                    _ => None,
                };
                let more = StatusMore { callback_data: journey.callback_data.clone(), error };
                updates.push(caller.status(journey.wamid.clone(), station.name(), at_ms, more));
                if let Some(bubble) = buyer.bubble_mut(&journey.wamid)
                    && bubble.delivery.as_ref().is_some_and(|now| now.rank() < station.rank())
                {
                    bubble.delivery = Some(station);
                }
            }
        }
        self.tell(updates);
    }

    /// The buyer opens the chat: what was not read is read now. Answers how many messages that were.
    pub(super) fn open_chat(&self, buyer: &str) -> Option<usize> {
        let unread: Vec<String> = {
            let book = lock(&self.book);
            let is_unread = |delivery: &Delivery| matches!(delivery, Delivery::Sent | Delivery::Delivered);
            let bubbles = book.buyer(buyer)?.bubbles();
            bubbles.filter(|one| one.delivery.as_ref().is_some_and(is_unread)).map(|one| one.wamid.clone()).collect()
        };
        for wamid in &unread {
            let journey = Journey { buyer: buyer.to_owned(), wamid: wamid.clone(), callback_data: None };
            self.arrive(&journey, vec![Delivery::Read]);
        }
        Some(unread.len())
    }
}
