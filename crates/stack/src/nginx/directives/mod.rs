//! nginx's directives: the one table of the house. Every directive of the modules in the official
//! image, with where it may stand, how many arguments it takes, whether it may stand twice, and of
//! which kind its value is. Data only: what is held to it is `verify`, and `nginx -t` is its judge
//! (`tests/integration/front/agreement.rs`).

mod gateways;
mod http;
mod main;
mod modules;
mod rule;
mod upstream;

use std::collections::HashMap;
use std::sync::LazyLock;

use place::{EVENTS, HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, SERVER, SERVER_IF, UPSTREAM};

pub use rule::{Rule, Takes, Value, place};

const TABLES: [&[&[Rule]]; 2] =
    [&[main::RULES, http::RULES, upstream::RULES, modules::RULES], &gateways::TABLES];

/// Every rule; a name may have several, for several places.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.into_iter().flatten().copied().flatten()
}

/// The rules by their names: a large file asks for many.
static BY_NAME: LazyLock<HashMap<&'static str, Vec<&'static Rule>>> = LazyLock::new(|| {
    let mut names: HashMap<_, Vec<_>> = HashMap::new();
    all().for_each(|rule| names.entry(rule.name).or_default().push(rule));
    names
});

/// The rules of one name, at whatever places.
pub fn named(name: &str) -> &'static [&'static Rule] {
    BY_NAME.get(name).map_or(&[], Vec::as_slice)
}

/// Whether nginx knows a directive of that name, wherever.
pub fn is_known(name: &str) -> bool {
    !named(name).is_empty()
}

/// What a name is at a place.
#[derive(Clone, Copy, Debug)]
pub enum Found {
    /// It may stand here, by this rule.
    Taken(&'static Rule),
    /// A directive of nginx, but not at this place.
    Misplaced,
    /// No directive that the table knows.
    Unknown,
}

/// The directive of that name at one place (a single bit of [`place`]).
pub fn find(name: &str, here: u16) -> Found {
    let rules = named(name);
    let here = rules.iter().find(|rule| rule.places & here != 0);
    here.map_or(if rules.is_empty() { Found::Unknown } else { Found::Misplaced }, |rule| Found::Taken(rule))
}

/// The place inside a block; none where its lines are entries of a table, or of another kind of
/// server (`stream`, `mail`).
pub fn inside(name: &str, here: u16) -> Option<u16> {
    Some(match name {
        "http" => HTTP,
        "events" => EVENTS,
        "server" if here == HTTP => SERVER,
        "upstream" => UPSTREAM,
        "location" => LOCATION,
        "limit_except" => LIMIT_EXCEPT,
        "if" if here == SERVER => SERVER_IF,
        "if" => LOCATION_IF,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_has_no_two_rules_at_one_place() {
        let rules: Vec<_> = all().collect();
        for (at, rule) in rules.iter().enumerate() {
            let same = |other: &&&Rule| other.name == rule.name && other.places & rule.places != 0;
            assert!(!rules[at + 1..].iter().any(|other| same(&other)), "{}", rule.name);
        }
        assert!(rules.len() > 550, "{}", rules.len());
    }
}
