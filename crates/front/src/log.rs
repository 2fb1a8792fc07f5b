//! nginx's logs: the format of times and of error lines, and where each log goes ([`Logs`]).

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

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

fn since_epoch(time: SystemTime) -> Duration {
    time.duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// A moment as a container's clock shows it.
fn civil(time: Timestamp) -> DateTime {
    TimeZone::UTC.to_datetime(time)
}

/// `2026/11/25 10:00:00`.
pub(crate) fn error_time(time: SystemTime) -> String {
    civil(time.try_into().unwrap_or_default()).strftime("%Y/%m/%d %H:%M:%S").to_string()
}

/// `25 Nov 2026 10:00:00 GMT`, which follows the weekday.
const HTTP: &str = "%d %b %Y %H:%M:%S GMT";

/// `Wed, 25 Nov 2026 10:00:00 GMT`.
pub(crate) fn http_time(seconds: u64) -> String {
    let time = i64::try_from(seconds).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    let date = civil(time.unwrap_or(Timestamp::MAX));
    format!("{}, {}", date.strftime("%a"), date.strftime(HTTP))
}

/// The seconds of such a time, whatever weekday it says.
pub(crate) fn parse_http_time(text: &str) -> Option<u64> {
    let date = DateTime::strptime(HTTP, text.split_once(',')?.1.trim()).ok()?;
    date.to_zoned(TimeZone::UTC).ok()?.timestamp().as_second().try_into().ok()
}

/// `$time_local` and `$time_iso8601`, made once a second.
pub(crate) fn with_log_time<T>(time: SystemTime, use_it: impl FnOnce(&str, &str) -> T) -> T {
    thread_local! {
        static LAST: RefCell<(u64, String, String)> = const { RefCell::new((u64::MAX, String::new(), String::new())) };
    }
    let seconds = since_epoch(time).as_secs();
    LAST.with_borrow_mut(|last| {
        if last.0 != seconds {
            let date = civil(time.try_into().unwrap_or_default());
            let local = date.strftime("%d/%b/%Y:%H:%M:%S +0000").to_string();
            *last = (seconds, local, date.strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string());
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

    #[test]
    fn http_dates_are_read_back() {
        for seconds in [0, 784_111_777, 951_782_400, 1_795_600_800, 4_102_444_799] {
            assert_eq!(parse_http_time(&http_time(seconds)), Some(seconds));
        }
        for bad in [
            "",
            "Sun",
            "Sun, 06 Foo 1994 08:49:37 GMT",
            "Sun, 06 Nov 1994 08:49 GMT",
            "x, 99999999999999999999 Nov 1994 08:49:37 GMT",
        ] {
            assert_eq!(parse_http_time(bad), None, "{bad}");
        }
    }
}
