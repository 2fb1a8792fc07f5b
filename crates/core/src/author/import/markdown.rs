//! A tutorial's Markdown, line by line: what is run, what is written to a file, and what are words.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::{Left, Part};
use workshop_text::Text;

/// Whose marks stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    /// `save-as=`, `:directive[]{}`, `$$name$$`; a block of shell is run.
    Labspace,
    /// `{{exec}}` behind a block or a piece of code: what has it is run.
    Killercoda,
}

/// Languages whose blocks a Labspace runs.
const SHELLS: [&str; 4] = ["bash", "shell", "console", "sh"];

pub(super) struct Reader<'a> {
    dialect: Dialect,
    file: &'a str,
    left: &'a mut Vec<Left>,
    pub variables: BTreeMap<String, String>,
    parts: Vec<Part>,
    words: String,
}

/// A block between two fences.
struct Block {
    /// The line of its opening fence, from 1.
    line: usize,
    language: String,
    options: Vec<String>,
    /// Its lines, each with its line feed.
    text: String,
    /// What stands behind its closing fence.
    after: String,
}

impl<'a> Reader<'a> {
    pub(super) fn new(dialect: Dialect, file: &'a str, left: &'a mut Vec<Left>) -> Self {
        let (variables, parts, words) = (BTreeMap::new(), Vec::new(), String::new());
        Self { dialect, file, left, variables, parts, words }
    }

    /// Its first heading, and what it is made of.
    pub(super) fn read(mut self, text: &str) -> (String, Vec<Part>) {
        let mut title = String::new();
        let mut lines = (1..).zip(text.lines());
        let mut is_hidden = false;
        while let Some((number, line)) = lines.next() {
            if let Some((indent, fence, info)) = opened(line) {
                let block = block(number, indent, fence, info, &mut lines);
                self.block(block);
                continue;
            }
            let is_comment = is_hidden || line.trim_start().starts_with("<!--");
            if is_comment {
                is_hidden = !line.contains("-->");
                self.leave(number, Text::new("import-comment").with("text", line.trim()));
                continue;
            }
            if let Some(above) = self.underlined(line) {
                match title.is_empty() && line.starts_with('=') {
                    true => title = above,
                    false => self.say(number, &format!("### {above}")),
                }
                continue;
            }
            if let Some((level, words)) = heading(line) {
                if level == 1 && title.is_empty() {
                    words.clone_into(&mut title);
                    continue;
                }
                // A step's own heading is of the second level, so its parts are below it.
                let marks = "#".repeat((level + 1).clamp(3, 6));
                self.say(number, &format!("{marks} {words}"));
                continue;
            }
            self.say(number, line);
        }
        self.flush();
        (title, self.parts)
    }

    fn leave(&mut self, line: usize, what: Text) {
        self.left.push(Left { file: self.file.to_owned(), line, what });
    }

    fn flush(&mut self) {
        let words = std::mem::take(&mut self.words);
        let words = words.trim_matches('\n');
        if !words.is_empty() {
            self.parts.push(Part::Words(format!("{words}\n")));
        }
    }

    /// The line above, taken back, where this one makes a heading of it (`===`, `---`): it would be a
    /// step's.
    fn underlined(&mut self, line: &str) -> Option<String> {
        let line = line.trim_end();
        let is_line = line.len() >= 2 && (line.bytes().all(|c| c == b'=') || line.bytes().all(|c| c == b'-'));
        let above =
            self.words.lines().next_back().filter(|above| is_line && !above.trim().is_empty())?.to_owned();
        let is_words = !above.starts_with(['#', '>', '|', '-', '*', '`', ' ']);
        is_words.then(|| self.words.truncate(self.words.len() - above.len() - 1))?;
        Some(above)
    }

    /// A line of words, its marks read.
    fn say(&mut self, number: usize, line: &str) {
        // A hint of a lesson is shown on request: what every reader sees is a note.
        let line = line.replace("> [!TIP]", "> [!NOTE]");
        let line = match self.dialect {
            Dialect::Labspace => self.directives(number, &line),
            Dialect::Killercoda => self.marks(number, &line),
        };
        self.words.push_str(&line);
        self.words.push('\n');
    }

    fn block(&mut self, mut block: Block) {
        if self.dialect == Dialect::Labspace {
            block.text = self.valued(block.line, &block.text);
        }
        let saves = block.options.iter().find_map(|option| option.strip_prefix("save-as="));
        let saves = saves.map(|path| path.trim_matches(['"', '\'']).to_owned());
        for option in block.options.clone() {
            let is_known = matches!(self.dialect, Dialect::Labspace)
                && (["save-as=", "highlight="].iter().any(|known| option.starts_with(known))
                    || option == "no-run-button"
                    || option == "no-copy-button");
            if !is_known {
                self.leave(block.line, Text::new("import-option").with("option", option));
            }
        }
        let runs = match self.dialect {
            Dialect::Labspace => {
                SHELLS.contains(&block.language.as_str())
                    && !block.options.iter().any(|option| option == "no-run-button")
            }
            Dialect::Killercoda => block.after.contains("{{exec") || block.after.contains("{{execute"),
        };
        let rest = MARK
            .as_ref()
            .map_or_else(|| block.after.clone(), |mark| mark.replace_all(&block.after, "").into());
        if !rest.trim().is_empty() {
            self.leave(block.line, Text::new("import-option").with("option", rest.trim()));
        }
        if let Some(path) = saves.filter(|_| self.dialect == Dialect::Labspace) {
            self.flush();
            let at = (self.file.to_owned(), block.line);
            self.parts.push(Part::Save { path, language: block.language, text: block.text, at });
        } else if runs {
            self.flush();
            let commands = commands(block.line + 1, &block.text);
            self.parts.push(Part::Run { block: block.text, commands, file: self.file.to_owned() });
        } else {
            // A block `prompt` is for an assistant, and one that names a file is held to it.
            let language = if block.language == "prompt" { "text" } else { &block.language };
            let fence = fence_for(&block.text);
            self.words += &format!("{fence}{language}\n{}{fence}\n", block.text);
        }
    }

    /// A Killercoda line: a piece of code that is run, or only copied.
    fn marks(&mut self, number: usize, line: &str) -> String {
        let (Some(code), Some(mark)) = (&*CODE, &*MARK) else { return line.to_owned() };
        let run: Vec<String> = code
            .captures_iter(line)
            .filter(|found| found[2].starts_with("{{exec"))
            .map(|found| found[1].trim().to_owned())
            .collect();
        let shown = mark.replace_all(line, "").into_owned();
        let commands: Vec<(usize, String)> = run.into_iter().map(|command| (number, command)).collect();
        if !commands.is_empty() {
            // The words say it already: a block of its own would say it twice.
            self.flush();
            self.parts.push(Part::Run { block: String::new(), commands, file: self.file.to_owned() });
        }
        shown
    }

    /// A Labspace line: its directives become what Markdown has, or are told.
    fn directives(&mut self, number: usize, line: &str) -> String {
        let line = self.valued(number, line);
        let Some(directive) = &*DIRECTIVE else { return line };
        if line.trim() == ":::" {
            return String::new();
        }
        let mut told = Vec::new();
        let shown = directive.replace_all(&line, |found: &Captures<'_>| {
            let group = |group: usize| found.get(group).map_or("", |group| group.as_str());
            let (before, name, label) = (group(1), group(3), group(4));
            let attributes = if group(5).is_empty() { group(6) } else { group(5) };
            let attribute = |key: &str| attribute(attributes, key);
            let place = |path: String| match attribute("line") {
                Some(line) => format!("`{path}:{line}`"),
                None => format!("`{path}`"),
            };
            let shown = match name {
                "fileLink" => match attribute("path") {
                    Some(path) if label.is_empty() => place(path),
                    Some(path) => format!("{label} ({})", place(path)),
                    None => label.to_owned(),
                },
                "tabLink" => match attribute("href") {
                    Some(href) => format!("[{}]({href})", if label.is_empty() { &href } else { label }),
                    None => label.to_owned(),
                },
                _ => {
                    told.push(Text::new("import-directive").with("directive", found[0].trim()));
                    label.to_owned()
                }
            };
            format!("{before}{shown}")
        });
        let shown = shown.into_owned();
        for what in told {
            self.leave(number, what);
        }
        shown
    }

    /// `$$name$$` as what the tutorial says that it is.
    fn valued(&mut self, number: usize, text: &str) -> String {
        let Some(variable) = &*VARIABLE else { return text.to_owned() };
        let mut unset = Vec::new();
        let shown = variable.replace_all(text, |found: &Captures<'_>| match self.variables.get(&found[1]) {
            Some(value) => value.clone(),
            None => {
                unset.push(found[1].to_owned());
                found[0].to_owned()
            }
        });
        let shown = shown.into_owned();
        for name in unset {
            self.leave(number, Text::new("import-variable").with("name", name));
        }
        shown
    }
}

static MARK: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"\{\{ *(?:exec|execute|copy)(?: +[a-z]+)? *\}\}").ok());
static CODE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"`([^`]+)`(\{\{exec(?:ute)?(?: +[a-z]+)? *\}\})").ok());
static DIRECTIVE: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"(^|[ \t(*])(:{1,3})([A-Za-z]+)(?:\[([^\]]*)\](?:\{([^}]*)\})?|\{([^}]*)\})").ok()
});
static VARIABLE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"\$\$([A-Za-z0-9_]+)\$\$").ok());

/// The value of `key` in `path="a b" line=3`.
fn attribute(attributes: &str, key: &str) -> Option<String> {
    let at = attributes.match_indices(key).find(|(at, _)| {
        let before = attributes[..*at].chars().next_back();
        before.is_none_or(char::is_whitespace) && attributes[at + key.len()..].starts_with('=')
    })?;
    let value = &attributes[at.0 + key.len() + 1..];
    let quote = value.chars().next().filter(|first| matches!(first, '"' | '\''));
    Some(match quote {
        Some(quote) => value[1..].split(quote).next().unwrap_or_default().to_owned(),
        None => value.split_whitespace().next().unwrap_or_default().to_owned(),
    })
}

fn heading(line: &str) -> Option<(usize, &str)> {
    let level = line.chars().take_while(|c| *c == '#').count();
    let words = line[level..].strip_prefix(' ').filter(|_| (1..=6).contains(&level))?;
    // `{#id}` is a lesson's own.
    let words = words.split("{#").next().unwrap_or(words).trim();
    Some((level, words))
}

/// Indent, fence and info string of a line that opens a block.
fn opened(line: &str) -> Option<(usize, &str, &str)> {
    let inner = line.trim_start();
    let sign = inner.chars().next().filter(|sign| matches!(sign, '`' | '~'))?;
    let length = inner.chars().take_while(|c| *c == sign).count();
    let info = &inner[length..];
    let opens = length >= 3 && !(sign == '`' && info.contains('`'));
    opens.then(|| (line.len() - inner.len(), &inner[..length], info.trim()))
}

fn block<'t>(
    line: usize,
    indent: usize,
    fence: &str,
    info: &str,
    lines: &mut impl Iterator<Item = (usize, &'t str)>,
) -> Block {
    let mut words = info.split_whitespace().map(str::to_owned);
    let language = words.next().unwrap_or_default();
    let options = words.collect();
    let (mut text, mut after) = (String::new(), String::new());
    for (_, line) in lines {
        let inner = line.trim_start();
        if let Some(rest) = inner.strip_prefix(fence)
            && !rest.starts_with(|c| fence.starts_with(c))
        {
            after = rest.trim().to_owned();
            break;
        }
        let spaces = line.len() - inner.len();
        text.push_str(&line[spaces.min(indent)..]);
        text.push('\n');
    }
    Block { line, language, options, text, after }
}

/// A fence that no line of the text closes.
pub(super) fn fence_for(text: &str) -> String {
    let ticks = |line: &str| line.trim_start().chars().take_while(|c| *c == '`').count();
    "`".repeat(text.lines().map(ticks).max().unwrap_or(0).max(2) + 1)
}

/// The commands of a block, a line each; one that goes on behind a backslash is one.
fn commands(first: usize, text: &str) -> Vec<(usize, String)> {
    let mut found: Vec<(usize, String)> = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (number, line) in (first..).zip(text.lines()) {
        let line = line.trim();
        let (at, so_far) = open.take().unwrap_or((number, String::new()));
        let line = if so_far.is_empty() { line.strip_prefix("$ ").unwrap_or(line) } else { line };
        match line.strip_suffix('\\') {
            Some(begun) => open = Some((at, format!("{so_far}{} ", begun.trim_end()))),
            None => found.push((at, format!("{so_far}{line}"))),
        }
    }
    found.extend(open);
    found.retain(|(_, command)| !command.is_empty() && !command.starts_with('#'));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_lines_and_go_on_behind_a_backslash() {
        let text = "# bring it up\n$ docker compose up \\\n    -d\n\ndocker compose ps\n";
        let wanted = vec![(4, "docker compose up -d".to_owned()), (7, "docker compose ps".to_owned())];
        assert_eq!(commands(3, text), wanted);
    }

    #[test]
    fn an_attribute_has_quotes_or_none() {
        let all = "path=\"a b\" line=3 title='x'";
        assert_eq!(attribute(all, "path").as_deref(), Some("a b"));
        assert_eq!(attribute(all, "line").as_deref(), Some("3"));
        assert_eq!(attribute(all, "title").as_deref(), Some("x"));
        assert_eq!(attribute(all, "in"), None);
    }
}
