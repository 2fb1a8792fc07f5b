//! A demo at a real terminal, with the room that its presenter has open in another one.

use serde_json::json;

use super::class::{Class, LIMIT, learner};
use crate::demo::presenter::{EN, Show, number};
use crate::harness::{Sandbox, wait_for};
use crate::terminal::screen::Setup;

#[test]
fn the_room_follows_the_stage_votes_in_it_and_a_phone_turns_its_pages() {
    let mut class = Class::open_in(Sandbox::new());
    let one = learner();
    class.join(&one, "하나");
    let phone = class.phone();
    let sandbox = Sandbox::new().with_env("XDG_STATE_HOME", class.state());
    let mut show = Show::open_in(sandbox, &EN, Setup::default(), &["--room", "--from", "scale-it"], false);
    show.press(" ");
    class.shows("the step", |board| board["shown"]["position"] == number("scale-it"));
    one.run(["status"]).code(0).says(&format!("step {} of 35", number("scale-it")));
    let pocket = || class.pocket(&phone)["shown"].clone();
    wait_for("the phone has notes and clock", LIMIT, || {
        pocket()["notes"] != json!("") && pocket()["clock"].as_str().is_some_and(|clock| clock.contains('/'))
    });
    // The prediction comes up at the phone's press, and is put to the room.
    class.press(&phone, "next");
    show.asks("the room says:");
    class.shows("the question", |board| {
        board["poll"]["answer"].is_null() && board["poll"]["question"] != json!(null)
    });
    let asked = one.run(["vote"]).code(0);
    let choices = class.board()["poll"]["choices"].as_array().expect("choices").len();
    assert!(choices == 0 || asked.stdout.contains("1."), "{}", asked.stdout);
    one.run(["vote", "1"]).code(0);
    show.asks("1 × ");
    // Going on takes what the room said; it stands beside what is measured.
    class.press(&phone, "next");
    show.terminal.see("The room: 1 × ");
    class.press(&phone, "pause");
    show.asks("paused");
    class.press(&phone, "pause");
    show.asks(EN.next);
    while class.board()["poll"]["answer"].is_null() {
        show.press(" ");
    }
    one.run(["vote"]).code(0).says("The vote is over");
    // Back, from the phone.
    class.press(&phone, "back");
    show.is_at(number("scale-it"));
    // A room that dies does not disturb the stage; its end is in the notes.
    class.kill();
    wait_for("the notes say it", LIMIT, || {
        show.terminal.send("p");
        show.asks("paused");
        show.terminal.send("p");
        show.asks(EN.next);
        show.sandbox.run(["notes"]).stdout.contains("The room does not answer")
    });
    class.again();
    class.shows("the step again", |board| board["shown"]["position"] == number("scale-it"));
    show.terminal.send("q");
    show.asks("End the demo?");
    show.terminal.send("y");
    assert_eq!(show.terminal.end(), 0);
    assert!(class.board()["shown"].is_null());
}

#[test]
fn without_an_open_room_a_demo_says_so_where_one_is_wanted() {
    let sandbox = Sandbox::new().without_docker();
    sandbox.run(["demo", "06", "--auto", "--room"]).code(1).says("workshop room");
}
