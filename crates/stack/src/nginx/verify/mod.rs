//! Whether nginx would start: [`verify`] holds a whole configuration, its includes in their places,
//! to the table of [directives](super::directives), to the kinds of their values, and to what they
//! ask of each other. What only a plan can know (unknown variables, regular expressions, which
//! location is inside which) is found where the plan is made.

mod args;
mod limits;
mod own;
mod refusal;
mod relations;
mod small;
mod upstreams;
mod values;

use std::collections::HashSet;

use super::directive::Directive;
use super::directives::{self, Found, Rule, place};
use workshop_text::Text;
use workshop_text::near::nearest;

pub use refusal::Refusal;

/// Modules that the official image has and does not load by itself: their directives are known to
/// nobody here, and taken where the main file loads a module.
fn loads_modules(directives: &[Directive]) -> bool {
    directives.iter().any(|directive| directive.name == "load_module")
}

/// Holds a whole configuration, from its main file on, to nginx's rules.
///
/// # Errors
/// The first thing that nginx would refuse.
pub fn verify(directives: &[Directive]) -> Result<(), Refusal> {
    let lenient = loads_modules(directives);
    block(directives, place::MAIN, lenient)?;
    relations::twice(directives)?;
    let http = directives.iter().find(|directive| directive.name == "http");
    http.map_or(Ok(()), |http| relations::check(http.inside()))
}

fn block(directives: &[Directive], here: u16, lenient: bool) -> Result<(), Refusal> {
    let mut seen = HashSet::new();
    for directive in directives {
        let name = directive.name.as_str();
        let rule = match directives::find(name, here) {
            Found::Taken(rule) => rule,
            Found::Misplaced => return Err(misplaced(directive, here)),
            Found::Unknown if lenient => continue,
            Found::Unknown => return Err(unknown(directive, here)),
        };
        counted(directive, rule)?;
        if rule.once && !seen.insert(name) {
            return Err(Refusal::duplicate(directive));
        }
        values::check(directive, rule)?;
        if let Some(inside) = directives::inside(name, here) {
            block(directive.inside(), inside, lenient)?;
        }
    }
    Ok(())
}

fn misplaced(directive: &Directive, here: u16) -> Refusal {
    let name = directive.name.as_str();
    let words = format!("\"{name}\" directive is not allowed here");
    let key = match name {
        // The file is already inside of one, by its include.
        "http" if here == place::HTTP => "stack-nginx-http-in-http",
        _ => "front-not-here",
    };
    Refusal::of(directive, Text::new(key).with("name", name), words)
}

fn unknown(directive: &Directive, here: u16) -> Refusal {
    let name = directive.name.as_str();
    let words = format!("unknown directive \"{name}\"");
    let here = directives::all().filter(|rule| rule.places & here != 0).map(|rule| rule.name);
    let near = nearest(name, here).or_else(|| nearest(name, directives::all().map(|rule| rule.name)));
    let message = match near {
        Some(near) => Text::new("stack-nginx-unknown-near").with("name", name).with("near", near),
        None => Text::new("front-unknown").with("name", name),
    };
    Refusal::of(directive, message, words)
}

fn counted(directive: &Directive, rule: &Rule) -> Result<(), Refusal> {
    let name = directive.name.as_str();
    let has_block = directive.block.is_some();
    if has_block != rule.block {
        let (key, words) = match has_block {
            true => {
                ("stack-nginx-unexpected-block", format!("directive \"{name}\" is not terminated by \";\""))
            }
            false => ("stack-nginx-block-expected", format!("directive \"{name}\" has no opening \"{{\"")),
        };
        return Err(Refusal::of(directive, Text::new(key).with("name", name), words));
    }
    let count = directive.args.len();
    if rule.takes.takes(count) {
        return Ok(());
    }
    let message = Text::new("stack-nginx-arguments")
        .with("name", name)
        .with("wanted", rule.takes.describe())
        .with("count", count);
    Err(Refusal::of(directive, message, format!("invalid number of arguments in \"{name}\" directive")))
}
