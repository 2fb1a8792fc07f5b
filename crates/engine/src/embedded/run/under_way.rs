//! One command under way: what it has to work with, and what every word of Compose needs of it.

use std::collections::BTreeMap;
use std::path::Path;

use crate::embedded::client::{Client, Way};
use crate::embedded::desired::Desired;
use crate::embedded::image;
use crate::embedded::own::StandIn;
use crate::embedded::place::Place;
use crate::embedded::refusal::{Refusal, Stopped, refused};
use crate::embedded::wire::{ActRequest, Stack};
use crate::{Output, Project};
use workshop_text::{Lang, Text};

/// One command under way.
pub(crate) struct UnderWay<'a> {
    pub project: &'a Project,
    pub place: &'a Place,
    /// Service → the program that stands for it, as the lesson declares.
    pub programs: &'a BTreeMap<String, StandIn>,
    /// The program that a supervisor is, where that is not this one.
    pub binary: Option<&'a Path>,
    /// Those that the command turns on; where it names none, `COMPOSE_PROFILES` says.
    pub profiles: Vec<String>,
    pub output: &'a mut dyn Output,
}

impl UnderWay<'_> {
    /// Says what the supervisor does.
    pub(super) fn say(&mut self) -> impl FnMut(&str) + Send {
        |line| self.output.line(true, line)
    }

    /// Lines that were asked for.
    pub(super) fn show(&mut self, lines: impl IntoIterator<Item = String>) {
        lines.into_iter().for_each(|line| self.output.line(false, &line));
    }

    /// The stack as it is; empty where nothing runs.
    pub(super) async fn stack(&mut self) -> Result<Stack, Stopped> {
        match Client::find(self.place).await? {
            Way::Open(client) => Ok(client.stack().await?),
            Way::None => Ok(Stack::default()),
            Way::Lost => {
                self.say_lost();
                Ok(Stack::default())
            }
        }
    }

    pub(super) fn say_lost(&mut self) {
        self.output.line(true, &Text::new("embedded-lost").render(Lang::En));
    }

    /// What the learner's files ask for.
    pub(super) fn desired<'d>(&'d self) -> Result<Desired<'d>, Refusal> {
        Desired::read(self.project, self.place, self.programs, &self.profiles)
    }

    /// Whether the file has these services.
    pub(super) fn known(&self, services: &[String]) -> Result<(), Refusal> {
        if services.is_empty() { Ok(()) } else { self.desired()?.selected(services, false).map(|_| ()) }
    }

    /// The services that a word is about: those that are named; else those of the file that no
    /// profile keeps back, so that no replica of another file is touched; else, where the file
    /// cannot be read, none: then it is about all that runs.
    pub(super) fn meant(&self, services: &[String]) -> Result<Option<Vec<String>>, Refusal> {
        let names = |desired: &Desired<'_>| -> Result<Vec<String>, Refusal> {
            let meant = desired.selected(services, false)?.into_iter();
            Ok(meant.map(|service| service.name.value.clone()).collect())
        };
        match self.desired() {
            Ok(desired) => names(&desired).map(Some),
            Err(_) if services.is_empty() => Ok(None),
            Err(refusal) => Err(refusal),
        }
    }

    /// Has something done to replicas, where there is a supervisor.
    pub(crate) async fn act_on(&mut self, request: ActRequest) -> Result<(), Stopped> {
        let Way::Open(client) = Client::find(self.place).await? else { return Ok(()) };
        Ok(client.act(&request, &mut self.say()).await?.map_err(refused)?)
    }

    /// Images that no replica of the stack and no name uses any more are only files in the way.
    pub(super) fn forget_images(&self, stack: &Stack) {
        let running: Vec<_> = stack.replicas.iter().map(|one| one.image_root.clone()).collect();
        image::forget(self.place, &image::in_use(self.place, &running));
    }
}
