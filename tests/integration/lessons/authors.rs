//! An author's slip: `workshop validate` refuses the lesson with exit code 4 and says where.

use std::fs;
use std::path::Path;

use crate::harness::Sandbox;

const LESSON: &str = "lessons/06-horizontal-scaling";

/// One slip: in `file` of the lesson `from` becomes `to`.
struct Slip {
    file: &'static str,
    from: &'static str,
    to: &'static str,
    /// What the message points at, line and column, where it can.
    at: Option<&'static str>,
    says: &'static str,
}

const SLIPS: [Slip; 21] = [
    Slip {
        file: "lesson.toml",
        from: "{ absent = \"services",
        to: "{ abscent = \"services",
        at: Some("abscent"),
        says: "no key \"abscent\" here (did you mean absent?)",
    },
    Slip {
        file: "lesson.toml",
        from: "minutes = 72",
        to: "minuets = 72",
        at: Some("minuets"),
        says: "no key \"minuets\" here (did you mean minutes?)",
    },
    Slip {
        file: "lesson.toml",
        from: "minutes = 72",
        to: "minutes = 50",
        at: None,
        says: "the lesson says 50 min, and its steps take 72 together",
    },
    Slip {
        file: "lesson.toml",
        from: "instances = { service",
        to: "instancse = { service",
        at: Some("instancse"),
        says: "no kind of check \"instancse\" (did you mean instances?)",
    },
    Slip {
        file: "lesson.toml",
        from: "run = [\"docker compose up -d --build --scale backend=3\"]",
        to: "run = [\"rm -rf x\"]",
        at: Some("\"rm -rf x\""),
        says: "this is not a command that a lesson may run: rm -rf x",
    },
    Slip {
        file: "lesson.toml",
        from: "id = \"frontend-is-single\"",
        to: "id = \"frontend-is-published\"",
        at: None,
        says: "lesson.toml:115:6: the id \"frontend-is-published\" is used twice",
    },
    Slip {
        file: "lesson.toml",
        from: "id = \"frontend-is-single\"",
        to: "id = \"frontend-is-single\"\npoints = 1001",
        at: None,
        says: "the check \"frontend-is-single\" gives 1001 points: at most 1000",
    },
    Slip {
        file: "lesson.toml",
        from: "id = \"frontend-is-single\"",
        to: "id = \"frontend-is-single\"\npoints = -1",
        at: Some("-1"),
        says: "expected u32",
    },
    Slip {
        file: "lesson.toml",
        from: "question = { answer = 2 }",
        to: "question = { answer = 9 }",
        at: None,
        says: "the question \"who-answers-the-name\" has",
    },
    Slip {
        file: "lesson.toml",
        from: "frontend = \"nginx\"",
        to: "frontend = \"apache\"",
        at: None,
        says: "[embedded] gives frontend the program \"apache\", which there is not",
    },
    Slip {
        file: "lesson.toml",
        from: "variable = \"FRONTEND_PORT\"",
        to: "variable = \"FRONTEND-PORT\"",
        at: None,
        says: "\"FRONTEND-PORT\" cannot be the name of a variable",
    },
    Slip {
        file: "lesson.toml",
        from: "\nports = [",
        to: "\nsecrets = [\"FRONTEND_PORT\"]\nports = [",
        at: None,
        says: "the variable FRONTEND_PORT is named twice",
    },
    Slip {
        file: "lesson.toml",
        from: "\nports = [",
        to: "\nsecrets = [\"NOBODYS\"]\nports = [",
        at: None,
        says: "no compose file of the lesson uses the variable NOBODYS",
    },
    Slip {
        file: "lesson.toml",
        from: "\nports = [",
        to: "\nsecrets = [\"DATABASE_URL\"]\nports = [",
        at: None,
        says: "the secret DATABASE_URL has a value in a compose file",
    },
    Slip {
        file: "lesson.toml",
        from: "\nports = [",
        to: "\nsecrets = [\"DATABASE_URL\"]\nports = [",
        at: None,
        says: "the secret DATABASE_URL",
    },
    Slip {
        file: "lesson.toml",
        from: "replicas = { service = \"backend\"",
        to: "replicas = { services = [\"backend\", \"backnd\"]",
        at: None,
        says: "no compose file of the lesson has the service \"backnd\"",
    },
    Slip {
        file: "lesson.toml",
        from: "replicas = { service = \"backend\"",
        to: "replicas = { servces = \"backend\"",
        at: Some("servces"),
        says: "no key \"servces\" here (did you mean service",
    },
    Slip {
        file: "lesson.toml",
        from: "replicas = { service = \"backend\"",
        to: "replicas = { services = [\"frontend\"], service = \"backend\"",
        at: None,
        says: "duplicate field",
    },
    Slip {
        file: "patches/05-remove-container-name.patch",
        from: "-    container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
        to: "-    container_name: contoso",
        at: None,
        says: "05-remove-container-name.patch: Line 8 of the patch does not fit line 12",
    },
    Slip {
        file: "en.md",
        from: "    # A published port belongs to one container only.",
        to: "    # A published port belongs to all containers.",
        at: None,
        says: "this block says that it quotes docker-compose.yml",
    },
    Slip {
        file: "ko.md",
        from: "> [!TIP]",
        to: "> [!NOTE]",
        at: None,
        says: "has only 2 hints; three are wanted",
    },
];

/// A folder with the lessons and what they start from, to break.
fn copy_of_the_lessons() -> Sandbox {
    let sandbox = Sandbox::new();
    for folder in ["lessons", "complete"] {
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder), &sandbox.root().join(folder));
    }
    sandbox
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder to copy").map(|entry| entry.expect("its entry")) {
        match entry.path().is_dir() {
            true if entry.file_name() == "target" => {}
            true => copy(&entry.path(), &to.join(entry.file_name())),
            false => fs::write(to.join(entry.file_name()), fs::read(entry.path()).expect("a file"))
                .expect("its copy"),
        }
    }
}

#[test]
fn a_sound_copy_is_accepted() {
    let sandbox = copy_of_the_lessons();
    sandbox.run(["--lessons", ".", "validate"]).code(0);
}

#[test]
fn each_slip_is_refused_and_located() {
    let sandbox = copy_of_the_lessons();
    for Slip { file, from, to, at, says } in SLIPS {
        let path = sandbox.root().join(LESSON).join(file);
        let sound = fs::read_to_string(&path).expect("the lesson's file");
        assert!(sound.contains(from), "{file} has no {from:?}");
        let broken = sound.replacen(from, to, 1);
        fs::write(&path, &broken).expect("the broken file");
        let run = sandbox.run(["--lessons", ".", "validate"]).code(4).says(says);
        if let Some(word) = at {
            let before = &broken[..broken.find(word).expect("the slip")];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().expect("a line").chars().count() + 1;
            run.says(&format!("{LESSON}/{file}:{line}:{column}: "));
        } else {
            run.says(&format!("{LESSON}/"));
        }
        fs::write(&path, sound).expect("the sound file");
    }
    sandbox.run(["--lessons", ".", "validate"]).code(0);
}

#[test]
fn a_missing_language_and_an_unlisted_patch_are_refused() {
    let sandbox = copy_of_the_lessons();
    let lesson = sandbox.root().join(LESSON);
    let extra = lesson.join("patches/99-forgotten.patch");
    fs::write(&extra, "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n").expect("a patch");
    let validate = || sandbox.run(["--lessons", ".", "validate", "06"]);
    validate().code(4).says("99-forgotten.patch: no step uses this file");
    fs::remove_file(extra).expect("the patch");
    fs::remove_file(lesson.join("ko.md")).expect("the Korean text");
    validate().code(4).says(&format!("{LESSON}/ko.md is missing"));
}
