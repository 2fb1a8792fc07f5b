//! Lines that mean the same and are written otherwise: other quotes, other blanks.

use similar::{Algorithm, DiffOp, capture_diff_slices};

/// `text` with the lines of `ours` in place of those that mean the same.
pub(super) fn like(ours: &str, text: &str) -> String {
    let (mine, lines) = (rows(ours), rows(text));
    let meanings = |lines: &[&str]| lines.iter().map(|line| meaning(line)).collect::<Vec<_>>();
    let mut written = lines.clone();
    for op in capture_diff_slices(Algorithm::Myers, &meanings(&lines), &meanings(&mine)) {
        if let DiffOp::Equal { old_index, new_index, len } = op {
            written[old_index..old_index + len].copy_from_slice(&mine[new_index..new_index + len]);
        }
    }
    written.concat()
}

fn rows(text: &str) -> Vec<&str> {
    text.split_inclusive('\n').collect()
}

/// A line without the quotes around its words and with one blank where there are several; how far
/// it is indented counts, and so does whether it is a comment.
fn meaning(line: &str) -> String {
    let indent = &line[..line.len() - line.trim_start().len()];
    if line.trim_start().starts_with('#') {
        return line.trim_end().to_owned();
    }
    let words = line.split_whitespace().map(bare).collect::<Vec<_>>();
    format!("{indent}{}", words.join(" "))
}

fn bare(word: &str) -> &str {
    let within = |quote: char| word.strip_prefix(quote)?.strip_suffix(quote);
    within('"').or_else(|| within('\'')).unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::super::merge;

    const BASE: &str = "environment:\n  RESPONSE_DELAY_MS: \"60\"\n  PORT: \"80\"\n";

    #[test]
    fn quotes_and_blanks_are_in_nobodys_way() {
        let ours = "environment:\n  RESPONSE_DELAY_MS:  60\n  PORT: '80'\n";
        let gone = "environment:\n  PORT: \"80\"\n";
        assert_eq!(merge(BASE, ours, gone).unwrap(), "environment:\n  PORT: '80'\n");
        let other = BASE.replace("60", "0");
        assert_eq!(
            merge(BASE, ours, &other).unwrap(),
            "environment:\n  RESPONSE_DELAY_MS: \"0\"\n  PORT: '80'\n"
        );
        let done = "environment:\n  RESPONSE_DELAY_MS: 0\n  PORT: '80'\n";
        assert_eq!(merge(BASE, done, &other).unwrap(), done, "what is done already stays as it is written");
    }

    #[test]
    fn another_value_is_in_the_way_still() {
        let ours = BASE.replace("\"60\"", "90");
        assert!(merge(BASE, &ours, &BASE.replace("60", "0")).is_err());
    }
}
