//! nginx's directives: the one table of the house. Every directive of the modules in the official
//! image, with where it may stand, how many arguments it takes, whether it may stand twice, and of
//! which kind its value is. Data only: what is held to it is `verify`, and `nginx -t` is its judge
//! (`tests/integration/front/agreement.rs`).

mod gateways;
mod http;
mod main;
mod modules;
mod proxy;
mod upstream;

use std::collections::HashMap;
use std::sync::LazyLock;

/// Where directives stand. A set of places is the sum of its bits.
pub mod place {
    /// Outside of every block.
    pub const MAIN: u16 = 1;
    /// In `events`.
    pub const EVENTS: u16 = 1 << 1;
    /// In `http`.
    pub const HTTP: u16 = 1 << 2;
    /// In a `server` of `http`.
    pub const SERVER: u16 = 1 << 3;
    /// In a `location`.
    pub const LOCATION: u16 = 1 << 4;
    /// `if` in a `server`.
    pub const SERVER_IF: u16 = 1 << 5;
    /// `if` in a `location`.
    pub const LOCATION_IF: u16 = 1 << 6;
    /// In an `upstream`.
    pub const UPSTREAM: u16 = 1 << 7;
    /// In a `limit_except`.
    pub const LIMIT_EXCEPT: u16 = 1 << 8;
}

use place::{EVENTS, HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, MAIN, SERVER, SERVER_IF, UPSTREAM};

const HS: u16 = HTTP | SERVER;
const SL: u16 = SERVER | LOCATION;
const HSL: u16 = HS | LOCATION;
const HSLI: u16 = HSL | LOCATION_IF;
const HSLX: u16 = HSL | LIMIT_EXCEPT;
const HSLIX: u16 = HSLI | LIMIT_EXCEPT;
const REWRITE: u16 = SL | SERVER_IF | LOCATION_IF;
const HTTP_REWRITE: u16 = HTTP | REWRITE;
const LOCATION_OR_IF: u16 = LOCATION | LOCATION_IF;
const PASS: u16 = LOCATION_OR_IF | LIMIT_EXCEPT;
const EVERYWHERE: u16 = u16::MAX;

/// How many arguments a directive takes: bit N for exactly N, and two bits for open ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes(u16);

const NONE: Takes = Takes(1);
const ONE: Takes = Takes(1 << 1);
const TWO: Takes = Takes(1 << 2);
const THREE: Takes = Takes(1 << 3);
const UP_TO_ONE: Takes = Takes(0b11);
const UP_TO_TWO: Takes = Takes(0b111);
const ONE_OR_TWO: Takes = Takes(0b110);
const TWO_OR_THREE: Takes = Takes(0b1100);
const ONE_TO_THREE: Takes = Takes(0b1110);
const ONE_TO_FOUR: Takes = Takes(0b1_1110);
const SOME: Takes = Takes(OPEN | 0b10);
const TWO_OR_MORE: Takes = Takes(OPEN | 0b100);
/// No upper bound: from the lowest bit on.
const OPEN: u16 = 1 << 15;

impl Takes {
    /// The fewest, and the most; none where there is no most.
    pub fn bounds(self) -> (usize, Option<usize>) {
        let counts = self.0 & !OPEN;
        let least = counts.trailing_zeros() as usize;
        let most = (self.0 & OPEN == 0).then(|| 15 - counts.leading_zeros() as usize);
        (least, most)
    }

    /// Whether it takes `count` arguments.
    pub fn takes(self, count: usize) -> bool {
        let (least, most) = self.bounds();
        count >= least && most.is_none_or(|most| count <= most)
    }

    /// `1`, `1-2`, `2+`: the same in every language.
    pub fn describe(self) -> String {
        match self.bounds() {
            (least, None) => format!("{least}+"),
            (least, Some(most)) if least == most => least.to_string(),
            (least, Some(most)) => format!("{least}-{most}"),
        }
    }
}

/// Of which kind a directive's value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Value {
    /// Anything.
    Text,
    /// `on` or `off`.
    Flag,
    /// A whole number without a sign.
    Number,
    /// A whole number from the first to the second, both included.
    Within(u32, u32),
    /// With `k` or `m`.
    Size,
    /// The same, and `g`.
    Offset,
    /// A time, down to milliseconds.
    Msec,
    /// A time in whole seconds: `500ms` is none.
    Sec,
    /// How many, and how large.
    Bufs,
    /// One of these words, in upper or lower case.
    OneOf(&'static [&'static str]),
    /// Each argument is one of these words, in upper or lower case.
    SomeOf(&'static [&'static str]),
    /// A size, or what a variable says.
    SizeOrVariable,
    /// `user:rw group:r`.
    Access,
    /// A folder and the lengths of its levels.
    Folder,
    /// An address to go out from.
    Bind,
    /// A name, a value, and perhaps `if_not_empty`.
    Param,
    /// A folder and the parameters of a cache, its `keys_zone` among them.
    CachePath,
    /// Statuses or `any`, and a time behind them.
    CacheValid,
    /// A rule of the directive's own, in `verify`.
    Own,
}

use Value::{
    Access, Bind, Bufs, CachePath, CacheValid, Flag, Folder, Msec, Number, Offset, OneOf, Own, Param, Sec,
    Size, SizeOrVariable, SomeOf, Text, Within,
};

const PROTOCOLS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
const METHODS: &[&str] = &["GET", "HEAD", "POST"];
const HEADERS: &[&str] = &[
    "X-Accel-Redirect",
    "X-Accel-Expires",
    "X-Accel-Limit-Rate",
    "X-Accel-Buffering",
    "X-Accel-Charset",
    "Expires",
    "Cache-Control",
    "Set-Cookie",
    "Vary",
];
const NEXT: &[&str] = &[
    "error",
    "timeout",
    "invalid_header",
    "non_idempotent",
    "http_500",
    "http_502",
    "http_503",
    "http_504",
    "http_403",
    "http_404",
    "http_429",
    "updating",
    "off",
];
const GATEWAY_NEXT: &[&str] = &[
    "error",
    "timeout",
    "invalid_header",
    "non_idempotent",
    "http_500",
    "http_503",
    "http_403",
    "http_404",
    "http_429",
    "updating",
    "off",
];

/// One directive at some places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rule {
    /// As it is written in a file.
    pub name: &'static str,
    /// The sum of the places where it may stand.
    pub places: u16,
    /// How many arguments it takes.
    pub takes: Takes,
    /// It ends with a block, not with `;`.
    pub block: bool,
    /// It may stand only once in a block.
    pub once: bool,
    /// What its arguments must be.
    pub value: Value,
}

const fn one(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { name, places, takes, block: false, once: true, value }
}

const fn many(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { once: false, ..one(name, places, takes, value) }
}

const fn block(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { block: true, ..many(name, places, takes, value) }
}

const fn one_block(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { block: true, ..one(name, places, takes, value) }
}

const TABLES: [&[Rule]; 6] =
    [main::RULES, http::RULES, upstream::RULES, proxy::RULES, gateways::RULES, modules::RULES];

/// Every rule; a name may have several, for several places.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.into_iter().flatten()
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

/// Blocks whose lines are entries of a table, not directives.
pub fn holds_entries(block: &str) -> bool {
    matches!(block, "map" | "geo" | "types" | "split_clients" | "match" | "charset_map")
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

    #[test]
    fn counts_of_arguments() {
        let say = |takes: Takes| takes.describe();
        assert_eq!([NONE, ONE_OR_TWO, SOME, TWO_OR_MORE].map(say), ["0", "1-2", "1+", "2+"]);
        assert!(TWO_OR_MORE.takes(9) && !TWO_OR_MORE.takes(1) && ONE_TO_FOUR.takes(4) && !NONE.takes(1));
    }
}
