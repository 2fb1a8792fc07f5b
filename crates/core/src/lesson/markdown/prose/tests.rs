use super::super::blocks;
use super::*;
use proptest::prelude::*;
use workshop_text::Lang;

const LESSON: &str = r#"# Horizontal scaling

One replica is not enough.

<!-- notes: Open the browser first. -->

### Prerequisites

- Docker

## Remove `container_name` {#remove-container-name}

A container's name is unique, so *two* replicas
cannot share it.

```yaml docker-compose.yml
services:
  backend: {}
```

> [!TIP]
> Look at `backend`.

> [!WARNING]
> Keep the comment.

<!-- notes: Ask who has seen this error. -->

1. Save the file

   ```sh
   docker compose config
   ```

   <!-- notes: Second note. -->

> [!TIP]
> Delete the line.

```prompt
Remove the name:

- of `backend`
```

### What fails with the name? {#why-name}

Think of Docker.

1. Nothing
2. `docker compose up --scale`

> [!NOTE]
> Names are unique.

Back in the body.

## Scale {#scale}

| a | b |
| - | - |
| 1 | **2** |
"#;

#[test]
fn a_list_under_the_id_checks_names_them() {
    let prose = Prose::parse(
        "# A\n\n## B {#b}\n\ntext\n\n### What is checked {#checks}\n\n- `one`: **No `name`.** Compose names it.\n- `two`: **Ready?**\n\n> [!TIP]\n> look\n\n## C {#c}\n\nmore\n",
    )
    .unwrap();
    let [b, c] = prose.steps.as_slice() else { panic!("{prose:?}") };
    let check = |id: &str, title: &str, proves: &str| CheckProse {
        id: id.to_owned(),
        title: title.to_owned(),
        proves: proves.to_owned(),
    };
    assert_eq!(b.checks, [check("one", "No name", "Compose names it."), check("two", "Ready?", "")]);
    assert_eq!((b.body.len(), b.hints.len(), c.body.len(), c.checks.len()), (1, 1, 1, 0));
    assert_eq!((b.title_of("two"), b.title_of("three")), (Some("Ready?"), None));
    for (list, line) in
        [("- one: **Title.**", 7), ("- `one` **Title.**", 7), ("words", 7), ("- `one`: Title.", 7)]
    {
        let error =
            Prose::parse(&format!("# A\n\n## B {{#b}}\n\n### W {{#checks}}\n\n{list}\n")).unwrap_err();
        assert_eq!((error.line, error.message.key), (line, "prose-check-form"), "{list}");
    }
}

#[test]
fn a_lesson_is_read_by_its_conventions() {
    let prose = Prose::parse(LESSON).unwrap();
    assert_eq!(prose.title, "Horizontal scaling");
    assert_eq!(prose.notes.as_deref(), Some("Open the browser first."));
    assert_eq!(prose.intro.len(), 3);
    let [remove, scale] = prose.steps.as_slice() else { panic!("{:?}", prose.steps) };
    assert_eq!(
        (remove.id.as_str(), remove.title.as_str(), remove.line),
        ("remove-container-name", "Remove container_name", 11)
    );
    assert_eq!(remove.hints.len(), 2);
    assert_eq!(remove.notes.as_deref(), Some("Ask who has seen this error.\n\nSecond note."));
    assert_eq!(remove.prompt.as_deref(), Some("Remove the name:\n\n- of `backend`"));
    assert_eq!(
        remove.excerpts,
        [Excerpt { file: "docker-compose.yml".into(), text: "services:\n  backend: {}\n".into(), line: 16 }]
    );
    let kinds: Vec<_> = remove.body.iter().map(std::mem::discriminant).collect();
    assert_eq!(kinds.len(), 5, "{:?}", remove.body);
    assert_eq!(remove.body[4], Block::Paragraph(vec![Inline::Text("Back in the body.".into())]));
    let question = &remove.questions[0];
    assert_eq!((question.id.as_str(), question.title.as_str()), ("why-name", "What fails with the name?"));
    assert_eq!(question.choices, ["Nothing", "`docker compose up --scale`"]);
    assert_eq!((question.text.len(), question.explanation.len()), (1, 1));
    assert!(matches!(&scale.body[0], Block::Table { head, rows } if head.len() == 2 && rows.len() == 1));
}

#[test]
fn what_breaks_the_conventions_is_named_with_its_line() {
    for (text, line, key) in [
        ("", 1, "prose-no-title"),
        ("words\n", 1, "prose-no-title"),
        ("# A\n\n# B\n", 3, "prose-second-title"),
        ("# A\n\n## B\n", 3, "prose-step-without-id"),
        ("# A\n\n## {#x}\n", 3, "prose-empty-heading"),
        ("# A\n\n## B {#x}\n\n## C {#x}\n", 5, "prose-id-twice"),
        ("# A\n\n## B {#x}\n\n### Q {#q}\n\nwhy?\n", 5, "prose-question-choices"),
        ("# A\n\n## B {#x}\n\n### Q {#q}\n\n1. one\n\n## C {#c}\n", 5, "prose-question-choices"),
        ("# A\n## B {#x}\n```prompt\na\n```\n```prompt\nb\n```\n", 6, "prose-second-prompt"),
        ("# A\n\n## B {#x}\n\n<!-- notes: no end\n\n## C {#c}\n", 5, "prose-comment-open"),
    ] {
        let error = Prose::parse(text).unwrap_err();
        assert_eq!((error.line, error.message.key), (line, key), "{text:?}");
        for lang in Lang::ALL {
            let words = error.message.render(lang);
            assert!(words != key && !words.contains('$'), "{words}");
        }
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    let windows = format!("\u{feff}{}", LESSON.replace('\n', "\r\n"));
    assert_eq!(Prose::parse(&windows).unwrap(), Prose::parse(LESSON).unwrap());
}

#[test]
fn raw_html_keeps_its_words_and_comments_vanish() {
    let read = blocks("a <!-- gone --> b<br>c\n\n<details>\n<summary>More</summary>\n</details>\n");
    assert_eq!(
        read,
        [
            Block::Paragraph(vec![Inline::Text("a  b".into()), Inline::Break, Inline::Text("c".into())]),
            Block::Paragraph(vec![Inline::Text("More".into())]),
        ]
    );
}

#[test]
fn deep_nesting_is_flattened_not_fatal() {
    for text in [">".repeat(50_000) + " words", "- ".repeat(20_000) + "words", "**a _b ".repeat(20_000)] {
        assert!(!blocks(&text).is_empty());
    }
}

proptest! {
    #[test]
    fn any_text_is_some_markdown(text in "\\PC{0,200}") {
        blocks(&text);
        let _ = Prose::parse(&text);
    }

    #[test]
    fn markdown_like_text_never_panics(
        parts in prop::collection::vec(prop_oneof![
            Just("# "), Just("## "), Just("### "), Just("{#id}"), Just("\n"), Just("\n\n"), Just("> [!TIP]\n"),
            Just("> [!NOTE]\n"), Just("> "), Just("```prompt\n"), Just("```yaml a.yml\n"), Just("```"),
            Just("<!-- notes: "), Just("-->"), Just("1. "), Just("- "), Just("| a | b |\n|-|-|\n"), Just("글자"),
            Just("`"), Just("**"), Just("["), Just("](x)"), Just("<b>"), Just("    "), Just("\r\n"), Just("\\"),
        ], 0..60)
    ) {
        let text = parts.concat();
        blocks(&text);
        let _ = Prose::parse(&text);
    }

    #[test]
    fn a_mutated_lesson_never_panics(at in 0..LESSON.len(), gone in 0usize..40, put in "[#>`!<\\-\\[\\]{}|\n ]{0,4}") {
        let end = (at + gone).min(LESSON.len());
        if let (Some(before), Some(after)) = (LESSON.get(..at), LESSON.get(end..)) {
            let _ = Prose::parse(&format!("{before}{put}{after}"));
        }
    }
}

#[test]
fn a_prediction_is_a_question_with_the_class_predict() {
    let prose = Prose::parse(
        "# A\n\n## B {#b}\n\ntext\n\n### How many? {#many .predict unit=ms}\n\nOf five.\n\n> [!TIP]\n> look\n\n### Which? {#which .predict}\n\n1. `one`\n2. two\n\n### Read on {#read-on}\n\n[A *page*](https://x.dev/y)\n",
    )
    .unwrap();
    let step = &prose.steps[0];
    let [many, which] = step.predictions.as_slice() else { panic!("{step:?}") };
    assert_eq!((many.title.as_str(), many.unit.as_deref(), many.text.len()), ("How many?", Some("ms"), 1));
    assert!(many.choices.is_empty());
    assert_eq!((which.choices.as_slice(), &which.unit), (&["`one`".to_owned(), "two".to_owned()][..], &None));
    assert_eq!((step.hints.len(), step.body.len(), step.questions.len()), (1, 1, 0));
    let page = step.read_on.as_ref().unwrap();
    assert_eq!((page.title.as_str(), page.url.as_str()), ("A page", "https://x.dev/y"));
}

#[test]
fn what_to_read_on_is_one_link_to_a_page() {
    for wrong in [
        "words",
        "[a](page.md)",
        "[a](https://)",
        "[](https://x)",
        "[a](http://x) b",
        "[a](https://x)\n\n[b](https://y)",
    ] {
        let text = format!("# A\n\n## B {{#b}}\n\n### R {{#read-on}}\n\n{wrong}\n");
        let error = Prose::parse(&text).unwrap_err();
        assert_eq!(error.message.key, "prose-read-on-form", "{wrong}");
    }
}
