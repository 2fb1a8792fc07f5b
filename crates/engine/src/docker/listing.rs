//! From the engine's listing to [`Replica`]s: pure functions over bollard's models, and the times
//! that the engine writes.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::{Duration, SystemTime};

use bollard::models::{ContainerInspectResponse, ContainerSummary, ContainerSummaryStateEnum as Listed};

use crate::{Health, Published, Replica, State};

pub(crate) const PROJECT: &str = "com.docker.compose.project";
pub(crate) const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
const SERVICE: &str = "com.docker.compose.service";
const NUMBER: &str = "com.docker.compose.container-number";
const ONE_OFF: &str = "com.docker.compose.oneoff";

pub(crate) fn label<'a>(container: &'a ContainerSummary, name: &str) -> Option<&'a str> {
    container.labels.as_ref()?.get(name).map(String::as_str)
}

/// True for the container of a `docker compose run`.
pub(crate) fn is_one_off(container: &ContainerSummary) -> bool {
    label(container, ONE_OFF).is_some_and(|value| value.eq_ignore_ascii_case("true"))
}

pub(crate) fn name(container: &ContainerSummary) -> String {
    let names = container.names.as_deref().unwrap_or_default();
    // A legacy link adds a second name, `/other/alias`.
    let own = names.iter().find(|name| name.matches('/').count() == 1).or_else(|| names.first());
    own.map(|name| name.trim_start_matches('/').to_owned()).unwrap_or_default()
}

/// Whether a container can be what the engine says: its id is one, and leads nowhere else within a
/// request.
pub(crate) fn is_sound(container: &ContainerSummary) -> bool {
    let is_id =
        |id: &String| (12..=128).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    container.id.as_ref().is_some_and(is_id)
}

/// One replica as the listing shows it; `None` for a container that belongs to no service.
pub(crate) fn replica(container: &ContainerSummary) -> Option<Replica> {
    let id = container.id.clone()?;
    let status = container.status.as_deref().unwrap_or_default();
    Some(Replica {
        name: name(container),
        service: label(container, SERVICE)?.to_owned(),
        index: label(container, NUMBER).and_then(|number| number.parse().ok()).unwrap_or(1),
        hostname: id.chars().take(12).collect(),
        state: state(container.state, status),
        health: health(status),
        networks: networks(container),
        published: published(container),
        image: container.image.clone().unwrap_or_default(),
        created: since_epoch(container.created.unwrap_or_default()),
        started: None,
        node: None,
        restarts: None,
        trouble: None,
        id,
    })
}

/// Adds what only an inspection knows.
pub(crate) fn add_details(replica: &mut Replica, inspected: &ContainerInspectResponse) {
    let state = inspected.state.as_ref();
    replica.started = state.and_then(|state| state.started_at.as_deref()).and_then(parse_time);
    replica.restarts = inspected.restart_count.map(|count| u32::try_from(count.max(0)).unwrap_or(u32::MAX));
    let hostname = inspected.config.as_ref().and_then(|config| config.hostname.clone());
    if let Some(hostname) = hostname.filter(|name| !name.is_empty()) {
        replica.hostname = hostname;
    }
}

fn state(state: Option<Listed>, status: &str) -> State {
    match state {
        Some(Listed::RUNNING) => State::Running,
        Some(Listed::RESTARTING) => State::Restarting,
        Some(Listed::PAUSED) => State::Paused,
        Some(Listed::EXITED) => State::Exited(exit_code(status)),
        // `stopping` is newer than our types: it is on its way out.
        Some(Listed::REMOVING | Listed::STOPPING) => State::Removing,
        Some(Listed::DEAD) => State::Dead,
        Some(Listed::CREATED | Listed::EMPTY) | None => State::Created,
    }
}

/// 137 of `Exited (137) 3 seconds ago`.
fn exit_code(status: &str) -> Option<i32> {
    status.strip_prefix("Exited (")?.split_once(')')?.0.parse().ok()
}

fn health(status: &str) -> Health {
    if status.contains("(healthy)") {
        Health::Healthy
    } else if status.contains("(unhealthy)") {
        Health::Unhealthy
    } else if status.contains("(health: starting)") {
        Health::Starting
    } else {
        Health::None
    }
}

/// Every network that the container is attached to, also while it does not run.
pub(crate) fn networks(container: &ContainerSummary) -> BTreeMap<String, String> {
    let attached = container.network_settings.as_ref().and_then(|settings| settings.networks.as_ref());
    let address = |v4: &Option<String>, v6: &Option<String>| {
        v4.clone().filter(|ip| !ip.is_empty()).or_else(|| v6.clone()).unwrap_or_default()
    };
    attached
        .into_iter()
        .flatten()
        .map(|(name, end)| (name.clone(), address(&end.ip_address, &end.global_ipv6_address)))
        .collect()
}

/// The names of the volumes that the container mounts.
pub(crate) fn volumes(container: &ContainerSummary) -> BTreeSet<String> {
    let mounts = container.mounts.as_deref().unwrap_or_default();
    mounts
        .iter()
        .filter(|mount| mount.typ.as_deref() == Some("volume"))
        .filter_map(|mount| mount.name.clone())
        .collect()
}

/// The published ports, IPv4's first; one entry where the engine lists both apart at the same port.
fn published(container: &ContainerSummary) -> Vec<Published> {
    let mut seen: BTreeMap<(u16, u16), String> = BTreeMap::new();
    for port in container.ports.as_deref().unwrap_or_default() {
        let Some(host) = port.public_port else { continue };
        let ip = port.ip.clone().unwrap_or_default();
        let kept = seen.entry((port.private_port, host)).or_insert_with(|| ip.clone());
        if kept.contains(':') && !ip.contains(':') {
            *kept = ip;
        }
    }
    let mut ports: Vec<Published> =
        seen.into_iter().map(|((target, host), host_ip)| Published { host_ip, host, target }).collect();
    // A port that the engine chose may differ between the two; IPv4's is the one people type.
    ports.sort_by_key(|port| port.host_ip.contains(':'));
    ports
}

pub(crate) fn since_epoch(seconds: i64) -> SystemTime {
    let past = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
    SystemTime::UNIX_EPOCH.checked_add(past).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// The values of one label, each once.
pub(crate) fn distinct<'a>(containers: &[&'a ContainerSummary], name: &str) -> BTreeSet<&'a str> {
    containers.iter().filter_map(|container| label(container, name)).collect()
}

/// True where `labels` say that the thing belongs to one of `projects`.
pub(crate) fn is_of(labels: Option<&HashMap<String, String>>, projects: &BTreeSet<&str>) -> bool {
    labels.and_then(|labels| labels.get(PROJECT)).is_some_and(|name| projects.contains(name.as_str()))
}

/// A time as Go writes it (RFC 3339, up to nanoseconds); `None` for Go's zero time, which stands
/// for "never", and for what is no time.
pub(crate) fn parse_time(text: &str) -> Option<SystemTime> {
    let (date, time) = text.split_once('T')?;
    let mut date = date.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (date.next()??, date.next()??, date.next()??);
    let zone_at = time.find(['Z', '+', '-'])?;
    let (clock, zone) = time.split_at(zone_at);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<i64>().ok());
    let (hour, minute, second) = (clock.next()??, clock.next()??, clock.next()??);
    let nanos: u32 = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let bounded = |value: i64, most| (0..=most).contains(&value);
    if !bounded(year, 9999) || !bounded(hour, 24) || !bounded(minute, 60) || !bounded(second, 61) {
        return None;
    }
    let seconds = days(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset(zone)?;
    let seconds = u64::try_from(seconds).ok()?;
    Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos))
}

/// Seconds east of UTC of `Z`, `+09:00`, `-03:30`.
fn offset(zone: &str) -> Option<i64> {
    if zone == "Z" {
        return Some(0);
    }
    let (hours, minutes) = zone.get(1..)?.split_once(':')?;
    let seconds = i64::from(hours.parse::<u8>().ok()?) * 3_600 + i64::from(minutes.parse::<u8>().ok()?) * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

/// Days from 1970-01-01 to a date of the Gregorian calendar (Howard Hinnant, `days_from_civil`).
const fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_go_writes_them() {
        let at = |seconds, nanos| Some(SystemTime::UNIX_EPOCH + Duration::new(seconds, nanos));
        for (text, wanted) in [
            ("1970-01-01T00:00:00Z", at(0, 0)),
            ("2000-02-29T12:00:01.5Z", at(951_825_601, 500_000_000)),
            ("2026-11-22T06:15:34.123456789Z", at(1_795_328_134, 123_456_789)),
            ("2026-11-22T15:15:34+09:00", at(1_795_328_134, 0)),
            ("0001-01-01T00:00:00Z", None),
            ("2026-13-01T00:00:00Z", None),
            ("hello", None),
            ("T", None),
            ("9223372036854775807-01-01T00:00:00Z", None),
            ("2026-01-01T9223372036854775807:00:00Z", None),
            ("2026-01-01T00:00:-5Z", None),
            ("2026-01-01T00:00:00+9223372036854775807:00", None),
        ] {
            assert_eq!(parse_time(text), wanted, "{text}");
        }
    }

    #[test]
    fn state_and_health_come_from_the_listing_alone() {
        let listed = |state, status: &str| {
            let labels = HashMap::from([(SERVICE.to_owned(), "web".to_owned())]);
            let container = ContainerSummary {
                id: Some("0123456789abcdef".into()),
                names: Some(vec!["/other/alias".into(), "/ws-web-1".into()]),
                labels: Some(labels),
                state: Some(state),
                status: Some(status.into()),
                ..ContainerSummary::default()
            };
            let seen = replica(&container).unwrap();
            assert_eq!((seen.name.as_str(), seen.hostname.as_str()), ("ws-web-1", "0123456789ab"));
            (seen.state, seen.health)
        };
        let is = |state, health| (state, health);
        assert_eq!(listed(Listed::RUNNING, "Up 2 minutes"), is(State::Running, Health::None));
        assert_eq!(listed(Listed::RUNNING, "Up 2 s (healthy)"), is(State::Running, Health::Healthy));
        assert_eq!(listed(Listed::RUNNING, "Up 2 s (unhealthy)"), is(State::Running, Health::Unhealthy));
        assert_eq!(
            listed(Listed::RUNNING, "Up 2 s (health: starting)"),
            is(State::Running, Health::Starting)
        );
        assert_eq!(
            listed(Listed::EXITED, "Exited (137) 3 s ago"),
            is(State::Exited(Some(137)), Health::None)
        );
        assert_eq!(listed(Listed::RESTARTING, "Restarting (1) 2 s ago"), is(State::Restarting, Health::None));
    }
}
