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
file-outside = { $path } points outside the workspace, and nothing is read or written there.
file-io = { $path } could not be read: { $reason }

patch-unexpected = Line { $line } of the patch cannot stand here: { $found }
patch-truncated = The change that starts at line { $line } of the patch ends too early.
patch-unsupported = Line { $line } of the patch: renames, copies and binary changes are not supported: { $found }
patch-bad-path = Line { $line } of the patch: the path { $path } leaves the workspace.
patch-twice = Line { $line } of the patch: { $path } comes twice.
patch-empty = The patch changes no file.
patch-mismatch = Line { $line } of the patch does not fit line { $base_line } of { $path }: it expects "{ $expected }", and "{ $found }" is there.
patch-ambiguous = The change at line { $line } of the patch does not fit where it should in { $path }, and fits at line { $first } and at line { $second }.
patch-no-base = Line { $line } of the patch: { $path } is not there to be changed.
patch-base-exists = Line { $line } of the patch: { $path } is there already.

journal-changed-meanwhile = { $path } was changed while this was being prepared. Nothing was written; save it in your editor and try again.
journal-saved-meanwhile = { $path } was saved by another program while it was being changed, and was left as it is. Nothing is lost: `workshop undo` brings back what was there before.
journal-nothing-to-undo = There is nothing to undo.
journal-undo-conflict = You changed { $path } since, in the same place, so it cannot be undone automatically. Nothing was changed.
journal-io = { $path } could not be written: { $reason }. Nothing was changed.
owed-held = another check is changing this stack just now (process { $pid }). Wait for its end, then try again
owed-held-by-unknown = another check is changing this stack just now. Wait for its end, then try again
owed-broken = What a check had noted to bring the stack back cannot be read. It was put aside as { $kept } and nothing was done from it. See what runs with: workshop status
owed-io = { $path } could not be written: { $reason }. A check that changes the stack is not begun without it.
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
workspace-leads-out = { $path } is a link that leads out of this folder, to { $target }. Nothing is read or written there.
workspace-above = This folder belongs to the workspace at { $root }.
workspace-passed-over = { $path } is not used. { $why } If it is yours: { $next }.
workspace-foreign = { $path } was not made here by this program: it came with a repository or an archive, from another machine, or from an older version. Nothing in it is used. `workshop start 06` puts it aside and begins; your files in workshop/ stay.
workspace-put-aside = { $path } was not made here by this program. It was put aside as { $aside }, and nothing in it is used.
workspace-copied = This folder is a copy of { $of }. It is a workspace of its own from now on; what runs there, and its data, is not touched from here.
workspace-moved = This workspace was moved here from { $from }. Its project gets the name of the new folder.
workspace-left-reset = `workshop reset --all` removes what it left in Docker under { $from }, too: { $names }
workspace-left-command = { $from } is not there any more, and Docker still has this of it: { $names }. If nobody needs it: docker compose -p { $name } down --volumes

trust-not-a-folder = { $path } is a link or a file, where only a folder of this program's own is used.
trust-not-a-file = { $path } is neither a file nor a folder of this program's own.
trust-owner = { $path } belongs to the user { $user }, who could have put anything there.
trust-group = Everybody in the group { $group } may write to { $path }, and could have put anything there.
trust-everyone = Everybody on this machine may write to { $path }, and could have put anything there.
trust-unseen = { $path } cannot be looked at: { $reason }.
trust-next-move = move { $path } away, or work in another folder
trust-next-owner = work as that user, or in a folder of your own (for example below your home folder)
trust-next-chmod = chmod go-w { $path } (or work in a folder of your own, for example below your home folder)
trust-next-elsewhere = work in another folder, for example below your home folder

identity-no-place = There is no folder to note down which workspaces are yours: neither XDG_STATE_HOME nor HOME is set.
identity-unsafe = Which workspaces are yours cannot be noted down safely: { $why }
identity-io = Which workspaces are yours is noted down outside of them, and { $path } cannot be used for that: { $reason }.

demo-held = A demo is playing in this folder already (process { $pid }). Wait until it ends, or end it.
demo-held-by-unknown = A demo is playing in this folder already. Wait until it ends.
