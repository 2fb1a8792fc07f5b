//! The full-screen view: [`State`] is everything that it shows, [`draw`] turns it into a frame, and
//! [`Canvas`] is the terminal that frames are put on. Views are pure: the same state on a screen of
//! the same size is the same frame. What a key does is not decided here.

mod addresses;
mod bars;
mod body;
mod canvas;
mod layers;
mod paint;
mod panes;
mod stack;
mod state;

use ratatui::Frame;
use ratatui::layout::Rect;

pub(crate) use bars::{Likeliest, likeliest};
pub(crate) use canvas::Canvas;
pub(crate) use layers::matching;
pub(crate) use state::{
    Asked, CheckLine, CheckState, Focus, Here, Layer, LogRow, Readiness, ReplicaRow, State,
};

/// Below this many columns or rows nothing can be shown well.
pub(crate) const SMALLEST: (u16, u16) = (40, 12);

/// How far each part can be scrolled, and how much of it is seen: what a key needs to know of the
/// frame that was drawn last.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Reach {
    pub text: usize,
    pub checks: usize,
    pub stack: usize,
    pub layer: usize,
    /// Rows of the part that the keys are for.
    pub page: usize,
}

/// Draws `state` on the whole frame.
pub(crate) fn draw(frame: &mut Frame<'_>, state: &State) -> Reach {
    let area = frame.area();
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        bars::too_small(frame, state);
        return Reach::default();
    }
    let head = Rect { height: 2, ..area };
    let foot = Rect { y: area.bottom() - 2, height: 2, ..area };
    let middle = Rect { y: area.y + 2, height: area.height - 4, ..area };
    bars::head(frame, head, state);
    bars::foot(frame, foot, state);
    let in_front = state.layer.as_ref().filter(|layer| !layer.is_in_the_foot());
    match in_front.or(state.behind.as_ref()) {
        Some(layer) => layers::draw(frame, middle, state, layer),
        None => body::draw(frame, middle, state),
    }
}

#[cfg(test)]
mod tests;
