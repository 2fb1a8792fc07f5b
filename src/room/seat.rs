//! A learner's place in a room, kept with the user's own state: [`Seat`]. Whoever is in a room is in
//! it from every folder of theirs.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::address::Address;
use super::client::Client;
use super::outbox::Outbox;
use crate::workspace::disk;
use crate::workspace::identity::{IdentityError, Registry};

const FOLDER: &str = "in-room";
const MEMBER: &str = "member.json";
const ENDED: &str = "ended.json";
const FORMAT: u32 = 1;
const LIMIT: u64 = 64 << 10;

/// What a room gave, and where it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Member {
    format: u32,
    pub(crate) address: Address,
    /// Shown to nobody.
    token: String,
    /// What the room calls this one.
    pub(crate) name: String,
    /// What the presenter called the room.
    pub(crate) room: String,
}

/// A place in a room.
#[derive(Clone, Debug)]
pub(crate) struct Seat {
    folder: PathBuf,
    pub(crate) member: Member,
}

impl Member {
    pub(crate) const fn new(address: Address, token: String, name: String, room: String) -> Self {
        Self { format: FORMAT, address, token, name, room }
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.address.clone(), &self.token)
    }

    fn read(path: &Path) -> Option<Self> {
        let member: Self = serde_json::from_slice(&disk::bytes(path, LIMIT).ok()?).ok()?;
        Some(member).filter(|member| member.format == FORMAT)
    }
}

impl Seat {
    /// This user's, where there is one that nobody else could have put there.
    pub(crate) fn of(registry: &Registry) -> Option<Self> {
        Self::within(&registry.kept_folder(FOLDER)?)
    }

    /// The same for a process that was told where it is.
    pub(crate) fn within(folder: &Path) -> Option<Self> {
        let member = Member::read(&folder.join(MEMBER))?;
        Some(Self { folder: folder.to_owned(), member })
    }

    /// Takes the place; what was to be told to another room is not told to this one.
    ///
    /// # Errors
    /// The user's state cannot be written, or could be read by somebody else.
    pub(crate) fn take(registry: &Registry, member: Member) -> Result<Self, IdentityError> {
        Self::give_up(registry);
        let folder = registry.folder(FOLDER)?;
        let seat = Self { folder, member };
        let json = serde_json::to_vec_pretty(&seat.member).expect("a member becomes JSON");
        registry.keep(&format!("{FOLDER}/{MEMBER}"), &json)?;
        Ok(seat)
    }

    /// Forgets the room, and what was to be told to it.
    pub(crate) fn give_up(registry: &Registry) {
        if let Some(folder) = registry.kept_folder(FOLDER) {
            // The place goes first: whoever sends looks for it.
            let _ = disk::remove(&folder.join(MEMBER));
            let _ = std::fs::remove_dir_all(folder);
        }
    }

    /// The room does not know this one any more; the next command says so.
    pub(crate) fn end(&self) {
        let _ = std::fs::rename(self.folder.join(MEMBER), self.folder.join(ENDED));
    }

    /// The room that has ended since the last command, said once.
    pub(crate) fn ended(registry: &Registry) -> Option<Member> {
        let path = registry.kept_folder(FOLDER)?.join(ENDED);
        let member = Member::read(&path)?;
        Self::give_up(registry);
        Some(member)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn outbox(&self) -> Outbox {
        Outbox::within(&self.folder)
    }

    /// What is known of the step at hand, between two commands.
    pub(crate) fn note<T: for<'a> Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_slice(&disk::bytes(&self.folder.join(name), LIMIT).ok()?).ok()
    }

    /// Writes that down; the machine may lose it when it goes down in that moment.
    ///
    /// # Errors
    /// It cannot be written.
    pub(crate) fn put_note(&self, name: &str, note: &impl Serialize) -> io::Result<()> {
        use io::Write;
        let json = serde_json::to_vec(note).map_err(io::Error::other)?;
        let mut file = disk::private_file(&self.folder.join(name))?;
        file.write_all(&json)?;
        file.set_len(json.len() as u64)
    }
}
