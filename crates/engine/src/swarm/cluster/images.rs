//! Images on every node, without a registry: written out where they are, and read in where they are not.

use std::process::Command;
use std::time::Duration;

use super::ClusterError;
use super::place::{Place, unusable};
use super::swarm::own_docker;
use super::tool::{SHORT, Stop, docker, run};

/// How long the images may take to be written, or read.
const WITHIN: Duration = Duration::from_secs(600);
const ARCHIVE: &str = "images.tar";

/// Who has an image.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Holder {
    Node(u8),
    /// This machine's own Docker.
    Machine,
}

impl Holder {
    fn docker(self, place: &Place) -> Command {
        match self {
            Self::Node(node) => docker(&place.host(node)),
            Self::Machine => own_docker(&[]),
        }
    }

    /// The id of an image; none where it does not have it.
    fn id(self, place: &Place, image: &str, stop: &Stop) -> Result<Option<String>, ClusterError> {
        let mut asked = self.docker(place);
        asked.args(["image", "inspect", "--format", "{{.Id}}", "--", image]);
        match run(asked, SHORT, stop) {
            Err(ClusterError::Refused { .. }) => Ok(None),
            id => id.map(|id| Some(id.trim().to_owned())),
        }
    }
}

/// Whether this machine's Docker has the images.
pub(super) fn require(place: &Place, images: &[String], stop: &Stop) -> Result<(), ClusterError> {
    for image in images {
        let found = Holder::Machine.id(place, image, stop)?;
        found.ok_or_else(|| ClusterError::NoImage { image: image.clone() })?;
    }
    Ok(())
}

/// Brings each image to every node that has not the same one: from the first node that has one of
/// that name, else from this machine's Docker.
pub(super) fn bring(place: &Place, nodes: u8, images: &[String], stop: &Stop) -> Result<(), ClusterError> {
    let archive = place.dir().join(ARCHIVE);
    for image in images {
        let mut held = Vec::new();
        for node in 1..=nodes {
            held.push(Holder::Node(node).id(place, image, stop)?);
        }
        let (from, id) = match (1..).zip(&held).find_map(|(node, id)| Some((node, id.clone()?))) {
            Some((node, id)) => (Holder::Node(node), id),
            None => {
                let id = Holder::Machine.id(place, image, stop)?;
                (Holder::Machine, id.ok_or_else(|| ClusterError::NoImage { image: image.clone() })?)
            }
        };
        let lacking: Vec<u8> =
            (1..).zip(&held).filter(|(_, held)| held.as_ref() != Some(&id)).map(|(node, _)| node).collect();
        if lacking.is_empty() {
            continue;
        }
        let mut save = from.docker(place);
        save.args(["save", "--output"]).arg(&archive).args(["--", image]);
        run(save, WITHIN, stop)?;
        for node in lacking {
            let mut load = docker(&place.host(node));
            load.args(["load", "--quiet", "--input"]).arg(&archive);
            run(load, WITHIN, stop)?;
        }
        workshop_disk::remove(&archive).map_err(|error| unusable(&archive, &error))?;
    }
    Ok(())
}
