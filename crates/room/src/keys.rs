//! What opens a room: two codes for people, a key for the presenter's own programs, a token for
//! everybody who was let in. Of a token only its digest is kept.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Digits and letters that nobody takes for one another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Five bits each.
const LEARNER_LETTERS: usize = 8;
const PHONE_LETTERS: usize = 13;

/// The system has no random numbers.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NoRandom(String);

/// A room's codes and its key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Keys {
    /// 40 bits.
    pub(crate) learner: String,
    /// 65 bits.
    pub(crate) phone: String,
    /// 128 bits.
    pub(crate) owner: String,
}

impl Keys {
    pub(crate) fn random() -> Result<Self, NoRandom> {
        Ok(Self { learner: code(LEARNER_LETTERS)?, phone: code(PHONE_LETTERS)?, owner: token()? })
    }
}

fn bytes<const LENGTH: usize>() -> Result<[u8; LENGTH], NoRandom> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes).map_err(|error| NoRandom(error.to_string()))?;
    Ok(bytes)
}

fn code(letters: usize) -> Result<String, NoRandom> {
    let random = bytes::<PHONE_LETTERS>()?;
    Ok(random.iter().take(letters).map(|byte| LETTERS[usize::from(byte % 32)] as char).collect())
}

/// 128 bits in hexadecimal digits.
pub(crate) fn token() -> Result<String, NoRandom> {
    Ok(bytes::<16>()?.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The code as a person reads it: `K7QM-2PXD`.
pub(crate) fn grouped(code: &str) -> String {
    let letters: Vec<char> = code.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// What somebody typed for a code: case, blanks and hyphens do not count, nor what looks alike.
pub(crate) fn plain(typed: &str) -> String {
    let letters = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '–' | '‐'));
    letters
        .map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect()
}

/// The SHA-256 of `text` in hexadecimal digits.
pub(crate) fn digest(text: &str) -> String {
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether both are the same, in a time that does not tell where they differ.
pub(crate) fn same(one: &str, other: &str) -> bool {
    let (one, other) = (Sha256::digest(one), Sha256::digest(other));
    one.iter().zip(other.iter()).fold(0, |differs, (a, b)| differs | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let keys = Keys::random().expect("random numbers");
        assert_eq!((keys.learner.len(), keys.phone.len(), keys.owner.len()), (8, 13, 32));
        let typed = format!(" {} ", grouped(&keys.learner).to_lowercase().replace('0', "o"));
        assert!(same(&plain(&typed), &keys.learner));
        assert!(!same(&plain("AAAA-AAAA"), &keys.phone));
        assert_ne!(keys, Keys::random().expect("random numbers"));
    }
}
