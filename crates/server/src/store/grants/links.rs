//! Rows of `grant_links`: the account that a buyer of the shop pays with by one click.

use crate::args;
use crate::store::{Row, StoreError, Tx, word};
use umclique_wire::MethodKind;

/// A buyer's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The login.
    pub grant: String,
    /// The account as its owner may see it.
    pub masked_account: Option<String>,
    /// What the account says of its owner. Sealed.
    pub profile: Option<String>,
    /// The buyer must connect again.
    pub is_lapsed: bool,
    /// Business time.
    pub linked_at_ms: i64,
}

/// The accounts that a buyer pays with by one click, at most one for each method.
pub async fn links(tx: &mut Tx, buyer: &str) -> Result<Vec<(MethodKind, Link)>, StoreError> {
    let rows = tx
        .rows(
            "select l.method, l.grant_id, l.linked_at, g.masked_account, g.profile, g.lapsed_at from grant_links l \
             join grants g on g.id = l.grant_id where l.buyer_id = $1",
            args![buyer],
        )
        .await?;
    let read = |row: &Row| {
        let link = Link {
            grant: row.text("grant_id")?,
            masked_account: row.opt_text("masked_account")?,
            profile: row.opt_text("profile")?,
            is_lapsed: row.opt_int("lapsed_at")?.is_some(),
            linked_at_ms: row.int("linked_at")?,
        };
        Ok((word(row, "method", MethodKind::parse)?, link))
    };
    rows.iter().map(read).collect()
}

/// Links a buyer to an account, instead of any other.
pub async fn set_link(
    tx: &mut Tx,
    method: MethodKind,
    buyer: &str,
    grant: &str,
    now_ms: i64,
) -> Result<(), StoreError> {
    tx.execute(
        "insert into grant_links (method, buyer_id, grant_id, linked_at) values ($1, $2, $3, $4) \
         on conflict (method, buyer_id) do update set grant_id = excluded.grant_id, linked_at = excluded.linked_at \
         where grant_links.grant_id <> excluded.grant_id",
        args![method.as_str(), buyer, grant, now_ms],
    )
    .await?;
    Ok(())
}

/// Forgets a buyer's link, and what the account said of its owner where nobody else is linked to it. `false`: there was none.
pub async fn unlink(tx: &mut Tx, method: MethodKind, buyer: &str) -> Result<bool, StoreError> {
    let sql = "delete from grant_links where method = $1 and buyer_id = $2 returning grant_id";
    let Some(row) = tx.row(sql, args![method.as_str(), buyer]).await? else { return Ok(false) };
    tx.execute(
        "update grants set profile = null where id = $1 \
         and not exists (select 1 from grant_links l where l.grant_id = grants.id)",
        args![row.text("grant_id")?],
    )
    .await?;
    Ok(true)
}
