//! Short codes: [`Code`], 7 characters that stand for one number each.
//!
//! Numbers come from one counter, so that two are never the same; a fixed
//! permutation of all numbers makes neighbours look unrelated. Nothing about it
//! is secret: whoever reads this file can tell which code comes next.

use std::fmt;

/// How many characters a code has.
const LENGTH: usize = 7;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// How many codes there are: 62⁷, 3.5 million million.
pub const CODES: u64 = 62_u64.pow(LENGTH as u32);

/// Half of the permutation's bits: 2²¹ · 2²¹ is a little more than [`CODES`].
const HALF: u32 = 21;
const MASK: u64 = (1 << HALF) - 1;
/// One key a round. A change makes every code that was handed out another's.
const KEYS: [u64; 4] =
    [0x5851_f42d_4c95_7f2d, 0x1405_7b7e_f767_814f, 0x9e6c_63d0_876a_9a47, 0x2545_f491_4f6c_dd1d];

/// A code that can exist, and the number behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Code {
    number: u64,
    text: [u8; LENGTH],
}

impl Code {
    /// The code of a number; `None` when the numbers are used up.
    pub fn of(number: u64) -> Option<Self> {
        (number < CODES).then(|| Self { number, text: encode(walk(number, forth)) })
    }

    /// Reads a code; `None` for what no number has.
    pub fn parse(text: &str) -> Option<Self> {
        let text: [u8; LENGTH] = text.as_bytes().try_into().ok()?;
        Some(Self { number: walk(decode(&text)?, back), text })
    }

    /// The number, below [`CODES`].
    pub fn number(self) -> u64 {
        self.number
    }

    pub fn as_str(&self) -> &str {
        // Letters and digits alone.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn encode(mut place: u64) -> [u8; LENGTH] {
    let mut text = [0; LENGTH];
    for byte in text.iter_mut().rev() {
        *byte = ALPHABET[(place % 62) as usize];
        place /= 62;
    }
    text
}

fn decode(text: &[u8; LENGTH]) -> Option<u64> {
    text.iter().try_fold(0, |place, byte| {
        let digit = match byte {
            b'0'..=b'9' => byte - b'0',
            b'A'..=b'Z' => byte - b'A' + 10,
            b'a'..=b'z' => byte - b'a' + 36,
            _ => return None,
        };
        Some(place * 62 + u64::from(digit))
    })
}

/// A permutation of the numbers below [`CODES`], from one of those below 2⁴²:
/// repeated until it comes back below (cycle walking), 1.25 times on average.
fn walk(number: u64, step: fn(u64) -> u64) -> u64 {
    let mut at = step(number);
    while at >= CODES {
        at = step(at);
    }
    at
}

/// A Feistel network: each round can be undone, whatever [`round`] does.
fn forth(number: u64) -> u64 {
    let (left, right) = KEYS
        .iter()
        .fold((number >> HALF, number & MASK), |(left, right), key| (right, left ^ round(right, *key)));
    left << HALF | right
}

fn back(number: u64) -> u64 {
    let (left, right) = KEYS
        .iter()
        .rev()
        .fold((number >> HALF, number & MASK), |(left, right), key| (right ^ round(left, *key), left));
    left << HALF | right
}

/// Mixes half a number with a key; the multiplier is an odd one of many bits.
fn round(half: u64, key: u64) -> u64 {
    let mut mixed = (half ^ key).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed ^= mixed >> 33;
    mixed = mixed.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed >> (64 - HALF)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_number_has_a_code_of_its_own_and_comes_back() {
        let far = (0..10_000).map(|n| n * (CODES / 10_000)).chain(CODES - 1000..CODES);
        let numbers: HashSet<u64> = (0..200_000).chain(far).collect();
        let mut seen = HashSet::new();
        for number in &numbers {
            let code = Code::of(*number).unwrap();
            assert_eq!(Code::parse(code.as_str()), Some(code));
            assert_eq!(Code::parse(code.as_str()).unwrap().number(), *number);
            seen.insert(code.as_str().to_owned());
        }
        assert_eq!(seen.len(), numbers.len());
        assert_eq!(Code::of(CODES), None);
    }

    #[test]
    fn neighbours_look_unrelated() {
        // Of two unrelated codes 1 character in 62 is the same: 0.11 of 7.
        let codes: Vec<Code> = (0..10_000).filter_map(Code::of).collect();
        let same: usize = codes
            .windows(2)
            .map(|pair| pair[0].text.iter().zip(pair[1].text).filter(|(a, b)| **a == *b).count())
            .sum();
        assert!(same < 1600, "{same} characters of 70,000");
    }

    #[test]
    fn a_code_keeps_its_meaning() {
        // Links that were handed out must work after an update.
        let known = [0, 1, 1_000_000].map(|number| Code::of(number).unwrap().to_string());
        assert_eq!(known, ["24G5ezN", "6crz0qT", "hlwmnnn"]);
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for text in ["", "abc", "abcdefgh", "abc-efg", "abc efg", "가나", "abcdef\u{e9}", "favicon.ico"] {
            assert_eq!(Code::parse(text), None, "{text:?}");
        }
        assert_eq!(Code::parse("zzzzzzz").map(|code| code.number() < CODES), Some(true));
    }
}
