//! `image_size`: how large a service's image is.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::image::megabytes;
use super::kind::{Check, Needs, World};
use super::phrases;
use super::probe::Probe;
use super::seen::Seen;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_text::Text;

/// The images of the services' running replicas are no larger than that.
///
/// An engine without images has nothing to measure, and the check says so.
///
/// ```toml
/// image_size = { services = ["api-server-1"], at_most_mb = 100 }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct ImageSize {
    #[serde(alias = "service")]
    services: Services,
    /// Millions of bytes.
    at_most_mb: u64,
}

impl Check for ImageSize {
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
        let sizes =
            images.iter().map(|(label, image)| (label.clone(), image.as_ref().and_then(|image| image.size)));
        self.compare(&sizes.collect())
    }
}

impl ImageSize {
    fn compare(&self, sizes: &BTreeMap<String, Option<u64>>) -> Verdict {
        let known: BTreeMap<&String, u64> =
            sizes.iter().filter_map(|(label, size)| Some((label, (*size)?))).collect();
        let Some((_, most)) = known.iter().max_by_key(|(_, size)| **size) else {
            return Verdict::pass(Text::new("check-image-size-none")).vacuous();
        };
        let lines = known.iter().map(|(label, size)| format!("{label}  {}", megabytes(*size))).collect();
        if *most <= self.at_most_mb * 1_000_000 {
            return Verdict::pass(Text::new("check-image-size-pass").with("size", megabytes(*most)))
                .lines(lines);
        }
        Verdict::not_yet(Text::new("check-image-size-large").with("size", megabytes(*most)))
            .expected(Text::verbatim(format!("<= {} MB", self.at_most_mb)))
            .lines(lines)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Outcome;

    #[test]
    fn the_largest_decides_and_no_image_is_said() {
        let check = ImageSize { services: Services::default(), at_most_mb: 100 };
        let sizes = |sizes: &[Option<u64>]| {
            sizes
                .iter()
                .enumerate()
                .map(|(at, size)| (format!("api-{at}"), *size))
                .collect::<BTreeMap<_, _>>()
        };
        assert_eq!(check.compare(&sizes(&[Some(8_400_000), Some(100_000_000)])).outcome, Outcome::Pass);
        let large = check.compare(&sizes(&[Some(8_400_000), Some(1_240_000_000)]));
        assert_eq!(large.outcome, Outcome::NotYet);
        assert!(large.lines.iter().any(|line| line.contains("1240.0 MB")), "{:?}", large.lines);
        let none = check.compare(&sizes(&[None, None]));
        assert_eq!((none.message.key, none.vacuous), ("check-image-size-none", true));
    }
}
