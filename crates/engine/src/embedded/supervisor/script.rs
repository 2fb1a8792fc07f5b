//! A shell's script inside a replica, run command by command: `sh -c TEXT`, or `sh FILE` of what is
//! mounted there.

use std::process::Stdio;
use std::sync::Arc;

use tokio::process::{Child, Command};

use super::exec::{first, said};
use super::program::program;
use super::shared::Supervisor;
use crate::embedded::front;
use crate::embedded::inside::script::{Called, Refused, Script, Step};
use crate::embedded::inside::{self, Inside, Setting};
use crate::embedded::wire::{Ended, ExecAnswer, ServiceSpec};

impl Supervisor {
    /// Runs it to its end; none where the replica is gone.
    ///
    /// # Errors
    /// The script has something that is not here.
    pub(super) async fn script(
        self: &Arc<Self>,
        id: &str,
        spec: &ServiceSpec,
        setting: &Setting<'_>,
        call: &Called<'_>,
    ) -> Result<Option<Ended>, ExecAnswer> {
        let (name, text, args) = match *call {
            Called::Text(text, args) => ("sh", text.to_owned(), args),
            Called::File(path, args) => match front::view(spec).read(path) {
                Ok(bytes) => (path, String::from_utf8_lossy(&bytes).into_owned(), args),
                Err(error) => {
                    let reason = workshop_disk::reason(&error);
                    return Ok(Some(said(2, String::new(), &format!("sh: can't open '{path}': {reason}\n"))));
                }
            },
        };
        let script = match Script::read(&text, args, &self.environment(id, spec)) {
            Ok(script) => script,
            Err(Refused { line, words }) => {
                let words = format!("{name}: line {line}: not on the embedded engine: {words}\n");
                return Ok(Some(said(2, String::new(), &words)));
            }
        };
        let mut all = Ended { code: Some(0), stdout: String::new(), stderr: String::new() };
        for step in &script.steps {
            let failed = all.code != Some(0);
            if failed && (script.ends_at_failure || step.only_after_success) {
                if script.ends_at_failure {
                    break;
                }
                continue;
            }
            let Some(ended) = self.step(id, spec, setting, step, script.any_fails).await? else {
                return Ok(None);
            };
            all.stdout.push_str(&ended.stdout);
            all.stderr.push_str(&ended.stderr);
            all.code = ended.code;
        }
        Ok(Some(all))
    }

    /// One pipeline: each command reads what the one before it writes.
    async fn step(
        self: &Arc<Self>,
        id: &str,
        spec: &ServiceSpec,
        setting: &Setting<'_>,
        step: &Step,
        any_fails: bool,
    ) -> Result<Option<Ended>, ExecAnswer> {
        if let [words] = step.commands.as_slice() {
            return self.alone(id, spec, setting, words).await;
        }
        let mut commands = Vec::new();
        for words in &step.commands {
            let command = self.understood(spec, setting, words)?;
            let Inside::Client { name, args, to } = command else {
                return Err(not_here(spec, setting));
            };
            match self.client_command(id, spec, &name, &args, to.as_deref()) {
                None => return Ok(None),
                Some(Err(unknown)) => return Ok(Some(unknown)),
                Some(Ok(command)) => commands.push(command),
            }
        }
        Ok(pipeline(commands, any_fails).await.ok())
    }

    async fn alone(
        self: &Arc<Self>,
        id: &str,
        spec: &ServiceSpec,
        setting: &Setting<'_>,
        words: &[String],
    ) -> Result<Option<Ended>, ExecAnswer> {
        if let [echo, said_words @ ..] = words
            && echo == "echo"
        {
            return Ok(Some(said(0, format!("{}\n", said_words.join(" ")), "")));
        }
        let command = self.understood(spec, setting, words)?;
        Ok(self.run(id, spec, &command).await)
    }

    fn understood(
        &self,
        spec: &ServiceSpec,
        setting: &Setting<'_>,
        words: &[String],
    ) -> Result<Inside, ExecAnswer> {
        let command =
            inside::understand(program(spec), setting, words).ok_or_else(|| not_here(spec, setting))?;
        self.is_there(spec, &command)?;
        Ok(command)
    }
}

fn not_here(spec: &ServiceSpec, setting: &Setting<'_>) -> ExecAnswer {
    ExecAnswer::NotHere { known: inside::known(program(spec), setting) }
}

/// Runs commands side by side, each with the output of the one before it as its input: what the last
/// one writes, what all of them complain of, and the last one's code, or, with `any_fails`, the last
/// that is not 0.
async fn pipeline(commands: Vec<Command>, any_fails: bool) -> std::io::Result<Ended> {
    use std::os::unix::process::ExitStatusExt;

    let count = commands.len();
    let mut children: Vec<Child> = Vec::new();
    let mut input = Stdio::null();
    for (place, mut command) in commands.into_iter().enumerate() {
        command.stdin(input).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
        let mut child = command.spawn()?;
        input = match child.stdout.take() {
            Some(out) if place + 1 < count => out.into_owned_fd()?.into(),
            out => {
                child.stdout = out;
                Stdio::null()
            }
        };
        children.push(child);
    }
    let out = children.last_mut().and_then(|last| last.stdout.take());
    let complaints = children.iter_mut().map(|child| first(child.stderr.take())).collect::<Vec<_>>();
    let complaints = futures_util::future::join_all(complaints);
    let (stdout, stderr) = tokio::join!(first(out), complaints);
    let mut code = Some(0);
    for (place, child) in children.iter_mut().enumerate() {
        let status = child.wait().await?;
        let own = if status.signal().is_some() { None } else { status.code() };
        if place + 1 == count && (own != Some(0) || !any_fails) || any_fails && own != Some(0) {
            code = own;
        }
    }
    Ok(Ended { code, stdout, stderr: stderr.concat() })
}
