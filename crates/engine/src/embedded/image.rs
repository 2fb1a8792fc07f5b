//! An image without containers: a folder with the files that a build puts at their places, named by
//! its content, so that an unchanged build is the same image.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::naming;
use super::place::{Place, SMALL, folder, private};
use super::wire::Image;
use workshop_disk::files::{is_plain, walk};
use workshop_disk::within;
use workshop_stack::dockerfile::{Action, Dockerfile, Trouble};

/// The most that an image's files may be together, in bytes.
const LARGEST: u64 = 256 << 20;

/// An image, and what it gives every replica.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Built {
    pub image: Image,
    #[serde(default)]
    pub env: BTreeMap<String, String>,
    /// The folder in which its command runs.
    #[serde(default)]
    pub workdir: String,
    /// The port that it says it listens at.
    #[serde(default)]
    pub port: Option<u16>,
}

impl Built {
    /// An image that says nothing of its own.
    pub(super) fn plain(image: Image) -> Self {
        Self { image, env: BTreeMap::new(), workdir: "/".to_owned(), port: None }
    }
}

/// Why an image could not be made.
#[derive(Debug)]
pub(super) enum BuildError {
    /// The Dockerfile: the file, and what is wrong.
    Dockerfile {
        file: String,
        trouble: Trouble,
    },
    /// It starts from an image of which there is nothing here.
    UnknownBase {
        file: String,
        base: String,
    },
    /// Docker's own words for what it would refuse.
    Refused(String),
    Io(io::Error),
}

impl From<io::Error> for BuildError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

/// What is built: a context with its Dockerfile.
pub(super) struct Recipe<'a> {
    pub service: &'a str,
    /// The image's name.
    pub name: &'a str,
    pub context: PathBuf,
    /// The workspace: no file outside of it is read.
    pub project: &'a Path,
    pub dockerfile: &'a str,
    pub args: &'a BTreeMap<String, String>,
    /// Whether an image of this name may be the base.
    pub is_base: fn(&str) -> bool,
    pub is_command: fn(&[String]) -> bool,
    /// The base's own files that somebody may look at.
    pub base_files: &'a [(&'a str, &'a str)],
}

/// The files of an image by their path in it (no leading slash).
type Content = BTreeMap<String, Vec<u8>>;

/// Makes the image that `recipe` says, of the files as they are now.
///
/// # Errors
/// What Docker would refuse, and what needs a container.
pub(super) fn build(place: &Place, recipe: &Recipe<'_>) -> Result<Built, BuildError> {
    let shown = format!("{}/{}", recipe.service, recipe.dockerfile);
    let context = &recipe.context;
    if !context.is_dir() {
        let path = context.display();
        return Err(BuildError::Refused(format!("unable to prepare context: path \"{path}\" not found")));
    }
    let text = dockerfile(recipe)?;
    let wrong = |trouble| BuildError::Dockerfile { file: shown.clone(), trouble };
    let file = Dockerfile::parse(&text, recipe.args).map_err(wrong)?;
    if !(recipe.is_base)(&file.base) {
        return Err(BuildError::UnknownBase { file: shown, base: file.base });
    }
    if let Some((line, words)) = file.command.as_ref().filter(|(_, words)| !(recipe.is_command)(words)) {
        return Err(wrong(Trouble::NeedsDocker { line: *line, what: words.join(" ") }));
    }
    let mut content: Content =
        recipe.base_files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    let files = context_files(context)?;
    for (line, action) in &file.actions {
        match action {
            Action::Remove { paths } => paths.iter().for_each(|path| remove(&mut content, path)),
            Action::Copy { sources, target } => {
                for source in sources {
                    copy(context, &files, source, target, &mut content).map_err(|what| {
                        what.map_or_else(BuildError::Io, |what| wrong(Trouble::Wrong { line: *line, what }))
                    })?;
                }
            }
        }
    }
    let image = store(place, recipe.name, &content, &file.env)?;
    Ok(Built { image, env: file.env, workdir: file.workdir, port: file.port })
}

fn dockerfile(recipe: &Recipe<'_>) -> Result<String, BuildError> {
    let name = recipe.dockerfile;
    let refused = |why: &str| BuildError::Refused(format!("failed to read dockerfile: open {name}: {why}"));
    match within::bytes(recipe.project, &recipe.context.join(name), SMALL) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|_| refused("it is no UTF-8 text")),
        Err(unread) if unread.is_missing() => Err(refused("no such file or directory")),
        Err(unread) => Err(refused(&unread.to_string())),
    }
}

/// The files of a build context that its `.dockerignore` leaves, by relative path.
fn context_files(context: &Path) -> Result<Vec<String>, BuildError> {
    let mut files =
        walk(context).map_err(|error| BuildError::Refused(error.text().render(workshop_text::Lang::En)))?;
    let rules = match within::bytes(context, &context.join(".dockerignore"), SMALL) {
        Ok(bytes) => bytes,
        Err(unread) if unread.is_missing() => Vec::new(),
        Err(unread) => return Err(BuildError::Refused(format!("failed to read .dockerignore: {unread}"))),
    };
    let rules: Vec<(bool, String)> = String::from_utf8_lossy(&rules)
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| line.strip_prefix('!').map_or((true, line), |line| (false, line)))
        .map(|(ignores, pattern)| (ignores, pattern.trim_matches('/').to_owned()))
        .collect();
    files.retain(|path| {
        let matching = rules.iter().rev().find(|(_, pattern)| is_below(pattern, path));
        matching.is_none_or(|(ignores, _)| !ignores)
    });
    Ok(files)
}

/// Copies what `source` names; `Ok` with the words for a source that is not there.
fn copy(
    context: &Path,
    files: &[String],
    source: &str,
    target: &str,
    content: &mut Content,
) -> Result<(), Result<String, io::Error>> {
    let pattern = source.trim_start_matches("./").trim_matches('/');
    let whole = matches!(pattern, "" | ".");
    let found: Vec<&String> = files.iter().filter(|path| whole || is_below(pattern, path)).collect();
    if found.is_empty() {
        return Err(Ok(format!("\"/{pattern}\": not found")));
    }
    let single = found.len() == 1 && found[0] == pattern;
    let has_glob = pattern.contains(['*', '?', '[']);
    for path in found {
        // A folder's content is copied, not the folder itself.
        let name = match path.strip_prefix(pattern).and_then(|rest| rest.strip_prefix('/')) {
            Some(rest) => rest,
            None if whole => path,
            None => path.rsplit('/').next().unwrap_or(path),
        };
        let into_folder = target.ends_with('/') || has_glob || !single;
        let at =
            if into_folder { format!("{}/{name}", target.trim_end_matches('/')) } else { target.to_owned() };
        let at = at.trim_start_matches('/').to_owned();
        if !is_plain(&at) {
            return Err(Ok(format!("{target}: not a path in the image")));
        }
        let size: u64 = content.values().map(|bytes| bytes.len() as u64).sum();
        let room = LARGEST.saturating_sub(size).min(workshop_disk::LARGEST);
        let bytes = within::bytes(context, &context.join(path), room);
        content.insert(at, bytes.map_err(|unread| Ok(format!("\"/{path}\": {unread}")))?);
    }
    Ok(())
}

fn remove(content: &mut Content, path: &str) {
    let path = path.trim_matches('/');
    content.retain(|file, _| !is_below(path, file));
}

/// Whether `path` is what `pattern` names, or lies below it; a `*` is within one name, `**` is any
/// number of folders.
fn is_below(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    matches(&pattern, &path)
}

fn matches(pattern: &[&str], path: &[&str]) -> bool {
    match (pattern.split_first(), path.split_first()) {
        (None, _) => true,
        (Some((&"**", rest)), _) => (0..=path.len()).any(|skip| matches(rest, &path[skip..])),
        (Some((first, rest)), Some((name, below))) => {
            glob(first.as_bytes(), name.as_bytes()) && matches(rest, below)
        }
        (Some(_), None) => false,
    }
}

/// `*` and `?` within one name.
fn glob(pattern: &[u8], name: &[u8]) -> bool {
    // Where the last `*` was, and how much of the name it has taken: it may have to take more.
    let (mut at, mut here, mut star) = (0, 0, None);
    while here < name.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, here));
                at += 1;
            }
            Some(byte) if *byte == b'?' || *byte == name[here] => {
                at += 1;
                here += 1;
            }
            _ => {
                let Some((star_at, taken)) = star else { return false };
                star = Some((star_at, taken + 1));
                (at, here) = (star_at + 1, taken + 1);
            }
        }
    }
    pattern[at.min(pattern.len())..].iter().all(|byte| *byte == b'*')
}

/// Keeps the files, where they are not there already.
fn store(place: &Place, name: &str, content: &Content, env: &BTreeMap<String, String>) -> io::Result<Image> {
    let mut all = Vec::new();
    for (path, bytes) in content {
        all.extend_from_slice(format!("{path}\0{}\0", bytes.len()).as_bytes());
        all.extend_from_slice(bytes);
    }
    for (name, value) in env {
        all.extend_from_slice(format!("{name}={value}\0").as_bytes());
    }
    let id = naming::digest(&all);
    let root = root(place, &id);
    if !root.is_dir() {
        place.prepare()?;
        folder(&place.images())?;
        // Made beside and moved there whole: a build that is killed leaves no half image.
        let mut builder = tempfile::Builder::new();
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
        let temporary = builder.prefix("build-").tempdir_in(place.images())?;
        for (path, bytes) in content {
            let to = temporary.path().join(path);
            folder(to.parent().unwrap_or(temporary.path()))?;
            private(&to, bytes)?;
        }
        let made = temporary.keep();
        if let Err(error) = fs::rename(&made, &root) {
            let _ = fs::remove_dir_all(&made);
            if !root.is_dir() {
                return Err(error);
            }
        }
    }
    Ok(Image { name: name.to_owned(), id, root })
}

/// The folder of an image: its content has a digest, and one that is bare none.
fn root(place: &Place, id: &str) -> PathBuf {
    place.images().join(if naming::is_digest(id) { id } else { "none" })
}

/// An image without files of its own: the program is this binary.
pub(super) fn bare(place: &Place, name: &str, id: &str) -> Image {
    Image { name: name.to_owned(), id: id.to_owned(), root: root(place, id) }
}

/// A base image as it is, for a service without a build.
///
/// # Errors
/// The folder cannot be written.
pub(super) fn base(place: &Place, name: &str, files: &[(&str, &str)]) -> io::Result<Image> {
    let content = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
    store(place, name, &content, &BTreeMap::new())
}

/// The image that a service was last built as.
pub(super) fn latest(place: &Place, name: &str) -> Option<Built> {
    read(place, &tag(place, name)).filter(|built| built.image.name == name && built.image.root.is_dir())
}

/// What a tag says. Where the image lies follows from its id, and is not believed.
fn read(place: &Place, tag: &Path) -> Option<Built> {
    let mut built: Built = serde_json::from_slice(&workshop_disk::bytes(tag, SMALL).ok()?).ok()?;
    built.image.root = root(place, &built.image.id);
    Some(built)
}

pub(super) fn set_latest(place: &Place, built: &Built) -> io::Result<()> {
    place.prepare()?;
    folder(&place.tags())?;
    let json = serde_json::to_vec(built)?;
    workshop_disk::write(&tag(place, &built.image.name), &json, Some(0o600), &place.tags())
}

fn tag(place: &Place, name: &str) -> PathBuf {
    place.tags().join(naming::digest(name.as_bytes()))
}

fn tags(place: &Place) -> Vec<Built> {
    let entries = fs::read_dir(place.tags()).into_iter().flatten().filter_map(Result::ok);
    entries.filter_map(|entry| read(place, &entry.path())).collect()
}

/// The names of the images that builds made, as Docker lists them.
pub(super) fn names(place: &Place) -> Vec<String> {
    let mut names: Vec<String> =
        tags(place).into_iter().map(|built| naming::tagged(&built.image.name)).collect();
    names.sort();
    names
}

/// Takes an image's name away; its files go with [`forget`].
pub(super) fn untag(place: &Place, name: &str) {
    for built in tags(place).iter().filter(|built| naming::tagged(&built.image.name) == name) {
        let _ = fs::remove_file(tag(place, &built.image.name));
    }
}

/// The folders of images that replicas (their folders: `replicas`) or names use.
pub(super) fn in_use(place: &Place, replicas: &[PathBuf]) -> Vec<PathBuf> {
    tags(place).into_iter().map(|built| built.image.root).chain(replicas.iter().cloned()).collect()
}

/// Forgets the images that nothing uses: all but those named by `used`, and what an earlier version
/// left.
pub(super) fn forget(place: &Place, used: &[PathBuf]) {
    for entry in fs::read_dir(place.images()).into_iter().flatten().filter_map(Result::ok) {
        let path = entry.path();
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !used.contains(&path) => drop(fs::remove_dir_all(path)),
            Ok(kind) if kind.is_file() => drop(fs::remove_file(path)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe<'a>(context: &'a Path, args: &'a BTreeMap<String, String>) -> Recipe<'a> {
        Recipe {
            service: "frontend",
            name: "p-frontend",
            context: context.to_owned(),
            project: context,
            dockerfile: "Dockerfile",
            args,
            is_base: |image| image.contains("nginx"),
            is_command: |words| words.first().is_some_and(|word| word == "nginx"),
            base_files: &[("etc/nginx/conf.d/default.conf", "server { listen 80; }")],
        }
    }

    #[test]
    fn a_build_puts_files_at_their_places_and_an_unchanged_one_is_the_same() {
        let temp = tempfile::tempdir().unwrap();
        let (context, place) = (temp.path().join("내 context"), Place::within(temp.path()));
        fs::create_dir_all(context.join("assets/deep")).unwrap();
        for (name, text) in [
            (
                "Dockerfile",
                "FROM nginx:alpine\nCOPY nginx.conf /etc/nginx/conf.d/default.conf\nCOPY index.html *.js /usr/share/nginx/html/\nCOPY assets /usr/share/nginx/html/assets\n",
            ),
            (".dockerignore", "*\n!nginx.conf\n!*.html\n!*.js\n!assets\n**/secret\n"),
            ("nginx.conf", "server {}"),
            ("index.html", "<p>"),
            ("a.js", "1"),
            ("b.js", "2"),
            ("assets/deep/x.css", "x"),
            ("assets/secret", "no"),
        ] {
            fs::write(context.join(name), text).unwrap();
        }
        let args = BTreeMap::new();
        let built = build(&place, &recipe(&context, &args)).unwrap();
        let files = walk(&built.image.root).unwrap();
        assert_eq!(
            files,
            [
                "etc/nginx/conf.d/default.conf",
                "usr/share/nginx/html/a.js",
                "usr/share/nginx/html/assets/deep/x.css",
                "usr/share/nginx/html/b.js",
                "usr/share/nginx/html/index.html"
            ]
        );
        assert_eq!(build(&place, &recipe(&context, &args)).unwrap(), built);
        set_latest(&place, &built).unwrap();
        assert_eq!(latest(&place, "p-frontend").unwrap(), built);
        fs::write(context.join("a.js"), "3").unwrap();
        assert_ne!(build(&place, &recipe(&context, &args)).unwrap().image.id, built.image.id);
        fs::remove_file(context.join("nginx.conf")).unwrap();
        let refused = build(&place, &recipe(&context, &args)).unwrap_err();
        let BuildError::Dockerfile { trouble: Trouble::Wrong { line: 2, what }, .. } = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(what, "\"/nginx.conf\": not found");
    }

    #[test]
    fn names_are_matched_as_docker_matches_them() {
        for (pattern, path, wanted) in [
            ("*.js", "a.js", true),
            ("*.js", "deep/a.js", false),
            ("**/a.js", "very/deep/a.js", true),
            ("**/a.js", "a.js", true),
            ("src", "src/main.rs", true),
            ("sr", "src/main.rs", false),
            ("*", "anything/below", true),
            ("a?c*e", "abcdde", true),
            ("a?c*e", "abcdd", false),
        ] {
            assert_eq!(is_below(pattern, path), wanted, "{pattern} {path}");
        }
    }
}
