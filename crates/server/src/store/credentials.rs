//! Rows of `credentials`: cards that the shop's own payment processor keeps. Never a card number: the last four digits, and the
//! processor's name for it.

use super::{Row, StoreError, Tx, word};
use crate::args;
use umclique_wire::CredentialId;

/// A stored card.
#[derive(Clone, PartialEq, Eq)]
pub struct Credential {
    /// Our id, which is also what the messenger shows back to us.
    pub id: CredentialId,
    /// Whom to write to: E.164 with its plus sign.
    pub phone: String,
    /// The shop's own id of the buyer.
    pub buyer: Option<String>,
    /// As its owner knows it.
    pub last_four: String,
    /// The card's brand, as the shop wrote it.
    pub brand: String,
    /// The processor's name for it.
    pub psp_reference: String,
    /// Unix milliseconds.
    pub created_at_ms: i64,
}

/// Never shows whom it belongs to, or what charges it.
impl std::fmt::Debug for Credential {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credential").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Stores a card.
pub async fn insert(tx: &mut Tx, credential: &Credential) -> Result<(), StoreError> {
    tx.execute(
        "insert into credentials (id, phone, buyer_id, last_four, brand, psp_reference, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7)",
        args![
            credential.id.as_str(),
            &credential.phone,
            credential.buyer.clone(),
            &credential.last_four,
            &credential.brand,
            &credential.psp_reference,
            credential.created_at_ms,
        ],
    )
    .await?;
    Ok(())
}

/// Reads a card.
pub async fn get(tx: &mut Tx, id: &CredentialId) -> Result<Option<Credential>, StoreError> {
    let row = tx.row("select * from credentials where id = $1", args![id.as_str()]).await?;
    row.as_ref().map(read).transpose()
}

/// A buyer's cards, the newest first: of the shop's buyer, or, where `buyer` is absent, those of a phone that were stored
/// without a buyer.
pub async fn of_buyer(
    tx: &mut Tx,
    buyer: Option<&str>,
    phone: Option<&str>,
    limit: i64,
) -> Result<Vec<Credential>, StoreError> {
    let rows = match (buyer, phone) {
        (Some(buyer), _) => {
            let sql = "select * from credentials where buyer_id = $1 order by created_at desc, id desc limit $2";
            tx.rows(sql, args![buyer, limit]).await?
        }
        (None, Some(phone)) => {
            let sql = "select * from credentials where buyer_id is null and phone = $1 \
                       order by created_at desc, id desc limit $2";
            tx.rows(sql, args![phone, limit]).await?
        }
        (None, None) => Vec::new(),
    };
    rows.iter().map(read).collect()
}

/// Forgets a card. `false`: there was none.
pub async fn delete(tx: &mut Tx, id: &CredentialId) -> Result<bool, StoreError> {
    Ok(tx.execute("delete from credentials where id = $1", args![id.as_str()]).await? == 1)
}

fn read(row: &Row) -> Result<Credential, StoreError> {
    Ok(Credential {
        id: word(row, "id", |id| CredentialId::parse(id).ok())?,
        phone: row.text("phone")?,
        buyer: row.opt_text("buyer_id")?,
        last_four: row.text("last_four")?,
        brand: row.text("brand")?,
        psp_reference: row.text("psp_reference")?,
        created_at_ms: row.int("created_at")?,
    })
}
