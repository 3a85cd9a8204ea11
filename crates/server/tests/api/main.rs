//! The server over HTTP, against the sandbox, on SQLite and on PostgreSQL.
//!
//! Each test starts a server and a sandbox on free ports with a fresh store. PostgreSQL's tests run where
//! `UMCLIQUE_TEST_POSTGRES_URL` names a server on which databases may be made (`cargo xtask test` starts one); elsewhere
//! they say that they were skipped, and with `CI=true` that is a failure.

mod april;
mod bad_input;
mod buyers;
mod closing;
mod cors;
mod database;
mod events;
mod faults;
mod journey;
mod kill;
mod ledger;
mod limits;
mod picpay_wallet;
mod process;
mod regressions;
mod sessions;
mod stream;
mod whatsapp;
mod world;

/// Writes each test once and runs it on both databases.
#[macro_export]
macro_rules! on_both {
    ($($name:ident;)*) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                let database = $crate::database::Database::sqlite();
                Box::pin(super::$name($crate::world::World::start(database).await)).await;
            })*
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $name() {
                if let Some(database) = $crate::database::Database::postgres().await {
                    Box::pin(super::$name($crate::world::World::start(database).await)).await;
                }
            })*
        }
    };
}
