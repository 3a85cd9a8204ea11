//! The consent page: what it shows, where it sends the browser, when it is not shown, and the same without a browser.

use serde_json::json;

use crate::common::{Answer, CALLBACK, Shop, parameter, read};

/// Presses a button of the page; answers what came and the cookie that was set.
async fn press(shop: &Shop, state: &str, buyer: &str, accept: bool) -> (Answer, Option<String>) {
    let wish = json!({ "authorize_url": shop.authorize_url(state), "user": buyer, "accept": accept });
    let request = shop.client.post(shop.url("/picpay/oauth2/auth/decision")).body(wish.to_string());
    let response = request.send().await.expect("an answer");
    let cookie = response.headers().get("set-cookie").map(|cookie| cookie.to_str().expect("text").to_owned());
    let status = response.status().as_u16();
    let text = response.text().await.expect("a body");
    (Answer { status, json: serde_json::from_str(&text).expect("JSON"), text }, cookie)
}

/// Opens an authorize URL as the browser in which somebody signed in; answers the status and where it leads.
async fn open(shop: &Shop, url: &str, cookie: &str) -> (u16, Option<String>) {
    let response = shop.client.get(url).header("cookie", cookie).send().await.expect("an answer");
    let location = response.headers().get("location").map(|place| place.to_str().expect("text").to_owned());
    (response.status().as_u16(), location)
}

#[tokio::test]
async fn the_page_shows_shop_scopes_and_masked_accounts_under_a_strict_policy() {
    let shop = Shop::new().await;
    let response = shop.client.get(shop.authorize_url("s")).send().await.expect("an answer");
    assert_eq!(response.status().as_u16(), 200);
    let policy = response.headers()["content-security-policy"].to_str().expect("text").to_owned();
    assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self';"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("require-trusted-types-for 'script'"));
    let page = response.text().await.expect("a page");
    for part in [
        "Loja Exemplo",
        "data-scope=\"payments.charge\"",
        "data-scope=\"payments.refund\"",
        "data-scope=\"profile\"",
        "<option value=\"ana\" selected>Ana Souza · a••@example.com</option>",
        "<option value=\"bruno\">",
        "id=\"consent-accept\"",
        "id=\"consent-refuse\"",
    ] {
        assert!(page.contains(part), "{part}");
    }
    assert!(!page.contains("ana@example.com"), "the account is masked");
    assert!(!page.contains("style=") && !page.contains("onclick"));
    shop.set(json!({ "buyer": "bruno", "scopes": "openid payments.charge" })).await;
    let page = read(shop.client.get(shop.authorize_url("s"))).await.expect("a page").text;
    assert!(page.contains("<option value=\"bruno\" selected>") && !page.contains("payments.refund"));
}

#[tokio::test]
async fn the_pages_files_are_its_own() {
    let shop = Shop::new().await;
    for (path, kind) in [("consent.css", "text/css"), ("consent.js", "text/javascript")] {
        let response = shop.client.get(shop.url(&format!("/picpay/oauth2/{path}"))).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200);
        assert!(response.headers()["content-type"].to_str().expect("text").starts_with(kind));
        let text = response.text().await.expect("a file");
        assert!(!text.contains("innerHTML") && !text.contains("http://") && !text.contains("https://"));
    }
}

#[tokio::test]
async fn consent_brings_a_code_the_session_and_the_shops_state_back() {
    let shop = Shop::new().await;
    let (answer, cookie) = press(&shop, "a b&c=ç", "ana", true).await;
    assert_eq!((answer.status, &answer.json["shown"]), (200, &json!(true)));
    let redirect = answer.json["redirect_to"].as_str().expect("a redirect");
    assert!(redirect.starts_with(&format!("{CALLBACK}?code=")), "{redirect}");
    assert_eq!(parameter(redirect, "state").as_deref(), Some("a b&c=ç"));
    assert!(parameter(redirect, "session_state").is_some());
    let cookie = cookie.expect("a cookie");
    assert!(cookie.starts_with("picpay_sandbox_buyer=ana;") && cookie.contains("HttpOnly"), "{cookie}");
}

#[tokio::test]
async fn refusal_brings_access_denied_and_the_state_back_and_links_nobody() {
    let shop = Shop::new().await;
    let (answer, cookie) = press(&shop, "s1", "ana", false).await;
    assert_eq!(answer.json["redirect_to"], format!("{CALLBACK}?error=access_denied&state=s1"));
    assert_eq!(cookie, None);
    assert_eq!(shop.see("/picpay/links").await["data"], json!([]));
}

#[tokio::test]
async fn consent_is_asked_once() {
    let shop = Shop::new().await;
    let (url, cookie) = (shop.authorize_url("s2"), "other=1; picpay_sandbox_buyer=ana");
    assert_eq!(open(&shop, &url, cookie).await, (200, None), "nobody has consented yet");
    shop.connect("ana").await;
    let (status, location) = open(&shop, &url, cookie).await;
    let location = location.expect("a place to go");
    assert_eq!(status, 302);
    let code = parameter(&location, "code").expect("a code");
    assert_eq!(parameter(&location, "state").as_deref(), Some("s2"));
    assert_eq!(shop.token(&Shop::exchange_fields(&code)).await.status, 200);
    assert_eq!(open(&shop, &url, "").await.0, 200, "a browser where nobody is signed in");
    assert_eq!(open(&shop, &url, "picpay_sandbox_buyer=bruno").await.0, 200, "another buyer");
    shop.set(json!({ "consent_screen": "always" })).await;
    assert_eq!(open(&shop, &url, cookie).await.0, 200);
}

#[tokio::test]
async fn consent_is_asked_again_once_it_was_withdrawn_or_the_scopes_changed() {
    let shop = Shop::new().await;
    let (url, cookie) = (shop.authorize_url("s"), "picpay_sandbox_buyer=ana");
    shop.connect("ana").await;
    shop.set(json!({ "scopes": "openid payments.charge" })).await;
    assert_eq!(open(&shop, &url, cookie).await.0, 200);
    shop.connect("ana").await;
    assert_eq!(open(&shop, &url, cookie).await.0, 302);
    let revoked = read(shop.client.delete(shop.url("/_control/picpay/links/ana"))).await.expect("an answer");
    assert_eq!((revoked.status, &revoked.json["data"]), (200, &json!([])));
    assert_eq!(open(&shop, &url, cookie).await.0, 200);
}

#[tokio::test]
async fn a_redirect_uri_is_compared_letter_by_letter() {
    let shop = Shop::new().await;
    for uri in [
        "http://127.0.0.1:8080/providers/picpay/callback/",
        "http://127.0.0.1:8080/providers/picpay/callback?x=1",
        "http://127.0.0.1:8081/providers/picpay/callback",
        "http://localhost:8080/providers/picpay/callback",
        "HTTP://127.0.0.1:8080/providers/picpay/callback",
        "javascript:alert(1)",
        "",
    ] {
        let fields = [("client_id", "picpay_demo_client"), ("response_type", "code"), ("redirect_uri", uri)];
        let url = shop.authorize_url_with(&fields);
        let answer = read(shop.client.get(&url)).await.expect("an answer");
        assert_eq!(answer.status, 400, "{uri}: nobody is sent there");
        assert!(answer.text.contains("redirect_uri"), "{uri}");
        let wish = json!({ "authorize_url": url, "user": "ana", "accept": true });
        assert_eq!(shop.try_control("/picpay/consent", &wish).await.status, 400, "{uri}");
    }
    shop.set(json!({ "redirect_uris": [CALLBACK, "http://loja.test:9000"] })).await;
    let fields =
        [("client_id", "picpay_demo_client"), ("response_type", "code"), ("redirect_uri", "http://loja.test:9000")];
    let wish = json!({ "authorize_url": shop.authorize_url_with(&fields), "user": "ana", "accept": true });
    let redirect = shop.control("/picpay/consent", &wish).await["redirect_to"].as_str().expect("a URL").to_owned();
    let code = parameter(&redirect, "code").expect("a code");
    let mut exchange = Shop::exchange_fields(&code);
    exchange[4].1 = "http://loja.test:9000";
    assert_eq!(shop.token(&exchange).await.status, 200, "as it was registered, without a slash");
}

#[tokio::test]
async fn a_request_that_cannot_be_asked_is_refused_where_it_belongs() {
    let shop = Shop::new().await;
    let url =
        shop.authorize_url_with(&[("client_id", "nobody"), ("response_type", "code"), ("redirect_uri", CALLBACK)]);
    assert_eq!(read(shop.client.get(&url)).await.expect("an answer").status, 400);
    for (kind, error) in [(Some("token"), "unsupported_response_type"), (None, "invalid_request")] {
        let mut fields = vec![("client_id", "picpay_demo_client"), ("redirect_uri", CALLBACK), ("state", "s")];
        fields.extend(kind.map(|kind| ("response_type", kind)));
        let (status, location) = open(&shop, &shop.authorize_url_with(&fields), "").await;
        assert_eq!((status, location), (302, Some(format!("{CALLBACK}?error={error}&state=s"))));
    }
    let mut url = shop.authorize_url("s");
    url.push_str("&code_challenge=abc&code_challenge_method=S256");
    assert_eq!(read(shop.client.get(&url)).await.expect("an answer").status, 200, "what is not known is tolerated");
}

#[tokio::test]
async fn control_consents_as_the_page_does() {
    let shop = Shop::new().await;
    let url = shop.authorize_url("s");
    let wish = |accept: bool| json!({ "authorize_url": url, "user": "ana", "accept": accept });
    assert_eq!(shop.control("/picpay/consent", &wish(true)).await["shown"], json!(true));
    assert_eq!(shop.control("/picpay/consent", &wish(true)).await["shown"], json!(false));
    let refused = shop.control("/picpay/consent", &wish(false)).await;
    assert_eq!(refused["redirect_to"], format!("{CALLBACK}?error=access_denied&state=s"));
    for (wish, told) in [
        (json!({ "authorize_url": url, "user": "nobody", "accept": true }), "there are ana, bruno, carla"),
        (json!({ "authorize_url": "nonsense", "user": "ana", "accept": true }), "/picpay/oauth2/auth"),
        (json!({ "authorize_url": url, "user": "ana" }), "missing field `accept`"),
    ] {
        let answer = shop.try_control("/picpay/consent", &wish).await;
        assert_eq!(answer.status, 400);
        assert!(answer.text.contains(told), "{answer:?}");
    }
}
