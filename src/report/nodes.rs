//! Replicas by the node that they run on, where the engine has several.

use super::line::{Line, Role};
use super::text::pen::Pen;
use crate::event::NodeLine;

/// A node with what runs there; without a node what has none yet.
pub(crate) struct Group<'a, R> {
    node: Option<&'a NodeLine>,
    pub rows: Vec<&'a R>,
}

/// All nodes in their order, those without a replica too; what has no node yet is last.
pub(crate) fn groups<'a, R>(
    nodes: &'a [NodeLine],
    rows: &'a [R],
    node_of: impl Fn(&R) -> Option<&str>,
) -> Vec<Group<'a, R>> {
    let on = |node: &'a NodeLine| Group {
        node: Some(node),
        rows: rows.iter().filter(|row| node_of(row) == Some(&node.name)).collect(),
    };
    let known = |name: &str| nodes.iter().any(|node| node.name == name);
    let homeless: Vec<&R> = rows.iter().filter(|row| !node_of(row).is_some_and(known)).collect();
    let last = (!homeless.is_empty()).then_some(Group { node: None, rows: homeless });
    nodes.iter().map(on).chain(last).collect()
}

impl<R> Group<'_, R> {
    /// The node's name and state, and that nothing runs there where that is so.
    pub(crate) fn head(&self, pen: Pen, indent: usize) -> Vec<Line> {
        let line = Line::default().to(indent);
        let Some(node) = self.node else {
            return pen.hanging(line, Role::Dim, &pen.word("report-no-node"));
        };
        let role = if node.is_ready { Role::Dim } else { Role::NotYet };
        let line = line.and(Role::Strong, &node.name).and(Role::Plain, "  ");
        let mut lines = pen.hanging(line, role, &pen.say(&node.state));
        if self.rows.is_empty() {
            let line = Line::default().to(indent + 2);
            lines.extend(pen.hanging(line, Role::Dim, &pen.word("report-node-empty")));
        }
        lines
    }
}
