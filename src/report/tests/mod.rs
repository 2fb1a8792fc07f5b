//! Reporters held to what they promise: whole outputs, no line too wide, no foreign escape on the
//! screen, JSON by its schema.

mod formats;
pub(crate) mod sample;
mod text;

use std::io::{self, Write};
use std::sync::{Arc, Mutex};

use super::{Format, Lost, Reporter, Streams, Style, reporter};
use crate::event::Event;
use crate::text::Lang;

/// A writer whose bytes can be looked at afterwards.
#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Buffer {
    fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What `format` writes for `events`: standard output and standard error.
fn written(format: Format, style: Style, lang: Lang, events: &[Event]) -> (String, String) {
    let (out, err) = (Buffer::default(), Buffer::default());
    let streams = Streams::new(Box::new(out.clone()), Box::new(err.clone()), style);
    drive(reporter(format, streams, lang), events).unwrap();
    (out.text(), err.text())
}

fn drive(mut reporter: Box<dyn Reporter>, events: &[Event]) -> Result<(), Lost> {
    for event in events {
        reporter.event(event);
    }
    reporter.finish()
}

/// Prints the sample, for a person to look at: `cargo test sample_on_screen -- --ignored`, with
/// `WORKSHOP_LANG=en` for English.
#[test]
#[ignore = "for the eye: prints every view to the terminal"]
fn sample_on_screen() {
    let lang =
        if std::env::var("WORKSHOP_LANG").is_ok_and(|lang| lang == "en") { Lang::En } else { Lang::Ko };
    drive(reporter(Format::Text, Streams::standard(false), lang), &sample::all(lang)).unwrap();
}
