# author

author-steps-form = the steps of lesson.toml can be changed when each is a [[steps]] of its own with an id
author-toml = the file cannot be read: { $reason }
author-disk = { $path } cannot be read or written: { $reason }
author-desk-taken = the folder { $dir }/ of the course is somebody else's. It is where a step is edited: give yours another name
author-not-text = { $path } is no text, and an edit can change texts only. A file of the start may be anything: edit the step that copies it
author-id-taken = the id "{ $id }" is taken
author-move-create = the step that copies the application keeps its place
author-remove-create = the step { $step } cannot be removed: the lesson begins with it
author-measured = the prediction { $id } would be measured by the step { $step } before it is asked
author-no-merge = the edit of the step { $step } does not go in without the others ({ $places }). Nothing was changed
author-edit-no-merge = { $edit } does not go into the changed files ({ $places }): nothing was changed. Change the step so that each of its edits still finds its lines
author-conflict = the step { $step } changes the same lines: { $places } in { $dir }
author-conflict-open = the conflict in the step { $step } comes first
author-unsolved = { $place } still has marks of a conflict
author-no-conflict = there is no conflict to go on from
author-no-change = the step { $step } is as it was
author-busy = the step { $step } is being edited
author-nothing-open = no step is being edited
author-no-folder = there is no folder { $dir }
author-changed = the files of { $lesson } have changed since the step was opened
author-ask-give-up = Give up what was changed in the step { $step }? It is gone then.
author-kept-open = The step { $step } stays open.
author-given-up = The step { $step } is as it was.
author-kept = A command was cut off while it wrote the lesson. It is written now.
author-opened = The step { $step } lies in { $dir }, as it is at its end.
author-recorded = { $files ->
    [one] The step { $step } is recorded: 1 file of the lesson is written
   *[other] The step { $step } is recorded: { $files } files of the lesson are written
}
author-inserted = { $files ->
    [one] The step is in: 1 file
   *[other] The step is in: { $files } files
}
author-moved = { $files ->
    [one] The step is moved: 1 file
   *[other] The step is moved: { $files } files
}
author-renamed = { $files ->
    [one] The step has another id: 1 file
   *[other] The step has another id: { $files } files
}
author-removed = { $files ->
    [one] The step is out: 1 file
   *[other] The step is out: { $files } files
}
author-carried = { $count ->
    [one] 1 later step came along
   *[other] { $count } later steps came along
}
author-cases-left = The change does not go into these learners' states, which are as they were: { $names }
author-name = "{ $name }" cannot be the name of a lesson: letters, digits, "-" and "_"
author-name-taken = there is a lesson or a start called { $name } already
author-from-missing = there is no folder { $path }
author-no-compose = the project has no Compose file (docker-compose.yml, compose.yaml)
author-made = { $count ->
    [one] { $dir } is made, with 1 file; it starts from { $start }.
   *[other] { $dir } is made, with { $count } files; it starts from { $start }.
}
author-left-out = Left out: { $names }
author-fixed-port = Port { $port } is written in the Compose file. With a variable the runner finds a free one: "{"$"}{"{"}APP_PORT:-{ $port }{"}"}:…"
author-secrets = The runner makes up values for: { $names }
author-no-lesson = there is no lesson in { $dir }
author-which = there are several lessons: name one with --lesson ({ $names })
author-one-language = the lesson is written in one language
author-no-translation = { $lang } is no language into which the lesson is translated
author-translated = Noted: { $part } in { $lang } is translated from the text as it is now.
author-older = { $lang }: { $part } is older than its original in { $original }
author-unknown = { $lang }: nobody has said of which text in { $original } { $part } is translated
author-all-translated = Every text is of its original in { $original } as it is now.
author-watching = Watching { $dir }: { $address } (Ctrl-C ends it)
author-port-taken = port { $port } is taken
author-engine-left = Not on { $engine }: { $why }
author-no-engine = no engine of the lesson can run here
author-test-on = { $lesson } on { $engine }
author-test-rules = the lesson keeps its rules
author-test-case = the state is told as it is
author-test-before = nothing of the step is open before it is done: { $checks } pass already
author-test-flaky = { $check } is flaky: it passed { $passed } of { $of } times. { $says }
author-check-runs = { $count ->
    [one] { $service } runs.
   *[other] { $service } runs { $count } times.
}
author-check-runs-proves = { $count ->
    [one] Its container is up.
   *[other] All of its replicas are up.
}
author-check-published = Port { $port } of { $service } is published.
author-check-published-proves = It can be reached from this computer.
author-check-answers = It answers.
author-check-answers-proves = A request to the entry gets an answer.
author-next-new = workshop author new NAME --from FOLDER
author-next-test = workshop author test { $lesson }
author-next-edit = workshop author edit STEP --lesson { $lesson }
author-next-open = workshop author edit STEP
author-next-record = change the files, then: workshop author record
author-next-go-on = mend the marked lines, then: workshop author go-on (or workshop author give-up)
author-next-give-up = workshop author give-up
author-next-validate = workshop --lessons . validate { $lesson }
author-next-translate = workshop author translate --done STEP
author-next-port = workshop author watch --port PORT

# `workshop import`: what a tutorial of another make has and a lesson does not.
import-no-labspace = there is no labspace.yaml in the folder: the folder of a Labspace is wanted
import-no-killercoda = there is no index.json in the folder: the folder of a scenario is wanted
import-broken = { $place } cannot be read: { $reason }
import-empty = the tutorial has no section with a text: there is nothing to make a lesson of
import-file-missing = there is no file "{ $file }" in the tutorial
import-key = "{ $key }" has no counterpart in a lesson
import-no-text = the part "{ $title }" names no text and is left out
import-env = .env is one machine's own and is left out: name what has to be set in `secrets` or `ports` of lesson.toml
import-comment = a comment of the author's is left out: { $text }
import-option = the mark "{ $option }" of a block has no counterpart
import-directive = { $directive } has no counterpart: its words stay
import-variable = the variable "{ $name }" has no value in the tutorial: it stays as it is written
import-command = `{ $command }` stays a text: { $why }
import-command-page = `{ $command }` stands in the introduction or at the end, where nothing is run
import-script = "{ $key }" ({ $script }) prepares the tutorial's own machine, and is not run
import-verify = the test ({ $script } { $script ->
    [one] line
   *[other] lines
}) runs as a program of this machine in the workspace, once the learner agrees: see that its paths are there
import-asset-elsewhere = the file { $file } goes to { $target } on the tutorial's machine, outside of the workspace
import-chmod = the mode { $mode } of the file is not kept
import-own-stack = the tutorial has no Compose file: the lesson has a small stack of nginx with a page
import-check-done = It is done
import-check-written = { $path } has what the step writes
import-check-verify = The tutorial's own test passes ({ $file })
import-check-there = The application is there
import-check-nothing = Nothing is left
import-check-proves = Read off the tutorial.
import-checks = What is checked
import-copy = Copy the application
import-copy-text = You work on a copy: `workshop apply` copies it.
import-down = Take it down
import-hint-folder = The folder is `workshop/`, beside which you called `workshop`.
import-hint-deeper = Did it end up one folder deeper?
import-hint-apply = `workshop apply` does the step for you.
import-hint-read = Read the step once more: what is new in it?
import-hint-do = Do it in the folder `workshop/`, part by part.
import-hint-last = The whole of it; `workshop apply` does it for you.
import-left = { $count ->
    [one] 1 thing has no counterpart, or not as it was:
   *[other] { $count } things have no counterpart, or not as they were:
}
import-left-one = { $place }: { $what }
import-next-test = workshop --lessons { $dir } author test { $lesson }
import-nothing-left = Everything of the tutorial has a place in the lesson.
import-no-place = the tutorial
