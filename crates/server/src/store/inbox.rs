//! Rows of `inbox`: what providers posted and signed, kept before it was answered. Nobody tells it twice for sure, so it is
//! worked on until it is done.

use super::due::Queue;
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

/// Posts that wait to be worked on.
pub static QUEUE: Queue<Post> =
    Queue { table: "inbox", due: "next_try_at", only: "", counts: "tries = tries + 1", read, id: |it| &it.id };

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
