//! `down`, as Compose does it: the services that are named, or those of the file; then the networks
//! and, with `-v`, the volumes that nothing uses any more; with `--rmi` their images.

use std::time::Duration;

use super::arguments::{Down, Rmi};
use super::under_way::UnderWay;
use crate::embedded::client::{Client, Way};
use crate::embedded::desired::Desired;
use crate::embedded::image;
use crate::embedded::refusal::{Refusal, Stopped, refused};
use crate::embedded::wire::{DownRequest, ReplicaView, Stack};

/// The ids of the replicas that go: of the services that are meant, or all where there are none;
/// and of services that the file does not know, where it is given.
fn going(stack: &Stack, meant: Option<&[String]>, known: Option<&[String]>) -> Vec<String> {
    let goes = |one: &&ReplicaView| {
        meant.is_none_or(|meant| meant.contains(&one.service))
            || known.is_some_and(|known| !known.contains(&one.service))
    };
    stack.replicas.iter().filter(goes).map(|one| one.id.clone()).collect()
}

impl UnderWay<'_> {
    /// Takes down what `down` is about.
    ///
    /// # Errors
    /// A service that is not in the file, and a file that cannot be read where it has to say what
    /// goes (`-v`, a service's name); or the supervisor does not answer.
    pub(super) async fn down(&mut self, down: Down) -> Result<(), Stopped> {
        let meant = self.meant(&down.services)?;
        let volumes = if down.volumes { self.volumes_of(&down.services)? } else { Vec::new() };
        let orphans_of = if down.remove_orphans { Some(self.known_services()) } else { None };
        let images = self.images_of(&down)?;
        match Client::find(self.place).await? {
            Way::Open(client) => {
                let grace = down.timeout.map(Duration::from_secs);
                let ids = going(&client.stack().await?, meant.as_deref(), orphans_of.as_deref());
                let request = DownRequest { ids, volumes, grace };
                client.down(self.place, &request, &mut self.say()).await?.map_err(refused)?;
            }
            Way::None | Way::Lost => {
                let there = self.place.volume_names();
                for name in volumes.iter().filter(|name| there.contains(name)) {
                    self.place.remove_volume(name);
                    self.output.line(true, &format!(" Volume {name}  Removed"));
                }
            }
        }
        if down.rmi.is_some() {
            for name in images {
                image::untag(self.place, &name);
                self.output.line(true, &format!(" Image {name}  Removed"));
            }
            let stack = self.stack().await?;
            self.forget_images(&stack);
        }
        Ok(())
    }

    /// The volumes of the file that go, by real name; external ones stay.
    fn volumes_of(&self, services: &[String]) -> Result<Vec<String>, Refusal> {
        let desired = self.desired()?;
        match services {
            [] => Ok(desired.own_volumes()),
            named => {
                let own = desired.own_volumes();
                let mut used = desired.volumes_of(&desired.selected(named, false)?);
                used.retain(|name| own.contains(name));
                Ok(used)
            }
        }
    }

    /// Every service of the file; none where it cannot be read.
    fn known_services(&self) -> Vec<String> {
        let names = |desired: Desired<'_>| {
            desired.file.services.iter().map(|service| service.name.value.clone()).collect()
        };
        self.desired().map(names).unwrap_or_default()
    }

    /// The images that go with `--rmi`, by tagged name: of the services that are named, or all;
    /// `local` leaves those that the file gives a name of its own.
    fn images_of(&self, down: &Down) -> Result<Vec<String>, Refusal> {
        let Some(which) = down.rmi else { return Ok(Vec::new()) };
        let own = format!("{}-", self.project.name);
        let mut names = image::names(self.place);
        names.retain(|name| which == Rmi::All || name.starts_with(&own));
        if !down.services.is_empty() {
            let desired = self.desired()?;
            let of = desired.selected(&down.services, false)?;
            let of: Vec<String> = of.iter().map(|service| desired.tagged_image(service)).collect();
            names.retain(|name| of.contains(name));
        }
        Ok(names)
    }
}
