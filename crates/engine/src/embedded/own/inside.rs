//! A command inside a replica of a lesson's own program: where its words say `localhost`, they mean
//! the replica, which has an address of its own here.

use std::net::SocketAddr;

use regex::Regex;

/// The words with `at` in the place of the container's own `port` at `localhost` or `127.0.0.1`,
/// written as in a URL (`localhost:8000`) or as two arguments (`"localhost", 8000`).
pub(crate) fn led_home(words: &[String], port: u16, at: SocketAddr) -> Vec<String> {
    let pattern = format!(r#"(^|[^0-9A-Za-z_.-])(?:localhost|127\.0\.0\.1)(["']? *[:,] *){port}(?-u:\b)"#);
    let Ok(pattern) = Regex::new(&pattern) else { return words.to_vec() };
    let put = format!("${{1}}{}${{2}}{}", at.ip(), at.port());
    words.iter().map(|word| pattern.replace_all(word, put.as_str()).into_owned()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_replica_itself_is_meant() {
        let at: SocketAddr = "127.64.0.2:8001".parse().unwrap();
        for (word, wanted) in [
            ("http://localhost:8000/health", "http://127.64.0.2:8001/health"),
            ("urlopen('http://127.0.0.1:8000')", "urlopen('http://127.64.0.2:8001')"),
            ("HTTPConnection(\"localhost\", 8000)", "HTTPConnection(\"127.64.0.2\", 8001)"),
            ("localhost:8000", "127.64.0.2:8001"),
            ("http://localhost:80001/", "http://localhost:80001/"),
            ("http://localhost:9000/", "http://localhost:9000/"),
            ("http://my-localhost:8000/", "http://my-localhost:8000/"),
            ("http://redis.localhost:8000/", "http://redis.localhost:8000/"),
            ("print('localhost')", "print('localhost')"),
        ] {
            assert_eq!(led_home(&[word.to_owned()], 8000, at), [wanted], "{word}");
        }
    }
}
