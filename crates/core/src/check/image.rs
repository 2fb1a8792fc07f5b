//! `image`: what the image that a service runs from says of itself.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use super::wanted::Wanted;
use crate::verdict::Verdict;
use workshop_engine::ImageFacts;
use workshop_text::Text;

/// The images of the services' running replicas are as asked for.
///
/// An engine without images has nothing to look at, and the check says so.
///
/// ```toml
/// image = { service = "backend", root = false, labels = { "org.opencontainers.image.source" = { exists = true } }, exposes = ["8080/tcp"], at_most_mb = 100 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct Image {
    #[serde(alias = "service")]
    services: Services,
    /// The user that its process runs as, as the image has it.
    user: Option<Wanted>,
    /// Whether that user is root: by name, by number, or because none is named.
    root: Option<bool>,
    /// Label → what it has to be.
    #[serde(default)]
    labels: BTreeMap<String, Wanted>,
    /// Variable that the image sets → what it has to be.
    #[serde(default)]
    env: BTreeMap<String, Wanted>,
    /// Ports that the image says it listens on: `8080/tcp`, or `8080` for the same.
    #[serde(default)]
    exposes: Vec<String>,
    /// Millions of bytes.
    at_most_mb: Option<u64>,
    /// Layers.
    at_most_layers: Option<usize>,
}

impl Check for Image {
    fn needs(&self) -> Needs {
        Needs::probe(Probe::Images { services: self.services.to_vec() })
    }

    fn judge(&self, world: &World<'_>) -> Verdict {
        let (Some(stack), Some(Seen::Images(images))) = (world.stack, world.seen) else {
            return phrases::not_asked(world.seen);
        };
        if let Some(verdict) = self.services.none_running(stack) {
            return verdict;
        }
        let known: Vec<(&String, &ImageFacts)> =
            images.iter().filter_map(|(label, image)| Some((label, image.as_ref()?))).collect();
        if known.is_empty() {
            return Verdict::pass(Text::new("check-image-none")).vacuous();
        }
        let wrong = known.iter().find_map(|(label, image)| self.wrong(label, image));
        wrong.unwrap_or_else(|| {
            let line = |(label, image): &(&String, &ImageFacts)| format!("{label}  {}", summary(image));
            Verdict::pass(self.services.text("check-image-pass")).lines(known.iter().map(line).collect())
        })
    }
}

impl Image {
    fn wrong(&self, label: &str, image: &ImageFacts) -> Option<Verdict> {
        let is = |what: Text, wanted: Text, seen: Text| {
            let text = Text::new("check-image-wrong").with("replica", label).with("what", what);
            Verdict::not_yet(text).expected(wanted).observed(seen)
        };
        let user = Some(image.user.as_str()).filter(|user| !user.is_empty());
        let shown_user = || Text::verbatim(user.unwrap_or("root"));
        if let Some(root) = self.root.filter(|root| *root != is_root(&image.user)) {
            let key = if root { "check-image-root" } else { "check-image-not-root" };
            return Some(is(Text::new("check-image-user"), Text::new(key), shown_user()));
        }
        if let Some(fault) = self.user.as_ref().and_then(|wanted| wanted.fault_in_text(user)) {
            return Some(is(Text::new("check-image-user"), fault, shown_user()));
        }
        let named =
            [("check-image-label", &self.labels, &image.labels), ("check-image-env", &self.env, &image.env)];
        for (key, wanted, seen) in named {
            for (name, wanted) in wanted {
                let value = seen.get(name).map(String::as_str);
                if let Some(fault) = wanted.fault_in_text(value) {
                    let seen = value.map_or_else(|| Text::new("check-none"), Text::verbatim);
                    return Some(is(Text::new(key).with("name", name.as_str()), fault, seen));
                }
            }
        }
        if let Some(port) = self.exposes.iter().find(|port| !image.exposed.contains(&with_protocol(port))) {
            let seen = Text::verbatim(image.exposed.join(", "));
            let seen = if image.exposed.is_empty() { Text::new("check-none") } else { seen };
            return Some(is(Text::new("check-image-ports"), Text::verbatim(with_protocol(port)), seen));
        }
        if let (Some(most), Some(size)) = (self.at_most_mb, image.size)
            && size > most * 1_000_000
        {
            let (wanted, seen) = (format!("<= {most} MB"), megabytes(size));
            return Some(is(Text::new("check-image-its-size"), Text::verbatim(wanted), Text::verbatim(seen)));
        }
        let most = self.at_most_layers.filter(|most| image.layers > *most)?;
        let (wanted, seen) = (format!("<= {most}"), image.layers.to_string());
        Some(is(Text::new("check-image-layers"), Text::verbatim(wanted), Text::verbatim(seen)))
    }
}

/// `USER` may have a group behind a colon.
fn is_root(user: &str) -> bool {
    matches!(user.split(':').next().unwrap_or_default(), "" | "root" | "0")
}

fn with_protocol(port: &str) -> String {
    if port.contains('/') { port.to_owned() } else { format!("{port}/tcp") }
}

pub(super) fn megabytes(bytes: u64) -> String {
    format!("{:.1} MB", bytes as f64 / 1e6)
}

fn summary(image: &ImageFacts) -> String {
    let user = if image.user.is_empty() { "root" } else { &image.user };
    let size = image.size.map(|size| format!(", {}", megabytes(size))).unwrap_or_default();
    format!("USER {user}{size}, {} layers", image.layers)
}
