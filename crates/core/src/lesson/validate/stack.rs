//! Rules about the lesson's stack: what `lesson.toml` names is there in the compose files, and no
//! secret stands in one of them.

use std::collections::BTreeSet;

use super::Faults;
use workshop_engine::StackCommand;
use workshop_stack::compose::project::{self, Project, Unread};
use workshop_stack::compose::{ComposeFile, Env};
use workshop_stack::yaml::Node;
use workshop_text::Text;
use workshop_text::near::did_you_mean;

/// Keys of a check by which it names services, whatever its kind.
const NAMING: [&str; 6] = ["service", "services", "members", "over", "only", "names"];

/// One state of the lesson's compose file.
struct ComposeState {
    text: String,
    model: ComposeFile,
}

impl Faults<'_> {
    pub(super) fn stack(&mut self) {
        self.variables();
        let states = self.states();
        // Where none can be read, that is said elsewhere.
        if states.is_empty() {
            return;
        }
        self.unused(&states);
        self.services(&states);
        self.entry_port(&states);
        self.without_program(&states);
        if !self.lesson.file.secrets.is_empty() {
            self.literal_secrets(&states);
            self.ignored();
        }
    }

    /// The compose file at the start and after each edit, each once.
    fn states(&mut self) -> Vec<ComposeState> {
        let mut states: Vec<ComposeState> = Vec::new();
        let all = std::mem::take(&mut self.states);
        for files in &all {
            let open = |path: &str| {
                files.get(path).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).ok_or(())
            };
            let env = self.lesson.file.stand_ins();
            let dotenv = files.get(".env").map(|bytes| Env::of_dotenv(bytes, &env)).unwrap_or_default();
            let names = project::names(&dotenv, |name| files.contains_key(name));
            if names.is_empty() {
                continue;
            }
            match project::load(&names, &env.over(dotenv), open) {
                Ok(Project { model, sources }) => {
                    let text: String = sources.into_iter().map(|source| source.text).collect();
                    if states.iter().all(|state| state.text != text) {
                        states.push(ComposeState { text, model });
                    }
                }
                Err(Unread::Broken { source, error }) => {
                    let text = Text::new("rule-compose-broken").with("file", source.path);
                    let text = text.with("line", error.span.line);
                    self.add("lesson.toml", text.with("reason", error.message));
                }
                Err(Unread::File { path, .. }) => {
                    self.add("lesson.toml", Text::new("rule-compose-missing").with("file", path));
                }
            }
        }
        self.states = all;
        states
    }

    /// Names that a shell, Compose and `.env` all take; and each one thing.
    fn variables(&mut self) {
        let file = &self.lesson.file;
        let ports = file.ports.iter().map(|port| &port.variable);
        let images = file.images.iter().map(|image| &image.variable);
        let names: Vec<String> = ports.chain(&file.secrets).chain(images).cloned().collect();
        let mut seen = BTreeSet::new();
        for name in names {
            if !is_variable(&name) {
                self.add_at(
                    &["variable", "secrets"],
                    &name,
                    Text::new("rule-variable-name").with("name", name.as_str()),
                );
            }
            if !seen.insert(name.clone()) {
                self.add_at(
                    &["variable", "secrets"],
                    &name,
                    Text::new("rule-variable-twice").with("name", name.as_str()),
                );
            }
        }
    }

    /// A variable of `.env` that no compose file asks for changes nothing.
    fn unused(&mut self, states: &[ComposeState]) {
        let mut asked = BTreeSet::new();
        states
            .iter()
            .for_each(|state| each_text(&state.model.root, &mut |text| asked.extend(variables_in(text))));
        let file = &self.lesson.file;
        let ports = file.ports.iter().map(|port| &port.variable);
        let images = file.images.iter().map(|image| &image.variable);
        let unused: Vec<String> = ports
            .chain(&file.secrets)
            .chain(images)
            .filter(|name| !asked.contains(name.as_str()))
            .cloned()
            .collect();
        for name in unused {
            self.add_at(
                &["variable", "secrets"],
                &name.clone(),
                Text::new("rule-variable-unused").with("name", name),
            );
        }
    }

    /// Every service that a check, the entry or `[embedded]` names is in the file at some time.
    fn services(&mut self, states: &[ComposeState]) {
        let known: BTreeSet<&str> = states
            .iter()
            .flat_map(|state| &state.model.services)
            .map(|service| service.name.value.as_str())
            .collect();
        let mut named: BTreeSet<String> = self.lesson.file.embedded.keys().cloned().collect();
        let entry = &self.lesson.file.entry;
        named.insert(entry.service.clone());
        named.extend(entry.before.iter().map(|door| door.service.clone()));
        named.extend(self.named_in_checks());
        for name in named.iter().filter(|name| !known.contains(name.as_str())) {
            let near = did_you_mean(name, known.iter().copied());
            let text = Text::new("rule-unknown-service").with("service", name.as_str()).with("near", near);
            self.add_at(&NAMING, name, text);
        }
    }

    /// Requests come in at a port that the entry's service publishes at some time.
    fn entry_port(&mut self, states: &[ComposeState]) {
        let entry = &self.lesson.file.entry;
        let (service, wanted) = (entry.service.clone(), entry.port);
        let published = states.iter().flat_map(|state| state.model.published(&service));
        let ports: BTreeSet<u16> =
            published.flat_map(|port| [port.target.first, port.target.last].into_iter()).collect();
        let runs = states.iter().flat_map(|state| state.model.published(&service));
        let mut runs = runs.map(|port| port.target.first..=port.target.last);
        if !runs.any(|run| run.contains(&wanted))
            && states.iter().any(|state| state.model.service(&service).is_some())
        {
            let ports: Vec<String> = ports.iter().map(u16::to_string).collect();
            let text = Text::new("rule-entry-port").with("service", service.as_str());
            let there = if ports.is_empty() { "no" } else { "yes" };
            let text = text.with("port", wanted.to_string()).with("there", there).with("ports", ports);
            self.add_at(&["entry"], "", text);
        }
    }

    /// Where there is no Docker, each service needs a program that stands for it.
    fn without_program(&mut self, states: &[ComposeState]) {
        let file = &self.lesson.file;
        if !file.engines.iter().any(|engine| engine.runs_programs) {
            return;
        }
        let services = states.iter().flat_map(|state| &state.model.services);
        let commands = self.lesson.commands();
        let on: Vec<&str> = commands.iter().flat_map(StackCommand::profiles).collect();
        let always = services.filter(|service| {
            service.profiles.is_empty()
                || service.profiles.iter().any(|one| on.iter().any(|on| *on == "*" || *on == one.value))
        });
        let names: BTreeSet<String> = always.map(|service| service.name.value.clone()).collect();
        let lacking: Vec<String> =
            names.into_iter().filter(|name| !file.embedded.contains_key(name)).collect();
        for service in lacking {
            self.add_at(&["embedded"], "", Text::new("rule-service-no-program").with("service", service));
        }
    }

    /// What the checks name, read from the file itself, so that no kind has to say it.
    fn named_in_checks(&self) -> BTreeSet<String> {
        let files = self.lesson.own_files().unwrap_or_default();
        let text = files.get("lesson.toml").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let table: toml::Table = text.and_then(|text| text.parse().ok()).unwrap_or_default();
        let mut named = BTreeSet::new();
        let steps = table.get("steps").and_then(toml::Value::as_array);
        for step in steps.into_iter().flatten() {
            if let Some(checks) = step.get("checks") {
                names_in(checks, &mut named);
            }
        }
        named
    }

    /// A secret comes from `.env` alone, and without one nothing starts.
    fn literal_secrets(&mut self, states: &[ComposeState]) {
        let secrets = self.lesson.file.secrets.clone();
        let mut found = BTreeSet::new();
        for state in states {
            let services = state.model.services.iter();
            let given = services.flat_map(|service| {
                service.environment.iter().chain(service.build.iter().flat_map(|b| &b.args))
            });
            let written =
                given.filter(|one| !one.passed_through && one.variables.is_empty() && !one.raw.is_empty());
            found.extend(written.map(|one| one.name.value.clone()).filter(|name| secrets.contains(name)));
            each_text(&state.model.root, &mut |text| {
                found.extend(secrets.iter().filter(|secret| has_default(text, secret)).cloned());
            });
        }
        for name in found {
            self.add("lesson.toml", Text::new("rule-secret-written").with("name", name));
        }
    }

    /// What a learner commits does not hold them.
    fn ignored(&mut self) {
        let files = self.lesson.start_files().unwrap_or_default();
        let rules = files.get(".gitignore").map(|bytes| String::from_utf8_lossy(bytes).into_owned());
        let ignores = |line: &str| matches!(line.trim().trim_start_matches('/'), ".env" | ".env*" | "*.env");
        if !rules.is_some_and(|rules| rules.lines().any(ignores)) {
            let file = format!("{}/.gitignore", self.lesson.start_folder_of(".gitignore"));
            self.add("lesson.toml", Text::new("rule-secret-not-ignored").with("file", file));
        }
    }
}

fn is_variable(name: &str) -> bool {
    let starts = name.starts_with(|c: char| c == '_' || c.is_ascii_alphabetic());
    starts && name.chars().all(|c| c == '_' || c.is_ascii_alphanumeric())
}

/// Every text of a file that stands as a value in it: comments and keys ask for nothing.
fn each_text(node: &Node, see: &mut dyn FnMut(&str)) {
    node.text().into_iter().for_each(&mut *see);
    node.items().iter().for_each(|item| each_text(item, see));
    node.entries().iter().for_each(|entry| each_text(&entry.value, see));
}

/// The variables of `$NAME` and `${NAME…}`, also of one inside another's default.
fn variables_in(text: &str) -> Vec<String> {
    let after = |at: usize| text[at + 1..].trim_start_matches('{');
    let name =
        |rest: &str| rest.chars().take_while(|c| *c == '_' || c.is_ascii_alphanumeric()).collect::<String>();
    text.match_indices('$').map(|(at, _)| name(after(at))).filter(|name| !name.is_empty()).collect()
}

/// `${NAME:-something}` or `${NAME-something}`.
fn has_default(text: &str, name: &str) -> bool {
    text.match_indices(&format!("${{{name}")).any(|(at, found)| {
        let rest = &text[at + found.len()..];
        let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
        default.is_some_and(|default| !default.starts_with('}'))
    })
}

/// Adds what `value` names, through all of its tables and lists.
fn names_in(value: &toml::Value, named: &mut BTreeSet<String>) {
    match value {
        toml::Value::Array(items) => items.iter().for_each(|item| names_in(item, named)),
        toml::Value::Table(table) => {
            for (key, value) in table {
                match value {
                    toml::Value::String(name) if NAMING.contains(&key.as_str()) => {
                        named.insert(name.clone());
                    }
                    toml::Value::Array(names) if NAMING.contains(&key.as_str()) => {
                        named.extend(names.iter().filter_map(toml::Value::as_str).map(str::to_owned));
                    }
                    other => names_in(other, named),
                }
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_and_their_defaults() {
        assert_eq!(variables_in("a ${A:-${B}} $C$$D ${E:?x}"), ["A", "B", "C", "D", "E"]);
        for (text, wanted) in [
            ("${P:-x}", true),
            ("${P-x}", true),
            ("${P:-}", false),
            ("${P:?set it}", false),
            ("$P", false),
            ("${PP:-x}", false),
            ("${P}", false),
        ] {
            assert_eq!(has_default(text, "P"), wanted, "{text}");
        }
    }
}
