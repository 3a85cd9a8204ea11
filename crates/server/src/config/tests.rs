//! What can be configured, and what is refused.

use super::*;
use crate::methods::picpay_wallet::Edition;

fn load(pairs: &[(&str, &str)]) -> Result<Config, ConfigError> {
    let least = [("UMCLIQUE_SECRET_KEYS", "sk_demo"), ("UMCLIQUE_SERVER_KEY", "0123456789abcdef0123456789abcdef")];
    let all = least.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Config::load(None, all)
}

#[test]
fn the_least_configuration_offers_no_method() {
    let config = load(&[]).expect("enough to start");
    assert!(config.epag.is_none());
    assert_eq!(config.database_url, "sqlite://umclique.db");
}

#[test]
fn a_bad_value_is_named_and_not_shown() {
    for (name, value) in [
        ("UMCLIQUE_SERVER_KEY", "too-short-secret"),
        ("UMCLIQUE_SECRET_KEYS", "pk_wrong-secret"),
        ("UMCLIQUE_LISTEN", "nowhere-secret"),
        ("UMCLIQUE_ADMIN_LISTEN", "0.0.0.0:9"),
        ("UMCLIQUE_ALLOWED_ORIGINS", "https://shop.example/secret"),
        ("UMCLIQUE_WEBHOOK_SECRETS", "whsec_secret"),
        ("UMCLIQUE_EPAG_BASE_URL", "secret"),
        ("UMCLIQUE_PUBLIC_URL", "ftp://secret"),
        ("UMCLIQUE_LOG_FORMAT", "secret"),
    ] {
        let error = load(&[(name, value)]).expect_err(name).to_string();
        assert!(error.contains(name), "{error} should name {name}");
        assert!(!error.contains("secret") || !value.contains("secret") || !error.contains(value), "{error}");
    }
}

#[test]
fn a_sandbox_clock_never_drives_a_real_provider() {
    let epag = [
        ("UMCLIQUE_SANDBOX_URL", "http://127.0.0.1:8090"),
        ("UMCLIQUE_EPAG_API_KEY", "k"),
        ("UMCLIQUE_EPAG_API_SECRET", "s"),
        ("UMCLIQUE_EPAG_CONTRACT_ID", "c"),
    ];
    let with = |base: &'static str| load(&[&epag[..], &[("UMCLIQUE_EPAG_BASE_URL", base)]].concat());
    assert!(with("http://127.0.0.1:8090/epag").is_ok());
    assert!(with("https://api.epag.io").is_err());
}

#[test]
fn an_unknown_setting_in_the_file_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("umclique.toml");
    std::fs::write(&path, "listn = \"127.0.0.1:1\"").expect("written");
    let error = Config::load(Some(&path), std::iter::empty()).expect_err("refused").to_string();
    assert!(error.contains("listn") && error.contains("admin_listen"), "{error}");
}

#[test]
fn picpay_needs_its_credential_and_a_key_for_the_vault() {
    let base = [("UMCLIQUE_PICPAY_BASE_URL", "https://api.picpay.com")];
    let whole = [
        ("UMCLIQUE_PICPAY_CLIENT_ID", "client"),
        ("UMCLIQUE_PICPAY_CLIENT_SECRET", "secret"),
        ("UMCLIQUE_VAULT_KEYS", "k1:AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA="),
    ];
    let picpay = load(&[&base[..], &whole].concat()).expect("whole").picpay.expect("offered");
    assert_eq!((picpay.edition, picpay.timeout_ms), (Edition::Current, 20_000));
    assert!(load(&whole).expect("enough to start").picpay.is_none(), "off without its address");
    for (at, (name, _)) in whole.iter().enumerate() {
        let rest: Vec<_> = whole.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, pair)| *pair).collect();
        let error = load(&[&base[..], &rest].concat()).expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
    }
    for (name, value) in [("UMCLIQUE_VAULT_KEYS", "k1:c2hvcnQ="), ("UMCLIQUE_PICPAY_EDITION", "newest")] {
        let error = load(&[&base[..], &whole, &[(name, value)]].concat()).expect_err(name).to_string();
        assert!(error.contains(name) && !error.contains(value), "{error}");
    }
}

#[test]
fn april_needs_exactly_one_key_of_ours() {
    let base = [("UMCLIQUE_APRIL_BASE_URL", "https://api.au.meetapril.io"), ("UMCLIQUE_APRIL_PUBLIC_KEY", "live_pk_a")];
    let with = |more: &[(&'static str, &'static str)]| load(&[&base[..], more].concat());
    let own = ("UMCLIQUE_APRIL_SECRET_KEY", "live_sk_a");
    let marketplace = ("UMCLIQUE_APRIL_MARKETPLACE_KEY", "live_api_a");
    let merchant = ("UMCLIQUE_APRIL_MERCHANT_ID", "mcht_Abc123Abc123Abc1");
    let config = with(&[own]).expect("a merchant's own key").april.expect("offered");
    assert_eq!((config.timeout_ms, config.request_3ds), (20_000, false));
    assert!(config.script_url.starts_with("https://checkout-v3.au.meetapril.io/"));
    assert!(with(&[marketplace, merchant]).is_ok());
    for (more, named) in [
        (&[][..], "UMCLIQUE_APRIL_SECRET_KEY"),
        (&[marketplace], "UMCLIQUE_APRIL_MERCHANT_ID"),
        (&[own, marketplace, merchant], "UMCLIQUE_APRIL_MARKETPLACE_KEY"),
        (&[own, ("UMCLIQUE_APRIL_REQUEST_3DS", "perhaps")], "UMCLIQUE_APRIL_REQUEST_3DS"),
    ] {
        let error = with(more).expect_err(named).to_string();
        assert!(error.contains(named), "{error}");
    }
}

#[test]
fn whatsapp_is_off_or_whole() {
    let whole = [
        ("UMCLIQUE_WHATSAPP_PHONE_NUMBER_ID", "100000000000001"),
        ("UMCLIQUE_WHATSAPP_ACCESS_TOKEN", "token"),
        ("UMCLIQUE_WHATSAPP_APP_SECRET", "secret"),
        ("UMCLIQUE_WHATSAPP_VERIFY_TOKEN", "word"),
        ("UMCLIQUE_PSP_BASE_URL", "https://shop.example/psp"),
        ("UMCLIQUE_PSP_TOKEN", "token"),
    ];
    assert!(load(&[]).expect("enough to start").whatsapp.is_none());
    let config = load(&whole).expect("whole");
    let whatsapp = config.whatsapp.as_ref().expect("offered");
    let usual = (whatsapp.base_url.as_str(), whatsapp.api_version.as_str(), whatsapp.template_language.as_str());
    assert_eq!(usual, ("https://graph.facebook.com", "v24.0", "pt_BR"));
    assert_eq!(config.lease_ms(), 90_000);
    // Any of them alone names what else is needed.
    for (at, (name, _)) in whole.iter().enumerate() {
        let rest: Vec<_> = whole.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, pair)| *pair).collect();
        let error = load(&rest).expect_err(name).to_string();
        assert!(error.contains(name), "{error}");
        assert!(load(&whole[at..=at]).is_err(), "{name} alone is half a configuration");
    }
    // A lease outlasts the slower of the two.
    let slow = [("UMCLIQUE_WHATSAPP_TIMEOUT_MS", "1000"), ("UMCLIQUE_PSP_TIMEOUT_MS", "2000")];
    assert_eq!(load(&[&whole[..], &slow].concat()).expect("whole").lease_ms(), 9_000);
    // The sandbox's clock drives neither Meta nor a real processor.
    let sandbox = ("UMCLIQUE_SANDBOX_URL", "http://127.0.0.1:8090");
    let local = ("UMCLIQUE_WHATSAPP_BASE_URL", "http://127.0.0.1:8090/whatsapp");
    let with = |more: &[(&'static str, &'static str)]| load(&[&whole[..], more].concat());
    assert!(with(&[sandbox]).is_err() && with(&[sandbox, local]).is_err());
    assert!(with(&[sandbox, local, ("UMCLIQUE_PSP_BASE_URL", "http://127.0.0.1:8090/psp")]).is_ok());
}
