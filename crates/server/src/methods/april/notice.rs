//! April's webhooks. No signature is published, so a notice is never believed: it only makes us ask.

use super::config::WebhookIds;
use super::json;
use crate::methods::Notice;
use serde_json::Value;
use umclique_wire::AttemptId;

/// How deep our reference is looked for.
const DEPTH_MAX: usize = 6;

/// The attempt that a notice is about, if it looks like one that was meant for us.
pub(super) fn hinted(notice: Notice<'_>, ids: &WebhookIds) -> Option<AttemptId> {
    if notice.path != "webhook" {
        return None;
    }
    let body: Value = serde_json::from_slice(notice.body).ok()?;
    let is_whole = json::text(&body, "webhookEventType").is_some() && json::text(&body, "requestId").is_some();
    let fits = |name: &str, expected: &Option<String>| {
        expected.as_deref().is_none_or(|expected| json::text(&body, name) == Some(expected))
    };
    let is_ours = fits("marketplaceId", &ids.marketplace_id)
        && fits("merchantId", &ids.merchant_id)
        && fits("webhookSubscriptionId", &ids.subscription_id);
    let event = body.get("event").filter(|event| event.is_object())?;
    if is_whole && is_ours { reference(event, DEPTH_MAX) } else { None }
}

/// The first reference that is one of ours. Where it stands in an event is not published.
fn reference(json: &Value, depth: usize) -> Option<AttemptId> {
    let deeper = |value: &Value| if depth == 0 { None } else { reference(value, depth - 1) };
    match json {
        Value::Object(fields) => {
            let own = json::text(json, "referenceOrderId").and_then(|text| AttemptId::parse(text).ok());
            own.or_else(|| fields.values().find_map(deeper))
        }
        Value::Array(items) => items.iter().find_map(deeper),
        _ => None,
    }
}
