//! A cluster on this machine: a node with its state, and where its engine answers, below.

use std::time::SystemTime;

use super::pen::Pen;
use crate::engine::swarm::cluster::{ClusterView, Link, NodeView};
use crate::report::line::{Line, Role, width};
use crate::text::Text;

/// Every node in two lines; before them a warning where no manager answers.
pub(super) fn drawn(pen: Pen, cluster: &ClusterView) -> Vec<Line> {
    let name = cluster.nodes.iter().map(|node| width(&node.name)).max().unwrap_or(0) + 4;
    let address = cluster.nodes.iter().map(|node| node.address.to_string().len()).max().unwrap_or(0);
    let mut lines = Vec::new();
    if cluster.told_by.is_none() {
        lines.extend(pen.paragraph(Role::Quoted, &pen.word("cluster-no-manager"), 2));
    }
    for node in &cluster.nodes {
        let first = Line::plain("  ")
            .and(Role::Strong, &node.name)
            .to(name)
            .and(Role::Plain, &node.address.to_string())
            .to(name + address + 2);
        let is_well = node.runs && node.link == Link::Up && node.status.as_deref() == Some("Ready");
        let role = if is_well { Role::Pass } else { Role::NotYet };
        lines.extend(pen.hanging(first, role, &state(pen, node)));
        let docker = format!("docker -H {}", node.docker);
        lines.extend(pen.hanging(Line::default().to(name), Role::Code, &docker));
    }
    lines
}

/// Docker's own words for its state, then what this machine knows of its cable and engine.
fn state(pen: Pen, node: &NodeView) -> String {
    let availability = node.availability.as_deref().filter(|word| *word != "Active");
    let told = [node.status.as_deref(), availability, node.manager.as_deref()];
    let mut words: Vec<String> = told.into_iter().flatten().map(str::to_owned).collect();
    if let Link::Cut { until_ms } = node.link {
        words.push(match until_ms {
            Some(until) => {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
                let left = until.saturating_sub(now.as_millis()).div_ceil(1000);
                pen.say(&Text::new("cluster-cut-until").with("seconds", u32::try_from(left).unwrap_or(0)))
            }
            None => pen.word("cluster-cut"),
        });
    }
    if !node.runs {
        words.push(pen.word("cluster-ended"));
    }
    if words.is_empty() { pen.word("cluster-untold") } else { words.join(" · ") }
}
