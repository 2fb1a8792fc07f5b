//! Keys as a terminal sends them: bytes become [`Key`]s. A remote control for slides sends Page
//! Down and Page Up; a keyboard that is set to Hangul sends the letter of the same key.

use crate::hangul;

/// One key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    Char(char),
    Enter,
    Tab,
    Escape,
    Erase,
    Up,
    Down,
    Left,
    Right,
    PageUp,
    PageDown,
    /// With the letter: `Ctrl('c')`.
    Ctrl(char),
    /// One that means nothing here.
    Other,
}

impl Key {
    /// The letter on the key, whichever alphabet the keyboard is set to.
    #[must_use]
    pub(crate) fn latin(self) -> Self {
        let Self::Char(letter) = self else { return self };
        Self::Char(hangul::latin(letter).to_ascii_lowercase())
    }
}

/// Puts keys together from bytes, which may come in any pieces.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    rest: Vec<u8>,
}

impl Decoder {
    /// The keys that `bytes` complete. An escape that nothing follows is the key Esc: a terminal
    /// sends the whole of a sequence at once.
    pub(crate) fn keys(&mut self, bytes: &[u8]) -> Vec<Key> {
        self.rest.extend_from_slice(bytes);
        let mut keys = Vec::new();
        while let Some((key, length)) = first(&self.rest) {
            self.rest.drain(..length);
            keys.push(key);
        }
        keys
    }
}

/// The first key and how many bytes it takes; `None` where it is not complete.
fn first(bytes: &[u8]) -> Option<(Key, usize)> {
    let key = match *bytes.first()? {
        0x1b => return Some(sequence(bytes)),
        b'\r' | b'\n' => Key::Enter,
        b'\t' => Key::Tab,
        0x7f | 0x08 => Key::Erase,
        control @ 0x01..=0x1a => Key::Ctrl(char::from(control - 1 + b'a')),
        0x00..=0x1f => Key::Other,
        lead => return letter(bytes, lead),
    };
    Some((key, 1))
}

fn letter(bytes: &[u8], lead: u8) -> Option<(Key, usize)> {
    let length = match lead {
        0x00..=0x7f => 1,
        0xc0..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf7 => 4,
        _ => return Some((Key::Other, 1)),
    };
    if bytes.len() < length && bytes[1..].iter().all(|byte| byte & 0xc0 == 0x80) {
        return None;
    }
    let read = bytes.get(..length).and_then(|bytes| std::str::from_utf8(bytes).ok());
    Some(read.and_then(|text| text.chars().next()).map_or((Key::Other, 1), |c| (Key::Char(c), length)))
}

fn sequence(bytes: &[u8]) -> (Key, usize) {
    let is_introducer = matches!(bytes.get(1), Some(b'[' | b'O'));
    if !is_introducer {
        return (Key::Escape, 1);
    }
    let end = bytes[2..].iter().position(|byte| (0x40..=0x7e).contains(byte));
    let Some(end) = end.map(|end| end + 2) else { return (Key::Other, bytes.len()) };
    let key = match &bytes[2..=end] {
        b"A" => Key::Up,
        b"B" => Key::Down,
        b"C" => Key::Right,
        b"D" => Key::Left,
        b"5~" => Key::PageUp,
        b"6~" => Key::PageDown,
        b"M" => Key::Enter,
        _ => Key::Other,
    };
    (key, end + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn keys(bytes: &[u8]) -> Vec<Key> {
        Decoder::default().keys(bytes)
    }

    #[test]
    fn keys_and_sequences() {
        use Key::*;
        assert_eq!(keys(b"q \r\t\x7f\x03"), [Char('q'), Char(' '), Enter, Tab, Erase, Ctrl('c')]);
        assert_eq!(
            keys(b"\x1b[C\x1bOD\x1b[6~\x1b[5~\x1b[1;5P\x1b"),
            [Right, Left, PageDown, PageUp, Other, Escape]
        );
        assert_eq!(keys("ㅂ한".as_bytes()), [Char('ㅂ'), Char('한')]);
        assert_eq!(
            [Char('ㅂ').latin(), Char('ㅎ').latin(), Char('Q').latin(), Left.latin()],
            [Char('q'), Char('g'), Char('q'), Left]
        );
    }

    #[test]
    fn a_letter_in_pieces_is_one_letter() {
        let mut decoder = Decoder::default();
        let bytes = "단".as_bytes();
        assert_eq!(decoder.keys(&bytes[..1]), []);
        assert_eq!(decoder.keys(&bytes[1..2]), []);
        assert_eq!(decoder.keys(&bytes[2..]), [Key::Char('단')]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_keys_and_no_more_than_a_letter_waits(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut decoder = Decoder::default();
            decoder.keys(&bytes);
            prop_assert!(decoder.rest.len() < 4);
        }
    }
}
