//! `GET /oauth2/userinfo`: whose account a login is, and what it says of its owner. Pure. Source: PicPay "User info".

use crate::keys;
use crate::payments::create::{is_birth_date, is_email};
use crate::vault::grants::Account;
use crate::vault::profile::Profile;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;

/// What the user info tells. Nothing that a shop could not send of its buyer itself is believed.
pub(super) fn account(body: &str, now_ms: i64) -> Account {
    #[derive(Deserialize)]
    struct User {
        sub: Option<String>,
        email: Option<String>,
        birthdate: Option<String>,
    }
    let Ok(user) = serde_json::from_str::<User>(body) else { return Account::default() };
    let email = user.email.filter(|email| is_email(email));
    let birth_date = user.birthdate.filter(|day| is_birth_date(day, now_ms));
    Account {
        hash: user.sub.filter(|sub| !sub.is_empty()).map(|sub| keys::sha256_hex(&sub)),
        masked: email.as_deref().map(crate::payments::view::mask_email),
        profile: Profile { email, birth_date },
    }
}

/// Where the user info does not answer, the token says whose account it is; then mask and profile are missing.
pub(super) fn account_of_token(token: &str) -> Account {
    Account { hash: subject(token).map(|sub| keys::sha256_hex(&sub)), ..Account::default() }
}

/// The `sub` of a JWT. Not verified: it came from PicPay itself, for a code of ours, and opens nothing.
fn subject(token: &str) -> Option<String> {
    #[derive(Deserialize)]
    struct Claims {
        sub: String,
    }
    let claims = URL_SAFE_NO_PAD.decode(token.split('.').nth(1)?).ok()?;
    let claims: Claims = serde_json::from_slice(&claims).ok()?;
    Some(claims.sub).filter(|sub| !sub.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_says_whose_it_is_or_nothing() {
        let token = |claims: &str| format!("eyJhbGciOiJSUzI1NiJ9.{}.sig", URL_SAFE_NO_PAD.encode(claims));
        assert_eq!(subject(&token(r#"{"sub":"f:3f0c:1042"}"#)).as_deref(), Some("f:3f0c:1042"));
        for other in
            [token("{}"), token(r#"{"sub":""}"#), "eyJhbGciOiJSUzI1NiJ9.e30.sig".into(), "x".into(), "a.é.b".into()]
        {
            assert_eq!(subject(&other), None, "{other}");
        }
    }

    /// 2025-03-04T13:15:30Z
    const NOW_MS: i64 = 1_741_094_130_000;

    #[test]
    fn an_account_is_told_by_a_hash_and_a_mask_and_what_a_form_can_use() {
        let told = account(r#"{"sub":"f:3f0c:1042","email":"ana@example.com","birthdate":"1990-05-17"}"#, NOW_MS);
        assert_eq!(told.masked.as_deref(), Some("a•••@example.com"));
        assert_eq!(told.hash, Some(keys::sha256_hex("f:3f0c:1042")));
        let (email, birth_date) = (Some("ana@example.com".to_owned()), Some("1990-05-17".to_owned()));
        assert_eq!(told.profile, Profile { email, birth_date });
        for body in ["", "[]", r#"{"sub":1}"#, r#"{"sub":""}"#] {
            assert_eq!(account(body, NOW_MS), Account::default(), "{body}");
        }
    }

    #[test]
    fn what_no_form_would_take_is_not_kept() {
        for body in [
            r#"{"email":"ana","birthdate":"17/05/1990"}"#,
            r#"{"email":"ana\n@example.com","birthdate":"2025-03-05"}"#,
            r#"{"email":"","birthdate":""}"#,
            r#"{"email":null,"birthdate":"1890-01-01"}"#,
        ] {
            let told = account(body, NOW_MS);
            assert!(told.profile.is_empty() && told.masked.is_none(), "{body}");
        }
    }
}
