//! The manual: one page of the whole, and one of each command. What no command line can say (exit
//! codes, files, variables, examples) stands in the locales.

use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::error::exit;
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
const FILES: [(&str, &str); 4] = [
    ("workshop/", "man-file-workshop"),
    ("workshop/.env", "man-file-env"),
    (".workshop/", "man-file-private"),
    ("$XDG_STATE_HOME/workshop/", "man-file-state"),
];
const VARIABLES: [(&str, &str); 5] = [
    ("WORKSHOP_LESSONS", "man-variable-lessons"),
    ("DOCKER_HOST, DOCKER_CONTEXT", "man-variable-docker"),
    ("LC_ALL, LC_MESSAGES, LANG", "man-variable-lang"),
    ("NO_COLOR, CLICOLOR_FORCE", "man-variable-color"),
    ("XDG_STATE_HOME", "man-variable-state"),
];

/// The page of `command`, or of the whole; `None` where there is no such command.
pub fn page(lang: Lang, command: Option<&str>) -> Option<String> {
    let say = |key: &'static str| Text::new(key).render(lang);
    let mut whole = localised(lang);
    whole.build();
    let mut page = Vec::new();
    let rendered = match command {
        None => Man::new(whole).render(&mut page),
        Some(name) => {
            let sub = whole.find_subcommand(name)?.clone();
            let title = format!("workshop-{name}");
            Man::new(sub.name(title.clone())).title(title).render(&mut page)
        }
    };
    // Writing to a vector cannot fail.
    rendered.ok()?;
    let mut roff = Roff::new();
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

fn section<const N: usize>(roff: &mut Roff, heading: &str, entries: [(String, String); N]) {
    roff.control("SH", [heading]);
    for (term, meaning) in entries {
        roff.control("TP", []);
        roff.text([bold(term)]);
        roff.text([roman(meaning)]);
    }
}
