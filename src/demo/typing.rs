//! Text that appears as it would under somebody's hands: a command letter by letter, a change line
//! by line. What was drawn comes apart into [`Piece`]s; [`play`] shows one after the other.

use std::time::Duration;

use super::pace::keystroke;

/// Between two lines of a change.
const LINE: Duration = Duration::from_millis(85);

/// Text to be shown at once, after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    pub after: Duration,
    pub text: String,
}

/// Line by line.
pub(super) fn lines(drawn: &str) -> Vec<Piece> {
    let piece = |line: &str| {
        let after = if console::strip_ansi_codes(line).trim().is_empty() { Duration::ZERO } else { LINE };
        Piece { after, text: line.to_owned() }
    };
    drawn.split_inclusive('\n').map(piece).collect()
}

/// Letter by letter; the sign before a command (`$ `) is there already.
pub(super) fn letters(drawn: &str) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut waiting = String::new();
    let (mut before, mut typed) = (' ', 0);
    let mut rest = drawn;
    while let Some(c) = rest.chars().next() {
        let length = if c == '\u{1b}' { sequence(rest) } else { c.len_utf8() };
        waiting.push_str(&rest[..length]);
        rest = &rest[length..];
        // Nobody types a colour, an empty line, or the prompt.
        if c == '\u{1b}' || c == '\n' || (typed < 2 && matches!(c, '$' | ' ')) {
            typed += usize::from(c == '$' || c == ' ');
            continue;
        }
        typed += 1;
        pieces.push(Piece { after: keystroke(before, c, typed), text: std::mem::take(&mut waiting) });
        before = c;
    }
    pieces.push(Piece { after: keystroke(before, '\n', typed), text: waiting });
    pieces
}

/// How long the escape sequence at the beginning of `text` is.
fn sequence(text: &str) -> usize {
    let end = text.char_indices().skip(2).find(|(_, c)| matches!(c, '\u{40}'..='\u{7e}'));
    end.map_or(text.len(), |(at, c)| at + c.len_utf8())
}

/// Shows `pieces`, each after `wait` has waited for it.
///
/// # Errors
/// What `wait` says ends it.
pub(super) async fn play<E>(
    pieces: Vec<Piece>,
    mut show: impl FnMut(&str),
    mut wait: impl AsyncFnMut(Duration) -> Result<(), E>,
) -> Result<(), E> {
    for piece in pieces {
        if !piece.after.is_zero() {
            wait(piece.after).await?;
        }
        show(&piece.text);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::pace::Pace;
    use super::*;
    use proptest::prelude::*;
    use tokio::time::Instant;

    const COMMAND: &str = "\n\u{1b}[2m$ \u{1b}[0m\u{1b}[1mdocker compose up -d --scale backend=3\u{1b}[0m\n";

    /// How long it takes by a clock that does not wait, and what was shown.
    async fn played(pieces: Vec<Piece>, pace: Pace) -> (Duration, String) {
        let begun = Instant::now();
        let mut shown = String::new();
        let wait = async |time| {
            tokio::time::sleep(pace.of(time)).await;
            Ok::<(), ()>(())
        };
        play(pieces, |text| shown.push_str(text), wait).await.unwrap();
        (begun.elapsed(), shown)
    }

    #[tokio::test(start_paused = true)]
    async fn a_command_is_typed_in_a_persons_time_and_twice_as_fast_in_half_of_it() {
        let (normal, shown) = played(letters(COMMAND), Pace::NORMAL).await;
        assert_eq!(shown, COMMAND);
        assert!((1500..4500).contains(&normal.as_millis()), "{normal:?}");
        let (fast, _) = played(letters(COMMAND), Pace::FAST).await;
        // A timer counts in milliseconds, and each letter is rounded up.
        let off = (fast * 2).abs_diff(normal);
        assert!(off < Duration::from_millis(150), "{normal:?} {fast:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_change_comes_line_by_line() {
        let (time, shown) = played(lines("\n--- a\n+++ b\n+one\n"), Pace::NORMAL).await;
        assert_eq!(shown, "\n--- a\n+++ b\n+one\n");
        assert!(time >= LINE * 3 && time < LINE * 4, "{time:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn it_ends_where_the_one_who_waits_says_so() {
        let mut shown = String::new();
        let mut left = 5;
        let wait = async |_| {
            left -= 1;
            if left == 0 { Err("enough") } else { Ok(()) }
        };
        let ended = play(letters("$ docker"), |text| shown.push_str(text), wait).await;
        assert_eq!((ended, shown.as_str()), (Err("enough"), "$ dock"));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_or_torn(text in "(\\PC|\u{1b}\\[[0-9]m|\n){0,40}") {
            for pieces in [lines(&text), letters(&text)] {
                prop_assert_eq!(pieces.into_iter().map(|piece| piece.text).collect::<String>(), text.clone());
            }
        }
    }
}
