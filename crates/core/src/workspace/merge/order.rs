//! The services of a compose file in the order of another one: [`like`]. A learner may sort them as
//! he likes, and an edit of the lesson finds each where he put it.

/// The lines of a text: those before the first service, the services (each with the comments right
/// above its key) with the blank lines that follow them, and the rest.
struct Parts<'t> {
    head: Vec<&'t str>,
    blocks: Vec<Block<'t>>,
    tail: Vec<&'t str>,
}

struct Block<'t> {
    key: &'t str,
    lines: Vec<&'t str>,
    blank: Vec<&'t str>,
}

/// `text` with its services in the order in which `model` has them; none where both have the same
/// order already, or not the same services.
pub(super) fn like(model: &str, text: &str) -> Option<String> {
    let wanted = parts(model)?;
    let mut parts = parts(text)?;
    let place = |key: &str| wanted.blocks.iter().position(|block| block.key == key);
    let places: Vec<usize> = parts.blocks.iter().map(|block| place(block.key)).collect::<Option<_>>()?;
    if places.is_sorted() || wanted.blocks.len() != places.len() {
        return None;
    }
    // The blank lines between stay where they are.
    let blanks: Vec<Vec<&str>> =
        parts.blocks.iter_mut().map(|block| std::mem::take(&mut block.blank)).collect();
    parts.blocks.sort_by_key(|block| place(block.key));
    let services =
        parts.blocks.iter().zip(&blanks).flat_map(|(block, blank)| block.lines.iter().chain(blank));
    Some(parts.head.iter().chain(services).chain(&parts.tail).copied().collect())
}

fn parts(text: &str) -> Option<Parts<'_>> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let start = lines.iter().position(|line| line.trim_end() == "services:")? + 1;
    let is_top = |line: &&str| !line.starts_with([' ', '\t']) && !is_note(line);
    let end = lines[start..].iter().position(is_top).map_or(lines.len(), |at| start + at);
    // Comments at the margin belong to what comes after the services.
    let outside = |line: &&&str| line.trim().is_empty() || line.starts_with('#');
    let end =
        end - lines[start..end].iter().rev().take_while(outside).filter(|line| line.starts_with('#')).count();
    let depth = indent(lines[start..end].iter().find(|line| !is_note(line))?);
    let keys: Vec<usize> =
        (start..end).filter(|at| !is_note(lines[*at]) && indent(lines[*at]) == depth).collect();
    let first_line = |key: usize| {
        let notes = lines[start..key].iter().rev().take_while(|line| line.trim_start().starts_with('#'));
        key - notes.count()
    };
    let starts: Vec<usize> = keys.iter().map(|key| first_line(*key)).chain([end]).collect();
    let block = |(at, key): (usize, &usize)| {
        let all = &lines[starts[at]..starts[at + 1]];
        let blank = all.iter().rev().take_while(|line| line.trim().is_empty()).count();
        let (lines_of, blank) = all.split_at(all.len() - blank);
        Some(Block {
            key: lines[*key].trim().split_once(':')?.0,
            lines: lines_of.to_vec(),
            blank: blank.to_vec(),
        })
    };
    let blocks = keys.iter().enumerate().map(block).collect::<Option<Vec<_>>>()?;
    Some(Parts { head: lines[..starts[0]].to_vec(), blocks, tail: lines[end..].to_vec() })
}

fn is_note(line: &str) -> bool {
    let text = line.trim();
    text.is_empty() || text.starts_with('#')
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

#[cfg(test)]
mod tests {
    use super::like;

    const BASE: &str =
        "name: x\nservices:\n  # one\n  a:\n    image: a\n\n  b:\n    image: b\n\n# last\nnetworks:\n";

    #[test]
    fn services_are_put_in_the_order_of_another_file() {
        let ours = "services:\n  b:\n    image: mine\n  a:\n    image: a\n";
        let moved =
            "name: x\nservices:\n  b:\n    image: b\n\n  # one\n  a:\n    image: a\n\n# last\nnetworks:\n";
        assert_eq!(like(ours, BASE).as_deref(), Some(moved));
        assert_eq!(like(&ours.replace('\n', "\r\n"), BASE).as_deref(), Some(moved));
    }

    #[test]
    fn nothing_to_move_is_nothing_moved() {
        for ours in [BASE, "services:\n  a:\n", "services:\n  b:\n  c:\n", "server {\n}\n", "services:\n", ""]
        {
            assert_eq!(like(ours, BASE), None, "{ours:?}");
        }
    }
}
