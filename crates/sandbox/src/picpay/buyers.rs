//! The buyers that PicPay knows: the demo ones, each with a wallet that answers differently, and those that control adds.

use std::collections::BTreeMap;

use serde::Serialize;

use super::wallet::{Account, Card, Wallet};

/// Somebody with a PicPay account.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Buyer {
    #[serde(rename = "buyer")]
    pub(super) id: String,
    pub(super) name: String,
    pub(super) email: String,
    pub(super) birth_date: String,
    /// `sub` of the user info.
    pub(super) subject: String,
    pub(super) wallet: Wallet,
}

impl Buyer {
    /// Somebody whom control invents.
    pub(super) fn named(id: &str, number: usize) -> Self {
        Self {
            id: id.to_owned(),
            name: format!("Buyer {id}"),
            email: format!("{id}@example.com"),
            birth_date: "1990-05-17".to_owned(),
            subject: format!("f:3f0c2a1e-7d52-4a57-9b0e-6a1f5a4e2b10:{}", 1_042 + number),
            wallet: Wallet::default(),
        }
    }

    /// The account as somebody else may see it: `a••@example.com`.
    pub(super) fn masked_account(&self) -> String {
        let (user, host) = self.email.split_once('@').unwrap_or((&self.email, ""));
        let first = user.chars().next().unwrap_or('•');
        format!("{first}••@{host}")
    }
}

/// The demo buyers by id. Alphabetical, which is also the order in which they become odd.
pub(super) fn demo_buyers() -> BTreeMap<String, Buyer> {
    let usual = Wallet::default;
    let list: [(&str, &str, Wallet); 8] = [
        // 60.00 is paid with 19.00 of balance and 41.00 by card.
        ("ana", "Ana Souza", Wallet { balance_minor: 1_900, ..usual() }),
        ("bruno", "Bruno Lima", Wallet { balance_minor: 50_000, card: Card::None, ..usual() }),
        (
            "carla",
            "Carla Dias",
            Wallet { balance_minor: 5_000, use_balance: false, card_limit_minor: Some(10_000), ..usual() },
        ),
        ("diego", "Diego Alves", Wallet { card: Card::Unavailable, ..usual() }),
        ("elisa", "Elisa Rocha", Wallet { card: Card::Invalid, ..usual() }),
        ("fabio", "Fábio Nunes", Wallet { account: Account::Closed, ..usual() }),
        ("gabi", "Gabi Castro", Wallet { account: Account::OnHold, ..usual() }),
        ("heitor", "Heitor Melo", Wallet { card: Card::Declines, ..usual() }),
    ];
    let buyer = |(number, (id, name, wallet)): (usize, (&str, &str, Wallet))| {
        (id.to_owned(), Buyer { name: name.to_owned(), wallet, ..Buyer::named(id, number) })
    };
    list.into_iter().enumerate().map(buyer).collect()
}

#[cfg(test)]
mod tests {
    use super::demo_buyers;

    #[test]
    fn an_account_is_shown_without_what_would_betray_it() {
        let ana = demo_buyers().remove("ana").expect("a demo buyer");
        assert_eq!(ana.masked_account(), "a••@example.com");
    }
}
