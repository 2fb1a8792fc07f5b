//! Which programs a `RUN` runs or installs, as far as that can be seen without a shell.

use super::lines::{Instruction, Part};
use crate::Span;

/// Programs that put others into the image.
const INSTALLERS: [&str; 12] = [
    "apt", "apt-get", "aptitude", "apk", "dnf", "microdnf", "yum", "zypper", "pacman", "conda", "brew",
    "tdnf",
];
/// Programs that run the one behind them.
const WRAPPERS: [&str; 7] = ["exec", "env", "sudo", "time", "nice", "command", "xargs"];

/// Where a `RUN` first runs one of `programs` (by name or by path), installs it or one of
/// `packages`, or fetches its installer; and which one that is.
pub(super) fn runs<'p>(
    run: &Instruction,
    programs: &'p [String],
    packages: &'p [String],
) -> Option<(&'p str, Span)> {
    let mut scan = Scan { programs, packages, at_command: true, installs: false, after_c: false };
    let parts = run.parts.iter().find_map(|part| scan.part(part));
    parts.or_else(|| {
        run.documents.iter().find_map(|line| {
            scan.begin();
            scan.part(line)
        })
    })
}

struct Scan<'p> {
    programs: &'p [String],
    packages: &'p [String],
    /// The next word is a program's.
    at_command: bool,
    /// The command under way is an installer's.
    installs: bool,
    /// The word before was `-c`: the quoted text behind it is a command.
    after_c: bool,
}

impl<'p> Scan<'p> {
    const fn begin(&mut self) {
        (self.at_command, self.installs) = (true, false);
    }

    fn part(&mut self, part: &Part) -> Option<(&'p str, Span)> {
        let text = part.text.as_str();
        let mut rest = text;
        loop {
            let start = rest.find(|c: char| !c.is_whitespace())?;
            rest = &rest[start..];
            let letter = rest.chars().next()?;
            if is_mark(letter) {
                // `["cargo", "build"]`: the words behind the first are its arguments.
                match letter {
                    ',' => {}
                    '"' | '\'' if !self.after_c => {}
                    _ => self.begin(),
                }
                rest = &rest[letter.len_utf8()..];
                continue;
            }
            let end = rest.find(|c: char| c.is_whitespace() || is_mark(c)).unwrap_or(rest.len());
            let word = &rest[..end];
            if let Some(program) = self.word(word) {
                return Some((program, part.span(word.as_ptr() as usize - text.as_ptr() as usize, word)));
            }
            rest = &rest[end..];
        }
    }

    fn word(&mut self, word: &str) -> Option<&'p str> {
        let one_of = |name: &str| self.programs.iter().map(String::as_str).find(|program| *program == name);
        let program = word.rsplit('/').next().unwrap_or(word);
        self.after_c = word == "-c";
        if self.at_command {
            // `A=b cargo build`, and an option of the RUN itself.
            if word.contains('=') || word.starts_with('-') || WRAPPERS.contains(&program) {
                return None;
            }
            (self.at_command, self.installs) = (false, INSTALLERS.contains(&program));
            return one_of(program);
        }
        if word.contains("://") {
            return self.programs.iter().map(String::as_str).find(|program| word.contains(program));
        }
        if !self.installs || word.starts_with('-') {
            return None;
        }
        let package = package(word);
        self.programs.iter().chain(self.packages).map(String::as_str).find(|known| *known == package)
    }
}

/// What a package is of, without its version and its part: `cargo` of `cargo=1.63.0+ds1`, `rust` of
/// `rust-all` and of `rust1.80`.
fn package(word: &str) -> &str {
    let end = word.find(|letter: char| !letter.is_ascii_alphabetic()).unwrap_or(word.len());
    &word[..end]
}

/// What stands between commands, or around words.
const fn is_mark(letter: char) -> bool {
    matches!(letter, ';' | '&' | '|' | '(' | ')' | '`' | '{' | '}' | '[' | ']' | ',' | '"' | '\'')
}

#[cfg(test)]
mod tests {
    use super::super::lines::instructions;
    use super::*;

    fn found(run: &str) -> Option<(u32, u32)> {
        let programs = ["cargo", "rustup"].map(str::to_owned);
        let packages = ["rust"].map(str::to_owned);
        let read = instructions(run);
        runs(&read[0], &programs, &packages).map(|(_, span)| (span.line, span.column))
    }

    #[test]
    fn what_a_run_runs() {
        for (run, place) in [
            ("RUN cargo build --release", Some((1, 5))),
            ("RUN --mount=type=cache,target=/root/.cargo \\\n    cargo build", Some((2, 5))),
            ("RUN apt-get update && \\\n  A=1 /usr/local/cargo/bin/cargo build", Some((2, 7))),
            ("RUN cd x;cargo build", Some((1, 10))),
            ("RUN [\"cargo\", \"build\"]", Some((1, 7))),
            ("RUN sh -c 'cargo build'", Some((1, 12))),
            ("RUN apk add --no-cache curl cargo", Some((1, 29))),
            ("RUN apt-get install -y cargo=1.63.0+ds1-2", Some((1, 24))),
            ("RUN apt install -y 'rustup'", Some((1, 21))),
            ("RUN apt-get install -y cargo-1.80 -t sid", Some((1, 24))),
            ("RUN dnf -y install rust", Some((1, 20))),
            ("RUN zypper in rust1.80", Some((1, 15))),
            ("RUN apk add librust-dev", None),
            ("RUN curl -sSf https://sh.rustup.rs | sh -s -- -y", Some((1, 15))),
            ("RUN <<EOF\nset -e\ncargo build\nEOF", Some((3, 1))),
            ("RUN exec cargo build", Some((1, 10))),
            ("RUN rm -rf /usr/local/cargo", None),
            ("RUN echo 'built with cargo'", None),
            ("RUN --mount=type=cache,target=/usr/local/cargo true", None),
            ("RUN useradd cargo", None),
            ("RUN apt-get install -y ca-certificates", None),
        ] {
            assert_eq!(found(run), place, "{run}");
        }
    }
}
