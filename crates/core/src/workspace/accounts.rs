//! Users and groups of this machine, as far as `/etc/passwd` and `/etc/group` know them. Those of
//! a directory service are not there: their groups count as groups of many.

use std::path::{Path, PathBuf};

use super::disk;

/// Larger lists are not read.
const LIMIT: u64 = 16 << 20;

/// The lines of a list of accounts, each split at its colons.
fn lines(path: &str) -> Vec<Vec<String>> {
    let text = disk::text(Path::new(path), LIMIT).unwrap_or_default();
    text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
}

fn name_of(path: &str, id: u32) -> Option<String> {
    let id = id.to_string();
    lines(path).into_iter().find(|line| line.get(2) == Some(&id))?.into_iter().next()
}

/// What that user is called; the number where there is no name.
pub(super) fn user(id: u32) -> String {
    name_of("/etc/passwd", id).unwrap_or_else(|| id.to_string())
}

/// What that group is called; the number where there is no name.
pub(super) fn group(id: u32) -> String {
    name_of("/etc/group", id).unwrap_or_else(|| id.to_string())
}

/// Where that user is at home.
pub(super) fn home(id: u32) -> Option<PathBuf> {
    let id = id.to_string();
    let found = lines("/etc/passwd").into_iter().find(|line| line.get(2) == Some(&id))?;
    found.get(5).filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// Whether the number stands for all users that this process's user namespace does not have, as
/// in a sandbox that was made without root. Linux alone has such a thing.
pub(super) fn is_outside(id: u32) -> bool {
    let read = |path: &str| disk::text(Path::new(path), LIMIT).unwrap_or_default();
    let is_within = |line: &str| {
        let mut numbers = line.split_whitespace().map(str::parse::<u64>);
        let (Some(Ok(first)), _, Some(Ok(count))) = (numbers.next(), numbers.next(), numbers.next()) else {
            return true;
        };
        (first..first.saturating_add(count)).contains(&u64::from(id))
    };
    let map = read("/proc/self/uid_map");
    read("/proc/sys/kernel/overflowuid").trim() == id.to_string()
        && !map.is_empty()
        && !map.lines().any(is_within)
}

/// Whether nobody but the user `id` (and root) is in the group: the user's own, as Debian, Fedora
/// and their kin make one for each user.
pub(super) fn is_private(group: u32, id: u32) -> bool {
    is_private_in(&lines("/etc/passwd"), &lines("/etc/group"), group, id)
}

fn is_private_in(users: &[Vec<String>], groups: &[Vec<String>], group: u32, id: u32) -> bool {
    let group = group.to_string();
    let is_us = |user: &[String]| user.get(2).is_some_and(|uid| *uid == id.to_string() || uid == "0");
    let us: Vec<&str> =
        users.iter().filter(|user| is_us(user)).filter_map(|user| user.first()).map(String::as_str).collect();
    let mut first: Vec<&Vec<String>> = users.iter().filter(|user| user.get(3) == Some(&group)).collect();
    let known = first.iter().any(|user| is_us(user));
    first.retain(|user| !is_us(user));
    let mut members = groups
        .iter()
        .filter(|line| line.get(2) == Some(&group))
        .filter_map(|line| line.get(3))
        .flat_map(|members| members.split(','))
        .filter(|member| !member.is_empty());
    known && first.is_empty() && members.all(|member| us.contains(&member))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|line| line.split(':').map(str::to_owned).collect()).collect()
    }

    #[test]
    fn a_group_is_private_where_nobody_else_is_in_it() {
        let users = list(
            "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/home/ann:/bin/sh\n\
                          bob:x:1001:1001::/home/bob:/bin/sh\neve:x:1002:100::/home/eve:/bin/sh\n\
                          tom:x:1003:100::/home/tom:/bin/sh",
        );
        let groups =
            list("root:x:0:\nann:x:1000:\nbob:x:1001:eve\nusers:x:100:\nstaff:x:50:ann\ndocker:x:999:");
        let private = |group, id| is_private_in(&users, &groups, group, id);
        assert!(private(1000, 1000));
        assert!(private(0, 1000), "root may write anywhere");
        assert!(private(0, 0));
        assert!(!private(1001, 1001), "eve is in it, too");
        assert!(!private(100, 1002), "tom's first group is the same");
        assert!(!private(1001, 1000), "it is bob's");
        assert!(!private(50, 1000) && !private(999, 1000) && !private(4242, 1000), "not known to be");
    }
}
