//! Learners' states of `fixtures/LESSON/`: wrong ones fail at the check they name and pass all
//! before it; other right solutions pass. What counts are the checks that the lesson's own files
//! pass at that point, for a later step may take back what an earlier one asked for.
//! `fixtures/README.md` says how a case is written.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use workshop::check::application::Application;
use workshop::check::files::Files;
use workshop::check::{CheckSpec, Outcome};
use workshop::lesson::model::CheckEntry;
use workshop::lesson::{Lesson, catalog};
use workshop::text::Lang;
use workshop::workspace::patch::Patch;

use super::{holding, judge, lessons, live, of_files, write, written};
use crate::harness::Sandbox;

/// `case.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Spec {
    after: String,
    fails: Option<String>,
    line: Option<u32>,
    says: Option<String>,
    #[serde(default)]
    removes: Vec<String>,
    #[serde(default)]
    renames: BTreeMap<String, String>,
    #[serde(default)]
    treat: BTreeMap<String, Treatment>,
    nested: Option<String>,
}

/// What a patch cannot say.
#[derive(Clone, Copy, Debug, Deserialize)]
enum Treatment {
    #[serde(rename = "crlf")]
    Crlf,
    #[serde(rename = "bom")]
    Bom,
    #[serde(rename = "empty")]
    Empty,
    #[serde(rename = "binary")]
    Binary,
    #[serde(rename = "2 MiB")]
    Huge,
}

/// A learner's state, built.
struct Case {
    /// `wrong/long-port`
    name: String,
    spec: Spec,
    files: catalog::FileTree,
    /// The static checks that the lesson's own files pass after the same step.
    asked: Vec<CheckEntry>,
}

fn folder(lesson: &Lesson, kind: &str) -> PathBuf {
    let name = lesson.dir.rsplit('/').next().expect("a name");
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(name).join(kind)
}

fn cases(lesson: &Lesson, kind: &str) -> Vec<Case> {
    let entries = fs::read_dir(folder(lesson, kind)).into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut folders: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    folders.sort();
    folders.iter().map(|path| case(lesson, kind, path)).collect()
}

fn case(lesson: &Lesson, kind: &str, dir: &Path) -> Case {
    let name = format!("{kind}/{}", dir.file_name().unwrap().to_string_lossy());
    let text = fs::read_to_string(dir.join("case.toml")).unwrap_or_else(|error| panic!("{name}: {error}"));
    let spec: Spec = toml::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
    let after = lesson.step_index(&spec.after).unwrap_or_else(|| panic!("{name}: no step {}", spec.after));
    let mut files = lesson.files_after(after + 1).unwrap_or_else(|error| panic!("{error}"));
    let asked = holding(lesson, &files);
    if let Ok(text) = fs::read_to_string(dir.join("change.patch")) {
        patch(&name, &text, &mut files);
    }
    for path in &spec.removes {
        assert!(files.remove(path).is_some(), "{name}: no {path} to remove");
    }
    for (path, treatment) in &spec.treat {
        let bytes = files.get_mut(path).unwrap_or_else(|| panic!("{name}: no {path} to treat"));
        *bytes = treated(bytes, *treatment);
    }
    for (from, to) in &spec.renames {
        let bytes = files.remove(from).unwrap_or_else(|| panic!("{name}: no {from} to rename"));
        files.insert(to.clone(), bytes);
    }
    if let Some(folder) = &spec.nested {
        files = files.into_iter().map(|(path, bytes)| (format!("{folder}/{path}"), bytes)).collect();
    }
    Case { name, spec, files, asked }
}

/// Whether real Compose takes the project in `dir`, or its last words; `.env` as the runner leaves it.
fn taken_by_compose(lesson: &Lesson, dir: &Path) -> Result<(), String> {
    let own = fs::read(dir.join(".env")).unwrap_or_default();
    let mut text = String::from_utf8_lossy(&own).into_owned();
    for (name, value) in lesson.file.stand_ins().iter() {
        if !text.lines().any(|line| line.trim_start().starts_with(&format!("{name}="))) {
            text.push_str(&format!("\n{name}={value}\n"));
        }
    }
    fs::write(dir.join(".env"), text).unwrap();
    let mut compose = std::process::Command::new("docker");
    compose.args(["compose", "config", "-q"]).current_dir(dir).stdin(std::process::Stdio::null());
    for name in ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_PATH_SEPARATOR"] {
        compose.env_remove(name);
    }
    let asked = compose.output().expect("docker compose starts");
    let said = String::from_utf8_lossy(&asked.stderr).trim().lines().last().unwrap_or_default().to_owned();
    if asked.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn compose_itself_takes_the_states_that_the_checks_can_read() {
    if !crate::compose::has_compose() {
        eprintln!("skipped: there is no `docker compose`");
        return;
    }
    let mut states: Vec<(String, Lesson, catalog::FileTree)> = Vec::new();
    for lesson in lessons() {
        let all = ["wrong", "alternative"].into_iter().flat_map(|kind| cases(&lesson, kind));
        states.extend(all.map(|case| (case.name, lesson.clone(), case.files)));
        let Some(table) = super::states::table(&lesson) else { continue };
        let base = table.base(&lesson);
        let edited =
            table.states().iter().map(|state| (state.name.clone(), lesson.clone(), state.files(&base)));
        states.extend(edited);
    }
    let differs = |(name, lesson, files): &(String, Lesson, catalog::FileTree)| {
        // A file of that size is no lesson's: we do not read it.
        if files.values().any(|bytes| bytes.len() > 1 << 20) {
            return None;
        }
        let dir = written(lesson, files);
        let ours = Files::load(dir.path(), lesson.demands())
            .compose()
            .map(|_| ())
            .map_err(|verdict| verdict.message.clone());
        match (ours, taken_by_compose(lesson, dir.path())) {
            (Ok(()), Err(said)) => Some(format!("{name}: read, and Compose refuses it: {said}")),
            (Err(text), Ok(())) => {
                Some(format!("{name}: refused, and Compose takes it: {}", text.render(Lang::En)))
            }
            _ => None,
        }
    };
    let halves: Vec<Vec<String>> = std::thread::scope(|scope| {
        let each =
            |half: &'_ [(String, Lesson, catalog::FileTree)]| half.iter().filter_map(differs).collect();
        let (first, second) = states.split_at(states.len() / 2);
        let other = scope.spawn(move || each(second));
        vec![each(first), other.join().expect("asked")]
    });
    let differ = halves.concat();
    eprintln!("{} states, {} agree, {} differ", states.len(), states.len() - differ.len(), differ.len());
    assert!(differ.is_empty() && states.len() > 400, "{}", differ.join("\n"));
}

fn patch(name: &str, text: &str, files: &mut catalog::FileTree) {
    let patch = Patch::parse(text).unwrap_or_else(|error| panic!("{name}: {error}"));
    for file in patch.files() {
        let base = files.get(&file.path).map(|bytes| String::from_utf8(bytes.clone()).expect("text"));
        let changed =
            patch.apply(&file.path, base.as_deref()).unwrap_or_else(|error| panic!("{name}: {error}"));
        match changed {
            Some(text) => files.insert(file.path.clone(), text.into_bytes()),
            None => files.remove(&file.path),
        };
    }
}

fn treated(bytes: &[u8], treatment: Treatment) -> Vec<u8> {
    match treatment {
        Treatment::Crlf => String::from_utf8_lossy(bytes).replace('\n', "\r\n").into_bytes(),
        Treatment::Bom => ["\u{feff}".as_bytes(), bytes].concat(),
        Treatment::Empty => Vec::new(),
        Treatment::Binary => [&b"\x7fELF\x02\x01\x01\0"[..], bytes].concat(),
        Treatment::Huge => [bytes, &b"# ten bytes\n".repeat((2 << 20) / 12)].concat(),
    }
}

/// What is not as the case says, in words; empty where all is.
fn wrong(lesson: &Lesson, case: &Case) -> Vec<String> {
    let Some(fails) = &case.spec.fails else { return vec!["a wrong case names the check that fails".into()] };
    let dir = written(lesson, &case.files);
    let app = Application::load(dir.path(), lesson.demands());
    let mut faults = Vec::new();
    for entry in &case.asked {
        let verdict = judge(entry, &app);
        let message = verdict.message.render(Lang::En);
        if entry.id != *fails {
            if !verdict.is_pass() {
                return vec![format!("{} fails before it: {message}", entry.id)];
            }
            continue;
        }
        if verdict.outcome != Outcome::NotYet {
            faults.push(format!("{fails} is {:?}: {message}", verdict.outcome));
        }
        let line = verdict.place.as_ref().map(|place| place.line);
        if line != case.spec.line {
            faults.push(format!("{fails} points at line {line:?}, not {:?}: {message}", case.spec.line));
        }
        if !case.spec.says.as_ref().is_some_and(|words| message.contains(words)) {
            faults.push(format!("{fails} says: {message}"));
        }
        if verdict.message.render(Lang::Ko) == message {
            faults.push(format!("{fails} says the same in Korean: {message}"));
        }
        return faults;
    }
    vec![format!("there is no static check {fails} that holds after {}", case.spec.after)]
}

fn alternative(lesson: &Lesson, case: &Case) -> Vec<String> {
    let dir = written(lesson, &case.files);
    let app = Application::load(dir.path(), lesson.demands());
    case.asked
        .iter()
        .map(|entry| (entry, judge(entry, &app)))
        .filter(|(_, verdict)| !verdict.is_pass())
        .map(|(entry, verdict)| {
            let line = verdict.place.as_ref().map(|place| place.line);
            format!("{} fails at line {line:?}: {}", entry.id, verdict.message.render(Lang::En))
        })
        .collect()
}

#[track_caller]
fn all_hold(lesson: &Lesson, kind: &str, least: usize, faults_of: fn(&Lesson, &Case) -> Vec<String>) {
    let cases = cases(lesson, kind);
    // Those that only what runs can show count, too.
    let live = live::table(lesson).map_or(0, |table| table.count(kind == "wrong"));
    assert!(cases.len() + live >= least, "{} {kind} cases, {live} live", cases.len());
    let faults: Vec<String> = cases
        .iter()
        .flat_map(|case| {
            faults_of(lesson, case).into_iter().map(move |fault| format!("{}: {fault}", case.name))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn wrong_states_fail_at_the_check_that_they_name_and_pass_those_before() {
    for lesson in lessons() {
        all_hold(&lesson, "wrong", 25, wrong);
    }
}

#[test]
fn other_right_solutions_pass_every_static_check() {
    for lesson in lessons() {
        all_hold(&lesson, "alternative", 12, alternative);
    }
}

#[test]
fn every_static_check_is_seen_failing() {
    for lesson in lessons() {
        let seen: BTreeSet<String> =
            cases(&lesson, "wrong").into_iter().filter_map(|case| case.spec.fails).collect();
        let ids = lesson.file.steps.iter().flat_map(of_files).map(|entry| entry.id.as_str());
        let unseen: Vec<&str> = ids.filter(|id| !seen.contains(*id)).collect();
        assert!(unseen.is_empty(), "no wrong case for: {}", unseen.join(", "));
    }
}

/// A check as the program answers it: id, verdict, line.
type Answer = (String, String, Option<u64>);

/// The static checks of the files, as the program answers them, and its exit code.
fn asked(lesson: &Lesson, case: &Case) -> (Vec<Answer>, Option<i32>) {
    let sandbox = Sandbox::new();
    sandbox.run(["start", &lesson.file.id]).code(0);
    for entry in lesson.file.steps.iter().flat_map(|step| &step.checks) {
        if let CheckSpec::Question(question) = &entry.spec {
            sandbox.run(["answer", &entry.id, &question.answer.to_string()]).code(0);
        }
    }
    write(&sandbox.path(""), &case.files);
    let run = sandbox.run(["check", "--all", "--static", "--json"]);
    let report = run.json();
    let steps = report["steps"].as_array().expect("steps").iter();
    let checks = steps.flat_map(|step| step["checks"].as_array().expect("checks").clone());
    let text = |value: &serde_json::Value| value.as_str().unwrap_or_default().to_owned();
    let of_files = checks.filter(|check| check["kind"] != "question" && check["kind"] != "confirm");
    let found = of_files.map(|check| (text(&check["id"]), text(&check["verdict"]), check["line"].as_u64()));
    (found.collect(), run.status)
}

/// The cases of these names.
fn named(lesson: &Lesson, kind: &str, names: &[&str]) -> Vec<Case> {
    let found: Vec<Case> =
        names.iter().map(|name| case(lesson, kind, &folder(lesson, kind).join(name))).collect();
    assert!(!found.is_empty());
    found
}

#[test]
fn the_program_says_what_the_checks_say() {
    for (id, wrong, right) in [
        (
            "06",
            &["nested-copy", "long-port", "yaml-tab", "headers-hidden", "no-zone"][..],
            &["windows-line-ends", "dotenv-name-alone", "compose-yaml"][..],
        ),
        (
            "07",
            &["dockerfile-final-from-rust", "mysql-volume-tmpfs", "root-password-written"],
            &["image-alpine"],
        ),
    ] {
        let lesson = workshop::lesson::Catalog::Embedded.find(id).expect("the lesson");
        for case in named(&lesson, "wrong", wrong) {
            let (checks, code) = asked(&lesson, &case);
            assert_eq!(code, Some(1), "{}", case.name);
            let first = checks.iter().find(|(_, verdict, _)| verdict != "pass").expect("a check that fails");
            let named =
                (case.spec.fails.clone().unwrap(), "not_yet".to_owned(), case.spec.line.map(u64::from));
            assert_eq!(*first, named, "{}", case.name);
        }
        for case in named(&lesson, "alternative", right) {
            let (checks, code) = asked(&lesson, &case);
            let holding = |id: &str| case.asked.iter().any(|entry| entry.id == id);
            let failing: Vec<&Answer> =
                checks.iter().filter(|(id, verdict, _)| holding(id) && verdict != "pass").collect();
            assert!(failing.is_empty(), "{}: {failing:?}", case.name);
            let all = checks.iter().all(|(_, verdict, _)| verdict == "pass");
            assert_eq!(code, Some(i32::from(!all)), "{}", case.name);
        }
    }
}

/// A container's nginx, made of a learner's files in a folder of the test's own; none where the
/// lesson's file is not there.
fn nginx_folder(lesson: &Lesson, case: &Case, names: &[String]) -> Option<tempfile::TempDir> {
    let path = lesson.file.nginx.as_deref()?;
    case.files.get(path)?;
    let dir = tempfile::tempdir().expect("a folder");
    let root = dir.path().display().to_string();
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    for name in ["conf.d", "log"] {
        fs::create_dir(dir.path().join(name)).expect("made");
    }
    for (file, bytes) in &case.files {
        let Some(name) = file.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/')) else { continue };
        if !name.ends_with(".conf") || name.contains('/') {
            continue;
        }
        // A folder is mounted as a whole; a file of its own is copied under another name.
        let whole = path.ends_with("/default.conf");
        let target = match name {
            _ if whole => format!("conf.d/{name}"),
            _ if file == path => "conf.d/default.conf".to_owned(),
            _ => name.to_owned(),
        };
        let text = String::from_utf8_lossy(bytes).replace("/etc/nginx/", &format!("{root}/"));
        let text = text.replace("/var/log/nginx/", &format!("{root}/log/"));
        // nginx looks names up while it reads: without one it would not see what is behind.
        let looked_up = |line: &str| {
            names.iter().fold(line.to_owned(), |line, name| {
                [" ", "/"].iter().fold(line, |line, before| {
                    line.replace(&format!("{before}{name}:"), &format!("{before}127.0.0.1:"))
                })
            })
        };
        // With `resolve` it does not.
        let lines = text.split_inclusive('\n');
        let text: String = lines
            .map(|line| if line.contains(" resolve") { line.to_owned() } else { looked_up(line) })
            .collect();
        let bytes = if String::from_utf8(bytes.clone()).is_ok() { text.into_bytes() } else { bytes.clone() };
        fs::write(dir.path().join(target), bytes).expect("written");
    }
    let temps = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    let temps: String = temps.iter().map(|name| format!("{name}_temp_path {root}/t-{name};\n")).collect();
    let main = format!(
        "error_log stderr;\npid {root}/pid;\nevents {{ }}\nhttp {{\n{temps}\
         log_format main '$remote_addr';\naccess_log {root}/log/access.log main;\nsendfile on;\n\
         keepalive_timeout 65;\ndefault_type application/octet-stream;\ninclude {root}/conf.d/*.conf;\n}}\n"
    );
    fs::write(dir.path().join("nginx.conf"), main).expect("written");
    Some(dir)
}

/// Why nginx itself does not start, if it does not; that it finds no names here is no reason.
fn nginx_says(dir: &Path) -> Option<String> {
    let program = crate::front::server::nginx_program().expect("nginx");
    let output = std::process::Command::new(program)
        .args(["-t", "-e", "stderr", "-p"])
        .arg(dir)
        .arg("-c")
        .arg(dir.join("nginx.conf"))
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let why = said.lines().find(|line| line.contains("[emerg]")).unwrap_or("nothing").to_owned();
    (!output.status.success() && !why.contains("host not found")).then_some(why)
}

/// Prints `N states, M agree, D differ`: whether nginx starts with a learner's files.
#[test]
fn nginx_itself_starts_where_the_checks_say_so() {
    if !crate::front::server::nginx_is_there() {
        return;
    }
    let (mut states, mut differences) = (0, Vec::new());
    for lesson in lessons() {
        for kind in ["wrong", "alternative"] {
            for case in cases(&lesson, kind) {
                let dir = written(&lesson, &case.files);
                let app = Application::load(dir.path(), lesson.demands());
                let names = app.files.compose().map_or(Vec::new(), |compose| {
                    compose.model.services.iter().map(|service| service.name.value.clone()).collect()
                });
                let Some(folder) = nginx_folder(&lesson, &case, &names) else { continue };
                let ours = match app.served() {
                    Ok(served) => served.refused.as_deref().map(|verdict| verdict.message.clone()),
                    Err(verdict)
                        if matches!(verdict.message.key, "check-nginx-refused" | "check-file-broken") =>
                    {
                        Some(verdict.message.clone())
                    }
                    // It is not read, or no text at all.
                    Err(_) => continue,
                };
                states += 1;
                let nginx = nginx_says(folder.path());
                if nginx.is_some() != ours.is_some() {
                    let ours = ours.map(|message| message.render(Lang::En));
                    differences.push(format!("{}: nginx {nginx:?}, ours {ours:?}", case.name));
                }
            }
        }
    }
    eprintln!("{states} states, {} agree, {} differ", states - differences.len(), differences.len());
    assert!(differences.is_empty() && states > 200, "{states} states\n{}", differences.join("\n"));
}
