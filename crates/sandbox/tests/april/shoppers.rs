//! Registering shoppers and signing them in.

use crate::common::{Merchant, PUBLIC, read, refusal, text};
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn a_shopper_is_registered_once_and_signed_in() {
    let merchant = Merchant::new().await;
    let body = json!({ "CreateCustomer": { "emailAddress": "Bo@example.test" } });
    let (status, one) = merchant.post("/customers", &body).await;
    assert_eq!(status, 200, "{one}");
    let id = text(&one["customerId"]);
    assert!(id.starts_with("cust_"));
    let again = json!({ "CreateCustomer": { "emailAddress": "bo@example.test" } });
    assert_eq!(merchant.post("/customers", &again).await.1["customerId"], json!(id));
    let by_id = json!({ "SignInConsumer": { "customerId": id } });
    let (status, signed_in) = merchant.post("/auth/signin", &by_id).await;
    assert_eq!((status, &signed_in["customerId"]), (200, &json!(id)));
    assert!(signed_in["customToken"].is_string());
    let unknown = json!({ "SignInConsumer": { "customerId": "cust_x" } });
    assert_eq!(refusal(&merchant.post("/auth/signin", &unknown).await).0, 404);
    assert_eq!(refusal(&merchant.post("/auth/signin", &json!({ "SignInConsumer": {} })).await).0, 400);
    assert_eq!(refusal(&merchant.post("/customers", &json!({ "CreateCustomer": {} })).await).0, 400);
}

#[tokio::test]
async fn only_a_signed_in_shopper_sees_saved_cards() {
    let merchant = Merchant::new().await;
    let shopper = json!({ "SignInConsumer": { "emailAddress": "bo@example.test" } });
    let (_, signed_in) = merchant.post("/auth/signin", &shopper).await;
    for (token, cards) in [(signed_in["customToken"].clone(), 1), (json!("custom_x"), 0), (json!(null), 0)] {
        let body = json!({ "amount": 1_000, "customerToken": token }).to_string();
        let request = merchant.request(PUBLIC, Method::POST, "/v3/frame/open").body(body);
        let (status, opened) = read(request).await.expect("an answer");
        assert_eq!((status, opened["savedCards"].as_array().map(Vec::len)), (200, Some(cards)));
    }
}
