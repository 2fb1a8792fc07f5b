//! What the front makes of each directive of a configuration that nginx itself would take: those
//! without effect here are collected, and those that need real nginx are refused. Nothing is
//! silently ignored.

use super::refusal::ConfError;
use super::uses::{self, Use};
use workshop_stack::nginx::Directive;
use workshop_stack::nginx::directives::{inside, place};

/// A directive without effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoEffect {
    /// Its name: `worker_processes`.
    pub directive: String,
    /// A path of the container.
    pub file: String,
    /// Counted from 1.
    pub line: u32,
}

impl NoEffect {
    fn of(directive: &Directive) -> Self {
        Self {
            directive: directive.name.clone(),
            file: directive.file.as_deref().unwrap_or_default().to_owned(),
            line: directive.span.line,
        }
    }
}

/// Checks a whole configuration; the directives that have no effect.
pub(crate) fn check(directives: &[Directive]) -> Result<Vec<NoEffect>, ConfError> {
    let mut no_effect = Vec::new();
    block(directives, place::MAIN, &mut no_effect)?;
    Ok(no_effect)
}

fn block(directives: &[Directive], here: u16, no_effect: &mut Vec<NoEffect>) -> Result<(), ConfError> {
    for directive in directives {
        let name = directive.name.as_str();
        match uses::of(name) {
            Use::Honoured => {}
            Use::NoEffect => no_effect.push(NoEffect::of(directive)),
            Use::OffOnly if turned_off(directive) => {
                no_effect.push(NoEffect::of(directive));
                continue;
            }
            Use::OffOnly | Use::NeedsDocker => return Err(ConfError::docker(directive, name)),
        }
        if let Some(inside) = inside(name, here) {
            block(directive.inside(), inside, no_effect)?;
        }
    }
    Ok(())
}

/// `proxy_cache off;` and the like ask for what the front does anyway.
fn turned_off(directive: &Directive) -> bool {
    let value = if directive.name == "satisfy" { "all" } else { "off" };
    directive.block.is_none()
        && directive.args.len() == 1
        && directive.arg(0).is_some_and(|arg| arg == value || value == "off" && arg == "0")
}
