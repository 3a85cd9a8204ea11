//! `GET /identityValidation/{contract_id}/BR/{tax_id}`: whether a CPF or CNPJ is a real one, by its check digits. What
//! an unreal one is answered is undocumented; we assume `INVALID_DOCUMENT`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;

use super::errors::ApiError;
use super::pipeline::{Call, Reply, Site, answer};
use super::{Epag, contracts, tax_id};

#[derive(Debug, Serialize)]
struct IdentityReply {
    document: String,
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
}

impl Reply for IdentityReply {
    fn offer_token(&mut self, token: String) {
        self.refresh_token = Some(token);
    }
}

/// `GET /identityValidation/{contract_id}/{country}/{tax_id}`.
pub(super) async fn validate_identity(
    State(epag): State<Arc<Epag>>,
    site: Site,
    Path((contract, country, document)): Path<(String, String, String)>,
) -> Response {
    answer(&epag, site, Call::Other, |_| {
        if contract != contracts::IDENTITY || country != "BR" {
            return Err(ApiError::unknown_contract());
        }
        let is_valid = tax_id::is_cpf(&document) || tax_id::is_cnpj(&document);
        let status = if is_valid { "VALID_DOCUMENT" } else { "INVALID_DOCUMENT" };
        Ok(IdentityReply { document, status, refresh_token: None })
    })
    .await
}
