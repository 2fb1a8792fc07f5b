//! Whose Docker: the one engine that this program observes and that Compose is told to use, found as
//! Docker's own CLI finds it ([`Endpoint::resolve`]).
//!
//! The order is the CLI's (tried on 28.2): `DOCKER_HOST`, else the context that `DOCKER_CONTEXT` names,
//! else the one chosen by `docker context use`, else this system's usual address. What cannot be used
//! from here (TLS, ssh, a context that is gone) is refused with words: never is another engine taken
//! in its place.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::EngineError;
use workshop_disk::Unread;
use workshop_text::Text;

/// Where an engine is when nobody says otherwise.
const USUAL_SOCKET: &str = "/var/run/docker.sock";

/// The port of `tcp://HOST`, as Docker's CLI has it.
const PORT: u16 = 2375;
/// Docker's own files are small.
const LARGEST_FILE: u64 = 1 << 20;
/// The context that stands for no context.
const NO_CONTEXT: &str = "default";

/// One engine, and why it is this one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// As Compose is given it in `DOCKER_HOST`.
    pub address: String,
    pub rule: Rule,
    pub target: Target,
}

/// What it was that named the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Rule {
    /// The caller.
    Given,
    /// `DOCKER_HOST`.
    Host,
    /// A context, named by `DOCKER_CONTEXT`.
    NamedContext(String),
    /// A context, chosen by `docker context use`.
    ChosenContext(String),
    /// Nothing.
    Usual,
}

impl Rule {
    pub(crate) fn text(&self) -> Text {
        match self {
            Self::Given => Text::new("engine-rule-given"),
            Self::Host => Text::new("engine-rule-host"),
            Self::NamedContext(name) => Text::new("engine-rule-context-named").with("name", name.as_str()),
            Self::ChosenContext(name) => Text::new("engine-rule-context-chosen").with("name", name.as_str()),
            Self::Usual => Text::new("engine-rule-usual"),
        }
    }
}

/// Where to connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    Socket(PathBuf),
    Tcp { host: String, port: u16 },
}

type Lookup<'a> = &'a dyn Fn(&str) -> Option<String>;

impl Endpoint {
    /// The engine of this process's environment.
    ///
    /// # Errors
    /// [`EngineError::Endpoint`]: it cannot be said which, or it is one that cannot be used from here.
    pub(crate) fn resolve() -> Result<Self, EngineError> {
        Self::resolve_with(&|name| Some(std::env::var_os(name)?.to_string_lossy().into_owned()))
    }

    /// The engine that the context `name` leads to, as Docker's CLI finds it.
    ///
    /// # Errors
    /// There is no such context, or its engine cannot be used from here.
    pub(crate) fn of_context(name: &str) -> Result<Self, EngineError> {
        let variable = |asked: &str| match asked {
            "DOCKER_CONTEXT" => Some(name.to_owned()),
            // It would hide the context.
            "DOCKER_HOST" => None,
            _ => Some(std::env::var_os(asked)?.to_string_lossy().into_owned()),
        };
        Self::resolve_with(&variable)
    }

    /// [`Self::resolve`] with the environment as a function.
    fn resolve_with(variable: Lookup<'_>) -> Result<Self, EngineError> {
        let set = |name: &str| variable(name).filter(|value| !value.is_empty());
        let (address, rule) = match set("DOCKER_HOST") {
            Some(host) => (host.trim().to_owned(), Rule::Host),
            None => match context(&set)? {
                Some((rule, host)) => (host, rule),
                None => (String::new(), Rule::Usual),
            },
        };
        let by_context = matches!(rule, Rule::NamedContext(_) | Rule::ChosenContext(_));
        if !by_context && (set("DOCKER_TLS_VERIFY").is_some() || set("DOCKER_TLS").is_some()) {
            return Err(refused(Text::new("engine-endpoint-tls").with("rule", Text::new("engine-rule-tls"))));
        }
        Self::at(if address.is_empty() { "unix://" } else { &address }, rule)
    }

    /// The engine at `address`.
    ///
    /// # Errors
    /// [`EngineError::Endpoint`]: no address, or of a kind that is not spoken here.
    pub(crate) fn at(address: &str, rule: Rule) -> Result<Self, EngineError> {
        let wrong = |reason| refused(Text::new(reason).with("address", address).with("rule", rule.text()));
        let (scheme, rest) = address.split_once("://").ok_or_else(|| wrong("engine-endpoint-scheme"))?;
        let target = match scheme {
            "unix" => Target::Socket(absolute(if rest.is_empty() { USUAL_SOCKET } else { rest })),
            "tcp" => tcp(rest).ok_or_else(|| wrong("engine-endpoint-address"))?,
            _ => return Err(wrong("engine-endpoint-scheme")),
        };
        let address = match &target {
            Target::Socket(path) => format!("unix://{}", path.display()),
            Target::Tcp { .. } => address.to_owned(),
        };
        Ok(Self { address, rule, target })
    }
}

fn refused(reason: Text) -> EngineError {
    EngineError::Endpoint { reason }
}

/// The folder of a child is another one than ours, so its address must not depend on that.
fn absolute(path: &str) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| PathBuf::from(path))
}

/// `HOST[:PORT]`, with nothing behind it.
fn tcp(rest: &str) -> Option<Target> {
    let url = reqwest::Url::parse(&format!("http://{rest}")).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    // The parser leaves a port out that is the scheme's own.
    let port = if rest.trim_end_matches('/').ends_with(":80") { Some(80) } else { url.port() };
    let host = url.host_str().filter(|_| bare && url.username().is_empty() && url.password().is_none())?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Some(Target::Tcp { host, port: port.unwrap_or(PORT) })
}

/// Docker's own folder, by the CLI's rule.
pub(crate) fn config_dir(set: &dyn Fn(&str) -> Option<String>) -> Option<PathBuf> {
    let given = set("DOCKER_CONFIG").map(PathBuf::from);
    given.or_else(|| Some(PathBuf::from(set("HOME")?).join(".docker")))
}

/// The context in force and the address that it holds; `None` for the default one.
fn context(set: &dyn Fn(&str) -> Option<String>) -> Result<Option<(Rule, String)>, EngineError> {
    let config = config_dir(set);
    let rule = match set("DOCKER_CONTEXT") {
        Some(name) => Some(Rule::NamedContext(name)),
        None => match &config {
            Some(dir) => chosen(dir)?.map(Rule::ChosenContext),
            None => None,
        },
    };
    match (rule, config) {
        (Some(rule @ (Rule::NamedContext(_) | Rule::ChosenContext(_))), config) => {
            let (Rule::NamedContext(name) | Rule::ChosenContext(name)) = &rule else { return Ok(None) };
            if name == NO_CONTEXT {
                return Ok(None);
            }
            let host = host_of(name, &rule, config.as_deref().unwrap_or(Path::new("")))?;
            Ok(Some((rule, host)))
        }
        _ => Ok(None),
    }
}

/// What `docker context use` has chosen.
fn chosen(config: &Path) -> Result<Option<String>, EngineError> {
    #[derive(serde::Deserialize)]
    struct Config {
        #[serde(default, rename = "currentContext")]
        current: String,
    }
    let path = config.join("config.json");
    let broken = |why: String| {
        let text = Text::new("engine-endpoint-config-broken").with("file", path.display().to_string());
        refused(text.with("reason", why))
    };
    let text = match workshop_disk::text(&path, LARGEST_FILE) {
        Ok(text) => text,
        Err(unread) if unread.is_missing() => return Ok(None),
        Err(unread) => return Err(broken(unread.to_string())),
    };
    let config: Config = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    Ok(Some(config.current).filter(|name| !name.is_empty()))
}

/// The address that a context holds.
fn host_of(name: &str, rule: &Rule, config: &Path) -> Result<String, EngineError> {
    let id: String = Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
    let path = config.join("contexts/meta").join(&id).join("meta.json");
    let said = |key: &'static str| Text::new(key).with("rule", rule.text());
    let broken = |why: String| {
        refused(
            said("engine-endpoint-context-broken")
                .with("file", path.display().to_string())
                .with("reason", why),
        )
    };
    let text = workshop_disk::text(&path, LARGEST_FILE).map_err(|unread: Unread| {
        if unread.is_missing() {
            refused(said("engine-endpoint-context-missing"))
        } else {
            broken(unread.to_string())
        }
    })?;
    let meta: serde_json::Value = serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
    let host = meta.pointer("/Endpoints/docker/Host").and_then(serde_json::Value::as_str);
    let host = host.filter(|host| !host.is_empty());
    let host = host.ok_or_else(|| broken("Endpoints.docker.Host".to_owned()))?;
    let tls = config.join("contexts/tls").join(&id).join("docker");
    if std::fs::read_dir(&tls).is_ok_and(|mut files| files.next().is_some()) {
        return Err(refused(said("engine-endpoint-tls")));
    }
    Ok(host.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Config(tempfile::TempDir);

    impl Config {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }

        fn with_context(self, name: &str, host: &str) -> Self {
            let meta = format!(
                r#"{{"Name":"{name}","Metadata":{{}},"Endpoints":{{"docker":{{"Host":"{host}"}}}}}}"#
            );
            self.with_meta(name, &meta)
        }

        fn with_meta(self, name: &str, meta: &str) -> Self {
            let dir = self.path("contexts/meta", name);
            std::fs::create_dir_all(&dir).unwrap();
            std::fs::write(dir.join("meta.json"), meta).unwrap();
            self
        }

        fn path(&self, part: &str, name: &str) -> PathBuf {
            let id: String =
                Sha256::digest(name.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect();
            self.0.path().join(part).join(id)
        }

        fn choosing(self, text: &str) -> Self {
            std::fs::write(self.0.path().join("config.json"), text).unwrap();
            self
        }

        fn resolve(&self, variables: &[(&str, &str)]) -> Result<(String, Rule), &'static str> {
            let dir = self.0.path().display().to_string();
            let all = |name: &str| match name {
                "DOCKER_CONFIG" => Some(dir.clone()),
                _ => variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
            };
            match Endpoint::resolve_with(&all) {
                Ok(found) => Ok((found.address, found.rule)),
                Err(EngineError::Endpoint { reason }) => Err(reason.key),
                Err(other) => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_engine_is_the_one_that_dockers_cli_takes() {
        let config = Config::new()
            .with_context("mine", "unix:///mine.sock")
            .with_context("theirs", "tcp://192.0.2.1:2375")
            .choosing(r#"{"auths": {}, "currentContext": "mine"}"#);
        let found = |variables: &[(&str, &str)]| config.resolve(variables).unwrap();
        let usual = format!("unix://{USUAL_SOCKET}");
        assert_eq!(found(&[]), ("unix:///mine.sock".into(), Rule::ChosenContext("mine".into())));
        assert_eq!(
            found(&[("DOCKER_CONTEXT", "theirs")]),
            ("tcp://192.0.2.1:2375".into(), Rule::NamedContext("theirs".into()))
        );
        let both = [("DOCKER_CONTEXT", "theirs"), ("DOCKER_HOST", "unix:///host.sock")];
        assert_eq!(found(&both), ("unix:///host.sock".into(), Rule::Host));
        assert_eq!(found(&[("DOCKER_CONTEXT", "default")]), (usual.clone(), Rule::Usual));
        assert_eq!(found(&[("DOCKER_CONTEXT", "")]).0, "unix:///mine.sock");
        assert_eq!(found(&[("DOCKER_HOST", "")]).0, "unix:///mine.sock");
        // Of spaces alone: it hides the context, and names nothing.
        assert_eq!(found(&[("DOCKER_HOST", " ")]), (usual.clone(), Rule::Host));
        assert_eq!(found(&[("DOCKER_CERT_PATH", "/certs")]).0, "unix:///mine.sock");
        assert_eq!(Config::new().resolve(&[]), Ok((usual.clone(), Rule::Usual)));
        assert_eq!(Config::new().choosing("{}").resolve(&[]), Ok((usual, Rule::Usual)));
    }

    #[test]
    fn what_cannot_be_used_is_refused_and_nothing_taken_in_its_place() {
        let config = Config::new()
            .with_context("ssh", "ssh://learner@example.org")
            .with_context("secure", "tcp://192.0.2.1:2376")
            .with_meta("broken", "{")
            .with_meta("hostless", r#"{"Name":"hostless","Endpoints":{"docker":{}}}"#)
            .with_meta("other", r#"{"Name":"other","Endpoints":{"kubernetes":{"Host":"x"}}}"#);
        let tls = config.path("contexts/tls", "secure").join("docker");
        std::fs::create_dir_all(&tls).unwrap();
        std::fs::write(tls.join("ca.pem"), "").unwrap();
        std::fs::create_dir_all(config.path("contexts/meta", "folder").join("meta.json")).unwrap();
        for (context, key) in [
            ("gone", "engine-endpoint-context-missing"),
            ("../../../etc", "engine-endpoint-context-missing"),
            ("ssh", "engine-endpoint-scheme"),
            ("secure", "engine-endpoint-tls"),
            ("broken", "engine-endpoint-context-broken"),
            ("hostless", "engine-endpoint-context-broken"),
            ("other", "engine-endpoint-context-broken"),
            ("folder", "engine-endpoint-context-broken"),
        ] {
            assert_eq!(config.resolve(&[("DOCKER_CONTEXT", context)]), Err(key), "{context}");
        }
        for (variables, key) in [
            ([("DOCKER_HOST", "tcp://192.0.2.1:2376"), ("DOCKER_TLS_VERIFY", "1")], "engine-endpoint-tls"),
            ([("DOCKER_HOST", "tcp://192.0.2.1:2376"), ("DOCKER_TLS", "1")], "engine-endpoint-tls"),
            ([("DOCKER_HOST", "ssh://learner@example.org"), ("X", "")], "engine-endpoint-scheme"),
            ([("DOCKER_HOST", "fd://"), ("X", "")], "engine-endpoint-scheme"),
            ([("DOCKER_HOST", "192.0.2.1:2375"), ("X", "")], "engine-endpoint-scheme"),
            ([("DOCKER_HOST", "tcp://192.0.2.1:2375/base"), ("X", "")], "engine-endpoint-address"),
            ([("DOCKER_HOST", "tcp://a@192.0.2.1:2375"), ("X", "")], "engine-endpoint-address"),
            ([("DOCKER_HOST", "tcp://192.0.2.1:99999"), ("X", "")], "engine-endpoint-address"),
        ] {
            assert_eq!(config.resolve(&variables), Err(key), "{variables:?}");
        }
        assert_eq!(Config::new().choosing("{").resolve(&[]), Err("engine-endpoint-config-broken"));
        let gone = Config::new().choosing(r#"{"currentContext": "gone"}"#);
        assert_eq!(gone.resolve(&[]), Err("engine-endpoint-context-missing"));
    }

    #[test]
    fn addresses_are_read_as_dockers_cli_reads_them() {
        let target = |address: &str| Endpoint::at(address, Rule::Given).unwrap().target;
        let tcp = |host: &str, port| Target::Tcp { host: host.into(), port };
        assert_eq!(target("tcp://127.0.0.1"), tcp("127.0.0.1", 2375));
        assert_eq!(target("tcp://127.0.0.1:80"), tcp("127.0.0.1", 80));
        assert_eq!(target("tcp://[::1]:1234/"), tcp("::1", 1234));
        assert_eq!(target("unix://"), Target::Socket(PathBuf::from(USUAL_SOCKET)));
        assert_eq!(target("unix:///a b/도커.sock"), Target::Socket(PathBuf::from("/a b/도커.sock")));
        assert!(Endpoint::at("unix://docker.sock", Rule::Given).unwrap().address.starts_with("unix:///"));
    }
}
