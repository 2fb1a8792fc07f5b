//! [`Stack`]: a MariaDB and a Redis that belong to one test.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

pub const DB_PASSWORD: &str = "db-5ecret";
pub const REDIS_PASSWORD: &str = "redis-5ecret";
const DEADLINE: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(20);
/// Small files: a data folder is copied for every test.
const SMALL: [&str; 4] = [
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-log-at-trx-commit=2",
    "--loose-user=root",
];

/// Both engines, started; `None`, said on the screen, where this machine has
/// not got them.
#[must_use]
pub struct Stack {
    pub mysql: Engine,
    pub redis: Engine,
}

impl Stack {
    pub fn start() -> Option<Self> {
        let mut stack = Self::not_started()?;
        stack.mysql.start();
        stack.redis.start();
        stack.mysql.wait_until_it_answers();
        stack.redis.wait_until_it_answers();
        Some(stack)
    }

    /// With data folders and ports, and no process yet.
    pub fn not_started() -> Option<Self> {
        installed().then(|| Self { mysql: Engine::mysql(), redis: Engine::redis() })
    }

    /// Does something with a connection to the database.
    pub fn sql<T>(&self, work: impl AsyncFnOnce(&mut sqlx::MySqlConnection) -> sqlx::Result<T>) -> T {
        self.mysql.sql(&format!("shortener:{DB_PASSWORD}"), work)
    }

    pub fn redis(&self) -> redis::Connection {
        let url = format!("redis://:{REDIS_PASSWORD}@127.0.0.1:{}", self.redis.port);
        redis::Client::open(url).unwrap().get_connection().expect("connect to Redis")
    }
}

fn installed() -> bool {
    let is_there = |program: &str| {
        std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
            .chain(["/usr/sbin".into()])
            .any(|folder: PathBuf| folder.join(program).is_file())
    };
    if ["mariadbd", "mariadb-install-db", "redis-server"].into_iter().all(is_there) {
        return true;
    }
    let missing = "this needs MariaDB and Redis: apt-get install mariadb-server redis-server";
    assert!(std::env::var_os("WORKSHOP_TEST_ENGINES").is_none(), "{missing}");
    eprintln!("skipped: {missing}");
    false
}

/// One engine's process, killed when the test ends.
pub struct Engine {
    command: Command,
    child: Option<Child>,
    pub port: u16,
    /// Kept for its `Drop`.
    _folder: TempDir,
}

impl Engine {
    fn mysql() -> Self {
        Self::mysql_with(&[])
    }

    /// One that is told more.
    pub fn mysql_with(options: &[String]) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let (data, port) = (folder.path().join("data"), free_port());
        run(Command::new("cp").arg("-a").arg(template()).arg(&data));
        let mut command = mariadbd(&data);
        command
            .arg(format!("--port={port}"))
            .arg(format!("--socket={}", folder.path().join("s").display()))
            .arg(format!("--pid-file={}", folder.path().join("pid").display()))
            .arg("--bind-address=127.0.0.1")
            .args(options);
        Self { command, child: None, port, _folder: folder }
    }

    fn redis() -> Self {
        let (folder, port) = (tempfile::tempdir().expect("a temporary folder"), free_port());
        let mut command = Command::new("redis-server");
        command
            .args(["--bind", "127.0.0.1", "--port", &port.to_string(), "--requirepass", REDIS_PASSWORD])
            .args(["--appendonly", "yes", "--save", "", "--dir"])
            .arg(folder.path());
        Self { command, child: None, port, _folder: folder }
    }

    pub fn start(&mut self) {
        assert!(self.child.is_none(), "it runs already");
        let child = self.command.stdout(Stdio::null()).stderr(Stdio::null()).spawn();
        self.child = Some(child.expect("start the engine"));
    }

    /// Waits until somebody listens at its port.
    #[track_caller]
    pub fn wait_until_it_answers(&self) {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, self.port));
        let deadline = Instant::now() + DEADLINE;
        while std::net::TcpStream::connect(address).is_err() {
            assert!(Instant::now() < deadline, "nothing listens at {address}");
            sleep(POLL);
        }
    }

    /// Does something with a connection to the database, as `user:password`.
    pub fn sql<T>(
        &self,
        user: &str,
        work: impl AsyncFnOnce(&mut sqlx::MySqlConnection) -> sqlx::Result<T>,
    ) -> T {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            use sqlx::Connection as _;
            let url = format!("mysql://{user}@127.0.0.1:{}/shortener", self.port);
            let mut connection = sqlx::MySqlConnection::connect(&url).await.expect("connect to the database");
            let result = work(&mut connection).await.expect("the statement");
            connection.close().await.expect("close");
            result
        })
    }

    pub fn signal(&self, signal: Signal) {
        let child = self.child.as_ref().expect("it runs");
        kill_process(Pid::from_child(child), signal).expect("send the signal");
    }

    /// As by `kill -9`.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            child.kill().expect("kill");
            child.wait().expect("wait");
        }
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that was free a moment ago.
pub fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr()).expect("a port").port()
}

fn mariadbd(data: &Path) -> Command {
    let mut command = Command::new("mariadbd");
    command.arg("--no-defaults").arg(format!("--datadir={}", data.display())).args(SMALL);
    command
}

#[track_caller]
fn run(command: &mut Command) {
    let output = command.output().expect("run a program");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A data folder with the database and its user, made once.
fn template() -> &'static Path {
    static TEMPLATE: OnceLock<PathBuf> = OnceLock::new();
    TEMPLATE.get_or_init(|| {
        let ready = Path::new(env!("CARGO_TARGET_TMPDIR")).join("mariadb-template");
        if !ready.exists() {
            let making = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
            let data = making.path().join("data");
            run(Command::new("mariadb-install-db")
                .arg("--no-defaults")
                .arg(format!("--datadir={}", data.display()))
                .args(SMALL)
                .args(["--skip-test-db", "--auth-root-authentication-method=normal"]));
            let sql = making.path().join("sql");
            fs::write(
                &sql,
                format!(
                    "CREATE DATABASE shortener;\nFLUSH PRIVILEGES;\n\
                     CREATE USER shortener@'127.0.0.1' IDENTIFIED BY '{DB_PASSWORD}';\n\
                     GRANT ALL PRIVILEGES ON shortener.* TO shortener@'127.0.0.1';\n"
                ),
            )
            .expect("write the SQL");
            let sql = fs::File::open(sql).expect("open the SQL");
            run(mariadbd(&data).arg("--bootstrap").stdin(sql));
            // Another run may have been faster; then its folder is as good.
            let _ = fs::rename(&data, &ready);
        }
        ready
    })
}
