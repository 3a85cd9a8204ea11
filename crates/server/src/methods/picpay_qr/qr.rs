//! The code that the buyer will pay: unwrapped, read, and compared with the order before anybody sees it.
//!
//! Called by `create`. The image comes from outside: all work on it is bounded by `umclique_qr` and kept off the
//! threads that answer requests. Decides nothing about the payment; says only whether its code may be shown.

use super::amount::decimal;
use crate::clock::{brazil_day_end_ms, rfc3339};
use umclique_qr::payload::{self, Payload};
use umclique_wire::ShowQr;

/// What the code should be.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// What the payer is asked for, fees included.
    pub(super) payer_minor: u64,
    /// Whom the buyer is told to pay where the code names nobody.
    pub(super) merchant: String,
    /// Hosts beside picpay.com to which a code may lead.
    pub(super) link_hosts: Vec<String>,
    /// The last day on which it can be paid.
    pub(super) expires_on: String,
}

/// The code as it may be shown, or why it may not.
pub(super) async fn examine(code: Option<String>, order: Order) -> Result<ShowQr, String> {
    let code = code.filter(|code| !code.is_empty()).ok_or("the answer holds no code")?;
    let lost = |_| "the code could not be examined".to_owned();
    let (code, png) = tokio::task::spawn_blocking(move || {
        let png = umclique_qr::unwrap::unwrap(&code);
        (code, png)
    })
    .await
    .map_err(lost)?;
    let png = png.map_err(|error| format!("the code's image cannot be used: {error}"))?;
    match tokio::task::spawn_blocking(move || umclique_qr::read::read(&png)).await {
        Ok(Ok(Some(text))) => shown(text.trim(), &order),
        Ok(Err(error)) => Err(format!("the code's image cannot be used: {error}")),
        // A valid image in which nothing can be read is shown as it came. So is one that the reader stumbles over: its
        // outside has been checked.
        Ok(Ok(None)) | Err(_) => Ok(with(&order, None, Some(code), None, None)),
    }
}

/// Compares what the code says with the order.
fn shown(text: &str, order: &Order) -> Result<ShowQr, String> {
    let content = payload::parse(text);
    if let Some(minor) = content.amount_minor().filter(|minor| *minor != order.payer_minor) {
        return Err(format!("the code asks for {} and should ask for {}", decimal(minor), decimal(order.payer_minor)));
    }
    let app_url = match &content {
        Payload::BrokenBrCode(error) => return Err(format!("the code is not valid: {error}")),
        Payload::PixBrCode(_) => None,
        Payload::PicpayLink(link) if link.host.is_empty() => None,
        Payload::PicpayLink(link) if is_allowed(&link.host, order) => Some(link.url.clone()),
        Payload::PicpayLink(_) | Payload::Other => allowed_link(text, order)?,
    };
    let payee = match &content {
        Payload::PixBrCode(code) => readable(&code.name),
        Payload::BrokenBrCode(_) | Payload::PicpayLink(_) | Payload::Other => None,
    };
    Ok(with(order, Some(text.to_owned()), None, app_url, payee))
}

/// A link to a host that the configuration allows, or a text that is no link at all.
fn allowed_link(text: &str, order: &Order) -> Result<Option<String>, String> {
    if !text.chars().all(|c| c.is_ascii_graphic()) {
        return Err("the code holds characters that no payment code has".to_owned());
    }
    let is_link = text.contains(':') || text.starts_with("//") || text.to_ascii_lowercase().starts_with("www.");
    if !is_link {
        return Ok(None);
    }
    let url = reqwest::Url::parse(text).ok().filter(|url| {
        url.scheme() == "https" && url.username().is_empty() && url.password().is_none() && url.port().is_none()
    });
    let host = url.as_ref().and_then(reqwest::Url::host_str).filter(|host| is_allowed(host, order));
    // Not the text itself: programs disagree about odd addresses, and this one was checked.
    host.map(|_| url.as_ref().map(ToString::to_string)).ok_or_else(|| "the code leads to another site".to_owned())
}

fn is_allowed(host: &str, order: &Order) -> bool {
    let is_at_or_below = |parent: &str| {
        let rest = host.strip_suffix(parent);
        !parent.is_empty() && rest.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
    };
    is_at_or_below("picpay.com") || order.link_hosts.iter().any(|allowed| is_at_or_below(&allowed.to_ascii_lowercase()))
}

/// A name without what could turn or hide the text around it.
fn readable(name: &str) -> Option<String> {
    let is_hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    let name: String = name.chars().filter(|c| !is_hidden(*c)).take(100).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn with(
    order: &Order,
    payload: Option<String>,
    image: Option<String>,
    app_url: Option<String>,
    payee: Option<String>,
) -> ShowQr {
    let expires_at = brazil_day_end_ms(&order.expires_on).map(rfc3339).unwrap_or_default();
    ShowQr {
        payload,
        image,
        app_url,
        expires_on: order.expires_on.clone(),
        expires_at,
        payee: payee.unwrap_or_else(|| order.merchant.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BR_CODE: &str = "00020101021226760014br.gov.bcb.pix2554pix.example.com/qr/v2/9d36b84fc70b478fb95c12729b90ca255204000053039865406123.455802BR5912LOJA EXEMPLO6009SAO PAULO62130509PA00000016304CE54";

    fn order(payer_minor: u64) -> Order {
        Order {
            payer_minor,
            merchant: "Loja da Ana".to_owned(),
            link_hosts: vec!["pay.example".to_owned()],
            expires_on: "2025-03-07".to_owned(),
        }
    }

    #[test]
    fn a_br_code_is_shown_when_it_asks_for_what_the_payer_owes() {
        let qr = shown(BR_CODE, &order(12_345)).expect("it fits");
        assert_eq!((qr.payload.as_deref(), qr.image, qr.app_url), (Some(BR_CODE), None, None));
        assert_eq!((qr.payee.as_str(), qr.expires_at.as_str()), ("LOJA EXEMPLO", "2025-03-08T03:00:00.000Z"));
        let why = shown(BR_CODE, &order(12_344)).expect_err("a centavo more");
        assert_eq!(why, "the code asks for 123.45 and should ask for 123.44");
        let damaged = BR_CODE.replace("LOJA", "LOJE");
        assert!(shown(&damaged, &order(12_345)).expect_err("wrong sum").contains("checksum"));
        let dollars = BR_CODE.replace("5303986", "5303840");
        assert!(shown(&dollars, &order(12_345)).is_err());
    }

    #[test]
    fn links_lead_to_picpay_or_to_an_allowed_host_only() {
        for (text, app_url) in [
            ("https://picpay.com/x", Some("https://picpay.com/x")),
            ("https://app.picpay.com/checkout/NjE1", Some("https://app.picpay.com/checkout/NjE1")),
            ("HTTPS://APP.PICPAY.COM/CHECKOUT/1", Some("HTTPS://APP.PICPAY.COM/CHECKOUT/1")),
            ("https://pay.example/1", Some("https://pay.example/1")),
            ("https://qr.pay.example/1", Some("https://qr.pay.example/1")),
            ("picpay://checkout/1", None),
            ("NjE1ZjQyYWE", None),
        ] {
            let qr = shown(text, &order(1)).expect(text);
            assert_eq!((qr.payload.as_deref(), qr.app_url.as_deref()), (Some(text), app_url), "{text}");
            assert_eq!(qr.payee, "Loja da Ana");
        }
        for text in [
            "http://app.picpay.com/1",
            "https://evilpicpay.com/1",
            "https://picpay.com.evil.example/1",
            "https://picpay.com@evil.example/1",
            "https://app.picpay.com:8443/1",
            "https://notpay.example/1",
            "https://evil.example/",
            "https://picpay.me/ana/0.01",
            "javascript:alert(1)",
            "//evil.example/x",
            "www.evil.example",
            "WWW.evil.example",
            "mailto:ana@example.com",
            "pague\u{202e}aqui",
            "two words",
        ] {
            assert!(shown(text, &order(1)).is_err(), "{text:?}");
        }
    }

    #[tokio::test]
    async fn damaged_and_missing_codes_are_not_shown() {
        for code in [None, Some(""), Some("!!!"), Some("aGVsbG8="), Some("H4sIAAAAAAACA+sM8HPn5ZLi")] {
            assert!(examine(code.map(str::to_owned), order(1)).await.is_err(), "{code:?}");
        }
    }

    #[tokio::test]
    async fn an_image_without_a_readable_code_is_shown_as_it_came() {
        let grey =
            "H4sIAAAAAAACA+sM8HPn5ZLiYmBg4PX0cAkC0owgzAEkGKzqZocCKS5PF8eQijnJCUA2EwOjx/olhSBZT1c/l3VOCU0AtJDcREMAAAA=";
        let qr = examine(Some(grey.to_owned()), order(1)).await.expect("a valid image");
        assert_eq!((qr.payload, qr.image.as_deref(), qr.payee.as_str()), (None, Some(grey), "Loja da Ana"));
    }
}
