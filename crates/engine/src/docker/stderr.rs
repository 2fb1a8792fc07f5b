//! Reads the cause of a failure out of what Compose wrote: [`classify`], a pure function.
//!
//! The patterns come from real output of Compose 2.40 and 1.29 on Docker Engine 20.10; those of
//! newer engines, of Docker Desktop and of registries that do answer are marked in the tests.

use crate::Trouble;

/// What stopped a failed `docker compose` command, from the lines of its two streams.
pub(crate) fn classify(stdout: &[String], stderr: &[String]) -> Trouble {
    let lines: Vec<&str> =
        stderr.iter().chain(stdout).map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
    let first = |rule: fn(&str) -> Option<Trouble>| lines.iter().find_map(|line| rule(line));
    first(name_with_replicas)
        .or_else(|| first(daemon_gone))
        .or_else(|| first(disk_full))
        .or_else(|| first(port_taken))
        .or_else(|| first(name_taken))
        .or_else(|| no_network(&lines))
        .or_else(|| first(image_missing))
        .or_else(|| build_failed(&lines))
        .or_else(|| first(not_healthy))
        .or_else(|| compose_invalid(&lines))
        .unwrap_or_else(|| Trouble::Other { line: last_line(stderr).unwrap_or_default() })
}

/// The last line that says something.
pub(crate) fn last_line(lines: &[String]) -> Option<String> {
    lines.iter().rev().map(|line| line.trim()).find(|line| !line.is_empty()).map(str::to_owned)
}

/// What stands between `open` and the next `close`.
fn between<'a>(line: &'a str, open: &str, close: &str) -> Option<&'a str> {
    let (_, rest) = line.split_once(open)?;
    Some(rest.split_once(close).map_or(rest, |(inside, _)| inside)).filter(|inside| !inside.is_empty())
}

fn has_any(line: &str, marks: &[&str]) -> bool {
    marks.iter().any(|mark| line.contains(mark))
}

fn name_with_replicas(line: &str) -> Option<Trouble> {
    let service =
        line.contains("using the custom container name").then(|| between(line, "The \"", "\""))??;
    Some(Trouble::ContainerNameWithReplicas { service: service.to_owned() })
}

fn daemon_gone(line: &str) -> Option<Trouble> {
    let marks = [
        "Cannot connect to the Docker daemon",
        "Couldn't connect to Docker daemon",
        "error during connect",
        "failed to connect to the docker API",
        "Error while fetching server API version",
    ];
    has_any(line, &marks).then_some(Trouble::DaemonGone)
}

fn disk_full(line: &str) -> Option<Trouble> {
    line.contains("no space left on device").then_some(Trouble::DiskFull)
}

/// Every wording that engines have used for a port of the host that is in use.
fn port_taken(line: &str) -> Option<Trouble> {
    let marks = [
        "port is already allocated",
        "address already in use",
        "ports are not available",
        "Ports are not available",
    ];
    if !has_any(line, &marks) {
        return None;
    }
    let opens = [
        "Bind for ",
        "failed to bind host port for ",
        "failed to bind host port ",
        "exposing port TCP ",
        "exposing port UDP ",
        "listen tcp4 ",
        "listen tcp6 ",
        "listen tcp ",
        "listen udp4 ",
        "listen udp ",
    ];
    let port = opens.iter().find_map(|open| host_port(between(line, open, " ")?))?;
    Some(Trouble::PortTaken { port, holder: None })
}

/// The port of `0.0.0.0:8080`, `[::]:8080`, `0.0.0.0:8080/tcp:` or `0.0.0.0:8080:172.18.0.2:80/tcp`.
fn host_port(address: &str) -> Option<u16> {
    let after_host = match address.strip_prefix('[') {
        Some(v6) => v6.split_once("]:")?.1,
        None => address.split_once(':')?.1,
    };
    let digits: String = after_host.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

fn name_taken(line: &str) -> Option<Trouble> {
    let (_, rest) = line.split_once("ontainer name \"")?;
    let (name, rest) = rest.split_once('"')?;
    rest.contains("is already in use")
        .then(|| Trouble::ContainerNameTaken { name: name.trim_start_matches('/').to_owned() })
}

/// A name that does not resolve, a connection that is not made: of a registry, or within a build.
fn no_network(lines: &[&str]) -> Option<Trouble> {
    let unreached = [
        "no such host",
        "dial tcp",
        "i/o timeout",
        "TLS handshake timeout",
        "Client.Timeout exceeded",
        "server misbehaving",
        "network is unreachable",
        "toomanyrequests",
    ];
    let registry = ["/v2/", "registry", "auth.docker.io", "toomanyrequests"];
    let in_a_build = [
        "Temporary failure resolving",
        "Temporary failure in name resolution",
        "Could not resolve host",
        "failed to lookup address information",
        "temporary error (try again later)",
    ];
    let line = lines
        .iter()
        .find(|line| (has_any(line, &unreached) && has_any(line, &registry)) || has_any(line, &in_a_build))?;
    let asked = lines.iter().find_map(|line| manifest_image(line));
    let wanted = || lines.iter().find_map(|line| between(line, "load metadata for ", " "));
    let image = if has_any(line, &in_a_build) { None } else { asked.or_else(|| wanted().map(short_image)) };
    Some(Trouble::NoNetwork { image })
}

/// `nginx:alpine` of `…/v2/library/nginx/manifests/alpine`.
fn manifest_image(line: &str) -> Option<String> {
    let (repository, rest) = line.split_once("/v2/")?.1.split_once("/manifests/")?;
    let tag: String = rest.chars().take_while(|c| !matches!(c, '"' | '?' | ' ')).collect();
    let mark = if tag.contains(':') { '@' } else { ':' };
    Some(short_image(&format!("{repository}{mark}{tag}")))
}

/// An image as a person writes it: without the default registry and its `library/`.
fn short_image(image: &str) -> String {
    let image = image.trim_matches(|c: char| matches!(c, '"' | '\'' | ',' | ':' | ' '));
    let image = image.strip_prefix("docker.io/").unwrap_or(image);
    image.strip_prefix("library/").unwrap_or(image).to_owned()
}

fn image_missing(line: &str) -> Option<Trouble> {
    let refused = between(line, "pull access denied for ", ",")
        .or_else(|| between(line, "manifest for ", " not found"))
        .or_else(|| between(line, "No such image: ", " "))
        .or_else(|| between(line, "failed to resolve source metadata for ", ": "));
    let image = refused.or_else(|| {
        let named = line.strip_suffix(": not found")?.rsplit(' ').next()?;
        named.starts_with("docker.io/").then_some(named)
    });
    Some(Trouble::ImageMissing { image: short_image(image?) })
}

fn build_failed(lines: &[&str]) -> Option<Trouble> {
    let reasons = [
        "failed to solve",
        "returned a non-zero code",
        "COPY failed: ",
        "ADD failed: ",
        "unable to prepare context",
    ];
    // Compose 1 ends with a line that says no more than that; the reason stands before it.
    let before_the_end = || {
        let end = lines.iter().position(|line| line.contains("failed to build"))?;
        Some(lines[end.saturating_sub(1)])
    };
    let said = lines.iter().find(|line| has_any(line, &reasons)).copied().or_else(before_the_end)?;
    let step = lines.iter().find_map(|line| line.strip_prefix("> [")).map(|step| step.trim_end_matches(':'));
    let named = lines.iter().find_map(|line| {
        between(line, "Service '", "' failed to build")
            .or_else(|| line.strip_prefix("target ")?.split_once(": failed to solve").map(|(name, _)| name))
    });
    // `[backend 2/2] RUN …`, and `[2/2] RUN …` where only one service is built.
    let (place, instruction) = step.and_then(|step| step.split_once("] ")).unzip();
    let in_step = || place?.split_once(' ').map(|(service, _)| service).filter(|word| *word != "internal");
    let said = said.rsplit_once("failed to solve: ").map_or(said, |(_, rest)| rest);
    let last = last_output(lines).filter(|line| !said.contains(line));
    let detail = match (instruction.filter(|_| place != Some("internal")), last) {
        (Some(instruction), Some(last)) => format!("{instruction}: {last}"),
        (Some(instruction), None) => format!("{instruction}: {said}"),
        (None, _) => said.to_owned(),
    };
    Some(Trouble::BuildFailed { service: named.or_else(in_step).map(str::to_owned), detail })
}

/// The last line that the failed step itself wrote: in the block between two rules, after its
/// heading, with BuildKit's seconds in front.
fn last_output<'a>(lines: &[&'a str]) -> Option<&'a str> {
    let start = lines.iter().position(|line| line.starts_with("> ["))?;
    let block = lines[start + 1..].iter().take_while(|line| !line.starts_with("-----"));
    let (_, words) = block.last()?.split_once(' ')?;
    Some(words.trim())
}

fn not_healthy(line: &str) -> Option<Trouble> {
    let (_, rest) = line.split_once("container ")?;
    let (container, end) = rest.split_once(' ')?;
    let ended = end.starts_with("is unhealthy") || end.starts_with("exited (");
    ended.then(|| Trouble::NotHealthy { container: container.to_owned(), said: None })
}

fn compose_invalid(lines: &[&str]) -> Option<Trouble> {
    let marks = [
        "invalid compose project",
        "is invalid because:",
        "uses an undefined",
        "undefined network",
        "undefined volume",
        "additional properties",
        "invalid project name",
        "project name must not be empty",
        "no configuration file provided",
        "Can't find a suitable configuration file",
        "no such service",
        "No such service",
        "invalid interpolation format",
        "top-level object must be a mapping",
        "yaml.scanner.ScannerError",
        "yaml.parser.ParserError",
    ];
    let at = lines.iter().position(|line| {
        let line = line.trim_start_matches("ERROR: ");
        line.starts_with("yaml: ")
            || line.starts_with("validating ")
            || line.starts_with("parsing ")
            || line.starts_with("services.")
            || has_any(line, &marks)
    })?;
    // 1.29 puts the reason on the next line; 2 puts the file's path before it.
    let next_too = lines[at].ends_with("because:") || lines[at].contains("yaml.");
    let detail = match lines.get(at + 1).filter(|_| next_too) {
        Some(next) if lines[at].ends_with("because:") => (*next).to_owned(),
        Some(next) => format!("{} {next}", lines[at]),
        None => [".yml: ", ".yaml: "]
            .iter()
            .find_map(|end| lines[at].split_once(end).map(|(_, rest)| rest))
            .unwrap_or(lines[at])
            .to_owned(),
    };
    Some(Trouble::ComposeFileInvalid { detail })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<String> {
        text.lines().map(str::to_owned).collect()
    }

    fn of(stderr: &str) -> Trouble {
        classify(&[], &lines(stderr))
    }

    #[test]
    fn ports_that_are_taken() {
        for (stderr, port) in [
            // Engine 20.10.
            (
                "Error response from daemon: driver failed programming external connectivity on endpoint port-web-1 (6dff): Error starting userland proxy: listen tcp4 0.0.0.0:18099: bind: address already in use",
                18099,
            ),
            (
                "Error response from daemon: driver failed programming external connectivity on endpoint port2-web-1 (7201): Bind for 0.0.0.0:18098 failed: port is already allocated",
                18098,
            ),
            // Docker Desktop, engines 28 and 29: as reported by their users, not seen here.
            (
                "Error response from daemon: Ports are not available: exposing port TCP 0.0.0.0:8080 -> 127.0.0.1:0: listen tcp 0.0.0.0:8080: bind: address already in use",
                8080,
            ),
            (
                "Error response from daemon: failed to set up container networking: driver failed programming external connectivity on endpoint a-web-1 (1): failed to bind host port for 0.0.0.0:8080:172.18.0.2:80/tcp: address already in use",
                8080,
            ),
            (
                "Error response from daemon: failed to bind host port [::]:8080/tcp: address already in use",
                8080,
            ),
        ] {
            assert_eq!(of(stderr), Trouble::PortTaken { port, holder: None }, "{stderr}");
        }
    }

    #[test]
    fn names_that_are_taken_and_names_that_forbid_replicas() {
        let taken = " Container dkname  Creating\nError response from daemon: Conflict. The container name \"/dkname\" is already in use by container \"7bd5\". You have to remove (or rename) that container to be able to reuse that name.";
        assert_eq!(of(taken), Trouble::ContainerNameTaken { name: "dkname".into() });
        let with_replicas = Trouble::ContainerNameWithReplicas { service: "web".into() };
        assert_eq!(
            of(
                "WARNING: The \"web\" service is using the custom container name \"dkname\". Docker requires each container to have a unique name. Remove the custom name to scale the service"
            ),
            with_replicas
        );
        // 1.29 goes on, and fails at the conflict.
        assert_eq!(
            of(
                "The \"web\" service is using the custom container name \"dkname\". Docker requires each container to have a unique name. Remove the custom name to scale the service.\nERROR: for web  Cannot create container for service web: Conflict. The container name \"/dkname\" is already in use by container \"bcb\"."
            ),
            with_replicas
        );
    }

    #[test]
    fn images_that_cannot_be_had() {
        assert_eq!(
            of(
                " web Pulling \n web Error Get \"https://registry-1.docker.io/v2/\": dial tcp: lookup registry-1.docker.io on 192.0.2.1:53: no such host"
            ),
            Trouble::NoNetwork { image: None }
        );
        assert_eq!(
            of(
                "failed to solve: rpc error: code = Unknown desc = failed to solve with frontend dockerfile.v0: failed to create LLB definition: failed to do request: Head \"https://registry-1.docker.io/v2/library/nginx/manifests/alpine\": dial tcp: lookup registry-1.docker.io on 192.0.2.1:53: no such host"
            ),
            Trouble::NoNetwork { image: Some("nginx:alpine".into()) }
        );
        // Answers of a registry that is reached: their known wordings, not seen here.
        for stderr in [
            "Error response from daemon: pull access denied for nosuch/image, repository does not exist or may require 'docker login'",
            "Error response from daemon: manifest for nosuch/image not found: manifest unknown: manifest unknown",
            "target web: failed to solve: nosuch/image: failed to resolve source metadata for docker.io/nosuch/image: docker.io/nosuch/image: not found",
        ] {
            assert_eq!(of(stderr), Trouble::ImageMissing { image: "nosuch/image".into() }, "{stderr}");
        }
    }

    #[test]
    fn builds_that_fail() {
        let failed = |service: Option<&str>, detail: &str| Trouble::BuildFailed {
            service: service.map(str::to_owned),
            detail: detail.into(),
        };
        let run = classify(
            &lines(
                "#6 ERROR: executor failed running [/bin/sh -c echo about-to-fail && false]: exit code: 1\n------\n > [2/2] RUN echo about-to-fail && false:\n0.194 about-to-fail\n------",
            ),
            &lines(
                "failed to solve: executor failed running [/bin/sh -c echo about-to-fail && false]: exit code: 1\n",
            ),
        );
        // The output's last line occurs in the command itself, so the reason says more.
        assert_eq!(
            run,
            failed(
                None,
                "RUN echo about-to-fail && false: executor failed running [/bin/sh -c echo about-to-fail && false]: exit code: 1"
            )
        );
        let cargo = classify(
            &lines(
                "------\n > [backend 2/2] RUN cargo build:\n0.1 error[E0425]: cannot find value `x`\n0.2 error: could not compile `backend`\n------",
            ),
            &lines(
                "target backend: failed to solve: process \"/bin/sh -c cargo build\" did not complete successfully: exit code: 101\n",
            ),
        );
        assert_eq!(cargo, failed(Some("backend"), "RUN cargo build: error: could not compile `backend`"));
        let copy = classify(
            &lines(
                "#7 [2/2] COPY nofile /x\n#7 ERROR: \"/nofile\" not found: not found\n------\n > [2/2] COPY nofile /x:\n------",
            ),
            &lines("failed to solve: failed to compute cache key: \"/nofile\" not found: not found"),
        );
        assert_eq!(
            copy,
            failed(None, "COPY nofile /x: failed to compute cache key: \"/nofile\" not found: not found")
        );
        let old = of(
            "#5 ERROR: executor failed\n------\n > [2/2] RUN make:\n0.2 make: not found\n------\nERROR: failed to build: failed to solve: executor failed running [/bin/sh -c make]: exit code: 127\nService 'backend' failed to build : Build failed",
        );
        assert_eq!(old, failed(Some("backend"), "RUN make: make: not found"));
        // The builder before BuildKit, where buildx is not installed.
        let legacy = "COPY failed: file not found in build context: stat nofile: file does not exist";
        let ended = "Service 'backend' failed to build : Build failed";
        assert_eq!(of(&format!("Building backend\n{legacy}\n{ended}")), failed(Some("backend"), legacy));
        assert_eq!(
            of(&format!("exec: \"/nosuch\": no such file\n{ended}")),
            failed(Some("backend"), "exec: \"/nosuch\": no such file")
        );
        let offline = classify(
            &lines(
                "------\n > [2/2] RUN apt-get update:\n1.0 W: Temporary failure resolving 'example.org'\n------",
            ),
            &lines("failed to solve: exit code: 100"),
        );
        assert_eq!(offline, Trouble::NoNetwork { image: None });
    }

    #[test]
    fn compose_files_that_are_wrong() {
        for (stderr, detail) in [
            (
                "yaml: line 4: mapping values are not allowed in this context",
                "yaml: line 4: mapping values are not allowed in this context",
            ),
            (
                "validating /home/a/docker-compose.yml: services.web additional properties 'port' not allowed",
                "services.web additional properties 'port' not allowed",
            ),
            (
                "service \"web\" refers to undefined network nope: invalid compose project",
                "service \"web\" refers to undefined network nope: invalid compose project",
            ),
            ("no configuration file provided: not found", "no configuration file provided: not found"),
            (
                "The Compose file './docker-compose.yml' is invalid because:\nUnsupported config option for services.web: 'port' (did you mean 'ports'?)",
                "Unsupported config option for services.web: 'port' (did you mean 'ports'?)",
            ),
            (
                "yaml.scanner.ScannerError: mapping values are not allowed here\n  in \"./docker-compose.yml\", line 4, column 10",
                "yaml.scanner.ScannerError: mapping values are not allowed here in \"./docker-compose.yml\", line 4, column 10",
            ),
        ] {
            assert_eq!(of(stderr), Trouble::ComposeFileInvalid { detail: detail.into() }, "{stderr}");
        }
    }

    #[test]
    fn the_machine_in_the_way_and_the_rest() {
        let gone = "unable to get image 'p1-web': Cannot connect to the Docker daemon at unix:///nonexistent. Is the docker daemon running?";
        assert_eq!(of(gone), Trouble::DaemonGone);
        assert_eq!(of("write /x: no space left on device"), Trouble::DiskFull);
        assert_eq!(
            of("dependency failed to start: container ws-db-1 is unhealthy"),
            Trouble::NotHealthy { container: "ws-db-1".into(), said: None }
        );
        assert_eq!(of("a\nsomething odd\n\n"), Trouble::Other { line: "something odd".into() });
        assert_eq!(of(""), Trouble::Other { line: String::new() });
    }
}
