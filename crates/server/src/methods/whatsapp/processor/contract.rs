//! What the bridge to a shop's card processor speaks: every body, and the description that a shop builds its side from. The
//! same types are sent and read by `bridge.rs`, so the description is what is spoken.

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, Modify, OpenApi, ToSchema};

/// Charges a stored card. The buyer saw the amount and confirmed it in WhatsApp just now: a customer-initiated, subsequent
/// charge of a stored credential, without a security code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewCharge {
    /// The payment's id at Umclique, `pa_…`. The Idempotency-Key is the same.
    pub reference: String,
    /// The card, by the name that the shop stored it under (`psp_reference`). Never a card's number.
    pub credential_reference: String,
    /// In minor units: BRL 12.34 is 1234.
    #[schema(minimum = 1)]
    pub amount_minor: u64,
    /// ISO 4217: `BRL`.
    pub currency: String,
    /// `true`: take the money at once. `false`: reserve it.
    pub capture: bool,
}

/// Where a charge stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChargeStatus {
    /// Not decided yet. Umclique asks again, and at once where the processor signals a change.
    Pending,
    /// Reserved.
    Authorized,
    /// Taken.
    Captured,
    /// The issuer said no, finally. `decline` says why.
    Declined,
    /// Given up before anything was taken; what was reserved is released.
    Canceled,
    /// Any other word counts as `pending`.
    #[serde(other)]
    Unknown,
}

/// A charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Charge {
    /// The processor's id: 1 to 64 of letters, digits, `_` and `-`.
    pub id: String,
    /// What the charge was made with.
    pub reference: String,
    /// Where it stands.
    pub status: ChargeStatus,
    /// What it was made for. In minor units.
    pub amount_minor: u64,
    /// ISO 4217.
    pub currency: String,
    /// What was taken. In minor units.
    #[serde(default)]
    pub captured_minor: u64,
    /// What went back. In minor units.
    #[serde(default)]
    pub refunded_minor: u64,
    /// Why it was declined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decline: Option<Decline>,
}

/// Why a charge was declined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Decline {
    /// `insufficient_funds`, `expired_card`, `authentication_required`, `card_declined`; any other counts as `card_declined`.
    /// Letters, digits and `_`.
    pub code: String,
}

/// Takes what was reserved.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewCapture {
    /// All of it or a part, once; the rest is released. In minor units.
    #[schema(minimum = 1)]
    pub amount_minor: u64,
}

/// Gives money back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewRefund {
    /// How much. In minor units.
    #[schema(minimum = 1)]
    pub amount_minor: u64,
    /// The refund's id at Umclique, `re_…`. The Idempotency-Key is the same.
    pub reference: String,
}

/// Where a refund stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RefundStatus {
    /// On its way.
    Pending,
    /// The money went back.
    Succeeded,
    /// It did not.
    Failed,
    /// Any other word counts as `pending`.
    #[serde(other)]
    Unknown,
}

/// A refund.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refund {
    /// The processor's id: 1 to 64 of letters, digits, `_` and `-`.
    pub id: String,
    /// The charge's id.
    pub charge: String,
    /// Where it stands.
    pub status: RefundStatus,
    /// How much. In minor units.
    pub amount_minor: u64,
}

/// Charges, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Charges {
    /// All of them: there are no pages.
    pub data: Vec<Charge>,
}

/// Refunds, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refunds {
    /// All of them: there are no pages.
    pub data: Vec<Refund>,
}

/// A refusal (RFC 9457): nothing was done. Other fields are ignored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Refusal {
    /// Stable: `invalid_request`, `unauthorized`, `not_found`, `idempotency_key_in_use`, `idempotency_key_reused`,
    /// `already_captured`, `already_canceled`, `not_captured`, `amount_too_large`, `rate_limited`, `unavailable`.
    pub code: String,
}

/// What the processor posts to `/providers/whatsapp/psp` when a charge or a refund changes. It proves nothing: it makes
/// Umclique ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Signal {
    /// What the charge was made with, `pa_…`. Other fields are ignored.
    pub reference: String,
}

#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it describes a header")]
struct Key {
    /// Names the operation, 1 to 255 characters. The same key with the same body changes nothing twice, and is answered as the
    /// first time, for at least 24 hours. No two operations share a key.
    #[param(rename = "Idempotency-Key")]
    key: String,
}

/// Charges a stored card. A decline is a 200 with status `declined`, kept under the key like any other answer.
#[utoipa::path(
    post, path = "/charges", tag = "charges", params(Key), request_body = NewCharge,
    responses(
        (status = 200, body = Charge, description = "Declined, or made before"), (status = 201, body = Charge, description = "Made"),
        (status = "4XX", body = Refusal, content_type = "application/problem+json", description = "Nothing was charged. 409 `idempotency_key_in_use`: the first request still runs"),
        (status = "5XX", description = "Unknown: the same key is sent again"),
    )
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn create_charge() {}

/// The charges of a reference: so that one whose answer was lost is found. Empty where there is none.
#[utoipa::path(
    get, path = "/charges", tag = "charges", params(("reference" = String, Query, description = "pa_…")),
    responses((status = 200, body = Charges, description = "All of them"))
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn find_charges() {}

/// A charge.
#[utoipa::path(
    get, path = "/charges/{charge}", tag = "charges", params(("charge" = String, Path)),
    responses(
        (status = 200, body = Charge, description = "As it stands"),
        (status = 404, body = Refusal, content_type = "application/problem+json", description = "There is none"),
    )
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn read_charge() {}

/// Takes what was reserved.
#[utoipa::path(
    post, path = "/charges/{charge}/capture", tag = "charges", params(("charge" = String, Path), Key),
    request_body = NewCapture,
    responses(
        (status = 200, body = Charge, description = "Taken"),
        (status = "4XX", body = Refusal, content_type = "application/problem+json", description = "Nothing was taken"),
    )
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn capture_charge() {}

/// Gives up what was not captured. The body is empty.
#[utoipa::path(
    post, path = "/charges/{charge}/cancel", tag = "charges", params(("charge" = String, Path), Key),
    responses(
        (status = 200, body = Charge, description = "Given up"),
        (status = "4XX", body = Refusal, content_type = "application/problem+json", description = "Nothing was given up"),
    )
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn cancel_charge() {}

/// Gives money back.
#[utoipa::path(
    post, path = "/charges/{charge}/refunds", tag = "refunds", params(("charge" = String, Path), Key),
    request_body = NewRefund,
    responses(
        (status = 201, body = Refund, description = "Accepted; where it stands is in `status`"),
        (status = "4XX", body = Refusal, content_type = "application/problem+json", description = "Nothing went back"),
    )
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn create_refund() {}

/// All refunds of a charge.
#[utoipa::path(
    get, path = "/charges/{charge}/refunds", tag = "refunds", params(("charge" = String, Path)),
    responses((status = 200, body = Refunds, description = "All of them"))
)]
#[expect(dead_code, reason = "it describes the shop's side")]
fn list_refunds() {}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Umclique: the card processor behind WhatsApp",
        description = "What a shop puts in front of its own card processor, so that Umclique can charge the cards that it keeps.",
    ),
    paths(create_charge, find_charges, read_charge, capture_charge, cancel_charge, create_refund, list_refunds),
    components(schemas(Signal)),
    security(("token" = [])),
    modifiers(&Token),
)]
struct Described;

struct Token;

impl Modify for Token {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("UMCLIQUE_PSP_TOKEN")).build();
        let components = api.components.get_or_insert_with(Default::default);
        components.add_security_scheme("token", SecurityScheme::Http(scheme));
        // The shop's side is the shop's own.
        api.info.license = None;
    }
}

/// The description of the bridge as JSON, made from the types that are spoken.
#[must_use]
pub fn openapi() -> String {
    let described = Described::openapi().to_pretty_json().expect("a description is JSON: its keys are texts");
    format!("{described}\n")
}
