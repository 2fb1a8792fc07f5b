//! `upstream_servers`: the group behind a path holds exactly these services, and each alike.

use std::time::Duration;

use serde::Deserialize;

use super::kind::{Check, World};
use super::reach::nginx_apart;
use super::read::Read;
use super::services::Services;
use super::upstream;
use super::values::Time;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::nginx::{NginxConf, Upstream, UpstreamServer, time};
use workshop_text::Text;

/// The path is passed on to a group with one server for each of the services, at that port, and no
/// other.
///
/// None rests (`down`), waits (`backup`) or weighs more. `max_fails` and `fail_timeout` are compared by
/// what they mean, where they are given here.
///
/// ```toml
/// upstream_servers = { path = "/", services = ["api-server-1", "api-server-2"], port = 8080, max_fails = 3, fail_timeout = "30s" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct UpstreamServers {
    /// The path of a request, from `/`.
    path: String,
    #[serde(alias = "service")]
    services: Services,
    /// The port inside the containers.
    port: u16,
    /// Failures after which a server rests.
    max_fails: Option<u32>,
    /// The time in which they count, and for which it rests.
    fail_timeout: Option<Time>,
}

/// nginx's own, where a server says nothing.
const MAX_FAILS: u32 = 1;
const FAIL_TIMEOUT: Duration = Duration::from_secs(10);

impl Check for UpstreamServers {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, group, _) = match upstream::behind(world, &self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        if let Err(refused) = world.app.location(&self.path) {
            return *refused;
        }
        let apart = |name: &String| nginx_apart(&world.app.files, name);
        let wrong = self.members(file, &group).or_else(|| self.servers(file, &group));
        let wrong = wrong.or_else(|| self.services.iter().find_map(apart));
        wrong.unwrap_or_else(|| {
            let text = self.services.text("check-upstream-servers-pass");
            Verdict::pass(text.with("name", group.name.value.as_str()))
        })
    }
}

impl UpstreamServers {
    fn line(&self, service: &str) -> String {
        let mut line = format!("server {service}:{}", self.port);
        if let Some(fails) = self.max_fails {
            line.push_str(&format!(" max_fails={fails}"));
        }
        if let Some(Time(time)) = self.fail_timeout {
            line.push_str(&format!(" fail_timeout={}s", time.as_secs_f64()));
        }
        line.push(';');
        line
    }

    /// Each service once, and nobody else.
    fn members(&self, file: &Read<NginxConf>, group: &Upstream) -> Option<Verdict> {
        let name = group.name.value.as_str();
        let about = |key, span: Span| {
            let text = Text::new(key).with("name", name);
            (text, file.place(span))
        };
        let mut seen: Vec<&str> = Vec::new();
        for server in &group.servers {
            let known = self.services.iter().find(|service| service.eq_ignore_ascii_case(&server.host));
            let key = match known {
                None => "check-upstream-servers-stranger",
                Some(service) if seen.contains(&service.as_str()) => "check-upstream-servers-twice",
                Some(service) => {
                    seen.push(service);
                    continue;
                }
            };
            let (text, place) = about(key, server.span);
            return Some(Verdict::not_yet(text.with("server", server.host.as_str())).at(place));
        }
        let missing = self.services.iter().find(|service| !seen.contains(&service.as_str()))?;
        let (text, place) = about("check-upstream-servers-missing", group.name.span);
        let observed =
            if seen.is_empty() { Text::new("check-none") } else { Text::verbatim(seen.join(", ")) };
        let verdict = Verdict::not_yet(text.with("server", missing.as_str())).observed(observed);
        Some(verdict.expected(Text::verbatim(self.line(missing))).at(place))
    }

    /// What each server's own words do.
    fn servers(&self, file: &Read<NginxConf>, group: &Upstream) -> Option<Verdict> {
        let weight = group.servers.first().map_or(1, |server| server.weight);
        let wrong = |server: &UpstreamServer| -> Option<(&'static str, String)> {
            let fail_timeout = server.fail_timeout.as_deref().map_or(Some(FAIL_TIMEOUT), time);
            let max_fails = server.max_fails.unwrap_or(MAX_FAILS);
            let port = server.port.unwrap_or(80);
            if port != self.port {
                return Some(("port", port.to_string()));
            }
            if server.down || server.backup {
                return Some((if server.down { "down" } else { "backup" }, String::new()));
            }
            if server.weight != weight {
                return Some(("weight", server.weight.to_string()));
            }
            if self.max_fails.is_some_and(|wanted| wanted != max_fails) {
                return Some(("max_fails", max_fails.to_string()));
            }
            let wanted = self.fail_timeout.map(|Time(time)| time);
            (wanted.is_some() && wanted != fail_timeout).then(|| {
                let written = server.fail_timeout.clone();
                ("fail_timeout", written.unwrap_or_else(|| format!("{}s", FAIL_TIMEOUT.as_secs())))
            })
        };
        let (server, (what, value)) =
            group.servers.iter().find_map(|server| Some((server, wrong(server)?)))?;
        let text =
            Text::new("check-upstream-servers-other").with("what", what).with("server", server.host.as_str());
        let seen = match what {
            "port" => format!("{}:{value}", server.host),
            _ if value.is_empty() => what.to_owned(),
            _ => format!("{what}={value}"),
        };
        let verdict = Verdict::not_yet(text).expected(Text::verbatim(self.line(&server.host)));
        Some(verdict.observed(Text::verbatim(seen)).at(file.place(server.span)))
    }
}
