//! Errors as RFC 9457 `application/problem+json`.

use serde::{Deserialize, Serialize};

/// One field of a request that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldProblem {
    /// The field's path, as in `items[0].quantity`.
    pub field: String,
    /// What is wrong with it, and what would be right.
    pub detail: String,
}

/// What went wrong, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A page about this kind of problem; `about:blank` where the code says it all.
    #[serde(rename = "type", default)]
    pub kind: String,
    /// The HTTP status again.
    pub status: u16,
    /// Stable, for programs: `attempt_live`, `idempotency_key_reused`.
    pub code: String,
    /// A short name of the problem, the same for every occurrence.
    pub title: String,
    /// For people: what happened here, and what to do next.
    #[serde(default)]
    pub detail: String,
    /// The fields that cannot be used.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldProblem>,
}
