//! A way out into the presenter's own shell and back: what changed there is seen and shown, and is
//! kept or taken back.

use std::process::Stdio;

use crate::app::error::AppError;
use crate::commands::demo::show::{Show, Stop};
use crate::demo::drift::{Drift, Snapshot};
use crate::demo::stage::Order;
use crate::engine::Detail;
use crate::event::{Event, Notice, Tone};
use crate::text::Text;

impl Show<'_> {
    /// Opens a shell in the demo's workspace; whether the presenter wants the step restored.
    pub(crate) async fn detour(&mut self) -> Result<bool, Stop> {
        let before = self.snapshot().await;
        let secrets = self.session.files().secrets();
        let dir = self.session.workspace.dir();
        let dir = if dir.is_dir() { dir } else { self.place.root().to_owned() };
        let shell =
            std::env::var_os("SHELL").filter(|shell| !shell.is_empty()).unwrap_or_else(|| "sh".into());
        let text = Text::new("demo-detour").with("dir", dir.display().to_string());
        self.stage.notice(Tone::Info, text).await?;
        let work = async {
            let mut command = tokio::process::Command::new(&shell);
            command
                .current_dir(&dir)
                .stdin(Stdio::inherit())
                .stdout(Stdio::inherit())
                .stderr(Stdio::inherit());
            command.status().await
        };
        if let Err(error) = self.stage.lend(work).await {
            let reason = crate::workspace::disk::reason(&error);
            let text = Text::new("demo-no-shell").with("shell", shell.to_string_lossy().into_owned());
            let error = AppError::Environment { text: text.with("reason", reason), next: None };
            self.stage.tell(Event::Failure(error.failure())).await?;
            return Ok(false);
        }
        self.session.look_again();
        let drift = before.until(&self.snapshot().await);
        // What is in `.env` now and what was there before.
        let drift = drift.hiding(&self.session.files().secrets()).hiding(&secrets);
        self.decide(drift).await
    }

    async fn decide(&mut self, drift: Drift) -> Result<bool, Stop> {
        if drift.is_empty() {
            self.stage.notice(Tone::Info, Text::new("demo-drift-none")).await?;
            return Ok(false);
        }
        self.stage.notice(Tone::Warning, Text::new("demo-drift")).await?;
        if !drift.files.files.is_empty() {
            self.stage.tell(Event::Diff(drift.files)).await?;
        }
        for text in drift.services {
            self.stage.tell(Event::Notice(Notice::new(Tone::Info, text))).await?;
        }
        loop {
            match self.ask(Text::new("demo-ask-drift")).await? {
                Order::Keep => {
                    self.kept = true;
                    return Ok(false);
                }
                Order::Restore => return Ok(true),
                Order::Help => self.help().await?,
                _ => {}
            }
        }
    }

    pub(crate) async fn snapshot(&self) -> Snapshot {
        let observed = self.session.engine.observe(&self.session.project(), Detail::StartTimes).await;
        Snapshot::take(&self.session.workspace.dir(), observed.as_ref().ok())
    }
}
