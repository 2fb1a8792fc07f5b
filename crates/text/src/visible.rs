//! Foreign text as a person may see it: nothing in it that a terminal obeys, and nothing that is
//! there and cannot be seen.

use std::borrow::Cow;

/// `text` with every hidden sign ([`is_hidden`]) written as an escape; tabs and line feeds stay.
pub fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| is_hidden(c) && !matches!(c, '\t' | '\n')) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    let mut letters = text.chars().peekable();
    let mut before = None;
    while let Some(c) = letters.next() {
        let shown = matches!(c, '\t' | '\n') || !is_hidden(c) || joins(before, c, letters.peek().copied());
        match c {
            c if shown => out.push(c),
            '\r' => out.push_str("\\r"),
            c if u32::from(c) < 0x100 => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push_str(&format!("\\u{{{:x}}}", u32::from(c))),
        }
        before = Some(c);
    }
    Cow::Owned(out)
}

/// The same on one line, of which the middle is left out where it is long: how a command or a path
/// is shown before it is agreed to.
pub fn visible_line(text: &str, longest: usize) -> String {
    let all = visible(text).replace('\n', "\\n").replace('\t', "\\t");
    let count = all.chars().count();
    if count <= longest {
        return all;
    }
    let half = longest / 2;
    let head: String = all.chars().take(half).collect();
    let tail: String = all.chars().skip(count - half).collect();
    format!("{head} … ({} more) … {tail}", count - 2 * half)
}

/// Whether a terminal acts on `c`, or shows nothing for it: control characters, what turns the
/// reading direction, what has no width, separators of lines.
pub fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
                | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}'
                | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{1bca0}'..='\u{1bca3}'
                | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}'
        )
}

/// A sign that belongs to an emoji beside it, and is seen as a part of it: the selector behind `⚠`,
/// the joiner between two.
fn joins(before: Option<char>, c: char, after: Option<char>) -> bool {
    let pictures = |c: char| matches!(u32::from(c), 0x2190..=0x27bf | 0x2900..=0x2bff | 0x1f000..=0x1faff);
    match c {
        '\u{fe0f}' => before.is_some_and(pictures),
        '\u{200d}' => before.is_some_and(|c| pictures(c) || c == '\u{fe0f}') && after.is_some_and(pictures),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn nothing_is_obeyed_and_nothing_is_hidden() {
        for (text, wanted) in [
            ("a\u{1b}[31mb\rc\u{9b}d\u{202e}e\tf", "a\\x1b[31mb\\rc\\x9bd\\u{202e}e\tf"),
            ("rm\u{200b} -rf\u{ad}", "rm\\u{200b} -rf\\xad"),
            ("x\u{e0041}\u{fe0f}", "x\\u{e0041}\\u{fe0f}"),
            ("한글 그대로 ⚠\u{fe0f} 👩\u{200d}💻", "한글 그대로 ⚠\u{fe0f} 👩\u{200d}💻"),
            ("a\u{2028}b\u{85}c", "a\\u{2028}b\\x85c"),
            ("가\u{3164}나", "가\\u{3164}나"),
        ] {
            assert_eq!(visible(text), wanted);
        }
        assert_eq!(visible_line("a\nb\tc", 20), "a\\nb\\tc");
        assert_eq!(visible_line(&"x".repeat(100), 10), "xxxxx … (90 more) … xxxxx");
    }

    proptest! {
        #[test]
        fn no_control_comes_through(text in any::<String>(), longest in 4usize..80) {
            let hidden = |c: char| c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            prop_assert!(!visible(&text).contains(|c: char| hidden(c) && !matches!(c, '\t' | '\n')));
            let line = visible_line(&text, longest);
            prop_assert!(!line.contains(hidden));
            prop_assert!(line.chars().count() <= longest + 40);
        }
    }
}
