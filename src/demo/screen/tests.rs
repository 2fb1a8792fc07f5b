use super::*;
use crate::report::line::Role;

#[derive(Clone, Default)]
struct Bytes(Arc<Mutex<Vec<u8>>>);

impl Write for Bytes {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A virtual screen that gets everything, with line feeds as a terminal makes them.
struct Seen {
    bytes: Bytes,
    rows: u16,
}

impl Seen {
    fn of(rows: u16, terminal: bool) -> (Screen, Self) {
        let bytes = Bytes::default();
        let style = Style { terminal, ..Style::PLAIN };
        let screen = Screen::new(Box::new(bytes.clone()), style, (usize::from(rows), 80));
        (screen, Self { bytes, rows })
    }

    fn raw(&self) -> String {
        String::from_utf8(self.bytes.0.lock().unwrap().clone()).unwrap()
    }

    fn text(&self) -> Vec<String> {
        let mut parser = vt100::Parser::new(self.rows, 80, 100);
        parser.process(self.raw().replace('\n', "\r\n").as_bytes());
        parser.screen().rows(0, 80).map(|row| row.trim_end().to_owned()).collect()
    }
}

#[test]
fn lines_scroll_above_a_line_that_stays() {
    let (screen, seen) = Seen::of(12, true);
    screen.enter();
    screen.set_status(Line::new(Role::Strong, "step 1"));
    (1..=20).for_each(|number| screen.show(&format!("line {number}\n")));
    let text = seen.text();
    assert_eq!((text[0].as_str(), text[9].as_str(), text[11].as_str()), ("line 11", "line 20", "step 1"));
    screen.set_status(Line::plain("step 2"));
    screen.clear();
    screen.show("fresh\n");
    let text = seen.text();
    assert_eq!((text[0].as_str(), text[1].as_str(), text[11].as_str()), ("fresh", "", "step 2"));
    screen.leave();
    assert_eq!(seen.text()[11], "");
}

#[test]
fn live_lines_are_drawn_over_and_go_without_a_trace() {
    let (screen, seen) = Seen::of(12, true);
    screen.enter();
    screen.show("above\n");
    screen.show_live("a 1\nb 1\n");
    screen.show_live("a 2\n");
    assert_eq!(seen.text()[..3], ["above", "a 2", ""]);
    screen.end_live();
    screen.show("below\n");
    assert_eq!(seen.text()[..3], ["above", "below", ""]);
}

#[test]
fn what_lies_over_the_page_goes_and_what_came_meanwhile_is_there() {
    let (screen, seen) = Seen::of(12, true);
    screen.enter();
    screen.set_status(Line::plain("status"));
    (1..=20).for_each(|number| screen.show(&format!("line {number}\n")));
    assert!(screen.cover(Vec::new()));
    screen.show("line 21\n");
    screen.show_live("live\n");
    assert!(seen.text()[..11].iter().all(String::is_empty), "{:?}", seen.text());
    assert_eq!(seen.text()[11], "status");
    screen.uncover();
    assert_eq!(seen.text()[8..10], ["line 21", "live"]);
    screen.end_live();
    assert_eq!(seen.text()[9], "");
    // The page has 22 lines, the last of them empty, and 11 rows.
    assert_eq!(screen.above(), 11);
    screen.scroll_back(5);
    assert_eq!((seen.text()[0].as_str(), seen.text()[10].as_str()), ("line 7", "line 17"));
    screen.uncover();
    screen.show("line 22\n");
    assert_eq!(seen.text()[9], "line 22");
}

#[test]
fn another_size_draws_the_same_again() {
    let (screen, mut seen) = Seen::of(20, true);
    screen.enter();
    screen.set_status(Line::plain("status"));
    (1..=15).for_each(|number| screen.show(&format!("line {number}\n")));
    screen.resize((14, 60));
    seen.rows = 14;
    let text = seen.text();
    assert_eq!((text[0].as_str(), text[11].as_str(), text[13].as_str()), ("line 4", "line 15", "status"));
}

#[test]
fn without_a_cursor_there_are_lines_only() {
    for (rows, terminal) in [(24, false), (11, true)] {
        let (screen, seen) = Seen::of(rows, terminal);
        screen.enter();
        let entered = seen.raw();
        screen.set_status(Line::plain("status"));
        screen.show("a\n");
        screen.show_live("b\n");
        screen.end_live();
        screen.clear();
        screen.leave();
        assert_eq!(seen.raw()[entered.len()..], *"a\n");
        assert!(terminal || entered.is_empty());
    }
}
