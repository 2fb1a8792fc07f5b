//! A page with commands and what they print: a block `console` is a line `$ COMMAND` for the shell,
//! and below it all that it says.

use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use regex::Regex;

use crate::harness::{Run, Sandbox};

const OPENING: &str = "```console\n$ ";
const CLOSING: &str = "```\n";

/// A part of a page.
pub(super) enum Part {
    Prose(String),
    Block(Block),
}

/// A command and its output, each line with its end.
pub(super) struct Block {
    pub command: String,
    pub output: String,
}

/// The page in its parts, which together are all of it.
#[track_caller]
pub(super) fn parts(page: &str) -> Vec<Part> {
    let mut pieces = page.split(OPENING);
    let prose = pieces.next().unwrap_or_default().to_owned();
    let others = pieces.flat_map(|piece| {
        let (command, rest) = piece.split_once('\n').expect("a command");
        let (output, prose) = rest.split_once(CLOSING).expect("the block's end");
        let block = Block { command: command.to_owned(), output: output.to_owned() };
        [Part::Block(block), Part::Prose(prose.to_owned())]
    });
    std::iter::once(Part::Prose(prose)).chain(others).collect()
}

pub(super) fn blocks(parts: &mut [Part]) -> impl Iterator<Item = &mut Block> {
    parts.iter_mut().filter_map(|part| match part {
        Part::Prose(_) => None,
        Part::Block(block) => Some(block),
    })
}

/// The page that [`parts`] come from.
pub(super) fn page(parts: &[Part]) -> String {
    let text = parts.iter().map(|part| match part {
        Part::Prose(prose) => prose.clone(),
        Part::Block(Block { command, output }) => format!("{OPENING}{command}\n{output}{CLOSING}"),
    });
    text.collect()
}

/// Runs a line in the shell, in the learner's folder, with `workshop` among its commands; all that
/// it printed, without blank lines at its end.
#[track_caller]
pub(super) fn run(sandbox: &Sandbox, line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_workshop"));
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = program.parent().map(Path::to_owned).into_iter().chain(std::env::split_paths(&others));
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("exec 2>&1\n{line}")]).current_dir(sandbox.root());
    for (name, value) in sandbox.command().get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let said = Run::of(shell.env("PATH", std::env::join_paths(folders).expect("folders"))).stdout;
    let said = HERE.replace_all(said.trim_end(), "/home/you");
    let said = said.replace("내-작업-folder", "you");
    if said.is_empty() { String::new() } else { format!("{said}\n") }
}

/// The sandbox's own folder, wherever a line breaks in it.
static HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"/[^ \n]*/workshop-test-[0-9A-Za-z]+/내 작업[ \n]+folder").expect("a pattern")
});

/// What is another one at every run, and what stands in its place.
static VOLATILE: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rules = [
        (r"workshop-[0-9a-f]{6}", "workshop-ID"),
        // Also whether it is said at all: what took no time has none.
        (r"[0-9][0-9.,]*( s| ms| µs)\b", ""),
        (r"[0-9]+( requests while)", "N$1"),
        (r"through backend-[0-9]", "through backend-N"),
        // The picture: a folder has addresses of its own, and who is known to nginx gets some requests.
        (r"127\.[0-9]+\.[0-9]+\.[0-9]+", "ADDRESS"),
        (r"\byes [0-9]+\b", "yes N"),
    ];
    rules.map(|(pattern, with)| (Regex::new(pattern).expect("a pattern"), with)).into()
});

/// The words of `text` that are there at every run: lines may break elsewhere.
pub(super) fn lasting(text: &str) -> Vec<String> {
    let one = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let masked = VOLATILE.iter().fold(one, |text, (what, with)| what.replace_all(&text, *with).into_owned());
    masked.split_whitespace().map(str::to_owned).collect()
}
