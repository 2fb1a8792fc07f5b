//! What a shell offers where the learner presses Tab: lessons, the steps and questions of the lesson
//! that is under way here, what may be said to Compose. Read only, and silent where nothing is known.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{ArgMatches, Command, CommandFactory};
use clap_complete::engine::CompletionCandidate;
use clap_complete::env::Shells;
use clap_complete::{CompleteEnv, Shell};

use crate::app::{library_of, locate, peek, predictions};
use crate::check::CheckSpec;
use crate::check::files::Files;
use crate::cli::{Cli, Global};
use crate::engine::command::words::{Beside, Opt, Takes, VERBS, Verb};
use crate::lesson::Lesson;
use crate::lesson::model::StepSpec;
use crate::reference::Reference;
use crate::text::Lang;
use crate::workspace::identity::Registry;
use crate::workspace::progress::Progress;

/// The variable by which a shell asks; its value is the shell's name.
pub(crate) const VARIABLE: &str = "_WORKSHOP_COMPLETE";

/// The name by which the program is called.
const NAME: &str = "workshop";

/// What makes `shell` ask this program. It is asked by its name where it was called so, else where it
/// lies.
pub(crate) fn script(shell: Shell) -> String {
    let called = std::env::args().next().unwrap_or_default();
    let by_path = called.contains(std::path::MAIN_SEPARATOR);
    let own = std::env::current_exe().ok().filter(|_| by_path);
    let own = own.map_or_else(|| NAME.to_owned(), |path| path.to_string_lossy().into_owned());
    let mut script = Vec::new();
    let shells = Shells::builtins();
    let written = shells
        .completer(&shell.to_string())
        .map(|completer| completer.write_registration(VARIABLE, NAME, NAME, &own, &mut script));
    debug_assert!(matches!(written, Some(Ok(()))), "every shell is known, and a vector takes all");
    String::from_utf8_lossy(&script).into_owned()
}

/// Answers a shell that asks; false where none does.
pub(crate) fn answer(args: &[OsString]) -> bool {
    let words = || args.iter().cloned();
    let here = std::env::current_dir().ok();
    let asked = CompleteEnv::with_factory(|| quieter(crate::cli::localised(crate::cli::lang_of(args))))
        .var(VARIABLE)
        .try_complete(words(), here.as_deref());
    // What cannot be answered is no answer: a shell shows what it gets.
    asked.unwrap_or(true)
}

/// The command line whose options for every command are offered only where nothing else fits.
fn quieter(command: Command) -> Command {
    let command = command.mut_args(|arg| arg.hide(true));
    command.mut_subcommands(|sub| sub.mut_arg("help", |arg| arg.hide(true)))
}

/// What the words on the command line say of the place that it is about.
struct Line {
    /// Before the one that is being completed, the program's name left out.
    words: Vec<String>,
    global: Global,
    lang: Lang,
}

impl Line {
    /// A shell hands the words over behind `--`, and says which of them the cursor is in.
    fn read() -> Self {
        let mut words: Vec<OsString> = std::env::args_os().skip_while(|word| word != "--").skip(1).collect();
        let here = std::env::var("_CLAP_COMPLETE_INDEX").ok().and_then(|index| index.parse().ok());
        words.truncate(here.unwrap_or_else(|| words.len().saturating_sub(1)));
        let lang = crate::cli::lang_of(&words);
        let matches = Cli::command().ignore_errors(true).try_get_matches_from(&words).unwrap_or_default();
        let words = words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
        Self { words, global: global(&matches), lang }
    }

    /// The lesson that is under way, and where.
    fn lesson(&self) -> Option<(Lesson, Progress)> {
        let progress = peek(&self.global, &Registry::of_user())?;
        Some((library_of(&self.global).at(&progress).ok()?.find(&progress.lesson).ok()?, progress))
    }

    /// What the steps of `lesson` are called.
    fn steps(&self, lesson: &Lesson) -> Vec<CompletionCandidate> {
        let prose = lesson.prose(self.lang).unwrap_or_default();
        let titled = |id: &str| prose.steps.iter().find(|step| step.id == id).map(|step| &step.title);
        let steps = lesson.file.steps.iter();
        steps.map(|step| candidate(&step.id, titled(&step.id).map(String::as_str))).collect()
    }

    /// The word behind `verb`, which is the lesson that the line names.
    fn named_lesson(&self, verbs: &[&str]) -> Option<Lesson> {
        let at = self.words.iter().position(|word| verbs.contains(&word.as_str()))?;
        let library = library_of(&self.global);
        self.words[at + 1..].iter().find_map(|word| library.find(word).ok())
    }
}

fn global(matches: &ArgMatches) -> Global {
    let path = |id: &str| matches.try_get_one::<PathBuf>(id).ok().flatten().cloned();
    Global { directory: path("directory"), lessons: path("lessons"), ..Global::default() }
}

fn candidate(value: &str, help: Option<&str>) -> CompletionCandidate {
    CompletionCandidate::new(value).help(help.map(|help| help.to_owned().into()))
}

/// The lessons there are.
pub(crate) fn lessons() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let lessons = library_of(&line.global).lessons().unwrap_or_default();
    let titled = |lesson: &Lesson| {
        let title = lesson.prose(line.lang).map(|prose| prose.title).ok();
        let id = lesson.file.id.as_str();
        let several = lessons.iter().filter(|other| other.file.id == id).count() > 1;
        let typed = if several { format!("{}/{id}", lesson.origin.name()) } else { id.to_owned() };
        candidate(&typed, title.as_deref())
    };
    lessons.iter().map(titled).collect()
}

/// This user's courses.
pub(crate) fn courses() -> Vec<CompletionCandidate> {
    let entries = library_of(&Line::read().global).shelf().entries().unwrap_or_default();
    entries.iter().map(|entry| candidate(&entry.name, Some(&entry.source))).collect()
}

/// The steps of the lesson that is named on the line, else of the one under way.
pub(crate) fn steps() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let named = line.named_lesson(&["start", "demo"]);
    let lesson = named.or_else(|| line.lesson().map(|(lesson, _)| lesson));
    lesson.map(|lesson| line.steps(&lesson)).unwrap_or_default()
}

/// The questions of the step at hand first, then the others.
pub(crate) fn questions() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let Some((lesson, progress)) = line.lesson() else { return Vec::new() };
    let prose = lesson.prose(line.lang).unwrap_or_default();
    let title = |id: &str| {
        let mut questions = prose.steps.iter().flat_map(|step| &step.questions);
        let question = questions.find(|question| question.id == id).map(|question| question.title.as_str());
        let mut steps = prose.steps.iter();
        question.or_else(|| steps.find_map(|step| step.prediction(id)).map(|words| words.title.as_str()))
    };
    let here = |step: &&StepSpec| step.id == progress.step;
    let (now, others): (Vec<_>, Vec<_>) = lesson.file.steps.iter().partition(here);
    let asked = now.into_iter().chain(others).flat_map(|step| {
        let expected = step.predictions.iter().map(|one| one.id.as_str());
        let checks = step.checks.iter().filter(|check| check.is_asked()).map(|check| check.id.as_str());
        expected.chain(checks)
    });
    asked.enumerate().map(|(order, id)| candidate(id, title(id)).display_order(Some(order))).collect()
}

/// What may be answered to the question before: a choice by its number, with its words, or yes.
pub(crate) fn choices() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let Some((lesson, _)) = line.lesson() else { return Vec::new() };
    let prose = lesson.prose(line.lang).unwrap_or_default();
    let Some(asked) = line.words.last() else { return Vec::new() };
    if let Some(words) = prose.steps.iter().find_map(|step| step.prediction(asked)) {
        let numbered = words.choices.iter().enumerate();
        let numbered = numbered.map(|(index, words)| candidate(&(index + 1).to_string(), Some(words)));
        return numbered.chain([candidate(predictions::SKIP, None)]).collect();
    }
    let mut checks = lesson.file.steps.iter().flat_map(|step| &step.checks);
    match checks.find(|check| check.id == *asked).map(|check| &check.spec) {
        Some(CheckSpec::Confirm(_)) => vec![candidate("yes", None)],
        Some(CheckSpec::Question(_)) => {
            let mut questions = prose.steps.iter().flat_map(|step| &step.questions);
            let choices = questions.find(|question| question.id == *asked).map(|question| &question.choices);
            let numbered = choices.into_iter().flatten().enumerate();
            numbered.map(|(index, words)| candidate(&(index + 1).to_string(), Some(words))).collect()
        }
        _ => Vec::new(),
    }
}

/// The words that the course explains.
pub(crate) fn words() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let library = library_of(&line.global);
    let here = peek(&line.global, &Registry::of_user()).and_then(|progress| library.at(&progress).ok());
    let catalog = here.unwrap_or_else(|| library.primary());
    let glossary = catalog.glossary(line.lang).ok().flatten().unwrap_or_default();
    let entries = glossary.entries.iter();
    entries.map(|entry| candidate(&entry.id, Some(&entry.names.join(", ")))).collect()
}

/// The kinds of checks.
pub(crate) fn reference() -> Vec<CompletionCandidate> {
    let line = Line::read();
    let kinds = Reference::of_this_program().kinds.iter();
    kinds.map(|kind| candidate(&kind.name, Some(&kind.gist(line.lang)))).collect()
}

/// The commands of this program.
pub(crate) fn commands() -> Vec<CompletionCandidate> {
    let command = crate::cli::localised(Line::read().lang);
    let about = |sub: &Command| sub.get_about().map(ToString::to_string);
    command.get_subcommands().map(|sub| candidate(sub.get_name(), about(sub).as_deref())).collect()
}

/// What may stand next in a command for Compose: a verb, then its options and the stack's services.
pub(crate) fn compose(current: &OsStr) -> Vec<CompletionCandidate> {
    let line = Line::read();
    let current = current.to_string_lossy();
    let at = line.words.iter().position(|word| word == "compose").map_or(line.words.len(), |at| at + 1);
    let said = &line.words[at.min(line.words.len())..];
    let Some(verb) = said.first() else {
        let verbs = VERBS.iter().map(|verb| verb.name.to_owned());
        return offered(verbs, &current);
    };
    let Some(verb) = Verb::find(verb) else { return Vec::new() };
    let services = || services(&line);
    let scales = || services().into_iter().map(|service| format!("{service}="));
    match said.last().and_then(|word| awaited(verb, word)) {
        Some(Takes::Scale) => offered(scales(), &current),
        Some(Takes::OneOf(words)) => offered(words.iter().map(|&word| word.to_owned()), &current),
        Some(Takes::Nothing) | None if current.starts_with('-') => {
            offered(verb.options.iter().map(|option| format!("--{}", option.long)), &current)
        }
        Some(Takes::Nothing) | None => match verb.beside {
            Beside::Services => offered(services(), &current),
            Beside::Scales => offered(scales(), &current),
            Beside::Command if said.len() == 1 => offered(services(), &current),
            // Compose takes nothing else.
            _ => Vec::new(),
        },
        Some(_) => Vec::new(),
    }
}

/// What the option `word` wants as the next word.
fn awaited(verb: &Verb, word: &str) -> Option<Takes> {
    let long = word.strip_prefix("--");
    let short = word.strip_prefix('-').filter(|rest| rest.chars().count() == 1);
    let is_meant = |option: &&Opt| {
        long == Some(option.long) || option.short.is_some_and(|letter| short == Some(&letter.to_string()))
    };
    verb.options.iter().find(is_meant).map(|option| option.takes)
}

fn offered(words: impl IntoIterator<Item = String>, current: &str) -> Vec<CompletionCandidate> {
    let fits = words.into_iter().filter(|word| word.starts_with(current));
    fits.map(CompletionCandidate::new).collect()
}

/// The services of the learner's stack.
fn services(line: &Line) -> Vec<String> {
    let Some((lesson, _)) = line.lesson() else { return Vec::new() };
    let Ok(located) = locate(&line.global, &Registry::of_user()) else { return Vec::new() };
    let files = Files::load(&located.workspace.dir(), lesson.demands());
    let services = files.compose().map(|file| file.model.services.as_slice()).unwrap_or_default();
    services.iter().map(|service| service.name.value.clone()).collect()
}
