//! Comments in the database: [`Comment`], newest first, as posts are.

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row as _};
use uuid::Uuid;

use super::{Database, Listing, Page, post_exists};
use crate::log::now;

/// A comment as the world sees it. Times are RFC 3339, UTC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    pub id: String,
    pub post_id: String,
    pub username: String,
    pub content: String,
    pub created_at: String,
    pub updated_at: String,
}

impl FromRow<'_, AnyRow> for Comment {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            post_id: row.try_get("post_id")?,
            username: row.try_get("username")?,
            content: row.try_get("content")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
        })
    }
}

/// Which comment: of which post, and its own id.
#[derive(Debug, Clone, Copy)]
pub struct CommentKey {
    pub post: Uuid,
    pub comment: Uuid,
}

impl Database {
    /// A post's comments; `None` when there is no such post.
    pub async fn comments(&self, post: Uuid, page: Page) -> sqlx::Result<Option<Listing<Comment>>> {
        let post = post.to_string();
        let mut connection = self.read().await?;
        if !post_exists(&mut connection, &post).await? {
            return Ok(None);
        }
        let rows =
            sqlx::query_as("SELECT * FROM comments WHERE post_id = ? ORDER BY seq DESC LIMIT ? OFFSET ?")
                .bind(&post)
                .bind(i64::from(page.limit))
                .bind(i64::from(page.offset))
                .fetch_all(&mut *connection)
                .await?;
        let total = sqlx::query_scalar("SELECT count(*) FROM comments WHERE post_id = ?")
            .bind(&post)
            .fetch_one(&mut *connection)
            .await?;
        Ok(Some(Listing { rows, total }))
    }

    /// One comment of a post; `None` when there is none.
    pub async fn comment(&self, key: CommentKey) -> sqlx::Result<Option<Comment>> {
        let mut connection = self.read().await?;
        find(&mut connection, key).await
    }

    /// Writes a new comment; `None` when there is no such post.
    pub async fn create_comment(
        &self,
        post: Uuid,
        username: String,
        content: String,
    ) -> sqlx::Result<Option<Comment>> {
        let post_id = post.to_string();
        let mut transaction = self.write().await?;
        if !post_exists(&mut transaction, &post_id).await? {
            return Ok(None);
        }
        let created_at = now();
        let comment = Comment {
            id: Uuid::new_v4().to_string(),
            post_id,
            username,
            content,
            updated_at: created_at.clone(),
            created_at,
        };
        sqlx::query(
            "INSERT INTO comments (id, post_id, username, content, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?, ?)",
        )
        .bind(&comment.id)
        .bind(&comment.post_id)
        .bind(&comment.username)
        .bind(&comment.content)
        .bind(&comment.created_at)
        .bind(&comment.updated_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Some(comment))
    }

    /// Replaces a comment's content; `None` when there is no such comment.
    pub async fn update_comment(&self, key: CommentKey, content: &str) -> sqlx::Result<Option<Comment>> {
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE comments SET content = ?, updated_at = ? WHERE id = ? AND post_id = ?")
            .bind(content)
            .bind(now())
            .bind(key.comment.to_string())
            .bind(key.post.to_string())
            .execute(&mut *transaction)
            .await?;
        let comment = find(&mut transaction, key).await?;
        transaction.commit().await?;
        Ok(comment)
    }

    /// Deletes a comment; false when there was none.
    pub async fn delete_comment(&self, key: CommentKey) -> sqlx::Result<bool> {
        let mut transaction = self.write().await?;
        let done = sqlx::query("DELETE FROM comments WHERE id = ? AND post_id = ?")
            .bind(key.comment.to_string())
            .bind(key.post.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

async fn find(connection: &mut AnyConnection, key: CommentKey) -> sqlx::Result<Option<Comment>> {
    sqlx::query_as("SELECT * FROM comments WHERE id = ? AND post_id = ?")
        .bind(key.comment.to_string())
        .bind(key.post.to_string())
        .fetch_optional(connection)
        .await
}
