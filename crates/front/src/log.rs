//! nginx's logs: the format of times and of error lines, and where each log goes ([`Logs`]).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use super::out::Sink;
use super::view::{View, absolute};
use workshop_stack::nginx::Level;

/// `error_log`: where to, and from which level on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ErrorLogSpec {
    pub targets: Vec<(Arc<str>, Level)>,
}

/// Every place that is logged to. A container's clock is UTC, and so is this one.
pub(crate) struct Logs {
    stdout: Sink,
    stderr: Sink,
    files: Mutex<HashMap<String, Sink>>,
}

impl Default for Logs {
    fn default() -> Self {
        Self { stdout: Sink::stdout(), stderr: Sink::stderr(), files: Mutex::default() }
    }
}

impl Logs {
    /// Lines go nowhere.
    pub(crate) fn nowhere() -> Self {
        let sink = Sink::closed();
        Self { stdout: sink.clone(), stderr: sink, files: Mutex::default() }
    }

    /// All lines into one place: for tests.
    #[cfg(test)]
    pub(crate) fn to(out: impl std::io::Write + Send + 'static) -> Self {
        let sink = Sink::to(out);
        Self { stdout: sink.clone(), stderr: sink, files: Mutex::default() }
    }

    /// Where the lines for a path of the container go; none where they go nowhere.
    pub(crate) fn sink(&self, path: &str, view: &View) -> std::io::Result<Option<Sink>> {
        match path {
            "/var/log/nginx/access.log" | "/dev/stdout" | "/proc/self/fd/1" => Ok(Some(self.stdout.clone())),
            "/var/log/nginx/error.log" | "/dev/stderr" | "stderr" | "/proc/self/fd/2" => {
                Ok(Some(self.stderr.clone()))
            }
            "/dev/null" | "off" => Ok(None),
            path => {
                let path = absolute(path);
                let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
                if let Some(sink) = files.get(&path) {
                    return Ok(Some(sink.clone()));
                }
                let sink = Sink::file(&view.to_write(&path)?)?;
                files.insert(path, sink.clone());
                Ok(Some(sink))
            }
        }
    }

    /// The error log that a configuration asks for.
    pub(crate) fn error_log(&self, spec: &ErrorLogSpec, view: &View) -> std::io::Result<ErrorLog> {
        let mut targets = Vec::new();
        for (path, level) in &spec.targets {
            targets.extend(self.sink(path, view)?.map(|sink| (sink, *level)));
        }
        Ok(ErrorLog { targets: targets.into() })
    }

    /// What is said before there is a configuration.
    pub(crate) fn startup(&self) -> ErrorLog {
        ErrorLog { targets: Arc::from([(self.stderr.clone(), Level::Notice)]) }
    }

    pub(crate) fn flush(&self) {
        self.stdout.flush();
        self.stderr.flush();
        self.files.lock().unwrap_or_else(PoisonError::into_inner).values().for_each(Sink::flush);
    }
}

/// An error log.
#[derive(Clone)]
pub struct ErrorLog {
    targets: Arc<[(Sink, Level)]>,
}

impl ErrorLog {
    /// Whoever only asks writes nothing.
    pub fn nowhere() -> Self {
        Self { targets: Arc::from([]) }
    }

    pub fn flush(&self) {
        self.targets.iter().for_each(|(sink, _)| sink.flush());
    }

    /// `2026/11/25 10:00:00 [error] 7#7: *12 MESSAGE`.
    pub fn line(&self, level: Level, connection: Option<u64>, message: &str) {
        let mut line = None::<Vec<u8>>;
        for (sink, least) in self.targets.iter() {
            if level > *least {
                continue;
            }
            let line = line.get_or_insert_with(|| {
                let pid = std::process::id();
                let connection = connection.map(|number| format!(" *{number}")).unwrap_or_default();
                let time = error_time(SystemTime::now());
                let message = message.replace(['\n', '\r'], " ");
                format!("{time} [{}] {pid}#{pid}:{connection} {message}\n", level.name()).into_bytes()
            });
            sink.line(line);
        }
    }
}

/// `13: Permission denied`.
pub(crate) fn reason(error: &std::io::Error) -> String {
    let text = error.to_string();
    match error.raw_os_error() {
        Some(number) => format!("{number}: {}", text.split(" (os error").next().unwrap_or_default()),
        None => text,
    }
}

/// A moment as a date.
struct Date {
    year: i64,
    month: usize,
    day: i64,
    hour: u64,
    minute: u64,
    second: u64,
    /// Sunday is 0.
    weekday: usize,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

fn date(seconds: u64) -> Date {
    let days = i64::try_from(seconds / 86_400).unwrap_or(0);
    // Days since 0000-03-01 in 400-year eras: Howard Hinnant's `civil_from_days`.
    let shifted = days + 719_468;
    let era = shifted / 146_097;
    let of_era = shifted % 146_097;
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    Date {
        year: year_of_era + era * 400 + i64::from(month <= 2),
        month: usize::try_from(month - 1).unwrap_or(0),
        day,
        hour: seconds / 3600 % 24,
        minute: seconds / 60 % 60,
        second: seconds % 60,
        weekday: usize::try_from((days + 4) % 7).unwrap_or(0),
    }
}

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// `2026/11/25 10:00:00`.
pub(crate) fn error_time(time: SystemTime) -> String {
    let Date { year, month, day, hour, minute, second, .. } = date(since_epoch(time).as_secs());
    format!("{year:04}/{:02}/{day:02} {hour:02}:{minute:02}:{second:02}", month + 1)
}

/// `Wed, 25 Nov 2026 10:00:00 GMT`.
pub(crate) fn http_time(seconds: u64) -> String {
    let Date { year, month, day, hour, minute, second, weekday } = date(seconds);
    format!("{}, {day:02} {} {year:04} {hour:02}:{minute:02}:{second:02} GMT", DAYS[weekday], MONTHS[month])
}

/// `$time_local` and `$time_iso8601`, made once a second.
pub(crate) fn with_log_time<T>(time: SystemTime, use_it: impl FnOnce(&str, &str) -> T) -> T {
    thread_local! {
        static LAST: RefCell<(u64, String, String)> = const { RefCell::new((u64::MAX, String::new(), String::new())) };
    }
    let seconds = since_epoch(time).as_secs();
    LAST.with_borrow_mut(|last| {
        if last.0 != seconds {
            let Date { year, month, day, hour, minute, second, .. } = date(seconds);
            let clock = format!("{hour:02}:{minute:02}:{second:02}");
            let local = format!("{day:02}/{}/{year:04}:{clock} +0000", MONTHS[month]);
            *last = (seconds, local, format!("{year:04}-{:02}-{day:02}T{clock}+00:00", month + 1));
        }
        use_it(&last.1, &last.2)
    })
}

/// `1764064800.123`.
pub(crate) fn msec(time: SystemTime) -> String {
    let since = since_epoch(time);
    format!("{}.{:03}", since.as_secs(), since.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_as_nginx_writes_them() {
        let at = |seconds: u64| UNIX_EPOCH + Duration::from_millis(seconds * 1000 + 7);
        assert_eq!(error_time(at(1_795_600_800)), "2026/11/25 10:00:00");
        assert_eq!(http_time(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(http_time(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
        let both = with_log_time(at(1_795_600_800), |local, iso| format!("{local} {iso}"));
        assert_eq!(both, "25/Nov/2026:10:00:00 +0000 2026-11-25T10:00:00+00:00");
        assert_eq!(msec(at(5)), "5.007");
    }
}
