//! Why nginx would not start: [`Refusal`], in nginx's own words and in the learner's language.

use std::sync::Arc;

use crate::Span;
use crate::nginx::directive::{Arg, Directive};
use workshop_text::Text;

/// The first thing that nginx does not take.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The file that it stands in, where several were put together.
    pub file: Option<Arc<str>>,
    /// Of the directive's name, or of the argument that is wrong.
    pub span: Span,
    /// The same in the learner's language.
    pub message: Text,
    /// nginx's own words, without its place.
    pub words: String,
}

impl Refusal {
    /// Of a directive, pointed at its name.
    pub fn of(directive: &Directive, message: Text, words: impl Into<String>) -> Self {
        Self { file: directive.file.clone(), span: directive.span, message, words: words.into() }
    }

    /// Of one argument.
    pub fn of_arg(directive: &Directive, arg: &Arg, message: Text, words: impl Into<String>) -> Self {
        Self { span: arg.span, ..Self::of(directive, message, words) }
    }

    /// A value that cannot be: `NAME directive invalid WHAT`.
    pub fn invalid(directive: &Directive, arg: &Arg, what: &str) -> Self {
        let words = format!("\"{}\" directive {what}", directive.name);
        Self::of_arg(directive, arg, value(directive, arg), words)
    }

    /// A value that cannot be, in words of nginx's own.
    pub fn value(directive: &Directive, arg: &Arg, words: impl Into<String>) -> Self {
        Self::of_arg(directive, arg, value(directive, arg), words)
    }

    /// A parameter that the directive does not have.
    pub fn parameter(directive: &Directive, arg: &Arg) -> Self {
        let message = Text::new("front-parameter")
            .with("name", directive.name.as_str())
            .with("value", arg.value.as_str());
        Self::of_arg(directive, arg, message, format!("invalid parameter \"{}\"", arg.value))
    }

    pub(crate) fn duplicate(directive: &Directive) -> Self {
        let name = directive.name.as_str();
        let message = Text::new("front-duplicate").with("name", name);
        Self::of(directive, message, format!("\"{name}\" directive is duplicate"))
    }
}

fn value(directive: &Directive, arg: &Arg) -> Text {
    Text::new("front-value").with("name", directive.name.as_str()).with("value", arg.value.as_str())
}
