//! Numbers and targets in the database.

use std::ops::Range;

use sqlx::Row as _;

use super::{Database, DatabaseError, Position};
use crate::codes::Code;
use crate::visit::Visit;

/// What the database knows of a short link.
#[derive(Debug)]
pub struct Entry {
    pub original_url: String,
    /// The clicks that were written back.
    pub click_count: u64,
    /// In RFC 3339, UTC, whole seconds.
    pub created_at: String,
    /// Whether the batch that was asked for is in `click_count`.
    pub has_batch: bool,
}

impl Database {
    /// Takes `count` numbers that no server has had, in one atomic statement.
    pub async fn take_numbers(&self, count: u64) -> Result<Range<u64>, DatabaseError> {
        // LAST_INSERT_ID(x) hands x back with the statement's own answer.
        let statement =
            "UPDATE counters SET next_number = LAST_INSERT_ID(next_number + ?) WHERE name = 'urls'";
        let done = self.work(sqlx::query(statement).bind(count).execute(&self.pool)).await?;
        let end = done.last_insert_id();
        if end < count {
            return Err(DatabaseError::Failed(sqlx::Error::RowNotFound));
        }
        Ok(end - count..end)
    }

    /// Keeps a target under its code.
    pub async fn insert(&self, visit: &Visit, code: Code, original_url: &str) -> Result<(), DatabaseError> {
        let statement = "INSERT INTO urls (id, short_code, original_url, created_at) \
            VALUES (?, ?, ?, UTC_TIMESTAMP())";
        let query = sqlx::query(statement).bind(code.number()).bind(code.as_str()).bind(original_url);
        // On one connection: what it wrote last is asked of it.
        let position = self.work(async {
            let mut connection = self.pool.acquire().await?;
            query.execute(&mut *connection).await?;
            match self.primary().filter(|_| self.config.own_writes.is_some()) {
                Some(primary) => Position::of_last_write(&mut connection, primary.flavour).await,
                None => Ok(None),
            }
        });
        if let Some(position) = position.await? {
            visit.wrote(position);
        }
        visit.served_by(self.name());
        Ok(())
    }

    /// Where the code leads.
    pub async fn target(&self, visit: &Visit, code: Code) -> Result<Option<String>, DatabaseError> {
        self.read(visit, |pool| async move {
            let query = sqlx::query_scalar("SELECT original_url FROM urls WHERE id = ?");
            query.bind(code.number()).fetch_optional(&pool).await
        })
        .await
    }

    /// All about the code, and whether `batch` has been written, as of one
    /// moment.
    pub async fn entry(
        &self,
        visit: &Visit,
        code: Code,
        batch: &str,
    ) -> Result<Option<Entry>, DatabaseError> {
        let statement = "SELECT original_url, click_count, \
            DATE_FORMAT(created_at, '%Y-%m-%dT%H:%i:%sZ') AS created_at, \
            EXISTS (SELECT 1 FROM click_batches WHERE id = ?) AS has_batch \
            FROM urls WHERE id = ?";
        let row = self.read(visit, |pool| async move {
            sqlx::query(statement).bind(batch).bind(code.number()).fetch_optional(&pool).await
        });
        let Some(row) = row.await? else { return Ok(None) };
        Ok(Some(Entry {
            original_url: row.try_get("original_url")?,
            click_count: row.try_get("click_count")?,
            created_at: row.try_get("created_at")?,
            has_batch: row.try_get::<i64, _>("has_batch")? != 0,
        }))
    }
}
