//! Reading a node as what Compose expects there; anything else is refused with its path and place.

use super::interpolate::expand;
use super::{Env, Interpolated};
use crate::yaml::{Node, Plain, Value};
use crate::{Span, Spanned, SyntaxError, narrow};
use workshop_text::Text;

/// A node, the path that leads to it and the variables its values are made with.
#[derive(Clone)]
pub(super) struct Place<'n> {
    pub node: &'n Node,
    pub path: String,
    pub env: &'n Env,
}

impl<'n> Place<'n> {
    pub(super) fn below(&self, key: &str, node: &'n Node) -> Self {
        let path = if self.path.is_empty() { key.to_owned() } else { format!("{}.{key}", self.path) };
        Self { node, path, env: self.env }
    }

    /// "`path` must be … but is …".
    pub(super) fn expected(&self, wanted: &'static str) -> SyntaxError {
        let found = match &self.node.value {
            Value::Null => Text::new("stack-kind-nothing"),
            Value::Sequence(_) => Text::new("stack-kind-list"),
            Value::Mapping(_) => Text::new("stack-kind-mapping"),
            Value::Scalar(scalar) => Text::new("stack-kind-text").with("text", brief(&scalar.text)),
        };
        let message = Text::new("stack-compose-type")
            .with("path", self.path.as_str())
            .with("wanted", Text::new(wanted))
            .with("found", found);
        SyntaxError::new(message, self.node.span)
    }

    pub(super) fn invalid(&self, key: &'static str) -> SyntaxError {
        let text = brief(self.node.text().unwrap_or_default());
        let message = Text::new(key).with("path", self.path.as_str()).with("text", text);
        SyntaxError::new(message, self.node.span)
    }

    /// The value of a key in this mapping; none where the key is not written.
    pub(super) fn key(&self, key: &str) -> Option<Self> {
        let entry = self.node.entries().iter().find(|entry| entry.key.value == key)?;
        Some(self.below(key, &entry.value))
    }

    pub(super) fn entries(&self) -> Result<Vec<(&'n Spanned<String>, Self)>, SyntaxError> {
        match &self.node.value {
            Value::Mapping(entries) => Ok(entries
                .iter()
                .map(|entry| (&entry.key, self.below(&entry.key.value, &entry.value)))
                .collect()),
            _ => Err(self.expected("stack-kind-mapping")),
        }
    }

    pub(super) fn items(&self) -> Result<Vec<Self>, SyntaxError> {
        match &self.node.value {
            Value::Sequence(items) => {
                Ok(items.iter().enumerate().map(|(at, item)| self.below(&at.to_string(), item)).collect())
            }
            _ => Err(self.expected("stack-kind-list")),
        }
    }

    /// A scalar with its variables replaced.
    pub(super) fn text(&self) -> Result<Interpolated, SyntaxError> {
        let Value::Scalar(scalar) = &self.node.value else { return Err(self.expected("stack-kind-string")) };
        let mut variables = Vec::new();
        let made = match scalar.plain() {
            Plain::Text | Plain::Time => None,
            Plain::Integer(number) | Plain::Decimal(number) => Some(number),
            Plain::Boolean(is) => Some(is.to_string()),
        };
        if let Some(value) = made {
            return Ok(Interpolated { value, raw: scalar.text.clone(), variables, span: self.node.span });
        }
        let value = expand(&scalar.text, self.env, &mut variables).map_err(|failure| {
            let span = scalar.verbatim.map_or(self.node.span, |from| {
                let before = scalar.text[..failure.start].chars().count();
                let width = scalar.text[failure.start..failure.end].chars().count();
                Span::new(from.line, from.column + narrow(before), narrow(width))
            });
            SyntaxError::new(failure.message, span)
        })?;
        Ok(Interpolated { value, raw: scalar.text.clone(), variables, span: self.node.span })
    }

    pub(super) fn string(&self) -> Result<Spanned<String>, SyntaxError> {
        self.text().map(|text| Spanned::new(text.value, text.span))
    }

    pub(super) fn strings(&self) -> Result<Vec<Spanned<String>>, SyntaxError> {
        self.items()?.iter().map(Self::string).collect()
    }

    /// One string or a list of them.
    pub(super) fn string_or_list(&self) -> Result<Vec<Spanned<String>>, SyntaxError> {
        match &self.node.value {
            Value::Scalar(_) => Ok(vec![self.string()?]),
            Value::Sequence(_) => self.strings(),
            _ => Err(self.expected("stack-kind-string-or-list")),
        }
    }

    /// A whole number, also in quotes or from a variable.
    pub(super) fn number(&self) -> Result<Spanned<u32>, SyntaxError> {
        let wrong = |_| self.expected("stack-kind-number");
        match &self.node.value {
            Value::Scalar(_) => {
                let text = self.string()?;
                Ok(Spanned::new(text.value.trim().parse().map_err(wrong)?, text.span))
            }
            _ => Err(self.expected("stack-kind-number")),
        }
    }

    /// A number with a fraction, also in quotes or from a variable; not below zero.
    pub(super) fn decimal(&self) -> Result<Spanned<f64>, SyntaxError> {
        let Value::Scalar(_) = &self.node.value else { return Err(self.expected("stack-kind-decimal")) };
        let text = self.string()?;
        let number =
            text.value.trim().parse().ok().filter(|number: &f64| number.is_finite() && *number >= 0.0);
        number
            .map(|number| Spanned::new(number, text.span))
            .ok_or_else(|| self.expected("stack-kind-decimal"))
    }

    /// YAML's truth in both of its versions; Compose takes them all.
    pub(super) fn boolean(&self) -> Result<bool, SyntaxError> {
        match &self.node.value {
            Value::Scalar(_) => match self.string()?.value.to_ascii_lowercase().as_str() {
                "true" | "yes" | "on" | "y" => Ok(true),
                "false" | "no" | "off" | "n" => Ok(false),
                _ => Err(self.expected("stack-kind-boolean")),
            },
            _ => Err(self.expected("stack-kind-boolean")),
        }
    }
}

/// Enough of a learner's text to recognise it.
fn brief(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(40) {
        Some((at, _)) => format!("{}...", &line[..at]),
        None => line.to_owned(),
    }
}
