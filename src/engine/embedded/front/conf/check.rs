//! Holds every directive to its place, to its number of arguments and to being there once, and
//! collects those that have no effect here. Nothing is silently ignored.

use std::collections::HashSet;

use super::NoEffect;
use super::refusal::{ConfError, SWITCHES};
use super::table::{self, Entry, Found, Use, place};
use crate::stack::nginx::Directive;
use crate::text::Text;

/// Checks a whole configuration; the directives that have no effect.
pub fn check(directives: &[Directive]) -> Result<Vec<NoEffect>, ConfError> {
    let mut no_effect = Vec::new();
    block(directives, place::MAIN, &mut no_effect)?;
    Ok(no_effect)
}

fn block(directives: &[Directive], here: u16, no_effect: &mut Vec<NoEffect>) -> Result<(), ConfError> {
    let mut seen = HashSet::new();
    for directive in directives {
        let name = directive.name.as_str();
        let entry = match table::find(name, here) {
            Found::Taken(entry) => entry,
            _ if turned_off(directive) => {
                no_effect.push(NoEffect::of(directive));
                continue;
            }
            Found::Misplaced => return Err(misplaced(directive)),
            Found::Elsewhere => return Err(ConfError::docker(directive, name)),
            Found::Unknown => return Err(unknown(directive)),
        };
        if !entry.many && !seen.insert(name) {
            let message = Text::new("front-duplicate").with("name", name);
            return Err(ConfError::of(directive, message, format!("\"{name}\" directive is duplicate")));
        }
        counted(directive, entry)?;
        if entry.used == Use::NoEffect {
            switched(directive)?;
            no_effect.push(NoEffect::of(directive));
        }
        if let Some(inside) = inner_place(name, here) {
            block(directive.inside(), inside, no_effect)?;
        }
    }
    Ok(())
}

/// A switch without effect is still a switch.
fn switched(directive: &Directive) -> Result<(), ConfError> {
    let Some(arg) = directive.args.first() else { return Ok(()) };
    if !SWITCHES.contains(&directive.name.as_str()) || matches!(arg.value.as_str(), "on" | "off") {
        return Ok(());
    }
    Err(ConfError::value(directive, arg))
}

/// The place inside a block; none where its lines are entries of a table.
fn inner_place(name: &str, here: u16) -> Option<u16> {
    Some(match name {
        "http" => place::HTTP,
        "events" => place::EVENTS,
        "server" if here == place::HTTP => place::SERVER,
        "upstream" => place::UPSTREAM,
        "location" => place::LOCATION,
        "limit_except" => place::LIMIT_EXCEPT,
        "if" if here == place::SERVER => place::SERVER_IF,
        "if" => place::LOCATION_IF,
        _ => return None,
    })
}

/// `proxy_cache off;` and the like ask for what the front does anyway.
fn turned_off(directive: &Directive) -> bool {
    let name = directive.name.as_str();
    let off = directive.arg(0).is_some_and(|value| matches!(value, "off" | "0"));
    let harmless = name == "satisfy" && directive.arg(0) == Some("all");
    directive.block.is_none()
        && directive.args.len() == 1
        && table::OFF_ONLY.contains(&name)
        && (off && name != "satisfy" || harmless)
}

fn misplaced(directive: &Directive) -> ConfError {
    let name = directive.name.as_str();
    let message = Text::new("front-not-here").with("name", name);
    ConfError::of(directive, message, format!("\"{name}\" directive is not allowed here"))
}

fn unknown(directive: &Directive) -> ConfError {
    let name = directive.name.as_str();
    let message = Text::new("front-unknown").with("name", name);
    ConfError::of(directive, message, format!("unknown directive \"{name}\""))
}

fn counted(directive: &Directive, entry: &Entry) -> Result<(), ConfError> {
    let name = directive.name.as_str();
    let has_block = directive.block.is_some();
    if has_block != entry.block {
        let (key, words) = match has_block {
            true => {
                ("stack-nginx-unexpected-block", format!("directive \"{name}\" is not terminated by \";\""))
            }
            false => ("stack-nginx-block-expected", format!("directive \"{name}\" has no opening \"{{\"")),
        };
        return Err(ConfError::of(directive, Text::new(key).with("name", name), words));
    }
    let count = directive.args.len();
    if (entry.least..=entry.most).contains(&count) {
        return Ok(());
    }
    let wanted = match (entry.least, entry.most) {
        (least, usize::MAX) => format!("{least}+"),
        (least, most) if least == most => least.to_string(),
        (least, most) => format!("{least}-{most}"),
    };
    let message =
        Text::new("stack-nginx-arguments").with("name", name).with("wanted", wanted).with("count", count);
    Err(ConfError::of(directive, message, format!("invalid number of arguments in \"{name}\" directive")))
}
