//! A Docker engine of the test's own at a socket: as much of the API as the program asks for, and a
//! scenario that answers first.

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

/// What was asked: `GET`, `/containers/json`.
pub(crate) struct Asked {
    pub method: String,
    pub path: String,
}

pub(crate) struct Fake {
    _dir: tempfile::TempDir,
    path: PathBuf,
    seen: Arc<Mutex<Vec<String>>>,
}

impl Fake {
    /// An engine on which nothing runs.
    pub(crate) fn idle() -> Self {
        Self::new(|_, _| false)
    }

    /// `scenario` sees every request first, and says whether it has answered.
    pub(crate) fn new(scenario: impl Fn(&Asked, &mut UnixStream) -> bool + Send + Sync + 'static) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let path = dir.path().join("docker.sock");
        let listener = UnixListener::bind(&path).expect("a socket");
        let (seen, scenario) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(scenario));
        let shared = Arc::clone(&seen);
        std::thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (seen, scenario) = (Arc::clone(&shared), Arc::clone(&scenario));
                std::thread::spawn(move || {
                    while let Some(asked) = request(&stream) {
                        let line = format!("{} {}", asked.method, asked.path);
                        seen.lock().expect("not poisoned").push(line);
                        if scenario(&asked, &mut stream) {
                            return;
                        }
                        answer(&asked, &mut stream);
                    }
                });
            }
        });
        Self { _dir: dir, path, seen }
    }

    pub(crate) fn address(&self) -> String {
        format!("unix://{}", self.path.display())
    }

    /// Everything that was asked so far.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("not poisoned").clone()
    }
}

/// One request's head; its body is read and thrown away.
fn request(stream: &UnixStream) -> Option<Asked> {
    let mut reader = BufReader::new(stream);
    let (mut first, mut length) = (String::new(), 0);
    reader.read_line(&mut first).ok().filter(|read| *read > 0)?;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok().filter(|read| *read > 0)?;
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        if line.trim().is_empty() {
            break;
        }
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?);
    let path = path.split('?').next()?;
    // Docker's own program names a version of the API.
    let path = path.strip_prefix("/v1.").and_then(|rest| rest.split_once('/')).map_or(path, |(_, rest)| rest);
    Some(Asked { method, path: format!("/{}", path.trim_start_matches('/')) })
}

/// What an engine on which nothing runs says.
fn answer(asked: &Asked, stream: &mut UnixStream) {
    let body = match asked.path.as_str() {
        "/_ping" => "OK",
        "/containers/json" | "/networks" | "/images/json" => "[]",
        "/volumes" => r#"{"Volumes": [], "Warnings": null}"#,
        "/info" => r#"{"ServerVersion": "28.0.0", "NCPU": 2, "MemTotal": 8000000000, "Driver": "overlay2"}"#,
        path if path.starts_with("/images/") => r#"{"Id": "sha256:0", "Size": 1}"#,
        _ => return json(stream, 404, r#"{"message": "no such thing"}"#),
    };
    json(stream, 200, body);
}

pub(crate) fn json(stream: &mut UnixStream, status: u16, body: &str) {
    let head = format!("HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nApi-Version: 1.41\r\n");
    let _ = stream.write_all(format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).as_bytes());
}

/// `head`, then `part` again and again until the other side hangs up.
pub(crate) fn flood(stream: &mut UnixStream, head: &str, part: &[u8]) -> bool {
    let many = part.repeat((64 << 10) / part.len() + 1);
    let mut alive = stream.write_all(head.as_bytes()).is_ok();
    while alive {
        alive = stream.write_all(&many).is_ok();
    }
    true
}

/// Waits until the other side hangs up.
pub(crate) fn silence(stream: &mut UnixStream) -> bool {
    while stream.read(&mut [0; 4096]).is_ok_and(|read| read > 0) {}
    true
}

/// One container of Compose as the listing of a real engine has it.
pub(crate) fn container(number: usize, dir: &str, project: &str) -> String {
    let id = format!("{number:064x}");
    let compose = "com.docker.compose";
    format!(
        r#"{{"Id":"{id}","Names":["/{project}-backend-{number}"],"Image":"{project}-backend","ImageID":"sha256:{id}","Command":"/usr/local/bin/backend --listen 0.0.0.0:8080","Created":1795776744,"Ports":[{{"IP":"0.0.0.0","PrivatePort":8080,"PublicPort":{port},"Type":"tcp"}},{{"IP":"::","PrivatePort":8080,"PublicPort":{port},"Type":"tcp"}}],"Labels":{{"{compose}.config-hash":"{id}","{compose}.container-number":"{number}","{compose}.depends_on":"","{compose}.image":"sha256:{id}","{compose}.oneoff":"False","{compose}.project":"{project}","{compose}.project.config_files":"{dir}/docker-compose.yml","{compose}.project.working_dir":"{dir}","{compose}.service":"backend","{compose}.version":"2.40.3"}},"State":"running","Status":"Up 2 minutes (healthy)","HostConfig":{{"NetworkMode":"{project}_default"}},"NetworkSettings":{{"Networks":{{"{project}_default":{{"IPAMConfig":null,"Links":null,"Aliases":null,"NetworkID":"{id}","EndpointID":"{id}","Gateway":"172.18.0.1","IPAddress":"172.18.0.{last}","IPPrefixLen":16,"IPv6Gateway":"","GlobalIPv6Address":"","GlobalIPv6PrefixLen":0,"MacAddress":"02:42:ac:12:00:02","DriverOpts":null}}}}}},"Mounts":[{{"Type":"volume","Name":"{project}_data","Source":"","Destination":"/data","Driver":"local","Mode":"z","RW":true,"Propagation":""}}]}}"#,
        port = 1024 + number % 60_000,
        last = number % 250,
    )
}
