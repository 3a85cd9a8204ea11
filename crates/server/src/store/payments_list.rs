//! Lists of payments: a filter, and the query that is built from it.

use super::{Attempt, StoreError, Tx, Value, attempts};
use crate::error::Error;
use crate::http::payments::PaymentsQuery;
use umclique_wire::{AttemptId, AttemptStatus, FieldProblem, SessionId};

/// Checked conditions, each a piece of SQL of ours with one bound value.
#[derive(Clone, Debug)]
pub struct Filter {
    conditions: Vec<(&'static str, Value)>,
    flag: Option<&'static str>,
    limit: i64,
}

impl Filter {
    /// Checks what was asked for.
    pub fn parse(query: &PaymentsQuery) -> Result<Self, Error> {
        let mut conditions = Vec::new();
        if let Some(session) = &query.session {
            let id = SessionId::parse(session).map_err(|error| bad("session", &error.to_string()))?;
            conditions.push(("a.session_id = ", Value::from(id.as_str())));
        }
        if let Some(reference) = &query.reference {
            // PostgreSQL takes no NUL, and no reference has one.
            if reference.chars().any(char::is_control) {
                return Err(bad("reference", "expected the shop's reference, without control characters"));
            }
            conditions.push(("a.session_id in (select id from sessions where reference = ", Value::from(reference)));
        }
        if let Some(status) = &query.status {
            let known = AttemptStatus::parse(status).ok_or_else(|| bad("status", "expected a payment's status"))?;
            conditions.push(("a.status = ", Value::from(known.as_str())));
        }
        if let Some(created_after) = &query.created_after {
            let at: jiff::Timestamp = created_after
                .parse()
                .map_err(|_| bad("created_after", "expected a moment, as in 2026-01-31T12:00:00Z"))?;
            conditions.push(("a.created_at >= ", Value::from(at.as_millisecond())));
        }
        if let Some(after) = &query.after {
            let id = AttemptId::parse(after).map_err(|error| bad("after", &error.to_string()))?;
            // Ids are made in the order of time.
            conditions.push(("a.id < ", Value::from(id.as_str())));
        }
        let flag = match query.flag.as_deref() {
            None => None,
            Some("needs_attention") => Some("a.needs_attention = 1"),
            Some("late_capture") => Some("a.late_capture = 1"),
            Some("disputed") => Some("a.disputed = 1"),
            Some("mismatch") => Some("a.mismatch = 1"),
            Some(_) => return Err(bad("flag", "expected needs_attention, late_capture, disputed or mismatch")),
        };
        let limit = query.limit.unwrap_or(20);
        if !(1..=100).contains(&limit) {
            return Err(bad("limit", "expected 1 to 100"));
        }
        Ok(Self { conditions, flag, limit })
    }

    /// How many payments a page holds.
    #[must_use]
    pub fn page_size(&self) -> usize {
        usize::try_from(self.limit).unwrap_or(100)
    }
}

fn bad(field: &str, detail: &str) -> Error {
    Error::Invalid(vec![FieldProblem { field: field.into(), detail: detail.into() }])
}

/// The payments that fit, newest first, and one more than the page holds where there is a next page.
pub async fn list(tx: &mut Tx, filter: &Filter) -> Result<Vec<Attempt>, StoreError> {
    let mut clauses: Vec<String> = filter.flag.iter().map(|flag| (*flag).to_owned()).collect();
    let mut args = Vec::new();
    for (condition, value) in &filter.conditions {
        args.push(value.clone());
        let close = if condition.contains('(') { ")" } else { "" };
        clauses.push(format!("{condition}${}{close}", args.len()));
    }
    args.push(Value::from(filter.limit + 1));
    let condition = if clauses.is_empty() { "1 = 1".to_owned() } else { clauses.join(" and ") };
    let sql = format!("select a.* from attempts a where {condition} order by a.id desc limit ${}", args.len());
    let rows = tx.rows_built(sql, args).await?;
    rows.iter().map(attempts::read).collect()
}
