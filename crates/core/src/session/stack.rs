//! What a session does to the running stack: the step's commands, a state to come back to.

use std::time::{Duration, Instant};

use super::Session;
use super::under_way::UnderWay;
use crate::check::probe::Scale;
use crate::check::secrets::Secrets;
use crate::emit::Emit;
use crate::event::Event;
use workshop_engine::trouble::Trouble;
use workshop_engine::{CommandEnd, Detail, EngineError, Observed, Output, Replica, Resource, StackCommand};

/// How long a stack may take to come to a state that a check starts from.
pub(super) const READY: Duration = Duration::from_secs(60);

impl Session {
    /// The base URL of the lesson's entry, as it is published now.
    pub fn entry_url(&self, observed: &Observed) -> Option<String> {
        let entry = &self.lesson.file.entry;
        let before = || observed.url_of(&entry.before.as_ref()?.service, entry.before.as_ref()?.port);
        observed.url_of(&entry.service, entry.port).or_else(before)
    }

    /// The same, for requests.
    pub fn entry(&self, observed: &Observed) -> Option<reqwest::Url> {
        self.entry_url(observed)?.parse().ok()
    }

    /// What the engine holds of the workspace; with `images`, also those that its builds made.
    pub async fn resources(&self, images: bool) -> Result<Vec<Resource>, EngineError> {
        let mut all = self.engine.resources(&self.project()).await?;
        if images {
            all.extend(self.engine.images(&self.project()).await?);
        }
        Ok(all)
    }

    /// Runs one command in the workspace and hands its output on.
    pub async fn run(&self, command: &StackCommand) -> Result<CommandEnd, EngineError> {
        self.agreed()?;
        let project = self.project();
        let observed = match command.needs_stack() {
            true => self.engine.observe(&project, Detail::Listing).await.ok(),
            false => None,
        };
        let shown = command.display_in(self.engine.kind(), &project.name, observed.as_ref());
        self.emit(Event::CommandStarted { command: shown.clone() });
        let begun = Instant::now();
        let secrets = self.files().secrets();
        let under_way = UnderWay::default();
        let mut output = Lines { emit: self.emit.clone(), secrets: &secrets, under_way: under_way.clone() };
        self.owing.asks(true);
        let runs = self.engine.run(&project, command, &mut output);
        let end = under_way.say_while(&self.emit, runs).await;
        self.owing.asks(false);
        let mut end = end?;
        if let Some(Trouble::NotHealthy { container, said }) = &mut end.trouble {
            *said = self.last_word(container).await.map(|line| secrets.hide(&line));
        }
        // What such a program says is about the learner's files, not about the machine.
        if command.verb() == Some("exec")
            && end.code.is_some_and(|code| code != 0)
            && matches!(end.trouble, None | Some(Trouble::Other { .. }))
            && let Some(line) = end.stderr_tail.iter().rfind(|line| !line.trim().is_empty())
        {
            end.trouble = Some(Trouble::ProgramFailed { line: secrets.hide(line) });
        }
        end.stderr_tail.iter_mut().for_each(|line| *line = secrets.hide(line));
        let ms = begun.elapsed().as_millis() as u64;
        self.emit(Event::CommandFinished { command: shown, code: end.code, ms });
        Ok(end)
    }

    /// The last line that a container wrote, by its name.
    async fn last_word(&self, container: &str) -> Option<String> {
        let observed = self.engine.observe(&self.project(), Detail::Listing).await.ok()?;
        let replica = observed.replicas.iter().find(|replica| replica.name == container)?;
        self.last_words(replica, 1).await.pop()
    }

    /// At most `count` lines, the last that a replica wrote.
    pub(super) async fn last_words(&self, replica: &Replica, count: usize) -> Vec<String> {
        let lines = self.engine.logs(replica, None).await.unwrap_or_default();
        let said = lines.into_iter().map(|line| line.text).filter(|line| !line.trim().is_empty());
        let mut said: Vec<String> = said.collect();
        said.split_off(said.len().saturating_sub(count))
    }

    /// Scales a service where it is not at that number, and waits until every replica is ready.
    pub(crate) async fn bring_to(
        &self,
        scale: &Scale,
        observed: Observed,
    ) -> Result<Observed, (EngineError, Observed)> {
        let is_there = |seen: &Observed| {
            let ready = seen.of(&scale.service).filter(|replica| replica.is_ready()).count();
            ready == scale.replicas as usize && seen.of(&scale.service).count() == ready
        };
        if is_there(&observed) {
            return Ok(observed);
        }
        if let Err(error) = self.run(&scale.command()).await {
            return Err((error, observed));
        }
        let deadline = Instant::now() + READY;
        loop {
            match self.engine.observe(&self.project(), Detail::Listing).await {
                Ok(seen) if is_there(&seen) || Instant::now() >= deadline => return Ok(seen),
                Ok(_) => tokio::time::sleep(super::AGAIN).await,
                Err(error) => return Err((error, observed)),
            }
        }
    }
}

struct Lines<'a> {
    emit: Emit,
    secrets: &'a Secrets,
    under_way: UnderWay,
}

impl Output for Lines<'_> {
    fn line(&mut self, stderr: bool, line: &str) {
        let line = self.secrets.hide(line);
        self.under_way.hear(&line);
        self.emit.say(&Event::CommandOutput { stderr, line });
    }
}
