//! `dockerfile`, `same_build` and `healthcheck` in a Dockerfile.

use super::{fails, passes};

const CHECK: &str =
    r#"dockerfile = { service = "api-server", final_without = ["cargo", "rustc", "rustup"] }"#;
const COMPOSE: &str = "services:\n  api-server:\n    build:\n      context: ./backend\n      args:\n        \
    RUST_IMAGE: ${RUST_IMAGE:-rust:1-slim}\n        PROGRAM: ${SHORTENER_PROGRAM:-compiled}\n";

fn files(dockerfile: &str) -> [(&str, &str); 2] {
    [("docker-compose.yml", COMPOSE), ("backend/Dockerfile", dockerfile)]
}

#[test]
fn any_right_solution_of_several_stages_passes() {
    let compiled =
        "ARG RUST_IMAGE=rust:1-slim\nARG PROGRAM=compiled\nFROM ${RUST_IMAGE} AS compiled\nRUN cargo build\n";
    for last in [
        "FROM ${PROGRAM} AS program\nFROM scratch\nCOPY --from=program /out/x /app/x\n",
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y ca-certificates\nCOPY --from=compiled /x /x\n",
        "FROM gcr.example/distroless/cc-debian12\nCOPY --from=0 /x /x\n",
        "FROM alpine:3 AS base\nRUN apk add curl\nFROM base AS runtime\nCOPY --chown=1 --from=COMPILED /x /x\n",
        "FROM alpine\nRUN --mount=type=bind,from=compiled,target=/b cp /b/x /x\n",
        "FROM alpine\nRUN rm -rf /root/.cargo\nCOPY --from=compiled /x /x\n",
    ] {
        passes(CHECK, &files(&format!("{compiled}{last}CMD [\"x\"]\n")));
    }
    let chef = "FROM lukemathwalker/cargo-chef:latest-rust-1 AS chef\nFROM chef AS planner\nRUN cargo chef prepare\n\
         FROM chef AS builder\nCOPY --from=planner /r /r\nRUN cargo chef cook\nFROM debian:bookworm-slim AS runtime\n\
         COPY --from=builder /x /x\nCMD [\"/x\"]\n";
    passes(CHECK, &files(chef));
    // A stage behind the one that is built does not count.
    let compose = COMPOSE.replace("context: ./backend", "context: ./backend\n      target: runtime");
    let tested = format!("{chef}FROM builder AS test\nRUN cargo test\n");
    passes(CHECK, &[("docker-compose.yml", &compose), ("backend/Dockerfile", &tested)]);
    // A program that was built elsewhere takes the stage's place.
    let elsewhere = format!(
        "{compiled}FROM ${{PROGRAM}} AS program\nFROM scratch\nCOPY --from=program /x /x\nENTRYPOINT [\"/x\"]\n"
    );
    passes(
        CHECK,
        &[files(&elsewhere)[0], files(&elsewhere)[1], (".env", "SHORTENER_PROGRAM=program:local\n")],
    );
}

#[test]
fn the_service_may_be_split_and_its_dockerfile_elsewhere() {
    let good = "FROM rust AS b\nRUN cargo build\nFROM scratch\nCOPY --from=b /x /x\nCMD [\"/x\"]\n";
    let split = "x-api: &api\n  build: {context: backend/, dockerfile: docker/Release}\nservices:\n  api-server-1:\n    <<: *api\n";
    passes(CHECK, &[("compose.yaml", split), ("backend/docker/Release", good)]);
    let other = split.replace("api-server-1", "web");
    fails(
        CHECK,
        &[("compose.yaml", &other), ("backend/docker/Release", good)],
        "check-compose-missing",
        "services",
    );
}

#[test]
fn the_tool_chain_in_the_final_image_is_found_where_it_comes_from() {
    for (text, key, word) in [
        ("FROM ${RUST_IMAGE}\nRUN cargo build\n", "check-file-broken", "${RUST_IMAGE}"),
        ("ARG RUST_IMAGE\nFROM ${RUST_IMAGE}\nRUN cargo build\n", "check-dockerfile-single", "${RUST_IMAGE}"),
        (
            "FROM rust AS b\nFROM debian\nRUN apt-get install -y \\\n  cargo\nCOPY --from=b /x /x\n",
            "check-dockerfile-runs",
            "cargo",
        ),
        (
            "FROM rust AS b\nRUN cargo build\nFROM b\nCOPY --from=b /x /x\n",
            "check-dockerfile-starts-from",
            "b",
        ),
        (
            "FROM rust:1 AS b\nRUN cargo build\nFROM rust:1-slim\nCOPY --from=b /x /x\n",
            "check-dockerfile-tool-chain",
            "rust:1-slim",
        ),
        (
            "FROM rust AS b\nFROM b AS c\nRUN cargo build\nFROM b\nCOPY --from=c /x /x\n",
            "check-dockerfile-tool-chain",
            "b\n",
        ),
        ("FROM rust AS b\nRUN cargo build\nFROM debian\nCOPY x /x\n", "check-dockerfile-no-copy", "debian"),
        ("FROM rust AS b\nFROM debian\nCOPY --from=b /x /x\n", "check-dockerfile-no-start", "debian"),
        (
            "FROM rust AS b\nFROM debian\nCOPY --from=b /usr/local/cargo/bin/ /bin/\n",
            "check-dockerfile-copied",
            "COPY",
        ),
        (
            "FROM rust AS b\nFROM scratch\nCOPY --from=b /x /y\nENTRYPOINT [\"/x\"]\n",
            "check-built-no-program",
            "ENTRYPOINT",
        ),
        ("FROM rust AS b\nFROM scratch\nCOPY --from=b /x /x\nCMD /x\n", "check-built-no-shell", "CMD"),
        (
            "FROM rust AS b\nRUN cargo build\nFROM debian\nCOPY --from=nginx /x /x\n",
            "check-dockerfile-no-copy",
            "debian",
        ),
    ] {
        fails(CHECK, &files(text), key, word.trim_end());
    }
}

#[test]
fn what_cannot_be_read_is_said_politely() {
    for (build, key, word) in [
        ("build: {context: https://example.org/x.git}", "check-built-elsewhere", "{context"),
        ("image: x", "check-built-not", "api-server"),
        ("build:\n      dockerfile_inline: FROM x", "check-built-inline", "FROM x"),
        ("build: {context: backend, target: nope}", "check-built-no-target", "{context"),
    ] {
        let compose = format!("services:\n  api-server:\n    {build}\n");
        fails(
            CHECK,
            &[("docker-compose.yml", &compose), ("backend/Dockerfile", "FROM a\nFROM b\n")],
            key,
            word,
        );
    }
    let missing = super::judged(CHECK, &[("docker-compose.yml", COMPOSE)]);
    assert_eq!(missing.message.key, "file-missing");
    let outside =
        super::judged(CHECK, &[("docker-compose.yml", &COMPOSE.replace("./backend", "../elsewhere"))]);
    assert_eq!(outside.message.key, "file-outside");
    assert_eq!(super::judged(CHECK, &files("# nothing\n")).message.key, "check-built-no-stage");
}

#[test]
fn a_health_check_may_stand_in_the_dockerfile() {
    let check = "healthcheck = { service = \"api-server\" }";
    passes(check, &files("FROM a\nHEALTHCHECK CMD /x healthcheck\n"));
    passes(check, &files("FROM a AS b\nHEALTHCHECK CMD /x\nFROM b\n"));
    fails(
        check,
        &files("FROM a AS b\nHEALTHCHECK CMD /x\nFROM b\nHEALTHCHECK NONE\n"),
        "check-healthcheck-missing",
        "api-server",
    );
    fails(
        check,
        &files("FROM a AS b\nHEALTHCHECK CMD /x\nFROM c\n"),
        "check-healthcheck-missing",
        "api-server",
    );
}

#[test]
fn builds_are_compared_by_what_they_mean() {
    let check = "same_build = { services = [\"a\", \"b\"] }";
    let compose = |a: &str, b: &str| format!("services:\n  a:\n    {a}\n  b:\n    {b}\n");
    for (a, b) in [
        ("build: ./x", "build: {context: x/, dockerfile: Dockerfile}"),
        ("build: {context: x, args: [A=1, B=2]}", "build: {context: x, args: {B: 2, A: 1}}"),
        ("image: x:1", "image: x:1"),
        ("build: x\n    image: x:1", "image: x:1"),
    ] {
        passes(check, &[("docker-compose.yml", &compose(a, b)), ("x/Dockerfile", "FROM x\n")]);
    }
    for (a, b, word) in [
        ("build: ./x", "build: ./y", "./y"),
        ("build: x", "build: {context: x, target: t}", "{context: x, t"),
        ("build: x", "build: {context: x, dockerfile: O}", "{context: x, d"),
        (
            "build: {context: x, args: {A: 1}}",
            "build: {context: x, args: {A: 2}}",
            "{context: x, args: {A: 2",
        ),
        ("build: x", "image: y", "y"),
        ("image: x", "image: y", "y"),
    ] {
        fails(check, &[("docker-compose.yml", &compose(a, b))], "check-same-build-other", word);
    }
}
