//! What a confirm stores: which card, whom to write to, and what is bought. Checked by all of WhatsApp's rules before anything
//! is sent. Pure.

use super::cart::Cart;
use super::details::{Details, Form};
use super::reference::Reference;
use super::texts::Language;
use super::{WhatsappConfig, order};
use crate::clock::{DAY, MINUTE};
use crate::keys;
use crate::methods::{Prepared, Press};
use crate::store::sessions::Capture;
use serde_json::Value;
use umclique_wire::{FieldProblem, WhatsappDetails};

/// How long an order may be confirmed in the chat, if its session lasts so long.
const LIFE_MS: i64 = 60 * MINUTE;

/// What a confirm stores.
pub(super) fn prepare(
    config: &WhatsappConfig,
    press: &Press<'_>,
    given: &WhatsappDetails,
) -> Result<Prepared, Vec<FieldProblem>> {
    let session = press.session;
    let Some(card) = session.known.cards.iter().find(|card| card.id == given.credential) else {
        return Err(problem("credential", "expected the id of one of the buyer's stored cards"));
    };
    let language = Language::of(session.locale.as_deref());
    let details = Details {
        credential: card.id.clone(),
        psp_reference: card.psp_reference.clone(),
        last_four: card.last_four.clone(),
        to: card.phone.clone(),
        wa_id: None,
        is_manual: session.capture == Capture::Manual,
        language,
        order: session.reference.clone(),
        is_digital: session.order_data.get("goods").and_then(Value::as_str) == Some("digital"),
        cart: Cart::of(session, language),
        expires_at_ms: session.expires_at_ms.min(press.now_ms + LIFE_MS),
        number: 1,
        form: Form::Interactive,
        is_sent: false,
        delivery: None,
        tap: None,
        charge: None,
    };
    // The attempt has no id yet; any has the same form.
    let reference = Reference::new(&keys::new_attempt_id(), 1);
    // A shop's data can break no rule that `Cart` has not seen to; should one be broken, it is told now and not by WhatsApp.
    order::checked(config, &details, (&reference, session.amount), press.now_ms)
        .map_err(|error| problem("credential", &error.to_string()))?;
    // A charge under way when everybody had given it up could still surprise us for a day.
    let watch_until_ms = details.expires_at_ms + DAY;
    Ok(Prepared { details: details.stored(), watch_until_ms, forgets_link: false })
}

fn problem(field: &str, detail: &str) -> Vec<FieldProblem> {
    vec![FieldProblem { field: field.to_owned(), detail: detail.to_owned() }]
}
