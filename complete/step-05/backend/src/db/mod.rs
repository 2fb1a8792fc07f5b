//! The database ([`Database`]): one SQLite file that several replicas may share
//! on one volume, or a MySQL server that they reach from anywhere. With a file,
//! write-ahead logging lets them read while one writes, and every write begins
//! with the write lock, so none fails halfway.

pub mod comments;
pub mod likes;
mod open;
pub mod posts;
mod source;

use sqlx::{Any, AnyConnection, AnyPool, Transaction};

pub use open::{OpenError, is_busy};
pub use source::Source;

use source::Kind;

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
    kind: Kind,
    readers: AnyPool,
    /// With a file one connection: writers of this process queue here, without
    /// CPU, and only one a process competes for the file's lock.
    writer: AnyPool,
}

impl Database {
    /// A connection to read with.
    async fn read(&self) -> sqlx::Result<sqlx::pool::PoolConnection<Any>> {
        self.readers.acquire().await
    }

    /// A transaction. With a file it holds the write lock from its beginning: it
    /// waits for other replicas here, and nowhere later.
    async fn write(&self) -> sqlx::Result<Transaction<'static, Any>> {
        match self.kind {
            Kind::Sqlite => self.writer.begin_with("BEGIN IMMEDIATE").await,
            Kind::MySql => self.writer.begin().await,
        }
    }

    /// Asks the database for something that it stores.
    ///
    /// # Errors
    /// It is locked, damaged, away, or holds no posts table.
    pub async fn ping(&self) -> sqlx::Result<()> {
        let mut connection = self.read().await?;
        sqlx::query("SELECT seq FROM posts LIMIT 1").fetch_optional(&mut *connection).await?;
        Ok(())
    }

    /// Closes all connections; a file's last replica folds the log into it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whether there is a post with this id.
async fn post_exists(connection: &mut AnyConnection, id: &str) -> sqlx::Result<bool> {
    let found: i64 =
        sqlx::query_scalar("SELECT count(*) FROM posts WHERE id = ?").bind(id).fetch_one(connection).await?;
    Ok(found > 0)
}
