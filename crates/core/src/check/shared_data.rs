//! `shared_data`: what is written through one replica is read through all of them.

use serde::Deserialize;
use serde_json::Value;

use super::address::RequestPath;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::{Probe, RequestSpec, Statuses};
use super::seen::Seen;
use super::wanted::Pointer;
use crate::verdict::Verdict;
use workshop_engine::Replica;
use workshop_text::Text;

/// What one request stores, every replica has.
///
/// One POST (its answer has an `id`), then GETs of `item` until every replica has answered one.
///
/// ```toml
/// shared_data = { path = "/api/posts", json = { title = "hello" }, item = "/api/posts/{id}", service = "backend" }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SharedData {
    /// Where it is stored.
    path: RequestPath,
    /// The body of the POST.
    json: Value,
    /// Where it is read; `{id}` is what the POST answered.
    item: RequestPath,
    /// The service whose replicas are asked.
    service: String,
    /// The reverse is to be seen: some replicas do not have what another has stored.
    #[serde(default)]
    apart: bool,
}

impl Check for SharedData {
    fn needs(&self) -> Needs {
        let create = RequestSpec {
            json: Some(self.json.clone()),
            status: Statuses::Any(vec![200, 201]),
            keep: [("id".to_owned(), Pointer::of_key("id"))].into(),
            ..RequestSpec::new("POST", &self.path)
        };
        Needs::probe(Probe::SharedData {
            create: Box::new(create),
            item: self.item.clone(),
            service: self.service.clone(),
        })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::SharedData(data))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        let running: Vec<&Replica> = stack.of(&self.service).filter(|replica| replica.is_running()).collect();
        if running.is_empty() {
            return phrases::none_running(&self.service);
        }
        let writer = match &data.written.reply {
            Ok(reply) if matches!(reply.status, 200 | 201) => name_of(&running, reply.replica.as_deref()),
            Ok(reply) => {
                return Verdict::not_yet(
                    Text::new("check-http-status")
                        .with("request", format!("POST {}", self.path.as_str()))
                        .with("status", reply.status),
                )
                .settling();
            }
            Err(failure) => {
                return Verdict::not_yet(
                    Text::new("check-http-no-answer")
                        .with("request", format!("POST {}", self.path.as_str()))
                        .with("failure", failure.to_string()),
                )
                .settling();
            }
        };
        let blind: Vec<String> = running
            .iter()
            .filter(|replica| data.read.get(&replica.hostname).is_some_and(|status| *status != 200))
            .map(|replica| replica.label())
            .collect();
        if !blind.is_empty() && self.apart {
            let text =
                Text::new("check-shared-data-apart").with("writer", writer).with("names", blind.clone());
            return Verdict::pass(
                text.with("seeing", running.len() - blind.len()).with("count", running.len()),
            );
        }
        if !blind.is_empty() {
            return Verdict::not_yet(
                Text::new("check-shared-data-blind").with("writer", writer).with("names", blind.clone()),
            )
            .expected(Text::new("check-shared-data-expected"))
            .observed(Text::new("check-shared-data-observed").with("names", blind));
        }
        let silent: Vec<String> = running
            .iter()
            .filter(|replica| !data.read.contains_key(&replica.hostname))
            .map(|replica| replica.label())
            .collect();
        if !silent.is_empty() {
            return Verdict::not_yet(Text::new("check-shared-data-silent").with("names", silent)).settling();
        }
        if self.apart {
            return Verdict::not_yet(Text::new("check-shared-data-not-apart").with("writer", writer));
        }
        Verdict::pass(Text::new("check-shared-data-pass").with("writer", writer).with("count", running.len()))
    }
}

fn name_of(running: &[&Replica], hostname: Option<&str>) -> String {
    let named = running.iter().find(|replica| Some(replica.hostname.as_str()) == hostname);
    named.map_or_else(|| hostname.unwrap_or("?").to_owned(), |replica| replica.label())
}
