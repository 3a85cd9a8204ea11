//! Rows of `grants`, `grant_links` and `grant_returns`: logins of buyers at providers, whom they belong to, and browsers that
//! came back from a consent. Tokens come and go sealed; what opens them is not known here.

use super::attempt::Lease;
use super::{Row, StoreError, Tx, word};
use crate::args;
use umclique_wire::{AttemptId, MethodKind};

/// A login, its tokens sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// Its id.
    pub id: String,
    /// A hash of the account at the provider, or the row's own id where the provider did not tell.
    pub account: String,
    /// The account as its owner may see it.
    pub masked_account: Option<String>,
    /// Sealed.
    pub access_token: String,
    /// Business time.
    pub access_expires_at_ms: i64,
    /// Sealed; `None`: there is no way to get a new pair without the buyer.
    pub refresh_token: Option<String>,
    /// Business time; `None`: not told.
    pub refresh_expires_at_ms: Option<i64>,
    /// Rises with every pair of tokens, and with its end.
    pub version: u64,
    /// The buyer must connect again since then.
    pub lapsed_at_ms: Option<i64>,
    /// Who makes a new pair.
    pub lease: Lease,
    /// When it was made or last changed.
    pub changed_at_ms: i64,
}

/// A buyer's link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// The login.
    pub grant: String,
    /// The account as its owner may see it.
    pub masked_account: Option<String>,
    /// The buyer must connect again.
    pub is_lapsed: bool,
    /// Business time.
    pub linked_at_ms: i64,
}

/// A browser that came back with a consent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returned {
    /// The login that came of it.
    pub grant: String,
    /// SHA-256 of the code that went on in the browser's address, in hex.
    pub code_hash: String,
}

/// Stores a login, or the newest tokens of one that is known: its older ones are dead at the provider.
pub async fn keep(tx: &mut Tx, method: MethodKind, grant: &Grant) -> Result<(), StoreError> {
    tx.execute(
        "insert into grants (id, method, account, masked_account, access_token, access_expires_at, refresh_token, \
         refresh_expires_at, version, created_at, changed_at) values ($1, $2, $3, $4, $5, $6, $7, $8, 1, $9, $9) \
         on conflict (id) do update set \
         masked_account = coalesce(excluded.masked_account, grants.masked_account), \
         access_token = excluded.access_token, access_expires_at = excluded.access_expires_at, \
         refresh_token = excluded.refresh_token, refresh_expires_at = excluded.refresh_expires_at, \
         version = grants.version + 1, lapsed_at = null, lease_until = 0, lease_epoch = grants.lease_epoch + 1, \
         changed_at = excluded.changed_at",
        args![
            &grant.id,
            method.as_str(),
            &grant.account,
            grant.masked_account.clone(),
            &grant.access_token,
            grant.access_expires_at_ms,
            grant.refresh_token.clone(),
            grant.refresh_expires_at_ms,
            grant.changed_at_ms,
        ],
    )
    .await?;
    Ok(())
}

/// The id under which an account is kept already.
pub async fn id_of_account(tx: &mut Tx, method: MethodKind, account: &str) -> Result<Option<String>, StoreError> {
    let sql = "select id from grants where method = $1 and account = $2";
    let row = tx.row(sql, args![method.as_str(), account]).await?;
    row.map(|row| row.text("id")).transpose()
}

/// Reads a login.
pub async fn get(tx: &mut Tx, id: &str) -> Result<Option<Grant>, StoreError> {
    let row = tx.row("select * from grants where id = $1", args![id]).await?;
    row.as_ref().map(read).transpose()
}

/// Takes the right to make a new pair of tokens, if nobody has it and the pair is still the one of `version`.
pub async fn claim(
    tx: &mut Tx,
    id: &str,
    version: u64,
    real_ms: i64,
    lease_until_real_ms: i64,
) -> Result<Option<Grant>, StoreError> {
    let row = tx
        .row(
            "update grants set lease_until = $4, lease_epoch = lease_epoch + 1 \
             where id = $1 and version = $2 and lease_until <= $3 and lapsed_at is null returning *",
            args![id, version, real_ms, lease_until_real_ms],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

/// Writes a new pair under our lease, and gives it back. `false`: somebody took over, or the buyer connected again.
pub async fn renew(tx: &mut Tx, grant: &Grant) -> Result<bool, StoreError> {
    let touched = tx
        .execute(
            "update grants set access_token = $3, access_expires_at = $4, refresh_token = $5, refresh_expires_at = $6, \
             version = version + 1, lease_until = 0, changed_at = $7 where id = $1 and lease_epoch = $2",
            args![
                &grant.id,
                grant.lease.epoch,
                &grant.access_token,
                grant.access_expires_at_ms,
                grant.refresh_token.clone(),
                grant.refresh_expires_at_ms,
                grant.changed_at_ms,
            ],
        )
        .await?;
    Ok(touched == 1)
}

/// Gives our lease back without a new pair.
pub async fn release(tx: &mut Tx, id: &str, epoch: u64) -> Result<(), StoreError> {
    tx.execute("update grants set lease_until = 0 where id = $1 and lease_epoch = $2", args![id, epoch]).await?;
    Ok(())
}

/// The login of this pair of tokens is over: only the buyer can make a new one. Dead tokens are not kept.
pub async fn lapse(tx: &mut Tx, id: &str, version: u64, now_ms: i64) -> Result<(), StoreError> {
    tx.execute(
        "update grants set lapsed_at = $3, access_token = '', refresh_token = null, version = version + 1, \
         lease_until = 0, lease_epoch = lease_epoch + 1, changed_at = $3 \
         where id = $1 and version = $2 and lapsed_at is null",
        args![id, version, now_ms],
    )
    .await?;
    Ok(())
}

/// Dead tokens are not kept, whoever notices that they are dead.
pub async fn lapse_ended(tx: &mut Tx, now_ms: i64) -> Result<u64, StoreError> {
    tx.execute(
        "update grants set lapsed_at = $1, access_token = '', refresh_token = null, version = version + 1, \
         changed_at = $1 where lapsed_at is null and access_expires_at <= $1 \
         and (refresh_token is null or refresh_expires_at <= $1)",
        args![now_ms],
    )
    .await
}

/// Logins that would end by `until_ms` if nobody made a new pair, and that are needed: of linked buyers, and of payments that
/// wait for their capture.
pub async fn list_ending(tx: &mut Tx, until_ms: i64, limit: i64) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = tx
        .rows(
            "select id, version from grants where lapsed_at is null and refresh_token is not null \
             and refresh_expires_at <= $1 and (exists (select 1 from grant_links l where l.grant_id = grants.id) \
             or exists (select 1 from grant_returns r join attempts a on a.id = r.attempt_id \
             where r.grant_id = grants.id and a.status = 'requires_capture')) \
             order by refresh_expires_at limit $2",
            args![until_ms, limit],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text("id")?, row.uint("version")?))).collect()
}

/// The accounts that a buyer pays with by one click, at most one for each method.
pub async fn links(tx: &mut Tx, buyer: &str) -> Result<Vec<(MethodKind, Link)>, StoreError> {
    let rows = tx
        .rows(
            "select l.method, l.grant_id, l.linked_at, g.masked_account, g.lapsed_at from grant_links l \
             join grants g on g.id = l.grant_id where l.buyer_id = $1",
            args![buyer],
        )
        .await?;
    let read = |row: &Row| {
        let link = Link {
            grant: row.text("grant_id")?,
            masked_account: row.opt_text("masked_account")?,
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

/// Forgets a buyer's link. `false`: there was none.
pub async fn unlink(tx: &mut Tx, method: MethodKind, buyer: &str) -> Result<bool, StoreError> {
    let sql = "delete from grant_links where method = $1 and buyer_id = $2";
    Ok(tx.execute(sql, args![method.as_str(), buyer]).await? == 1)
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

fn read(row: &Row) -> Result<Grant, StoreError> {
    Ok(Grant {
        id: row.text("id")?,
        account: row.text("account")?,
        masked_account: row.opt_text("masked_account")?,
        access_token: row.text("access_token")?,
        access_expires_at_ms: row.int("access_expires_at")?,
        refresh_token: row.opt_text("refresh_token")?,
        refresh_expires_at_ms: row.opt_int("refresh_expires_at")?,
        version: row.uint("version")?,
        lapsed_at_ms: row.opt_int("lapsed_at")?,
        lease: Lease { until_real_ms: row.int("lease_until")?, epoch: row.uint("lease_epoch")? },
        changed_at_ms: row.int("changed_at")?,
    })
}
