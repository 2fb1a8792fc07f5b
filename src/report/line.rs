//! A line of output as data: [`Span`]s of clean text, each with a [`Role`]. Colour comes in when a
//! [`Line`] is drawn, and nowhere earlier; text from elsewhere (a container's log, a learner's
//! file) cannot reach the terminal without [`clean`].

use std::borrow::Cow;

use unicode_width::UnicodeWidthStr;

use crate::text::visible::is_hidden;
pub(crate) use crate::text::visible::visible as clean;

/// What a run of text is, which decides its colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Plain,
    Strong,
    Emphasis,
    Dim,
    Heading,
    Link,
    Code,
    Pass,
    NotYet,
    Environment,
    Added,
    Removed,
    Hunk,
    Key,
    Quoted,
    /// What a search was for.
    Found,
    /// Already drawn by somebody who cleaned it; passed on as it is.
    Drawn,
}

impl Role {
    /// The SGR parameters; the 16 colours that every theme sets readably, and no bright black.
    const fn code(self) -> &'static str {
        match self {
            Self::Plain | Self::Drawn => "",
            Self::Strong => "1",
            Self::Emphasis => "3",
            Self::Dim => "2",
            Self::Heading => "1;36",
            Self::Link => "4",
            Self::Code | Self::Key | Self::Hunk => "36",
            Self::Pass | Self::Added => "32",
            Self::NotYet | Self::Removed => "31",
            Self::Environment => "35",
            Self::Quoted => "33",
            Self::Found => "7",
        }
    }
}

/// A run of text with one role. Its text is clean by construction; it may hold `\n`, which
/// [`wrap`] obeys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub role: Role,
    text: String,
}

impl Span {
    pub(crate) fn new(role: Role, text: &str) -> Self {
        Self { role, text: clean(text).into_owned() }
    }

    pub(crate) fn plain(text: &str) -> Self {
        Self::new(Role::Plain, text)
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }
}

/// One line, without its line feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Line {
    spans: Vec<Span>,
}

impl Line {
    pub(crate) fn new(role: Role, text: &str) -> Self {
        Self::default().and(role, text)
    }

    pub(crate) fn plain(text: &str) -> Self {
        Self::new(Role::Plain, text)
    }

    /// Text that somebody else drew, colours and all, from clean sources.
    pub(crate) fn drawn(text: String) -> Self {
        Self { spans: vec![Span { role: Role::Drawn, text }] }
    }

    #[must_use]
    pub(crate) fn and(mut self, role: Role, text: &str) -> Self {
        if !text.is_empty() {
            self.spans.push(Span::new(role, text));
        }
        self
    }

    #[must_use]
    pub(crate) fn with(mut self, spans: impl IntoIterator<Item = Span>) -> Self {
        self.spans.extend(spans);
        self
    }

    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    pub(crate) fn is_heading(&self) -> bool {
        self.spans.first().is_some_and(|span| span.role == Role::Heading)
    }

    /// Spaces up to `column`.
    #[must_use]
    pub(crate) fn to(self, column: usize) -> Self {
        let gap = column.saturating_sub(self.width());
        self.and(Role::Plain, &" ".repeat(gap))
    }

    /// Without the blanks at its end.
    #[must_use]
    pub(crate) fn trimmed(mut self) -> Self {
        while let Some(last) = self.spans.last_mut() {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            if !last.text.is_empty() {
                break;
            }
            self.spans.pop();
        }
        self
    }

    /// This line, then `line`.
    #[must_use]
    pub(crate) fn with_line(self, line: Self) -> Self {
        self.with(line.spans)
    }

    /// `before`, then this line.
    #[must_use]
    pub(crate) fn after(self, before: &Self) -> Self {
        before.clone().with(self.spans)
    }

    pub(crate) fn width(&self) -> usize {
        self.spans.iter().map(|span| width(&span.text)).sum()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.spans.iter().all(|span| span.text.trim().is_empty())
    }

    /// The line as it is written, without a line feed.
    pub(crate) fn draw(&self, color: bool) -> String {
        let mut out = String::new();
        for span in &self.spans {
            let text = if span.text.contains('\n') && span.role != Role::Drawn {
                Cow::Owned(span.text.replace('\n', " "))
            } else {
                Cow::Borrowed(span.text.as_str())
            };
            match span.role.code() {
                code if color && !code.is_empty() => {
                    out.extend(["\u{1b}[", code, "m", &text, "\u{1b}[0m"]);
                }
                _ => out.push_str(&text),
            }
        }
        out
    }
}

/// Columns that `text` takes in a terminal; Hangul takes two each.
pub(crate) fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// As much of `text` as `columns` hold, with a sign where something is left out.
pub(crate) fn cut(text: &str, columns: usize, unicode: bool) -> Cow<'_, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    // `…` is two columns wide in some locales.
    let (sign, taken) = if unicode { ("…", 2) } else { ("...", 3) };
    let mut kept = String::new();
    for c in text.chars() {
        kept.push(c);
        if width(&kept) + taken > columns {
            kept.pop();
            break;
        }
    }
    Cow::Owned(kept + sign)
}

/// Whether [`clean`] writes `c` as something else.
pub(crate) fn is_hostile(c: char) -> bool {
    is_hidden(c) && !matches!(c, '\t' | '\n')
}

/// `spans` as lines of at most `limit` columns: broken at spaces, which join as one; a word that is
/// too long is broken inside. The first line begins with `first`, the others with `rest`.
pub(crate) fn wrap(spans: &[Span], first: &Line, rest: &Line, limit: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut line = first.clone();
    let mut fresh = true;
    for word in words(spans) {
        let Word::Word(word) = word else {
            lines.push(std::mem::replace(&mut line, rest.clone()));
            fresh = true;
            continue;
        };
        let wide: usize = word.iter().map(|span| width(&span.text)).sum();
        let moves = match fresh {
            // What the first line begins with stays alone where that keeps a word whole.
            true => {
                line.width() > rest.width() && line.width() + wide > limit && rest.width() + wide <= limit
            }
            false => line.width() + 1 + wide > limit,
        };
        if moves {
            lines.push(std::mem::replace(&mut line, rest.clone()).trimmed());
            fresh = true;
        }
        if !fresh {
            line = line.and(Role::Plain, " ");
        }
        fresh = false;
        if line.width() + wide <= limit {
            line = line.with(word);
        } else {
            line = broken(word, line, rest, limit, &mut lines);
        }
    }
    if !fresh || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// Puts an over-long word on as many lines as it takes, broken behind a sign that parts it (of a path,
/// an address) where one is in the line's second half; the last of them is handed back.
fn broken(word: Vec<Span>, mut line: Line, rest: &Line, limit: usize, lines: &mut Vec<Line>) -> Line {
    for span in word {
        let mut part = String::new();
        for c in span.text.chars() {
            part.push(c);
            if line.width() + width(&part) > limit
                && (part.chars().count() > 1 || line.width() > rest.width())
            {
                part.pop();
                let kept = parted(&part, (limit.saturating_sub(line.width())) / 2);
                let mut after = part.split_off(kept);
                let full = std::mem::replace(&mut line, rest.clone());
                lines.push(full.and(span.role, &part));
                after.push(c);
                part = after;
            }
        }
        line = line.and(span.role, &part);
    }
    line
}

/// The byte behind the last sign in `part` that parts words, if that is past `least` columns; else
/// its end.
fn parted(part: &str, least: usize) -> usize {
    let after = part.rfind(['/', '-', '_', '.', ',', '=', '&', '?', ':']).map(|at| at + 1);
    after.filter(|at| width(&part[..*at]) > least).unwrap_or(part.len())
}

enum Word {
    Word(Vec<Span>),
    Break,
}

fn words(spans: &[Span]) -> Vec<Word> {
    let mut all = Vec::new();
    let mut word: Vec<Span> = Vec::new();
    for span in spans {
        let mut part = String::new();
        for c in span.text.chars() {
            if !matches!(c, ' ' | '\t' | '\n') {
                part.push(c);
                continue;
            }
            if !part.is_empty() {
                word.push(Span { role: span.role, text: std::mem::take(&mut part) });
            }
            if !word.is_empty() {
                all.push(Word::Word(std::mem::take(&mut word)));
            }
            if c == '\n' {
                all.push(Word::Break);
            }
        }
        if !part.is_empty() {
            word.push(Span { role: span.role, text: part });
        }
    }
    if !word.is_empty() {
        all.push(Word::Word(word));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn wrapped(text: &str, limit: usize) -> Vec<String> {
        let lines = wrap(&[Span::plain(text)], &Line::plain("- "), &Line::plain("  "), limit);
        lines.iter().map(|line| line.draw(false)).collect()
    }

    #[test]
    fn korean_is_wrapped_at_spaces_by_columns() {
        assert_eq!(
            wrapped("백엔드 서비스에서 이름을 지우세요", 20),
            ["- 백엔드 서비스에서", "  이름을 지우세요"]
        );
    }

    #[test]
    fn an_over_long_word_is_broken_and_nothing_is_lost() {
        assert_eq!(wrapped("가나다라마바사", 10), ["- 가나다라", "  마바사"]);
        assert_eq!(wrapped("a bbbbbbbbbbbb", 8), ["- a", "  bbbbbb", "  bbbbbb"]);
        assert_eq!(wrapped("", 8), ["- "]);
        assert_eq!(wrapped("a\nb", 8), ["- a", "  b"]);
    }

    #[test]
    fn a_text_is_cut_by_columns() {
        assert_eq!(cut("가나다라", 8, true), "가나다라");
        assert_eq!(cut("가나다라마", 8, true), "가나다…");
        assert_eq!(cut("abcdefghi", 8, false), "abcde...");
    }

    #[test]
    fn escapes_are_shown_not_sent() {
        assert_eq!(clean("a\u{1b}[31mb\rc\u{9b}d\u{202e}e\tf"), "a\\x1b[31mb\\rc\\x9bd\\u{202e}e\tf");
        assert_eq!(Line::new(Role::Pass, "\u{1b}]0;x\u{7}").draw(true), "\u{1b}[32m\\x1b]0;x\\x07\u{1b}[0m");
    }

    proptest! {
        #[test]
        fn no_line_is_wider_than_the_limit(text in "[a-z가-힣一-龥 `.,(){}\\n]{0,120}", limit in 8usize..60) {
            let lines = wrap(&[Span::plain(&text)], &Line::plain("- "), &Line::plain("  "), limit);
            for line in &lines {
                prop_assert!(line.width() <= limit, "{line:?}");
            }
            let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
            let drawn: String = lines.iter().map(|line| line.draw(false)[2..].to_owned()).collect();
            prop_assert_eq!(letters(&drawn), letters(&text));
        }
    }
}
