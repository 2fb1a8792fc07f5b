//! A forgotten build: the learner's file is right, and what runs is an image from before it. Found by
//! what the container itself has, on every engine.

use super::Session;
use crate::check::application::Application;
use crate::check::{Needs, Verdict};
use crate::lesson::model::CheckEntry;
use workshop_engine::{Detail, Replica, StackCommand};
use workshop_text::Text;

impl Session {
    /// Why requests that went wrong did: the entry's nginx runs with files that are not the
    /// workspace's any more; and the command that mends it.
    pub(super) async fn old_image(&self, entry: &CheckEntry, app: &Application) -> Option<Verdict> {
        let needs = entry.spec.check().needs();
        if !matches!(&needs, Needs::Probe(probe) if probe.asks_entry()) || self.agreed().is_err() {
            return None;
        }
        let served = app.served().ok()?;
        let (service, (target, source)) = (app.files.entry()?, served.built.first()?);
        let observed = self.engine.observe(&self.project(), Detail::Listing).await.ok()?;
        let replica: &Replica = observed.of(service).find(|replica| replica.is_running())?;
        let command = ["cat", target].map(str::to_owned);
        let has = self.engine.exec(replica, &command).await.ok().filter(|end| end.code == Some(0))?;
        let own = app.files.text(source).ok()?;
        // Line ends and what lies behind the first 64 KiB are no difference.
        let lines = |text: &str| text.lines().take(1000).map(str::trim_end).collect::<Vec<_>>().join("\n");
        if lines(&has.stdout) == lines(&own) {
            return None;
        }
        let build = ["up", "-d", "--build", "--no-deps", service].map(str::to_owned);
        let build = StackCommand::Compose(build.to_vec()).display(self.engine.kind(), None);
        let text = Text::new("check-old-image").with("service", service).with("file", source.as_str());
        Some(Verdict::not_yet(text.with("command", build)))
    }
}
