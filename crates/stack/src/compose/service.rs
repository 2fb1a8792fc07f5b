//! One service, key by key.

use super::read::Place;
use super::{
    Attachment, Build, Condition, Dependency, EnvFile, EnvVar, Healthcheck, Service, duration, health, port,
    volume,
};
use crate::yaml::Value;
use crate::{Span, Spanned, SyntaxError, narrow};

pub(super) fn services(place: &Place<'_>) -> Result<Vec<Service>, SyntaxError> {
    place.entries()?.into_iter().map(|(name, place)| service(name, &place)).collect()
}

fn service(name: &Spanned<String>, place: &Place<'_>) -> Result<Service, SyntaxError> {
    place.entries()?;
    let string = |key| place.key(key).map(|place| place.string()).transpose();
    let network_mode = string("network_mode")?;
    let mut networks = place.key("networks").map_or_else(|| Ok(Vec::new()), |place| attachments(&place))?;
    if networks.is_empty() && network_mode.is_none() {
        let key = Spanned::new("default".to_owned(), name.span);
        networks.push(Attachment { key, aliases: Vec::new(), implicit: true });
    }
    let mut volumes = list(place, "volumes", volume::mounts)?;
    volumes.extend(list(place, "tmpfs", volume::tmpfs)?);
    let deploy = place.key("deploy").filter(|place| !place.node.is_null());
    let (mut replicas, mut cpus) = (None, place.key("cpus").map(|place| place.decimal()).transpose()?);
    if let Some(deploy) = deploy {
        deploy.entries()?;
        replicas = deploy.key("replicas").map(|place| place.number()).transpose()?;
        cpus = limit(&deploy, "cpus")?.map(|place| place.decimal()).transpose()?.or(cpus);
    }
    if let Some(entrypoint) = place.key("entrypoint").filter(|place| !place.node.is_null()) {
        words(&entrypoint)?;
    }
    Ok(Service {
        name: name.clone(),
        container_name: string("container_name")?,
        image: place.key("image").map(|place| place.text()).transpose()?,
        build: place.key("build").map(|place| build(&place)).transpose()?,
        ports: list(place, "ports", port::ports)?,
        expose: list(place, "expose", Place::strings)?,
        environment: list(place, "environment", variables)?,
        env_file: list(place, "env_file", env_files)?,
        networks,
        depends_on: list(place, "depends_on", dependencies)?,
        implied: implied(place),
        volumes,
        command: match place.key("command").filter(|place| !place.node.is_null()) {
            Some(place) => Some(words(&place)?),
            None => None,
        },
        healthcheck: place
            .key("healthcheck")
            .map_or(Ok(Healthcheck::Absent), |place| health::healthcheck(&place))?,
        replicas,
        cpus,
        scale: place.key("scale").map(|place| place.number()).transpose()?,
        restart: string("restart")?,
        stop_grace_period: place.key("stop_grace_period").map(|place| duration::read(&place)).transpose()?,
        profiles: list(place, "profiles", Place::strings)?,
        network_mode,
    })
}

/// A key of `deploy.resources.limits`.
fn limit<'n>(deploy: &Place<'n>, key: &str) -> Result<Option<Place<'n>>, SyntaxError> {
    let mut place = deploy.clone();
    for outer in ["resources", "limits"] {
        let Some(inner) = place.key(outer).filter(|inner| !inner.node.is_null()) else { return Ok(None) };
        inner.entries()?;
        place = inner;
    }
    Ok(place.key(key))
}

/// A key that holds many; none where it is not written.
fn list<'n, T>(
    place: &Place<'n>,
    key: &str,
    read: impl FnOnce(&Place<'n>) -> Result<Vec<T>, SyntaxError>,
) -> Result<Vec<T>, SyntaxError> {
    place.key(key).map_or_else(|| Ok(Vec::new()), |place| read(&place))
}

fn build(place: &Place<'_>) -> Result<Build, SyntaxError> {
    let span = place.node.span;
    match &place.node.value {
        Value::Scalar(_) => {
            let context = place.string()?.value;
            Ok(Build { context, dockerfile: None, inline: None, target: None, args: Vec::new(), span })
        }
        Value::Mapping(_) => {
            let string = |key| -> Result<Option<String>, SyntaxError> {
                Ok(place.key(key).map(|place| place.string()).transpose()?.map(|text| text.value))
            };
            Ok(Build {
                context: string("context")?.unwrap_or_else(|| ".".to_owned()),
                dockerfile: string("dockerfile")?,
                inline: place.key("dockerfile_inline").map(|place| place.node.span),
                target: string("target")?,
                args: list(place, "args", variables)?,
                span,
            })
        }
        _ => Err(place.expected("stack-kind-string-or-mapping")),
    }
}

/// `environment` and `args`: `[KEY=value, KEY]` or `{KEY: value, KEY: }`.
fn variables(place: &Place<'_>) -> Result<Vec<EnvVar>, SyntaxError> {
    match &place.node.value {
        Value::Sequence(_) => place.items()?.iter().map(listed_variable).collect(),
        Value::Mapping(_) => {
            place.entries()?.into_iter().map(|(name, place)| mapped_variable(name, &place)).collect()
        }
        _ => Err(place.expected("stack-kind-list-or-mapping")),
    }
}

fn passed_through(name: Spanned<String>, place: &Place<'_>) -> EnvVar {
    EnvVar {
        value: place.env.get(&name.value).map(str::to_owned),
        raw: String::new(),
        variables: Vec::new(),
        passed_through: true,
        span: name.span,
        name,
    }
}

fn mapped_variable(name: &Spanned<String>, place: &Place<'_>) -> Result<EnvVar, SyntaxError> {
    if place.node.is_null() {
        return Ok(passed_through(name.clone(), place));
    }
    let text = place.text()?;
    Ok(EnvVar {
        name: name.clone(),
        value: Some(text.value),
        raw: text.raw,
        variables: text.variables,
        passed_through: false,
        span: text.span,
    })
}

fn listed_variable(place: &Place<'_>) -> Result<EnvVar, SyntaxError> {
    let text = place.text()?;
    let (name, value) = match text.value.split_once('=') {
        Some((name, value)) => (name, Some(value.to_owned())),
        None => (text.value.as_str(), None),
    };
    let from = match &place.node.value {
        Value::Scalar(scalar) => scalar.verbatim.unwrap_or(text.span),
        _ => text.span,
    };
    let raw_name = text.raw.split('=').next().unwrap_or_default().chars().count();
    let name_span = Span::new(from.line, from.column, narrow(raw_name).min(from.width));
    let name = Spanned::new(name.to_owned(), name_span);
    if value.is_none() {
        return Ok(passed_through(name, place));
    }
    let after = narrow(raw_name + 1);
    let span = Span::new(from.line, from.column + after.min(from.width), from.width.saturating_sub(after));
    let raw = text.raw.split_once('=').map_or_else(String::new, |(_, raw)| raw.to_owned());
    Ok(EnvVar { name, value, raw, variables: text.variables, passed_through: false, span })
}

/// The services that `links`, `volumes_from` and shared namespaces name.
fn implied(place: &Place<'_>) -> Vec<Spanned<String>> {
    let cut = |text: Spanned<String>| text.map(|text| text.split(':').next().unwrap_or_default().to_owned());
    let list = |key| place.key(key).and_then(|place| place.strings().ok()).unwrap_or_default();
    let from = list("volumes_from").into_iter().filter(|from| !from.value.starts_with("container:"));
    let shared = ["network_mode", "ipc", "pid"].into_iter().filter_map(|key| {
        let mode = place.key(key)?.string().ok()?;
        let other = mode.value.strip_prefix("service:")?.to_owned();
        Some(Spanned::new(other, mode.span))
    });
    list("links").into_iter().chain(from).map(cut).chain(shared).collect()
}

/// A path, a list of paths, or a list of `{path, required}`.
fn env_files(place: &Place<'_>) -> Result<Vec<EnvFile>, SyntaxError> {
    let file = |place: &Place<'_>| match &place.node.value {
        Value::Scalar(_) => Ok(EnvFile { path: place.string()?, required: true }),
        Value::Mapping(_) => {
            let path = place.key("path").ok_or_else(|| place.expected("stack-kind-path"))?;
            let required = place.key("required").map_or(Ok(true), |place| place.boolean())?;
            Ok(EnvFile { path: path.string()?, required })
        }
        _ => Err(place.expected("stack-kind-path")),
    };
    match &place.node.value {
        Value::Scalar(_) => Ok(vec![file(place)?]),
        Value::Sequence(_) => place.items()?.iter().map(file).collect(),
        _ => Err(place.expected("stack-kind-string-or-list")),
    }
}

fn attachments(place: &Place<'_>) -> Result<Vec<Attachment>, SyntaxError> {
    let plain = |key| Attachment { key, aliases: Vec::new(), implicit: false };
    match &place.node.value {
        Value::Sequence(_) => Ok(place.strings()?.into_iter().map(plain).collect()),
        Value::Mapping(_) => {
            let mut all = Vec::new();
            for (key, place) in place.entries()? {
                if !place.node.is_null() {
                    place.entries()?;
                }
                let aliases = list(&place, "aliases", Place::strings)?;
                let aliases = aliases.into_iter().map(|alias| alias.value).collect();
                all.push(Attachment { key: key.clone(), aliases, implicit: false });
            }
            Ok(all)
        }
        _ => Err(place.expected("stack-kind-list-or-mapping")),
    }
}

fn dependencies(place: &Place<'_>) -> Result<Vec<Dependency>, SyntaxError> {
    match &place.node.value {
        Value::Sequence(_) => {
            let plain = |service| Dependency { service, condition: Condition::Started };
            Ok(place.strings()?.into_iter().map(plain).collect())
        }
        Value::Mapping(_) => {
            let mut all = Vec::new();
            for (service, place) in place.entries()? {
                place.entries()?;
                let condition =
                    place.key("condition").map_or(Ok(Condition::Started), |place| condition(&place))?;
                all.push(Dependency { service: service.clone(), condition });
            }
            Ok(all)
        }
        _ => Err(place.expected("stack-kind-list-or-mapping")),
    }
}

fn condition(place: &Place<'_>) -> Result<Condition, SyntaxError> {
    Condition::of(&place.string()?.value).ok_or_else(|| place.invalid("stack-compose-condition"))
}

fn words(place: &Place<'_>) -> Result<Spanned<Vec<String>>, SyntaxError> {
    let words = match &place.node.value {
        Value::Scalar(_) => {
            shell_words(&place.string()?.value).ok_or_else(|| place.invalid("stack-compose-command"))?
        }
        Value::Sequence(_) => place.strings()?.into_iter().map(|word| word.value).collect(),
        _ => return Err(place.expected("stack-kind-string-or-list")),
    };
    Ok(Spanned::new(words, place.node.span))
}

/// Splits as Compose's go-shellwords does, to which a `#` is a word like any other; none where a
/// quote is not closed.
pub(super) fn shell_words(text: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match (letter, quote) {
            ('\\', None | Some('"')) => word.get_or_insert_default().push(letters.next()?),
            (letter, Some(open)) if letter == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (letter, None) if letter.is_whitespace() => words.extend(word.take()),
            (letter, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    quote.is_none().then_some(words)
}
