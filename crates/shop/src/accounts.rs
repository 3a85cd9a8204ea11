//! Whose accounts the shop has, and who is signed in to one. Used by the routes under `/shop/account`, and where an order is made.
//!
//! Whoever is signed in pays with the wallets and cards of that account, so the browser is never asked who it is: it shows a token
//! that nobody can guess, and everything else is known here. The demo has one account and no password.

use axum::http::{HeaderMap, header};
use serde::Serialize;
use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};
use uuid::Uuid;

/// The cookie that holds the token.
const COOKIE: &str = "umclique_shop_visit";
/// The oldest visits end beyond this number.
const MAX_VISITS: usize = 1_000;

/// Somebody who has bought here before.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Account {
    /// Stable, and never another person's: the merchant server keeps wallets and cards under it.
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) email: &'static str,
    /// E.164; also where the buyer's WhatsApp is.
    pub(crate) phone: &'static str,
}

/// The demo's only account.
static ACCOUNTS: [Account; 1] =
    [Account { id: "ana", name: "Ana Souza", email: "ana@example.com", phone: "+5511999990000" }];

/// A card that the shop's own card processor keeps. The shop knows no more of it than this.
#[derive(Debug, Serialize)]
pub(crate) struct Card {
    /// The processor's name for it, which in the sandbox also says how it behaves.
    pub(crate) psp_reference: &'static str,
    pub(crate) brand: &'static str,
    pub(crate) last_four_digits: &'static str,
}

/// The cards that Ana once paid with, and that can be stored for WhatsApp. The second one is declined.
pub(crate) static CARDS: [Card; 2] = [
    Card { psp_reference: "card_visa_4242", brand: "visa", last_four_digits: "4242" },
    Card { psp_reference: "card_declined", brand: "visa", last_four_digits: "0002" },
];

/// Who is signed in: each browser has a token of its own.
#[derive(Default)]
pub(crate) struct Visits {
    open: Mutex<VecDeque<(String, &'static Account)>>,
}

impl Visits {
    /// Signs in to the account with this id. Gives it with the cookie to set, or nothing if there is none.
    pub(crate) fn open(&self, account: &str) -> Option<(&'static Account, String)> {
        let account = ACCOUNTS.iter().find(|known| known.id == account)?;
        let token = Uuid::new_v4().simple().to_string();
        let cookie = format!("{COOKIE}={token}; Path=/shop; HttpOnly; SameSite=Lax");
        let mut open = self.lock();
        open.push_front((token, account));
        open.truncate(MAX_VISITS);
        Some((account, cookie))
    }

    /// Ends the browser's visit. Gives the cookie to set.
    pub(crate) fn close(&self, headers: &HeaderMap) -> String {
        if let Some(token) = token(headers) {
            self.lock().retain(|(known, _)| known != token);
        }
        format!("{COOKIE}=; Path=/shop; HttpOnly; SameSite=Lax; Max-Age=0")
    }

    /// Who sends these headers, if anybody is signed in.
    pub(crate) fn account(&self, headers: &HeaderMap) -> Option<&'static Account> {
        let token = token(headers)?;
        self.lock().iter().find(|(known, _)| known == token).map(|(_, account)| *account)
    }

    fn lock(&self) -> MutexGuard<'_, VecDeque<(String, &'static Account)>> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn token(headers: &HeaderMap) -> Option<&str> {
    let mut cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    cookies.find_map(|line| line.split("; ").find_map(|cookie| cookie.strip_prefix(COOKIE)?.strip_prefix('=')))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The headers of a browser that was told to set `cookie`.
    fn browser(cookie: &str) -> HeaderMap {
        let sent = format!("theme=dark; {}", cookie.split(';').next().unwrap_or_default());
        HeaderMap::from_iter([(header::COOKIE, sent.parse().expect("visible ASCII"))])
    }

    #[test]
    fn only_the_browser_that_signed_in_is_known() {
        let visits = Visits::default();
        let (account, cookie) = visits.open("ana").expect("an account");
        assert!(visits.open("bo").is_none());
        assert_eq!(visits.account(&browser(&cookie)), Some(account));
        for other in ["", COOKIE, "umclique_shop_visit=", "umclique_shop_visit=ana", "visit=1"] {
            assert_eq!(visits.account(&browser(other)), None, "{other}");
        }
        assert_eq!(visits.account(&HeaderMap::new()), None);
        visits.close(&browser(&cookie));
        assert_eq!(visits.account(&browser(&cookie)), None);
    }

    #[test]
    fn the_oldest_visits_end() {
        let visits = Visits::default();
        let (_, first) = visits.open("ana").expect("an account");
        for _ in 0..MAX_VISITS {
            visits.open("ana").expect("an account");
        }
        assert_eq!(visits.account(&browser(&first)), None);
    }
}
