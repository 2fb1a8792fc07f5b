//! The database: one SQLite file that several replicas may share on one
//! volume ([`Database`]). Write-ahead logging lets them read while one writes;
//! every write begins with the write lock, so none fails halfway.

pub mod comments;
pub mod likes;
mod open;
pub mod posts;

use sqlx::sqlite::{Sqlite, SqlitePool};
use sqlx::{SqliteConnection, Transaction};

pub use open::{OpenError, is_busy};

/// A slice of a list: `limit` rows after the first `offset`.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub limit: u32,
    pub offset: u32,
}

/// Rows of a [`Page`], and how many there are in all.
#[derive(Debug)]
pub struct Listing<T> {
    pub rows: Vec<T>,
    pub total: i64,
}

/// The open database; a clone is the same one.
#[derive(Debug, Clone)]
pub struct Database {
    readers: SqlitePool,
    /// One connection: writers of this process queue here, without CPU, and
    /// only one a process competes for the file's lock.
    writer: SqlitePool,
}

impl Database {
    /// A connection to read with.
    async fn read(&self) -> sqlx::Result<sqlx::pool::PoolConnection<Sqlite>> {
        self.readers.acquire().await
    }

    /// A transaction that holds the write lock from its beginning: it waits
    /// for other replicas here, and nowhere later.
    async fn write(&self) -> sqlx::Result<Transaction<'static, Sqlite>> {
        self.writer.begin_with("BEGIN IMMEDIATE").await
    }

    /// Asks the database for something that is in the file.
    ///
    /// # Errors
    /// The file is locked, damaged, or holds no posts table.
    pub async fn ping(&self) -> sqlx::Result<()> {
        let mut connection = self.read().await?;
        sqlx::query("SELECT seq FROM posts LIMIT 1").fetch_optional(&mut *connection).await?;
        Ok(())
    }

    /// Closes all connections; the last replica's folds the log into the file.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether there is a post with this id.
async fn post_exists(connection: &mut SqliteConnection, id: &str) -> sqlx::Result<bool> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM posts WHERE id = ?)")
        .bind(id)
        .fetch_one(connection)
        .await
}
