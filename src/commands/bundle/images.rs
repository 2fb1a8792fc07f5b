//! Images on their way into a bundle and out of it.

use std::fs::File;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::about;
use super::work::at_work;
use crate::app::Ctx;
use crate::app::error::AppError;
use crate::courses::bundle;
use crate::engine::docker::{DockerEngine, ImageStore};
use crate::text::Text;
use crate::workspace::disk;

/// An image, ready to be packed.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Packed {
    #[serde(skip)]
    pub path: PathBuf,
    pub id: String,
    pub bytes: u64,
    pub sha256: String,
}

/// Saves the image called `name` into `dir`, or takes what an earlier run has saved there, if it is
/// still what it was.
///
/// # Errors
/// Docker does not answer, or has no such image.
pub(super) async fn pack(ctx: &Ctx, dir: &Path, name: &str) -> Result<Packed, AppError> {
    DockerEngine::new().available().await?;
    let (dir, image) = (dir.to_owned(), name.to_owned());
    let words = Text::new("bundle-saving").with("name", name);
    at_work(ctx, words, move |go_on| {
        let store = ImageStore::of_user()?;
        let Some(id) = store.id(&image)? else {
            let next = Text::new("bundle-next-pull").with("name", image.as_str());
            return Err(AppError::Environment {
                text: Text::new("bundle-no-image").with("name", image),
                next: Some(next),
            });
        };
        let digits: String = id.chars().filter(char::is_ascii_hexdigit).collect();
        // Under each of its names an image is another part: it is loaded under that name.
        let called: String = image.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let path = dir.join(format!("{called}-{digits}.tar"));
        let note = path.with_extension("json");
        if let Some(packed) = kept(&path, &note) {
            return Ok(packed);
        }
        let _ = std::fs::remove_file(&path);
        let mut file = File::create_new(&path).map_err(|error| about(&path, &error))?;
        // How large it will be nobody knows before it is there.
        store.save(&image, &mut file, &mut |done| go_on(done, done))?;
        file.sync_all().map_err(|error| about(&path, &error))?;
        let (bytes, sha256) = bundle::summed(&path)?;
        let packed = Packed { path, id, bytes, sha256 };
        let json = serde_json::to_vec(&packed).unwrap_or_default();
        disk::write(&note, &json, Some(0o600), &dir).map_err(|error| about(&note, &error))?;
        Ok(packed)
    })
    .await
}

/// What was saved before, where it is whole.
fn kept(path: &Path, note: &Path) -> Option<Packed> {
    let packed: Packed = serde_json::from_slice(&disk::bytes(note, 1 << 16).ok()?).ok()?;
    let is_same = bundle::summed(path).ok()? == (packed.bytes, packed.sha256.clone());
    is_same.then(|| Packed { path: path.to_owned(), ..packed })
}
