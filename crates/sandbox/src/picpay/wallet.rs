//! A buyer's wallet: where the money of a charge comes from and goes back to. Balance first, where the buyer wants that, the
//! rest from the card. Source: PicPay "Process payments". Plain sums; who may move them is in `life.rs`.

use serde::{Deserialize, Serialize};

/// What a charge took, or what a refund gives back, by origin; cents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub(super) struct Funds {
    #[serde(rename = "balance_minor")]
    pub(super) balance: i64,
    #[serde(rename = "card_minor")]
    pub(super) card: i64,
}

impl Funds {
    /// The first `amount` of it: balance first, as it was taken.
    pub(super) fn first(self, amount: i64) -> Self {
        let balance = self.balance.min(amount);
        Self { balance, card: amount - balance }
    }

    /// The last `amount` of it: the card's part first. Undocumented in which order a mixed payment goes back; we assume it.
    pub(super) fn last(self, amount: i64) -> Self {
        let card = self.card.min(amount);
        Self { balance: amount - card, card }
    }
}

impl std::ops::Add for Funds {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { balance: self.balance + other.balance, card: self.card + other.card }
    }
}

impl std::ops::Sub for Funds {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { balance: self.balance - other.balance, card: self.card - other.card }
    }
}

/// What the buyer's card says when it is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Card {
    /// Pays up to its limit.
    Active,
    /// The buyer has none.
    None,
    /// Its issuer is out of reach.
    Unavailable,
    /// Expired, or removed at its issuer.
    Invalid,
    /// Its issuer says no.
    Declines,
}

/// The state of the whole account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Account {
    Active,
    OnHold,
    Closed,
}

/// Why a wallet does not pay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decline {
    InsufficientFunds,
    FundingSourceUnavailable,
    InvalidFundingSource,
    AccountClosed,
    AccountOnHold,
    Unauthorized,
}

/// A wallet; cents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Wallet {
    pub(super) balance_minor: i64,
    /// Whether the balance pays at all.
    pub(super) use_balance: bool,
    pub(super) card: Card,
    /// The most that may be on the card at one time; none: as much as anybody asks.
    pub(super) card_limit_minor: Option<i64>,
    /// What is on the card now.
    pub(super) card_used_minor: i64,
    pub(super) account: Account,
}

impl Default for Wallet {
    fn default() -> Self {
        Self {
            balance_minor: 0,
            use_balance: true,
            card: Card::Active,
            card_limit_minor: None,
            card_used_minor: 0,
            account: Account::Active,
        }
    }
}

impl Wallet {
    /// Takes an amount, or says why not; then nothing is taken.
    pub(super) fn take(&mut self, amount: i64) -> Result<Funds, Decline> {
        match self.account {
            Account::Closed => return Err(Decline::AccountClosed),
            Account::OnHold => return Err(Decline::AccountOnHold),
            Account::Active => {}
        }
        let balance = if self.use_balance { self.balance_minor.min(amount) } else { 0 };
        let funds = Funds { balance, card: amount - balance };
        if funds.card > 0 {
            self.ask_card(funds.card)?;
        }
        self.balance_minor -= funds.balance;
        self.card_used_minor += funds.card;
        Ok(funds)
    }

    fn ask_card(&self, amount: i64) -> Result<(), Decline> {
        match self.card {
            Card::Active => {
                let left = self.card_limit_minor.map(|limit| limit - self.card_used_minor);
                if left.is_some_and(|left| amount > left) { Err(Decline::InsufficientFunds) } else { Ok(()) }
            }
            Card::None => Err(Decline::InsufficientFunds),
            Card::Unavailable => Err(Decline::FundingSourceUnavailable),
            Card::Invalid => Err(Decline::InvalidFundingSource),
            Card::Declines => Err(Decline::Unauthorized),
        }
    }

    /// Gives back to where it came from, whatever the state of card and account.
    pub(super) fn give_back(&mut self, funds: Funds) {
        self.balance_minor += funds.balance;
        self.card_used_minor -= funds.card;
    }
}

#[cfg(test)]
mod tests {
    use super::{Account, Card, Decline, Funds, Wallet};

    fn wallet(balance_minor: i64) -> Wallet {
        Wallet { balance_minor, ..Wallet::default() }
    }

    #[test]
    fn the_balance_pays_first_and_the_card_the_rest() {
        let mut wallet = wallet(1_900);
        assert_eq!(wallet.take(6_000), Ok(Funds { balance: 1_900, card: 4_100 }));
        assert_eq!((wallet.balance_minor, wallet.card_used_minor), (0, 4_100));
        wallet.give_back(Funds { balance: 1_900, card: 4_100 });
        assert_eq!((wallet.balance_minor, wallet.card_used_minor), (1_900, 0));
    }

    #[test]
    fn a_wallet_that_does_not_pay_says_why_and_loses_nothing() {
        let table: [(Wallet, Decline); 6] = [
            (Wallet { card: Card::None, ..wallet(100) }, Decline::InsufficientFunds),
            (Wallet { card_limit_minor: Some(50), ..wallet(100) }, Decline::InsufficientFunds),
            (Wallet { card: Card::Unavailable, ..wallet(100) }, Decline::FundingSourceUnavailable),
            (Wallet { card: Card::Invalid, ..wallet(100) }, Decline::InvalidFundingSource),
            (Wallet { card: Card::Declines, ..wallet(100) }, Decline::Unauthorized),
            (Wallet { account: Account::OnHold, ..wallet(100_000) }, Decline::AccountOnHold),
        ];
        for (before, why) in table {
            let mut wallet = before.clone();
            assert_eq!(wallet.take(200), Err(why));
            assert_eq!(wallet, before, "{why:?}");
        }
        // The card is asked only where the balance does not do.
        assert!(Wallet { card: Card::Declines, ..wallet(200) }.take(200).is_ok());
        assert!(Wallet { use_balance: false, card: Card::None, ..wallet(200) }.take(200).is_err());
    }

    #[test]
    fn a_part_is_captured_from_the_balance_and_given_back_to_the_card_first() {
        let funds = Funds { balance: 1_900, card: 4_100 };
        assert_eq!(funds.first(4_000), Funds { balance: 1_900, card: 2_100 });
        assert_eq!(funds.last(5_000), Funds { balance: 900, card: 4_100 });
        assert_eq!(funds.last(5_000) + (funds - funds.last(5_000)), funds);
    }
}
