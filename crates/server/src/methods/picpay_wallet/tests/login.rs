//! The code that a browser brings: what it is exchanged with, and what each answer comes to.

use super::*;

const TOKEN: &str = "/oauth2/token";
const USER_INFO: &str = "/oauth2/userinfo";

fn tokens() -> String {
    json!({"access_token": "eyJ.new", "expires_in": 300, "refresh_expires_in": 1800, "refresh_token": "eyJ.next",
        "token_type": "bearer", "session_state": "x", "scope": "openid"})
    .to_string()
}

#[tokio::test]
async fn a_code_is_exchanged_once_with_all_five_fields() {
    let provider = Provider::start(Edition::Current).await;
    provider.answer("POST", TOKEN, 200, &tokens()).await;
    provider.answer("GET", USER_INFO, 200, r#"{"sub":"f:1","email":"ana@example.com"}"#).await;
    let grant = provider.method.redeem("a code+/=").await.expect("kept");
    let sent = provider.requests(TOKEN).await;
    assert_eq!(sent.len(), 1);
    assert_eq!(sent[0].headers["content-type"], "application/x-www-form-urlencoded");
    assert!(!sent[0].headers.contains_key("authorization"), "no published sample signs in by a header");
    let mut form: Vec<(String, String)> = url_pairs(std::str::from_utf8(&sent[0].body).expect("a form"));
    form.sort();
    let expected = [
        ("client_id", "client"),
        ("client_secret", "secret-of-the-tests"),
        ("code", "a code+/="),
        ("grant_type", "authorization_code"),
        ("redirect_uri", "https://pay.example/providers/picpay/callback"),
    ];
    assert_eq!(form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    let asked = provider.requests(USER_INFO).await;
    assert_eq!(asked[0].headers["authorization"], "Bearer eyJ.new");
    // The same account again is the same login.
    assert_eq!(provider.method.redeem("another").await, Ok(grant));
}

fn url_pairs(form: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://form/?{form}")).expect("a form");
    url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}

#[tokio::test]
async fn a_code_that_is_refused_keeps_nothing_and_tells_no_secret() {
    for (status, body, is_credentials) in [
        (400, r#"{"error":"invalid_grant","error_description":"of ana@example.com"}"#, false),
        (400, r#"{"error":"invalid_client","error_description":"of ana@example.com"}"#, true),
        (401, r#"{"error":"invalid_client"}"#, true),
        (400, r#"{"error":"unsupported_grant_type"}"#, false),
        (200, r#"{"access_token":"eyJ.new"}"#, false),
        (200, "<html>eyJ.new</html>", false),
        (429, r#"{"message":"API rate limit exceeded"}"#, false),
        (500, "", false),
    ] {
        let provider = Provider::start(Edition::Current).await;
        provider.answer("POST", TOKEN, status, body).await;
        let refused = provider.method.redeem("a-code").await.expect_err("it is refused");
        assert_eq!(refused.is_credentials, is_credentials, "{status} {body}");
        for secret in ["eyJ", "a-code", "secret-of-the-tests", "ana@"] {
            assert!(!refused.detail.contains(secret), "{}", refused.detail);
        }
        assert_eq!(provider.requests(TOKEN).await.len(), 1, "a code is good once, so it is sent once");
        assert_eq!(provider.requests(USER_INFO).await.len(), 0);
    }
}
