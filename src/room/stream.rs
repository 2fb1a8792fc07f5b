//! Server-sent events as they come off the wire: [`Events`], of which only the data is wanted.

/// No event is longer, in bytes.
const LONGEST: usize = 1 << 20;

/// Bytes so far that are no whole event yet.
#[derive(Debug, Default)]
pub(super) struct Events {
    bytes: Vec<u8>,
    data: Option<String>,
}

impl Events {
    /// Takes what came; the data of each event that is whole by now.
    pub(super) fn take(&mut self, chunk: &[u8]) -> Vec<String> {
        self.bytes.extend_from_slice(chunk);
        let mut whole = Vec::new();
        while let Some(end) = self.bytes.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.bytes.drain(..=end).collect();
            let line = String::from_utf8_lossy(&line[..end]);
            let line = line.strip_suffix('\r').unwrap_or(&line);
            if line.is_empty() {
                whole.extend(self.data.take());
            } else if let Some(data) = line.strip_prefix("data:") {
                let data = data.strip_prefix(' ').unwrap_or(data);
                self.data = Some(self.data.take().map_or_else(|| data.to_owned(), |more| more + "\n" + data));
            }
        }
        if self.bytes.len() + self.data.as_ref().map_or(0, String::len) > LONGEST {
            *self = Self::default();
        }
        whole
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_data_of_whole_events_counts() {
        let mut events = Events::default();
        assert!(events.take(b":\n\nevent: gone\ndata: a\ndata:b\r\n").is_empty());
        assert_eq!(events.take(b"\r\ndata: \"next\"\n\nda"), ["a\nb", "\"next\""]);
        assert!(events.take(&vec![b'x'; LONGEST + 1]).is_empty());
        assert_eq!(events.take(b"data: c\n\n"), ["c"]);
    }

    proptest! {
        #[test]
        fn it_does_not_matter_where_the_wire_cuts(text in "(data: ?[a-z한]{0,5}\r?\n|\r?\n|:x\n|[a-z]{0,3}\n){0,12}", cuts in prop::collection::vec(0usize..80, 0..6)) {
            let whole = Events::default().take(text.as_bytes());
            let (mut cuts, mut events, mut seen, mut from) = (cuts, Events::default(), Vec::new(), 0);
            cuts.sort_unstable();
            for cut in cuts.into_iter().map(|cut| cut.min(text.len())).chain([text.len()]) {
                seen.extend(events.take(&text.as_bytes()[from..cut]));
                from = cut;
            }
            prop_assert_eq!(seen, whole);
        }
    }
}
