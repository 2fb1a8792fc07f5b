//! What is known while a configuration is compiled: [`Compiler`], to which every kind of block adds its
//! own way of reading one.

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use super::{Format, Pattern};
use crate::conf::refusal::ConfError;
use crate::upstream::Group;
use crate::value::{BadVariable, Own, Value, Var};
use workshop_stack::nginx::{Arg, Directive, regex};
use workshop_text::Text;

/// The names and the groups so far.
pub(super) struct Compiler {
    pub own: Own,
    pub formats: HashMap<String, Arc<Format>>,
    pub groups: BTreeMap<String, Arc<Group>>,
    /// Names of the `upstream` blocks, in lower case.
    pub upstreams: Vec<String>,
    next_tag: usize,
    pub keeps_headers: Cell<bool>,
    pub ignores_abort: bool,
    /// What the front does not do is understood, for questions.
    pub only_asked: bool,
    /// What nginx refuses, and a configuration to be asked can do without.
    pub refused: Option<ConfError>,
    /// nginx's own, without a place of their own in a report.
    pub warnings: Vec<String>,
}

impl Compiler {
    pub(super) fn new(only_asked: bool) -> Self {
        Self {
            own: Own::default(),
            formats: HashMap::new(),
            groups: BTreeMap::new(),
            upstreams: Vec::new(),
            next_tag: 0,
            keeps_headers: Cell::new(false),
            ignores_abort: false,
            only_asked,
            refused: None,
            warnings: Vec::new(),
        }
    }

    pub(super) fn tag(&mut self) -> usize {
        self.next_tag += 1;
        self.next_tag
    }

    /// An argument with its variables.
    pub(super) fn value(&self, directive: &Directive, arg: &Arg) -> Result<Value, ConfError> {
        self.value_of(directive, arg, &arg.value)
    }

    /// A part of an argument, with its variables.
    pub(super) fn value_of(&self, directive: &Directive, arg: &Arg, text: &str) -> Result<Value, ConfError> {
        let value = Value::parse(text, &self.own);
        let asks = |var: &Var| matches!(var, Var::SentHttp(_) | Var::UpstreamHttp(_));
        if value.as_ref().is_ok_and(|value| value.vars().any(asks)) {
            self.keeps_headers.set(true);
        }
        value.map_err(|bad| match bad {
            BadVariable::Unknown(name) => {
                let message = Text::new("front-variable").with("name", name.as_str());
                ConfError::of_arg(directive, arg, message, format!("unknown \"{name}\" variable"))
            }
            BadVariable::Malformed => invalid_variable(directive, Some(arg)),
        })
    }

    /// A regular expression with the variables that its named groups set.
    pub(super) fn pattern(
        &mut self,
        directive: &Directive,
        arg: &Arg,
        text: &str,
        ignoring_case: bool,
    ) -> Result<Pattern, ConfError> {
        let Some(regex) = regex(text, ignoring_case) else {
            let needs_docker = is_of_pcre(text);
            let (key, words) = match needs_docker {
                true => {
                    ("front-regex", format!("regular expression \"{text}\" is not supported without Docker"))
                }
                false => ("front-regex-broken", format!("pcre2_compile() failed: \"{text}\"")),
            };
            let message = Text::new(key).with("pattern", text);
            return Err(ConfError { needs_docker, ..ConfError::of_arg(directive, arg, message, words) });
        };
        let names = regex.capture_names().enumerate();
        let named = names.filter_map(|(at, name)| Some((at, self.own.slot(name?)))).collect();
        Ok(Pattern { regex, named })
    }
}

/// Whether a pattern has what only nginx's own engine knows: looking around, going back, not giving
/// back.
fn is_of_pcre(pattern: &str) -> bool {
    let around = [
        "(?=", "(?!", "(?<=", "(?<!", "(?>", "(?|", "(?(", "(?R", "(?&", "(*", "\\K", "\\G", "\\g", "\\k",
        "++", "*+", "?+",
    ];
    let back = pattern.as_bytes().windows(2).any(|pair| pair[0] == b'\\' && matches!(pair[1], b'1'..=b'9'));
    back || around.iter().any(|part| pattern.contains(part))
}

pub(super) fn invalid_variable(directive: &Directive, arg: Option<&Arg>) -> ConfError {
    let written = arg.map(|arg| arg.value.as_str()).unwrap_or_default();
    let message = Text::new("front-variable-name").with("name", written);
    let words = format!("invalid variable name \"{written}\"");
    arg.map_or_else(
        || ConfError::of(directive, message.clone(), words.clone()),
        |arg| ConfError::of_arg(directive, arg, message.clone(), words.clone()),
    )
}
