//! What a line of the table is: [`Rule`], and the words that it is written with.

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

use place::{HTTP, LIMIT_EXCEPT, LOCATION, LOCATION_IF, SERVER, SERVER_IF};

pub(super) const HS: u16 = HTTP | SERVER;
pub(super) const SL: u16 = SERVER | LOCATION;
pub(super) const HSL: u16 = HS | LOCATION;
pub(super) const HSLI: u16 = HSL | LOCATION_IF;
pub(super) const HSLX: u16 = HSL | LIMIT_EXCEPT;
pub(super) const HSLIX: u16 = HSLI | LIMIT_EXCEPT;
pub(super) const REWRITE: u16 = SL | SERVER_IF | LOCATION_IF;
pub(super) const HTTP_REWRITE: u16 = HTTP | REWRITE;
pub(super) const LOCATION_OR_IF: u16 = LOCATION | LOCATION_IF;
pub(super) const PASS: u16 = LOCATION_OR_IF | LIMIT_EXCEPT;
pub(super) const EVERYWHERE: u16 = u16::MAX;

/// How many arguments a directive takes: bit N for exactly N, and two bits for open ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes(u16);

pub(super) const NONE: Takes = Takes(1);
pub(super) const ONE: Takes = Takes(1 << 1);
pub(super) const TWO: Takes = Takes(1 << 2);
pub(super) const THREE: Takes = Takes(1 << 3);
pub(super) const UP_TO_ONE: Takes = Takes(0b11);
pub(super) const UP_TO_TWO: Takes = Takes(0b111);
pub(super) const ONE_OR_TWO: Takes = Takes(0b110);
pub(super) const TWO_OR_THREE: Takes = Takes(0b1100);
pub(super) const ONE_TO_THREE: Takes = Takes(0b1110);
pub(super) const ONE_TO_FOUR: Takes = Takes(0b1_1110);
pub(super) const SOME: Takes = Takes(OPEN | 0b10);
pub(super) const TWO_OR_MORE: Takes = Takes(OPEN | 0b100);
/// No upper bound: from the lowest bit on.
pub(super) const OPEN: u16 = 1 << 15;

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

pub(super) const PROTOCOLS: &[&str] = &["SSLv2", "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
pub(super) const METHODS: &[&str] = &["GET", "HEAD", "POST"];
pub(super) const HEADERS: &[&str] = &[
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
pub(super) const NEXT: &[&str] = &[
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
pub(super) const GATEWAY_NEXT: &[&str] = &[
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

pub(super) const fn one(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { name, places, takes, block: false, once: true, value }
}

pub(super) const fn many(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { once: false, ..one(name, places, takes, value) }
}

pub(super) const fn block(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { block: true, ..many(name, places, takes, value) }
}

pub(super) const fn one_block(name: &'static str, places: u16, takes: Takes, value: Value) -> Rule {
    Rule { block: true, ..one(name, places, takes, value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_of_arguments() {
        let say = |takes: Takes| takes.describe();
        assert_eq!([NONE, ONE_OR_TWO, SOME, TWO_OR_MORE].map(say), ["0", "1-2", "1+", "2+"]);
        assert!(TWO_OR_MORE.takes(9) && !TWO_OR_MORE.takes(1) && ONE_TO_FOUR.takes(4) && !NONE.takes(1));
    }
}
