//! Reads and changes single values of a `.env` file: every other byte stays as it is, whatever its
//! encoding. The grammar is [`DotEnv`]'s.

use crate::compose::Env;
use crate::dotenv::DotEnv;

/// The value of `key` as Compose reads it in this process's environment; the last line wins.
pub fn get(bytes: &[u8], key: &str) -> Option<String> {
    DotEnv::parse(bytes, &Env::of_process()).entry(key).map(|entry| entry.value.clone())
}

/// `bytes` with `key` set to `value`: in the place that counts now, or in a new last line. A value
/// that is not plain is written in quotes.
pub fn set(bytes: &[u8], key: &str, value: &str) -> Vec<u8> {
    let value = quoted(value);
    let read = DotEnv::parse(bytes, &Env::default());
    if let Some(entry) = read.entry(key) {
        return [&bytes[..entry.place.start], value.as_bytes(), &bytes[entry.place.end..]].concat();
    }
    let end = if bytes.windows(2).any(|two| two == b"\r\n") { "\r\n" } else { "\n" };
    let open = if bytes.is_empty() || bytes.ends_with(b"\n") { "" } else { end };
    [bytes, format!("{open}{key}={value}{end}").as_bytes()].concat()
}

fn quoted(value: &str) -> String {
    let plain = !value.contains(|c: char| c.is_whitespace() || c.is_control() || "#$'\"\\".contains(c));
    if plain {
        return value.to_owned();
    }
    if !value.contains(['\'', '\\']) {
        return format!("'{value}'");
    }
    let escaped = value.chars().flat_map(|letter| {
        let escape = matches!(letter, '"' | '\\' | '$').then_some('\\');
        escape.into_iter().chain([letter])
    });
    format!("\"{}\"", escaped.collect::<String>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn set_text(text: &str, key: &str, value: &str) -> String {
        String::from_utf8(set(text.as_bytes(), key, value)).unwrap()
    }

    #[test]
    fn one_value_changes_and_all_else_stays() {
        let text = "# 포트\r\nPORT = 80\r\n\r\n#NAME=old\r\nexport NAME=a # c\r\nLAST=1";
        assert_eq!(
            set_text(text, "NAME", "b"),
            "# 포트\r\nPORT = 80\r\n\r\n#NAME=old\r\nexport NAME=b # c\r\nLAST=1"
        );
        assert_eq!(set_text(text, "NEW", "x"), format!("{text}\r\nNEW=x\r\n"));
        assert_eq!(set_text("", "A", "1"), "A=1\n");
        assert_eq!(set_text("A=1\nA=2\n", "A", "3"), "A=1\nA=3\n");
        assert_eq!(set_text("AB=1\n", "A", "a b"), "AB=1\nA='a b'\n");
        assert_eq!(set_text("A=\"x\ny\" # c\nB=2\n", "A", "1"), "A=1 # c\nB=2\n");
        assert_eq!(set_text("X='\nA=1\n'\n", "A", "2"), "X='\nA=1\n'\nA=2\n", "a line within quotes is none");
    }

    #[test]
    fn bytes_of_another_encoding_stay() {
        let cp949 = b"# \xc6\xf7\xc6\xae\nNAME=\xb0\xa1\nPORT=80\n";
        assert_eq!(set(cp949, "PORT", "81"), b"# \xc6\xf7\xc6\xae\nNAME=\xb0\xa1\nPORT=81\n");
        assert_eq!(set(cp949, "NEW", "x"), [&cp949[..], b"NEW=x\n"].concat());
    }

    proptest! {
        #[test]
        fn what_is_set_is_read_and_nothing_else_changes(
            bytes in prop::collection::vec(any::<u8>(), 0..120),
            value in any::<String>(),
        ) {
            let wide = bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff");
            prop_assume!(!wide);
            let after = set(&bytes, "KEY", &value);
            prop_assert_eq!(get(&after, "KEY"), Some(value));
            if DotEnv::parse(&bytes, &Env::default()).entry("KEY").is_none() {
                prop_assert_eq!(&after[..bytes.len()], &bytes[..]);
            }
        }
    }
}
