//! Likes in the database: at most one a user and post ([`LikeState`]).

use serde::Serialize;
use uuid::Uuid;

use super::{Database, post_exists};

/// A user's like of a post after the request, and all its likes.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LikeState {
    pub post_id: String,
    pub username: String,
    pub liked: bool,
    pub likes_count: i64,
    /// Whether the request changed anything.
    #[serde(skip)]
    pub changed: bool,
}

impl Database {
    /// Likes the post, or takes the like back; the second time changes
    /// nothing. `None` when there is no such post.
    pub async fn set_like(
        &self,
        post: Uuid,
        username: String,
        liked: bool,
    ) -> sqlx::Result<Option<LikeState>> {
        let post_id = post.to_string();
        let mut transaction = self.write().await?;
        if !post_exists(&mut transaction, &post_id).await? {
            return Ok(None);
        }
        let statement = if liked {
            self.kind.insert_like()
        } else {
            "DELETE FROM likes WHERE post_id = ? AND username = ?"
        };
        let done = sqlx::query(statement).bind(&post_id).bind(&username).execute(&mut *transaction).await?;
        let likes_count = sqlx::query_scalar("SELECT count(*) FROM likes WHERE post_id = ?")
            .bind(&post_id)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(Some(LikeState { post_id, username, liked, likes_count, changed: done.rows_affected() > 0 }))
    }
}
