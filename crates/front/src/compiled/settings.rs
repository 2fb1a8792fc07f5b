//! Single directives of a location that need more than one look: media types, who may, `expires`,
//! where errors go.

use std::collections::HashMap;
use std::sync::Arc;

use hyper::header::HeaderValue;

use super::access::Rule;
use super::compiler::Compiler;
use super::scope::Scope;
use super::{Charset, Expires, ExpiresSpec, IfModifiedSince, LimitExcept};
use crate::conf::args;
use crate::conf::refusal::ConfError;
use crate::log::ErrorLogSpec;
use workshop_stack::nginx::{Directive, Level, limited_method};
use workshop_text::Text;

fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

pub(crate) fn default_type(scope: &Scope<'_>) -> Result<HeaderValue, ConfError> {
    scope.value("default_type", HeaderValue::from_static("text/plain"), header_value)
}

pub(crate) fn if_modified_since(scope: &Scope<'_>) -> Result<IfModifiedSince, ConfError> {
    scope.value("if_modified_since", IfModifiedSince::Exact, |text| match text {
        "off" => Some(IfModifiedSince::Off),
        "exact" => Some(IfModifiedSince::Exact),
        "before" => Some(IfModifiedSince::Before),
        _ => None,
    })
}

pub(crate) fn server_tokens(text: &str) -> Option<bool> {
    // `build` names the build behind the version; there is none here.
    if text == "build" { Some(true) } else { args::switch(text) }
}

/// nginx's own few types stand where no `types` does.
pub(crate) fn types(scope: &Scope<'_>) -> Result<Arc<HashMap<String, HeaderValue>>, ConfError> {
    let mut types = HashMap::new();
    let blocks = scope.all("types");
    if blocks.is_empty() {
        for (extension, kind) in [("html", "text/html"), ("gif", "image/gif"), ("jpg", "image/jpeg")] {
            types.insert(extension.to_owned(), HeaderValue::from_static(kind));
        }
    }
    for entry in blocks.into_iter().flat_map(Directive::inside) {
        let kind = header_value(&entry.name).ok_or_else(|| {
            let message = Text::new("front-value").with("name", "types").with("value", entry.name.as_str());
            ConfError::of(entry, message, format!("invalid MIME type \"{}\"", entry.name))
        })?;
        for arg in &entry.args {
            types.insert(arg.value.to_ascii_lowercase(), kind.clone());
        }
    }
    Ok(Arc::new(types))
}

pub(crate) fn rules(scope: &Scope<'_>) -> Result<Arc<[Rule]>, ConfError> {
    // `allow` and `deny` are one list: the nearest level with either of them counts.
    scope.nearest(&["allow", "deny"]).into_iter().map(rule).collect()
}

fn rule(directive: &Directive) -> Result<Rule, ConfError> {
    args::read(directive, 0, |text| Rule::parse(directive.name == "allow", text))
}

pub(crate) fn limit_except(scope: &Scope<'_>) -> Result<Option<LimitExcept>, ConfError> {
    let Some(directive) = scope.own("limit_except").next() else { return Ok(None) };
    let mut methods = Vec::new();
    for arg in &directive.args {
        let method = limited_method(&arg.value).and_then(|name| name.parse().ok());
        methods.push(method.ok_or_else(|| ConfError::value(directive, arg))?);
    }
    if methods.contains(&hyper::Method::GET) {
        methods.push(hyper::Method::HEAD);
    }
    if let Some(other) =
        directive.inside().iter().find(|inner| !matches!(inner.name.as_str(), "allow" | "deny"))
    {
        return Err(ConfError::docker(other, &format!("{} in limit_except", other.name)));
    }
    let rules = directive.inside().iter().map(rule).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(LimitExcept { methods, rules }))
}

/// Where errors go at a place.
pub(super) fn error_log(scope: &Scope<'_>) -> Result<ErrorLogSpec, ConfError> {
    let mut targets = Vec::new();
    for directive in scope.all("error_log") {
        let path = directive.arg(0).unwrap_or_default();
        let level = match directive.args.get(1) {
            None => Level::Error,
            Some(arg) => Level::parse(&arg.value).ok_or_else(|| ConfError::value(directive, arg))?,
        };
        targets.push((path.into(), level));
    }
    if targets.is_empty() {
        targets.push(("/var/log/nginx/error.log".into(), Level::Error));
    }
    Ok(ErrorLogSpec { targets })
}

/// What an argument of `expires` means.
pub(crate) fn expires(text: &str, modified: bool) -> Option<Expires> {
    Some(match text {
        "off" => Expires::Off,
        "epoch" => Expires::Epoch,
        "max" => Expires::Max,
        text => {
            let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
            let text = text.strip_prefix('+').unwrap_or(text);
            let seconds = i64::try_from(args::time(text)?.as_secs()).unwrap_or(i64::MAX);
            Expires::Seconds { seconds: sign * seconds, modified }
        }
    })
}

/// The media types that get a `charset` where no `charset_types` says which.
const CHARSET_TYPES: [&str; 6] = [
    "text/html",
    "text/xml",
    "text/plain",
    "text/vnd.wap.wml",
    "application/javascript",
    "application/rss+xml",
];

impl Compiler {
    pub(super) fn expires(&self, scope: &Scope<'_>) -> Result<Option<ExpiresSpec>, ConfError> {
        let Some(directive) = scope.last("expires") else { return Ok(None) };
        let first = args::arg(directive, 0)?;
        let (modified, arg) = match directive.args.get(1) {
            Some(arg) if first.value == "modified" => (true, arg),
            Some(_) => return Err(ConfError::value(directive, first)),
            None => (false, first),
        };
        if arg.value.contains('$') {
            return Ok(Some(ExpiresSpec::Value { value: self.value(directive, arg)?, modified }));
        }
        if arg.value.starts_with('@') {
            return Err(ConfError::docker(directive, "expires @time"));
        }
        let expires = expires(&arg.value, modified).ok_or_else(|| ConfError::value(directive, arg))?;
        Ok((expires != Expires::Off).then_some(ExpiresSpec::Fixed(expires)))
    }

    pub(super) fn charset(&self, scope: &Scope<'_>) -> Result<Option<Charset>, ConfError> {
        let Some(directive) = scope.last("charset").filter(|directive| directive.arg(0) != Some("off"))
        else {
            return Ok(None);
        };
        let name = self.value(directive, args::arg(directive, 0)?)?;
        let types = match scope.last("charset_types") {
            None => Some(CHARSET_TYPES.map(Box::from).into()),
            Some(types) if types.args.iter().any(|arg| arg.value == "*") => None,
            Some(types) => {
                let named = types.args.iter().map(|arg| arg.value.to_ascii_lowercase().into());
                Some(named.chain([Box::from("text/html")]).collect())
            }
        };
        Ok(Some(Charset { name, types }))
    }
}
