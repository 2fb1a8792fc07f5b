//! [`Plan`]: what is to be sent, how much of it, for how long.

use std::time::Duration;

use serde::ser::SerializeMap;
use serde::{Serialize, Serializer};

use super::error::LoadError;
use super::figures::ms;
use super::target::{Guard, parse};
use super::template::Template;

/// What a load run does. [`Plan::get`] makes one with sensible values; every field may be changed.
#[derive(Clone, Debug, Serialize)]
pub struct Plan {
    /// `http://HOST[:PORT]/PATH[?QUERY]`; `{counter}` and `{random}` in path and query are filled in
    /// for every request. Only http is spoken. `http://` may be left out.
    #[serde(serialize_with = "without_password")]
    pub url: String,
    /// `GET`, `POST` …, as it is to be sent.
    pub method: String,
    /// Name and value, sent in this order; `{counter}` and `{random}` in a value are filled in. Host,
    /// Content-Length and Connection are the generator's own unless they are named here. They may
    /// hold a secret, and so may the body: neither is serialised.
    #[serde(skip)]
    pub headers: Vec<(String, String)>,
    /// Sent with its length, whatever the method is.
    #[serde(skip)]
    pub body: Option<Template>,
    /// How requests follow each other, and how many.
    pub load: Load,
    /// How long requests are started, warm-up not included. Stages have their own time and do not
    /// look at it.
    #[serde(rename = "duration_ms", serialize_with = "ms")]
    pub duration: Duration,
    /// Load before the measured time; what is started in it counts nowhere but in
    /// [`Report::warm_up_requests`](super::Report::warm_up_requests). None for stages.
    #[serde(rename = "warm_up_ms", serialize_with = "ms")]
    pub warm_up: Duration,
    /// From the start of a request (its connection included) to the last byte of its answer.
    #[serde(rename = "timeout_ms", serialize_with = "ms")]
    pub timeout: Duration,
    /// Off: a new connection for every request, with `Connection: close`.
    pub keep_alive: bool,
    /// Threads that send; 0 lets the plan itself decide.
    #[serde(skip)]
    pub threads: usize,
    /// The answers' header whose values are counted in [`Report::shares`](super::Report::shares),
    /// in lower case.
    pub share_header: Option<String>,
    /// How many redirects of one request are followed; 0: a redirect is a good answer, not followed.
    pub follow: u32,
    /// Which addresses may be loaded.
    #[serde(skip)]
    pub guard: Guard,
}

/// How requests follow each other.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Load {
    /// Closed loop: each of `connections` sends its next request when its last one is answered.
    Closed {
        /// Connections open at once, each a virtual user.
        connections: u32,
    },
    /// Open loop: `rate` requests a second are due, evenly spaced, whatever the answers do. At most
    /// `connections` are under way at once; what is due meanwhile waits, and its wait counts.
    Open {
        /// Requests a second.
        rate: f64,
        /// The most connections open at once.
        connections: u32,
    },
    /// Closed loop with a changing number of virtual users, a connection each.
    #[serde(serialize_with = "stages")]
    Stages(Vec<Stage>),
}

/// A straight ramp from the users of the stage before (0 at first) to `users`, over `takes`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Stage {
    /// How long the ramp lasts.
    #[serde(rename = "takes_ms", serialize_with = "ms")]
    pub takes: Duration,
    /// Virtual users at its end.
    pub users: u32,
}

impl Stage {
    /// The standard profile: seven minutes with up to 500 virtual users, up in two ramps, held, down.
    pub fn standard() -> Vec<Self> {
        let stage = |minutes: u64, users| Self { takes: Duration::from_secs(60 * minutes), users };
        vec![stage(1, 100), stage(2, 500), stage(3, 500), stage(1, 0)]
    }

    /// The same ramps in the `by`th part of their time.
    pub fn shortened(stages: Vec<Self>, by: u32) -> Vec<Self> {
        stages.into_iter().map(|stage| Self { takes: stage.takes / by.max(1), ..stage }).collect()
    }
}

impl Plan {
    /// `GET url` by `load` for `duration`: no warm-up, time-out 10 s, kept connections, shares by
    /// `X-Replica`, redirects not followed, only this machine's own addresses.
    pub fn get(url: impl Into<String>, load: Load, duration: Duration) -> Self {
        Self {
            url: url.into(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: None,
            load,
            duration,
            warm_up: Duration::ZERO,
            timeout: Duration::from_secs(10),
            keep_alive: true,
            threads: 0,
            share_header: Some("x-replica".to_owned()),
            follow: 0,
            guard: Guard::default(),
        }
    }

    /// One thread on up to two cores, else half of the cores: what is loaded needs the others.
    pub(crate) fn default_threads() -> usize {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        (cores / 2).max(1)
    }

    /// The measured time: [`Plan::duration`], or that of all stages together.
    pub fn measured(&self) -> Duration {
        match &self.load {
            Load::Stages(stages) => stages.iter().map(|stage| stage.takes).sum(),
            Load::Closed { .. } | Load::Open { .. } => self.duration,
        }
    }

    /// The most connections that are ever open at once.
    pub fn connections(&self) -> u32 {
        match &self.load {
            Load::Closed { connections } | Load::Open { connections, .. } => *connections,
            Load::Stages(stages) => stages.iter().map(|stage| stage.users).max().unwrap_or(0),
        }
    }

    /// Whether a connection serves several requests: not where a header of the user's own says that
    /// it ends with the answer, for the server then closes it, announced or not.
    pub(super) fn keeps_connections(&self) -> bool {
        let closes = |(name, value): &(String, String)| {
            name.eq_ignore_ascii_case("connection")
                && value.split(',').any(|token| token.trim().eq_ignore_ascii_case("close"))
        };
        self.keep_alive && !self.headers.iter().any(closes)
    }

    /// The URL as it may be shown: with stars in the place of a password.
    pub fn shown_url(&self) -> String {
        shown_url(&self.url)
    }

    /// # Errors
    /// The key of what makes no sense in it.
    pub(super) fn validate(&self) -> Result<(), LoadError> {
        let wrong = |key| Err(LoadError::Plan(key));
        match &self.load {
            Load::Open { rate, .. } if !rate.is_finite() || *rate <= 0.0 || *rate > 10_000_000.0 => {
                return wrong("load-plan-rate");
            }
            Load::Stages(_) if !self.warm_up.is_zero() => return wrong("load-plan-warm-up"),
            _ => {}
        }
        match self.connections() {
            0 => return wrong("load-plan-no-connections"),
            1..=50_000 => {}
            _ => return wrong("load-plan-too-many-connections"),
        }
        if self.measured().is_zero() {
            return wrong("load-plan-no-time");
        }
        if self.timeout.is_zero() {
            return wrong("load-plan-no-timeout");
        }
        Ok(())
    }
}

fn shown_url(given: &str) -> String {
    let Ok(mut url) = parse(given) else { return given.to_owned() };
    if url.password().is_none() {
        return given.to_owned();
    }
    // A URL with a host can have one.
    let _ = url.set_password(Some("***"));
    url.to_string().replace("%7B", "{").replace("%7D", "}")
}

fn without_password<S: Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&shown_url(url))
}

fn stages<S: Serializer>(stages: &[Stage], serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(Some(1))?;
    map.serialize_entry("stages", stages)?;
    map.end()
}
