//! [`Template`]: text with `{counter}` and `{random}` in it, filled in anew for every request.

/// Text to send. `{counter}` becomes the request's number, from 1 and different for every request
/// of a run; `{random}` becomes 16 hexadecimal digits. All else, other braces included, is sent as
/// it is: JSON needs no escaping.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    Counter,
    Random,
}

const VARIABLES: [(&[u8], Part); 2] = [(b"{counter}", Part::Counter), (b"{random}", Part::Random)];

impl Template {
    /// Reads a text; every text is a template.
    pub fn new(text: impl AsRef<[u8]>) -> Self {
        let mut rest = text.as_ref();
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        while let Some((first, tail)) = rest.split_first() {
            let found = VARIABLES.iter().find_map(|(name, part)| Some((part, rest.strip_prefix(*name)?)));
            let Some((part, after)) = found else {
                plain.push(*first);
                rest = tail;
                continue;
            };
            if !plain.is_empty() {
                parts.push(Part::Bytes(std::mem::take(&mut plain)));
            }
            parts.push(part.clone());
            rest = after;
        }
        if !plain.is_empty() {
            parts.push(Part::Bytes(plain));
        }
        Self { parts }
    }

    /// Every request gets the same.
    pub(crate) fn is_constant(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Bytes(_)))
    }

    /// Every request needs a number.
    pub fn counts(&self) -> bool {
        self.parts.contains(&Part::Counter)
    }

    /// Appends the text for request `number` to `out`; `random` is asked for each `{random}`.
    pub fn render(&self, out: &mut Vec<u8>, number: u64, random: &mut impl FnMut() -> u64) {
        use std::io::Write;
        for part in &self.parts {
            // Writing to a vector cannot fail.
            let _ = match part {
                Part::Bytes(bytes) => out.write_all(bytes),
                Part::Counter => write!(out, "{number}"),
                Part::Random => write!(out, "{:016x}", random()),
            };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn rendered(text: &str) -> String {
        let mut out = Vec::new();
        Template::new(text).render(&mut out, 42, &mut || 0xab);
        String::from_utf8(out).expect("text stays text")
    }

    #[test]
    fn variables_are_filled_in_and_other_braces_are_not() {
        assert_eq!(
            rendered("{\"u\":\"https://example.com/{counter}/{random}\",\"x\":{}}"),
            "{\"u\":\"https://example.com/42/00000000000000ab\",\"x\":{}}"
        );
        assert_eq!(rendered("{{counter}}{count}{counter"), "{42}{count}{counter");
        assert!(Template::new("{}").is_constant() && !Template::new("{random}").is_constant());
        assert!(Template::new("a{counter}").counts() && !Template::new("{random}").counts());
    }

    proptest! {
        #[test]
        fn text_without_variables_is_sent_as_it_is(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let has = |name: &[u8]| bytes.windows(name.len()).any(|window| window == name);
            prop_assume!(!has(b"{counter}") && !has(b"{random}"));
            let mut out = Vec::new();
            Template::new(&bytes).render(&mut out, 1, &mut || 0);
            prop_assert_eq!(out, bytes);
        }

        #[test]
        fn filling_in_is_replacing(text in "[{}a-z가]{0,8}(\\{counter\\})?[{}a-z]{0,8}(\\{random\\}|\\{counter\\})?[}a-z]{0,4}") {
            let wanted = text.replace("{counter}", "42").replace("{random}", "00000000000000ab");
            prop_assert_eq!(rendered(&text), wanted);
        }
    }
}
