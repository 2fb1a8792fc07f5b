//! The steps that reports speak of, each kept once, and reports within their lengths.

use serde::{Deserialize, Serialize};

use super::names::{cut, line};
use crate::protocol::{Report, Shown, What};

/// A step that somebody was at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Known {
    pub(crate) lesson: String,
    pub(crate) step: String,
    /// As the first one who came to it calls it.
    pub(crate) title: String,
    pub(crate) position: u32,
    pub(crate) of: u32,
}

/// The step's place among `steps`, of which there are at most `most`.
pub(super) fn known(steps: &mut Vec<Known>, report: &Report, most: usize) -> Option<u32> {
    let same = |known: &Known| known.step == report.step && known.lesson == report.lesson;
    let place = steps.iter().position(same).or_else(|| {
        (steps.len() < most).then(|| {
            steps.push(Known {
                lesson: report.lesson.clone(),
                step: report.step.clone(),
                title: report.title.clone(),
                position: report.position,
                of: report.of,
            });
            steps.len() - 1
        })
    });
    place.and_then(|place| u32::try_from(place).ok())
}

/// Cuts what may be cut, and takes out what a screen would obey.
pub(super) fn within(report: &mut Report) {
    report.title = line(&report.title, 200);
    if let What::Checked { failing: Some(failing), .. } = &mut report.what {
        failing.title = line(&failing.title, 200);
        failing.words = line(&failing.words, 400);
    }
}

/// Whether the presenter's step is within what a room keeps.
pub(crate) fn is_sound_shown(shown: &Shown) -> bool {
    let short = |text: &str, most: usize| text.chars().count() <= most;
    short(&shown.lesson, 100)
        && short(&shown.step, 100)
        && short(&shown.title, 400)
        && short(&shown.notes, 20_000)
        && short(&shown.clock, 200)
}

/// Whether the ids are within their lengths; what is longer is refused.
pub(crate) fn is_sound(report: &Report) -> bool {
    let short = |id: &str| cut(id, 100) == id && line(id, 100) == id && !id.is_empty();
    let failing = match &report.what {
        What::Checked { failing: Some(failing), .. } => short(&failing.check),
        _ => true,
    };
    failing && short(&report.lesson) && short(&report.step)
}
