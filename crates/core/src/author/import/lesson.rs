//! A [`Tutorial`] as a lesson: every part becomes a step with its edit, its commands and its checks.

use std::collections::BTreeSet;
use std::path::Path;

use super::markdown::fence_for;
use super::{Imported, Left, Part, Section, Tutorial};
use crate::author::new::{self, Made, Stack};
use crate::author::prose::{Around, refreshed};
use crate::author::source::quoted;
use crate::author::{AuthorError, Changes};
use crate::workspace::names::{self, FileTree};
use crate::workspace::patch::between;
use workshop_engine::StackCommand;
use workshop_text::{Lang, Text};

/// The words that every imported lesson has, in its own language.
struct Words(Lang);

impl Words {
    fn say(&self, text: &Text) -> String {
        text.render(self.0)
    }

    fn key(&self, key: &'static str) -> String {
        self.say(&Text::new(key))
    }
}

/// A lesson of the tutorial in the course at `root`.
///
/// # Errors
/// It has nothing to teach, or the compose file that its files come to cannot be read.
pub(super) fn made(tutorial: Tutorial, root: &Path) -> Result<Imported, AuthorError> {
    let Tutorial { title, intro, sections, outro, mut files, mut left } = tutorial;
    let all = |part: &Part| matches!(part, Part::Words(words) if words.chars().any(is_hangul));
    let lang = match sections.iter().flat_map(|section| &section.parts).any(all) {
        true => Lang::Ko,
        false => Lang::En,
    };
    let words = Words(lang);
    if sections.is_empty() {
        return Err(AuthorError::Refused(Text::new("import-empty")));
    }
    let name = new::free_name(root, &slug(&title));
    if !has_compose(&files) && !sections.iter().flat_map(|section| &section.parts).any(saves_compose) {
        files.extend(new::own_files());
        left.push(Left { file: String::new(), line: 0, what: Text::new("import-own-stack") });
    }
    if files.is_empty() {
        let readme = format!("# {title}\n\n{intro}\n");
        files.insert("README.md".to_owned(), readme.into_bytes());
    }
    let mut steps =
        Steps { words: &words, state: files.clone(), ids: BTreeSet::new(), all: Vec::new(), left };
    steps.ids.extend(["copy-the-app", "take-it-down"].map(str::to_owned));
    for section in sections {
        steps.section(section);
    }
    let Steps { all: mut steps, state: end, left, .. } = steps;
    let stack = Stack::read(&files).or_else(|_| Stack::read(&end))?;
    let is_up = steps.iter().any(|step| step.run.iter().any(|command| verb_of(command) == Some("up")));
    steps.insert(0, copy(&words, &files));
    if is_up || !outro.trim().is_empty() {
        steps.push(down(&words, &outro, is_up));
    }
    Ok(Imported { made: written(root, &name, &Whole { title, intro, files, stack, steps, lang }), left })
}

/// All that a lesson is made of.
struct Whole {
    title: String,
    intro: String,
    files: FileTree,
    stack: Stack,
    steps: Vec<Step>,
    lang: Lang,
}

/// Its files, below the course's folder.
fn written(root: &Path, name: &str, whole: &Whole) -> Made {
    let id = new::number(root);
    let (dir, start) = (format!("lessons/{id}-{name}"), format!("complete/{name}"));
    let mut changes: Changes =
        whole.files.iter().map(|(path, bytes)| (format!("{start}/{path}"), Some(bytes.clone()))).collect();
    let minutes = whole.steps.iter().map(|step| step.minutes).sum();
    let mut toml = whole.stack.head(&id, &start, &[whole.lang], minutes);
    let title = if whole.title.is_empty() { name } else { &whole.title };
    let mut prose = format!("# {}\n\n{}\n", title.replace('\n', " "), whole.intro.trim());
    for (number, step) in (1..).zip(&whole.steps) {
        let patch = step.edit.as_ref().map(|_| format!("patches/{number:02}-{}.patch", step.id));
        toml += &step.toml(patch.as_deref());
        prose += &format!("\n{}", step.prose);
        if let (Some(patch), Some(edit)) = (patch, &step.edit) {
            changes.insert(format!("{dir}/{patch}"), Some(edit.clone().into_bytes()));
        }
    }
    changes.insert(format!("{dir}/lesson.toml"), Some(toml.into_bytes()));
    changes.insert(format!("{dir}/{}.md", whole.lang.code()), Some(prose.into_bytes()));
    let (fixed_ports, secrets) = (whole.stack.fixed_ports(), whole.stack.secrets.iter().cloned().collect());
    Made { id, dir, start, changes, left_out: Vec::new(), fixed_ports, secrets }
}

/// A step of the lesson.
struct Step {
    id: String,
    minutes: u32,
    create: bool,
    edit: Option<String>,
    run: Vec<String>,
    checks: Vec<Checked>,
    /// Its part of `LANG.md`.
    prose: String,
}

/// A check, and what a person reads of it.
struct Checked {
    id: String,
    toml: String,
    title: String,
}

impl Step {
    fn toml(&self, patch: Option<&str>) -> String {
        let mut text = format!("\n[[steps]]\nid = {}\nminutes = {}\n", quoted(&self.id), self.minutes);
        if self.create {
            text += "create = true\n";
        }
        if let Some(patch) = patch {
            text += &format!("edit = {}\n", quoted(patch));
        }
        if !self.run.is_empty() {
            let run: Vec<String> = self.run.iter().map(|command| quoted(command)).collect();
            text += &format!("run = [{}]\n", run.join(", "));
        }
        for check in &self.checks {
            text += &format!("\n[[steps.checks]]\nid = {}\n{}\n", quoted(&check.id), check.toml);
        }
        text
    }
}

/// The steps as they come to be.
struct Steps<'a> {
    words: &'a Words,
    /// The files after the last one.
    state: FileTree,
    ids: BTreeSet<String>,
    all: Vec<Step>,
    left: Vec<Left>,
}

impl Steps<'_> {
    /// A section is a step; a file that is written after a command begins another, so that what is
    /// run and written keeps its order.
    fn section(&mut self, section: Section) {
        let mut open: Vec<Part> = Vec::new();
        let mut groups: Vec<Vec<Part>> = Vec::new();
        for part in section.parts {
            let begins = match &part {
                Part::Save { path, .. } => open.iter().any(|before| match before {
                    Part::Run { .. } => true,
                    Part::Save { path: other, .. } => other == path,
                    Part::Words(_) => false,
                }),
                _ => false,
            };
            if begins {
                groups.push(std::mem::take(&mut open));
            }
            open.push(part);
        }
        groups.push(open);
        let count = groups.len();
        for (number, parts) in (1..).zip(groups) {
            let title = match count {
                1 => section.title.clone(),
                _ => format!("{} ({number}/{count})", section.title),
            };
            let verify = section.verify.clone().filter(|_| number == count);
            self.step(&title, parts, verify);
        }
    }

    fn step(&mut self, title: &str, parts: Vec<Part>, verify: Option<(String, String)>) {
        let before = self.state.clone();
        let id = self.id(title);
        let title = if title.trim().is_empty() { id.as_str() } else { title.trim() };
        let mut prose = format!("## {} {{#{id}}}\n\n", title.replace(['\n', '{'], " "));
        let mut run = Vec::new();
        for part in parts {
            match part {
                Part::Words(words) => prose += &format!("{words}\n"),
                Part::Run { block, commands, file } => {
                    if !block.is_empty() {
                        let fence = fence_for(&block);
                        prose += &format!("{fence}sh\n{block}{fence}\n\n");
                    }
                    self.run(&mut run, commands, &file);
                }
                Part::Save { path, language, text, at } => prose += &self.save(&path, &language, &text, at),
            }
        }
        let mut checks = self.edited(&id, &before);
        // A script's own file is there from the start, so it belongs to no step's edit.
        let edit = between(&before, &self.state).ok().filter(|patch| !patch.is_empty());
        if let Some((file, script)) = verify {
            checks.extend(self.verified(&id, &file, &script));
        }
        checks.extend(self.ran(&id, &run));
        if edit.is_none() {
            checks.push(Checked {
                id: format!("{id}-is-done"),
                toml: "confirm = {}".to_owned(),
                title: self.words.key("import-check-done"),
            });
        }
        prose += &self.hints(edit.is_some(), &run);
        prose += &self.told(&checks);
        let prose = refreshed(&prose, Around { old: &self.state, before: &before, after: &self.state });
        self.all.push(Step { id, minutes: 2, create: false, edit, run, checks, prose });
    }

    /// A free id like the title.
    fn id(&mut self, title: &str) -> String {
        let base = slug(title);
        let with = |number: u32| if number == 1 { base.clone() } else { format!("{base}-{number}") };
        let free = (1..).map(with).find(|id| !self.ids.contains(id)).unwrap_or(base.clone());
        self.ids.insert(free.clone());
        free
    }

    /// The commands that a lesson may run; the others stay words.
    fn run(&mut self, run: &mut Vec<String>, commands: Vec<(usize, String)>, file: &str) {
        for (line, command) in commands {
            match StackCommand::parse(&command) {
                Ok(_) => run.push(command),
                Err(error) => {
                    let what = Text::new("import-command").with("command", command).with("why", error.text());
                    self.left.push(Left { file: file.to_owned(), line, what });
                }
            }
        }
    }

    /// Writes the file into the state; its words.
    fn save(&mut self, path: &str, language: &str, text: &str, (file, line): (String, usize)) -> String {
        let fence = fence_for(text);
        let path = path.strip_prefix("./").unwrap_or(path);
        if let Some(what) = names::fault(path) {
            self.left.push(Left { file, line, what });
            return format!("{fence}{language}\n{text}{fence}\n\n");
        }
        self.state.insert(path.to_owned(), text.as_bytes().to_vec());
        let language = if language.is_empty() { "text" } else { language };
        // A name with a blank in it cannot stand in an info string.
        match path.contains(char::is_whitespace) {
            true => format!("`{path}`:\n\n{fence}{language}\n{text}{fence}\n\n"),
            false => format!("{fence}{language} {path}\n{text}{fence}\n\n"),
        }
    }

    /// A check of each file that the step wrote: a line that was not there before, or is no more.
    fn edited(&self, id: &str, before: &FileTree) -> Vec<Checked> {
        let text = |files: &FileTree, path: &str| -> Option<String> {
            Some(String::from_utf8_lossy(files.get(path)?).into_owned())
        };
        let changed = self.state.iter().filter(|(path, bytes)| before.get(*path) != Some(*bytes));
        let checks = (1..).zip(changed).map(|(number, (path, _))| {
            let (old, new) =
                (text(before, path).unwrap_or_default(), text(&self.state, path).unwrap_or_default());
            let rule = match (distinct(&new, &old), distinct(&old, &new)) {
                (Some(line), _) => format!(", contains = {}", quoted(line)),
                (None, Some(line)) => format!(", lacks = {}", quoted(line)),
                (None, None) => String::new(),
            };
            let said = Text::new("import-check-written").with("path", path.as_str());
            Checked {
                id: format!("{id}-file-{number}"),
                toml: format!("file = {{ path = {}{rule} }}", quoted(path)),
                title: self.words.say(&said),
            }
        });
        checks.collect()
    }

    /// The tutorial's own test, as a program of this machine that the learner agrees to.
    fn verified(&mut self, id: &str, file: &str, script: &str) -> Option<Checked> {
        let own = || Text::new("import-verify").with("script", script.lines().count());
        self.left.push(Left { file: file.to_owned(), line: 1, what: own() });
        let shell = match script.lines().next() {
            Some(first) if first.starts_with("#!") && first.contains("bash") => "bash",
            _ => "sh",
        };
        Some(Checked {
            id: format!("{id}-verify"),
            toml: format!(
                "command = {{ run = [{}, \"-c\", {}] }}\nwithin = \"10s\"",
                quoted(shell),
                quoted(script)
            ),
            title: self.words.say(&Text::new("import-check-verify").with("file", file)),
        })
    }

    /// What can be seen once these commands have run.
    fn ran(&self, id: &str, run: &[String]) -> Vec<Checked> {
        let Some(up) = run.iter().rev().find(|command| matches!(verb_of(command), Some("up" | "down")))
        else {
            return Vec::new();
        };
        let Ok(stack) = Stack::read(&self.state) else { return Vec::new() };
        let words: Vec<&str> = up.split_whitespace().collect();
        if verb_of(up) == Some("down") {
            return Vec::new();
        }
        let scaled = |name: &str| {
            words.iter().rev().find_map(|word| {
                let count = word.trim_start_matches("--scale=").strip_prefix(name)?.strip_prefix('=')?;
                count.parse::<u32>().ok()
            })
        };
        let named = stack.services().any(|service| words.contains(&service.name.value.as_str()));
        let meant = |name: &str| !named || words.contains(&name);
        let services = stack.services().filter(|service| meant(&service.name.value));
        let checks = services.map(|service| {
            let name = &service.name.value;
            let count = scaled(name).unwrap_or_else(|| Stack::replicas(service));
            let said = Text::new("author-check-runs").with("service", name.as_str()).with("count", count);
            Checked {
                id: format!("{id}-{}-runs", name.chars().take(24).collect::<String>()),
                toml: format!(
                    "replicas = {{ service = {}, equals = {count} }}\nwithin = \"60s\"",
                    quoted(name)
                ),
                title: self.words.say(&said),
            }
        });
        checks.collect()
    }

    /// Three, the last with the exact lines.
    fn hints(&self, edits: bool, run: &[String]) -> String {
        let mut last = self.words.key("import-hint-last");
        if edits {
            last += "\n>\n> ```diff\n> ```";
        } else if let Some(command) = run.last() {
            last += &format!("\n>\n> ```sh\n> {command}\n> ```");
        }
        let tip = |words: &str| format!("> [!TIP]\n> {words}\n\n");
        tip(&self.words.key("import-hint-read")) + &tip(&self.words.key("import-hint-do")) + &tip(&last)
    }

    fn told(&self, checks: &[Checked]) -> String {
        told(self.words, checks)
    }
}

fn told(words: &Words, checks: &[Checked]) -> String {
    let mut text = format!("### {} {{#checks}}\n\n", words.key("import-checks"));
    for check in checks {
        let title = check.title.trim_end_matches('.');
        text += &format!("- `{}`: **{title}.** {}\n", check.id, words.key("import-check-proves"));
    }
    text
}

/// The step that copies what the tutorial begins with.
fn copy(words: &Words, files: &FileTree) -> Step {
    let some: Vec<String> = files.keys().take(3).map(|path| quoted(path)).collect();
    let checks = vec![Checked {
        id: "app-is-there".to_owned(),
        toml: format!("tree = {{ has = [{}] }}", some.join(", ")),
        title: words.key("import-check-there"),
    }];
    let tip = |key| format!("> [!TIP]\n> {}\n\n", words.key(key));
    let prose = format!(
        "## {} {{#copy-the-app}}\n\n{}\n\n{}{}{}{}",
        words.key("import-copy"),
        words.key("import-copy-text"),
        tip("import-hint-folder"),
        tip("import-hint-deeper"),
        tip("import-hint-apply"),
        told(words, &checks)
    );
    Step {
        id: "copy-the-app".to_owned(),
        minutes: 1,
        create: true,
        edit: None,
        run: Vec::new(),
        checks,
        prose,
    }
}

/// The last step: the stack is taken down, and the tutorial's last words are read.
fn down(words: &Words, outro: &str, is_up: bool) -> Step {
    const DOWN: &str = "docker compose down --volumes --remove-orphans";
    let run = if is_up { vec![DOWN.to_owned()] } else { Vec::new() };
    let checks = vec![match is_up {
        true => Checked {
            id: "nothing-is-left".to_owned(),
            toml: "nothing_left = {}\nwithin = \"20s\"".to_owned(),
            title: words.key("import-check-nothing"),
        },
        false => Checked {
            id: "it-is-done".to_owned(),
            toml: "confirm = {}".to_owned(),
            title: words.key("import-check-done"),
        },
    }];
    let tip = |key| format!("> [!TIP]\n> {}\n\n", words.key(key));
    let block = if is_up { format!("```sh\n{DOWN}\n```\n\n") } else { String::new() };
    let prose = format!(
        "## {} {{#take-it-down}}\n\n{}\n\n{block}{}{}{}{}",
        words.key("import-down"),
        outro.trim(),
        tip("import-hint-folder"),
        tip("import-hint-read"),
        tip("import-hint-apply"),
        told(words, &checks)
    );
    Step { id: "take-it-down".to_owned(), minutes: 1, create: false, edit: None, run, checks, prose }
}

/// The longest line of `text` that is nowhere in `other`.
fn distinct<'t>(text: &'t str, other: &str) -> Option<&'t str> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && line.chars().count() <= 200);
    lines.filter(|line| !other.contains(line)).max_by_key(|line| line.len())
}

fn has_compose(files: &FileTree) -> bool {
    Stack::read(files).is_ok()
}

fn saves_compose(part: &Part) -> bool {
    let Part::Save { path, text, .. } = part else { return false };
    let path = path.strip_prefix("./").unwrap_or(path).to_owned();
    has_compose(&FileTree::from([(path, text.as_bytes().to_vec())]))
}

/// `up` of `docker compose up -d`.
fn verb_of(command: &str) -> Option<&str> {
    command
        .split_whitespace()
        .skip_while(|word| *word != "compose")
        .skip(1)
        .find(|word| !word.starts_with('-'))
}

/// Letters, digits and `-`, as an id has them.
fn slug(title: &str) -> String {
    let mut slug = String::new();
    for letter in title.to_lowercase().chars() {
        match letter.is_alphanumeric() {
            true => slug.push(letter),
            false if !slug.is_empty() && !slug.ends_with('-') => slug.push('-'),
            false => {}
        }
    }
    let slug: String = slug.chars().take(28).collect();
    let slug = slug.trim_matches('-');
    if slug.is_empty() { "step".to_owned() } else { slug.to_owned() }
}

const fn is_hangul(letter: char) -> bool {
    matches!(letter, '가'..='힣')
}
