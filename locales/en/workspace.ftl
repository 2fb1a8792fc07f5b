# workspace

file-missing = { $path } is not there.
file-is-folder = { $path } is a folder, not a file.
file-not-a-file = { $path } is not an ordinary file.
file-not-text = { $path } is not UTF-8 text (byte { $offset }). Save it as UTF-8 in your editor.
file-too-large = { $path } is { $size }; files of up to { $limit } are read.
file-no-permission = You have no permission to read { $path }.
file-outside = { $path } leads out of the workspace, and nothing is read or written there.
file-io = { $path } could not be read: { $reason }

patch-unexpected = Line { $line } of the patch cannot stand here: { $found }
patch-truncated = The change that starts at line { $line } of the patch ends too early.
patch-unsupported = Line { $line } of the patch: renames, copies and binary changes are not supported: { $found }
patch-bad-path = Line { $line } of the patch: the path { $path } leaves the workspace.
patch-twice = Line { $line } of the patch: { $path } comes twice.
patch-empty = The patch changes no file.
patch-mismatch = Line { $line } of the patch does not fit line { $base_line } of { $path }: it expects "{ $expected }", and "{ $found }" is there.
patch-no-base = Line { $line } of the patch: { $path } is not there to be changed.
patch-base-exists = Line { $line } of the patch: { $path } is there already.

journal-changed-meanwhile = { $path } was changed while this was being prepared. Nothing was written; save it in your editor and try again.
journal-nothing-to-undo = There is nothing to undo.
journal-undo-conflict = You changed { $path } since, in the same place, so it cannot be undone automatically. Nothing was changed.
journal-io = { $path } could not be written: { $reason }. Nothing was changed.
owed-held = another check is changing this stack just now (process { $pid }). Wait for its end, then try again
owed-held-by-unknown = another check is changing this stack just now. Wait for its end, then try again
owed-broken = What a check had noted to bring the stack back cannot be read. It was put aside as { $kept } and nothing was done from it. See what runs with: workshop status
owed-io = { $path } could not be written: { $reason }. A check that changes the stack is not begun without it.
journal-not-rolled-back = { $path }: what was written could not be taken back at once ({ $reason }). The next command does it.
journal-damaged = The journal entry { $path } is damaged.
journal-rolled-back = The last command was interrupted while it wrote ("{ $label }"). Its changes were taken back.
journal-left-alone = { $path } was changed after the interruption and was left as it is.
journal-broken = A journal entry was damaged and was put aside: { $path }. It cannot be undone.

progress-broken = Your progress in { $path } and its backup are both damaged. The file was kept as { $kept }; your work in workshop/ is untouched. Start the lesson again: steps that are done pass at once.

lock-held = Another workshop command is working here (process { $pid }). Wait until it ends, or end it.
lock-held-by-unknown = Another workshop command is working here. Wait until it ends.

workspace-newer = { $path } was written by a newer version of workshop. Update workshop; the file was not touched.
workspace-not-writable = There is no permission to write in the folder { $path }. Check its owner and permissions, or work in another folder.
workspace-not-empty = The folder { $path } already holds something: { $found }

demo-held = A demo is playing in this folder already (process { $pid }). Wait until it ends, or end it.
demo-held-by-unknown = A demo is playing in this folder already. Wait until it ends.
