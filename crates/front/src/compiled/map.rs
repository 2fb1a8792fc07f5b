//! `map`: a variable by the value of others.

use std::collections::HashMap;

use super::Map;
use super::compiler::Compiler;
use crate::conf::refusal::ConfError;
use crate::value::Value;
use workshop_stack::nginx::Directive;
use workshop_text::Text;

impl Compiler {
    pub(super) fn map(&mut self, directive: &Directive) -> Result<Map, ConfError> {
        let source = directive.args.first();
        let source = source.map_or_else(|| Ok(Value::default()), |arg| self.value(directive, arg))?;
        let hostnames =
            directive.inside().iter().any(|entry| entry.name == "hostnames" && entry.args.is_empty());
        let mut map = Map {
            source,
            exact: HashMap::new(),
            regex: Vec::new(),
            default: Value::default(),
            leading: Vec::new(),
            trailing: Vec::new(),
            hostnames,
        };
        let mut has_default = false;
        for entry in directive.inside() {
            self.map_entry(&mut map, entry, &mut has_default)?;
        }
        map.leading.sort_by_key(|(suffix, _)| std::cmp::Reverse(suffix.len()));
        map.trailing.sort_by_key(|(prefix, _)| std::cmp::Reverse(prefix.len()));
        Ok(map)
    }

    fn map_entry(
        &mut self,
        map: &mut Map,
        entry: &Directive,
        has_default: &mut bool,
    ) -> Result<(), ConfError> {
        let [to] = &entry.args[..] else {
            if entry.args.is_empty() && matches!(entry.name.as_str(), "volatile" | "hostnames") {
                return Ok(());
            }
            let message = Text::new("front-value").with("name", "map").with("value", entry.name.as_str());
            return Err(ConfError::of(entry, message, "invalid number of the map parameters"));
        };
        let value = self.value(entry, to)?;
        let key = entry.name.as_str();
        if key == "default" {
            if std::mem::replace(has_default, true) {
                let message = Text::new("front-duplicate").with("name", "default");
                return Err(ConfError::of(entry, message, "duplicate default map parameter"));
            }
            map.default = value;
            return Ok(());
        }
        if let Some(text) = key.strip_prefix('~') {
            let (text, ignoring_case) = text.strip_prefix('*').map_or((text, false), |text| (text, true));
            map.regex.push((self.pattern(entry, to, text, ignoring_case)?, value));
            return Ok(());
        }
        let key = key.strip_prefix('\\').unwrap_or(key).to_ascii_lowercase();
        let exact = if !map.hostnames {
            key.as_str()
        } else if let Some(suffix) = key.strip_prefix('*').filter(|rest| rest.starts_with('.')) {
            map.leading.push((suffix.into(), value));
            return Ok(());
        } else if let Some(prefix) = key.strip_suffix('*').filter(|rest| rest.ends_with('.')) {
            map.trailing.push((prefix.into(), value));
            return Ok(());
        } else if let Some(bare) = key.strip_prefix('.') {
            map.leading.push((key.clone().into(), value.clone()));
            bare
        } else {
            key.as_str()
        };
        if map.exact.insert(exact.into(), value).is_some() {
            let message = Text::new("front-duplicate").with("name", entry.name.as_str());
            let words = format!("conflicting parameter \"{}\"", entry.name);
            return Err(ConfError::of(entry, message, words));
        }
        Ok(())
    }
}

impl Map {
    /// The value for a source in lower case that no pattern decides.
    pub fn plain(&self, source: &[u8]) -> Option<&Value> {
        if !self.hostnames {
            return self.exact.get(source);
        }
        let source = source.strip_suffix(b".").unwrap_or(source);
        let leading = || self.leading.iter().find(|(suffix, _)| source.ends_with(suffix) && source != suffix);
        let trailing =
            || self.trailing.iter().find(|(prefix, _)| source.starts_with(prefix) && source != prefix);
        let wildcard = || leading().or_else(trailing).map(|(_, value)| value);
        self.exact.get(source).or_else(wildcard)
    }
}
