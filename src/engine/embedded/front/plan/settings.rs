//! Single directives of a location that need more than one look: media types, who may, `expires`.

use std::collections::HashMap;
use std::sync::Arc;

use hyper::header::HeaderValue;

use super::access::Rule;
use super::scope::Scope;
use super::{Expires, IfModifiedSince, LimitExcept};
use crate::engine::embedded::front::conf::{ConfError, args};
use crate::stack::nginx::Directive;
use crate::text::Text;

pub fn header_value(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(text).ok()
}

pub fn if_modified_since(text: &str) -> Option<IfModifiedSince> {
    Some(match text {
        "off" => IfModifiedSince::Off,
        "exact" => IfModifiedSince::Exact,
        "before" => IfModifiedSince::Before,
        _ => return None,
    })
}

pub fn server_tokens(text: &str) -> Option<bool> {
    // `build` names the build behind the version; there is none here.
    if text == "build" { Some(true) } else { args::switch(text) }
}

/// nginx's own few types stand where no `types` does.
pub fn types(scope: &Scope<'_>) -> Result<Arc<HashMap<String, HeaderValue>>, ConfError> {
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

pub fn rules(scope: &Scope<'_>) -> Result<Arc<[Rule]>, ConfError> {
    // `allow` and `deny` are one list: the nearest level with either of them counts.
    scope.nearest(&["allow", "deny"]).into_iter().map(rule).collect()
}

fn rule(directive: &Directive) -> Result<Rule, ConfError> {
    args::read(directive, 0, |text| Rule::parse(directive.name == "allow", text))
}

pub fn limit_except(scope: &Scope<'_>) -> Result<Option<LimitExcept>, ConfError> {
    let Some(directive) = scope.own("limit_except").next() else { return Ok(None) };
    let mut methods = Vec::new();
    for arg in &directive.args {
        let method = hyper::Method::from_bytes(arg.value.as_bytes());
        let known = [
            "GET",
            "HEAD",
            "POST",
            "PUT",
            "DELETE",
            "MKCOL",
            "COPY",
            "MOVE",
            "OPTIONS",
            "PROPFIND",
            "PROPPATCH",
            "LOCK",
            "UNLOCK",
            "PATCH",
        ];
        let method = method.ok().filter(|method| known.contains(&method.as_str()));
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

pub fn expires(scope: &Scope<'_>) -> Result<Option<Expires>, ConfError> {
    let Some(directive) = scope.last("expires") else { return Ok(None) };
    let first = args::arg(directive, 0)?;
    if first.value.contains('$') {
        return Err(ConfError::docker(directive, "expires $variable"));
    }
    let (modified, arg) = match directive.args.get(1) {
        Some(arg) if first.value == "modified" => (true, arg),
        Some(arg) => return Err(ConfError::parameter(directive, arg)),
        None => (false, first),
    };
    let expires = match arg.value.as_str() {
        "off" => Expires::Off,
        "epoch" => Expires::Epoch,
        "max" => Expires::Max,
        text if text.starts_with('@') => return Err(ConfError::docker(directive, "expires @time")),
        text => {
            let (sign, text) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
            let text = text.strip_prefix('+').unwrap_or(text);
            let time = args::time(text).ok_or_else(|| ConfError::value(directive, arg))?;
            let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
            Expires::Seconds { seconds: sign * seconds, modified }
        }
    };
    Ok((expires != Expires::Off).then_some(expires))
}
