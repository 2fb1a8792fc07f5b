//! "Did you mean": the known word that is one or two letters away from what was written.

/// The one of `known` that is nearest to `word`, if one is near enough to be meant.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let limit = if word.chars().count() > 4 { 2 } else { 1 };
    let near = known.into_iter().map(|one| (distance(word, one), one));
    near.filter(|(distance, _)| (1..=limit).contains(distance))
        .min_by_key(|(distance, _)| *distance)
        .map(|near| near.1)
}

/// Letters to change, add, leave out or swap with the next.
fn distance(one: &str, other: &str) -> usize {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let mut rows: [Vec<usize>; 3] = [Vec::new(), Vec::new(), (0..=other.len()).collect()];
    for (at, letter) in one.iter().enumerate() {
        rows.rotate_left(1);
        let mut row = vec![at + 1];
        for (place, wanted) in other.iter().enumerate() {
            let changed = rows[1][place] + usize::from(letter != wanted);
            let mut least = changed.min(rows[1][place + 1] + 1).min(row[place] + 1);
            let is_swapped = at > 0 && place > 0 && *letter == other[place - 1] && one[at - 1] == *wanted;
            if is_swapped {
                least = least.min(rows[0][place - 1] + 1);
            }
            row.push(least);
        }
        rows[2] = row;
    }
    rows[2][other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

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
