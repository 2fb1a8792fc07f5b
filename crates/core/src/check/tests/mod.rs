//! The kinds that read files: for each a learner's state that passes and states that fail for the
//! right reason, the caret at the learner's own line, in both languages.

mod builds;
mod examples;
mod general;
mod live;
mod nginx;
mod nodes;
mod replication;
mod services;

use std::path::Path;

use super::application::Application;
use super::{Outcome, Verdict, World};
use crate::lesson::model::CheckEntry;
use workshop_text::Lang;

/// A workspace with these files, by path and text.
fn workspace(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a temporary folder");
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap_or(Path::new("."))).expect("its folder");
        std::fs::write(path, text).expect("the file");
    }
    dir
}

/// What a check (`kind = { … }`) says of a workspace whose nginx configuration is `nginx/default.conf`.
fn judged(check: &str, files: &[(&str, &str)]) -> Verdict {
    let dir = workspace(files);
    let entry: CheckEntry =
        toml::from_str(&format!("id = \"x\"\n{check}\n")).unwrap_or_else(|error| panic!("{check}: {error}"));
    let app = Application::bare(dir.path(), "nginx/default.conf");
    let world = World { app: &app, stack: None, seen: None, baseline: &[], answer: None };
    let verdict = entry.spec.check().judge(&world);
    let texts = [Some(&verdict.message), verdict.expected.as_ref(), verdict.observed.as_ref()];
    for (text, lang) in texts.into_iter().flatten().flat_map(|text| Lang::ALL.map(|lang| (text, lang))) {
        let words = text.render(lang);
        assert!(
            words != text.key && !words.contains("{ $") && !words.contains("{$"),
            "{}: {words}",
            text.key
        );
    }
    verdict
}

#[track_caller]
fn passes(check: &str, files: &[(&str, &str)]) -> Verdict {
    let verdict = judged(check, files);
    assert_eq!(
        verdict.outcome,
        Outcome::Pass,
        "{check}: {} {:?}",
        verdict.message.render(Lang::En),
        verdict.place
    );
    verdict
}

/// Fails with that message, its caret under `word`, which stands in the file once or first.
#[track_caller]
fn fails(check: &str, files: &[(&str, &str)], key: &str, word: &str) {
    let verdict = judged(check, files);
    assert_eq!(verdict.outcome, Outcome::NotYet, "{check}: {}", verdict.message.render(Lang::En));
    assert_eq!(verdict.message.key, key, "{check}: {}", verdict.message.render(Lang::En));
    let place = verdict.place.unwrap_or_else(|| panic!("{key} has no place"));
    let under: String = place.source.chars().skip(place.column as usize - 1).collect();
    assert!(under.starts_with(word), "{key} points at {under:?} in line {}", place.line);
}
