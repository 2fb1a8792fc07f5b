//! Courses from archives, among them such as nobody makes by mistake.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;
use tar::{Builder, EntryType, Header};

use super::{Home, write};

const STEPS: [super::Step<'_>; 2] = [("copy", &[]), ("look", &[])];

/// An archive at `path` of the folder `course`, below `top`, with what `more` adds.
fn pack(path: &Path, course: &Path, top: &str, more: impl FnOnce(&mut Builder<Box<dyn Write>>)) {
    let file = fs::File::create(path).expect("a file");
    let is_plain = path.extension().is_some_and(|end| end == "tar");
    let out: Box<dyn Write> =
        if is_plain { Box::new(file) } else { Box::new(GzEncoder::new(file, Compression::fast())) };
    let mut builder = Builder::new(out);
    builder.append_dir_all(top, course).expect("packed");
    more(&mut builder);
    builder.finish().expect("finished");
}

/// An entry whose name is not looked at.
fn raw(builder: &mut Builder<Box<dyn Write>>, name: &str, kind: EntryType, link: &str, bytes: &[u8]) {
    let mut header = Header::new_ustar();
    let old = header.as_old_mut();
    old.name[..name.len()].copy_from_slice(name.as_bytes());
    old.linkname[..link.len()].copy_from_slice(link.as_bytes());
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_mode(0o777);
    header.set_cksum();
    builder.append(&header, bytes).expect("appended");
}

fn course(home: &Home) -> PathBuf {
    let root = home.at("my course");
    write(&root, "10-first", "10", &STEPS);
    root
}

#[test]
fn archives_as_people_make_them() {
    let home = Home::new();
    let root = course(&home);
    fs::write(root.join("LICENSE"), "free").expect("written");
    for (file, top) in [("내 강의.tar.gz", "."), ("a.tgz", "course-1.0"), ("b.tar", "./course-1.0")] {
        let path = home.at(file);
        // A link within is the file that it leads to.
        pack(&path, &root, top, |builder| {
            let name = if top == "." {
                "complete/start/link".to_owned()
            } else {
                format!("{top}/complete/start/link")
            };
            raw(builder, &name, EntryType::Symlink, "compose.yaml", b"");
        });
        home.add_path(&path, &[]).code(0).says("Nothing of it has run");
    }
    assert_eq!(home.names(), ["a", "b", "내-강의"]);
    let locked = home.locked();
    assert!(
        locked
            .iter()
            .all(|one| one["digest"] == locked[0]["digest"] && one["kind"].as_str() == Some("archive"))
    );
    let copy = home.data().join("copies").join(locked[0]["digest"].as_str().expect("a digest"));
    assert!(copy.join("LICENSE").is_file());
    let link = copy.join("complete/start/link");
    assert!(link.symlink_metadata().expect("there").is_file());
}

#[test]
fn what_leads_out_is_refused_and_nothing_is_kept() {
    let home = Home::new();
    let root = course(&home);
    let secret = home.at("secret");
    fs::write(&secret, "key").expect("written");
    let outside = home.at("outside");
    let out = outside.to_str().expect("UTF-8");
    let cases: [(&str, EntryType, &str, &str); 10] = [
        ("../outside", EntryType::Regular, "", "leads out of it"),
        ("lessons/../../outside", EntryType::Regular, "", "leads out of it"),
        (out, EntryType::Regular, "", "leads out of it"),
        ("complete/start/x", EntryType::Symlink, "../../../secret", "link that leads out"),
        ("complete/start/x", EntryType::Symlink, "/etc/passwd", "link that leads out"),
        ("complete/start/x", EntryType::Link, "/etc/passwd", "link that leads out"),
        ("complete/start/x", EntryType::Char, "", "neither a file nor a folder"),
        ("complete/start/x", EntryType::Block, "", "neither a file nor a folder"),
        ("complete/start/x", EntryType::Fifo, "", "neither a file nor a folder"),
        ("complete/start/compose.yaml", EntryType::Regular, "", "twice"),
    ];
    for (number, (name, kind, link, says)) in cases.into_iter().enumerate() {
        let path = home.at(&format!("{number}.tar.gz"));
        pack(&path, &root, ".", |builder| raw(builder, name, kind, link, b""));
        home.add_path(&path, &[]).code(4).says(says);
        assert!(!outside.exists());
    }
    // A folder that is a link, with a file written through it.
    let path = home.at("through.tar.gz");
    pack(&path, &root, ".", |builder| {
        raw(
            builder,
            "complete/start/d",
            EntryType::Symlink,
            home.beside.path().to_str().expect("UTF-8"),
            b"",
        );
        raw(builder, "complete/start/d/outside", EntryType::Regular, "", b"x");
    });
    home.add_path(&path, &[]).code(4);
    assert!(!outside.exists() && home.names().is_empty() && home.lies().is_empty());
}

#[test]
fn a_bomb_a_torn_one_and_what_is_none() {
    let home = Home::new();
    let root = course(&home);
    // 40 files of 15 MiB that are a few hundred KiB.
    let bomb = home.at("bomb.tar.gz");
    let zeros = vec![0; 15 << 20];
    pack(&bomb, &root, ".", |builder| {
        (0..40).for_each(|number| {
            raw(builder, &format!("complete/start/{number}"), EntryType::Regular, "", &zeros)
        });
    });
    assert!(fs::metadata(&bomb).expect("there").len() < 16 << 20);
    home.add_path(&bomb, &[]).code(4).says("more than a course can have");
    let large = home.at("large.tar.gz");
    let zeros = vec![0; 17 << 20];
    pack(&large, &root, ".", |builder| raw(builder, "complete/start/x", EntryType::Regular, "", &zeros));
    home.add_path(&large, &[]).code(4).says("larger than a file of a course");
    let whole = home.at("whole.tar.gz");
    pack(&whole, &root, ".", |_| {});
    let bytes = fs::read(&whole).expect("read");
    fs::write(home.at("torn.tar.gz"), &bytes[..bytes.len() / 2]).expect("written");
    home.add_path(&home.at("torn.tar.gz"), &[]).code(4).says("damaged or cut off");
    fs::write(home.at("a.zip"), "PK\u{3}\u{4}xxxx").expect("written");
    home.add_path(&home.at("a.zip"), &[]).code(4).says("has to be a tar archive");
    fs::create_dir(home.at("empty")).expect("a folder");
    home.add_path(&home.at("empty"), &[]).code(4).says("there is no course in");
    home.add("nowhere", &[]).code(2).says("here is nothing at \"nowhere\"");
    assert!(home.names().is_empty() && home.lies().is_empty(), "{:?}", home.lies());
}
