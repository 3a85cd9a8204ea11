//! What is kept of a session's buyer beside the session: what pays by one click. Read with every session, so that methods
//! offer what is true now.

use super::credentials::{self, Credential};
use super::grants::{self, Link};
use super::sessions::Buyer;
use super::{StoreError, Tx};
use umclique_wire::MethodKind;

/// What is kept of one buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The accounts that the buyer linked, at most one for each method.
    pub links: Vec<(MethodKind, Link)>,
    /// The cards that the shop's processor keeps for the buyer, the newest first.
    pub cards: Vec<Credential>,
}

impl Known {
    /// The account that the buyer linked for a method.
    #[must_use]
    pub fn link(&self, kind: MethodKind) -> Option<&Link> {
        self.links.iter().find(|(known, _)| *known == kind).map(|(_, link)| link)
    }
}

/// More than a buyer has: a tap is checked against them, too.
const CARDS_AT_MOST: i64 = 100;

/// Reads what is kept of a buyer. The shop vouches for the id, and without one for the phone, which then finds the cards that
/// were stored without an id.
pub async fn of_buyer(tx: &mut Tx, buyer: &Buyer) -> Result<Known, StoreError> {
    let id = buyer.id.as_deref();
    let phone = buyer.phone.as_deref().filter(|_| id.is_none());
    let links = match id {
        Some(id) => grants::links(tx, id).await?,
        None => Vec::new(),
    };
    Ok(Known { links, cards: credentials::of_buyer(tx, id, phone, CARDS_AT_MOST).await? })
}
