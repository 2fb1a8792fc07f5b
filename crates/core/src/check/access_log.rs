//! `access_log`: what nginx writes down of the requests for a path.

use serde::Deserialize;

use super::kind::{Check, World};
use crate::verdict::Verdict;
use workshop_text::Text;

/// The access log that is in force for the path writes this variable.
///
/// Its format is one of the file's own.
///
/// ```toml
/// access_log = { path = "/", has = "$upstream_addr" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct AccessLog {
    /// The path of a request, from `/`.
    path: String,
    /// The variable, with its `$`.
    has: String,
}

impl Check for AccessLog {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.app.location(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let about = |key| Text::new(key).with("has", self.has.as_str()).with("path", self.path.as_str());
        let Some(log) = location.effective("access_log").filter(|log| log.arg(0) != Some("off")) else {
            return Verdict::not_yet(about("check-access-log-none"))
                .expected(Text::verbatim("access_log /var/log/nginx/access.log upstreams;"))
                .at(file.place(location.directive.span));
        };
        let named = log.arg(1).unwrap_or("combined");
        let formats = file.model.http().filter(|directive| directive.name == "log_format");
        let Some(format) = formats.into_iter().find(|format| format.arg(0) == Some(named)) else {
            return Verdict::not_yet(about("check-access-log-format-none").with("format", named))
                .expected(Text::verbatim(format!("log_format upstreams '... upstream={} ...';", self.has)))
                .at(file.place(log.span));
        };
        let has = format.args.iter().skip(1).any(|arg| arg.value.contains(&self.has));
        match has {
            true => Verdict::pass(about("check-access-log-pass").with("format", named)),
            false => Verdict::not_yet(about("check-access-log-lacks").with("format", named))
                .expected(Text::verbatim(self.has.clone()))
                .at(file.place(format.span)),
        }
    }
}
