//! A Dockerfile's instructions: comments left out, continued lines joined, here-documents kept
//! apart, and every word's place known.

use crate::{BOM, Span, Spanned, narrow};

/// One instruction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instruction {
    /// In upper case: `FROM`.
    pub word: String,
    /// Of the word.
    pub span: Span,
    /// What is behind the word, a part for each line of the file.
    pub parts: Vec<Part>,
    /// The lines of its here-documents.
    pub documents: Vec<Part>,
}

/// Text of one line, trimmed, and where it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    pub line: u32,
    pub column: u32,
}

impl Part {
    fn new(line: u32, text: &str) -> Self {
        let trimmed = text.trim();
        let before = text.chars().count() - text.trim_start().chars().count();
        Self { text: trimmed.to_owned(), line, column: narrow(before + 1) }
    }

    /// The words between white space.
    fn words(&self) -> impl Iterator<Item = Spanned<&str>> {
        self.text.split_whitespace().map(|word| {
            let at = word.as_ptr() as usize - self.text.as_ptr() as usize;
            Spanned::new(word, self.span(at, word))
        })
    }

    /// The place of `word`, which begins at byte `at` of this part.
    pub fn span(&self, at: usize, word: &str) -> Span {
        let before = self.text[..at].chars().count();
        Span::new(self.line, self.column + narrow(before), narrow(word.chars().count()))
    }
}

impl Instruction {
    /// What is behind the word, on one line.
    pub fn rest(&self) -> String {
        let parts: Vec<&str> = self.parts.iter().map(|part| part.text.as_str()).collect();
        parts.join(" ").trim().to_owned()
    }

    /// What is behind the word and its flags: words, or the strings of a JSON list.
    pub fn arguments(&self) -> Vec<String> {
        let words = self.words();
        let words: Vec<&str> =
            words.iter().map(|word| word.value).skip_while(|word| word.starts_with("--")).collect();
        match serde_json::from_str(&words.join(" ")) {
            Ok(listed) => listed,
            Err(_) => words.iter().map(|word| word.trim_matches(['"', '\'']).to_owned()).collect(),
        }
    }

    /// Whether its arguments are a JSON list.
    pub fn is_list(&self) -> bool {
        serde_json::from_str::<Vec<String>>(&self.rest()).is_ok()
    }

    /// The words behind the first, between white space.
    pub fn words(&self) -> Vec<Spanned<&str>> {
        self.parts.iter().flat_map(Part::words).collect()
    }
}

/// Every instruction of the file, in its order.
pub fn instructions(text: &str) -> Vec<Instruction> {
    let escape = escape(text);
    let mut lines = (1..).zip(text.trim_start_matches(BOM).lines());
    let mut found: Vec<Instruction> = Vec::new();
    let mut open = false;
    while let Some((number, line)) = lines.next() {
        let part = Part::new(number, line);
        if part.text.starts_with('#') || part.text.is_empty() {
            continue;
        }
        let (part, goes_on) = match part.text.strip_suffix(escape) {
            Some(text) => (Part { text: text.trim_end().to_owned(), ..part }, true),
            None => (part, false),
        };
        match found.last_mut().filter(|_| open) {
            Some(instruction) => instruction.parts.push(part),
            None => found.push(begun(part)),
        }
        open = goes_on;
        if let Some(instruction) = found.last_mut().filter(|_| !open) {
            for end in documents(instruction) {
                let body = lines.by_ref().take_while(|(_, line)| !end.is(line));
                instruction.documents.extend(body.map(|(number, line)| Part::new(number, line)));
            }
        }
    }
    found
}

/// An instruction from its first line.
fn begun(part: Part) -> Instruction {
    let word = part.text.split_whitespace().next().unwrap_or_default().to_owned();
    let span = part.span(0, &word);
    let rest = part.text[word.len()..].trim_start();
    let at = part.text.len() - rest.len();
    let column = part.column + narrow(part.text[..at].chars().count());
    let parts = vec![Part { text: rest.to_owned(), line: part.line, column }];
    Instruction { word: word.to_uppercase(), span, parts, documents: Vec::new() }
}

/// What continues a line: a backslash, or what `# escape=` at the top says.
fn escape(text: &str) -> char {
    let mut said = directives(text).filter(|(key, _)| key.value.eq_ignore_ascii_case("escape"));
    if said.next().is_some_and(|(_, value)| value == "`") { '`' } else { '\\' }
}

/// The parser directives at the top of a file (`# escape=`), key and value.
pub(super) fn directives(text: &str) -> impl Iterator<Item = (Spanned<&str>, &str)> {
    (1..).zip(text.trim_start_matches(BOM).lines()).map_while(|(number, line)| {
        let (key, value) = line.trim().strip_prefix('#')?.split_once('=')?;
        let key = key.trim();
        let is_key = !key.is_empty() && key.chars().all(|letter| letter.is_ascii_alphanumeric());
        let before = line.chars().count() - line.trim_start().chars().count();
        is_key.then(|| {
            (
                Spanned::new(key, Span::new(number, narrow(before + 1), narrow(line.trim().chars().count()))),
                value.trim(),
            )
        })
    })
}

/// The line that ends a here-document.
struct End {
    name: String,
    /// Tabs before it do not count.
    indented: bool,
}

impl End {
    fn is(&self, line: &str) -> bool {
        let line = line.trim_end_matches('\r');
        (if self.indented { line.trim_start_matches('\t') } else { line }) == self.name
    }
}

/// The here-documents that an instruction announces (`<<EOF`, `<<-"EOF"`), in their order.
fn documents(instruction: &Instruction) -> Vec<End> {
    if !matches!(instruction.word.as_str(), "RUN" | "COPY" | "ADD") {
        return Vec::new();
    }
    let announced = |word: Spanned<&str>| {
        let rest = word.value.trim_start_matches(|c: char| c.is_ascii_digit()).strip_prefix("<<")?;
        let (rest, indented) = rest.strip_prefix('-').map_or((rest, false), |rest| (rest, true));
        let name = rest.trim_matches(['"', '\'']);
        let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || "_.-".contains(c));
        plain.then(|| End { name: name.to_owned(), indented })
    };
    instruction.words().into_iter().filter_map(announced).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_joined_and_words_keep_their_places() {
        let text = "\u{feff}# syntax=docker/dockerfile:1\n\n  from a \\\n  # why\n\n     한글  x\nRUN <<-EOF cat\n\tone\n\tEOF\nCMD x";
        let found = instructions(text);
        let seen: Vec<_> = found.iter().map(|one| (one.word.as_str(), one.rest())).collect();
        assert_eq!(
            seen,
            [("FROM", "a 한글  x".to_owned()), ("RUN", "<<-EOF cat".to_owned()), ("CMD", "x".to_owned())]
        );
        assert_eq!(found[0].span, Span::new(3, 3, 4));
        let places: Vec<_> = found[0].words().iter().map(|word| word.span).collect();
        assert_eq!(places, [Span::new(3, 8, 1), Span::new(6, 6, 2), Span::new(6, 10, 1)]);
        assert_eq!(found[1].documents, [Part { text: "one".to_owned(), line: 8, column: 2 }]);
    }

    #[test]
    fn another_escape_and_a_document_without_an_end() {
        let found = instructions("# escape=`\nRUN dir c:\\ `\n  x\nCOPY <<\"A\" <<B /x/\n1\nA\n2\nFROM no\n");
        assert_eq!((found.len(), found[0].rest().as_str()), (2, "dir c:\\ x"));
        let bodies: Vec<&str> = found[1].documents.iter().map(|part| part.text.as_str()).collect();
        assert_eq!(bodies, ["1", "2", "FROM no"]);
        // A shift is no here-document.
        assert_eq!(instructions("RUN echo $((1<<2))\nRUN x\n").len(), 2);
    }
}
