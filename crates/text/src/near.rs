//! "Did you mean": the known word that is one or two letters away from a misspelt one.

use super::Text;

/// The word nearest to `word`: at most one letter away where it is short, two where it is not; of two
/// letters the first must be right. None where nothing is near, or where it is one of them.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let most = if length > 4 { 2 } else { 1 };
    let could_be = |known: &&str| length > 2 || word.chars().next() == known.chars().next();
    let found = known.into_iter().filter(could_be).map(|known| (distance(word, known), known));
    let nearest = found.filter(|(away, _)| *away <= most).min_by_key(|(away, _)| *away)?;
    (nearest.0 > 0).then_some(nearest.1)
}

/// `nearest` as words to put behind what is unknown: " (did you mean x?)", or nothing.
pub fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Text {
    match nearest(word, known) {
        Some(near) => Text::new("text-did-you-mean").with("near", near),
        None => Text::verbatim(""),
    }
}

/// How many letters must be put in, taken out, exchanged or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, letter) in a.iter().enumerate() {
        let mut this = vec![row + 1];
        for (column, other) in b.iter().enumerate() {
            let exchanged = last[column] + usize::from(letter != other);
            let mut least = exchanged.min(last[column + 1] + 1).min(this[column] + 1);
            if row > 0 && column > 0 && *letter == b[column - 1] && a[row - 1] == *other {
                least = least.min(before_last[column - 1] + 1);
            }
            this.push(least);
        }
        before_last = std::mem::replace(&mut last, this);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_is_recognised_and_another_word_is_not() {
        let known = ["listen", "server", "upstream", "map", "if"];
        let near = |word| nearest(word, known);
        assert_eq!(near("lisen"), Some("listen"));
        assert_eq!(near("upsteam"), Some("upstream"));
        assert_eq!(near("sevrer"), Some("server"));
        assert_eq!((near("listen"), near("proxy"), near("of"), near("")), (None, None, None, None));
    }

    #[test]
    fn what_is_near_is_meant() {
        let known = ["--detach", "--build", "--wait", "-d"];
        for (word, wanted) in [
            ("--detahc", Some("--detach")),
            ("--buidl", Some("--build")),
            ("--wiat", Some("--wait")),
            ("--push", None),
            ("--detach", None),
            ("", None),
            ("-x", Some("-d")),
        ] {
            assert_eq!(nearest(word, known), wanted, "{word}");
        }
        assert_eq!((distance("ab", "ba"), distance("", "abc"), distance("kitten", "sitting")), (1, 3, 3));
    }
}
