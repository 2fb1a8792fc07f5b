//! Learners on machines of their own, as far as the network goes: each in a network namespace, with a
//! cable to the presenter's that can be pulled out.

use std::process::Command;

use super::class::{Class, LIMIT, learner, row, waiting};
use crate::harness::{Run, Sandbox, wait_for};

const LEARNERS: usize = 5;

/// Namespaces with a cable each; gone when dropped, and the cables with them.
struct Cables {
    names: Vec<String>,
}

impl Drop for Cables {
    fn drop(&mut self) {
        for name in &self.names {
            let _ = Command::new("ip").args(["netns", "del", name]).output();
        }
    }
}

fn ip(command: &str) -> bool {
    let output = Command::new("ip").args(command.split(' ')).output();
    output.is_ok_and(|output| output.status.success())
}

impl Cables {
    /// `None` where this machine lets nobody lay them; a failure where `WORKSHOP_TEST_ENGINES` names
    /// `netns`.
    #[track_caller]
    fn lay() -> Option<Self> {
        let mut cables = Self { names: Vec::new() };
        let laid = (0..LEARNERS).all(|at| cables.lay_one(at));
        let wanted = std::env::var("WORKSHOP_TEST_ENGINES")
            .is_ok_and(|names| names.split(',').any(|name| name == "netns"));
        assert!(laid || !wanted, "WORKSHOP_TEST_ENGINES names netns, and there are none to be had");
        if !laid {
            eprintln!("skipped: no network namespaces");
        }
        laid.then_some(cables)
    }

    fn lay_one(&mut self, at: usize) -> bool {
        let (name, plug) = (format!("room-{}-{at}", std::process::id()), Self::plug(at));
        if !ip(&format!("netns add {name}")) {
            return false;
        }
        self.names.push(name.clone());
        ip(&format!("link add {plug} type veth peer name eth0 netns {name}"))
            && ip(&format!("addr add {}/30 dev {plug}", Self::address(at, 1)))
            && ip(&format!("link set {plug} up"))
            && ip(&format!("-n {name} addr add {}/30 dev eth0", Self::address(at, 2)))
            && ip(&format!("-n {name} link set eth0 up"))
            && ip(&format!("-n {name} link set lo up"))
    }

    /// The presenter's end of the cable; a name has at most fifteen letters.
    fn plug(at: usize) -> String {
        format!("room{}x{at}", std::process::id() % 10_000_000)
    }

    /// An address of the range that is for trying networks out (RFC 2544).
    fn address(at: usize, end: u8) -> String {
        format!("198.18.{}.{}", std::process::id() % 250, at * 4 + usize::from(end))
    }

    fn pull(&self, at: usize) {
        assert!(ip(&format!("link set {} down", Self::plug(at))));
    }

    fn put_back(&self, at: usize) {
        assert!(ip(&format!("link set {} up", Self::plug(at))));
    }

    /// The program, on the machine of that learner.
    #[track_caller]
    fn run(&self, at: usize, learner: &Sandbox, args: &[&str]) -> Run {
        let there = learner.command();
        let mut command = Command::new("ip");
        command.args(["netns", "exec", &self.names[at]]).arg(there.get_program()).args(args);
        command.current_dir(learner.root()).stdin(std::process::Stdio::null());
        for (name, value) in there.get_envs() {
            match value {
                Some(value) => command.env(name, value),
                None => command.env_remove(name),
            };
        }
        Run::of(&mut command)
    }
}

#[test]
fn a_cable_that_is_pulled_out_holds_up_no_check_and_loses_nothing() {
    let Some(cables) = Cables::lay() else { return };
    let class = Class::open_to_all();
    let learners: Vec<Sandbox> = (0..LEARNERS).map(|_| learner()).collect();
    let name = |at: usize| format!("learner {at}");
    for (at, one) in learners.iter().enumerate() {
        let url = format!("http://{}:{}", Cables::address(at, 1), class.port());
        let join = ["join", &url, class.code(), "--name", &name(at), "--yes"];
        cables.run(at, one, &join).code(0).says("3반");
    }
    cables.pull(0);
    for (at, one) in learners.iter().enumerate() {
        cables.run(at, one, &["check"]).code(1);
    }
    class.shows("those who are there", |board| {
        (1..LEARNERS).all(|at| row(board, &name(at))["at"]["outcome"] == "not_yet")
    });
    cables.run(0, &learners[0], &["hint"]).code(0);
    cables.run(0, &learners[0], &["status"]).code(0).says("nothing is lost");
    let board = class.board();
    assert!(row(&board, &name(0))["at"]["outcome"].is_null(), "{board}");
    assert!(waiting(&learners[0]).len() >= 2);
    cables.put_back(0);
    class.shows("what was said without a cable", |board| {
        let at = &row(board, &name(0))["at"];
        at["outcome"] == "not_yet" && at["hints"] == 1
    });
    wait_for("nothing waits", LIMIT, || learners.iter().all(|one| waiting(one).is_empty()));
}
