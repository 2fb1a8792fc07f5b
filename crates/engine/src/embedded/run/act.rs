//! What is done to replicas that are there: `start`, `stop`, `restart`, `kill`, `rm`, `exec`.

use std::time::Duration;

use super::arguments::{Chosen, Rm};
use super::under_way::UnderWay;
use crate::embedded::client::{Client, Way};
use crate::embedded::refusal::{Stopped, missing_program, needs_docker, refusal, said};
use crate::embedded::wire::{ActRequest, Action, ExecAnswer, ExecRequest, ReplicaState, ReplicaView};
use workshop_text::Text;

impl UnderWay<'_> {
    pub(super) async fn act(
        &mut self,
        action: Action,
        chosen: Chosen,
        timeout: Option<u64>,
    ) -> Result<(), Stopped> {
        let meant = self.meant(&chosen.services)?;
        let stack = self.stack().await?;
        // Of a whole service only what runs can be killed.
        let kill_all = matches!(action, Action::Kill(_)) && chosen.index.is_none();
        let ids: Vec<String> = (stack.replicas.iter())
            .filter(|one| meant.as_ref().is_none_or(|meant| meant.contains(&one.service)))
            .filter(|one| chosen.index.is_none_or(|index| one.index == index))
            .filter(|one| !kill_all || one.state == ReplicaState::Running)
            .map(|one| one.id.clone())
            .collect();
        if !ids.is_empty() {
            let grace = timeout.map(Duration::from_secs);
            return self.act_on(ActRequest { action, ids, grace }).await;
        }
        match (action, chosen.index) {
            (Action::Kill(_), None) => self.output.line(true, "no container to kill"),
            (Action::Start, None) => {
                let named = meant.unwrap_or_default().first().cloned().unwrap_or_default();
                return Err(said(format!("service \"{named}\" has no container to start")));
            }
            (_, None) => {}
            (action, Some(index)) => {
                let named = chosen.services.join(", ");
                let verb = verb(&action);
                return Err(said(format!("service \"{named}\" has no container to {verb} (index {index})")));
            }
        }
        Ok(())
    }

    pub(super) async fn restart(
        &mut self,
        mut chosen: Chosen,
        timeout: Option<u64>,
        no_deps: bool,
    ) -> Result<(), Stopped> {
        self.known(&chosen.services)?;
        if !no_deps && chosen.index.is_none() && !chosen.services.is_empty() {
            chosen.services = self.desired()?.restarted_with(&chosen.services);
        }
        self.act(Action::Restart, chosen, timeout).await
    }

    pub(super) async fn rm(&mut self, rm: Rm) -> Result<(), Stopped> {
        let meant = self.meant(&rm.chosen.services)?;
        let stack = self.stack().await?;
        let going: Vec<&ReplicaView> = (stack.replicas.iter())
            .filter(|one| meant.as_ref().is_none_or(|meant| meant.contains(&one.service)))
            .filter(|one| rm.chosen.index.is_none_or(|index| one.index == index))
            .filter(|one| rm.stop || one.state != ReplicaState::Running)
            .collect();
        if going.is_empty() {
            self.output.line(true, "No stopped containers");
            return Ok(());
        }
        let names: Vec<&str> = going.iter().map(|one| one.name.as_str()).collect();
        self.output.line(false, &format!("Going to remove {}", names.join(", ")));
        if !rm.force {
            let reason = Text::new("embedded-rm-asks");
            return Err(refusal(
                "nothing is removed: `rm` without -f asks first, and nobody is asked here",
                reason,
            )
            .into());
        }
        let ids = going.iter().map(|one| one.id.clone()).collect();
        self.act_on(ActRequest { action: Action::Remove, ids, grace: None }).await
    }

    /// A command inside a replica; its own output and exit code.
    pub(super) async fn exec(
        &mut self,
        service: &str,
        index: u32,
        command: &[String],
    ) -> Result<i32, Stopped> {
        let not_running = || said(format!("service \"{service}\" is not running"));
        let stack = self.stack().await?;
        let is_it = |one: &&ReplicaView| {
            one.service == service && one.index == index && one.state == ReplicaState::Running
        };
        let id = stack.replicas.iter().find(is_it).ok_or_else(not_running)?.id.clone();
        let Way::Open(client) = Client::find(self.place).await? else { return Err(not_running()) };
        let line = format!("exec {service} {}", command.join(" "));
        match client.exec(&ExecRequest { id, command: command.to_vec() }).await? {
            ExecAnswer::Ended(ended) => {
                ended.stdout.lines().for_each(|line| self.output.line(false, line));
                ended.stderr.lines().for_each(|line| self.output.line(true, line));
                // As a shell says it where a signal ended it.
                Ok(ended.code.unwrap_or(137))
            }
            ExecAnswer::NotRunning => Err(not_running()),
            ExecAnswer::NotHere { known } => {
                self.output.line(true, &format!("here there is: {}", known.join(", ")));
                Err(needs_docker(String::new(), line).into())
            }
            ExecAnswer::Missing { program, install } => Err(missing_program(&program, &install).into()),
            ExecAnswer::TookTooLong { seconds } => {
                Err(said(format!("{line}: no end after {seconds} seconds")))
            }
        }
    }
}

fn verb(action: &Action) -> &'static str {
    match action {
        Action::Start => "start",
        Action::Stop => "stop",
        Action::Restart => "restart",
        Action::Kill(_) => "kill",
        Action::Remove => "remove",
    }
}
