//! The page that a job on GitHub shows of a run of `check`, in Markdown: a table of the checks, and
//! the evidence of each that does not pass. Whatever of a learner's stands in it is text.

use super::Style;
use super::line::clean;
use super::run::{Ended, evidence, is_said_before, told};
use super::text::check::run_result;
use super::text::pen::Pen;
use crate::check::Outcome;
use crate::event::{CheckReport, CheckRun, Failure, StepReport};
use crate::text::Lang;

pub(super) fn document(ended: &Ended, lang: Lang) -> String {
    let run = ended.run.as_ref().map(|run| checked(run, lang));
    let failure = ended.failure.as_ref().map(|failure| failed(failure, lang));
    run.into_iter().chain(failure).collect()
}

fn checked(run: &CheckRun, lang: Lang) -> String {
    let pen = Pen::new(Style::PLAIN, lang);
    let mut page = format!("\n## {}\n", text(&run_result(pen, run)));
    let checks = || run.steps.iter().flat_map(|step| step.checks.iter().map(move |check| (step, check)));
    if checks().next().is_some() {
        let head = ["report-demo-outcome", "report-demo-step", "report-summary-check"];
        let head = head.map(|key| text(&pen.word(key)));
        page += &format!("\n| {} |\n| --- | --- | --- |\n", head.join(" | "));
        page.extend(checks().map(|(step, check)| row(pen, step, check)));
    }
    let told = |check: &&CheckReport| !check.verdict.is_pass() && !is_said_before(run, check);
    page.extend(checks().map(|(_, check)| check).filter(told).map(|check| details(check, lang)));
    page
}

fn row(pen: Pen, step: &StepReport, check: &CheckReport) -> String {
    let (sign, key) = match check.verdict.outcome {
        Outcome::Pass => ("✅", "report-pass"),
        Outcome::NotYet => ("❌", "report-not-yet"),
        Outcome::Environment => ("⚠️", "report-environment"),
    };
    format!("| {sign} {} | {} | {} |\n", pen.word(key), text(&step.title), text(&check.title))
}

fn details(check: &CheckReport, lang: Lang) -> String {
    let evidence = html(&evidence(check, lang));
    format!(
        "\n<details><summary>{}</summary>\n\n<pre>\n{evidence}\n</pre>\n\n</details>\n",
        text(&check.title)
    )
}

fn failed(failure: &Failure, lang: Lang) -> String {
    let (title, words) = told(failure, lang);
    format!("\n## {}\n\n<pre>\n{}\n</pre>\n", text(&title), html(&words))
}

/// One line of Markdown that is nothing but text: a sign that is written as its number begins no
/// markup, ends no cell, and makes no link.
fn text(words: &str) -> String {
    let words = clean(words).split_whitespace().collect::<Vec<_>>().join(" ");
    let sign = |c: char| match c {
        c if c.is_ascii_punctuation() => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    words.chars().map(sign).collect()
}

/// Lines within `<pre>`, which only a tag can end.
fn html(words: &str) -> String {
    let sign = |c: char| match c {
        '&' | '<' | '>' | '"' | '\'' => format!("&#{};", u32::from(c)),
        c => c.to_string(),
    };
    clean(words).chars().map(sign).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_begins_no_markup() {
        assert_eq!(
            text("a | b\n# <b>`x`</b> @me"),
            "a &#124; b &#35; &#60;b&#62;&#96;x&#96;&#60;&#47;b&#62; &#64;me"
        );
        assert_eq!(html("</pre>\n[한글](x) & \"'"), "&#60;/pre&#62;\n[한글](x) &#38; &#34;&#39;");
    }

    proptest! {
        #[test]
        fn nothing_breaks_out(words in "[ -~가-힣\r\n\t\u{202e}]{0,60}") {
            let (cell, block) = (text(&words), html(&words));
            prop_assert!(!cell.contains(|c: char| c.is_ascii_punctuation() && !"&#;".contains(c)), "{cell}");
            prop_assert!(!cell.contains(char::is_control), "{}", cell);
            prop_assert!(!block.contains(['<', '>', '\r', '\u{202e}']), "{}", block);
            let read = |text: &str| (32u8..127).fold(text.replace("&#38;", "\0"), |text, byte| {
                text.replace(&format!("&#{byte};"), &char::from(byte).to_string())
            }).replace('\0', "&");
            prop_assert_eq!(read(&block), clean(&words).into_owned());
        }
    }
}
