//! `GET /merchant/contracts/list`, and which contract can do what. The list's shape is undocumented but for
//! `contractType`; we assume the plainest.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use serde::Serialize;

use super::Epag;
use super::pipeline::{Call, Reply, Site, answer};

/// The contract that takes PicPay payments.
pub(super) const PICPAY: &str = "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c01";
/// The contract that checks identities.
pub(super) const IDENTITY: &str = "7a1c6b1e-3c1c-4b0e-9a55-6b1b6f2f0c02";

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Contract {
    contract_id: &'static str,
    contract_type: &'static str,
    country: &'static str,
    currency: &'static str,
    methods: &'static [&'static str],
    enable: bool,
}

#[derive(Debug, Serialize)]
struct ContractList {
    contracts: [Contract; 2],
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Reply for ContractList {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }
}

/// `GET /merchant/contracts/list`.
pub(super) async fn list_contracts(State(epag): State<Arc<Epag>>, site: Site) -> Response {
    let contract = |contract_id, contract_type, methods| Contract {
        contract_id,
        contract_type,
        country: "BR",
        currency: "BRL",
        methods,
        enable: true,
    };
    answer(&epag, site, Call::Other, |_| {
        Ok(ContractList {
            contracts: [contract(PICPAY, "PAYIN", &["PICPAY"]), contract(IDENTITY, "ID_VALIDATION", &[])],
            refresh_token: None,
        })
    })
    .await
}
