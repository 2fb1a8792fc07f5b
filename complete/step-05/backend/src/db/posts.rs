//! Posts in the database: [`Post`], newest first.

use serde::Serialize;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, FromRow, Row as _};
use uuid::Uuid;

use super::{Database, Listing, Page};
use crate::log::now;

/// A post as the world sees it. Times are RFC 3339, UTC.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    pub id: String,
    pub username: String,
    pub content: String,
    pub created_at: String,
    pub updated_at: String,
    pub likes_count: i64,
    pub comments_count: i64,
    /// Whether the viewer likes it; absent when nobody said who is looking.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liked: Option<bool>,
}

impl FromRow<'_, AnyRow> for Post {
    fn from_row(row: &AnyRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: row.try_get("id")?,
            username: row.try_get("username")?,
            content: row.try_get("content")?,
            created_at: row.try_get("created_at")?,
            updated_at: row.try_get("updated_at")?,
            likes_count: row.try_get("likes_count")?,
            comments_count: row.try_get("comments_count")?,
            liked: row.try_get::<Option<i64>, _>("liked")?.map(|liked| liked != 0),
        })
    }
}

/// What to list: the posts that contain `text`, or all of them.
#[derive(Debug)]
pub struct Filter {
    pub text: Option<String>,
    pub viewer: Option<String>,
    pub page: Page,
}

/// Selects posts; parameters 1 and 2 are the viewer, or null.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT id, username, content, created_at, updated_at,
                    (SELECT count(*) FROM likes WHERE post_id = posts.id) AS likes_count,
                    (SELECT count(*) FROM comments WHERE post_id = posts.id) AS comments_count,
                    CASE WHEN ? IS NOT NULL THEN
                        EXISTS (SELECT 1 FROM likes WHERE post_id = posts.id AND username = ?)
                    END AS liked
             FROM posts ",
            $tail
        )
    };
}

impl Database {
    /// The posts that the filter asks for, newest first.
    pub async fn posts(&self, filter: &Filter) -> sqlx::Result<Listing<Post>> {
        let pattern = filter.text.as_deref().map(like_pattern);
        let mut connection = self.read().await?;
        let rows = sqlx::query_as(select!(
            "WHERE ? IS NULL OR content LIKE ? ESCAPE '!' ORDER BY seq DESC LIMIT ? OFFSET ?"
        ))
        .bind(&filter.viewer)
        .bind(&filter.viewer)
        .bind(&pattern)
        .bind(&pattern)
        .bind(i64::from(filter.page.limit))
        .bind(i64::from(filter.page.offset))
        .fetch_all(&mut *connection)
        .await?;
        let total =
            sqlx::query_scalar("SELECT count(*) FROM posts WHERE ? IS NULL OR content LIKE ? ESCAPE '!'")
                .bind(&pattern)
                .bind(&pattern)
                .fetch_one(&mut *connection)
                .await?;
        Ok(Listing { rows, total })
    }

    /// One post; `None` when there is none.
    pub async fn post(&self, id: Uuid, viewer: Option<&str>) -> sqlx::Result<Option<Post>> {
        let mut connection = self.read().await?;
        find(&mut connection, &id.to_string(), viewer).await
    }

    /// Writes a new post.
    pub async fn create_post(&self, username: String, content: String) -> sqlx::Result<Post> {
        let mut transaction = self.write().await?;
        let created_at = now();
        let post = Post {
            id: Uuid::new_v4().to_string(),
            username,
            content,
            updated_at: created_at.clone(),
            created_at,
            likes_count: 0,
            comments_count: 0,
            liked: None,
        };
        sqlx::query(
            "INSERT INTO posts (id, username, content, created_at, updated_at)
             VALUES (?, ?, ?, ?, ?)",
        )
        .bind(&post.id)
        .bind(&post.username)
        .bind(&post.content)
        .bind(&post.created_at)
        .bind(&post.updated_at)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(post)
    }

    /// Replaces a post's content; `None` when there is no such post.
    pub async fn update_post(&self, id: Uuid, content: &str) -> sqlx::Result<Option<Post>> {
        let id = id.to_string();
        let mut transaction = self.write().await?;
        sqlx::query("UPDATE posts SET content = ?, updated_at = ? WHERE id = ?")
            .bind(content)
            .bind(now())
            .bind(&id)
            .execute(&mut *transaction)
            .await?;
        let post = find(&mut transaction, &id, None).await?;
        transaction.commit().await?;
        Ok(post)
    }

    /// Deletes a post with its comments and likes; false when there was none.
    pub async fn delete_post(&self, id: Uuid) -> sqlx::Result<bool> {
        let mut transaction = self.write().await?;
        let done = sqlx::query("DELETE FROM posts WHERE id = ?")
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(done.rows_affected() > 0)
    }
}

async fn find(connection: &mut AnyConnection, id: &str, viewer: Option<&str>) -> sqlx::Result<Option<Post>> {
    sqlx::query_as(select!("WHERE id = ?"))
        .bind(viewer)
        .bind(viewer)
        .bind(id)
        .fetch_optional(connection)
        .await
}

/// A LIKE pattern that finds the text anywhere, with `%` and `_` taken as they
/// are. LIKE ignores the case of ASCII letters; Hangul has none.
fn like_pattern(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
