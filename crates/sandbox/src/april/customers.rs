//! Shoppers whom the merchant registers, and the `customToken` that unlocks their saved cards in the checkout.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::State;
use axum::response::Response;
use serde_json::json;

use super::April;
use super::book::{Book, Customer};
use super::calls::Call;
use super::cards::TestCard;
use super::create::{read_action, read_only_action};
use super::errors::ApiError;
use super::pipeline::{Reply, Scene, Site, answer};
use super::token::Source;
use crate::json::Fields;
use crate::world::lock;

/// The card that every new customer has saved, so that there is one to be shown.
const SAVED_CARD: &str = "4242424242424242";

/// `POST /customers`: registers a shopper, or finds the one with this e-mail address. The action's name is undocumented, so
/// any one is taken.
pub(super) async fn create_customer(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    answer(&april, site, Call::Customer, |scene| {
        let (_, fields) = read_action(&body)?;
        let mut book = lock(&scene.april.book);
        let customer = registered(scene, &mut book, &fields)?;
        Ok(Reply::ok(json!({ "customerId": customer.id, "emailAddress": customer.email })))
    })
    .await
}

/// `POST /auth/signin` with `SignInConsumer`, by the customer's id or e-mail address.
pub(super) async fn sign_in(State(april): State<Arc<April>>, site: Site, body: Bytes) -> Response {
    answer(&april, site, Call::SignIn, |scene| {
        let fields = read_only_action(&body, "SignInConsumer")?;
        let mut book = lock(&scene.april.book);
        let mut wrong = Vec::new();
        let customer = match fields.text("customerId", &mut wrong) {
            Some(id) => book.customers.get(&id).cloned().ok_or_else(|| ApiError::not_found("customer"))?,
            None => registered(scene, &mut book, &fields)?,
        };
        let custom_token = scene.april.id("custom_");
        book.sign_ins.insert(custom_token.clone(), customer.id.clone());
        Ok(Reply::ok(json!({ "customerId": customer.id, "customToken": custom_token })))
    })
    .await
}

fn registered(scene: &Scene<'_>, book: &mut Book, fields: &Fields<'_>) -> Result<Customer, ApiError> {
    let mut wrong = Vec::new();
    let email = fields.required_text("emailAddress", &mut wrong);
    let email = email.ok_or_else(|| ApiError::fields(&wrong))?.to_lowercase();
    if let Some(known) = book.customers.values().find(|customer| customer.email == email) {
        return Ok(known.clone());
    }
    let customer = Customer { id: scene.april.id("cust_"), email };
    book.customers.insert(customer.id.clone(), customer.clone());
    let card = TestCard::find(SAVED_CARD).ok_or_else(ApiError::internal)?;
    let source = Source { card, customer: Some(customer.id.clone()), expires_at_ms: None };
    book.sources.insert(scene.april.id("psrc_"), source);
    Ok(customer)
}
