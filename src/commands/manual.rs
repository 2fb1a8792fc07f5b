//! The manual: one page of the whole, and one of each command. What no command line can say (exit
//! codes, files, variables, examples) stands in the locales.

use clap::builder::Resettable;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::app::error::exit;
use crate::cli::localised;
use crate::text::{Lang, Text};

/// Sections behind those that come from the command line: a heading, and its entries.
const EXIT_CODES: [(u8, &str); 6] = [
    (exit::PASS, "man-exit-pass"),
    (exit::NOT_YET, "man-exit-not-yet"),
    (exit::USAGE, "man-exit-usage"),
    (exit::ENVIRONMENT, "man-exit-environment"),
    (exit::LESSON, "man-exit-lesson"),
    (exit::INTERRUPTED, "man-exit-interrupted"),
];
const FILES: [(&str, &str); 5] = [
    ("workshop/", "man-file-workshop"),
    ("workshop/.env", "man-file-env"),
    (".workshop/", "man-file-private"),
    ("$XDG_STATE_HOME/workshop/", "man-file-state"),
    ("$XDG_DATA_HOME/workshop/", "man-file-data"),
];
const VARIABLES: [(&str, &str); 6] = [
    ("WORKSHOP_LESSONS", "man-variable-lessons"),
    ("DOCKER_HOST, DOCKER_CONTEXT", "man-variable-docker"),
    ("LC_ALL, LC_MESSAGES, LANG", "man-variable-lang"),
    ("NO_COLOR, CLICOLOR_FORCE", "man-variable-color"),
    ("XDG_STATE_HOME", "man-variable-state"),
    ("XDG_DATA_HOME", "man-variable-data"),
];

/// The page of `command`, or of the whole; `None` where there is no such command.
pub(crate) fn page(lang: Lang, command: Option<&str>) -> Option<String> {
    let say = |key: &'static str| Text::new(key).render(lang);
    let mut whole = localised(lang);
    whole.build();
    let (title, of) = match command {
        None => ("workshop".to_owned(), whole),
        Some(name) => (format!("workshop-{name}"), whole.find_subcommand(name)?.clone()),
    };
    let examples = of.get_after_help().map(ToString::to_string);
    let of = of.name(title.clone()).after_help(Resettable::Reset);
    let mut page = Vec::new();
    // Writing to a vector cannot fail.
    Man::new(of).title(title).render(&mut page).ok()?;
    let mut roff = Roff::new();
    if let Some(examples) = examples {
        as_it_is(&mut roff, &say("man-examples"), &examples);
    }
    if command.is_none() {
        section(&mut roff, &say("man-files"), FILES.map(|(name, key)| (name.to_owned(), say(key))));
        let variables = VARIABLES.map(|(name, key)| (name.to_owned(), say(key)));
        section(&mut roff, &say("man-variables"), variables);
    }
    let codes = EXIT_CODES.map(|(code, key)| (code.to_string(), say(key)));
    section(&mut roff, &say("man-exit"), codes);
    page.extend(roff.render().into_bytes());
    Some(String::from_utf8_lossy(&page).into_owned())
}

/// A section whose lines stay as they are; a first one that only names it is left out.
fn as_it_is(roff: &mut Roff, heading: &str, text: &str) {
    let lines: Vec<&str> = text.lines().collect();
    let lines = if lines.get(1).is_some_and(|line| line.starts_with(' ')) { &lines[1..] } else { &lines };
    roff.control("SH", [heading]);
    roff.control("nf", []);
    lines.iter().for_each(|line| {
        roff.text([roman(*line)]);
    });
    roff.control("fi", []);
}

fn section<const N: usize>(roff: &mut Roff, heading: &str, entries: [(String, String); N]) {
    roff.control("SH", [heading]);
    for (term, meaning) in entries {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(meaning)]);
    }
}
