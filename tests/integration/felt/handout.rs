//! The lesson on paper: one file that needs nothing else, readable in a real browser.

use workshop::lesson::Catalog;
use workshop::text::Lang;

use crate::harness::Sandbox;
use crate::page::browser::{Page, chromedriver_runs};

fn handout(lesson: &str, lang: &str) -> String {
    Sandbox::new().run(["handout", lesson, "--lang", lang]).code(0).stdout
}

#[test]
fn it_has_all_that_a_reader_needs_and_nothing_from_elsewhere() {
    for lang in Lang::ALL {
        for name in ["06", "07"] {
            let page = handout(name, lang.code());
            let lesson = Catalog::Embedded.find(name).expect("the lesson");
            let prose = lesson.prose(lang).expect("its words");
            assert!(page.starts_with("<!DOCTYPE html>") && page.trim_end().ends_with("</html>"));
            for part in ["<script", "src=", "@import", "url(", "<link rel=\"stylesheet"] {
                assert!(!page.contains(part), "{name}: {part}");
            }
            let notes = page.matches("<div class=\"notes\">").count();
            assert_eq!(notes, lesson.file.steps.len());
            for (spec, step) in lesson.file.steps.iter().zip(&prose.steps) {
                assert!(page.contains(&format!("<section id=\"{}\">", spec.id)), "{}", spec.id);
                for check in spec.checks.iter().filter(|check| !check.is_asked()) {
                    let title = step.title_of(&check.id).expect("a title").replace('\'', "&#39;");
                    assert!(page.contains(&title.replace('"', "&quot;")), "{title}");
                }
                for prediction in &spec.predictions {
                    assert!(step.prediction(&prediction.id).is_some());
                }
            }
            let predictions: usize = lesson.file.steps.iter().map(|step| step.predictions.len()).sum();
            assert_eq!(page.matches("<div class=\"predict\">").count(), predictions);
            assert!(page.contains("<dt id=\"word-replica\">"));
        }
    }
}

#[test]
fn a_command_that_is_meant_to_fail_is_marked() {
    for lang in Lang::ALL {
        let lesson = Catalog::Embedded.find("06").expect("the lesson");
        let refused = |step: &&workshop::lesson::model::StepSpec| {
            step.checks.iter().any(|check| check.spec.kind() == "refused")
        };
        let failing = lesson.file.steps.iter().filter(refused).count();
        let page = handout("06", lang.code());
        assert_eq!(page.matches("<li class=\"fails\">").count(), failing, "{}", lang.code());
    }
}

/// Where a browser is: nothing is asked for, nothing complains, nothing is wider than the page.
#[test]
fn a_browser_shows_it_on_a_desk_and_on_a_phone() {
    if !chromedriver_runs() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let page = Page::open();
    for lang in ["ko", "en"] {
        for lesson in ["06", "07"] {
            let file = dir.path().join(format!("{lesson}-{lang}.html"));
            std::fs::write(&file, handout(lesson, lang)).expect("written");
            for width in [1000, 390] {
                page.narrow(width, 800);
                page.go(&format!("file://{}", file.display()));
                page.until("it is drawn", "return document.readyState === 'complete'");
                let wide = page.script(
                    "return document.documentElement.scrollWidth - document.documentElement.clientWidth",
                    &[],
                );
                assert!(wide.as_i64().is_some_and(|more| more <= 0), "{lesson} {lang} {width}: {wide}");
                assert_eq!(page.script("return document.documentElement.lang", &[]), lang);
                let asked = page.script("return performance.getEntriesByType('resource').length", &[]);
                assert_eq!(asked, 0, "it asks for nothing");
            }
            assert_eq!(page.console(), Vec::<serde_json::Value>::new(), "{lesson} {lang}");
        }
    }
}
