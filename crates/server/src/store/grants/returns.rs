//! Rows of `grant_returns`: browsers that came back from a provider's page, once for each round of an attempt.

use crate::args;
use crate::store::{StoreError, Tx, word};
use umclique_wire::{AttemptId, SessionId};

/// A browser that came back with a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The login that came of it.
    pub grant: String,
    /// SHA-256 of the code that went on in the browser's address, in hex.
    pub code_hash: String,
}

/// The round that a browser came back for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visited {
    /// The attempt.
    pub attempt: AttemptId,
    /// Its round.
    pub round: u32,
    /// The account as its owner may see it.
    pub masked_account: Option<String>,
}

/// A browser came back for a round. `false`: one did before, and this one changes nothing.
pub async fn claim_return(tx: &mut Tx, attempt: &AttemptId, round: u32, now_ms: i64) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "insert into grant_returns (attempt_id, round, created_at) values ($1, $2, $3) on conflict do nothing",
            args![attempt.as_str(), i64::from(round), now_ms],
        )
        .await?;
    Ok(touched == 1)
}

/// What came of the return.
pub async fn fill_return(tx: &mut Tx, attempt: &AttemptId, round: u32, returned: &Returned) -> Result<(), StoreError> {
    tx.execute(
        "update grant_returns set grant_id = $3, code_hash = $4 where attempt_id = $1 and round = $2",
        args![attempt.as_str(), i64::from(round), &returned.grant, &returned.code_hash],
    )
    .await?;
    Ok(())
}

/// The browser that came back for a round with a consent.
pub async fn returned(tx: &mut Tx, attempt: &AttemptId, round: u32) -> Result<Option<Returned>, StoreError> {
    let row = tx
        .row(
            "select grant_id, code_hash from grant_returns where attempt_id = $1 and round = $2 \
             and grant_id is not null and code_hash is not null",
            args![attempt.as_str(), i64::from(round)],
        )
        .await?;
    row.map(|row| Ok(Returned { grant: row.text("grant_id")?, code_hash: row.text("code_hash")? })).transpose()
}

/// The round of a session that a code was made for, also once it is over. Compared by its hash, which nobody can guess.
pub async fn visited(tx: &mut Tx, session: &SessionId, code_hash: &str) -> Result<Option<Visited>, StoreError> {
    let row = tx
        .row(
            "select r.attempt_id, r.round, g.masked_account from grant_returns r \
             join attempts a on a.id = r.attempt_id left join grants g on g.id = r.grant_id \
             where a.session_id = $1 and r.code_hash = $2",
            args![session.as_str(), code_hash],
        )
        .await?;
    let Some(row) = row else { return Ok(None) };
    let round = u32::try_from(row.int("round")?).map_err(|error| StoreError::Corrupt(error.to_string()))?;
    let attempt = word(&row, "attempt_id", |id| AttemptId::parse(id).ok())?;
    Ok(Some(Visited { attempt, round, masked_account: row.opt_text("masked_account")? }))
}
