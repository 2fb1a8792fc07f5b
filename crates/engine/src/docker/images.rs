//! Whole images of Docker, to be given away and taken in: [`ImageStore`], through Docker's own program,
//! on the engine that the lessons run on. Its calls wait: they belong on a thread of their own.

use std::io::{Read, Write};
use std::process::{Child, Command, Stdio};

use super::endpoint::Endpoint;
use super::environment;
use crate::EngineError;
use workshop_text::Text;
use workshop_text::visible::visible_line;

/// What is kept of Docker's complaint.
const COMPLAINT: u64 = 4096;

/// The images of the engine that Docker's own program would take.
pub struct ImageStore {
    endpoint: Endpoint,
}

/// Ended with whatever happens to its caller.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl ImageStore {
    /// That of the environment's engine. Nothing is asked of it yet.
    ///
    /// # Errors
    /// The environment names no engine that there can be.
    pub fn of_user() -> Result<Self, EngineError> {
        Ok(Self { endpoint: Endpoint::resolve()? })
    }

    /// What Docker has under `name`, by its id; nothing where it has none.
    ///
    /// # Errors
    /// Docker does not answer.
    pub fn id(&self, name: &str) -> Result<Option<String>, EngineError> {
        let output = self.command(&["image", "inspect", "--format", "{{.Id}}", "--", name]).output();
        let output = output.map_err(|error| self.cannot(&error.to_string()))?;
        if output.status.success() {
            return Ok(Some(String::from_utf8_lossy(&output.stdout).trim().to_owned()));
        }
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        if said.to_lowercase().contains("no such") { Ok(None) } else { Err(self.cannot(&said)) }
    }

    /// Writes the image called `name` to `into`, as `docker save` does; `go_on` is told how many bytes
    /// there are so far, and may end it.
    ///
    /// # Errors
    /// Docker does not give it, it cannot be written, or it was ended.
    pub fn save(
        &self,
        name: &str,
        into: &mut dyn Write,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(), EngineError> {
        let mut child = self.spawn(&["save", "--", name], Stdio::null(), Stdio::piped())?;
        let mut out = child.0.stdout.take().expect("it is piped");
        self.copied(&mut out, into, go_on)?;
        drop(out);
        self.ended(child)
    }

    /// Takes in what `from` has of images, as `docker load` does; `go_on` as with [`Self::save`].
    ///
    /// # Errors
    /// Docker does not take it, it cannot be read, or it was ended: then Docker has none of it.
    pub fn load(&self, from: &mut dyn Read, go_on: &mut dyn FnMut(u64) -> bool) -> Result<(), EngineError> {
        let mut child = self.spawn(&["load", "-q"], Stdio::piped(), Stdio::null())?;
        let mut into = child.0.stdin.take().expect("it is piped");
        match self.copied(from, &mut into, go_on) {
            Ok(()) => {
                drop(into);
                self.ended(child)
            }
            Err(error) => {
                // Before its input ends, so that half of it is not taken for the whole.
                let _ = child.0.kill();
                Err(error)
            }
        }
    }

    fn copied(
        &self,
        from: &mut dyn Read,
        into: &mut dyn Write,
        go_on: &mut dyn FnMut(u64) -> bool,
    ) -> Result<(), EngineError> {
        let mut part = vec![0; 1 << 16];
        let mut done = 0;
        loop {
            let read = from.read(&mut part).map_err(|error| self.cannot(&error.to_string()))?;
            if read == 0 {
                return Ok(());
            }
            into.write_all(&part[..read]).map_err(|error| self.cannot(&error.to_string()))?;
            done += read as u64;
            if !go_on(done) {
                return Err(EngineError::Refused { reason: Text::new("app-interrupted") });
            }
        }
    }

    fn ended(&self, mut child: Running) -> Result<(), EngineError> {
        let mut said = Vec::new();
        if let Some(errors) = child.0.stderr.take() {
            let _ = errors.take(COMPLAINT).read_to_end(&mut said);
        }
        let status = child.0.wait().map_err(|error| self.cannot(&error.to_string()))?;
        if status.success() { Ok(()) } else { Err(self.cannot(&String::from_utf8_lossy(&said))) }
    }

    fn spawn(&self, words: &[&str], input: Stdio, output: Stdio) -> Result<Running, EngineError> {
        let mut command = self.command(words);
        let child = command.stdin(input).stdout(output).stderr(Stdio::piped()).spawn();
        child.map(Running).map_err(|error| self.cannot(&error.to_string()))
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(words).env_clear().envs(environment::base(&self.endpoint)).stdin(Stdio::null());
        command
    }

    fn cannot(&self, said: &str) -> EngineError {
        let line = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
        let reason = line.split(" (os error").next().unwrap_or_default();
        EngineError::Refused { reason: Text::verbatim(visible_line(reason, 300)) }
    }
}
