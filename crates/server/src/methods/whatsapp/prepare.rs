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
    let details = Details {
        credential: card.id.clone(),
        psp_reference: card.psp_reference.clone(),
        last_four: card.last_four.clone(),
        to: card.phone.clone(),
        wa_id: None,
        is_manual: session.capture == Capture::Manual,
        language: Language::of(session.locale.as_deref()),
        order: session.reference.clone(),
        is_digital: session.order_data.get("goods").and_then(Value::as_str) == Some("digital"),
        cart: Cart::of(session),
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
    let is_allowed =
        |details: &Details| order::checked(config, details, (&reference, session.amount), press.now_ms).map(|_| ());
    // A cart that cannot be shown as it is, is not shown: the total is.
    let total_only = Details { cart: None, ..details.clone() };
    let candidates = [Some(details).filter(|details| details.cart.is_some()), Some(total_only)];
    let mut refusal = None;
    for details in candidates.into_iter().flatten() {
        match is_allowed(&details) {
            Ok(()) => {
                // A charge under way when everybody had given it up could still surprise us for a day.
                let watch_until_ms = details.expires_at_ms + DAY;
                return Ok(Prepared { details: details.stored(), watch_until_ms, forgets_link: false });
            }
            Err(error) => refusal = Some(error.to_string()),
        }
    }
    Err(problem("credential", &refusal.unwrap_or_default()))
}

fn problem(field: &str, detail: &str) -> Vec<FieldProblem> {
    vec![FieldProblem { field: field.to_owned(), detail: detail.to_owned() }]
}
