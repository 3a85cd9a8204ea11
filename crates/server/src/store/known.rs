//! What is kept of a session's buyer beside the session: what pays by one click. Read with every session, so that methods
//! offer what is true now.

use super::grants::{self, Link};
use super::sessions::Buyer;
use super::{StoreError, Tx};
use umclique_wire::MethodKind;

/// What is kept of one buyer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// The accounts that the buyer linked, at most one for each method.
    pub links: Vec<(MethodKind, Link)>,
}

impl Known {
    /// The account that the buyer linked for a method.
    #[must_use]
    pub fn link(&self, kind: MethodKind) -> Option<&Link> {
        self.links.iter().find(|(known, _)| *known == kind).map(|(_, link)| link)
    }
}

/// Reads what is kept of a buyer: nothing of one whom the shop does not know.
pub async fn of_buyer(tx: &mut Tx, buyer: &Buyer) -> Result<Known, StoreError> {
    let Some(id) = &buyer.id else { return Ok(Known::default()) };
    Ok(Known { links: grants::links(tx, id).await? })
}
