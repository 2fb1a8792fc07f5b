//! The names that a compose file may give, by Docker's and Compose's own rules and in their words
//! (tried on Compose 2.40), and what a thing of a name is called on this machine's disk.
//!
//! No name is ever a part of a path: [`digest`] stands for it, so that none can lead elsewhere, be
//! too long, or be another one's on a file system that folds letters.

use std::sync::LazyLock;

use regex::Regex;
use sha2::{Digest, Sha256};

/// The longest name of a volume or a repository.
const LONGEST: usize = 255;

/// 32 hexadecimal digits that stand for a name, or for a content, on disk.
pub(super) fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// `bytes` random bytes in hexadecimal, which nobody can guess.
pub(super) fn random(bytes: usize) -> std::io::Result<String> {
    let mut buffer = vec![0; bytes];
    getrandom::fill(&mut buffer).map_err(|error| std::io::Error::other(error.to_string()))?;
    Ok(buffer.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Whether it is something that [`digest`] makes.
pub(super) fn is_digest(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn matches(pattern: &LazyLock<Regex>, text: &str) -> bool {
    pattern.is_match(text)
}

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file")
}

static PROJECT: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[a-z0-9][a-z0-9_-]*$"));
static KEY: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[a-zA-Z0-9._-]+$"));
static NAME: LazyLock<Regex> = LazyLock::new(|| pattern(r"^[a-zA-Z0-9][a-zA-Z0-9_.-]+$"));

/// The reference grammar of distribution: `[HOST[:PORT]/]PATH[:TAG][@DIGEST]`.
static IMAGE: LazyLock<Regex> = LazyLock::new(|| {
    let label = "(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])";
    let host = format!(r"{label}(?:\.{label})*(?::[0-9]+)?");
    let part = "[a-z0-9]+(?:(?:[._]|__|[-]+)[a-z0-9]+)*";
    let tag = "[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}";
    let sum = "[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}";
    pattern(&format!("^(?:{host}/)?({part}(?:/{part})*)(?::{tag})?(?:@{sum})?$"))
});

/// # Errors
/// Compose's words for a project name that it refuses.
pub(super) fn project(name: &str) -> Result<(), String> {
    if matches(&PROJECT, name) {
        return Ok(());
    }
    Err(format!(
        "invalid project name \"{name}\": must consist only of lowercase alphanumeric characters, hyphens, and \
         underscores as well as start with a letter or number"
    ))
}

/// The key of a service, a volume or a network, whose `section` it is.
///
/// # Errors
/// What Compose's schema says.
pub(super) fn key(section: &str, name: &str) -> Result<(), String> {
    if matches(&KEY, name) {
        Ok(())
    } else {
        Err(format!("{section} additional properties '{name}' not allowed"))
    }
}

/// # Errors
/// What Compose's schema says of a service's `container_name`.
pub(super) fn container(service: &str, name: &str) -> Result<(), String> {
    if matches(&NAME, name) {
        return Ok(());
    }
    Err(format!(
        "services.{service}.container_name '{name}' does not match pattern '[a-zA-Z0-9][a-zA-Z0-9_.-]+'"
    ))
}

/// A volume's real name.
///
/// # Errors
/// The engine's words when it is to be made.
pub(super) fn volume(name: &str) -> Result<(), String> {
    let response = |words: &str| Err(format!("Error response from daemon: create {name}: {words}"));
    match name.chars().count() {
        0 => Err("invalid volume name or ID: value is empty".to_owned()),
        _ if matches(&NAME, name) && name.len() <= LONGEST => Ok(()),
        1 => response("volume name is too short, names should be at least two alphanumeric characters"),
        _ if matches(&NAME, name) => response("error while creating volume root path: file name too long"),
        _ => response(&format!(
            "\"{name}\" includes invalid characters for a local volume name, only \"[a-zA-Z0-9][a-zA-Z0-9_.-]\" are \
             allowed. If you intended to pass a host directory, use absolute path"
        )),
    }
}

/// An image's name, with or without a tag.
///
/// # Errors
/// What the reference grammar says.
pub(super) fn image(name: &str) -> Result<(), &'static str> {
    let hexadecimal = name.len() == 64 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    match IMAGE.captures(name) {
        _ if hexadecimal => Err("invalid repository name, cannot specify 64-byte hexadecimal strings"),
        Some(parts) if parts[1].len() > LONGEST => {
            Err("repository name must not be more than 255 characters")
        }
        Some(_) => Ok(()),
        None if IMAGE.is_match(&name.to_lowercase()) => {
            Err("invalid reference format: repository name must be lowercase")
        }
        None => Err("invalid reference format"),
    }
}

/// The same name with the tag that Docker thinks of where none is given.
pub(super) fn tagged(name: &str) -> String {
    let last = name.rsplit('/').next().unwrap_or(name);
    if last.contains([':', '@']) { name.to_owned() } else { format!("{name}:latest") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_held_to_the_real_rules() {
        for good in ["ab", "A.b-c_d", "0x", &"a".repeat(255)] {
            assert_eq!(volume(good), Ok(()), "{good}");
        }
        for bad in
            ["", "a", "../../victim", "a/b", ".ab", "한글", "a b", "a\u{1b}[0m", "a\n", &"a".repeat(256)]
        {
            assert!(volume(bad).is_err(), "{bad:?}");
        }
        for good in [
            "nginx",
            "nginx:alpine",
            "a/b/c:1",
            "host.example:5000/a-b/c__d:T.1",
            "localhost/x",
            "Host/x",
            "x@sha256:0123456789abcdef0123456789abcdef",
        ] {
            assert_eq!(image(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            "../../x",
            "a/../b",
            "/a",
            "a//b",
            "Nginx",
            "a:b/c d",
            "a:",
            "-a",
            "a_-b",
            "한글",
            "a\n",
            "a:x\u{7f}",
        ] {
            assert!(image(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            image(&"a".repeat(64)).unwrap_err(),
            "invalid repository name, cannot specify 64-byte hexadecimal strings"
        );
        assert!(
            project("a_b-1").is_ok()
                && project("../x").is_err()
                && project("").is_err()
                && project("A").is_err()
        );
        assert!(
            key("services", "Web.a-").is_ok()
                && key("services", "a/b").is_err()
                && key("services", "웹").is_err()
        );
        assert!(container("web", "ab").is_ok() && container("web", "../x").is_err());
    }

    #[test]
    fn a_digest_tells_apart_what_a_disk_may_not() {
        let all =
            ["data", "DATA", "data.", "../data", "\u{e9}", "e\u{301}"].map(|name| digest(name.as_bytes()));
        for (at, one) in all.iter().enumerate() {
            assert!(is_digest(one) && !all[..at].contains(one));
        }
        assert!(!is_digest("data") && !is_digest(&"G".repeat(32)));
        assert_eq!(
            (tagged("a/b"), tagged("h:1/b"), tagged("a:1")),
            ("a/b:latest".into(), "h:1/b:latest".into(), "a:1".into())
        );
    }
}
