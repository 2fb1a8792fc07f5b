//! A service's `volumes` (short and long) and `tmpfs`.

use super::read::Place;
use crate::yaml::Value;
use crate::{Span, SyntaxError};

/// Where a mount's files live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MountKind {
    /// A named volume.
    Volume,
    /// A folder or a file of the host.
    Bind,
    /// Memory; gone when the container stops.
    Tmpfs,
    /// A volume without a name, one for each container.
    Anonymous,
    /// A kind of the long syntax that is none of these (`image`, `npipe`, `cluster`).
    Other,
}

/// One mount of a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mount {
    /// Where its files live.
    pub kind: MountKind,
    /// A named volume's key, or a path of the host.
    pub source: Option<String>,
    /// The path in the container.
    pub target: String,
    /// The container cannot write there.
    pub read_only: bool,
    /// Of the whole entry.
    pub span: Span,
}

pub(super) fn mounts(place: &Place<'_>) -> Result<Vec<Mount>, SyntaxError> {
    place
        .items()?
        .iter()
        .map(|place| match &place.node.value {
            Value::Scalar(_) => short(place),
            Value::Mapping(_) => long(place),
            _ => Err(place.expected("stack-kind-mount")),
        })
        .collect()
}

/// `tmpfs: /run` or a list; options may follow a colon.
pub(super) fn tmpfs(place: &Place<'_>) -> Result<Vec<Mount>, SyntaxError> {
    let mount = |text: crate::Spanned<String>| Mount {
        kind: MountKind::Tmpfs,
        source: None,
        target: text.value.split(':').next().unwrap_or_default().to_owned(),
        read_only: false,
        span: text.span,
    };
    Ok(place.string_or_list()?.into_iter().map(mount).collect())
}

/// `[SOURCE:]TARGET[:OPTIONS]`.
fn short(place: &Place<'_>) -> Result<Mount, SyntaxError> {
    let text = place.string()?;
    let parts = parts(&text.value);
    if parts.iter().any(|part| part.is_empty()) {
        return Err(place.invalid("stack-compose-mount"));
    }
    let (source, target, options) = match parts.as_slice() {
        [target] => (None, *target, ""),
        [source, target] => (Some(*source), *target, ""),
        [source, target, options] => (Some(*source), *target, *options),
        _ => return Err(place.invalid("stack-compose-mount")),
    };
    let kind = match source {
        None => MountKind::Anonymous,
        Some(source) if is_path(source) => MountKind::Bind,
        Some(_) => MountKind::Volume,
    };
    let read_only = options.split(',').any(|option| option == "ro");
    let source = source.map(str::to_owned);
    Ok(Mount { kind, source, target: clean(target), read_only, span: text.span })
}

/// The path in the container as Docker has it: `/data/.` and `/data//` are `/data`.
fn clean(target: &str) -> String {
    if target.starts_with('/') { super::plain_path(target) } else { target.to_owned() }
}

/// The source of a mount in the short syntax, and whether it is a path; none for one without.
pub fn source_of(text: &str) -> Option<(&str, bool)> {
    match parts(text).as_slice() {
        [_] | [] => None,
        [source, ..] => Some((source, is_path(source))),
    }
}

/// The target of a mount in the short syntax.
pub(super) fn target_of(text: &str) -> Option<&str> {
    match parts(text).as_slice() {
        [target] | [_, target, ..] => Some(target),
        [] => None,
    }
}

/// Splits at colons, but not behind a Windows drive letter, as Compose does: `c:/data` is one part
/// (so is `v:/data`: a volume needs a name of two letters).
fn parts(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, _) in text.match_indices(':') {
        let part = &text[start..at];
        let drive = part.len() == 1 && part.as_bytes()[0].is_ascii_alphabetic();
        if !drive && parts.len() < 2 {
            parts.push(part);
            start = at + 1;
        }
    }
    parts.push(&text[start..]);
    parts
}

fn is_path(source: &str) -> bool {
    let drive = source.as_bytes().get(1) == Some(&b':');
    source.starts_with(['.', '/', '~', '\\']) || drive
}

fn long(place: &Place<'_>) -> Result<Mount, SyntaxError> {
    let text = |key| place.key(key).map(|place| place.string()).transpose();
    let Some(target) = text("target")? else { return Err(place.invalid("stack-compose-mount-target")) };
    let source = text("source")?.map(|text| text.value).filter(|source| !source.is_empty());
    let kind = match text("type")?.map(|text| text.value).as_deref() {
        Some("bind") if source.is_none() => return Err(place.invalid("stack-compose-mount-source")),
        Some("bind") => MountKind::Bind,
        Some("tmpfs") => MountKind::Tmpfs,
        Some("volume") | None if source.is_none() => MountKind::Anonymous,
        Some("volume") | None => MountKind::Volume,
        Some(_) => MountKind::Other,
    };
    let read_only = place.key("read_only").map_or(Ok(false), |place| place.boolean())?;
    Ok(Mount { kind, source, target: clean(&target.value), read_only, span: place.node.span })
}
