//! Rows of `messages`: what buyers are told where they pay, written together with what it tells and sent afterwards. Those of
//! one payment go out in order, one at a time.

use super::due::Queue;
use super::{Row, StoreError, Tx, word};
use crate::methods::NewMessage;
use crate::{args, keys};
use serde_json::Value;
use umclique_wire::AttemptId;

/// A message.
#[derive(Clone, PartialEq)]
pub struct Message {
    /// Its id; later ones are greater.
    pub id: String,
    /// The payment that it is about.
    pub attempt: AttemptId,
    /// Once for each attempt.
    pub name: String,
    /// What is sent, as the method wrote it.
    pub body: Value,
    /// When it was written.
    pub created_at_ms: i64,
    /// How often it was tried.
    pub tries: u64,
    /// When the provider took it.
    pub sent_at_ms: Option<i64>,
    /// How far it came, in the provider's word.
    pub state: Option<String>,
    /// It was given up, and why.
    pub failure: Option<String>,
}

/// Never shows what it says.
impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message").field("id", &self.id).field("name", &self.name).finish_non_exhaustive()
    }
}

/// Adds a message, due at once. `false`: there is one of that name already.
pub async fn add(tx: &mut Tx, attempt: &AttemptId, message: &NewMessage, now_ms: i64) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "insert into messages (id, attempt_id, name, body, created_at, next_try_at) values ($1, $2, $3, $4, $5, $5) \
             on conflict (attempt_id, name) do nothing",
            args![keys::new_row_id(), attempt.as_str(), &message.name, message.body.to_string(), now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// A payment's messages, oldest first.
pub async fn list(tx: &mut Tx, attempt: &AttemptId) -> Result<Vec<Message>, StoreError> {
    let rows = tx.rows("select * from messages where attempt_id = $1 order by id", args![attempt.as_str()]).await?;
    rows.iter().map(read).collect()
}

/// Messages that wait: of each payment only the oldest that is not done.
pub static QUEUE: Queue<Message> = Queue {
    table: "messages",
    due: "next_try_at",
    only: " and not exists (select 1 from messages o where o.attempt_id = messages.attempt_id and o.id < messages.id \
           and o.next_try_at is not null)",
    counts: "tries = tries + 1",
    read,
    id: |it| &it.id,
};

/// Notes that the provider took it.
pub async fn sent(tx: &mut Tx, id: &str, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update messages set sent_at = $2, next_try_at = null, last_error = null, lease_until = 0 where id = $1",
        args![id, now_ms],
    )
    .await?;
    Ok(())
}

/// Notes that it was not taken, and when to try again.
pub async fn put_off(tx: &mut Tx, id: &str, error: &str, next_try_at_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update messages set next_try_at = $2, last_error = $3, lease_until = 0 where id = $1 and sent_at is null",
        args![id, next_try_at_ms, error],
    )
    .await?;
    Ok(())
}

/// Gives it up: another try would be refused too. `false`: it was given up before.
pub async fn fail(tx: &mut Tx, id: &str, why: &str) -> Result<bool, StoreError> {
    let sql = "update messages set failure = $2, next_try_at = null, lease_until = 0 where id = $1 and failure is null";
    Ok(tx.execute(sql, args![id, why]).await? == 1)
}

/// Notes how far it came. `false`: that is known, or there is no such message of this payment.
pub async fn note_state(tx: &mut Tx, attempt: &AttemptId, id: &str, state: &str) -> Result<bool, StoreError> {
    // A word that comes late does not go back: `read` stays.
    let sql = "update messages set state = $3 where id = $1 and attempt_id = $2 \
               and (state is null or (state <> $3 and state <> 'read' and $3 <> 'sent'))";
    Ok(tx.execute(sql, args![id, attempt.as_str(), state]).await? == 1)
}

fn read(row: &Row) -> Result<Message, StoreError> {
    Ok(Message {
        id: row.text("id")?,
        attempt: word(row, "attempt_id", |id| AttemptId::parse(id).ok())?,
        name: row.text("name")?,
        body: serde_json::from_str(&row.text("body")?)?,
        created_at_ms: row.int("created_at")?,
        tries: row.uint("tries")?,
        sent_at_ms: row.opt_int("sent_at")?,
        state: row.opt_text("state")?,
        failure: row.opt_text("failure")?,
    })
}
