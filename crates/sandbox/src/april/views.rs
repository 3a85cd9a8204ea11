//! The objects of April's API as JSON: the order of `OnlineOrder`, the transaction with its four parts, refunds, tokens.

use serde_json::{Value, json};

use super::CURRENCY;
use super::keys::MERCHANT;
use super::order::{Order, Refund, Transaction};
use super::settings::Settings;
use super::token::{Kind, Token};
use crate::clock::rfc3339;

/// `{minorCurrencyUnits, currency}`.
pub(super) fn money(amount: i64, currency: &str) -> Value {
    json!({ "minorCurrencyUnits": amount, "currency": currency })
}

/// The order object.
pub(super) fn order(order: &Order, settings: &Settings) -> Value {
    let mut view = json!({
        "orderId": order.id,
        "merchantId": MERCHANT,
        "referenceOrderId": order.reference,
        "amount": money(order.amount, CURRENCY),
        "description": order.description,
        "orderType": "online",
        "status": order.status.name(),
        "createdAt": rfc3339(order.created_at_ms),
        "updatedAt": rfc3339(order.updated_at_ms),
    });
    let paid = order.transactions.iter().find(|transaction| transaction.captured > 0);
    let surcharge = paid.map_or(0, |transaction| transaction.surcharge);
    if settings.surcharge_basis_points > 0 || surcharge > 0 {
        view["surcharge"] = json!({ "surchargeOptions": {}, "surchargePaidAmount": surcharge });
    }
    view
}

/// The transaction object.
pub(super) fn transaction(order: &Order, transaction: &Transaction) -> Value {
    let mut view = parts(order, transaction);
    view["purchaseDetails"]["payType"] = json!(transaction.kind.pay_type());
    view
}

fn parts(order: &Order, transaction: &Transaction) -> Value {
    let mut purchase = json!({
        "orderId": order.id,
        "merchantId": MERCHANT,
        "referenceOrderId": order.reference,
        "amount": money(transaction.shown_amount(), CURRENCY),
        "surchargeAmount": transaction.surcharge,
        "refundedAmount": transaction.refunded(),
        "merchantName": "Demo Shop",
        "transactionId": transaction.id,
        "orderType": "online",
        "description": order.description,
        "status": transaction.status.name(),
        "refundIds": transaction.refunds.iter().map(|refund| refund.id.as_str()).collect::<Vec<_>>(),
        "createdAt": rfc3339(transaction.created_at_ms),
        "updatedAt": rfc3339(transaction.updated_at_ms),
    });
    if let Some(metadata) = &order.metadata {
        purchase["orderMetadata"] = serde_json::from_str(metadata.get()).unwrap_or_default();
    }
    if let Some(paid_at_ms) = transaction.paid_at_ms {
        purchase["paidOn"] = json!(rfc3339(paid_at_ms));
        purchase["availableOn"] = json!(rfc3339(paid_at_ms + 2 * 86_400_000));
    }
    json!({
        "purchaseDetails": purchase,
        "paymentMethod": method(transaction),
        "serviceFees": { "totalFeeAmount": 0 },
        "customerDetails": {
            "customerEmailAddress": order.shopper.email,
            "customerPhoneNumber": order.shopper.phone,
            "customerName": order.shopper.name,
        },
    })
}

fn method(transaction: &Transaction) -> Value {
    let mut view = card(transaction.kind, transaction.card.last4());
    view["cardCVCVerificationPassed"] = json!(true);
    view["card3DSVerificationPassed"] =
        json!(transaction.challenges.last().is_some_and(super::order::Challenge::is_passed));
    view
}

fn card(kind: Kind, last4: &str) -> Value {
    json!({
        "paymentMethodType": kind.name(),
        "cardBrand": "Visa",
        "cardLast4": last4,
        "cardFunding": "credit",
        "cardIssuer": "Sandbox Bank",
        "cardExpiryDate": "12/2040",
        "cardCountry": "AU",
    })
}

/// A refund as the list shows it.
pub(super) fn refund(order: &Order, transaction: &Transaction, refund: &Refund) -> Value {
    json!({
        "refundId": refund.id,
        "transactionId": transaction.id,
        "transactionAmount": money(transaction.shown_amount(), CURRENCY),
        "refundAmount": money(refund.amount, CURRENCY),
        "orderId": order.id,
        "referenceOrderId": order.reference,
        "merchantId": MERCHANT,
        "description": order.description,
        "createdAt": rfc3339(refund.created_at_ms),
    })
}

/// A payment token.
pub(super) fn token(token: &Token) -> Value {
    let mut view = json!({
        "paymentTokenId": token.id,
        "amount": money(token.amount, &token.currency),
        "surchargeAmount": token.surcharge,
        "payType": token.kind.pay_type(),
        "method": card(token.kind, token.card.last4()),
    });
    if let Some(source) = &token.source {
        view["paymentSourceId"] = json!(source);
    }
    if let Some(plan) = &token.plan {
        view["payPlanVariant"] = json!(plan);
    }
    view
}
