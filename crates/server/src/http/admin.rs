//! The operator's listener: readiness and metrics. Loopback only.

use crate::args;
use crate::payments::Payments;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// `/readyz` and `/metrics`.
pub fn router(payments: Arc<Payments>, metrics: PrometheusHandle) -> Router {
    let ready = move || {
        let payments = Arc::clone(&payments);
        async move {
            match is_ready(&payments).await {
                Ok(()) => (StatusCode::OK, "ready".to_owned()),
                Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("the database does not answer: {error}")),
            }
        }
    };
    Router::new().route("/readyz", get(ready)).route("/metrics", get(move || async move { metrics.render() }))
}

async fn is_ready(payments: &Payments) -> Result<(), crate::store::StoreError> {
    let mut tx = payments.db.read().await?;
    tx.row("select count(*) as leases from leases", args![]).await?;
    Ok(())
}
