//! What webhooks say, in the order of fields that Meta's samples have. Source: WhatsApp "One-click payments" (the
//! confirmation), "Webhooks / messages / status" and "Business-scoped user IDs".

use serde::Serialize;

use super::buyers::Buyer;
use super::details::Card;
use super::errors::StatusError;
use super::{DISPLAY_NUMBER, PHONE_NUMBER_ID};

/// One message or one status.
#[derive(Clone, Debug)]
pub(super) enum Update {
    Message { contact: Contact, message: Box<Inbound> },
    Status(Box<Status>),
}

/// `value` of a change.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Value {
    messaging_product: &'static str,
    metadata: Metadata,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    contacts: Vec<Contact>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    messages: Vec<Inbound>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statuses: Vec<Status>,
}

impl Value {
    /// Nothing in it yet.
    pub(super) fn new() -> Self {
        Self {
            messaging_product: "whatsapp",
            metadata: Metadata { display_phone_number: DISPLAY_NUMBER, phone_number_id: PHONE_NUMBER_ID },
            contacts: Vec::new(),
            messages: Vec::new(),
            statuses: Vec::new(),
        }
    }

    /// With one more update.
    pub(super) fn push(&mut self, update: Update) {
        match update {
            Update::Message { contact, message } => {
                self.contacts.push(contact);
                self.messages.push(*message);
            }
            Update::Status(status) => self.statuses.push(*status),
        }
    }
}

#[derive(Clone, Debug, Serialize)]
struct Metadata {
    display_phone_number: &'static str,
    phone_number_id: &'static str,
}

/// Who writes. Where the number is kept back there is a user id in its place.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Contact {
    profile: Profile,
    #[serde(skip_serializing_if = "Option::is_none")]
    wa_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_id: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct Profile {
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    username: Option<String>,
}

/// How a webhook calls the buyer: by number or by user id.
#[derive(Clone, Debug)]
pub(super) struct Caller {
    phone: Option<String>,
    user_id: Option<String>,
    name: String,
}

impl Caller {
    /// This buyer, with or without the number.
    pub(super) fn of(buyer: &Buyer, with_phone: bool) -> Self {
        Self {
            phone: with_phone.then(|| buyer.wa_id.clone()),
            user_id: (!with_phone).then(|| buyer.user_id()),
            name: buyer.name.clone(),
        }
    }

    fn contact(&self) -> Contact {
        let username = self.user_id.as_ref().map(|id| format!("user.{}", id.trim_start_matches("BR.")));
        let profile = Profile { name: self.name.clone(), username };
        Contact { profile, wa_id: self.phone.clone(), user_id: self.user_id.clone() }
    }

    /// A message of this buyer.
    pub(super) fn says(&self, wamid: String, at_ms: i64, logical: u64, says: Saying) -> Update {
        let (from, from_user_id) = (self.phone.clone(), self.user_id.clone());
        let (from_logical_id, r#type, interactive, text) = match says {
            Saying::Text(body) => (None, "text", None, Some(Text { body })),
            Saying::Payment { reference_id, card, at_s } => {
                let payment_method = PaymentMethod {
                    payment_method: "offsite_card_pay",
                    payment_timestamp: at_s,
                    reference_id,
                    last_four_digits: card.last_four,
                    credential_id: card.credential,
                };
                let interactive = Interactive { r#type: "payment_method", payment_method };
                (
                    Some(format!("{}", 10_000_000_000_000 + logical % 90_000_000_000_000)),
                    "interactive",
                    Some(interactive),
                    None,
                )
            }
        };
        let timestamp = seconds(at_ms).to_string();
        let message = Inbound { from, from_user_id, id: wamid, timestamp, from_logical_id, r#type, interactive, text };
        Update::Message { contact: self.contact(), message: Box::new(message) }
    }

    /// How far a message to this buyer has come.
    pub(super) fn status(&self, wamid: String, status: &'static str, at_ms: i64, more: StatusMore) -> Update {
        let is_billed = matches!(status, "sent" | "delivered");
        Update::Status(Box::new(Status {
            id: wamid,
            status,
            timestamp: seconds(at_ms).to_string(),
            recipient_id: self.phone.clone(),
            recipient_user_id: self.user_id.clone(),
            pricing: is_billed.then_some(Pricing {
                billable: false,
                pricing_model: "PMP",
                r#type: "free_customer_service",
                category: "service",
            }),
            biz_opaque_callback_data: more.callback_data,
            errors: more.error.into_iter().collect(),
        }))
    }
}

/// What a buyer says.
#[derive(Clone, Debug)]
pub(super) enum Saying {
    Text(String),
    Payment { reference_id: String, card: Card, at_s: i64 },
}

/// A message from a buyer.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Inbound {
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_user_id: Option<String>,
    id: String,
    /// Unix seconds as a string; `payment_timestamp` is a number.
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    from_logical_id: Option<String>,
    r#type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    interactive: Option<Interactive>,
    #[serde(skip_serializing_if = "Option::is_none")]
    text: Option<Text>,
}

#[derive(Clone, Debug, Serialize)]
struct Text {
    body: String,
}

#[derive(Clone, Debug, Serialize)]
struct Interactive {
    r#type: &'static str,
    payment_method: PaymentMethod,
}

#[derive(Clone, Debug, Serialize)]
struct PaymentMethod {
    payment_method: &'static str,
    payment_timestamp: i64,
    reference_id: String,
    last_four_digits: String,
    credential_id: String,
}

/// What else a status may say.
#[derive(Clone, Debug, Default)]
pub(super) struct StatusMore {
    pub(super) callback_data: Option<String>,
    pub(super) error: Option<StatusError>,
}

/// A status of a message that the shop sent.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Status {
    id: String,
    status: &'static str,
    timestamp: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    recipient_user_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pricing: Option<Pricing>,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_opaque_callback_data: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<StatusError>,
}

#[derive(Clone, Debug, Serialize)]
struct Pricing {
    billable: bool,
    pricing_model: &'static str,
    r#type: &'static str,
    category: &'static str,
}

/// Unix seconds of virtual time.
pub(super) fn seconds(at_ms: i64) -> i64 {
    at_ms.div_euclid(1_000)
}
