//! The course plays from its first step to its last, on each engine.

use super::Stall;
use crate::harness::docker_answers;

/// Plays the whole lesson; each of its checks passes.
#[track_caller]
fn plays(stall: &Stall, engine: &str) {
    let run = stall.agreed(&format!("demo 10 --auto --engine {engine}")).code(0);
    run.says("5 of 5 steps passed");
}

#[test]
fn it_plays_on_the_embedded_engine() {
    plays(&Stall::new(), "embedded");
}

#[test]
fn it_plays_on_docker() {
    if !docker_answers() {
        return;
    }
    let mut stall = Stall::new();
    for (variable, local) in [
        ("PYTHON_IMAGE", "workshop-python:local"),
        ("NGINX_IMAGE", "workshop-nginx:local"),
        ("REDIS_IMAGE", "workshop-redis:local"),
    ] {
        if std::env::var_os(variable).is_none() {
            stall = stall.with_env(variable, local);
        }
    }
    plays(&stall, "docker");
}

#[test]
fn it_is_sound() {
    Stall::new().run(["validate", "10"]).code(0);
}
