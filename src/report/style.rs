//! What the place that is written to can show: [`Style`], and how it is found out.

use std::io::IsTerminal;

/// Colour, width and signs of one output stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    /// Write colour codes.
    pub color: bool,
    /// Columns; text is wrapped at this or at 88, whichever is less.
    pub width: usize,
    /// Signs beyond ASCII (`✓`, bars of blocks). The words themselves are always UTF-8.
    pub unicode: bool,
    /// It is a screen with a cursor: a line may say what is going on and be wiped later.
    pub terminal: bool,
    /// What a drawing shows is said in words, for whoever cannot see it (`--plain`).
    pub in_words: bool,
}

/// Longer lines are hard to read, however wide the window is.
const MEASURE: usize = 88;

impl Style {
    /// For a file or a pipe: 80 columns, no colour, no wiping.
    pub(crate) const PLAIN: Self =
        Self { color: false, width: 80, unicode: true, terminal: false, in_words: false };

    /// What `terminal` (with its `columns`, where known) can show, by the environment that `env`
    /// reads. `no_color` is the command line's word. In order: `--no-color` and a non-empty
    /// `NO_COLOR` turn colour off; `CLICOLOR_FORCE` (not empty, not `0`) turns it on even for a
    /// pipe; `TERM=dumb` and `CLICOLOR=0` turn it off. Signs beyond ASCII need a UTF-8 locale
    /// (`LC_ALL`, `LC_CTYPE`, `LANG`).
    pub(crate) fn detect(
        terminal: bool,
        columns: Option<u16>,
        no_color: bool,
        env: &dyn Fn(&str) -> Option<String>,
    ) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let dumb = set("TERM").is_some_and(|term| term == "dumb");
        let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
        let calm = dumb || set("CLICOLOR").is_some_and(|value| value == "0");
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name));
        let utf8 = locale.is_some_and(|value| {
            let value = value.to_ascii_lowercase();
            value.contains("utf-8") || value.contains("utf8")
        });
        let stated = set("COLUMNS").and_then(|columns| columns.trim().parse().ok());
        let width = stated.or(columns).filter(|_| terminal).map_or(80, usize::from);
        Self {
            color: !no_color && set("NO_COLOR").is_none() && (forced || (terminal && !calm)),
            width: width.clamp(40, 400),
            unicode: utf8,
            in_words: false,
            terminal: terminal && !dumb,
        }
    }

    /// The style of this process's standard output.
    pub(crate) fn stdout(no_color: bool) -> Self {
        Self::of(std::io::stdout().is_terminal(), no_color)
    }

    /// The style of this process's standard error.
    pub(crate) fn stderr(no_color: bool) -> Self {
        Self::of(std::io::stderr().is_terminal(), no_color)
    }

    fn of(terminal: bool, no_color: bool) -> Self {
        // Asked only where there is one: elsewhere it is looked for in the system's tables.
        let size = if terminal { ratatui::crossterm::terminal::size().ok() } else { None };
        let env = |name: &str| std::env::var(name).ok();
        Self::detect(terminal, size.map(|(columns, _)| columns), no_color, &env)
    }

    /// Columns that running text is wrapped at.
    pub(crate) const fn measure(self) -> usize {
        if self.width < MEASURE { self.width } else { MEASURE }
    }
}

/// Rows and columns of the terminal now.
pub(crate) fn screen_size() -> (usize, usize) {
    let (columns, rows) = ratatui::crossterm::terminal::size().unwrap_or((80, 24));
    (usize::from(rows), usize::from(columns))
}

#[cfg(test)]
mod tests {
    use super::Style;

    fn detect(terminal: bool, columns: Option<u16>, env: &[(&str, &str)]) -> Style {
        let read =
            |name: &str| env.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned());
        Style::detect(terminal, columns, false, &read)
    }

    #[test]
    fn a_terminal_has_colour_and_its_own_width() {
        let style = detect(true, Some(100), &[("LANG", "ko_KR.UTF-8"), ("TERM", "xterm-256color")]);
        assert_eq!(style, Style { color: true, width: 100, terminal: true, ..Style::PLAIN });
        assert_eq!(style.measure(), 88);
        assert_eq!(detect(true, Some(100), &[("COLUMNS", "70")]).width, 70);
        assert_eq!(detect(true, Some(3), &[]).width, 40);
        assert_eq!(detect(true, None, &[]).width, 80);
    }

    #[test]
    fn a_pipe_is_plain_unless_forced() {
        assert_eq!(detect(false, Some(120), &[("LANG", "C.UTF-8"), ("COLUMNS", "120")]), Style::PLAIN);
        assert!(detect(false, None, &[("CLICOLOR_FORCE", "1")]).color);
        assert!(!detect(false, None, &[("CLICOLOR_FORCE", "0")]).color);
        assert!(!detect(false, None, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).color);
    }

    #[test]
    fn no_colour_is_heard() {
        assert!(!detect(true, None, &[("NO_COLOR", "1")]).color);
        assert!(detect(true, None, &[("NO_COLOR", "")]).color, "an empty NO_COLOR says nothing");
        assert!(!detect(true, None, &[("TERM", "dumb")]).color);
        assert!(!detect(true, None, &[("TERM", "dumb")]).terminal);
        assert!(!Style::detect(true, None, true, &|_| None).color);
    }

    #[test]
    fn a_locale_without_utf_8_gets_ascii_signs() {
        assert!(!detect(true, None, &[("LANG", "C")]).unicode);
        assert!(!detect(true, None, &[("LC_ALL", "POSIX"), ("LANG", "ko_KR.utf8")]).unicode);
        assert!(detect(true, None, &[("LANG", "ko_KR.utf8")]).unicode);
    }
}
