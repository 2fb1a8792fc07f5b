//! `nginx`: a directive that is in force where a path is served.

use std::time::Duration;

use serde::Deserialize;

use super::kind::{Check, World};
use super::values::Time;
use crate::verdict::Verdict;
use workshop_stack::nginx::{Directive, time};
use workshop_text::Text;

/// The directive is in force, so written, in the location that serves the path.
///
/// It may stand there or be inherited.
///
/// ```toml
/// nginx = { path = "/api/posts", directive = "proxy_http_version", equals = ["1.1"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Nginx {
    /// The path of a request, from `/`.
    path: String,
    /// The directive's name.
    directive: String,
    /// All of its arguments.
    equals: Option<Vec<String>>,
    /// Arguments that must be among its own.
    #[serde(default)]
    includes: Vec<String>,
    /// Its first argument is a time of no more than this.
    at_most: Option<Time>,
}

impl Check for Nginx {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.app.location(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let name = self.directive.as_str();
        let Some(directive) = location.effective(name) else {
            return Verdict::not_yet(
                Text::new("check-nginx-missing").with("directive", name).with("path", self.path.as_str()),
            )
            .expected(Text::verbatim(self.wanted()))
            .at(file.place(location.directive.span));
        };
        let other = world.app.served().map(|served| served.ways(&self.path)).unwrap_or_default();
        let other = other.into_iter().find_map(|(target, way)| {
            let found = way.effective(name);
            (!found.is_some_and(|found| self.is_right(found))).then_some((target, way, found))
        });
        if let Some((target, way, found)) = other.filter(|_| self.is_right(directive)) {
            let text = Text::new("check-nginx-missing").with("directive", name).with("path", target);
            let seen = found.map_or_else(|| Text::new("check-none"), |found| Text::verbatim(written(found)));
            return Verdict::not_yet(text)
                .expected(Text::verbatim(self.wanted()))
                .observed(seen)
                .at(file.place(found.map_or(way.directive.span, |found| found.span)));
        }
        if self.is_right(directive) {
            return Verdict::pass(Text::new("check-nginx-pass").with("directive", written(directive)));
        }
        Verdict::not_yet(Text::new("check-nginx-other").with("directive", name))
            .expected(Text::verbatim(self.wanted()))
            .observed(Text::verbatim(written(directive)))
            .at(file.place(directive.span))
    }
}

impl Nginx {
    fn is_right(&self, directive: &Directive) -> bool {
        let args: Vec<&str> = directive.args.iter().map(|arg| arg.value.as_str()).collect();
        let equal = self.equals.as_ref().is_none_or(|wanted| *wanted == args);
        let included = self.includes.iter().all(|wanted| args.contains(&wanted.as_str()));
        let in_time = self.at_most.is_none_or(|most| {
            args.first().and_then(|arg| time(arg)).is_some_and(|time| Duration::ZERO < time && time <= most.0)
        });
        equal && included && in_time
    }

    fn wanted(&self) -> String {
        let values = match (&self.equals, self.at_most) {
            (Some(values), _) => values.join(" "),
            (None, Some(most)) => format!("{}s", most.0.as_secs_f64()),
            (None, None) => self.includes.join(" "),
        };
        format!("{} {values};", self.directive)
    }
}

fn written(directive: &Directive) -> String {
    let args: Vec<&str> = directive.args.iter().map(|arg| arg.value.as_str()).collect();
    format!("{} {};", directive.name, args.join(" "))
}
