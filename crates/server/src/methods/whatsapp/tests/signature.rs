//! Who signed a post, and whose address it is. The vectors were made with another library: Python's `hmac`.

use super::super::signature::{challenge, is_signed};
use super::*;
use crate::methods::{Notice, Taken};
use axum::http::{HeaderMap, HeaderValue};

/// Bodies, and what the tests' secret makes of them.
const VECTORS: [(&str, &str); 3] = [
    (
        r#"{"object":"whatsapp_business_account","entry":[]}"#,
        "363eb3155135ebeaea16b6ae7ab090f5d325b86152f565b9e33920435181d2ef",
    ),
    (r#"{"name":"João 🛒"}"#, "ba864fd839aa379e26f5e16a2a94c0b006217668d0165936a0ed879e711ddf06"),
    (r#"{"name":"Jo\u00e3o \ud83d\uded2"}"#, "47872481ceb662fc6f24bd014289f7d117f31e901ef2af22d62af3eca9b00839"),
];

fn headers(signature: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert("x-hub-signature-256", HeaderValue::from_str(signature).expect("a header"));
    headers
}

fn take(signature: &str, body: &str) -> Taken {
    quiet().take(Notice { path: "webhook", headers: &headers(signature), body: body.as_bytes() })
}

#[test]
fn the_very_bytes_that_were_signed_are_kept() {
    for (body, hex) in VECTORS {
        assert_eq!(take(&format!("sha256={hex}"), body), Taken::Keep, "{body}");
    }
}

#[test]
fn whatever_else_is_forged() {
    let (body, hex) = VECTORS[1];
    let flipped = format!("{}{}", &hex[..63], if hex.ends_with('0') { '1' } else { '0' });
    for signature in [
        String::new(),
        "sha256=".to_owned(),
        hex.to_owned(),
        format!("sha1={hex}"),
        format!("sha256={flipped}"),
        format!("sha256={}", &hex[..62]),
        format!("sha256={hex}00"),
        format!("sha256={}", hex.to_uppercase()),
        format!("sha256= {hex}"),
        format!("sha256={}", "0".repeat(64)),
    ] {
        assert_eq!(take(&signature, body), Taken::Forged, "{signature}");
    }
    let good = format!("sha256={hex}");
    // Cut short, with one more byte, of the other spelling of the same text, or written again.
    for other in [&body[..body.len() - 1], &format!("{body} "), VECTORS[2].0, r#"{ "name": "João 🛒" }"#, ""] {
        assert_eq!(take(&good, other), Taken::Forged, "{other}");
    }
    let method = quiet();
    let unsigned = method.take(Notice { path: "webhook", headers: &HeaderMap::new(), body: body.as_bytes() });
    assert_eq!(unsigned, Taken::Forged);
    let mut twice = headers(&good);
    twice.append("x-hub-signature-256", HeaderValue::from_static("sha256=00"));
    assert_eq!(method.take(Notice { path: "webhook", headers: &twice, body: body.as_bytes() }), Taken::Forged);
    assert_eq!(
        method.take(Notice { path: "elsewhere", headers: &headers(&good), body: body.as_bytes() }),
        Taken::Foreign
    );
}

#[test]
fn two_secrets_are_good_while_one_replaces_the_other() {
    let (body, hex) = VECTORS[0];
    let signed = headers(&format!("sha256={hex}"));
    let with = |current: &str, previous: Option<&str>| WhatsappConfig {
        app_secret: current.into(),
        app_secret_previous: previous.map(Into::into),
        ..config("http://127.0.0.1:9")
    };
    for (current, previous, expected) in
        [(SECRET, None, true), ("new", Some(SECRET), true), (SECRET, Some("old"), true), ("new", Some("old"), false)]
    {
        assert_eq!(is_signed(&with(current, previous), &signed, body.as_bytes()), expected, "{current} {previous:?}");
    }
}

#[test]
fn the_address_is_ours_for_who_knows_the_word() {
    let config = config("http://127.0.0.1:9");
    let word = "hub.verify_token=word-of-the-tests";
    for (query, expected) in [
        (format!("hub.mode=subscribe&hub.challenge=1158201444&{word}"), Some("1158201444")),
        (format!("{word}&hub.challenge=a-B_9&hub.mode=subscribe&more=1"), Some("a-B_9")),
        ("hub_mode=subscribe&hub_challenge=1&hub_verify_token=word-of-the-tests".to_owned(), Some("1")),
        (format!("hub.mode=subscribe&hub.challenge=&{word}"), None),
        (format!("hub.mode=subscribe&{word}"), None),
        (format!("hub.mode=subscribe&hub.challenge=%3Cscript%3E&{word}"), None),
        (format!("hub.mode=subscribe&hub.challenge={}&{word}", "1".repeat(257)), None),
        (format!("hub.mode=unsubscribe&hub.challenge=1&{word}"), None),
        (format!("hub.mode=subscribe&hub.challenge=1&hub.challenge=2&{word}"), None),
        (format!("hub.mode=subscribe&hub.challenge=1&{word}&hub_verify_token=x"), None),
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=word-of-the-test".to_owned(), None),
        ("hub.mode=subscribe&hub.challenge=1&hub.verify_token=".to_owned(), None),
        ("hub.mode=subscribe&hub.challenge=1".to_owned(), None),
        (String::new(), None),
    ] {
        assert_eq!(challenge(&config, &query).as_deref(), expected, "{query}");
    }
}

#[test]
fn a_processors_signal_only_makes_us_ask() {
    let id = keys::new_attempt_id();
    let body = format!(r#"{{"type":"charge.updated","charge":"ch_1","reference":"{id}","new":1}}"#);
    let at = "1767225600";
    let hex = hex_mac("psp-secret-of-the-tests", &format!("{at}.{body}"));
    let take = |config: WhatsappConfig, signature: Option<&str>, body: &str| {
        let mut headers = HeaderMap::new();
        if let Some(signature) = signature {
            headers.insert("psp-signature", HeaderValue::from_str(signature).expect("a header"));
        }
        let method = Whatsapp::new(config, Clock::default()).expect("it works");
        method.take(Notice { path: "psp", headers: &headers, body: body.as_bytes() })
    };
    let own = || config("http://127.0.0.1:9");
    let good = format!("t={at},v1={hex}");
    let hint = || Taken::Hint(id.clone());
    for (signature, expected) in [
        (Some(good.clone()), hint()),
        (Some(format!("t={at}, v1={}, v1={hex}", "0".repeat(64))), hint()),
        (Some(format!("t=1767225601,v1={hex}")), Taken::Forged),
        (Some(format!("v1={hex}")), Taken::Forged),
        (Some(format!("t={at},v0={hex}")), Taken::Forged),
        (Some(format!("t={at},v1={}", hex.to_uppercase())), Taken::Forged),
        (Some(String::new()), Taken::Forged),
        (None, Taken::Forged),
    ] {
        assert_eq!(take(own(), signature.as_deref(), &body), expected, "{signature:?}");
    }
    assert_eq!(take(own(), Some(&good), &body.replace("ch_1", "ch_2")), Taken::Forged);
    // Without a secret anybody may make us ask, and nothing else.
    let open = || {
        let mut config = own();
        config.processor.webhook_secret = None;
        config
    };
    assert_eq!(take(open(), None, &body), hint());
    for nobodys in [r#"{"reference":"ped-1001"}"#, "{}", "[]", "no JSON", ""] {
        assert_eq!(take(open(), None, nobodys), Taken::Foreign, "{nobodys}");
    }
}

fn hex_mac(secret: &str, text: &str) -> String {
    use hmac::Mac as _;
    use std::fmt::Write as _;
    let mac = super::super::signature::mac(&secret.into(), &[text.as_bytes()]).finalize().into_bytes();
    mac.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
        hex
    })
}
