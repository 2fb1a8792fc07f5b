//! What the look inside the container said, taken apart: [`Said`].

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// Ticks of the kernel's clock in a second, as it shows them (`USER_HZ`).
const TICKS: f64 = 100.0;

/// A file of the container's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct File {
    /// An absolute path.
    pub path: String,
    /// When it was written, in seconds since 1970; 0 where nothing says so.
    pub written: u64,
    pub text: String,
}

/// What was to be seen.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Said {
    /// nginx runs there.
    pub is_nginx: bool,
    /// For how many seconds its workers have run: with each reload it has others.
    pub age: Option<f64>,
    /// By name; a name that nobody knows has no address.
    pub names: BTreeMap<String, Vec<IpAddr>>,
    /// Where its connections lead, those that were closed in the last minute included.
    pub connections: BTreeSet<SocketAddr>,
    pub files: Vec<File>,
}

impl Said {
    /// Reads the answer, whose parts begin with `mark`.
    pub(super) fn read(text: &str, mark: &str) -> Self {
        let mut said = Self::default();
        let mut uptime = None;
        let mut processes = Vec::new();
        for part in parts(text, mark) {
            let (head, body) = part.split_once('\n').unwrap_or((part, ""));
            let (kind, rest) = head.split_once(' ').unwrap_or((head, ""));
            match kind {
                "uptime" => uptime = rest.trim().parse::<f64>().ok(),
                "process" => processes.extend(Process::read(rest)),
                "name" => {
                    said.names.insert(rest.to_owned(), addresses(body));
                }
                "connections" => said.connections = body.lines().filter_map(connection).collect(),
                "file" => said.files.extend(file(rest, body)),
                _ => {}
            }
        }
        said.is_nginx = processes.iter().any(|one| one.name == "nginx");
        said.age = uptime.zip(served_since(&processes)).map(|(uptime, since)| (uptime - since).max(0.0));
        said
    }
}

/// The parts that begin with `mark`, at the beginning of a line.
fn parts<'t>(text: &'t str, mark: &str) -> Vec<&'t str> {
    let at_line = |at: &usize| *at == 0 || text.as_bytes()[at - 1] == b'\n';
    let begins: Vec<usize> = text.match_indices(mark).map(|(at, _)| at).filter(at_line).collect();
    let ends = begins.iter().skip(1).copied().chain([text.len()]);
    let part = |(from, to): (&usize, usize)| text[from + mark.len()..to].strip_prefix(' ');
    begins.iter().zip(ends).filter_map(part).collect()
}

/// `FILE` of a `/proc/PID/stat` and the process's command.
struct Process<'t> {
    name: &'t str,
    id: u32,
    parent: u32,
    /// In seconds since the machine's start.
    started: f64,
    command: &'t str,
}

impl<'t> Process<'t> {
    fn read(line: &'t str) -> Option<Self> {
        // A name may hold anything, a parenthesis too.
        let (id, rest) = line.split_once(" (")?;
        let end = rest.rfind(')')?;
        // Of two parentheses the last may be the command's; the fields behind the name are numbers.
        let end = rest[..=end].match_indices(") ").map(|(at, _)| at).next().unwrap_or(end);
        let mut fields = rest.get(end + 1..)?.split_whitespace();
        let parent = fields.nth(1)?.parse().ok()?;
        let started = fields.nth(17)?.parse::<f64>().ok()? / TICKS;
        // The fields of a stat go on to the fifty-second; the command follows.
        let mut command = rest.get(end + 1..)?;
        for _ in 0..50 {
            let trimmed = command.trim_start();
            let number = trimmed.split(' ').next().unwrap_or_default();
            let is_state = number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_alphabetic());
            if !is_state && number.parse::<i128>().is_err() {
                break;
            }
            command = &trimmed[number.len()..];
        }
        let id = id.trim().parse().ok()?;
        Some(Self { name: &rest[..end], id, parent, started, command: command.trim() })
    }
}

/// When the processes began that serve now: a reload makes new workers, and those of before end when
/// they have nothing more to do.
fn served_since(processes: &[Process<'_>]) -> Option<f64> {
    let nginx = || processes.iter().filter(|one| one.name == "nginx");
    let is_worker = |one: &&Process<'_>| nginx().any(|other| other.id == one.parent);
    let serves =
        |one: &&Process<'_>| one.command.contains("worker process") && !one.command.contains("shutting");
    let workers = nginx().filter(is_worker).filter(serves).map(|one| one.started);
    let latest =
        workers.fold(None, |latest: Option<f64>, one| Some(latest.map_or(one, |other| other.max(one))));
    let alone = || nginx().map(|one| one.started).reduce(f64::min);
    latest.or_else(alone)
}

/// The answer of `nslookup` (the server's own address stands before the first `Name:`) or of `getent`.
fn addresses(text: &str) -> Vec<IpAddr> {
    let mut found = Vec::new();
    let mut named = false;
    for line in text.lines() {
        named |= line.starts_with("Name:");
        let mut words = line.split_whitespace();
        let address = match words.next() {
            Some(first) if first.starts_with("Address") => {
                words.filter(|_| named).find_map(|word| word.parse::<IpAddr>().ok())
            }
            Some(first) => first.parse().ok(),
            None => None,
        };
        found.extend(address.filter(|address| !found.contains(address)));
    }
    found
}

/// `REMOTE STATE` of a line of `/proc/net/tcp`: an open connection, one that is being opened, one
/// that was closed a short while ago.
fn connection(line: &str) -> Option<SocketAddr> {
    const SHOWN: [&str; 8] = ["01", "02", "04", "05", "06", "08", "09", "0B"];
    let (remote, state) = line.trim().split_once(' ')?;
    if !SHOWN.contains(&state) {
        return None;
    }
    let (ip, port) = remote.split_once(':')?;
    let port = u16::from_str_radix(port, 16).ok().filter(|port| *port != 0)?;
    // The kernel writes words of 32 bits, each as this machine reads numbers.
    let word = |at: usize| Some(u32::from_str_radix(ip.get(at..at + 8)?, 16).ok()?.to_le_bytes());
    let ip = match ip.len() {
        8 => IpAddr::from(Ipv4Addr::from(word(0)?)),
        32 => {
            let bytes: Vec<u8> = [word(0)?, word(8)?, word(16)?, word(24)?].concat();
            Ipv6Addr::from(<[u8; 16]>::try_from(bytes).ok()?).to_canonical()
        }
        _ => return None,
    };
    Some(SocketAddr::new(ip, port))
}

fn file(head: &str, text: &str) -> Option<File> {
    let (written, path) = head.split_once(' ')?;
    Some(File { path: path.to_owned(), written: written.parse().unwrap_or(0), text: text.to_owned() })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const STAT: &str = "S 1 1 1 0 -1 4194624 1 0 0 0 0 0 0 0 20 0 1 0";
    const REST: &str = "10 20 18446744073709551615 1 1 0 0 0 0 0 0 0 0 0 0 17 1 0 0 0 0 0 0 0 0 0 0 0 0 0";

    #[test]
    fn workers_say_since_when_the_configuration_serves() {
        let line = |id: u32, parent: u32, ticks: u32, command: &str| {
            let stat = STAT.replacen("S 1", &format!("S {parent}"), 1);
            format!("@m process {id} (nginx) {stat} {ticks} {REST} {command}\n")
        };
        let text = [
            "@m uptime 100.50\n".to_owned(),
            line(1, 0, 5000, "nginx: master process nginx -g daemon off;"),
            line(7, 1, 5010, "nginx: worker process is shutting down"),
            line(9, 1, 9050, "nginx: worker process"),
        ];
        let said = Said::read(&text.concat(), "@m");
        assert!(said.is_nginx);
        assert!((said.age.unwrap() - 10.0).abs() < 1e-6, "{said:?}");
    }

    #[test]
    fn names_are_read_from_either_program() {
        let busybox = "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\nNon-authoritative answer:\n\
                       Name:\tbackend\nAddress: 172.18.0.3\nName:\tbackend\nAddress: 172.18.0.4\n\n";
        let glibc = "172.18.0.3      STREAM backend\n172.18.0.3      DGRAM\n172.18.0.4      STREAM\n";
        let none = "Server:\t\t127.0.0.11\nAddress:\t127.0.0.11:53\n\n** server can't find gone: NXDOMAIN\n";
        let two: Vec<IpAddr> = vec![[172, 18, 0, 3].into(), [172, 18, 0, 4].into()];
        assert_eq!(addresses(busybox), two);
        assert_eq!(addresses(glibc), two);
        assert_eq!(addresses(none), Vec::<IpAddr>::new());
    }

    #[test]
    fn connections_are_read_as_the_kernel_writes_them() {
        assert_eq!(connection("030012AC:1F90 06"), Some("172.18.0.3:8080".parse().unwrap()));
        let mapped = "0000000000000000FFFF0000030012AC:1F90 01";
        assert_eq!(connection(mapped), Some("172.18.0.3:8080".parse().unwrap()));
        for none in ["00000000:0000 0A", "030012AC:1F90 07", "030012AC 06", "x", ""] {
            assert_eq!(connection(none), None, "{none}");
        }
    }

    #[test]
    fn a_file_cannot_speak_as_a_part() {
        let text =
            "@m file 12 /etc/nginx/nginx.conf\n# x @m name y\nhttp {}\n\n@m name b\n172.18.0.9 STREAM b\n";
        let said = Said::read(text, "@m");
        assert_eq!(said.files.len(), 1);
        assert_eq!((said.files[0].written, said.files[0].text.contains("http {}")), (12, true));
        assert_eq!(said.names.len(), 1);
    }

    proptest! {
        #[test]
        fn nothing_that_is_said_stops_it(text in ".{0,400}", lines in proptest::collection::vec("@m [a-z]{4,11} .{0,80}", 0..8)) {
            Said::read(&text, "@m");
            Said::read(&lines.join("\n"), "@m");
            connection(&text);
            addresses(&text);
        }
    }
}
