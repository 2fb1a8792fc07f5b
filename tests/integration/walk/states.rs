//! What a learner's folder and stack may have come to at the start of a step.

use super::Walker;

/// Brings a folder there.
pub(crate) type Disturb = fn(&Walker);

pub(crate) const STATES: &[(&str, Disturb)] = &[
    ("nothing-runs", |walker| walker.compose("down")),
    ("up-again", |walker| walker.compose("up -d")),
    ("other-count", |walker| walker.compose(&format!("up -d --scale {}=4", walker.server()))),
    ("restarted", |walker| walker.compose("restart")),
    ("rebooted", |walker| {
        walker.compose("stop");
        walker.compose("start");
    }),
    ("killed", |walker| walker.compose("kill")),
    ("power-cut", Walker::cut),
    ("one-is-stopped", |walker| walker.compose(&format!("stop {}", walker.server()))),
    ("last-step", |walker| walker.begin(&walker.lesson.file.steps.last().expect("steps").id)),
    ("edited", |walker| {
        edit(walker, "docker-compose.yml", |text| {
            format!(
                "# mine\n{}",
                text.replace(
                    "container_name: ${COMPOSE_PROJECT_NAME:-contoso}-backend",
                    "container_name: mine"
                )
            )
        });
    }),
    ("service-gone", |walker| {
        let name = format!("  {}:", walker.server());
        edit(walker, "docker-compose.yml", |text| text.replace(&name, "  mine:"));
    }),
    ("broken-compose", |walker| edit(walker, "docker-compose.yml", |text| format!("{text}\n  : [\n"))),
    ("broken-nginx", |walker| {
        for path in ["frontend/nginx.conf", "nginx/default.conf"] {
            edit(walker, path, |text| text.replace("listen", "lisen"));
        }
    }),
    ("half-copied", |walker| {
        for path in ["docker-compose.yml", "frontend/nginx.conf", "backend/Dockerfile"] {
            let _ = std::fs::remove_file(walker.sandbox.path(path));
        }
    }),
    ("no-env", |walker| {
        let _ = std::fs::remove_file(walker.sandbox.path(".env"));
    }),
    ("foreign-name", |walker| {
        let own = "\n    container_name: mine\n    ";
        edit(walker, "docker-compose.yml", |text| text.replacen("\n    ", own, 1));
    }),
    ("other-password", |walker| {
        edit(walker, ".env", |text| text.replace("PASSWORD=", "PASSWORD=other"));
    }),
    ("broken-env", |walker| edit(walker, ".env", |text| format!("{text}\nBAD='\n"))),
];

/// Those that leave the stack alone.
pub(crate) fn of_files(state: &str) -> bool {
    let at = |wanted: &str| STATES.iter().position(|(name, _)| *name == wanted);
    at(state) >= at("edited")
}

fn edit(walker: &Walker, path: &str, change: impl Fn(&str) -> String) {
    let path = walker.sandbox.path(path);
    if let Ok(text) = std::fs::read_to_string(&path) {
        std::fs::write(&path, change(&text)).expect("the learner's edit");
    }
}
