//! Reading transactions and refunds: one by its id, or lists with filters and pages.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::response::Response;
use jiff::Timestamp;
use serde_json::Value;

use super::calls::Call;
use super::errors::ApiError;
use super::keys::MERCHANT;
use super::order::{Order, Transaction};
use super::pipeline::{Reply, Site, answer};
use super::{April, views};
use crate::world::lock;

/// `GET /transactions/{transactionId}`.
pub(super) async fn read_transaction(State(april): State<Arc<April>>, site: Site, Path(id): Path<String>) -> Response {
    answer(&april, site, Call::TransactionQuery, |scene| {
        let book = lock(&scene.april.book);
        let (order, transaction) = book.transaction(&id).ok_or_else(|| ApiError::not_found("transaction"))?;
        Ok(Reply::ok(views::transaction(order, transaction)))
    })
    .await
}

/// The query of a list. Every filter may stand more than once; a filter that is there must fit.
type Parameters = Query<Vec<(String, String)>>;

/// `GET /transactions`: a bare array, newest first.
pub(super) async fn list_transactions(
    State(april): State<Arc<April>>,
    site: Site,
    Query(parameters): Parameters,
) -> Response {
    answer(&april, site, Call::TransactionQuery, |scene| {
        let mut wanted = Wanted::read(&parameters)?;
        if scene.settings.ignore_order_filters {
            wanted.ignore_orders();
        }
        let book = lock(&scene.april.book);
        let found = book.newest_first().filter(|order| wanted.fits_order(order)).flat_map(|order| {
            let fits = |transaction: &&Transaction| {
                wanted.fits_status(transaction)
                    && wanted.fits_transaction(transaction)
                    && wanted.fits_amount(transaction.shown_amount())
                    && wanted.fits_time(transaction.created_at_ms)
            };
            let view = |transaction| (transaction, order);
            order.transactions.iter().filter(fits).map(view).collect::<Vec<_>>()
        });
        let newest = |(transaction, _): &(&Transaction, &Order)| transaction.created_at_ms;
        let view = |(transaction, order): (&Transaction, &Order)| views::transaction(order, transaction);
        Ok(Reply::ok(wanted.page(found, newest, view)))
    })
    .await
}

/// `GET /transactions/refunds`: a bare array, newest first.
pub(super) async fn list_refunds(
    State(april): State<Arc<April>>,
    site: Site,
    Query(parameters): Parameters,
) -> Response {
    answer(&april, site, Call::RefundQuery, |scene| {
        let wanted = Wanted::read(&parameters)?;
        let book = lock(&scene.april.book);
        let mut found = Vec::new();
        for order in book.newest_first().filter(|order| wanted.fits_order(order)) {
            for transaction in order.transactions.iter().filter(|transaction| wanted.fits_transaction(transaction)) {
                let fits = |refund: &&super::order::Refund| {
                    wanted.fits_amount(refund.amount) && wanted.fits_time(refund.created_at_ms)
                };
                found.extend(transaction.refunds.iter().filter(fits).map(|refund| (refund, transaction, order)));
            }
        }
        let page = wanted.page(
            found.into_iter(),
            |(refund, _, _)| refund.created_at_ms,
            |(refund, transaction, order)| views::refund(order, transaction, refund),
        );
        Ok(Reply::ok(page))
    })
    .await
}

/// The filters of both lists. Source: April's API reference, "Query Transactions" and "Query Refunds".
#[derive(Debug, Default)]
struct Wanted<'a> {
    limit: usize,
    page: usize,
    orders: Vec<&'a str>,
    references: Vec<&'a str>,
    transactions: Vec<&'a str>,
    statuses: Vec<&'a str>,
    merchants: Vec<&'a str>,
    is_oldest_first: bool,
    amount: Option<i64>,
    after_ms: Option<i64>,
    before_ms: Option<i64>,
}

impl<'a> Wanted<'a> {
    fn read(parameters: &'a [(String, String)]) -> Result<Self, ApiError> {
        let mut wanted = Self { limit: 20, page: 1, ..Self::default() };
        for (name, value) in parameters {
            let wrong = || ApiError::bad_request(format!("{name}: has a wrong value"));
            match name.as_str() {
                "limit" => wanted.limit = value.parse().ok().filter(|n| (1..=500).contains(n)).ok_or_else(wrong)?,
                "page" => wanted.page = value.parse().ok().filter(|n| *n > 0).ok_or_else(wrong)?,
                "orderId" => wanted.orders.push(value),
                "referenceOrderId" => wanted.references.push(value),
                "transactionId" => wanted.transactions.push(value),
                "status" => wanted.statuses.push(value),
                "amount" => wanted.amount = Some(value.parse().map_err(|_| wrong())?),
                "createdAfter" => wanted.after_ms = Some(moment(value).ok_or_else(wrong)?),
                "createdBefore" => wanted.before_ms = Some(moment(value).ok_or_else(wrong)?),
                "merchantId" => wanted.merchants.push(value),
                "sort" => wanted.is_oldest_first = parse_sort(value).ok_or_else(wrong)?,
                // A filter that were ignored would show a merchant somebody else's money.
                _ => return Err(ApiError::bad_request(format!("{name}: is not a filter that is imitated"))),
            }
        }
        Ok(wanted)
    }

    fn fits_order(&self, order: &Order) -> bool {
        let fits = |wanted: &[&str], is: &str| wanted.is_empty() || wanted.contains(&is);
        fits(&self.orders, &order.id)
            && fits(&self.references, &order.reference)
            && (self.merchants.is_empty() || self.merchants.contains(&MERCHANT))
    }

    /// As a provider does that does not know these filters.
    fn ignore_orders(&mut self) {
        self.orders.clear();
        self.references.clear();
    }

    fn fits_transaction(&self, transaction: &Transaction) -> bool {
        self.transactions.is_empty() || self.transactions.contains(&transaction.id.as_str())
    }

    fn fits_status(&self, transaction: &Transaction) -> bool {
        self.statuses.is_empty() || self.statuses.contains(&transaction.status.name())
    }

    fn fits_amount(&self, amount: i64) -> bool {
        self.amount.is_none_or(|wanted| wanted == amount)
    }

    fn fits_time(&self, at_ms: i64) -> bool {
        self.after_ms.is_none_or(|after| at_ms >= after) && self.before_ms.is_none_or(|before| at_ms <= before)
    }

    /// One page, newest first unless told otherwise.
    fn page<T>(&self, found: impl Iterator<Item = T>, made_at: impl Fn(&T) -> i64, view: impl Fn(T) -> Value) -> Value {
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|one| if self.is_oldest_first { made_at(one) } else { -made_at(one) });
        let skipped = self.limit.saturating_mul(self.page - 1);
        found.into_iter().skip(skipped).take(self.limit).map(view).collect()
    }
}

/// Only times are imitated; a minus means that the newest comes first.
fn parse_sort(text: &str) -> Option<bool> {
    match text {
        "createdAt" => Some(true),
        "-createdAt" => Some(false),
        _ => None,
    }
}

fn moment(text: &str) -> Option<i64> {
    text.parse::<Timestamp>().ok().map(|moment| moment.as_millisecond())
}
