// Shared with build.rs, which is why it is included and not a module.

/// A sum over `Cargo.toml`, `Cargo.lock` and `src/` of a program: names and contents, so that any
/// change of the source is another sum. Line ends count as one, whichever a checkout has. Links to
/// folders are not followed; a file is what `read` says of it.
fn source_sum(dir: &std::path::Path, read: impl Fn(&std::path::Path) -> Vec<u8>) -> String {
    fn collect(dir: &std::path::Path, name: &str, files: &mut Vec<(String, std::path::PathBuf)>) {
        let mut entries: Vec<_> =
            std::fs::read_dir(dir).into_iter().flatten().filter_map(Result::ok).collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let name = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                collect(&entry.path(), &name, files);
            } else {
                files.push((name, entry.path()));
            }
        }
    }
    let mut files = vec![
        ("Cargo.toml".to_owned(), dir.join("Cargo.toml")),
        ("Cargo.lock".to_owned(), dir.join("Cargo.lock")),
    ];
    collect(&dir.join("src"), "src", &mut files);
    // FNV-1a, 64 bits (RFC 9923).
    let mut sum = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |byte: u8| sum = (sum ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    for (name, path) in files {
        name.bytes().chain([0]).for_each(&mut add);
        read(&path).into_iter().filter(|byte| *byte != b'\r').chain([0]).for_each(&mut add);
    }
    format!("{sum:016x}")
}
