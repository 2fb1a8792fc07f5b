//! Adding a batch of clicks, once.

use std::fmt::Write as _;
use std::time::Duration;

use sqlx::{AssertSqlSafe, MySqlConnection};

use super::{Database, DatabaseError};
use crate::clicks::Batch;

/// How many rows one statement changes.
const ROWS: usize = 500;
/// Nobody waits for a batch, and a large one takes its time.
const PATIENCE: Duration = Duration::from_secs(30);
/// How many old batches are forgotten with every new one.
const FORGET: &str =
    "DELETE FROM click_batches WHERE written_at < UTC_TIMESTAMP() - INTERVAL 30 DAY LIMIT 100";

impl Database {
    /// Adds the batch's clicks, unless it has been added before: the clicks and
    /// the batch's id are written together, or neither. Says whether it was new.
    pub async fn add_clicks(&self, batch: &Batch) -> Result<bool, DatabaseError> {
        self.work_within(PATIENCE, async {
            let mut transaction = self.pool.begin().await?;
            // Another server with the same batch waits here until we are done.
            let new =
                sqlx::query("INSERT IGNORE INTO click_batches (id, written_at) VALUES (?, UTC_TIMESTAMP())")
                    .bind(&batch.id)
                    .execute(&mut *transaction)
                    .await?
                    .rows_affected()
                    == 1;
            if new {
                // In one order everywhere, so that no two batches wait for each other.
                let mut counts: Vec<(u64, u64)> = batch.counts.iter().map(|(id, n)| (*id, *n)).collect();
                counts.sort_unstable();
                for rows in counts.chunks(ROWS) {
                    add(&mut transaction, rows).await?;
                }
                sqlx::query(FORGET).execute(&mut *transaction).await?;
            }
            transaction.commit().await?;
            Ok(new)
        })
        .await
    }
}

/// One statement for many rows. The numbers are our own, not a stranger's text.
async fn add(connection: &mut MySqlConnection, rows: &[(u64, u64)]) -> sqlx::Result<()> {
    let mut statement = String::from("UPDATE urls SET click_count = click_count + CASE id");
    for (id, clicks) in rows {
        let _ = write!(statement, " WHEN {id} THEN {clicks}");
    }
    statement.push_str(" ELSE 0 END WHERE id IN (");
    for (at, (id, _)) in rows.iter().enumerate() {
        let _ = write!(statement, "{}{id}", if at == 0 { "" } else { ", " });
    }
    statement.push(')');
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await?;
    Ok(())
}
