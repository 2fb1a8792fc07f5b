//! `same_build`: several services run one and the same image.

use serde::Deserialize;

use super::kind::{Check, World};
use super::read::Read;
use super::services::Services;
use crate::verdict::Verdict;
use workshop_stack::Span;
use workshop_stack::compose::{Build, ComposeFile, Service};
use workshop_text::Text;

/// All of the services are built from the same folder, or name the same image.
///
/// Built from the same folder means by the same Dockerfile, target and arguments.
///
/// ```toml
/// same_build = { services = ["api-server-1", "api-server-2"] }
/// ```
#[derive(Clone, Debug, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct SameBuild {
    #[serde(alias = "service")]
    services: Services,
}

impl Check for SameBuild {
    fn judge(&self, world: &World<'_>) -> Verdict {
        let mut first: Option<&Service> = None;
        // Where they part is said before what is wrong with one of them.
        for name in self.services.iter().map(String::as_str) {
            let (file, service) = match world.app.files.service_as_written(name) {
                Ok(found) => found,
                Err(verdict) => return *verdict,
            };
            match first {
                None => first = Some(service),
                Some(first) => {
                    if let Some(verdict) = differ(file, first, service) {
                        return verdict;
                    }
                }
            }
        }
        let troubled = self.services.iter().find_map(|name| world.app.service(name).err());
        troubled
            .map_or_else(|| Verdict::pass(self.services.text("check-same-build-pass")), |verdict| *verdict)
    }
}

/// Where two services part.
fn differ(file: &Read<ComposeFile>, one: &Service, other: &Service) -> Option<Verdict> {
    let image = |service: &Service| service.image.as_ref().map(|image| image.value.clone());
    if image(one).is_some() && image(one) == image(other) {
        return None;
    }
    let (what, seen, wanted, span) = match (&one.build, &other.build) {
        (Some(one), Some(other)) => part(one, other)?,
        _ => {
            let source = |service: &Service| match &service.build {
                Some(build) => format!("build: {}", build.context),
                None => format!("image: {}", image(service).unwrap_or_default()),
            };
            let span = other.build.as_ref().map(|build| build.span);
            let span = span.or(other.image.as_ref().map(|image| image.span)).unwrap_or(other.name.span);
            ("build", source(other), source(one), span)
        }
    };
    let text = Text::new("check-same-build-other").with("what", what);
    let text = text.with("one", one.name.value.as_str()).with("other", other.name.value.as_str());
    Some(
        Verdict::not_yet(text)
            .expected(Text::verbatim(wanted))
            .observed(Text::verbatim(seen))
            .at(file.place(span)),
    )
}

/// The key in which two builds are different, and what each has there.
fn part(one: &Build, other: &Build) -> Option<(&'static str, String, String, Span)> {
    let dockerfile = |build: &Build| build.dockerfile.clone().unwrap_or_else(|| "Dockerfile".to_owned());
    let target = |build: &Build| build.target.clone().unwrap_or_default();
    let arguments = |build: &Build| {
        let all = build.arguments();
        all.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(", ")
    };
    let folder = Build::folder;
    type Read = fn(&Build) -> String;
    let keys: [(&'static str, Read); 4] =
        [("context", folder), ("dockerfile", dockerfile), ("target", target), ("args", arguments)];
    keys.into_iter().find_map(|(key, read)| {
        let (wanted, seen) = (read(one), read(other));
        (wanted != seen).then_some((key, seen, wanted, other.span))
    })
}
