//! Draws what `lesson.toml` may say: some of it explained, or all of it in a list.

use super::pen::Pen;
use super::prose;
use crate::lesson::markdown;
use crate::reference::Topic;
use crate::report::line::{Line, Role};

/// Each topic with all that is known of it; or with its one sentence.
pub(super) fn reference(pen: Pen, topics: &[Topic], explained: bool) -> Vec<Line> {
    let mut lines = Vec::new();
    for topic in topics {
        let head = Line::new(Role::Heading, topic.name.as_str());
        if explained {
            lines.push(head);
            let blocks = markdown::blocks(&topic.markdown(pen.lang));
            lines.extend(prose::draw(pen, &blocks, pen.style.measure()));
            lines.push(Line::default());
        } else {
            lines.extend(pen.hanging(head.and(Role::Plain, "  "), Role::Dim, &topic.gist(pen.lang)));
        }
    }
    lines
}
