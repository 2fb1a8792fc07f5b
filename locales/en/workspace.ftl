# workspace

file-missing = { $path } is not there.
file-is-folder = { $path } is a folder, not a file.
file-not-a-folder = { $file } is a file; a folder should be there, for { $path }.
file-dead-link = { $path } is a link that leads to nothing.
file-other-case = { $path } is not there; { $found } is, and upper and lower case differ. Rename it to { $path }.
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
journal-saved-meanwhile = { $path } was saved by another program while it was being changed, and was left as it is. Nothing is lost: `workshop undo` brings back what was there before.
journal-nothing-to-undo = There is nothing to undo.
journal-undo-conflict = You changed { $path } since, in the same place, so it cannot be undone automatically. Nothing was changed.
journal-io = { $path } could not be written: { $reason }. Nothing was changed.
journal-not-rolled-back = { $path }: what was written could not be taken back at once ({ $reason }). The next command does it.
journal-damaged = The journal entry that would be undone is damaged, so nothing of it was used. It was put aside: { $path }. Another `workshop undo` takes back the change before it.
journal-not-a-folder = { $path } is not a folder, and your work belongs in a folder of that name. Give it another name (mv workshop workshop.old) and try again.
journal-too-many = { $count } files are more than one change may have ({ $most }). Nothing was changed.
journal-rolled-back = The last command was interrupted while it wrote ("{ $label }"). Its changes were taken back.
journal-left-alone = { $path } was changed after the interruption and was left as it is. `workshop undo` brings back what was there before.
journal-late = { $path } was saved by another program while workshop was changing it. What was saved is kept: `workshop undo` brings it back.
journal-broken = A journal entry was damaged and was put aside: { $path }. It cannot be undone; what it holds of your files is still in there.

progress-broken = Your progress in { $path } and its backup are both damaged. The file was kept as { $kept }; your work in workshop/ is untouched. Start the lesson again: steps that are done pass at once.

lock-held = Another workshop command is working here (process { $pid }). Wait until it ends, or end it.
lock-held-by-unknown = Another workshop command is working here. Wait until it ends.

workspace-newer = { $path } was written by a newer version of workshop. Update workshop; the file was not touched.
workspace-not-writable = There is no permission to write in the folder { $path }. Check its owner and permissions, or work in another folder.
workspace-not-empty = The folder { $path } already holds something: { $found }

demo-held = A demo is playing in this folder already (process { $pid }). Wait until it ends, or end it.
demo-held-by-unknown = A demo is playing in this folder already. Wait until it ends.
