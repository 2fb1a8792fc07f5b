//! `proxy_header`: a request header as nginx sends it on.

use serde::Deserialize;

use super::kind::{Check, World};
use super::read::Read;
use crate::verdict::Verdict;
use workshop_front::Fate;
use workshop_stack::nginx::{Directive, Location, NginxConf};
use workshop_text::Text;

/// What is passed on from the path carries that header, with one of these values.
///
/// By nginx's rule: one `proxy_set_header` at a level hides all of the levels above.
///
/// ```toml
/// proxy_header = { path = "/api/posts", name = "Host", one_of = ["$host", "$http_host"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ProxyHeader {
    /// The path of a request, from `/`.
    path: String,
    /// The header.
    name: String,
    /// Values as the configuration writes them, one of which is enough.
    one_of: Vec<String>,
}

impl Check for ProxyHeader {
    /// What the service hears decides; where it is wrong, the file's words say why. A header that is
    /// taken away is asked of the file alone: nginx's own default may send none either.
    fn judge(&self, world: &World<'_>) -> Verdict {
        let written = self.written(world);
        let Ok(served) = world.app.served() else { return written };
        if self.one_of.iter().any(String::is_empty)
            || !matches!(written.message.key, "check-proxy-header-other" | "check-proxy-header-pass")
        {
            return written;
        }
        let Some(told) = served.told(&self.path) else { return written };
        let name = self.name.as_str();
        for told in told.iter().filter(|told| matches!(told.answered.fate, Fate::Passed(_))) {
            let Some((wanted, sent)) = served.header(name, &self.one_of, &told.target) else { continue };
            if sent.as_ref().is_some_and(|sent| wanted.contains(sent)) {
                continue;
            }
            if !written.is_pass() {
                return written;
            }
            let text =
                Text::new("check-proxy-header-below").with("name", name).with("path", told.target.as_str());
            return Verdict::not_yet(text)
                .expected(Text::verbatim(self.line()))
                .observed(sent.map_or_else(
                    || Text::new("check-none"),
                    |sent| match sent.is_empty() {
                        true => cleared(name),
                        false => Text::verbatim(format!("{name}: {sent}")),
                    },
                ))
                .at(served.place(told.answered.block.as_ref()));
        }
        Verdict::pass(Text::new("check-proxy-header-pass").with("line", self.line()))
    }
}

/// An empty value, which nginx does not send on at all.
fn cleared(name: &str) -> Text {
    Text::new("check-proxy-header-cleared").with("line", format!("proxy_set_header {name} \"\";"))
}

impl ProxyHeader {
    fn line(&self) -> String {
        let wanted = self.one_of.first().map(String::as_str).unwrap_or_default();
        let quoted = if wanted.is_empty() { "\"\"" } else { wanted };
        format!("proxy_set_header {} {quoted};", self.name)
    }

    fn written(&self, world: &World<'_>) -> Verdict {
        let (file, location) = match world.app.location(&self.path) {
            Ok(found) => found,
            Err(verdict) => return *verdict,
        };
        let name = self.name.as_str();
        let line = self.line();
        let Some(value) = location.proxy_header(name) else {
            return self
                .missing(file, &location)
                .expected(Text::verbatim(line))
                .observed(Text::new("check-none"));
        };
        if self.one_of.iter().any(|wanted| wanted.eq_ignore_ascii_case(value)) {
            return Verdict::pass(match value.is_empty() {
                true => cleared(name),
                false => Text::new("check-proxy-header-pass").with("line", line),
            });
        }
        let headers = location.effective_all("proxy_set_header");
        let own =
            headers.iter().rev().find(|set| set.arg(0).is_some_and(|arg| arg.eq_ignore_ascii_case(name)));
        Verdict::not_yet(Text::new("check-proxy-header-other").with("name", name))
            .expected(Text::verbatim(line))
            .observed(if value.is_empty() { cleared(name) } else { Text::verbatim(value) })
            .at(own.and_then(|set| file.place(set.span)))
    }

    /// Why the header is not sent on: it was set where it does not count, or nowhere.
    fn missing(&self, file: &Read<NginxConf>, location: &Location<'_>) -> Verdict {
        let name = self.name.as_str();
        let about =
            |key| Verdict::not_yet(Text::new(key).with("name", name).with("path", self.path.as_str()));
        if let Some(hidden) = outer(location).find(|directive| sets(directive, "proxy_set_header", name)) {
            return about("check-proxy-header-hidden").at(file.place(hidden.span));
        }
        let answers = location.effective_all("add_header");
        if let Some(answer) = answers.into_iter().find(|directive| sets(directive, "add_header", name)) {
            return about("check-proxy-header-answer").at(file.place(answer.span));
        }
        about("check-proxy-header-missing").at(file.place(location.directive.span))
    }
}

/// What stands directly in the blocks around a location, and in `http`.
fn outer<'c>(location: &Location<'c>) -> impl Iterator<Item = &'c Directive> {
    let blocks = location.parents.clone().into_iter().chain([location.server.directive]);
    blocks.flat_map(Directive::inside).chain(location.server.conf.http())
}

fn sets(directive: &Directive, kind: &str, name: &str) -> bool {
    directive.name == kind && directive.arg(0).is_some_and(|arg| arg.eq_ignore_ascii_case(name))
}
