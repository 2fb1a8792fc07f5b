//! Whose a stack is. A swarm may be several people's, and a name alone says nothing about whose a stack
//! is; so what this program deploys carries a label with the machine and the folder that it came from.
//! One without it, which a learner deployed by hand, is the workspace's where its name was made for this
//! folder alone.

use std::path::{Path, PathBuf};

use super::model::Service;
use crate::{EngineError, Project};
use workshop_stack::yaml;

/// Who deployed it: `MACHINE:FOLDER`.
const LABEL: &str = "workshop.workspace";
/// The file that puts the label on, in the private folder.
const FILE: &str = "owner.yaml";
/// The largest compose file that is looked through.
const LARGEST: u64 = 4 << 20;

/// What the label says of things of this workspace.
fn mark(project: &Project) -> String {
    let machine = rustix::system::uname();
    format!("{}:{}", machine.nodename().to_string_lossy(), project.dir.display())
}

/// The label and its value, as the API filters by it.
pub(super) fn label(project: &Project) -> String {
    format!("{LABEL}={}", mark(project))
}

/// Whether a service of the project's name is the workspace's.
pub(super) fn is_ours(service: &Service, project: &Project) -> bool {
    match service.spec.labels.get(LABEL) {
        Some(owner) => *owner == mark(project),
        None => project.unique,
    }
}

/// Makes sure that no stack of the project's name was deployed from elsewhere.
///
/// # Errors
/// [`EngineError::Foreign`].
pub(super) fn ensure(services: &[Service], project: &Project) -> Result<(), EngineError> {
    let Some(foreign) = services.iter().find(|service| !is_ours(service, project)) else { return Ok(()) };
    let owner = foreign.spec.labels.get(LABEL).cloned();
    Err(EngineError::Foreign { name: project.name.clone(), owner })
}

/// Writes the file that is laid over the stack's own files and labels each of their services; none where
/// they cannot be read, which Docker says better.
///
/// # Errors
/// It cannot be written.
pub(super) fn overlay(
    private: &Path,
    project: &Project,
    files: &[&str],
) -> Result<Option<PathBuf>, EngineError> {
    let (mut services, mut version) = (Vec::new(), None);
    for file in files {
        let Ok(text) = workshop_disk::text(&project.dir.join(file), LARGEST) else { return Ok(None) };
        let Ok(documents) = yaml::documents(&text) else { return Ok(None) };
        for top in documents.iter().flat_map(|root| root.entries()) {
            match top.key.value.as_str() {
                "services" => {
                    services.extend(top.value.entries().iter().map(|entry| entry.key.value.clone()));
                }
                "version" => version = top.value.text().map(str::to_owned).or(version),
                _ => {}
            }
        }
    }
    let label = serde_json::json!({ "deploy": { "labels": { LABEL: mark(project) } } });
    let labelled: serde_json::Map<_, _> = services.into_iter().map(|name| (name, label.clone())).collect();
    let mut whole = serde_json::json!({ "services": labelled });
    if let Some(version) = version {
        whole["version"] = version.into();
    }
    let path = private.join(FILE);
    // JSON is YAML.
    let written = workshop_disk::private_folder(private)
        .and_then(|()| workshop_disk::write(&path, whole.to_string().as_bytes(), None, private));
    written.map_err(|error| EngineError::Refused {
        reason: workshop_text::Text::verbatim(format!(
            "{}: {}",
            path.display(),
            workshop_disk::reason(&error)
        )),
    })?;
    Ok(Some(path))
}
