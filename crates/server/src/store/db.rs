//! The one place that knows there are two databases: pools, transactions, bound values and rows.
//!
//! Everything above speaks plain SQL common to SQLite and PostgreSQL, with 64-bit integers and texts only: money is in
//! minor units, time in Unix milliseconds, booleans are 0 or 1. So no type of either database can surprise the other.

use super::StoreError;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions, PgRow, PgSslMode};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Postgres, Row as _, SqlSafeStr, Sqlite};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

/// A bound value.
#[derive(Clone, Debug)]
pub enum Value {
    /// BIGINT; `None` is NULL.
    Int(Option<i64>),
    /// TEXT; `None` is NULL.
    Text(Option<String>),
}

macro_rules! value_from {
    ($($from:ty => |$it:ident| $to:expr;)*) => {$(
        impl From<$from> for Value {
            fn from($it: $from) -> Self {
                $to
            }
        }
    )*};
}

value_from! {
    i64 => |it| Self::Int(Some(it));
    Option<i64> => |it| Self::Int(it);
    // Amounts and versions stay far below i64::MAX: `Money` and the databases' own limits see to it.
    u64 => |it| Self::Int(Some(i64::try_from(it).unwrap_or(i64::MAX)));
    bool => |it| Self::Int(Some(i64::from(it)));
    &str => |it| Self::Text(Some(it.to_owned()));
    String => |it| Self::Text(Some(it));
    &String => |it| Self::Text(Some(it.clone()));
    Option<String> => |it| Self::Text(it);
    Option<&str> => |it| Self::Text(it.map(str::to_owned));
}

/// Binds values of any kind: `args![id, version]`.
#[macro_export]
macro_rules! args {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::db::Value::from($value)),*] };
}

/// A row of either database.
#[derive(Debug)]
pub enum Row {
    /// From SQLite.
    Sqlite(SqliteRow),
    /// From PostgreSQL.
    Postgres(PgRow),
}

impl Row {
    /// A BIGINT column.
    pub fn int(&self, column: &str) -> Result<i64, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A BIGINT column that is never negative.
    pub fn uint(&self, column: &str) -> Result<u64, StoreError> {
        u64::try_from(self.int(column)?).map_err(|_| StoreError::Corrupt(format!("{column} is negative")))
    }

    /// A BIGINT column that may be NULL.
    pub fn opt_int(&self, column: &str) -> Result<Option<i64>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A BIGINT column that is 0 or 1.
    pub fn flag(&self, column: &str) -> Result<bool, StoreError> {
        Ok(self.int(column)? != 0)
    }

    /// A TEXT column.
    pub fn text(&self, column: &str) -> Result<String, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }

    /// A TEXT column that may be NULL.
    pub fn opt_text(&self, column: &str) -> Result<Option<String>, StoreError> {
        Ok(match self {
            Self::Sqlite(row) => row.try_get(column)?,
            Self::Postgres(row) => row.try_get(column)?,
        })
    }
}

/// The database: SQLite by default, PostgreSQL when one machine is not enough.
#[derive(Clone, Debug)]
pub enum Db {
    /// One writer, several readers, and a lock file that keeps a second process out.
    Sqlite {
        /// A pool of one: SQLite has one writer anyway, and waiting here is fairer than in its busy loop.
        write: SqlitePool,
        /// Readers do not wait for the writer, thanks to the write-ahead log.
        read: SqlitePool,
        /// Held by the one server of this file, and by no tool beside it.
        lock: Option<Arc<File>>,
    },
    /// Any number of processes.
    Postgres(PgPool),
}

impl Db {
    /// Opens `sqlite://path` or `postgres://…` and brings its tables up to date. Of one SQLite file there is one server.
    pub async fn open(url: &str, is_server: bool) -> Result<Self, StoreError> {
        if url.starts_with("sqlite:") {
            Self::open_sqlite(url, is_server).await
        } else if url.starts_with("postgres:") || url.starts_with("postgresql:") {
            Self::open_postgres(url).await
        } else {
            Err(StoreError::Url)
        }
    }

    /// A database that answers nothing, for descriptions of what would be asked.
    #[must_use]
    pub fn nowhere() -> Self {
        let options = PgConnectOptions::new_without_pgpass().host("127.0.0.1").port(1);
        Self::Postgres(PgPoolOptions::new().connect_lazy_with(options))
    }

    async fn open_sqlite(url: &str, is_server: bool) -> Result<Self, StoreError> {
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        if let Some(folder) = options.get_filename().parent().filter(|folder| *folder != Path::new("")) {
            std::fs::create_dir_all(folder).map_err(|error| StoreError::Folder(folder.display().to_string(), error))?;
        }
        let lock = if is_server { Some(Arc::new(lock(options.get_filename())?)) } else { None };
        let write = SqlitePoolOptions::new().max_connections(1).connect_with(options.clone()).await?;
        let read = SqlitePoolOptions::new().max_connections(8).connect_with(options.read_only(true)).await?;
        let version: String = sqlx::query_scalar("select sqlite_version()").fetch_one(&write).await?;
        if sqlite_is_too_old(&version) {
            return Err(StoreError::SqliteTooOld(version));
        }
        sqlx::migrate!("migrations/sqlite").run(&write).await?;
        Ok(Self::Sqlite { write, read, lock })
    }

    async fn open_postgres(url: &str) -> Result<Self, StoreError> {
        let mut options = PgConnectOptions::from_str(url)?;
        // Money does not travel in clear, or to a stranger, unless it stays on this machine.
        let is_local = matches!(options.get_host(), "localhost" | "127.0.0.1" | "::1" | "[::1]")
            || options.get_host().starts_with('/')
            || options.get_socket().is_some();
        if !is_local {
            options = options.ssl_mode(PgSslMode::VerifyFull);
        }
        let pool = PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(options.clone())
            .await;
        let pool = match pool {
            Ok(pool) => pool,
            // The pool kept trying and forgot why; one more try by hand tells.
            Err(timed_out @ sqlx::Error::PoolTimedOut) => {
                return Err(StoreError::Unreachable(options.connect().await.err().unwrap_or(timed_out)));
            }
            Err(error) => return Err(StoreError::Unreachable(error)),
        };
        sqlx::migrate!("migrations/postgres").run(&pool).await?;
        Ok(Self::Postgres(pool))
    }

    /// Begins a transaction that may write.
    pub async fn begin(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { write, .. } => Tx::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Begins a transaction that only reads, from one snapshot.
    pub async fn read(&self) -> Result<Tx, StoreError> {
        Ok(match self {
            Self::Sqlite { read, .. } => Tx::Sqlite(read.begin().await?),
            Self::Postgres(pool) => {
                Tx::Postgres(pool.begin_with("begin isolation level repeatable read read only").await?)
            }
        })
    }

    /// Closes every connection, so that the write-ahead log is folded in.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { write, read, lock } => {
                read.close().await;
                write.close().await;
                drop(lock.as_ref().map(|file| file.unlock()));
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// Keeps a second server out. The operating system lets go of it when the process ends, however it ends.
fn lock(database: &Path) -> Result<File, StoreError> {
    let path = PathBuf::from(format!("{}.lock", database.display()));
    let name = path.display().to_string();
    let file = File::create(&path).map_err(|error| StoreError::Folder(name.clone(), error))?;
    file.try_lock().map_err(|_| StoreError::Locked(name))?;
    Ok(file)
}

/// SQLite before 3.51.3 can corrupt a write-ahead log that two connections reset at once.
fn sqlite_is_too_old(version: &str) -> bool {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    (next(), next(), next()) < (3, 51, 3)
}

/// An open transaction; dropping it rolls it back.
#[derive(Debug)]
pub enum Tx {
    /// On SQLite.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// On PostgreSQL.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

macro_rules! bound {
    ($sql:expr, $args:expr) => {{
        let mut query = sqlx::query($sql);
        for value in $args {
            query = match value {
                Value::Int(value) => query.bind(value),
                Value::Text(value) => query.bind(value),
            };
        }
        query
    }};
}

impl Tx {
    /// Runs a statement and tells how many rows it touched.
    pub async fn execute(&mut self, sql: &'static str, args: Vec<Value>) -> Result<u64, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, args).execute(&mut **tx).await?.rows_affected(),
            Self::Postgres(tx) => bound!(sql, args).execute(&mut **tx).await?.rows_affected(),
        })
    }

    /// All rows of a query.
    pub async fn rows(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.rows_of(sql, args).await
    }

    /// All rows of a query whose text was put together from our own pieces.
    pub async fn rows_built(&mut self, sql: String, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        self.rows_of(AssertSqlSafe(sql), args).await
    }

    async fn rows_of(&mut self, sql: impl SqlSafeStr, args: Vec<Value>) -> Result<Vec<Row>, StoreError> {
        Ok(match self {
            Self::Sqlite(tx) => bound!(sql, args).fetch_all(&mut **tx).await?.into_iter().map(Row::Sqlite).collect(),
            Self::Postgres(tx) => {
                bound!(sql, args).fetch_all(&mut **tx).await?.into_iter().map(Row::Postgres).collect()
            }
        })
    }

    /// The first row of a query, if there is one.
    pub async fn row(&mut self, sql: &'static str, args: Vec<Value>) -> Result<Option<Row>, StoreError> {
        Ok(self.rows(sql, args).await?.into_iter().next())
    }

    /// What a claiming query ends with, so that two processes never take the same row.
    #[must_use]
    pub fn skip_locked(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "",
            Self::Postgres(_) => " for update skip locked",
        }
    }

    /// Makes the transaction last.
    pub async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::sqlite_is_too_old;

    #[test]
    fn only_fixed_versions_of_sqlite_are_used() {
        for (version, too_old) in [("3.51.2", true), ("3.51.3", false), ("3.52.0", false), ("4.0.0", false), ("", true)]
        {
            assert_eq!(sqlite_is_too_old(version), too_old, "{version}");
        }
    }
}
