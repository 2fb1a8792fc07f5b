//! The room changes as it should, whatever it is told.

use proptest::prelude::*;

use super::*;
use crate::board::Board;
use crate::protocol::{Failing, Outcome, Vote, What};

fn room_of(names: &[&str]) -> Room {
    let mut room = Room::new("class", "id".to_owned());
    for name in names {
        let entry = room.place(Some(name), format!("token-{name}"), 1000).expect("a place");
        room.apply(entry);
    }
    room
}

fn report(number: u64, step: &str, position: u32, what: What) -> Report {
    Report {
        number,
        at: 500_000 + number,
        lesson: "06".to_owned(),
        step: step.to_owned(),
        title: format!("Title of {step}"),
        position,
        of: 35,
        minutes: 2,
        what,
    }
}

fn checked(outcome: Outcome, check: &str, words: &str) -> What {
    let failing = (outcome != Outcome::Pass).then(|| Failing {
        check: check.to_owned(),
        title: format!("check {check}"),
        words: words.to_owned(),
    });
    What::Checked { outcome, failing }
}

fn tell(room: &mut Room, id: u64, at: u64, reports: Vec<Report>) -> bool {
    let news = room.news(id, reports, at);
    let any = news.is_some();
    news.into_iter().for_each(|entry| room.apply(entry));
    any
}

#[test]
fn what_comes_twice_is_taken_once() {
    let mut room = room_of(&["kim"]);
    let reports = vec![
        report(1, "a", 1, What::Arrived),
        report(2, "a", 1, checked(Outcome::NotYet, "c", "no")),
        report(2, "a", 1, checked(Outcome::NotYet, "c", "no")),
    ];
    assert!(tell(&mut room, 1, 2000, reports.clone()));
    let before = room.clone();
    assert!(!tell(&mut room, 1, 2001, reports), "nothing new");
    assert_eq!(room, before);
    assert_eq!(room.learners()[&1].past.len(), 2);
    assert_eq!(room.learners()[&1].told, 2);
    assert!(!tell(&mut room, 9, 2001, vec![report(1, "a", 1, What::Arrived)]), "nobody");
}

#[test]
fn stuck_counts_from_the_first_failure_to_a_pass() {
    let mut room = room_of(&["kim"]);
    tell(&mut room, 1, 2000, vec![report(1, "a", 1, checked(Outcome::NotYet, "c", "no"))]);
    tell(&mut room, 1, 2300, vec![report(2, "a", 1, checked(Outcome::Environment, "c", "no"))]);
    let row = |room: &Room, now| Board::of(room, now, true).learners[0].at.clone().expect("a place");
    assert_eq!(row(&room, 2400).stuck_for, Some(400));
    assert_eq!(row(&room, 2400).here_for, 520, "two minutes before the first report");
    tell(&mut room, 1, 2500, vec![report(3, "a", 1, checked(Outcome::Pass, "", ""))]);
    assert_eq!((row(&room, 2600).stuck_for, row(&room, 2600).failing), (None, None));
    tell(&mut room, 1, 2600, vec![report(4, "a", 1, checked(Outcome::NotYet, "c", "no"))]);
    tell(&mut room, 1, 2700, vec![report(5, "b", 2, What::Arrived)]);
    assert_eq!(row(&room, 2800).stuck_for, None, "another step");
}

#[test]
fn what_was_kept_while_the_room_was_away_is_as_old_as_it_is() {
    let mut room = room_of(&["kim"]);
    let mut old = report(1, "a", 1, checked(Outcome::NotYet, "c", "no"));
    old.at = 1_000;
    let mut new = report(2, "a", 1, checked(Outcome::NotYet, "c", "no"));
    new.at = 1_600;
    tell(&mut room, 1, 9_000, vec![old, new]);
    let stuck = Board::of(&room, 9_000, true).learners[0].at.clone().and_then(|at| at.stuck_for);
    assert_eq!(stuck, Some(600), "ten minutes by the learner's clock, whatever that clock says");
}

#[test]
fn who_needs_the_presenter_most_is_first() {
    let mut room = room_of(&["fine", "stuck", "longer", "help"]);
    tell(&mut room, 1, 2000, vec![report(1, "a", 1, checked(Outcome::Pass, "", ""))]);
    tell(&mut room, 2, 2100, vec![report(1, "a", 1, checked(Outcome::NotYet, "c", "no"))]);
    tell(&mut room, 3, 2000, vec![report(1, "a", 1, checked(Outcome::NotYet, "c", "no"))]);
    tell(&mut room, 4, 2200, vec![report(1, "a", 1, What::Signal(Signal::Help))]);
    let board = Board::of(&room, 3000, true);
    let names: Vec<&str> = board.learners.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["help", "longer", "stuck", "fine"]);
    assert_eq!((board.count, board.stuck, board.help, board.done), (4, 2, 1, 0));
    assert_eq!((board.failing[0].count, board.failing[0].words.as_str()), (2, "no"));
    assert_eq!((board.steps[0].count, board.steps[0].passed, board.steps[0].stuck), (4, 1, 2));
}

#[test]
fn the_wall_has_no_names_and_no_words_of_one_alone() {
    let mut room = room_of(&["secret-name"]);
    tell(&mut room, 1, 2000, vec![report(1, "a", 1, checked(Outcome::NotYet, "c", "only mine"))]);
    let wall = serde_json::to_string(&Board::of(&room, 2000, false)).expect("JSON");
    assert!(!wall.contains("secret-name") && !wall.contains("only mine"), "{wall}");
    assert!(wall.contains("check c"));
}

#[test]
fn names_are_cleaned_numbered_and_bounded() {
    let mut room = room_of(&["김", "김"]);
    let names = |room: &Room| room.learners().values().map(|one| one.name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&room), ["김", "김 (2)"]);
    let entry = room.place(Some("\u{202e}\n"), "t".to_owned(), 1).expect("a place");
    room.apply(entry);
    assert_eq!(names(&room)[2], "3", "nothing that can be seen is a number");
    for number in room.learners().len()..MOST_LEARNERS {
        let entry = room.place(None, format!("t{number}"), 1).expect("a place");
        room.apply(entry);
    }
    assert_eq!(room.place(None, "one more".to_owned(), 1), None);
}

#[test]
fn of_one_who_left_nothing_is_left() {
    let mut room = room_of(&["kim", "lee"]);
    tell(&mut room, 1, 2000, vec![report(1, "a", 1, What::Arrived)]);
    room.apply(Entry::Poll { poll: Some(poll("p", &["x", "y"], None)) });
    room.apply(Entry::Vote { id: 1, answer: "x".to_owned() });
    room.apply(Entry::Left { id: 1 });
    let all = serde_json::to_string(&room).expect("JSON");
    assert!(!all.contains("kim") && !all.contains("token-kim"), "{all}");
    assert_eq!((room.holder("token-kim"), room.holder("token-lee")), (None, Some(2)));
    assert_eq!(room.asked().expect("a question").votes.len(), 0);
}

fn poll(id: &str, choices: &[&str], answer: Option<&str>) -> Poll {
    Poll {
        id: id.to_owned(),
        question: "which?".to_owned(),
        choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
        answer: answer.map(str::to_owned),
    }
}

fn vote(poll: &str, answer: &str) -> Vote {
    Vote { poll: poll.to_owned(), answer: answer.to_owned() }
}

#[test]
fn a_vote_is_one_of_the_choices_and_hidden_before_ones_own() {
    let mut room = room_of(&["kim", "lee"]);
    room.apply(Entry::Poll { poll: Some(poll("p", &["x", "y"], None)) });
    let asked = room.asked().expect("a question");
    assert_eq!(asked.answer(&vote("p", "x")), Some("x".to_owned()));
    assert_eq!((asked.answer(&vote("p", "z")), asked.answer(&vote("q", "x"))), (None, None));
    room.apply(Entry::Vote { id: 1, answer: "x".to_owned() });
    room.apply(Entry::Vote { id: 1, answer: "y".to_owned() });
    assert_eq!(room.now(Some(2)).votes, []);
    let counts: Vec<u32> = room.now(Some(1)).votes.iter().map(|votes| votes.count).collect();
    assert_eq!(counts, [0, 1], "the later one counts");
    room.apply(Entry::Poll { poll: Some(poll("p", &["x", "y"], Some("y"))) });
    assert_eq!(room.now(Some(2)).votes.len(), 2, "once it is over everybody sees");
    assert_eq!(room.asked().expect("a question").answer(&vote("p", "x")), None);
    room.apply(Entry::Poll { poll: Some(poll("other", &[], None)) });
    assert_eq!(room.asked().expect("a question").votes.len(), 0);
    assert_eq!(room.asked().expect("one").answer(&vote("other", " 42\u{7} ")), Some("42".to_owned()));
}

#[test]
fn learners_never_get_the_notes() {
    let mut room = room_of(&["kim"]);
    let shown = Shown {
        lesson: "06".to_owned(),
        step: "a".to_owned(),
        title: "A".to_owned(),
        position: 1,
        of: 35,
        notes: "say hello".to_owned(),
        clock: "12:00".to_owned(),
    };
    room.apply(Entry::Shown { shown: Some(shown) });
    let now = serde_json::to_string(&room.now(Some(1))).expect("JSON");
    assert!(now.contains("\"A\"") && !now.contains("say hello") && !now.contains("12:00"), "{now}");
}

fn any_entry() -> impl Strategy<Value = Entry> {
    let what = prop_oneof![
        Just(What::Arrived),
        Just(checked(Outcome::NotYet, "c", "no")),
        Just(checked(Outcome::Pass, "", "")),
        (0u32..9).prop_map(What::Hint),
        Just(What::Signal(Signal::Help)),
    ];
    let reports = proptest::collection::vec((0u64..50, "[a-c]", what), 1..4);
    prop_oneof![
        (1u64..5, ".{0,9}").prop_map(|(id, name)| Entry::Joined { id, name, token: format!("t{id}"), at: 1 }),
        (1u64..5, 0u64..9000, reports).prop_map(|(id, at, reports)| {
            let reports = reports.into_iter().map(|(number, step, what)| report(number, &step, 1, what));
            Entry::Reports { id, at, reports: reports.collect() }
        }),
        (1u64..5).prop_map(|id| Entry::Left { id }),
        (1u64..5).prop_map(|id| Entry::Vote { id, answer: "x".to_owned() }),
        Just(Entry::Poll { poll: Some(poll("p", &["x"], None)) }),
        Just(Entry::Poll { poll: None }),
    ]
}

proptest! {
    /// What is read from the disk is what was there: whole, and by its changes.
    #[test]
    fn a_room_survives_its_own_file(entries in proptest::collection::vec(any_entry(), 0..40), cut in 0usize..40) {
        let (mut played, mut read) = (Room::new("r", "id".to_owned()), Room::new("r", "id".to_owned()));
        for (place, entry) in entries.into_iter().enumerate() {
            if place == cut {
                read = serde_json::from_str(&serde_json::to_string(&read).expect("JSON")).expect("a room");
                read.index();
            }
            let line = serde_json::to_string(&entry).expect("JSON");
            read.apply(serde_json::from_str(&line).expect("an entry"));
            played.apply(entry);
        }
        prop_assert_eq!(&played.learners, &read.learners);
        prop_assert_eq!(&played, &read);
        prop_assert_eq!(Board::of(&played, 9999, true), Board::of(&read, 9999, true));
    }
}
