//! A request's URI: decoded and made plain for choosing a location, escaped again for sending on.

use super::context::Context;

/// A path as nginx compares it: `%XX` decoded, `//` merged, `.` and `..` gone. None where it leads
/// above the root, holds a NUL, or is no path.
pub(super) fn plain(path: &[u8], merge_slashes: bool) -> Option<Vec<u8>> {
    if path.first() != Some(&b'/') {
        return None;
    }
    // Most paths are plain already.
    let suspicious = |at: usize| match path[at] {
        b'%' | b'#' => true,
        b'/' => matches!(path.get(at + 1), Some(b'/' | b'.')),
        _ => false,
    };
    if !(0..path.len()).any(suspicious) {
        return Some(path.to_vec());
    }
    resolved(&decoded(path)?, merge_slashes)
}

fn decoded(path: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(path.len());
    let mut rest = path.iter();
    while let Some(byte) = rest.next() {
        let byte = match byte {
            b'#' => break,
            b'%' => {
                let digit = |byte: Option<&u8>| char::from(*byte?).to_digit(16);
                let (high, low) = (digit(rest.next())?, digit(rest.next())?);
                u8::try_from(high * 16 + low).ok().filter(|byte| *byte != 0)?
            }
            byte => *byte,
        };
        out.push(byte);
    }
    Some(out)
}

fn resolved(path: &[u8], merge_slashes: bool) -> Option<Vec<u8>> {
    let parts: Vec<&[u8]> = path[1..].split(|byte| *byte == b'/').collect();
    let mut kept: Vec<&[u8]> = Vec::new();
    let last = parts.len() - 1;
    for (at, part) in parts.into_iter().enumerate() {
        match part {
            b"." if at == last => kept.push(b""),
            b"." => {}
            b".." => {
                kept.pop()?;
                if at == last {
                    kept.push(b"");
                }
            }
            b"" if merge_slashes && at != last => {}
            part => kept.push(part),
        }
    }
    Some([b"/", kept.join(&b'/').as_slice()].concat())
}

/// A path as it may stand in a request line.
pub(super) fn escaped(path: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(path.len());
    for byte in path {
        match byte {
            0..=32
            | 127..
            | b'"'
            | b'#'
            | b'%'
            | b'<'
            | b'>'
            | b'?'
            | b'\\'
            | b'^'
            | b'`'
            | b'{'
            | b'|'
            | b'}' => {
                out.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            byte => out.push(*byte),
        }
    }
    out
}

/// The request's path with a slash behind it, and its arguments: where it is redirected to.
pub(super) fn with_slash(context: &Context) -> Vec<u8> {
    let mut target = escaped(&context.uri);
    target.push(b'/');
    if !context.args.is_empty() {
        target.push(b'?');
        target.extend_from_slice(&context.args);
    }
    target
}

/// A captured part as it is put into arguments, or into a redirect.
pub(super) fn escaped_argument(part: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(part.len());
    for byte in part {
        match byte {
            0..=32 | 127.. => out.extend_from_slice(format!("%{byte:02X}").as_bytes()),
            byte if b"\"#%&+;<>?\\^`{|}".contains(byte) => {
                out.extend_from_slice(format!("%{byte:02X}").as_bytes());
            }
            byte => out.push(*byte),
        }
    }
    out
}

/// A redirect's target with those escapes undone that it can do without, up to its arguments.
pub(super) fn readable(target: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(target.len());
    let mut at = 0;
    while let Some(byte) = target.get(at) {
        let digit = |at: usize| target.get(at).and_then(|byte| char::from(*byte).to_digit(16));
        let escaped = match (byte, digit(at + 1), digit(at + 2)) {
            (b'%', Some(high), Some(low)) => u8::try_from(high * 16 + low).ok(),
            _ => None,
        };
        let (shown, length) = match escaped {
            Some(byte @ 0x26..0x7f) => (byte, 3),
            _ => (*byte, 1),
        };
        out.push(shown);
        at += length;
        if shown == b'?' {
            out.extend_from_slice(&target[at..]);
            break;
        }
    }
    out
}

/// A host as nginx compares it, in lower case and without its port; none where it cannot be one.
pub(super) fn host(text: &[u8]) -> Option<Vec<u8>> {
    let end = match text.first() {
        Some(b'[') => text.iter().position(|byte| *byte == b']')? + 1,
        _ => text.iter().position(|byte| *byte == b':').unwrap_or(text.len()),
    };
    let (host, port) = text.split_at(end);
    let port_is_one = port.is_empty() || port[0] == b':' && port[1..].iter().all(u8::is_ascii_digit);
    let bad = |byte: &u8| matches!(byte, 0..=32 | 127 | b'/' | b'\\' | b'@' | b'?' | b'#');
    let dots = host.windows(2).any(|pair| pair == b"..");
    let host = host.strip_suffix(b".").unwrap_or(host);
    (port_is_one && !host.is_empty() && !host.iter().any(bad) && !dots).then(|| host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_plain_and_never_lead_above_the_root() {
        let plain =
            |path: &str| plain(path.as_bytes(), true).map(|path| String::from_utf8_lossy(&path).into_owned());
        for (path, wanted) in [
            ("/", "/"),
            ("/a/b", "/a/b"),
            ("/a//b///", "/a/b/"),
            ("/a/./b/.", "/a/b/"),
            ("/a/../b", "/b"),
            ("/a/b/..", "/a/"),
            ("/%61%2Fb", "/a/b"),
            ("/a%2e%2e/b", "/a../b"),
            ("/a/%2e%2e/b", "/b"),
            ("/.hidden", "/.hidden"),
            ("/a#b", "/a"),
            ("/%EA%B0%80", "/가"),
        ] {
            assert_eq!(plain(path).as_deref(), Some(wanted), "{path}");
        }
        for path in ["", "a", "*", "/..", "/a/../..", "/%2e%2e/x", "/%", "/%4", "/%zz", "/%00"] {
            assert_eq!(plain(path), None, "{path}");
        }
        assert_eq!(super::plain(b"/a//b", false).as_deref(), Some(&b"/a//b"[..]));
    }

    #[test]
    fn escaping_and_hosts() {
        assert_eq!(escaped("/a b%/가?".as_bytes()), b"/a%20b%25/%EA%B0%80%3F");
        assert_eq!(escaped_argument("a b%&?/가".as_bytes()), b"a%20b%25%26%3F/%EA%B0%80");
        assert_eq!(readable(b"/a%20b%41%25%26%3Fc%41"), b"/a%20bA%25&?c%41");
        assert_eq!(host(b"LocalHost:8080").as_deref(), Some(&b"localhost"[..]));
        assert_eq!(host(b"[::1]:80").as_deref(), Some(&b"[::1]"[..]));
        assert_eq!(host(b"a.example.").as_deref(), Some(&b"a.example"[..]));
        for bad in ["", ":80", "a b", "a/b", "a:8x", "a..b", "u@h"] {
            assert_eq!(host(bad.as_bytes()), None, "{bad}");
        }
    }
}
