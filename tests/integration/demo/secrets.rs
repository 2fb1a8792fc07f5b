//! What `.env` keeps secret is on no screen of a demo, whatever the presenter does in front of the room.

use crate::docker::lab::free_port;
use crate::harness::Sandbox;
use crate::terminal::screen::{Setup, Terminal};

#[test]
fn what_a_detour_changes_is_shown_without_the_secrets_in_it() {
    let sandbox = Sandbox::new();
    let setup = Setup { port: free_port(), ..Setup::default() };
    let args = ["demo", "07", "--engine", "embedded", "--pace", "100"];
    let mut terminal = Terminal::start(&sandbox, setup, &args);
    terminal.see("space: begin");
    terminal.send("gcopy-phase-3\r");
    terminal.see("Built for step");
    terminal.see("space: next, ?: keys");
    terminal.send(" ");
    terminal.see("Wrote into .env");
    terminal.see("space: next, ?: keys");
    let env = || {
        let file = sandbox.root().join(".workshop/demo/workshop/.env");
        std::fs::read_to_string(file).expect("the demo's .env")
    };
    let secret = |env: &str| {
        let value = env.lines().find_map(|line| line.strip_prefix("MYSQL_PASSWORD="));
        value.filter(|value| value.len() > 8).expect("a password that was made up").to_owned()
    };
    let old = secret(&env());
    // A file that has it, a line beside it, and another value in its place.
    terminal.send("d");
    terminal.see("Your shell, in");
    terminal.wait("a prompt", |rows| rows.iter().any(|row| row.ends_with(['$', '#']) && row.len() < 40));
    terminal.send(
        "grep ^MYSQL_PASSWORD .env > note.txt; sed -i 's/^MYSQL_PASSWORD=/&another/; $a MINE=1' .env; exit\r",
    );
    terminal.see("keep it");
    terminal.see("note.txt");
    terminal.see("+MINE=1");
    terminal.see("+MYSQL_PASSWORD=***");
    let new = secret(&env());
    assert!(new.starts_with("another") && new.ends_with(&old), "{new}");
    assert!(!terminal.raw().contains(&old), "the password is on the screen");
    assert!(!terminal.raw().contains(&new[..16]), "the new password is on the screen");
    terminal.send("k");
    terminal.see("space: next");
    terminal.send("q");
    terminal.see("End the demo?");
    terminal.send("y");
    assert_eq!(terminal.end(), 0);
}
