//! Refusals in the Graph API's shape, and as a `failed` status tells them. Titles and HTTP statuses: WhatsApp Cloud API
//! "Error codes"; where a code's status is published as a choice, one is taken.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// The recipient cannot get this message.
pub(super) const CANNOT_RECEIVE: u32 = 2040;
/// An order cannot go there from where it is.
pub(super) const NO_TRANSITION: u32 = 2046;
/// What is paid cannot be canceled.
pub(super) const NO_CANCEL: u32 = 2047;
pub(super) const UNDELIVERABLE: u32 = 131_026;
pub(super) const WINDOW_CLOSED: u32 = 131_047;
pub(super) const UNSUPPORTED: u32 = 131_051;
pub(super) const BAD_TOKEN: u32 = 190;
pub(super) const INVALID: u32 = 100;
pub(super) const MISSING: u32 = 131_008;
pub(super) const WRONG: u32 = 131_009;
pub(super) const NO_TEMPLATE: u32 = 132_001;
pub(super) const PAIR_LIMIT: u32 = 131_056;
pub(super) const THROUGHPUT: u32 = 130_429;
pub(super) const SOMETHING_WRONG: u32 = 131_000;
pub(super) const UNAVAILABLE: u32 = 131_016;

/// What may be told after a 200, in a status.
pub(super) const CAN_BE_LATE: [u32; 6] =
    [CANNOT_RECEIVE, NO_TRANSITION, NO_CANCEL, UNDELIVERABLE, WINDOW_CLOSED, UNSUPPORTED];

/// A refusal, before it is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct GraphError {
    pub(super) code: u32,
    details: String,
}

#[derive(Debug, Serialize)]
struct Envelope<'a> {
    error: Body<'a>,
}

#[derive(Debug, Serialize)]
struct Body<'a> {
    message: String,
    r#type: &'static str,
    code: u32,
    error_data: SyncData<'a>,
    fbtrace_id: String,
}

#[derive(Debug, Serialize)]
struct SyncData<'a> {
    messaging_product: &'static str,
    details: &'a str,
}

/// The same in `statuses[].errors[]`.
#[derive(Clone, Debug, Serialize)]
pub(super) struct StatusError {
    code: u32,
    title: &'static str,
    message: &'static str,
    error_data: StatusData,
    href: &'static str,
}

#[derive(Clone, Debug, Serialize)]
struct StatusData {
    details: String,
}

impl GraphError {
    /// This code, with details for a person.
    pub(super) fn new(code: u32, details: impl Into<String>) -> Self {
        Self { code, details: details.into() }
    }

    /// 131008: a field that must be there.
    pub(super) fn missing(path: &str) -> Self {
        Self::new(MISSING, format!("The parameter {path} is required."))
    }

    /// 131009: a field whose value will not do. Which code these get is not published; we assume this one.
    pub(super) fn wrong(path: &str, why: &str) -> Self {
        Self::new(WRONG, format!("{path} {why}"))
    }

    /// The answer to a call. `trace` stands for Meta's own mark of it.
    pub(super) fn answer(&self, trace: u64) -> Response {
        let body = Body {
            message: format!("(#{}) {}", self.code, title(self.code)),
            r#type: "OAuthException",
            code: self.code,
            error_data: SyncData { messaging_product: "whatsapp", details: &self.details },
            fbtrace_id: format!("A{trace:016x}"),
        };
        (status(self.code), Json(Envelope { error: body })).into_response()
    }

    /// As a status tells it.
    pub(super) fn in_status(&self) -> StatusError {
        StatusError {
            code: self.code,
            title: title(self.code),
            message: title(self.code),
            error_data: StatusData { details: self.details.clone() },
            href: "https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes/",
        }
    }
}

/// The code that a send is refused with while the account is in this state; none for codes that no account has.
pub(super) fn is_of_account(code: u32) -> bool {
    matches!(code, 0 | 1..=4 | 10 | 200..=299 | 368 | 80_007 | 130_429 | 131_005 | 131_031 | 131_042 | 131_048)
        || matches!(code, 131_000 | 131_016 | 131_051 | 133_004 | 134_011 | 190 | 2040)
}

fn status(code: u32) -> StatusCode {
    match code {
        0 | 190 => StatusCode::UNAUTHORIZED,
        3 | 131_000 => StatusCode::INTERNAL_SERVER_ERROR,
        2 | 131_016 | 133_004 => StatusCode::SERVICE_UNAVAILABLE,
        10 | 200..=299 | 131_005 | 368 | 131_031 => StatusCode::FORBIDDEN,
        132_001 => StatusCode::NOT_FOUND,
        _ => StatusCode::BAD_REQUEST,
    }
}

fn title(code: u32) -> &'static str {
    match code {
        0 => "AuthException",
        1 => "API Unknown",
        2 => "API Service",
        3 => "API Method",
        4 => "API Too Many Calls",
        10 => "Permission Denied",
        33 => "Parameter value is not valid",
        100 => "Invalid parameter",
        190 => "Access token has expired",
        200..=299 => "API Permission",
        368 => "Temporarily blocked for policies violations",
        2040 => "Recipient cannot receive this message",
        2046 => "Order status transition is not allowed",
        2047 => "Order cannot be canceled",
        80_007 => "Rate limit issues",
        130_429 => "Rate limit hit",
        131_000 => "Something went wrong",
        131_005 => "Access denied",
        131_008 => "Required parameter is missing",
        131_009 => "Parameter value is not valid",
        131_016 => "Service unavailable",
        131_026 => "Message Undeliverable",
        131_031 => "Account has been locked",
        131_042 => "Business eligibility payment issue",
        131_047 => "Re-engagement message",
        131_048 => "Spam rate limit hit",
        131_051 => "Unsupported message type",
        131_056 => "(Business Account, Consumer Account) pair rate limit hit",
        132_001 => "Template does not exist",
        133_004 => "Server Temporarily Unavailable",
        134_011 => "WhatsApp Payments terms of service has not been accepted",
        _ => "Unknown error",
    }
}
