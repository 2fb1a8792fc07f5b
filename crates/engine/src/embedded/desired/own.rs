//! A service for which a lesson's own program stands.

use std::collections::BTreeMap;

use super::Desired;
use super::service::is_below;
use crate::embedded::image::Built;
use crate::embedded::own::{Listen, OwnProgram, OwnSpec};
use crate::embedded::refusal::{Refusal, refusal};
use workshop_disk::within;
use workshop_stack::compose::{Mount, Service};
use workshop_text::{Lang, Text};

impl Desired<'_> {
    /// What the supervisor has to know of a lesson's own program.
    ///
    /// # Errors
    /// It listens, and nothing says at which port.
    pub(super) fn own_spec(
        &self,
        service: &Service,
        own: &OwnProgram,
        built: &Built,
        args: &[String],
        env: &BTreeMap<String, String>,
    ) -> Result<OwnSpec, Refusal> {
        let said = |listen: &Listen| env.get(&listen.port).and_then(|port| port.parse().ok());
        let published = service.ports.first().map(|port| port.target.first);
        let port = own.listen.as_ref().map(|listen| said(listen).or(built.port).or(published));
        if let (Some(None), Some(listen)) = (port, &own.listen) {
            let (name, variable) = (service.name.value.as_str(), listen.port.as_str());
            let reason = Text::new("embedded-own-port").with("service", name).with("variable", variable);
            return Err(refusal(reason.render(Lang::En), reason));
        }
        let command = std::iter::once(own.name().to_owned()).chain(args.iter().cloned()).collect();
        Ok(OwnSpec {
            command,
            workdir: built.workdir.clone(),
            listen: own.listen.clone(),
            port: port.flatten(),
            names: own.names.clone(),
        })
    }

    /// A lesson's own program finds what is mounted by a link in its replica's folder: there is none
    /// in the place of that folder, and none below another.
    pub(super) fn may_link(&self, mount: &Mount, all: &[Mount]) -> Result<(), Refusal> {
        let target = within::normal(&mount.target);
        let nested = |other: &Mount| {
            let other = within::normal(&other.target);
            other != target && is_below(&target, &other)
        };
        match target == "/" || all.iter().any(nested) {
            true => Err(self.not_here(mount.span, format!("a mount at {target}, below another one"))),
            false => Ok(()),
        }
    }
}
