//! Rows of `inbox`: what providers posted and signed, kept before it was answered. Nobody tells it twice for sure, so it is
//! worked on until it is done.

use super::{Row, StoreError, Tx, word};
use crate::{args, keys};
use umclique_wire::MethodKind;

/// A kept post.
#[derive(Clone, PartialEq, Eq)]
pub struct Post {
    /// Its id; later ones are greater.
    pub id: String,
    /// Whose provider posted it.
    pub method: MethodKind,
    /// As it came.
    pub body: String,
    /// How often it was tried.
    pub tries: u64,
}

/// Never shows what it says.
impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Post").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Keeps a post, due at once.
pub async fn add(tx: &mut Tx, method: MethodKind, body: &str, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "insert into inbox (id, method, body, created_at, next_try_at) values ($1, $2, $3, $4, $4)",
        args![keys::new_row_id(), method.as_str(), body, now_ms],
    )
    .await?;
    Ok(())
}

/// Whether a post is due, so that nobody writes in vain.
pub async fn has_due(tx: &mut Tx, now_ms: i64, real_ms: i64) -> Result<bool, StoreError> {
    let sql = "select id from inbox where next_try_at <= $1 and lease_until <= $2 limit 1";
    Ok(tx.row(sql, args![now_ms, real_ms]).await?.is_some())
}

/// Takes up to `limit` posts that are due, the oldest first.
pub async fn claim_due(
    tx: &mut Tx,
    now_ms: i64,
    real_ms: i64,
    lease_until_real_ms: i64,
    limit: i64,
) -> Result<Vec<Post>, StoreError> {
    let sql = format!(
        "update inbox set lease_until = $3, tries = tries + 1 where id in (select id from inbox \
         where next_try_at <= $1 and lease_until <= $2 order by next_try_at, id limit $4{}) returning *",
        tx.skip_locked()
    );
    let rows = tx.rows_built(sql, args![now_ms, real_ms, lease_until_real_ms, limit]).await?;
    let mut posts: Vec<_> = rows.iter().map(read).collect::<Result<_, _>>()?;
    posts.sort_by(|one: &Post, other| one.id.cmp(&other.id));
    Ok(posts)
}

/// Notes that all of it was worked on. What it said is forgotten: it tells who buys.
pub async fn done(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), StoreError> {
    let sql = "update inbox set done_at = $2, next_try_at = null, lease_until = 0, last_error = null where id = $1";
    tx.execute(sql, args![id, now_ms]).await?;
    Ok(())
}

/// Notes that it was not, and when to try again; `None`: it cannot be, and a person may read it.
pub async fn failed(tx: &mut Tx, id: &str, error: &str, next_try_at_ms: Option<i64>) -> Result<(), StoreError> {
    tx.execute(
        "update inbox set next_try_at = $2, last_error = $3, lease_until = 0 where id = $1",
        args![id, next_try_at_ms, error],
    )
    .await?;
    Ok(())
}

/// Forgets what was worked on before a moment.
pub async fn forget(tx: &mut Tx, before_ms: i64) -> Result<(), StoreError> {
    tx.execute("delete from inbox where done_at < $1", args![before_ms]).await?;
    Ok(())
}

fn read(row: &Row) -> Result<Post, StoreError> {
    Ok(Post {
        id: row.text("id")?,
        method: word(row, "method", MethodKind::parse)?,
        body: row.text("body")?,
        tries: row.uint("tries")?,
    })
}
