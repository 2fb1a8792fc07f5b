//! The keyboard that is set to Hangul: a key means the same as with Latin letters.

/// The small letter on the key that writes `letter`, in the two-set layout; of any other sign
/// itself.
pub(crate) fn latin(letter: char) -> char {
    const JAMO: &str = "ㅁㅠㅊㅇㄷㄹㅎㅗㅑㅓㅏㅣㅡㅜㅐㅔㅂㄱㄴㅅㅕㅍㅈㅌㅛㅋ";
    JAMO.chars().zip('a'..='z').find(|(jamo, _)| *jamo == letter).map_or(letter, |(_, latin)| latin)
}

#[cfg(test)]
mod tests {
    use super::latin;

    #[test]
    fn every_row_of_keys_has_its_letters() {
        for (jamo, letters) in [
            ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ", "qwertyuiop"),
            ("ㅁㄴㅇㄹㅎㅗㅓㅏㅣ", "asdfghjkl"),
            ("ㅋㅌㅊㅍㅠㅜㅡ", "zxcvbnm"),
            ("+한G", "+한G"),
        ] {
            assert_eq!(jamo.chars().map(latin).collect::<String>(), letters);
        }
    }
}
