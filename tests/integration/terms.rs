//! One word for one thing: `docs/terms.md` held over everything that a person reads.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

/// Code may say what it must; a prompt, a drawing and what is printed are words.
const WORDS: [&str; 4] = ["", "text", "prompt", "markdown"];

/// What may not be said, and where it may be said after all.
struct Variant {
    words: String,
    is_korean: bool,
    term: String,
    unless: Vec<String>,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn is_hangul(text: &str) -> bool {
    text.chars().any(|c| ('가'..='힣').contains(&c))
}

/// The table's variants.
fn table() -> Vec<Variant> {
    let text = fs::read_to_string(root().join("docs/terms.md")).expect("the table");
    let rows = text.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| ---")).skip(1);
    let mut variants = Vec::new();
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let [english, korean, not, never, with] = cells.as_slice() else { panic!("five columns: {row}") };
        let each = |cell: &str| -> Vec<String> {
            cell.split(';').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned).collect()
        };
        for (words, is_korean, term) in [(not, false, english), (never, true, korean)] {
            variants.extend(each(words).into_iter().map(|words| Variant {
                words,
                is_korean,
                term: (*term).to_owned(),
                unless: each(with),
            }));
        }
    }
    assert!(variants.len() > 40, "the table is read: {}", variants.len());
    variants
}

impl Variant {
    /// Whether `line` says it.
    fn is_in(&self, line: &str) -> bool {
        // `Compose 파일` is right and `compose 파일` is not: there the letter's size is what is wrong.
        let as_written = self.is_korean && self.words.starts_with(|c: char| c.is_ascii_lowercase());
        if as_written {
            return line.contains(&self.words);
        }
        let (line, wanted) = (line.to_lowercase(), self.words.to_lowercase());
        let figure = wanted.strip_prefix('#');
        let wanted = figure.unwrap_or(&wanted);
        line.match_indices(wanted).any(|(at, found)| {
            let before = line[..at].chars().next_back();
            let after = line[at + found.len()..].chars().next();
            let inside = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
            match figure {
                Some(_) => before.is_some_and(|c| c.is_ascii_digit() || c == '}'),
                None => self.is_korean || (!inside(before) && !inside(after)),
            }
        })
    }
}

/// The files that a person reads.
fn files() -> Vec<PathBuf> {
    let mut found = vec![root().join("README.md"), root().join("README.ko.md")];
    for folder in ["lessons", "locales", "complete"] {
        collect(&root().join(folder), &mut found);
    }
    let is_read = |path: &PathBuf| {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        name.ends_with(".md") || name.ends_with(".ftl") || name.ends_with(".html") || name == "i18n.js"
    };
    found.retain(is_read);
    found.sort();
    found
}

fn collect(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("its entry")) {
        match entry.path().is_dir() {
            true if entry.file_name() == "target" => {}
            true => collect(&entry.path(), found),
            false => found.push(entry.path()),
        }
    }
}

/// Each line with its number and what it says, code left out; an empty line ends a paragraph.
fn said(path: &Path, text: &str) -> Vec<(usize, String)> {
    let is_markdown = path.extension().is_some_and(|end| end == "md");
    let is_fluent = path.extension().is_some_and(|end| end == "ftl");
    let mut code = false;
    let mut lines = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let plain = line.trim_start_matches(['>', ' ']);
        if is_markdown && plain.starts_with("```") {
            let language = plain.trim_start_matches('`').split(' ').next().unwrap_or_default();
            code = !code && !WORDS.contains(&language);
            lines.push((at + 1, String::new()));
            continue;
        }
        let is_indented = is_markdown && line.starts_with("    ");
        let is_note = is_fluent && line.starts_with('#');
        if code || is_indented || is_note {
            lines.push((at + 1, String::new()));
        } else {
            lines.push((at + 1, without_code(line)));
        }
    }
    lines
}

/// A line without what stands in backticks, and without a heading's id.
fn without_code(line: &str) -> String {
    let line = if line.starts_with('#') { line.split(" {#").next().unwrap_or(line) } else { line };
    line.split('`').step_by(2).collect::<Vec<_>>().join(" ")
}

/// What a line belongs to: its section of a text, elsewhere itself.
fn around(path: &Path, lines: &[(usize, String)], at: usize) -> String {
    if path.extension().is_none_or(|end| end != "md") {
        return lines[at].1.clone();
    }
    let begins = |line: &(usize, String)| line.1.starts_with("## ");
    let from = lines[..=at].iter().rposition(begins).unwrap_or(0);
    let to = lines[at + 1..].iter().position(begins).map_or(lines.len(), |next| at + 1 + next);
    lines[from..to].iter().map(|(_, words)| words.as_str()).collect::<Vec<_>>().join("\n")
}

#[test]
fn one_word_is_used_for_one_thing() {
    let table = table();
    let mut wrong = String::new();
    for path in files() {
        let text = fs::read_to_string(&path).expect("a text");
        let lines = said(&path, &text);
        for (at, (number, line)) in lines.iter().enumerate() {
            let here = |variant: &&Variant| {
                // English is judged in English lines; Korean words wherever they stand.
                (variant.is_korean || !is_hangul(line)) && variant.is_in(line)
            };
            for variant in table.iter().filter(here) {
                let around = around(&path, &lines, at);
                if !variant.unless.iter().any(|word| around.contains(word.as_str())) {
                    let shown = path.strip_prefix(root()).unwrap_or(&path).display();
                    let _ = writeln!(
                        wrong,
                        "{shown}:{number}: {:?}, not {:?}: {}",
                        variant.term,
                        variant.words,
                        line.trim()
                    );
                }
            }
        }
    }
    assert!(wrong.is_empty(), "docs/terms.md has another word:\n{wrong}");
}

#[test]
fn a_variant_is_found_and_what_only_looks_like_it_is_not() {
    let variant = |words: &str, is_korean: bool| Variant {
        words: words.to_owned(),
        is_korean,
        term: String::new(),
        unless: Vec::new(),
    };
    assert!(variant("his", false).is_in("What is His name?"));
    assert!(!variant("his", false).is_in("this history"));
    assert!(variant("복제본", true).is_in("응답한 복제본을"));
    assert!(variant("compose 파일", true).is_in("이 compose 파일은"));
    assert!(!variant("compose 파일", true).is_in("이 Compose 파일은"));
    let percent = variant("# %", false);
    assert!(percent.is_in("100 % of") && percent.is_in("({ $percent } %)"));
    assert!(!percent.is_in("100% of") && !percent.is_in("% or nothing"));
    assert_eq!(without_code("a `b c` d `e`"), "a   d  ");
}
