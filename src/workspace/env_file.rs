//! Reads and changes single values of a `.env` file as text: every other line stays as it is.

/// The value of `key`, without quotes and trailing comment; the last line wins, as in Compose.
pub fn get(text: &str, key: &str) -> Option<String> {
    let value = text.lines().rev().find_map(|line| value_at(line, key).map(|at| line[at..].trim()))?;
    for quote in ['"', '\''] {
        if let Some((inner, _)) = value.strip_prefix(quote).and_then(|rest| rest.split_once(quote)) {
            return Some(inner.to_owned());
        }
    }
    let end = value.find(" #").or(value.find("\t#")).unwrap_or(value.len());
    Some(value[..end].trim_end().to_owned())
}

/// `text` with `key` set to `value`: in the line that counts now, or in a new last line. A value
/// with white space, `#`, `$` or quotes is written in single quotes where it can be.
pub fn set(text: &str, key: &str, value: &str) -> String {
    let value = quoted(value);
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    let found = lines.iter().enumerate().rev().find_map(|(index, line)| Some((index, value_at(line, key)?)));
    if let Some((index, at)) = found {
        let line = &lines[index];
        let end = &line[line.trim_end_matches(['\n', '\r']).len()..];
        lines[index] = format!("{}{value}{end}", &line[..at]);
        return lines.concat();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let open = if text.is_empty() || text.ends_with('\n') { "" } else { end };
    format!("{text}{open}{key}={value}{end}")
}

/// Where the value starts in a line that sets `key`.
fn value_at(line: &str, key: &str) -> Option<usize> {
    let (name, _) = line.split_once('=')?;
    let bare = name.trim_start_matches('\u{feff}').trim();
    let bare = bare.strip_prefix("export ").map_or(bare, str::trim_start);
    (bare == key).then_some(name.len() + 1)
}

fn quoted(value: &str) -> String {
    let plain = !value.contains(|c: char| c.is_whitespace() || "#$'\"".contains(c));
    match (plain, value.contains('\'')) {
        (true, _) => value.to_owned(),
        (false, false) => format!("'{value}'"),
        (false, true) => format!("\"{value}\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_changes_and_all_others_stay() {
        let text = "# 포트\r\nPORT = 80\r\n\r\n#NAME=old\r\nexport NAME=a # c\r\nLAST=1";
        assert_eq!(set(text, "NAME", "b"), "# 포트\r\nPORT = 80\r\n\r\n#NAME=old\r\nexport NAME=b\r\nLAST=1");
        assert_eq!(set(text, "NEW", "x"), format!("{text}\r\nNEW=x\r\n"));
        assert_eq!(set("", "A", "1"), "A=1\n");
        assert_eq!(set("A=1\nA=2\n", "A", "3"), "A=1\nA=3\n");
        assert_eq!(set("AB=1\n", "A", "a b"), "AB=1\nA='a b'\n");
    }

    #[test]
    fn values_are_read_as_compose_reads_them() {
        let text = "A=1\nA=2 # two\nB='x # y' # z\nC=\"q\"\nexport D=4\n#E=5\nF=\nG=a#b\n";
        let values = ["A", "B", "C", "D", "E", "F", "G"].map(|key| get(text, key));
        let expected = [Some("2"), Some("x # y"), Some("q"), Some("4"), None, Some(""), Some("a#b")];
        assert_eq!(values, expected.map(|value| value.map(str::to_owned)));
        assert_eq!(get(&set(text, "A", "it's #1"), "A").as_deref(), Some("it's #1"));
    }
}
