//! What others write, on one line and within its length.

use workshop_text::visible::is_hidden;

/// Characters of a learner's name.
pub(super) const LONGEST: usize = 40;

/// `text` without anything that a screen obeys or that cannot be seen, on one line, at most `most`
/// characters.
pub(crate) fn line(text: &str, most: usize) -> String {
    let spaced = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c });
    let seen: String = spaced.filter(|c| !is_hidden(*c)).collect();
    let words: Vec<&str> = seen.split(' ').filter(|word| !word.is_empty()).collect();
    cut(&words.join(" "), most).trim_end().to_owned()
}

/// At most `most` characters of `text`.
pub(crate) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| &text[..end])
}

/// `name`, or with a number behind it where somebody is called so.
pub(super) fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    if !taken(name) {
        return name.to_owned();
    }
    let short = cut(name, LONGEST - 7);
    (2u32..).map(|number| format!("{short} ({number})")).find(|name| !taken(name)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_name_is_one_line_that_can_be_seen() {
        assert_eq!(line("  김\u{202e} 하나\n\t둘\u{7} ", 40), "김 하나 둘");
        assert_eq!(line("\u{200b}\u{2066}", 40), "");
        assert_eq!(line("<script>", 4), "<scr");
        assert_eq!(free("kim", |name| name == "kim" || name == "kim (2)"), "kim (3)");
    }

    proptest! {
        #[test]
        fn whatever_is_written_stays_within_its_length(text in "\\PC{0,80}|[\u{0}-\u{2100}]{0,80}", most in 0usize..60) {
            let line = line(&text, most);
            prop_assert!(line.chars().count() <= most && !line.chars().any(is_hidden));
        }
    }
}
