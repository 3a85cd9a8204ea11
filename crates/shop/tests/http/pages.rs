//! Pages under their policy, and the component's files.

use crate::harness::{client, shop, shop_with};
use std::path::Path;

const NOWHERE: &str = "http://127.0.0.1:9";
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'";

async fn get(url: &str) -> reqwest::Response {
    client().get(url).send().await.expect("the shop answers")
}

fn header(answer: &reqwest::Response, name: &str) -> String {
    answer.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

#[tokio::test]
async fn every_page_in_reais_has_exactly_the_promised_policy() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    for page in ["/", "/two", "/nested", "/bare", "/strict-mode"] {
        let answer = get(&format!("{}{page}", shop.url())).await;
        assert_eq!(
            (answer.status().as_u16(), header(&answer, "content-security-policy")),
            (200, POLICY.to_owned()),
            "{page}"
        );
        let html = answer.text().await.expect("HTML");
        assert!(!html.contains("{{") && !html.contains(" style=") && !html.contains("<style"), "{page}");
        assert!(!html.contains("<script>") && !html.contains(" onclick="), "{page} has no inline script");
    }
    let answer = get(&format!("{}/cross?server=http://127.0.0.1:8080", shop.url())).await;
    let policy = POLICY.replace("connect-src 'self'", "connect-src 'self' http://127.0.0.1:8080");
    assert_eq!(header(&answer, "content-security-policy"), policy);
    let answer = get(&format!("{}/no-wasm", shop.url())).await;
    assert_eq!(header(&answer, "content-security-policy"), POLICY.replace(" 'wasm-unsafe-eval'", ""));
}

#[tokio::test]
async fn only_pages_that_take_cards_let_aprils_script_and_frame_in() {
    for (sandbox, origin, host) in [
        (Some("http://127.0.0.1:9"), "http://127.0.0.1:9", "127.0.0.1:9"),
        (None, "https://checkout-v3.au.meetapril.io", "checkout-v3.au.meetapril.io"),
    ] {
        let shop = shop(NOWHERE, Path::new("."), sandbox.map(str::to_owned)).await;
        let policy = POLICY.replace("script-src 'self'", &format!("script-src 'self' {origin}"));
        let policy = format!("{policy}; frame-src {origin}; trusted-types umclique");
        for page in ["/", "/two", "/nested", "/bare"] {
            let answer = get(&format!("{}{page}?currency=AUD", shop.url())).await;
            assert_eq!(header(&answer, "content-security-policy"), policy, "{page}");
            let html = answer.text().await.expect("HTML");
            assert!(html.contains(&format!("script-hosts=\"{host}\"")), "{page}");
            let html = get(&format!("{}{page}?currency=XYZ", shop.url())).await.text().await.expect("HTML");
            assert!(html.contains("script-hosts=\"\"") && html.contains("data-currency=\"BRL\""), "{page}");
        }
    }
}

#[tokio::test]
async fn a_policy_cannot_be_written_by_a_link() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    for server in
        ["", "?server=*", "?server=http://a%20*", "?server=http://a;script-src%20*", "?server=http://a%0d%0aX:%20y"]
    {
        assert_eq!(get(&format!("{}/cross{server}", shop.url())).await.status(), 400, "{server:?}");
    }
}

#[tokio::test]
async fn pages_speak_the_language_of_the_link() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    for (query, lang) in [("", "pt-BR"), ("?lang=en", "en"), ("?lang=en-GB", "en"), ("?lang=%22%3E", "pt-BR")] {
        let html = get(&format!("{}/{query}", shop.url())).await.text().await.expect("HTML");
        assert!(html.contains(&format!("<html lang=\"{lang}\" ")), "{query:?}");
    }
}

#[tokio::test]
async fn every_file_that_a_page_names_is_there() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    for (file, kind) in [
        ("shop.css", "text/css; charset=utf-8"),
        ("shop.js", "text/javascript; charset=utf-8"),
        ("account.js", "text/javascript; charset=utf-8"),
        ("office.js", "text/javascript; charset=utf-8"),
        ("texts.js", "text/javascript; charset=utf-8"),
        ("lab.js", "text/javascript; charset=utf-8"),
        ("strict-mode.js", "text/javascript; charset=utf-8"),
        ("icon.svg", "image/svg+xml"),
    ] {
        let answer = get(&format!("{}/shop/assets/{file}", shop.url())).await;
        assert_eq!((answer.status().as_u16(), header(&answer, "content-type")), (200, kind.to_owned()), "{file}");
        assert_eq!(header(&answer, "x-content-type-options"), "nosniff");
    }
}

#[tokio::test]
async fn the_shop_keeps_the_room_that_the_documents_recommend() {
    let shop = shop(NOWHERE, Path::new("."), None).await;
    let sheet = get(&format!("{}/shop/assets/shop.css", shop.url())).await.text().await.expect("CSS");
    let documents = include_str!("../../../../docs/EMBEDDING.md");
    let rules: Vec<_> = documents.lines().filter(|line| line.contains("--umclique-min-height:")).collect();
    assert_eq!(rules.len(), 2, "one for every page, and one for the narrowest");
    for rule in rules {
        assert!(sheet.contains(rule), "{rule}");
    }
}

#[tokio::test]
async fn react_is_there_where_a_bundle_was_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let bundle = folder.path().join("react.js");
    let without = shop(NOWHERE, Path::new("."), None).await;
    let with = shop_with(NOWHERE, Path::new("."), None, Some(bundle.clone())).await;
    for shop in [&without, &with] {
        let answer = get(&format!("{}/shop/assets/react.js", shop.url())).await;
        assert_eq!(answer.status(), 404);
        assert!(answer.text().await.expect("a problem").contains("cargo xtask test e2e"), "it says what to do");
    }
    std::fs::write(&bundle, "export {};").expect("written");
    let answer = get(&format!("{}/shop/assets/react.js", with.url())).await;
    assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
    assert_eq!(answer.text().await.expect("text"), "export {};");
}

#[tokio::test]
async fn the_component_is_sent_compressed_and_asked_for_again_by_its_etag() {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in [
        ("umclique.js", &b"plain"[..]),
        ("umclique.js.br", b"brotli"),
        ("umclique.js.gz", b"gzip"),
        ("umclique_bg.wasm", b"\0asm"),
        ("umclique-0123456789abcdef.wasm", b"\0asm"),
        ("secret.env", b"no"),
    ] {
        std::fs::write(folder.path().join(name), bytes).expect("written");
    }
    let shop = shop(NOWHERE, folder.path(), None).await;
    let file = |name: &str| format!("{}/umclique/{name}", shop.url());
    for (accepted, body, encoding) in
        [("gzip, br", "brotli", "br"), ("gzip", "gzip", "gzip"), ("identity", "plain", ""), ("br;q=0", "plain", "")]
    {
        let request = client().get(file("umclique.js")).header("accept-encoding", accepted);
        let answer = request.send().await.expect("the shop answers");
        assert_eq!(header(&answer, "content-encoding"), encoding, "{accepted}");
        assert_eq!(header(&answer, "vary"), "accept-encoding");
        assert_eq!(header(&answer, "content-type"), "text/javascript; charset=utf-8");
        assert_eq!(header(&answer, "cache-control"), "no-cache");
        let etag = header(&answer, "etag");
        assert_eq!(answer.text().await.expect("text"), body, "{accepted}");
        let request =
            client().get(file("umclique.js")).header("accept-encoding", accepted).header("if-none-match", etag);
        assert_eq!(request.send().await.expect("the shop answers").status(), 304, "{accepted}");
    }
    let wasm = get(&file("umclique_bg.wasm")).await;
    assert_eq!(header(&wasm, "content-type"), "application/wasm");
    for versioned in ["umclique-0123456789abcdef.wasm", "umclique_bg.wasm?v=1"] {
        let answer = get(&file(versioned)).await;
        assert_eq!(header(&answer, "cache-control"), "public, max-age=31536000, immutable", "{versioned}");
    }
    for outside in ["secret.env", "none.js", "..%2fCargo.toml", "%2e%2e/x.js", "a%00.js"] {
        assert_eq!(get(&file(outside)).await.status(), 404, "{outside}");
    }
}
