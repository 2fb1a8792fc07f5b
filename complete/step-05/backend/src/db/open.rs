//! Opening the database, safe when many processes do it at once on an empty
//! one: a file's schema version is read and raised under the write lock, and a
//! server is asked for each table that it does not have yet.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use sqlx::any::{AnyConnectOptions, AnyPoolOptions};
use sqlx::{Connection as _, Executor as _};

use super::Database;
use super::source::{Kind, Source};

/// How long to try again: a file that is locked in a way that SQLite does not
/// wait for by itself (the change to write-ahead logging), a server that is not
/// there yet.
const OPENING: Duration = Duration::from_secs(10);
const BETWEEN_TRIES: Duration = Duration::from_millis(10);
const BETWEEN_CALLS: Duration = Duration::from_millis(250);
/// How long a request waits for a connection of this process's own pool.
const ACQUIRE: Duration = Duration::from_secs(5);
const READERS: u32 = 4;

/// The versions of a file's schema; number 1 is the first. Only ever add to the end.
const MIGRATIONS: &[&str] = &[include_str!("schema.sql")];
/// A server's; every statement may be run again.
const SERVER_SCHEMA: &str = include_str!("schema.mysql.sql");

/// Why the database could not be opened. Each text is one line and names the
/// file or the folder, or the server's address without its password.
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
    #[error("DATABASE_URL: the server {server} cannot be used: {source}")]
    Server { server: String, source: sqlx::Error },
}

impl Database {
    /// Opens the database: a file is made with its folder when they are missing,
    /// a server is waited for; the schema is brought up to date.
    ///
    /// # Errors
    /// See [`OpenError`].
    pub async fn open(source: &Source) -> Result<Self, OpenError> {
        sqlx::any::install_default_drivers();
        match source {
            Source::File { path, options } => Self::open_file(path, options).await,
            Source::Server { name, options } => Self::open_server(name, options).await,
        }
    }

    async fn open_file(file: &Path, options: &AnyConnectOptions) -> Result<Self, OpenError> {
        create_folder(file)?;
        let pool = |connections| {
            AnyPoolOptions::new()
                .max_connections(connections)
                .acquire_timeout(ACQUIRE)
                .idle_timeout(None)
                .max_lifetime(None)
                .test_before_acquire(false)
                .after_connect(|connection, _| {
                    // An image without /tmp has no place for SQLite's own files. A file that
                    // is no database fails at the first statement that is asked for, too.
                    let settings = "PRAGMA synchronous = NORMAL; PRAGMA temp_store = memory;";
                    Box::pin(async move {
                        let _ = connection.execute(sqlx::raw_sql(settings)).await;
                        Ok(())
                    })
                })
                .connect_lazy_with(options.clone())
        };
        let database = Self { kind: Kind::Sqlite, readers: pool(READERS), writer: pool(1) };
        let deadline = Instant::now() + OPENING;
        loop {
            match database.prepare(file).await {
                Err(OpenError::File { source, .. }) if is_busy(&source) && Instant::now() < deadline => {
                    tokio::time::sleep(BETWEEN_TRIES).await;
                }
                outcome => return outcome.map(|()| database),
            }
        }
    }

    async fn open_server(server: &str, options: &AnyConnectOptions) -> Result<Self, OpenError> {
        let pool = AnyPoolOptions::new()
            .max_connections(READERS)
            .acquire_timeout(ACQUIRE)
            .connect_lazy_with(options.clone());
        let database = Self { kind: Kind::MySql, readers: pool.clone(), writer: pool };
        let deadline = Instant::now() + OPENING;
        loop {
            match database.writer.execute(sqlx::raw_sql(SERVER_SCHEMA)).await {
                Ok(_) => return Ok(database),
                Err(_) if Instant::now() < deadline => tokio::time::sleep(BETWEEN_CALLS).await,
                Err(source) => return Err(OpenError::Server { server: server.to_owned(), source }),
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
/// or SQLITE_PROTOCOL (15), in the low byte of the extended code; of a server a
/// deadlock, which has five digits.
pub fn is_busy(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(sqlx::error::DatabaseError::code).is_some_and(|code| {
        match code.parse::<u32>() {
            _ if code.len() == 5 => code == "40001",
            Ok(number) => matches!(number & 0xff, 5 | 6 | 15),
            Err(_) => false,
        }
    })
}
