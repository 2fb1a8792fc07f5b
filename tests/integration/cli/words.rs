//! Help, usage errors, completions and the manual page, in both languages.

use super::sandbox;
use crate::harness::Run;

const COMMANDS: [&str; 22] = [
    "list",
    "start",
    "check",
    "apply",
    "diff",
    "hint",
    "prompt",
    "answer",
    "next",
    "goto",
    "status",
    "reset",
    "undo",
    "demo",
    "notes",
    "doctor",
    "load",
    "compose",
    "validate",
    "completions",
    "man",
    "help",
];

/// Names that stay in every language: programs, formats, commands, values and their placeholders.
const NAMES: [&str; 39] = [
    "workshop",
    "ko",
    "en",
    "auto",
    "docker",
    "embedded",
    "json",
    "junit",
    "text",
    "yes",
    "id",
    "bash",
    "zsh",
    "fish",
    "elvish",
    "powershell",
    "ps",
    "logs",
    "backend",
    "apply",
    "reset",
    "diff",
    "f",
    "undo",
    "slow",
    "normal",
    "fast",
    "asciicast",
    "v2",
    "http",
    "localhost",
    "counter",
    "random",
    "standard",
    "x-replica",
    "p99",
    "errors",
    "rate",
    "html",
];

#[test]
fn korean_help_has_no_english_words() {
    let sandbox = sandbox();
    let helps = COMMANDS.iter().map(|name| vec![*name, "--help", "--lang", "ko"]);
    for args in helps.chain([vec!["--help", "--lang=ko"], vec!["-h", "--lang", "ko"]]) {
        let run = sandbox.run(&args).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains("사용법: workshop"), "{run:?}");
        for word in run.stdout.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))) {
            let is_word = word.starts_with(|c: char| c.is_ascii_lowercase());
            let known = NAMES.contains(&word) || COMMANDS.contains(&word);
            // Upper case are placeholders and names (DIR, Docker, JSON).
            assert!(!is_word || known, "{args:?}: {word:?} in\n{}", run.stdout);
            let english = ["Options", "Arguments", "Usage", "Commands", "Possible", "Print", "OPTIONS"];
            assert!(!english.contains(&word), "{args:?}: {word:?} in\n{}", run.stdout);
        }
    }
}

#[test]
fn help_names_every_command_and_option() {
    let sandbox = sandbox();
    let help = sandbox.run(["--help"]).code(0);
    for word in
        COMMANDS.iter().chain(&["--lang", "--engine", "-C", "--json", "--quiet", "--yes", "--no-color"])
    {
        assert!(help.stdout.contains(word), "{word}: {}", help.stdout);
    }
    for name in COMMANDS {
        let run = sandbox.run([name, "--help"]).code(0).says(&format!("Usage: workshop {name} [OPTIONS]"));
        assert!(!run.stdout.chars().any(|c| ('가'..='힣').contains(&c)), "{name}: {}", run.stdout);
    }
    help.says("workshop start 06");
    let check = sandbox.run(["check", "--help"]).code(0).says("Options of every command");
    let at = |word: &str| check.stdout.find(word).unwrap_or_else(|| panic!("{word}: {}", check.stdout));
    assert!(at("--watch") < at("--engine"), "a command's own options come first: {}", check.stdout);
    sandbox.run(["--version"]).code(0).says(env!("CARGO_PKG_VERSION"));
}

#[test]
fn help_is_a_command_too() {
    let sandbox = sandbox();
    assert_eq!(sandbox.run(["help"]).code(0).stdout, sandbox.run(["--help"]).code(0).stdout);
    for name in COMMANDS {
        let by_option = sandbox.run([name, "--help"]).code(0).stdout;
        assert_eq!(sandbox.run(["help", name]).code(0).stdout, by_option, "{name}");
    }
    sandbox.run(["help", "nothing"]).code(2).says("no command \"nothing\"");
}

#[test]
fn usage_errors_say_what_and_what_to_do_in_both_languages() {
    let sandbox = sandbox();
    let cases: [(&[&str], &str, &str); 11] = [
        (&["staus"], "no command \"staus\"", "\"staus\" 명령이 없습니다"),
        (&["staus"], "did you mean \"status\"?", "혹시 \"status\"인가요?"),
        (&["frobnicate"], "workshop --help", "workshop --help"),
        (&["check", "--stat"], "did you mean \"--static\"?", "혹시 \"--static\"인가요?"),
        (&["check", "--bogus"], "no option \"--bogus\"", "\"--bogus\" 옵션이 없습니다"),
        (&["check", "--format", "xml"], "possible: text, json, junit", "가능한 값: text, json, junit"),
        (&["completions", "tcsh"], "\"tcsh\" is no value", "\"tcsh\" 값을 쓸 수 없습니다"),
        (&["start"], "this is missing: <LESSON>", "빠진 것이 있습니다: <LESSON>"),
        (&["-C"], "-C <DIR> needs a value", "-C <DIR>에 값이 필요합니다"),
        (&["start", "06", "07"], "\"07\" is one word too many", "\"07\""),
        (&["check", "--all", "--step", "2"], "cannot be used together", "함께 쓸 수 없습니다"),
    ];
    for (args, english, korean) in cases {
        for (lang, words) in [("en", english), ("ko", korean)] {
            // In front, so that an option without its value is the last word.
            let run = sandbox.run([&["--lang", lang], args].concat()).code(2).says(words);
            assert!(run.stdout.is_empty(), "{args:?}: {run:?}");
        }
    }
    sandbox.run(["--lang", "fr", "list"]).code(2).says("\"fr\"").says("ko, en");
    sandbox.run(["--engine", "podman", "list"]).code(2).says("auto, docker");
}

#[test]
fn the_language_comes_from_the_option_or_else_the_environment() {
    let sandbox = sandbox();
    let with = |env: &[(&str, &str)], args: &[&str]| {
        let mut command = sandbox.command();
        command.env_remove("LANG").envs(env.iter().copied()).args(args);
        Run::of(&mut command).code(0).stdout
    };
    let is_korean = |text: &str| text.contains("단계") && !text.contains("steps");
    assert!(is_korean(&with(&[("LANG", "ko_KR.UTF-8")], &["list"])));
    assert!(is_korean(&with(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "ko_KR.UTF-8")], &["list"])));
    assert!(is_korean(&with(&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "ko_KR.UTF-8")], &["list"])));
    assert!(!is_korean(&with(&[("LANG", "ko_KR.UTF-8")], &["list", "--lang", "en"])));
    assert!(is_korean(&with(&[("LANG", "C")], &["list", "--lang=ko"])));
    assert!(!is_korean(&with(&[("LANG", "de_DE.UTF-8")], &["list"])));
    assert!(!is_korean(&with(&[], &["list"])), "with nothing set it speaks English");
}

#[test]
fn completions_are_made_for_five_shells() {
    let sandbox = sandbox();
    for (shell, mark) in [
        ("bash", "complete -F _workshop"),
        ("zsh", "#compdef workshop"),
        ("fish", "complete -c workshop"),
        ("elvish", "edit:completion:arg-completer[workshop]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let run = sandbox.run(["completions", shell]).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains(mark), "{shell}: {run:?}");
        assert!(COMMANDS.iter().all(|name| run.stdout.contains(name)), "{shell}");
    }
    // A real bash reads it and completes with it.
    let script = "eval \"$1\"; COMP_WORDS=(workshop che); COMP_CWORD=1; _workshop workshop che workshop; \
                  printf '%s\\n' \"${COMPREPLY[@]}\"";
    let text = sandbox.run(["completions", "bash"]).code(0).stdout;
    let bash = std::process::Command::new("bash").args(["-c", script, "bash", &text]).output();
    match bash {
        Ok(output) => assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "check", "{output:?}"),
        Err(_) => eprintln!("skipped: there is no bash"),
    }
}

#[test]
fn the_manual_page_is_roff() {
    let sandbox = sandbox();
    for lang in ["ko", "en"] {
        let run = sandbox.run(["man", "--lang", lang]).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains(".TH workshop 1"), "{run:?}");
        assert!(run.stdout.contains("workshop\\-check"), "{run:?}");
        for said in [".workshop/", "XDG_STATE_HOME", "130"] {
            assert!(run.stdout.contains(said), "{said}: {run:?}");
        }
        for name in COMMANDS {
            let run = sandbox.run(["man", name, "--lang", lang]).code(0);
            assert!(run.stdout.contains(&format!(".TH workshop-{name} 1")), "{run:?}");
            assert!(run.stdout.contains("130"), "the exit codes are there: {run:?}");
        }
        sandbox.run(["man", "nothing", "--lang", lang]).code(2).says("\"nothing\"");
    }
}
