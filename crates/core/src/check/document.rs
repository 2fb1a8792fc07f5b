//! A value in a file of a known format, and where it stands: [`find`].

use serde::Deserialize;
use serde_json::{Map, Number, Value};

use workshop_stack::yaml::{self, Node, Plain};
use workshop_stack::{Span, SyntaxError};
use workshop_text::Text;

/// How a file is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// `.json`
    Json,
    /// `.yaml`, `.yml`
    Yaml,
    /// `.toml`
    Toml,
    /// `.ini`, `.cfg`, `.properties`: sections in brackets, `key = value` or `key: value`.
    Ini,
}

impl Format {
    /// By a file's name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let (_, ending) = path.rsplit_once('.')?;
        match ending.to_ascii_lowercase().as_str() {
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            "toml" => Some(Self::Toml),
            "ini" | "cfg" | "properties" => Some(Self::Ini),
            _ => None,
        }
    }

    /// Whether all of its values are texts.
    pub(crate) const fn is_text(self) -> bool {
        matches!(self, Self::Ini)
    }
}

/// A value, and where it stands as far as that is known.
pub(crate) type Found = (Value, Option<Span>);

/// The value at a path of keys and numbers with dots between (`services.web.ports.0`); a key may
/// itself contain dots. Nothing where there is none.
///
/// # Errors
/// The text is not of that format.
pub(crate) fn find(format: Format, text: &str, path: &str) -> Result<Option<Found>, SyntaxError> {
    match format {
        Format::Yaml => {
            let root = yaml::parse(text)?;
            Ok(root.get(path).map(|node| (value_of(node), Some(node.span))))
        }
        Format::Json => {
            let root: Value = serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| {
                let (line, column) = (error.line().max(1) as u32, error.column().max(1) as u32);
                SyntaxError::new(Text::new("document-not-json"), Span::new(line, column, 1))
            })?;
            // What is JSON is, but for odd ones, YAML, whose reader knows places.
            let span = || Some(yaml::parse(text).ok()?.get(path)?.span);
            Ok(at(&root, path).map(|value| (value.clone(), span())))
        }
        Format::Toml => {
            let refused = |error: toml::de::Error| {
                let reason = error.message().lines().next().unwrap_or_default().to_owned();
                let start = error.span().map_or(0, |span| span.start);
                let message = Text::new("document-not-toml").with("reason", reason);
                SyntaxError::new(message, self::span(text, start, start))
            };
            let root: Value = toml::from_str(text).map_err(refused)?;
            let span = || in_toml(text, path).map(|range| self::span(text, range.start, range.end));
            Ok(at(&root, path).map(|value| (value.clone(), span())))
        }
        Format::Ini => Ok(in_ini(text, path)),
    }
}

fn at<'v>(value: &'v Value, path: &str) -> Option<&'v Value> {
    if path.is_empty() {
        return Some(value);
    }
    match value {
        Value::Array(items) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            at(items.get(index.parse::<usize>().ok()?)?, rest)
        }
        Value::Object(map) => map.get(path).or_else(|| {
            let below =
                |(key, value)| Some((path.strip_prefix(key as &String as &str)?.strip_prefix('.')?, value));
            map.iter().filter_map(below).find_map(|(rest, value)| at(value, rest))
        }),
        _ => None,
    }
}

fn value_of(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Null => Value::Null,
        yaml::Value::Scalar(scalar) => match scalar.plain() {
            Plain::Integer(digits) => number(&digits, &scalar.text),
            Plain::Decimal(digits) => number(&digits, &scalar.text),
            Plain::Boolean(value) => Value::Bool(value),
            Plain::Text | Plain::Time => Value::String(scalar.text.clone()),
        },
        yaml::Value::Sequence(items) => Value::Array(items.iter().map(value_of).collect()),
        yaml::Value::Mapping(entries) => {
            let pair = |entry: &yaml::Entry| (entry.key.value.clone(), value_of(&entry.value));
            Value::Object(entries.iter().map(pair).collect::<Map<_, _>>())
        }
    }
}

fn number(digits: &str, text: &str) -> Value {
    let whole = || Some(Number::from(digits.parse::<i64>().ok()?));
    let decimal = || Number::from_f64(digits.parse::<f64>().ok()?);
    whole().or_else(decimal).map_or_else(|| Value::String(text.to_owned()), Value::Number)
}

fn in_toml(text: &str, path: &str) -> Option<std::ops::Range<usize>> {
    below_table(toml::de::DeTable::parse(text).ok()?.get_ref(), path)
}

fn below_table(table: &toml::de::DeTable<'_>, path: &str) -> Option<std::ops::Range<usize>> {
    table.iter().find_map(|(key, value)| {
        let rest = path.strip_prefix(key.get_ref().as_ref())?;
        match rest.strip_prefix('.') {
            Some(rest) => below_value(value, rest),
            None if rest.is_empty() => Some(value.span()),
            None => None,
        }
    })
}

fn below_value(value: &toml::Spanned<toml::de::DeValue<'_>>, path: &str) -> Option<std::ops::Range<usize>> {
    if path.is_empty() {
        return Some(value.span());
    }
    match value.get_ref() {
        toml::de::DeValue::Table(table) => below_table(table, path),
        toml::de::DeValue::Array(items) => {
            let (index, rest) = path.split_once('.').unwrap_or((path, ""));
            below_value(items.get(index.parse::<usize>().ok()?)?, rest)
        }
        _ => None,
    }
}

/// Bytes of a text as a place in it, cut at the end of the first line.
pub(crate) fn span(text: &str, start: usize, end: usize) -> Span {
    let start = (0..=start.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let before = &text[..start];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    let line_end = text[start..].find(['\n', '\r']).map_or(text.len(), |at| start + at);
    let width = text[start..line_end].char_indices().take_while(|(at, _)| start + at < end).count();
    let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    Span::new(
        count(before.matches('\n').count() + 1),
        count(text[line_start..start].chars().count() + 1),
        count(width),
    )
}

/// The last one counts, as readers of such files have it. Comments begin with `;` or `#`.
fn in_ini(text: &str, path: &str) -> Option<Found> {
    let (mut section, mut found) = (String::new(), None);
    for (number, line) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with([';', '#']) {
            continue;
        }
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section = name.trim().to_owned();
            continue;
        }
        let Some((key, value)) = bare.split_once(['=', ':']) else { continue };
        let whole =
            if section.is_empty() { key.trim().to_owned() } else { format!("{section}.{}", key.trim()) };
        if whole == path {
            let value = value.trim();
            let column = line.chars().count() - line.trim_end().chars().count();
            let end = line.chars().count() - column;
            let width = value.chars().count().max(1);
            let at = u32::try_from((end + 1).saturating_sub(width).max(1)).unwrap_or(u32::MAX);
            let width = u32::try_from(width).unwrap_or(u32::MAX);
            found = Some((Value::String(value.to_owned()), Some(Span::new(number, at, width))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    #[test]
    fn a_value_is_found_in_each_format_with_its_place() {
        for (format, text, path, value, place) in [
            (Format::Json, "{\n  \"a\": { \"b\": [1, 2] }\n}", "a.b.1", json!(2), (2, 19)),
            (Format::Yaml, "a:\n  b.c: 2.50\n", "a.b.c", json!(2.5), (2, 8)),
            (Format::Yaml, "a: \"1\"\n", "a", json!("1"), (1, 4)),
            (Format::Toml, "[a]\nb = [1, \"x\"]\n", "a.b.1", json!("x"), (2, 9)),
            (Format::Ini, "[가]\n; no\nkey = old\nkey: 새 값 \n", "가.key", json!("새 값"), (4, 6)),
            (Format::Ini, "top=1\n", "top", json!("1"), (1, 5)),
        ] {
            let (seen, span) = find(format, text, path).expect("read").expect("found");
            let span = span.expect("a place");
            assert_eq!((seen, (span.line, span.column)), (value, place), "{format:?} {path}");
            assert_eq!(find(format, text, "no.such"), Ok(None), "{format:?}");
        }
    }

    #[test]
    fn what_is_not_of_the_format_is_said_with_its_place() {
        for (format, text, line) in
            [(Format::Json, "{\n x", 2), (Format::Toml, "a = 1\nb =\n", 2), (Format::Yaml, "a: 1\na: 2\n", 2)]
        {
            assert_eq!(find(format, text, "a").expect_err("broken").span.line, line, "{format:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_stops_it(text in "\\PC{0,60}|[\\[\\]{}:=\",.a가\n #;1-]{0,60}", path in "[a가.01]{0,8}") {
            for format in [Format::Json, Format::Yaml, Format::Toml, Format::Ini] {
                if let Ok(Some((_, Some(span)))) = find(format, &text, &path) {
                    prop_assert!(span.line as usize <= text.split('\n').count() && span.column > 0);
                }
            }
        }
    }
}
