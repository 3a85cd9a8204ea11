//! A fresh database per test.

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// A fresh database, and what keeps it alive.
pub(crate) struct Database {
    pub(crate) url: String,
    _folder: Option<TempDir>,
}

impl Database {
    /// A file in a folder of its own, removed with it.
    pub(crate) fn sqlite() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let url = format!("sqlite://{}/umclique.db", folder.path().display());
        Self { url, _folder: Some(folder) }
    }

    /// A database of its own on the test cluster, which is thrown away as a whole.
    pub(crate) async fn postgres() -> Option<Self> {
        let Ok(server) = std::env::var("UMCLIQUE_TEST_POSTGRES_URL") else {
            assert!(
                std::env::var("CI").is_err(),
                "UMCLIQUE_TEST_POSTGRES_URL is not set, and in CI nothing is skipped"
            );
            eprintln!("skipped: UMCLIQUE_TEST_POSTGRES_URL is not set; cargo xtask test sets it");
            return None;
        };
        let name = format!("t{}", umclique_server::keys::new_row_id());
        let mut connection = PgConnection::connect(&server).await.expect("the test cluster answers");
        let create = format!("create database {name}");
        sqlx::query(AssertSqlSafe(create)).execute(&mut connection).await.expect("a database can be made");
        connection.close().await.expect("closed");
        let (host, _) = server.rsplit_once('/').expect("an address with a database");
        Some(Self { url: format!("{host}/{name}"), _folder: None })
    }

    /// Everything that stands in it, as text.
    pub(crate) async fn text(&self) -> String {
        let Some(file) = self.url.strip_prefix("sqlite://") else { return self.text_of_postgres().await };
        let read = |name: String| std::fs::read(name).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        // What is not in the file yet is in the log beside it.
        [file.to_owned(), format!("{file}-wal")].map(|name| read(name).unwrap_or_default()).concat()
    }

    async fn text_of_postgres(&self) -> String {
        let mut connection = PgConnection::connect(&self.url).await.expect("the test cluster answers");
        let sql = "select table_name::text from information_schema.tables where table_schema = 'public'";
        let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("tables");
        let mut text = String::new();
        for table in tables {
            let sql = AssertSqlSafe(format!("select row_to_json(it)::text from {table} it"));
            let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut connection).await.expect("rows");
            text.push_str(&rows.join("\n"));
        }
        connection.close().await.expect("closed");
        text
    }

    /// Several servers can work on it.
    pub(crate) fn is_shared(&self) -> bool {
        self.url.starts_with("postgres")
    }
}
