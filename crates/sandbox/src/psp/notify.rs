//! The processor's webhook: a signal that something changed, and nothing that could be believed instead of asking.

use serde::Serialize;

use super::Psp;
use super::charge::{Charge, Refund};
use crate::deliveries::Message;
use crate::sign::Seal;

/// The header of the signature: `t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">`.
const SIGNATURE: &str = "psp-signature";

#[derive(Debug, Serialize)]
struct Signal<'a> {
    r#type: &'static str,
    charge: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refund: Option<&'a str>,
    reference: &'a str,
}

impl Psp {
    /// Tells the shop that a charge, or one of its refunds, is not what it was. Must be called within the runtime.
    pub(super) fn tell(&self, charge: &Charge, refund: Option<&Refund>) {
        let settings = self.settings();
        let Some(url) = settings.webhook_url.as_deref().filter(|_| settings.webhooks) else { return };
        let signal = Signal {
            r#type: if refund.is_some() { "refund.updated" } else { "charge.updated" },
            charge: &charge.id,
            refund: refund.map(|refund| refund.id.as_str()),
            reference: &charge.order.reference,
        };
        let message = Message::json(&url.into(), &signal);
        let signed = |secret: &str| message.clone().signed(SIGNATURE, Seal::Timed { secret: secret.to_owned() });
        let forged = || signed("not_the_webhook_secret");
        self.deliveries.post(settings.manner(), signed(&settings.webhook_secret), forged);
    }
}
