//! Help, usage errors, completions and the manual page, in both languages.

use std::path::Path;
use std::process::Command;

use super::sandbox;
use crate::harness::{Run, Sandbox};

const COMMANDS: [&str; 39] = [
    "list",
    "add",
    "update",
    "remove",
    "bundle",
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
    "picture",
    "reset",
    "undo",
    "demo",
    "notes",
    "doctor",
    "load",
    "compose",
    "validate",
    "author",
    "explain",
    "import",
    "glossary",
    "handout",
    "room",
    "cluster",
    "join",
    "leave",
    "hand",
    "vote",
    "catch-up",
    "completions",
    "man",
    "help",
];

/// Names that stay in every language: programs, formats, commands, values and their placeholders.
const NAMES: [&str; 69] = [
    "swarm",
    "env",
    "eval",
    "labspace",
    "killercoda",
    "workshop",
    "git",
    "tar",
    "gz",
    "ko",
    "en",
    "auto",
    "docker",
    "embedded",
    "json",
    "junit",
    "github",
    "classroom",
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
    "done",
    "down",
    "new",
    "edit",
    "record",
    "go-on",
    "give-up",
    "insert",
    "move",
    "rename",
    "remove",
    "watch",
    "test",
    "translate",
    "up",
    "cut",
    "heal",
    "kill",
    "root",
    "lab",
];

#[test]
fn korean_help_has_no_english_words() {
    let sandbox = sandbox();
    let helps = COMMANDS.iter().map(|name| vec![*name, "--help", "--lang", "ko"]);
    for args in helps.chain([vec!["--help", "--lang=ko"], vec!["-h", "--lang", "ko"]]) {
        let run = sandbox.run(&args).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains("사용법: workshop"), "{run:?}");
        // An example's words are a command's, the list of Compose's words is Compose's.
        let own = |line: &&str| {
            !line.starts_with("  workshop ") && !line.contains("up, create") && !line.ends_with("version")
        };
        let said = run.stdout.lines().filter(own).collect::<Vec<_>>().join("\n");
        for word in said.split(|c: char| !(c.is_ascii_alphanumeric() || "-_".contains(c))) {
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
}

#[test]
fn the_version_says_the_commit_and_its_date() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let git = Command::new("git").args(["log", "-1", "--format=%h %cs"]).current_dir(root).output();
    let clone = git.ok().filter(|output| output.status.success() && root.join(".git").exists());
    let told = sandbox().run(["--version"]).code(0).stdout;
    let version = concat!("workshop ", env!("CARGO_PKG_VERSION"));
    match clone {
        Some(git) => {
            assert_eq!(told, format!("{version} ({})\n", String::from_utf8_lossy(&git.stdout).trim()));
        }
        None => assert!(told.starts_with(version), "{told}"),
    }
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
        (
            &["check", "--format", "xml"],
            "possible: text, json, junit, github, classroom",
            "가능한 값: text, json, junit, github, classroom",
        ),
        (&["completions", "tcsh"], "\"tcsh\" is not a valid value", "\"tcsh\" 값을 쓸 수 없습니다"),
        (&["start"], "Missing: <LESSON>", "빠진 것이 있습니다: <LESSON>"),
        (&["-C"], "-C <DIR> needs a value", "-C <DIR>에 값이 필요합니다"),
        (&["start", "06", "07"], "Unexpected argument: \"07\"", "\"07\""),
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
        ("bash", "complete -o nospace"),
        ("zsh", "#compdef workshop"),
        ("fish", "complete --keep-order"),
        ("elvish", "edit:completion:arg-completer[workshop]"),
        ("powershell", "Register-ArgumentCompleter"),
    ] {
        let run = sandbox.run(["completions", shell]).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains(mark), "{shell}: {run:?}");
    }
}

/// What a real bash offers behind these words, the last of them being typed.
fn offered(sandbox: &Sandbox, dir: &str, words: &[&str]) -> Vec<String> {
    let script = "eval \"$1\"; shift; COMP_WORDS=(workshop \"$@\"); COMP_CWORD=$#; COMP_TYPE=9; \
                  _clap_complete_workshop workshop \"${@: -1}\"; printf '%s\\n' \"${COMPREPLY[@]}\"";
    let completions = sandbox.run(["completions", "bash"]).code(0).stdout;
    let mut bash = std::process::Command::new("bash");
    bash.env("LANG", "en_US.UTF-8")
        .envs(sandbox.env())
        .args(["-c", script, "bash", &completions])
        .args(words)
        .current_dir(sandbox.path(dir));
    Run::of(&mut bash).code(0).stdout.lines().map(str::to_owned).collect()
}

#[test]
fn tab_offers_what_there_is() {
    let sandbox = Sandbox::started("06");
    let at = |dir: &str, words: &[&str]| offered(&sandbox, dir, words);
    let here = |words: &[&str]| at(".", words);
    assert_eq!(here(&["che"]), ["check"]);
    assert_eq!(here(&["start", ""])[..2], ["06", "07"]);
    assert_eq!(here(&["start", "07", "--at", "nginx-i"]), ["nginx-in-front"]);
    assert_eq!(here(&["goto", "scale-to"]), ["scale-to-3", "scale-to-5", "scale-to-2"]);
    assert_eq!(at("backend", &["check", "--step", "lose"]), ["lose-one"], "from the folder below, too");
    assert_eq!(here(&["answer", "agent"]), ["agent-mode"]);
    assert_eq!(here(&["answer", "agent-mode", ""]), ["yes"]);
    assert_eq!(here(&["answer", "which-order", ""])[..2], ["1", "2"]);
    assert_eq!(here(&["help", "compo"]), ["compose"]);
    assert_eq!(here(&["compose", "re"]), ["restart"]);
    assert_eq!(here(&["compose", "up", ""]), ["backend", "frontend"]);
    assert_eq!(here(&["compose", "up", "--scale", "b"]), ["backend="]);
    assert_eq!(here(&["compose", "up", "-d", "--bu"]), ["--build"]);
    assert_eq!(here(&["compose", "ps", "--format", ""]), ["table", "json"]);
    assert_eq!(
        here(&["check", "--l"]),
        ["--lang", "--lessons"],
        "options of every command are there when asked for"
    );
    assert!(!here(&["check", "--"]).contains(&"--lang".to_owned()), "and do not crowd out its own");
    let root = sandbox.root().to_string_lossy().into_owned();
    assert_eq!(at("/", &["-C", &root, "goto", "lose"]), ["lose-one"]);
    assert_eq!(at("/", &["goto", "lose"]), [""], "no lesson, no steps");
}

#[test]
fn near_misses_are_named() {
    let sandbox = Sandbox::started("06");
    for (args, english, korean) in [
        (&["goto", "sclae-to-3"][..], "did you mean scale-to-3?", "scale-to-3을 쓰려고 하셨나요?"),
        (&["check", "--step", "apnet"], "did you mean appnet?", "appnet을 쓰려고 하셨나요?"),
        (&["answer", "agent-mod", "2"], "did you mean agent-mode?", "agent-mode를 쓰려고 하셨나요?"),
        (&["help", "chek"], "did you mean check?", "check를 쓰려고 하셨나요?"),
        (&["man", "stat"], "did you mean start?", "start를 쓰려고 하셨나요?"),
    ] {
        sandbox.run(args).code(2).says(english);
        sandbox.run([&["--lang", "ko"], args].concat()).code(2).says(korean);
    }
    let far = sandbox.run(["goto", "something-else"]).code(2);
    assert!(!far.stderr.contains("did you mean"), "{far:?}");
}

#[test]
fn compose_help_lists_the_words_of_the_embedded_engine() {
    let help = sandbox().run(["compose", "--help"]).code(0).stdout;
    let words: Vec<&str> = help.split([' ', ',', '\n']).collect();
    for word in ["up", "down", "scale", "logs", "exec", "version"] {
        assert!(words.contains(&word), "{word}: {help}");
    }
}

#[test]
fn the_manual_page_is_roff() {
    let sandbox = sandbox();
    for lang in ["ko", "en"] {
        let run = sandbox.run(["man", "--lang", lang]).code(0);
        assert!(run.stderr.is_empty() && run.stdout.contains(".TH workshop 1"), "{run:?}");
        assert!(run.stdout.contains("workshop\\-check"), "{run:?}");
        assert!(run.stdout.contains("workshop start 06"), "examples: {run:?}");
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
