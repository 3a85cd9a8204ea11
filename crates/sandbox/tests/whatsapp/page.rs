//! The chat look-alike is served under the strict headers of the buyer page, and loads nothing from elsewhere.

use crate::common::Shop;

#[tokio::test]
async fn the_chat_is_a_page_under_a_strict_policy() {
    let shop = Shop::new().await;
    for (path, kind) in [
        ("/_buyer/whatsapp", "text/html; charset=utf-8"),
        ("/_buyer/whatsapp.css", "text/css; charset=utf-8"),
        ("/_buyer/whatsapp.js", "text/javascript; charset=utf-8"),
    ] {
        let response = shop.client.get(shop.url(path)).send().await.expect("an answer");
        assert_eq!(response.status().as_u16(), 200, "{path}");
        let header = |name: &str| response.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), kind);
        let policy = header("content-security-policy");
        for rule in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "trusted-types 'none'"] {
            assert!(policy.contains(rule), "{policy}");
        }
        assert_eq!(header("x-content-type-options"), "nosniff");
        let text = response.text().await.expect("text");
        assert!(!text.contains("https://") && !text.contains("style=") && !text.contains("onclick"), "{path}");
    }
}
