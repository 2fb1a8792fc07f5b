//! A reset that did not do all of it says what is left, and what does it later.

use rustix::process::Signal;

use super::Stack;
use crate::docker::lab::Lab;
use crate::docker::outside::docker;
use crate::harness::Sandbox;

#[test]
fn without_its_engine_a_reset_is_no_success() {
    let sandbox = Sandbox::started("06").without_docker().kept_on_docker();
    sandbox.write("docker-compose.yml", "services: {}\n");
    for (args, later) in [
        (&["reset", "--all", "--yes"][..], "workshop reset --all"),
        // The files are as they should be by then, and still nothing was seen.
        (&["reset", "--all", "--yes"], "workshop reset --all"),
        (&["reset", "--yes"], "workshop reset"),
    ] {
        let run = sandbox.run(args).code(3).says("could not be seen").says(later);
        assert!(!run.stdout.contains("✓"), "{run:?}");
    }
    assert!(sandbox.read("docker-compose.yml").contains("backend"), "the files are reset");
    let report = sandbox.run(["reset", "--all", "--yes", "--json"]).code(3).json();
    assert!(report["reset"]["unseen"].is_string(), "{report}");
    assert_eq!(report["error"]["exit"], 3, "{report}");
}

#[test]
fn a_whole_reset_names_what_stays_and_ends_the_engine() {
    let stack = Stack::start();
    let run = stack.sandbox.run(["reset", "--all", "--yes", "--json"]).code(0);
    let report = run.json();
    assert!(report["reset"]["removed"].as_array().is_some_and(|all| all.len() >= 5), "{report}");
    assert_eq!(report["reset"]["left"], serde_json::json!([]), "{report}");
    assert!(stack.supervisor().is_none(), "the process that ran it has ended");
    assert!(stack.backends().is_empty());
    let kept = report["reset"]["kept"].as_array().expect("a list");
    let notices = report["notices"].to_string();
    for image in kept {
        assert!(notices.contains(image["name"].as_str().expect("a name")), "{notices}");
    }
    assert!(notices.contains(".workshop/"), "{notices}");
    if !kept.is_empty() {
        stack.sandbox.run(["compose", "down", "--rmi", "all"]).code(0);
        let report = stack.sandbox.run(["reset", "--all", "--yes", "--json"]).code(0).json();
        assert_eq!(report["reset"]["kept"], serde_json::json!([]), "the command that was named removes them");
    }
}

#[test]
fn docker_what_somebody_else_holds_is_left_and_named_and_the_rest_is_removed() {
    let Some(lab) = Lab::at("scale-to-3") else { return };
    lab.run(["compose", "up", "-d", "--wait"]).code(0);
    let network = format!("{}_appnet", lab.name);
    let guest = format!("{}-guest", lab.name);
    let volume = lab.left().into_iter().find(|name| name.contains("_data"));
    let mount = volume.as_ref().map(|volume| format!("{volume}:/mnt"));
    let mut args = vec!["run", "-d", "--name", &guest, "--network", &network];
    if let Some(mount) = &mount {
        args.extend(["-v", mount]);
    }
    args.push("workshop-nginx:local");
    docker(&args);
    struct Guest(String);
    impl Drop for Guest {
        fn drop(&mut self) {
            docker(&["rm", "-f", &self.0]);
        }
    }
    let guest = Guest(guest);
    let run = lab.run(["reset", "--all", "--yes", "--json"]);
    let report = run.code(3).json();
    assert!(lab.containers().is_empty(), "the containers are removed all the same: {report}");
    let left = report["reset"]["left"].to_string();
    let volume = volume.expect("lesson 06 has a volume");
    assert!(left.contains(&volume), "{left}");
    assert!(left.contains(&network), "{left}");
    drop(guest);
    let report = lab.run(["reset", "--all", "--yes", "--json"]).code(0).json();
    assert!(lab.left().is_empty(), "{report}: {:?}", lab.left());
    let images = report["reset"]["kept"].as_array().expect("a list");
    assert!(!images.is_empty(), "{report}");
    assert!(report["notices"].to_string().contains("docker rmi"), "{report}");
    for image in images {
        docker(&["rmi", image["name"].as_str().expect("a name")]);
    }
}

#[test]
fn a_command_that_is_cut_off_in_the_middle_is_said() {
    let stack = Stack::start();
    let apply = ["compose", "up", "-d", "--build", "--wait", "--scale", "backend=5"].map(str::to_owned);
    let pid = stack.supervisor().expect("a supervisor");
    rustix::process::kill_process(pid, Signal::STOP).expect("it is there");
    let up = stack.begin(&apply);
    // From when it hears signals, it waits for an answer that does not come.
    up.wait_until_it_hears();
    up.signal(Signal::INT);
    let ended = up.end();
    rustix::process::kill_process(pid, Signal::CONT).expect("it is there");
    ended.code(130).says("was cut off in the middle").says("workshop status");
    // Whatever it had come to, a reset takes all of it down.
    stack.sandbox.run(["reset", "--all", "--yes"]).code(0);
    assert!(stack.backends().is_empty());
}
