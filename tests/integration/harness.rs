//! What every test starts from: a folder of its own, and the built program run in it.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// A folder of the test's own, with a space and Hangul in its name, as a learner may have it.
pub(crate) struct Sandbox {
    _temp: TempDir,
    root: PathBuf,
    env: Vec<(String, String)>,
}

impl Sandbox {
    #[track_caller]
    pub(crate) fn new() -> Self {
        Self::on(&std::env::temp_dir())
    }

    /// In memory where there is such a folder, for tests of many rounds that wait for no disk.
    #[track_caller]
    pub(crate) fn in_memory() -> Self {
        let memory = Path::new("/dev/shm");
        if memory.is_dir() { Self::on(memory) } else { Self::new() }
    }

    #[track_caller]
    fn on(disk: &Path) -> Self {
        let temp = tempfile::Builder::new().prefix("workshop-test-").tempdir_in(disk);
        let temp = temp.expect("a temporary folder");
        let root = temp.path().join("내 작업 folder");
        std::fs::create_dir(&root).expect("a folder with Hangul in its name");
        // What the program knows of its workspaces stays here, too.
        let beside = |name: &str| temp.path().join(name).to_str().expect("UTF-8").to_owned();
        let env = vec![
            ("XDG_STATE_HOME".to_owned(), beside("state")),
            ("XDG_DATA_HOME".to_owned(), beside("data")),
        ];
        Self { env, _temp: temp, root }
    }

    /// With a variable set for every run of the program.
    #[must_use]
    pub(crate) fn with_env(mut self, name: &str, value: impl Into<String>) -> Self {
        self.env.push((name.to_owned(), value.into()));
        self
    }

    pub(crate) fn env(&self) -> impl Iterator<Item = (&str, &str)> {
        self.env.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// As on a machine where no Docker answers.
    #[must_use]
    pub(crate) fn without_docker(self) -> Self {
        self.with_env("DOCKER_HOST", "unix:///nonexistent")
    }

    /// As if the lesson had been started while Docker was there.
    #[must_use]
    pub(crate) fn kept_on_docker(self) -> Self {
        let path = self.root.join(".workshop/progress.json");
        let text = std::fs::read_to_string(&path).expect("a lesson under way");
        std::fs::write(&path, text.replace("\"engine\": \"embedded\"", "\"engine\": \"docker\""))
            .expect("written");
        self
    }

    /// Every file of the learner's folder with its content.
    pub(crate) fn tree(&self) -> BTreeMap<String, Vec<u8>> {
        let mut files = BTreeMap::new();
        collect(&self.path(""), "", &mut files);
        files
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the learner's folder.
    pub(crate) fn path(&self, relative: &str) -> PathBuf {
        self.root.join("workshop").join(relative)
    }

    #[track_caller]
    pub(crate) fn read(&self, relative: &str) -> String {
        let path = self.path(relative);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    #[track_caller]
    pub(crate) fn write(&self, relative: &str, text: impl AsRef<[u8]>) {
        let path = self.path(relative);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("its folder");
        std::fs::write(&path, text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    /// The program in this folder, in English, without a terminal and without colour.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_workshop"));
        command.current_dir(&self.root).stdin(Stdio::null());
        for name in [
            "LC_ALL",
            "LC_MESSAGES",
            "NO_COLOR",
            "CLICOLOR_FORCE",
            "COLUMNS",
            "WORKSHOP_LESSONS",
            "GITHUB_STEP_SUMMARY",
        ] {
            command.env_remove(name);
        }
        command.env("LANG", "en_US.UTF-8").env("TERM", "xterm-256color");
        command.envs(self.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs the program with `args` to its end.
    #[track_caller]
    pub(crate) fn run<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        Run::of(self.command().args(args))
    }

    /// A copy of `template`'s folder, with what is noted down of it, that has settled: it is a
    /// workspace of its own.
    #[track_caller]
    pub(crate) fn copy_of(template: &Self) -> Self {
        let disk = template._temp.path().parent().expect("the disk it lies on");
        let copy = Self { env: template.env.clone(), ..Self::on(disk) };
        copy_tree(template.root(), copy.root());
        copy.run(["status"]).code(0);
        copy
    }

    /// The same, agreeing to what the lesson does where that is asked.
    #[track_caller]
    pub(crate) fn run_agreed<A: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = A>) -> Run {
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        agreed(|more| Run::of(self.command().args(&args).args(more)))
    }

    /// A lesson started, and its files copied.
    #[track_caller]
    pub(crate) fn started(lesson: &str) -> Self {
        let sandbox = Self::new();
        sandbox.run(["start", lesson]).code(0);
        let steps = workshop::lesson::Catalog::Embedded.find(lesson).expect("the lesson").file.steps;
        let copy = steps.iter().find(|step| step.create).expect("a step that copies the start");
        sandbox.run(["apply", "--yes", "--step", &copy.id]).code(0);
        sandbox
    }
}

/// What a person calls a check of a built-in lesson.
#[track_caller]
pub(crate) fn title_of(lesson: &str, lang: &str, check: &str) -> String {
    let lang = workshop::text::Lang::ALL.into_iter().find(|one| one.code() == lang).expect("a language");
    let lesson = workshop::lesson::Catalog::Embedded.find(lesson).expect("the lesson");
    let steps = lesson.prose(lang).expect("its prose").steps;
    steps.iter().find_map(|step| step.title_of(check)).expect("a check").to_owned()
}

/// What `--agree` takes for the lesson `id` of the course at `root`, by itself.
#[track_caller]
pub(crate) fn digest_of(root: &Path, id: &str) -> String {
    use workshop::lesson::{Catalog, effects};
    let lesson = Catalog::Folder(root.to_owned()).find(id).expect("the lesson");
    let env = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let own = effects::of_lesson(&lesson, &env.collect()).expect("what it does");
    effects::digest(&lesson.digest(), &own)
}

/// Runs, and once more with the digest that the first run asks for.
#[track_caller]
pub(crate) fn agreed(run: impl Fn(&[String]) -> Run) -> Run {
    let first = run(&[]);
    match first.digest() {
        Some(digest) => run(&["--agree".to_owned(), digest]),
        None => first,
    }
}

fn collect(dir: &Path, prefix: &str, files: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(dir) else { return };
    for entry in entries {
        let entry = entry.expect("a folder can be read");
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).expect("a file can be read"));
        }
    }
}

/// Copies a folder as `cp -r` does, without what builds leave in it.
#[track_caller]
pub(crate) fn copy_tree(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("the folder can be made");
    for entry in std::fs::read_dir(from).expect("the folder can be read") {
        let entry = entry.expect("the folder can be read");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            if entry.file_name() != "target" {
                copy_tree(&entry.path(), &target);
            }
        } else {
            std::fs::copy(entry.path(), target).expect("the file can be copied");
        }
    }
}

/// A run that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub status: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    #[track_caller]
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().expect("the program starts");
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("its output is UTF-8");
        Self { status: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }

    /// Asserts the exit code; the run, to ask more of it.
    #[track_caller]
    pub(crate) fn code(self, wanted: i32) -> Self {
        assert_eq!(self.status, Some(wanted), "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self.decent()
    }

    /// What no output may have, whatever happened.
    #[track_caller]
    fn decent(self) -> Self {
        for word in ["panicked at", "RUST_BACKTRACE", "Os {", "Error {", "stack backtrace"] {
            assert!(!self.stderr.contains(word) && !self.stdout.contains(word), "{word}: {self:?}");
        }
        self
    }

    /// Asserts that standard output or standard error has `words` (line breaks count as spaces).
    #[track_caller]
    pub(crate) fn says(self, words: &str) -> Self {
        let all = format!("{} {}", self.stdout, self.stderr);
        let folded = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(folded.contains(words), "{words:?} is not in:\n{all}");
        self
    }

    /// The digest that `--agree` takes, where the run ended for want of it.
    pub(crate) fn digest(&self) -> Option<String> {
        let all = format!("{} {}", self.stdout, self.stderr);
        let after = |at: usize| all[at..].chars().take_while(char::is_ascii_hexdigit).collect::<String>();
        let mut found = all.match_indices("--agree ").map(|(at, flag)| after(at + flag.len()));
        found.find(|digest| self.status == Some(2) && digest.len() >= 12)
    }

    /// Standard output as JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// Waits until `condition` holds; panics with `what` when it does not within `limit`.
#[track_caller]
pub(crate) fn wait_for(what: &str, limit: Duration, mut condition: impl FnMut() -> bool) {
    let deadline = Instant::now() + limit;
    while !condition() {
        assert!(Instant::now() < deadline, "{what}: not within {limit:?}");
        std::thread::yield_now();
        std::thread::park_timeout(Duration::from_millis(20));
    }
}

/// Whether the Docker tests run: where Docker answers. Where `WORKSHOP_TEST_ENGINES` names docker
/// they must, so a Docker that does not answer fails the test.
#[track_caller]
pub(crate) fn docker_answers() -> bool {
    let answers = Command::new("docker")
        .args(["version", "--format", "{{.Server.Version}}"])
        .stderr(Stdio::null())
        .output()
        .is_ok_and(|output| output.status.success());
    let wanted = std::env::var("WORKSHOP_TEST_ENGINES")
        .is_ok_and(|names| names.split(',').any(|name| name == "docker"));
    assert!(answers || !wanted, "WORKSHOP_TEST_ENGINES names docker, and Docker does not answer");
    if !answers {
        eprintln!("skipped: Docker does not answer");
    }
    answers
}

/// The images that take the place of the registry's: from the environment, else the local ones.
pub(crate) fn local_images(command: &mut Command) -> &mut Command {
    for (name, local) in
        [("NGINX_IMAGE", "workshop-nginx:local"), ("BACKEND_PROGRAM", "workshop-contoso-backend:local")]
    {
        if std::env::var_os(name).is_none() {
            command.env(name, local);
        }
    }
    command
}
