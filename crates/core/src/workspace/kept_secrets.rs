//! The secrets that a stack last came up with ([`KeptSecrets`]). A database keeps the password that it
//! was made with, whatever `.env` says later; so one that is lost or changed there can be put back.

use std::io;
use std::path::PathBuf;

use super::{Workspace, disk, env_file};

const NAME: &str = "secrets.env";
/// A larger file is none of ours.
const LARGEST: u64 = 64 << 10;

/// Variables and their values, in a file that is this user's alone.
pub struct KeptSecrets {
    path: PathBuf,
    bytes: Vec<u8>,
}

impl KeptSecrets {
    /// Those of a workspace; none where nothing can be read.
    pub fn of(workspace: &Workspace) -> Self {
        let path = workspace.private().join(NAME);
        let bytes = disk::bytes(&path, LARGEST).unwrap_or_default();
        Self { path, bytes }
    }

    /// The value kept for `variable`; `None` where none is kept, or an empty one.
    pub fn get(&self, variable: &str) -> Option<String> {
        env_file::get(&self.bytes, variable).filter(|value| !value.is_empty())
    }

    /// Keeps these too, each in place of what was known of it.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn keep(
        &mut self,
        workspace: &Workspace,
        values: impl IntoIterator<Item = (String, String)>,
    ) -> io::Result<()> {
        let before = self.bytes.clone();
        for (variable, value) in values {
            self.bytes = env_file::set(&self.bytes, &variable, &value);
        }
        if self.bytes == before {
            return Ok(());
        }
        workspace.make_private()?;
        disk::write(&self.path, &self.bytes, Some(0o600), &workspace.private())
    }
}
