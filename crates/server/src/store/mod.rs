//! What is kept: sessions, attempts, operations, idempotency keys, the outbox. SQL lives here and nowhere else.
//!
//! Called by `payments/`, `http/` and `worker/` with an open [`Tx`]; decides nothing about money.

pub mod attempt;
pub mod attempts;
pub mod counts;
pub mod credentials;
pub mod db;
pub mod due;
pub mod flags;
pub mod grants;
pub mod idempotency;
pub mod inbox;
pub mod known;
pub mod leases;
pub mod limits;
pub mod messages;
pub mod operations;
pub mod outbox;
pub mod payments_list;
pub mod sessions;
pub mod timeline;

pub use attempt::{Attempt, CloseIntent, Lease};
pub use db::{Db, Row, Tx, Value};
pub use flags::{Attention, Flag, Flags};
pub use operations::{Operation, OperationKind, OperationStatus};
pub use sessions::Session;

/// Why the store could not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database itself.
    #[error("the database refused: {0}")]
    Sql(#[from] sqlx::Error),
    /// The tables could not be brought up to date.
    #[error("the database's tables could not be brought up to date: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A JSON column does not hold what we wrote.
    #[error("a stored JSON text cannot be read: {0}")]
    Json(#[from] serde_json::Error),
    /// A column does not hold what we wrote.
    #[error("a stored value cannot be used: {0}")]
    Corrupt(String),
    /// PostgreSQL is not there, or does not let us in.
    #[error(
        "the PostgreSQL of UMCLIQUE_DATABASE_URL cannot be used ({0}); check that it runs, its address and the user"
    )]
    Unreachable(sqlx::Error),
    /// Neither `sqlite:` nor `postgres:`.
    #[error("UMCLIQUE_DATABASE_URL must begin with sqlite:// or postgres://")]
    Url,
    /// SQLite has a bug that can damage the file.
    #[error("SQLite {0} can damage its write-ahead log; 3.51.3 or newer is needed")]
    SqliteTooOld(String),
    /// Another server has the file.
    #[error(
        "another umclique-server works on this SQLite file ({0} is locked); stop it, or use PostgreSQL for several"
    )]
    Locked(String),
    /// The folder or the lock beside the SQLite file.
    #[error("{0} cannot be made: {1}")]
    Folder(String, std::io::Error),
}

impl StoreError {
    /// Somebody else wrote the same unique key a moment earlier.
    #[must_use]
    pub fn is_unique_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_unique_violation())
    }

    /// The database ended the transaction because of what others did at the same time: the same again may well work.
    #[must_use]
    pub fn is_deadlock(&self) -> bool {
        // PostgreSQL's serialization_failure and deadlock_detected, SQLite's BUSY.
        let codes = ["40001", "40P01", "5"];
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.code().is_some_and(|code| codes.contains(&&*code)))
    }

    /// A bound that the tables hold, as "refunds up to the captured amount", would be broken.
    #[must_use]
    pub fn is_check_violation(&self) -> bool {
        matches!(self, Self::Sql(sqlx::Error::Database(error)) if error.is_check_violation())
    }
}

/// The rows of a claim that this version can read. One that it cannot (a newer version beside it wrote it) must not keep
/// the others waiting.
pub(crate) fn readable<T>(rows: &[Row], read: impl Fn(&Row) -> Result<T, StoreError>) -> Vec<T> {
    let told = |row: &Row| {
        let id = row.text("id").unwrap_or_default();
        read(row).inspect_err(|error| tracing::error!(%id, %error, "a row cannot be worked on by this version")).ok()
    };
    rows.iter().filter_map(told).collect()
}

/// Reads a column that holds one of our own words.
pub(crate) fn word<T>(row: &Row, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, StoreError> {
    let text = row.text(column)?;
    parse(&text).ok_or_else(|| StoreError::Corrupt(format!("{column} is {text:?}")))
}
