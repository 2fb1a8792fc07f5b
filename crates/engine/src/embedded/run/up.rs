//! `up`, and what makes a stack without it: `create`, `scale`, `build`.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use super::arguments::{self, Logs, Making, NoScale, Up};
use super::logs::{self, Streams};
use super::under_way::UnderWay;
use crate::embedded::client::Client;
use crate::embedded::desired::{Building, Desired};
use crate::embedded::refusal::{Refusal, Stopped, refusal, refused};
use crate::embedded::signals;
use crate::embedded::wire::{ActRequest, Action, Stack, UpRequest};
use workshop_text::Text;

impl UnderWay<'_> {
    pub(super) fn build(&mut self, services: &[String]) -> Result<(), Refusal> {
        let mut lines = Vec::new();
        let built = self.desired().and_then(|desired| {
            let selected = desired.selected(services, false)?;
            desired.build(&selected, Building::All, &mut |line| lines.push(line))
        });
        lines.iter().for_each(|line| self.output.line(true, line));
        built
    }

    pub(super) async fn up(&mut self, up: Up) -> Result<i32, Stopped> {
        let mut lines = Vec::new();
        let request = self.request(&up, &mut |line| lines.push(line));
        lines.iter().for_each(|line| self.output.line(true, line));
        let request = request?;
        let (client, lost) = Client::ensure(self.place, self.binary).await?;
        if lost {
            self.say_lost();
        }
        if !request.remove_orphans {
            self.say_orphans(&client.stack().await?, &request.known);
        }
        let begun = SystemTime::now();
        client.up(&request, &mut self.say()).await?.map_err(refused)?;
        if let Ok(stack) = client.stack().await {
            self.forget_images(&stack);
        }
        if up.detach || up.wait || up.no_start {
            return Ok(0);
        }
        self.attach(&client, &request, begun).await
    }

    /// `up -d` of the services whose numbers are given, with nothing made anew.
    pub(super) async fn scale(&mut self, scales: Vec<String>, no_deps: bool) -> Result<i32, Stopped> {
        let services = scales.iter().filter_map(|text| arguments::scale(text).ok());
        let services = services.map(|(service, _)| service.to_owned()).collect();
        let making = Making { no_build: true, scale: scales, services, ..Making::default() };
        self.up(Up { no_deps, ..Up::detached(making) }).await
    }

    /// Replicas of services that the file does not have any more, in Compose's words.
    fn say_orphans(&mut self, stack: &Stack, known: &[String]) {
        let orphans = stack.replicas.iter().filter(|one| !known.contains(&one.service));
        let names: Vec<&str> = orphans.map(|one| one.name.as_str()).collect();
        if !names.is_empty() {
            self.output.line(
                true,
                &format!(
                    "Found orphan containers ([{}]) for this project. If you removed or renamed this service in \
                     your compose file, you can run this command with the --remove-orphans flag to clean it up.",
                    names.join(" ")
                ),
            );
        }
    }

    /// What `up` asks the supervisor for. Images are made on the way.
    fn request(&self, up: &Up, say: &mut dyn FnMut(String)) -> Result<UpRequest, Refusal> {
        let desired = self.desired()?;
        let making = &up.making;
        let scales = scales(&desired, &making.scale)?;
        let services = desired.selected(&making.services, !up.no_deps)?;
        if let Some(left) = scales.keys().find(|name| !services.iter().any(|one| one.name.value == **name)) {
            return Err(refusal(
                format!("no such service: {left}: disabled"),
                Text::new("embedded-scale-left-out").with("service", left.as_str()),
            ));
        }
        let building = match (making.build, making.no_build) {
            (true, _) => Building::All,
            (_, true) => Building::None,
            _ => Building::Missing,
        };
        let counts = |service: &workshop_stack::compose::Service| {
            scales.get(&service.name.value).copied().unwrap_or_else(|| service.wanted_replicas())
        };
        // What Compose refuses before it builds, is refused before anything is built.
        for service in &services {
            desired.may_scale(service, counts(service))?;
        }
        desired.build(&services, building, say)?;
        let wanted = services.iter().map(|service| desired.wanted(service, counts(service)));
        let wanted = wanted.collect::<Result<Vec<_>, _>>()?;
        let unused = desired.without_effect();
        if !unused.is_empty() {
            say(format!(" no effect here: {}", unused.join(", ")));
        }
        for one in &wanted {
            desired.examine_front(&one.spec, say)?;
        }
        Ok(UpRequest {
            project: self.project.name.clone(),
            services: wanted,
            known: desired.file.services.iter().map(|service| service.name.value.clone()).collect(),
            remove_orphans: making.remove_orphans,
            force_recreate: making.force_recreate,
            no_recreate: making.no_recreate,
            only_create: up.no_start,
            volumes: desired.volumes_of(&services),
            wait: up.wait,
            grace: up.timeout.map(Duration::from_secs),
        })
    }

    /// `up` without `-d`: the logs, and the end of the stack with Ctrl-C.
    async fn attach(
        &mut self,
        client: &Client,
        request: &UpRequest,
        since: SystemTime,
    ) -> Result<i32, Stopped> {
        let stack = client.stack().await?;
        let services: Vec<String> =
            request.services.iter().map(|wanted| wanted.spec.service.clone()).collect();
        let wanted = Logs { since: Some(since), ..Logs::following(services.clone()) };
        tokio::select! {
            biased;
            () = signals::told(&["SIGINT"]) => {}
            () = logs::follow(self.place, &stack, &wanted, Streams::Two, self.output) => {}
        }
        self.output.line(true, "Gracefully Stopping... press Ctrl+C again to force");
        let ids = stack.replicas.iter().filter(|one| services.contains(&one.service));
        let ids = ids.map(|one| one.id.clone()).collect();
        let request = ActRequest { action: Action::Stop, ids, grace: request.grace };
        // What could not be ended is seen by the next command.
        let _ = client.act(&request, &mut self.say()).await?;
        Ok(130)
    }
}

/// `--scale` of a command line, by service; the last one counts.
///
/// # Errors
/// One is no service and number, or its service is not in the file.
fn scales(desired: &Desired<'_>, texts: &[String]) -> Result<BTreeMap<String, u32>, Refusal> {
    let mut scales = BTreeMap::new();
    for text in texts {
        let (service, number) = arguments::scale(text).map_err(|why| {
            let key = match why {
                NoScale::Shape => "embedded-scale-shape",
                NoScale::NoNumber => "embedded-scale-no-number",
                NoScale::Number => "embedded-scale-number",
            };
            let service = text.split('=').next().unwrap_or_default();
            refusal(
                format!("invalid --scale option \"{text}\". Should be SERVICE=NUM"),
                Text::new(key).with("text", text.as_str()).with("service", service),
            )
        })?;
        desired.selected(&[service.to_owned()], false)?;
        scales.insert(service.to_owned(), number);
    }
    Ok(scales)
}
