//! What the front, which stands for nginx, is given of a service: its image's files and its mounts.

use super::wire::{Mount, ServiceSpec};

/// The file of a replica's folder in which the front says what it holds of its upstreams.
pub(super) const HELD: &str = "held.json";

/// The files of a replica of the front, as it sees them.
pub(super) fn view(spec: &ServiceSpec) -> workshop_front::View {
    workshop_front::View::new(&spec.image.root, &mounts(spec))
}

/// The mounts of a replica of the front, as it wants them.
pub(super) fn mounts(spec: &ServiceSpec) -> Vec<workshop_front::Mount> {
    let mount =
        |mount: &Mount| workshop_front::Mount { target: mount.target.clone(), source: mount.source.clone() };
    spec.mounts.iter().map(mount).collect()
}
