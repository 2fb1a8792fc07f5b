//! Why a configuration is not taken: [`ConfError`], for the learner in two languages and for the log
//! in nginx's words.

use workshop_stack::SyntaxError;
use workshop_stack::nginx::{Arg, Directive, Refusal};
use workshop_text::{Lang, Text};

/// The file that a directive without one stands in.
const NAMELESS: &str = "nginx.conf";

/// A configuration that the front refuses, and where.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", self.nginx_line())]
pub struct ConfError {
    /// A path of the container.
    pub file: String,
    /// Counted from 1; 0 where the fault is of no line.
    pub line: u32,
    /// Counted from 1, in characters.
    pub column: u32,
    /// Characters to underline.
    pub width: u32,
    /// What is wrong, in a learner's words.
    pub message: Text,
    /// nginx itself may take it: the advice is to use Docker.
    pub needs_docker: bool,
    /// nginx's own words for it.
    pub words: String,
}

impl From<Refusal> for ConfError {
    fn from(refusal: Refusal) -> Self {
        let Refusal { file, span, message, words } = refusal;
        let file = file.as_deref().unwrap_or(NAMELESS).to_owned();
        Self {
            file,
            line: span.line,
            column: span.column,
            width: span.width,
            message,
            needs_docker: false,
            words,
        }
    }
}

impl ConfError {
    /// A fault of a directive, pointed at its name.
    pub fn of(directive: &Directive, message: Text, words: impl Into<String>) -> Self {
        Refusal::of(directive, message, words).into()
    }

    /// A fault of one argument.
    pub fn of_arg(directive: &Directive, arg: &Arg, message: Text, words: impl Into<String>) -> Self {
        Refusal::of_arg(directive, arg, message, words).into()
    }

    /// An argument that cannot be what it is, in the words that nginx has for the directive's kind.
    pub fn value(directive: &Directive, arg: &Arg) -> Self {
        let (name, value) = (directive.name.as_str(), arg.value.as_str());
        let words = match name {
            "allow" | "deny" => format!("invalid parameter \"{value}\""),
            "expires" => format!("\"{name}\" directive invalid value"),
            _ => format!("invalid value \"{value}\""),
        };
        Self::said(directive, arg, words)
    }

    /// The same in words of nginx's own.
    pub fn said(directive: &Directive, arg: &Arg, words: impl Into<String>) -> Self {
        Refusal::value(directive, arg, words).into()
    }

    /// A parameter that the directive does not have.
    pub fn parameter(directive: &Directive, arg: &Arg) -> Self {
        Refusal::parameter(directive, arg).into()
    }

    /// What nginx takes and the front does not.
    pub fn docker(directive: &Directive, what: &str) -> Self {
        let message = Text::new("front-needs-docker").with("name", what);
        let words = format!("\"{what}\" is not supported without Docker");
        Self { needs_docker: true, ..Self::of(directive, message, words) }
    }

    /// A file that cannot be read as words and blocks.
    pub fn syntax(file: &str, error: &SyntaxError) -> Self {
        let name = error.message.args.iter().find_map(|(key, arg)| match arg {
            workshop_text::Arg::Word(word) if *key == "name" => Some(word.as_str()),
            _ => None,
        });
        let name = name.unwrap_or_default();
        let words = match error.message.key {
            "stack-nginx-arguments" => format!("invalid number of arguments in \"{name}\" directive"),
            "stack-nginx-block-expected" => format!("directive \"{name}\" has no opening \"{{\""),
            "stack-nginx-unexpected-block" => format!("directive \"{name}\" is not terminated by \";\""),
            "stack-nginx-unclosed-block" => "unexpected end of file, expecting \"}\"".to_owned(),
            "stack-nginx-extra-brace" => "unexpected \"}\"".to_owned(),
            "stack-nginx-semicolon" => "unexpected \"}\"".to_owned(),
            "stack-nginx-extra-semicolon" => "unexpected \";\"".to_owned(),
            _ => error.message.render(Lang::En).replace('`', "\""),
        };
        Self {
            file: file.to_owned(),
            line: error.span.line,
            column: error.span.column,
            width: error.span.width,
            message: error.message.clone(),
            needs_docker: false,
            words,
        }
    }

    /// As nginx writes it to its log, without the time.
    pub fn nginx_line(&self) -> String {
        // Some words say the place themselves.
        match self.line {
            0 => self.words.clone(),
            _ if self.words.contains(&format!(" in {}:", self.file)) => self.words.clone(),
            line => format!("{} in {}:{line}", self.words, self.file),
        }
    }
}
