//! `placement`: on which nodes the replicas of a service run.

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::services::Services;
use super::wanted::Texts;
use crate::verdict::{Share, Verdict};
use workshop_engine::{Detail, Observed, Replica};
use workshop_text::Text;

/// The running replicas of each of the services lie on the engine's machines as the lesson says.
///
/// A replica counts where it runs; one on a node that is down does not. On an engine of one machine
/// there is nothing to judge, and the verdict says so.
///
/// ```toml
/// placement = { service = "backend", nodes = 3, most_on_one = 2 }
/// ```
/// ```toml
/// placement = { service = "backend", not_on = "node2" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Placement {
    #[serde(alias = "service")]
    services: Services,
    /// On exactly so many nodes.
    nodes: Option<usize>,
    /// On at least so many nodes.
    least_nodes: Option<usize>,
    /// At most so many replicas on one node.
    most_on_one: Option<usize>,
    /// All of them on these nodes.
    on: Option<Texts>,
    /// None of them on these nodes.
    not_on: Option<Texts>,
}

impl Check for Placement {
    fn needs(&self) -> Needs {
        Needs::Stack(Detail::Listing)
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let Some(stack) = world.stack else { return phrases::not_observed() };
        if let Some(verdict) = phrases::one_machine(stack).or_else(|| self.unknown_node(stack)) {
            return verdict;
        }
        self.services.judge(|service| {
            let running: Vec<&Replica> = stack.of(service).filter(|one| one.is_running()).collect();
            if running.is_empty() {
                return phrases::none_running(service);
            }
            let lies = phrases::by_node(stack, &running);
            match self.wrong(service, stack, &running) {
                Some(verdict) => verdict.observed(lies).settling(),
                None => {
                    let text = Text::new("check-placement-pass").with("service", service);
                    let text = text.with("replicas", running.len()).with("nodes", used(&running).len());
                    Verdict::pass(text).observed(lies).shares(shares(stack, &running))
                }
            }
        })
    }
}

impl Placement {
    /// A node that the lesson names and the engine does not have.
    fn unknown_node(&self, stack: &Observed) -> Option<Verdict> {
        let named = [&self.on, &self.not_on].into_iter().flatten().flat_map(|nodes| &nodes.0);
        named.into_iter().find_map(|node| phrases::unknown_node(stack, node))
    }

    fn wrong(&self, service: &str, stack: &Observed, running: &[&Replica]) -> Option<Verdict> {
        let nodes = used(running);
        let text = |key| Text::new(key).with("service", service);
        let number = |wanted: usize| {
            let text = text("check-placement-nodes").with("count", nodes.len()).with("wanted", wanted);
            Verdict::not_yet(text)
        };
        let exactly = self.nodes.filter(|wanted| nodes.len() != *wanted).map(number);
        let least = || self.least_nodes.filter(|least| nodes.len() < *least).map(number);
        let crowded = || {
            let most = shares(stack, running).into_iter().max_by_key(|share| share.count)?;
            let wanted = self.most_on_one.filter(|wanted| most.count as usize > *wanted)?;
            let text = text("check-placement-crowded").with("node", most.label).with("count", most.count);
            Some(Verdict::not_yet(text.with("wanted", wanted)))
        };
        let strays = |key, is_stray: &dyn Fn(&str) -> bool, nodes: &Texts| {
            let stray = |one: &&&Replica| one.node.as_deref().is_none_or(is_stray);
            let names: Vec<String> = running.iter().filter(stray).map(|one| one.label()).collect();
            (!names.is_empty())
                .then(|| Verdict::not_yet(text(key).with("names", names).with("nodes", nodes.0.clone())))
        };
        let elsewhere = || {
            let on = self.on.as_ref()?;
            strays("check-placement-elsewhere", &|node| !on.0.iter().any(|one| one == node), on)
        };
        let forbidden = || {
            let not_on = self.not_on.as_ref()?;
            strays("check-placement-forbidden", &|node| not_on.0.iter().any(|one| one == node), not_on)
        };
        exactly.or_else(least).or_else(crowded).or_else(elsewhere).or_else(forbidden)
    }
}

/// The nodes that have one of them, each once.
fn used<'r>(running: &[&'r Replica]) -> Vec<&'r str> {
    let mut nodes: Vec<&str> = running.iter().filter_map(|one| one.node.as_deref()).collect();
    nodes.sort_unstable();
    nodes.dedup();
    nodes
}

/// How many each node has; nodes with none too.
fn shares(stack: &Observed, running: &[&Replica]) -> Vec<Share> {
    let on = |node: &str| running.iter().filter(|one| one.node.as_deref() == Some(node)).count() as u32;
    let share = |node: &workshop_engine::Node| Share { label: node.name.clone(), count: on(&node.name) };
    stack.nodes.iter().map(share).collect()
}
