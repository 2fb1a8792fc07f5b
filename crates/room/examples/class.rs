//! A class in one process: learners who each report a check every ten seconds, to a real `workshop
//! room` that it starts, and a board that is looked at. It says how long a report takes to the board,
//! and what the room costs. `benches/room.sh` runs it.
//!
//!     class PROGRAM [LEARNERS [SECONDS]]

#![allow(clippy::print_stdout, clippy::disallowed_methods)]

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use workshop_room::{Open, open_room};

/// How often each of them checks.
const PERIOD: Duration = Duration::from_secs(10);

type Failed = Box<dyn Error + Send + Sync>;
/// When each report was sent, by the words in it; taken out when the board has it.
type Sent = Arc<Mutex<HashMap<String, Instant>>>;

struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() -> Result<(), Failed> {
    let mut args = std::env::args().skip(1);
    let program = args.next().ok_or("class PROGRAM [LEARNERS [SECONDS]]")?;
    let learners: usize = args.next().map_or(Ok(300), |count| count.parse())?;
    let seconds: u64 = args.next().map_or(Ok(30), |count| count.parse())?;
    let folder = std::env::temp_dir().join(format!("workshop-class-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let told = played(&program, &folder, learners, Duration::from_secs(seconds)).await;
    std::fs::remove_dir_all(&folder)?;
    println!("{}", told?);
    Ok(())
}

async fn played(program: &str, folder: &Path, learners: usize, long: Duration) -> Result<String, Failed> {
    let out = folder.join("out");
    let room = Command::new(program)
        .args(["room", "--lang", "en", "--name", "class"])
        .env("XDG_STATE_HOME", folder)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(&out)?)
        .spawn()?;
    let room = Ended(room);
    let (open, code) = opened(folder, &out).await?;
    let host = open.listen.to_string();
    let mut tokens = Vec::new();
    for number in 0..learners {
        let join = json!({ "code": code, "name": format!("learner {number}"), "role": "learner" });
        let joined = post(&host, "/api/join", "", &join).await?;
        tokens.push(joined["token"].as_str().ok_or("nobody came in")?.to_owned());
    }
    let sent = Sent::default();
    let delays = Arc::new(Mutex::new(Vec::new()));
    let board = tokio::spawn(look(host.clone(), open.key, Arc::clone(&sent), Arc::clone(&delays)));
    let (began, before) = (Instant::now(), spent(room.0.id())?);
    let class = tokens.into_iter().enumerate().map(|(number, token)| {
        let offset = PERIOD.mul_f64(number as f64 / learners as f64);
        tokio::spawn(learn(host.clone(), token, number, offset, began + long, Arc::clone(&sent)))
    });
    for learner in class.collect::<Vec<_>>() {
        learner.await??;
    }
    let deadline = Instant::now() + Duration::from_secs(10);
    while !sent.lock().expect("whole").is_empty() && Instant::now() < deadline {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let share = (spent(room.0.id())? - before) / began.elapsed().as_secs_f64();
    board.abort();
    let mut delays = delays.lock().expect("whole").clone();
    delays.sort_unstable();
    let lost = sent.lock().expect("whole").len();
    let at =
        |part: f64| delays.get(((delays.len() as f64 - 1.0) * part) as usize).map_or(0, Duration::as_millis);
    Ok(format!(
        "{learners} learners, {} reports, {lost} not on the board\n\
         to the board: p50 {} ms, p99 {} ms, longest {} ms\n\
         CPU: {:.1} % of a core; memory: {} MB (most {} MB)",
        delays.len(),
        at(0.5),
        at(0.99),
        at(1.0),
        share * 100.0,
        memory(room.0.id(), "VmRSS:")? / 1024,
        memory(room.0.id(), "VmHWM:")? / 1024,
    ))
}

/// The room's way in, once it is open.
async fn opened(folder: &Path, out: &Path) -> Result<(Open, String), Failed> {
    let deadline = Instant::now() + Duration::from_secs(30);
    while Instant::now() < deadline {
        let said = std::fs::read_to_string(out)?;
        let code = said.split_once("/#").and_then(|(_, rest)| rest.split_whitespace().next());
        if let (Some(open), Some(code)) = (open_room(&folder.join("workshop/rooms")), code) {
            return Ok((open, code.to_owned()));
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Err("the room did not open".into())
}

/// One learner: each check is a program of its own, and so a connection of its own.
async fn learn(
    host: String,
    token: String,
    who: usize,
    offset: Duration,
    until: Instant,
    sent: Sent,
) -> Result<(), Failed> {
    tokio::time::sleep(offset).await;
    for number in 1u64.. {
        if Instant::now() >= until {
            break;
        }
        let began = Instant::now();
        let words = format!("r{who}-{number}");
        sent.lock().expect("whole").insert(words.clone(), began);
        let report = json!({
            "number": number, "at": 1_790_000_000 + number * 10, "lesson": "06", "step": format!("s{}", who % 35),
            "title": "Scale to three replicas", "position": who % 35 + 1, "of": 35, "minutes": number / 6,
            "what": { "checked": { "outcome": "not_yet", "failing": {
                "check": "three", "title": "Three replicas run", "words": words } } },
        });
        let taken = post(&host, "/api/reports", &token, &json!({ "reports": [report] })).await?;
        if taken["number"] != number {
            return Err(format!("not taken: {taken}").into());
        }
        tokio::time::sleep(PERIOD.saturating_sub(began.elapsed())).await;
    }
    Ok(())
}

async fn post(host: &str, path: &str, token: &str, body: &Value) -> Result<Value, Failed> {
    let body = body.to_string();
    let mut stream = TcpStream::connect(host).await?;
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(format!("{head}{body}").as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    let (_, said) = answer.split_once("\r\n\r\n").ok_or("no answer")?;
    Ok(serde_json::from_str(said)?)
}

/// The board: every report that it shows for the first time ends a delay.
async fn look(
    host: String,
    key: String,
    sent: Sent,
    delays: Arc<Mutex<Vec<Duration>>>,
) -> Result<(), Failed> {
    let mut stream = TcpStream::connect(&host).await?;
    let head = format!("GET /api/live/board HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {key}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let mut lines = BufReader::new(stream).lines();
    while let Some(line) = lines.next_line().await? {
        let Some(board) = line.strip_prefix("data: ") else { continue };
        let now = Instant::now();
        let board: Value = serde_json::from_str(board)?;
        for row in board["learners"].as_array().into_iter().flatten() {
            let words = row["at"]["failing"]["words"].as_str().unwrap_or_default();
            if let Some(when) = sent.lock().expect("whole").remove(words) {
                delays.lock().expect("whole").push(now - when);
            }
        }
    }
    Ok(())
}

/// CPU seconds of a process.
fn spent(process: u32) -> Result<f64, Failed> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat"))?;
    let (_, rest) = stat.rsplit_once(')').ok_or("no figures")?;
    let ticks: u64 = rest.split_whitespace().skip(11).take(2).filter_map(|one| one.parse::<u64>().ok()).sum();
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}

/// Kilobytes, as `/proc` has them under `which`.
fn memory(process: u32, which: &str) -> Result<u64, Failed> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(which)).ok_or("no figure")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}
