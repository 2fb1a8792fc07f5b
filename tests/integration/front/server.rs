//! A [`Server`]: real nginx or the front, started with one configuration, ended with its guard.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Where the image keeps what it serves; real nginx is given the same files elsewhere.
pub(crate) const HTML: &str = "/usr/share/nginx/html";
/// Where a configuration lies in the container.
pub(crate) const CONF: &str = "/etc/nginx/conf.d/default.conf";
const MAIN_CONF: &str = "/etc/nginx/nginx.conf";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Nginx,
    Front,
}

/// What a server is started with.
#[derive(Clone, Copy)]
pub(crate) struct Setup<'a> {
    /// `{port}` and `{port2}` are filled in here.
    pub conf: &'a str,
    /// It is a whole `nginx.conf`, and no file of `conf.d`.
    pub whole: bool,
    /// The container's file tree: [`HTML`] lies below it.
    pub image: &'a Path,
    /// Name → addresses, for the front.
    pub names: &'a str,
}

pub(crate) struct Server {
    pub kind: Kind,
    child: Child,
    dir: TempDir,
    /// Of `{port}` and of `{port2}`.
    pub ports: [u16; 2],
    image: PathBuf,
}

/// It did not start.
#[derive(Debug)]
pub(crate) struct Refused {
    pub status: Option<i32>,
    /// Standard error, with this machine's paths as they are in the container.
    pub stderr: String,
}

/// Real nginx: `WORKSHOP_NGINX`, or the one on the machine, or what
/// `fixtures/images/install-test-tools peer` unpacked.
pub(crate) fn nginx_program() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("WORKSHOP_NGINX") {
        return Some(named.into());
    }
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache")))?;
    let unpacked = cache.join("workshop/peer/bin/nginx");
    if unpacked.is_file() {
        return Some(unpacked);
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain([PathBuf::from("/usr/sbin")]);
    folders.map(|folder| folder.join("nginx")).find(|file| file.is_file())
}

/// Whether there is a real nginx to compare with. Where `WORKSHOP_TEST_ENGINES` names docker or
/// nginx there must be.
#[track_caller]
pub(crate) fn nginx_is_there() -> bool {
    let there = nginx_program().is_some();
    let wanted = std::env::var("WORKSHOP_TEST_ENGINES")
        .is_ok_and(|names| names.split(',').any(|name| name == "docker" || name == "nginx"));
    assert!(there || !wanted, "WORKSHOP_TEST_ENGINES wants nginx to compare with, and there is none");
    if !there {
        eprintln!("skipped: no nginx to compare with (fixtures/images/install-test-tools peer)");
    }
    there
}

/// nginx's version, as numbers.
pub(crate) fn nginx_version() -> Option<(u32, u32, u32)> {
    let output = Command::new(nginx_program()?).arg("-v").output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let mut numbers = text.split('/').nth(1)?.split(|c: char| !c.is_ascii_digit()).map(|word| word.parse());
    Some((numbers.next()?.ok()?, numbers.next()?.ok()?, numbers.next()?.ok()?))
}

/// Only root may name another user, and must: the workers read the test's own folder.
fn user() -> &'static str {
    if rustix::process::geteuid().is_root() { "user root;" } else { "" }
}

/// Where nginx may put what it does not keep in memory.
fn temps(dir: &Path) -> String {
    let names = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    names.map(|name| format!("{name}_temp_path {}/{name};", dir.display())).join(" ")
}

/// Those that the image has a file of parameters for.
const PROTOCOLS: [&str; 3] = ["fastcgi", "uwsgi", "scgi"];

/// What the image's `mime.types` says of the files that the cases have.
const TYPES: &str = "types {
    text/html html htm shtml; text/css css; text/xml xml; image/gif gif; image/jpeg jpeg jpg;
    application/javascript js; text/plain txt; image/png png; image/svg+xml svg svgz;
    image/webp webp; image/x-icon ico; font/woff woff; font/woff2 woff2;
    application/json json; application/pdf pdf; application/wasm wasm; application/zip zip;
    application/octet-stream bin exe dll; video/mp4 mp4;
}
";

/// The `nginx.conf` of the official image, with every path in a folder of the test's own.
fn main_conf(dir: &Path) -> String {
    let (user, temps, dir) = (user(), temps(dir), dir.display());
    format!(
        "{user}\nworker_processes 1;\nerror_log stderr notice;\npid {dir}/nginx.pid;\n\
         events {{ worker_connections 1024; }}\nhttp {{\n{temps}\ninclude {dir}/mime.types;\n\
         default_type application/octet-stream;\n\
         log_format main '$remote_addr - $remote_user [$time_local] \"$request\" '\n\
         '$status $body_bytes_sent \"$http_referer\" '\n\
         '\"$http_user_agent\" \"$http_x_forwarded_for\"';\n\
         access_log /dev/stdout main;\n\
         sendfile on;\nkeepalive_timeout 65;\n\
         include {dir}/conf.d/*.conf;\n}}\n"
    )
}

/// A port for a server that must be told one. Below those that the system gives to clients: there, a
/// client of another test could take it first, or connect to itself. Every call gives another one.
pub(crate) fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = std::process::id() % 10_000;
    loop {
        let step = u32::from(NEXT.fetch_add(1, Ordering::Relaxed));
        let port = u16::try_from(20_000 + (start + step) % 12_000).expect("it is below 32768");
        if TcpListener::bind((Ipv4Addr::UNSPECIFIED, port)).is_ok() {
            return port;
        }
    }
}

impl Server {
    /// Starts it, and waits until it answers on `{port}`.
    pub(crate) fn start(kind: Kind, setup: Setup) -> Result<Self, Refused> {
        for _ in 0..5 {
            match Self::attempt(kind, setup) {
                // Somebody took the port in between.
                Err(refused) if refused.stderr.contains("Address already in use") => {}
                other => return other,
            }
        }
        Self::attempt(kind, setup)
    }

    fn attempt(kind: Kind, setup: Setup) -> Result<Self, Refused> {
        let dir = tempfile::Builder::new().prefix("workshop-test-front-").tempdir().expect("a folder");
        let ports = [free_port(), free_port()];
        fs::create_dir(dir.path().join("conf.d")).expect("its folder");
        // nginx reads a whole file in the place of its own.
        let (target, conf) = match setup.whole {
            true => (MAIN_CONF, dir.path().join("nginx.conf")),
            false => (CONF, dir.path().join("conf.d/default.conf")),
        };
        let image = setup.image.to_owned();
        let mut command = match kind {
            Kind::Nginx => {
                fs::write(dir.path().join("mime.types"), TYPES).expect("a file");
                for protocol in PROTOCOLS {
                    let text = format!("{protocol}_param QUERY_STRING $query_string;\n");
                    fs::write(dir.path().join(format!("{protocol}_params")), text).expect("a file");
                }
                fs::write(dir.path().join("nginx.conf"), main_conf(dir.path())).expect("a file");
                let mut command = Command::new(nginx_program().expect("the caller asked for it"));
                command.arg("-p").arg(dir.path()).arg("-c").arg(dir.path().join("nginx.conf"));
                command.args(["-e", "stderr", "-g", "daemon off;"]);
                command
            }
            Kind::Front => {
                fs::write(dir.path().join("names.json"), setup.names).expect("a file");
                let mut listen: Vec<_> = ports.iter().map(|port| (*port, *port)).collect();
                // A lesson's own file says 80, which is the first port here.
                if setup.conf.contains("listen 80;") {
                    listen = vec![(80, ports[0])];
                }
                let listen: Vec<_> = listen
                    .iter()
                    .map(|(port, real)| {
                        serde_json::json!({ "port": port, "address": format!("127.0.0.1:{real}") })
                    })
                    .collect();
                let spec = serde_json::json!({
                    "image": setup.image,
                    "mounts": [{ "target": target, "source": &conf }],
                    "listen": listen,
                    "host": "127.0.0.1",
                    "hostname": "front",
                    "names": { "table": dir.path().join("names.json") },
                });
                fs::write(dir.path().join("spec.json"), spec.to_string()).expect("a file");
                let mut command = Command::new(front_program());
                command.args(["__program", "nginx"]).arg(dir.path().join("spec.json"));
                command
            }
        };
        let text = fill(kind, setup, ports, dir.path());
        fs::write(conf, text).expect("a file");
        // Appended to, since nginx opens /dev/stderr once more where a configuration names it.
        let output = |name: &str| {
            File::options().create(true).append(true).open(dir.path().join(name)).expect("a file")
        };
        command.stdin(Stdio::null()).stdout(output("stdout")).stderr(output("stderr"));
        let child = command.spawn().unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        let mut server = Self { kind, child, dir, ports, image };
        match server.wait_until_up() {
            Some(status) => Err(Refused { status: status.code(), stderr: server.plain(&server.stderr()) }),
            None => Ok(server),
        }
    }

    /// Waits for its port; its exit status where it ended instead.
    fn wait_until_up(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return Some(status);
            }
            // nginx listens before it hears signals, and writes this file afterwards.
            let ready = self.kind == Kind::Front || self.dir.path().join("nginx.pid").is_file();
            if ready && TcpStream::connect(self.address()).is_ok() {
                // Another process may have taken the port: ours is up only while it lives.
                return self.child.try_wait().expect("its status");
            }
            assert!(Instant::now() < deadline, "{:?} is not up:\n{}", self.kind, self.stderr());
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        SocketAddr::new(Ipv4Addr::LOCALHOST.into(), self.ports[0])
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn alive(&mut self) -> bool {
        self.child.try_wait().expect("its status").is_none()
    }

    pub(crate) fn stderr(&self) -> String {
        read(&self.dir.path().join("stderr"))
    }

    pub(crate) fn stdout(&self) -> String {
        read(&self.dir.path().join("stdout"))
    }

    /// Another table of names.
    pub(crate) fn set_names(&self, table: &str) {
        self.replace("names.json", table);
    }

    /// By a rename, so that nobody ever reads half of it.
    fn replace(&self, file: &str, text: &str) {
        let new = self.dir.path().join("new");
        fs::write(&new, text).expect("a file");
        fs::rename(new, self.dir.path().join(file)).expect("a file");
    }

    /// Puts another configuration in place; a SIGHUP makes it count.
    pub(crate) fn rewrite(&self, setup: Setup) {
        let text = fill(self.kind, setup, self.ports, self.dir.path());
        self.replace("conf.d/default.conf", &text);
    }

    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let id = rustix::process::Pid::from_raw(self.child.id().cast_signed()).expect("an id");
        let _ = rustix::process::kill_process(id, signal);
    }

    /// Its exit status, where it ends within `limit`.
    pub(crate) fn ends_within(&mut self, limit: Duration) -> Option<ExitStatus> {
        let deadline = Instant::now() + limit;
        loop {
            if let Some(status) = self.child.try_wait().expect("its status") {
                return Some(status);
            }
            if Instant::now() > deadline {
                return None;
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Asks it to finish what it does, and returns standard output and standard error.
    pub(crate) fn quit(&mut self) -> (String, String) {
        self.signal(rustix::process::Signal::QUIT);
        self.ends_within(Duration::from_secs(5));
        (self.plain(&self.stdout()), self.plain(&self.stderr()))
    }

    /// `text` without what belongs to this machine and this run: paths and ports.
    pub(crate) fn plain(&self, text: &str) -> String {
        let conf = self.dir.path().join("conf.d/default.conf");
        let html = format!("{}{HTML}", self.image.display());
        // Where no root is given, nginx takes `html` in its own folder.
        let default = format!("{}/html", self.dir.path().display());
        let mut text = text
            .replace(&conf.display().to_string(), CONF)
            .replace(&html, HTML)
            .replace(&default, "/etc/nginx/html");
        for (port, name) in self.ports.iter().zip(["{port}", "{port2}"]) {
            text = text.replace(&port.to_string(), name);
        }
        text
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // nginx's master takes its workers along on SIGTERM; killed outright it would leave them.
        self.signal(rustix::process::Signal::TERM);
        if self.ends_within(Duration::from_secs(3)).is_none() {
            drop(self.child.kill());
            drop(self.child.wait());
        }
    }
}

/// The program under test: as built for the tests, or the one that `WORKSHOP_FRONT` names.
fn front_program() -> PathBuf {
    std::env::var_os("WORKSHOP_FRONT").map_or_else(|| env!("CARGO_BIN_EXE_workshop").into(), PathBuf::from)
}

fn fill(kind: Kind, setup: Setup, ports: [u16; 2], dir: &Path) -> String {
    let text = setup.conf.replace("{port}", &ports[0].to_string()).replace("{port2}", &ports[1].to_string());
    match kind {
        Kind::Nginx => text
            .replace(HTML, &format!("{}{HTML}", setup.image.display()))
            .replace("include /etc/nginx/", &format!("include {}/", dir.display()))
            .replace("pid /run/nginx.pid;", &format!("pid {}/nginx.pid; {}", dir.display(), user()))
            .replacen("http {", &format!("http {{ {}", temps(dir)), usize::from(setup.whole)),
        Kind::Front => text,
    }
}

fn read(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap_or_default()).into_owned()
}
