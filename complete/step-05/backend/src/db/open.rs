//! Opening the database, safe when many processes do it at once on an empty
//! file: the schema's version is read and raised under the write lock.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};

use super::Database;

/// How long a statement waits for another replica's lock.
const BUSY: Duration = Duration::from_secs(5);
/// How long to try again when the file is locked in a way that SQLite does not
/// wait for by itself (the change to write-ahead logging).
const OPENING: Duration = Duration::from_secs(10);
const BETWEEN_TRIES: Duration = Duration::from_millis(10);
/// How long a request waits for a connection of this process's own pool.
const ACQUIRE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The schema's versions; number 1 is the first. Only ever add to the end.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];

/// Why the database could not be opened. Each text is one line and names the
/// file or the folder.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("DATABASE_URL: cannot create the folder {folder:?}: {source}")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("DATABASE_URL: cannot open the database {file:?}: {source}")]
    File { file: PathBuf, source: sqlx::Error },
    #[error("DATABASE_URL: the database {file:?} cannot use write-ahead logging on its file system")]
    NoWal { file: PathBuf },
    #[error("DATABASE_URL: the database {file:?} has version {found}; this program knows {known} at most")]
    Newer { file: PathBuf, found: usize, known: usize },
}

impl Database {
    /// Opens the file, makes it and its folder when they are missing, and
    /// brings the schema up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(options: &SqliteConnectOptions) -> Result<Self, OpenError> {
        let file = options.get_filename().to_path_buf();
        create_folder(&file)?;
        let options = options
            .clone()
            .create_if_missing(true)
            .busy_timeout(BUSY)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Normal)
            // An image without /tmp has no place for SQLite's own files.
            .pragma("temp_store", "memory");
        let pool = |connections| {
            SqlitePoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .connect_lazy_with(options.clone())
        };
        let database = Self { readers: pool(READERS), writer: pool(1) };
        let deadline = Instant::now() + OPENING;
        loop {
            match database.prepare(&file).await {
                Err(OpenError::File { source, .. }) if is_busy(&source) && Instant::now() < deadline => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                outcome => return outcome.map(|()| database),
            }
        }
    }

    async fn prepare(&self, file: &Path) -> Result<(), OpenError> {
        let failed = |source| OpenError::File { file: file.to_path_buf(), source };
        let mut connection = self.writer.acquire().await.map_err(failed)?;
        let mode: String = sqlx::query_scalar("PRAGMA journal_mode = WAL")
            .fetch_one(&mut *connection)
            .await
            .map_err(failed)?;
        if mode != "wal" {
            return Err(OpenError::NoWal { file: file.to_path_buf() });
        }
        let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(failed)?;
        let version: i64 =
            sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut *transaction).await.map_err(failed)?;
        let version = usize::try_from(version).unwrap_or(usize::MAX);
        let Some(missing) = MIGRATIONS.get(version..) else {
            return Err(OpenError::Newer {
                file: file.to_path_buf(),
                found: version,
                known: MIGRATIONS.len(),
            });
        };
        if missing.is_empty() {
            return Ok(());
        }
        for migration in missing {
            sqlx::raw_sql(*migration).execute(&mut *transaction).await.map_err(failed)?;
        }
        // A pragma takes no parameters; the number is our own.
        let raise = format!("PRAGMA user_version = {}", MIGRATIONS.len());
        sqlx::raw_sql(sqlx::AssertSqlSafe(raise)).execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }
}

fn create_folder(file: &Path) -> Result<(), OpenError> {
    let Some(folder) = file.parent() else {
        return Ok(());
    };
    std::fs::create_dir_all(folder)
        .map_err(|source| OpenError::Folder { folder: folder.to_path_buf(), source })
}

/// Whether another process was in the way: SQLITE_BUSY (5), SQLITE_LOCKED (6)
/// or SQLITE_PROTOCOL (15), in the low byte of the extended code.
pub fn is_busy(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| matches!(code & 0xff, 5 | 6 | 15))
}
