//! Which `location` answers a path, and which directives are in force there.

use super::conf::NginxConf;
use super::directive::Directive;
use crate::Span;
use regex::bytes::{Regex, RegexBuilder};

/// A `server` block.
#[derive(Clone, Copy, Debug)]
pub struct Server<'c> {
    /// The file that it is in.
    pub conf: &'c NginxConf,
    /// The `server` directive itself.
    pub directive: &'c Directive,
}

/// A `location` block with the blocks around it.
#[derive(Clone, Debug)]
pub struct Location<'c> {
    /// The server around it.
    pub server: Server<'c>,
    /// The `location` directive itself.
    pub directive: &'c Directive,
    /// How its pattern is compared.
    pub modifier: Modifier,
    /// The path or the pattern, without the modifier.
    pub pattern: String,
    /// The locations that it lies in, the innermost last.
    pub parents: Vec<&'c Directive>,
}

/// How a location's pattern is compared with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Modifier {
    /// No modifier: the path begins with the pattern.
    Prefix,
    /// `=`
    Exact,
    /// `^~`: a prefix before which no regular expression is tried.
    PrefixOverRegex,
    /// `~`
    Regex,
    /// `~*`
    RegexIgnoringCase,
    /// `@name`: for redirects inside nginx, never for a request.
    Named,
}

impl<'c> Server<'c> {
    /// The directives of that name that stand in this block itself.
    pub fn own(&self, name: &str) -> impl Iterator<Item = &'c Directive> + use<'c, '_> {
        let name = name.to_owned();
        self.directive.inside().iter().filter(move |directive| directive.name == name)
    }

    /// The locations that stand in this block itself, in the file's order.
    pub fn locations(&self) -> Vec<Location<'c>> {
        locations(*self, self.directive, &[])
    }

    /// The location that nginx chooses for a path (a query is ignored): an exact one, else the
    /// longest prefix if it is `^~`, else the first regular expression, else the longest prefix.
    /// A pattern that cannot be read matches nothing.
    pub fn location_for(&self, path: &str) -> Option<Location<'c>> {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        choose(self.locations().into_iter(), path.as_bytes()).map(|(location, _)| location)
    }
}

impl<'c> Server<'c> {
    /// The location whose block begins there, at any depth.
    pub fn location_at(&self, span: Span) -> Option<Location<'c>> {
        let mut rest = self.locations();
        while let Some(location) = rest.pop() {
            if location.directive.span == span {
                return Some(location);
            }
            rest.extend(location.inner());
        }
        None
    }
}

impl NginxConf {
    /// In the file's order.
    pub fn servers(&self) -> Vec<Server<'_>> {
        let is_server = |directive: &&Directive| directive.name == "server" && directive.block.is_some();
        self.http().filter(is_server).map(|directive| Server { conf: self, directive }).collect()
    }

    /// The server that answers a request whose host no `server_name` claims: the one that listens
    /// as `default_server`, else the first.
    pub fn default_server(&self) -> Option<Server<'_>> {
        let servers = self.servers();
        let wanted = |server: &&Server<'_>| {
            server.own("listen").any(|listen| listen.flag("default_server") || listen.flag("default"))
        };
        servers.iter().find(wanted).or_else(|| servers.first()).copied()
    }

    /// Where the default server sends a request for `path`.
    pub fn location_for(&self, path: &str) -> Option<Location<'_>> {
        self.default_server()?.location_for(path)
    }
}

fn locations<'c>(server: Server<'c>, block: &'c Directive, parents: &[&'c Directive]) -> Vec<Location<'c>> {
    let inner =
        block.inside().iter().filter(|directive| directive.name == "location" && directive.block.is_some());
    inner
        .filter_map(|directive| {
            let (modifier, pattern) = location_pattern(directive)?;
            Some(Location {
                server,
                directive,
                modifier,
                pattern: pattern.to_owned(),
                parents: parents.to_vec(),
            })
        })
        .collect()
}

/// How a `location` compares, and with what: `location = /x` and `location =/x` are the same.
pub fn location_pattern(directive: &Directive) -> Option<(Modifier, &str)> {
    let split = |word: &str| match word {
        "=" => Some(Modifier::Exact),
        "^~" => Some(Modifier::PrefixOverRegex),
        "~" => Some(Modifier::Regex),
        "~*" => Some(Modifier::RegexIgnoringCase),
        _ => None,
    };
    let first = directive.arg(0)?;
    if let Some(pattern) = directive.arg(1) {
        return Some((split(first)?, pattern));
    }
    if first.starts_with('@') {
        return Some((Modifier::Named, first));
    }
    let joined =
        ["=", "^~", "~*", "~"].iter().find_map(|word| Some((split(word)?, first.strip_prefix(word)?)));
    Some(joined.unwrap_or((Modifier::Prefix, first)))
}

/// A location among which one is chosen: a block of a file here, a compiled one in the front.
pub trait Candidate: Clone {
    /// How the pattern is compared.
    fn modifier(&self) -> Modifier;
    /// The path or the pattern, without the modifier.
    fn pattern(&self) -> &[u8];
    /// Whether this is a regular expression that matches.
    fn matches_regex(&self, path: &[u8]) -> bool;
    /// The locations directly inside this one.
    fn inner(&self) -> impl Iterator<Item = Self> + Clone;
}

/// nginx's `ngx_http_core_find_location`; whether the choice is final, so that no regular
/// expression of an outer level may take it.
pub fn choose<C: Candidate>(locations: impl Iterator<Item = C> + Clone, path: &[u8]) -> Option<(C, bool)> {
    let mut exact = locations.clone();
    let exact = exact.find(|location| location.modifier() == Modifier::Exact && location.pattern() == path);
    if let Some(exact) = exact {
        return Some((exact, true));
    }
    let prefix = locations
        .clone()
        .filter(|location| matches!(location.modifier(), Modifier::Prefix | Modifier::PrefixOverRegex))
        .filter(|location| path.starts_with(location.pattern()))
        .max_by_key(|location| location.pattern().len());
    let mut best = None;
    if let Some(prefix) = prefix {
        let over_regex = prefix.modifier() == Modifier::PrefixOverRegex;
        let inner = choose(prefix.inner(), path);
        best = Some((prefix.clone(), over_regex));
        if let Some((inner, is_final)) = inner {
            if is_final {
                return Some((inner, true));
            }
            best = Some((inner, over_regex));
        }
    }
    let mut locations = locations;
    if best.as_ref().is_none_or(|(_, over_regex)| !over_regex)
        && let Some(found) = locations.find(|location| location.matches_regex(path))
    {
        let inner = choose(found.inner(), path).map(|(inner, _)| inner);
        return Some((inner.unwrap_or(found), true));
    }
    best
}

impl Candidate for Location<'_> {
    fn modifier(&self) -> Modifier {
        self.modifier
    }

    fn pattern(&self) -> &[u8] {
        self.pattern.as_bytes()
    }

    fn matches_regex(&self, path: &[u8]) -> bool {
        let ignoring_case = match self.modifier {
            Modifier::Regex => false,
            Modifier::RegexIgnoringCase => true,
            _ => return false,
        };
        regex(&self.pattern, ignoring_case).is_some_and(|regex| regex.is_match(path))
    }

    fn inner(&self) -> impl Iterator<Item = Self> + Clone {
        Self::inner(self).into_iter()
    }
}

impl<'c> Location<'c> {
    /// A path that this location is for and that lies below `path`, where it is a prefix of its own.
    pub fn example_below(&self, path: &str) -> Option<String> {
        let is_prefix = matches!(self.modifier, Modifier::Prefix | Modifier::PrefixOverRegex);
        let is_below = self.pattern.starts_with(path) && self.pattern.len() > path.len();
        (is_prefix && is_below).then(|| format!("{}x9", self.pattern))
    }

    /// The locations directly inside this one.
    pub fn inner(&self) -> Vec<Self> {
        let mut parents = self.parents.clone();
        parents.push(self.directive);
        locations(self.server, self.directive, &parents)
    }

    /// The blocks whose directives reach this location, the nearest first: itself, the locations
    /// and the server around it.
    pub(super) fn blocks(&self) -> impl Iterator<Item = &'c Directive> + use<'c, '_> {
        std::iter::once(self.directive)
            .chain(self.parents.iter().rev().copied())
            .chain(std::iter::once(self.server.directive))
    }

    /// The directives of that name that stand in this block itself.
    pub fn own(&self, name: &str) -> Vec<&'c Directive> {
        self.directive.inside().iter().filter(|directive| directive.name == name).collect()
    }

    /// The directives of that name that are in force here: all those of the nearest level that has
    /// any. This is nginx's rule for `proxy_set_header`, `add_header` and the like: one of them at
    /// a level hides all of the levels above.
    pub fn effective_all(&self, name: &str) -> Vec<&'c Directive> {
        let named = |directive: &&Directive| directive.name == name;
        for block in self.blocks() {
            let found: Vec<_> = block.inside().iter().filter(named).collect();
            if !found.is_empty() {
                return found;
            }
        }
        self.server.conf.http().filter(named).collect()
    }

    /// The directive of that name that is in force here, looked up in the location, then the server,
    /// then `http`. Not for `proxy_pass`, `return` and other handlers: they are not inherited
    /// ([`own`](Self::own)).
    pub fn effective(&self, name: &str) -> Option<&'c Directive> {
        self.effective_all(name).into_iter().next_back()
    }

    /// The value of a request header as `proxy_set_header` sends it to the upstream, if it does.
    pub fn proxy_header(&self, header: &str) -> Option<&'c str> {
        let headers = self.effective_all("proxy_set_header");
        let found = headers
            .into_iter()
            .rev()
            .find(|set| set.arg(0).is_some_and(|name| name.eq_ignore_ascii_case(header)));
        found.and_then(|set| set.arg(1))
    }

    /// What `set` gives a variable (without its `$`) here: the nearest level's last one.
    pub fn variable(&self, name: &str) -> Option<&'c str> {
        let sets = |directive: &&Directive| {
            directive.name == "set" && directive.arg(0).and_then(|arg| arg.strip_prefix('$')) == Some(name)
        };
        self.blocks().find_map(|block| block.inside().iter().rev().find(sets)?.arg(1))
    }
}

/// nginx's patterns are Perl's on bytes; what this engine does not know (look-around) matches nothing.
pub fn regex(pattern: &str, ignoring_case: bool) -> Option<Regex> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .case_insensitive(ignoring_case)
        .size_limit(1 << 20)
        .nest_limit(50)
        .build()
        .ok()
}
