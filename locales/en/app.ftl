# The program itself: its commands, questions and notices.

verbatim = { $words }

cli-template = { "{" }about{ "}" }

    Usage: workshop [OPTIONS] [COMMAND]

    { "{" }all-args{ "}" }{ "{" }after-help{ "}" }
cli-template-sub = { "{" }about{ "}" }

    Usage: { "{" }usage{ "}" }

    { "{" }all-args{ "}" }{ "{" }after-help{ "}" }
cli-heading-options = Options
cli-heading-global = Options of every command
cli-usage-options = OPTIONS
cli-heading-commands = Commands
cli-heading-arguments = Arguments
cli-about = A guided runner for hands-on workshops about running real stacks.
    Without a command it goes on where you were.
cli-examples = Examples:
    {"  "}workshop start 06            start lesson 06, or go on with it
    {"  "}workshop check               check what you changed
    {"  "}workshop apply               let it do the step for you
    {"  "}workshop demo 06 --auto      watch the whole lesson
    {"  "}workshop help load           what a command does and takes
cli-examples-start = Examples:
    {"  "}workshop start 06                     begin lesson 06, or go on with it
    {"  "}workshop start 06 --at scale-to-3     with files and stack as that step finds them
    {"  "}workshop start 06 --engine embedded   without Docker
cli-examples-check = Examples:
    {"  "}workshop check                        the step you are at
    {"  "}workshop check --watch                again whenever you save a file
    {"  "}workshop check --step scale-to-3      another step
    {"  "}workshop check --all --static         every step's files, nothing started
cli-examples-answer = Examples:
    {"  "}workshop answer                       list this step's questions
    {"  "}workshop answer which-order 2         answer one of them
cli-examples-goto = Examples:
    {"  "}workshop goto scale-to-3
    {"  "}workshop goto 12
cli-examples-glossary = Examples:
    {"  "}workshop glossary                     list the words
    {"  "}workshop glossary upstream            explain one
cli-examples-handout = Examples:
    {"  "}workshop handout 06 > handout.html    then print it from a browser
    {"  "}workshop handout 06 --lang ko > handout.html
cli-examples-room = Examples:
    {"  "}workshop room --share --lesson 06    open it to everybody on this network
    {"  "}workshop room --resume               go on after a break, or after a crash
cli-examples-cluster = Examples:
    {"  "}workshop cluster up --image nginx       three nodes with this image
    {"  "}eval "$(workshop cluster env)"           let `docker` in this shell talk to the cluster
    {"  "}workshop cluster cut node2 --for 20s    cut off for 20 seconds
    {"  "}workshop cluster down                   take it all away
cli-examples-reset = Examples:
    {"  "}workshop reset                        this step from its start
    {"  "}workshop reset --all                  the whole lesson
    {"  "}workshop undo                         take a reset back
cli-examples-demo = Examples:
    {"  "}workshop demo 06                      a key for each step
    {"  "}workshop demo 06 --auto --pace fast   by itself
    {"  "}workshop notes                        your notes, in a second terminal
cli-examples-load = Examples:
    {"  "}workshop load                         the stack of this folder, for ten seconds
    {"  "}workshop load http://localhost:8080/api/posts --connections 32 --duration 30s
    {"  "}workshop load --rate 200 --threshold "p99<200ms" --report load.html
cli-examples-compose = On Docker all of Compose. Without Docker there are:
    {"  "}{ $words }

    Examples:
    {"  "}workshop compose up -d --build --scale backend=3
    {"  "}workshop compose logs -f backend
    {"  "}workshop compose up --help            what a word of Compose takes
cli-flag-help = Show this help
cli-version = Show the version
cli-global-lang = Language: ko or en (default: that of your locale)
cli-global-engine = What runs the stack: auto, docker, or embedded (no Docker needed)
cli-global-directory = Work in this folder instead of the current one
cli-global-json = Answer with one JSON object
cli-global-quiet = Say nothing but errors; the exit code tells the rest
cli-global-yes = Answer every question with yes
cli-global-no-color = No colours (also with NO_COLOR)
cli-global-plain = Line by line instead of the full screen (good with a screen reader)
cli-global-context = Run the stack on the swarm that this docker context leads to (with --engine swarm)
cli-global-agree = Agree to what a lesson from elsewhere does, by the digest that is shown with it (-y does not)
cli-global-lessons = Take the lessons from this folder alone
cli-list = List the lessons
cli-start = Start a lesson, or go on with it
cli-start-lesson = The lesson's number: 06; where several courses have it, COURSE/06
cli-start-at = Start at this step, after building the state that it expects
cli-check = Check your change in the files and on the running stack
cli-check-step = Check this step instead of the current one
cli-check-all = Check the files for every step, and the stack for the current one
cli-check-only-static = Check the files only; nothing needs to run
cli-check-watch = Check again whenever a file is saved
cli-check-format = How to report: text, json, junit, github or classroom
cli-apply = Do the step for me: show the change, ask, make it, check it
cli-apply-force = With the lesson's files in the place of yours where they differ; undo brings yours back
cli-apply-step = Do this step instead of the current one
cli-diff = Show the change that apply would make
cli-diff-step = Show this step's instead of the current one's
cli-hint = Show one more hint
cli-prompt = Print the step's prompt for an AI assistant
cli-answer = Answer a question of the step
cli-answer-question = The question's id
cli-answer-choice = The number of your choice, or yes
cli-next = Go on to the next step
cli-next-skip = Also when this step is not passed
cli-goto = Go to a step, leaving files and stack as they are
cli-goto-step = The step's id or number
cli-status = Show where you are and what runs
cli-reset = Bring back the files of this step's start and take the stack down
cli-reset-all = Back to the start of the lesson
cli-undo = Take back the last apply or reset
cli-undo-force = Also where you changed the same lines since; another undo brings those back
cli-demo = Play a lesson for an audience, in a folder of its own that is removed afterwards
cli-demo-lesson = The lesson's number: 06
cli-demo-auto = By itself, without a pause
cli-demo-dry-run = Print what it would do, step by step, and do nothing
cli-demo-pace = How fast things appear: slow, normal, fast, or a factor (2 is twice as fast)
cli-demo-preflight = Before the talk: what this machine, screen and fallback are like, then the whole of it once
cli-demo-minutes = Show what fits into so many minutes: what the lesson can do without is left out first
cli-demo-clean = A clean screen for the room: clock and keys are in `workshop notes` alone
cli-demo-room = Tell your open room the step and its questions, and let your phone turn the pages
cli-demo-no-room = Do not ask about your open room, and tell it nothing
cli-demo-share = At the browser step show the address that others in this network reach, where it answers
cli-demo-record = Record the demo into this file (asciicast v2)
cli-demo-replay = Play a recording instead
cli-demo-speed = How fast to play it: slow, normal, fast, or a factor
cli-demo-from = Start at this step (number, name or a word of its title), after building the state that it expects
cli-demo-to = End after this step
cli-notes = Speaker notes and time in a second terminal, following the demo in this folder
cli-notes-lesson = The lesson's number: 06
cli-join = Join a room: from then on it is told what comes of your checks, and never your files
cli-join-url = The room's address, as the presenter shows it
cli-join-code = The learners' code, as the presenter shows it
cli-join-name = What the room calls you; without it you get a number
cli-leave = Leave the room, which forgets what it was told
cli-hand = Raise your hand in the room, or take it down
cli-hand-sign = help, done, or down
cli-catch-up = Bring your files and your stack to the step that the presenter shows
cli-vote = Show what the room is asked, and vote
cli-vote-answer = The number or the words of a choice, or what you expect
cli-doctor = Say what this machine lacks, and what to do
cli-compose = Compose in the workspace, in its own words
cli-compose-args = What Compose is to do: ps, logs -f backend ...
cli-validate = Check a lesson against the rules (for authors)
cli-validate-lesson = The lesson's number; all of them if none is given
cli-author = Write a course: make lessons, record steps, test them
cli-author-new = Make a lesson from a project that has a Compose file
cli-author-new-name = What its folders are called: add-a-cache
cli-author-new-from = The project's folder; a small stack of its own if none is given
cli-author-new-languages = The languages it is written in, the original first: ko,en
cli-author-edit = Open a step's files as they are at its end
cli-author-edit-step = The step's id or number
cli-author-edit-lesson = The lesson, where the course has several
cli-author-record = Make what changed the step's edit, and carry the later steps along
cli-author-record-step = The step's id or number; the one that is open if none is given
cli-author-record-from = The folder with the changed files; workshop/ if none is given
cli-author-record-more = As one edit more, behind what the step does already
cli-author-record-lesson = The lesson, where the course has several
cli-author-go-on = Go on once a conflict is mended
cli-author-give-up = Forget what is being edited; the lesson stays as it was
cli-author-insert = Put in a new step, last if no place is given
cli-author-insert-step = The new step's id
cli-author-insert-before = Before this step
cli-author-insert-after = Behind this step
cli-author-insert-lesson = The lesson, where the course has several
cli-author-move = Move a step to another place, last if none is given
cli-author-move-step = The step's id or number
cli-author-move-before = Before this step
cli-author-move-after = Behind this step
cli-author-move-lesson = The lesson, where the course has several
cli-author-rename = Give a step another id, in every file
cli-author-rename-step = The step's id or number
cli-author-rename-new = Its new id
cli-author-rename-lesson = The lesson, where the course has several
cli-author-remove = Take a step out, with its text and its patch
cli-author-remove-step = The step's id or number
cli-author-remove-lesson = The lesson, where the course has several
cli-author-watch = Show the lesson in a browser and check it on every save
cli-author-watch-lesson = The lesson, where the course has several
cli-author-watch-port = The port of the page; a free one if none is given
cli-author-test = Play lessons on each engine: checks fail before their step and pass after it
cli-author-test-lesson = The lesson; all of them if none is given
cli-author-test-repeat = Ask each check so often, so that a flaky one is seen
cli-author-test-format = How to report: text, json, junit, github or classroom
cli-author-translate = Say which texts are older than their original
cli-author-translate-done = This step (or: introduction, all) is translated as it is now
cli-author-translate-to = Into this language alone
cli-author-translate-lesson = The lesson, where the course has several
cli-import = Make a lesson of a tutorial of another make
cli-import-format = Whose tutorial it is: labspace or killercoda
cli-import-dir = The folder of the tutorial
cli-import-out = The folder of the course; the one that is here if none is given
cli-explain = Explain a kind of check or a key of lesson.toml, or list the kinds
cli-explain-name = What to explain; the kinds of checks are listed if none is given
cli-glossary = Explain a word of the lessons, or list them
cli-glossary-word = The word; all are listed if none is given
cli-handout = Print a lesson as a page for paper (HTML)
cli-handout-lesson = The lesson's number
cli-room = Open a room for a class: who is where, who is stuck
cli-room-listen = Serve at this address of the computer; without it only this computer reaches the room
cli-room-share = Serve at the address by which others on the network reach this computer
cli-room-port = The port; without it 8970, or another one where that is taken
cli-room-name = What the room is called
cli-room-lesson = Call it by this lesson's title
cli-room-resume = Go on with the last room: the same codes, nothing forgotten
cli-room-host = The name of a proxy in front, where there is one
cli-cluster = Make a Docker Swarm of several nodes on this machine, to cut nodes off and lose them (Linux, root)
cli-cluster-name = Which cluster, where there are several; lab if none is given
cli-cluster-up = Make the nodes and join them
cli-cluster-up-nodes = How many nodes, at most 9; 3 if none is given
cli-cluster-up-image = Load this image of the machine's Docker onto every node; may be given several times
cli-cluster-status = Show the nodes, as a manager that answers sees them
cli-cluster-env = Print the line that points Docker's own client at the cluster
cli-cluster-load = Copy images to every node that lacks them, from a node or from this machine's Docker
cli-cluster-load-images = The images, by name
cli-cluster-cut = Pull a node's network cable out
cli-cluster-cut-node = The node: node2
cli-cluster-cut-time = Put it in again after this time, whatever happens
cli-cluster-heal = Bring a node back: its cable in, its engine running
cli-cluster-heal-node = The node: node2
cli-cluster-kill = Cut a node's power: its engine and all its containers end at once
cli-cluster-kill-node = The node: node2
cli-cluster-down = Take the cluster away, with all that belongs to it
cli-completions = Print the completions for a shell
cli-completions-shell = bash, zsh, fish, elvish or powershell
cli-man = Print the manual page
cli-man-command = The command; the page of the whole if none is given
cli-help = Show what a command does and takes
cli-help-command = The command; all of them if none is given

usage-unknown-command = there is no command "{ $what }"{ $near }
usage-unknown-option = there is no option "{ $what }" here
usage-did-you-mean = did you mean "{ $what }"?
usage-no-such-value = "{ $value }" is not a valid value for { $what }
usage-bad-value = "{ $value }" is not a valid value for { $what } (possible: { $possible })
usage-too-much = unexpected argument: "{ $what }"
usage-no-value = { $what } needs a value
usage-missing = missing: { $what }
usage-conflict = { $what } cannot be used together with { $other }
usage-other = this command line cannot be understood: { $what }
usage-see-help = see: workshop --help

menu-question = What now?
menu-predict = say what you expect
menu-check = check my change
menu-apply = do it for me
menu-answer = answer
menu-confirm = yes, that is so
menu-hint = hint
menu-diff = show the diff
menu-prompt = prompt for an AI assistant
menu-skip = skip this step
menu-quit = quit

ask-more = -- more: Enter, all of it: Esc --
ask-first-step = -- to the first step: Enter --
ask-go-on = -- go on: Enter --
ask-how = (Enter: yes, n: no)
ask-how-no = (y: yes, Enter: no)
ask-how-line = (yes: y, no: n)
ask-yes = yes
ask-no = no
ask-apply-over = { $count ->
    [0] Do it?
    [one] Put the lesson's file in the place of yours? (workshop undo brings yours back)
   *[other] Put the lesson's { $count } files in the place of yours? (workshop undo brings yours back)
}
ask-apply = { $count ->
    [0] Do it?
    [one] Make this change?
   *[other] Make these changes in { $count } files?
}
ask-copy = Copy them?
ask-build = Your files will be changed to this state (undo takes it back). Go on?
ask-choice = Your answer
ask-guess = What do you expect? (empty: skip)
ask-pass = Skip this prediction
ask-so = Have you done that?
ask-consent = This lesson comes from elsewhere, not with the program. May it do all of the above?
ask-consent-own = The lesson itself does not do this. May your compose file?
ask-port = Use port { $port } for { $variable } instead?
ask-reset = Remove and restore this?

app-other-project = These containers of this folder run as another project, `{ $name }`, and count for nothing here: { $containers }. They were started before `.env` gave the folder its own name. Take them down: { $command }
app-not-started = no lesson has been started here
app-other-lesson = lesson { $id } is under way in this folder
app-other-lesson-of = lesson { $course }/{ $id } is under way in this folder
app-engine-embedded = Docker cannot be used here ({ $why }), so the stack runs as processes of this machine. `--engine docker` insists on Docker; `workshop doctor` says what it lacks.
app-engine-words = Commands are shown as `workshop compose ...`, which needs no Docker and works from any folder.
app-engine-none = Docker cannot be used here ({ $docker }), and neither can processes of this machine: { $embedded }
app-engine-no-embedded = processes of this machine cannot run this lesson: { $why }
app-context-without-swarm = --context { $context } names a swarm, and this lesson runs on { $engine }: add --engine swarm, or leave --context out
app-cluster-lacks-images = { $count ->
    [one] This machine's Docker does not have an image that the lesson starts from
   *[other] This machine's Docker does not have { $count } images that the lesson starts from
}, so no node gets it: { $images }. Pull or build it, then: `workshop cluster load IMAGE`.
app-engine-not-listed = lesson { $lesson } does not run on { $engine } (it runs on: { $engines })
app-engine-unseen = Whether { $engine } still runs something of this folder could not be seen ({ $why }).
app-engine-changed = The stack runs on { $engine } from now on, no longer on { $before }.
app-stack-runs = this folder's stack still exists on { $engine }, so the engine stays as it is
app-demo-not-paced = a presenter-driven demo needs a terminal; to run it unattended: workshop demo { $lesson } --auto
app-replay-no-terminal = a recording is played at a terminal
app-demo-backwards = the step after --to comes before the one after --from
app-demo-several = several steps are meant by "{ $words }": { $steps }. Give one of these numbers or names
app-demo-swept = Took down what an earlier demo had left here.
app-demo-not-clean = The demo's stack could not be taken down ({ $why }). The next demo in this folder tries again.
app-demo-still-there = still there: { $names }
app-demo-not-swept = What an earlier demo left could not be taken down. { $why } Once the engine answers, see it with: docker ps -a --filter label=com.docker.compose.project={ $name }
demo-copies = { $start } is copied ({ $count ->
        [one] 1 file
       *[other] { $count } files
    }).
app-demo-place = Plays in .workshop/demo/, which is removed afterwards. A workshop/ of yours is left alone.
app-demo-left = The demo's stack may still run. The next demo in this folder takes it down.
consent-needed = this needs your consent, and there is no terminal to ask at (--yes does not give it): read the list, then add --agree { $digest }
consent-wrong = --agree names another digest than that of the list above, so nothing was run: if you agree to the list, it is --agree { $digest }
consent-digest = what it does is agreed to by --agree { $digest }
consent-refused = not agreed to, so nothing of it was run
consent-missing = nobody has agreed to what this lesson does, so it is not run
consent-unclear = { $file } cannot be read (line { $line }), so nobody knows what it would do, and nothing was run: { $reason }
consent-no-digest = a digest is at least { $least } hexadecimal digits: it is shown where consent is asked for
next-mend-file = mend that line, then try again
app-needs-yes = this needs your yes, and there is no terminal to ask at: add --yes
app-no-current-dir = the current folder is gone: change to another one
app-no-such-dir = there is no folder { $dir }
app-interrupted = nothing was left half-finished
half-command = `{ $command }` was cut off in the middle: the stack may be half-way
next-half-command = see what runs: workshop status; then run it again: { $command }
half-apply = { $files ->
    [yes] the files of this step are changed, and its commands were not all run
   *[no] the commands of this step were not all run
}
next-half-apply = do the rest: workshop apply --step { $step }
next-between = mend what it says, then do the step again: workshop apply --step { $step }
half-build = the state of { $step } is not built to its end: its files are there, the stack may be half-way
half-reset = the reset was cut off in the middle: part of the stack is removed, part may be there
next-half-reset = { $all ->
    [yes] remove the rest: workshop reset --all
   *[no] remove the rest: workshop reset
}
owed-bringing-back = Bringing the stack back to what it was before the check (at most { $seconds } s). Ctrl-C again leaves it as it is.
owed-back = The stack is as it was before { $check }.
owed-gone = The stack that { $check } had changed is gone, so there is nothing to bring back.
owed-paying = A run was cut off while { $check } had servers stopped or added. They are brought back first.
owed-seen = A run was cut off while { $check } had servers stopped or added. They are not back yet.
owed-unpaid = { $check } changed the stack, and it could not be brought back. { $why }. By hand: { $command }
owed-left = { $check } had changed the stack, and it is not as it was. By hand: { $command }
owed-left-somewhere = a check had changed the stack, and it is not as it was
owed-not-staying = a server that was started again does not stay up
owed-refresh-failed = The servers are back, but `{ $command }` failed: the proxy may not know them yet.
next-owed = the next command brings it back, too: workshop check
app-terminal = the terminal could not be asked: { $reason }
app-progress-recovered = The progress file was damaged; the copy before it is used.
app-will-copy = { $count ->
    [one] Copies { $start } to workshop/ (1 file).
   *[other] Copies { $start } to workshop/ ({ $count } files).
}
app-will-build = { $count ->
    [one] Brings 1 file to the state that this step expects.
   *[other] Brings { $count } files to the state that this step expects.
}
app-to-start = First the stack comes to where this step starts.
app-applied = { $count ->
    [one] Changed { $file }. `workshop undo` takes it back.
   *[other] Changed { $count } files. `workshop undo` takes it back.
}
app-copied = Copied { $count ->
        [one] 1 file
       *[other] { $count } files
    }. `workshop undo` takes it back.
app-already-applied = Your files have this change already.
app-then-edit = then changes { $files }
app-then-check = then this must hold: { $check }
app-between = this must hold before the step goes on, and does not: { $check } ({ $says })
app-nothing-to-apply = there is nothing to do for you in this step: read it, then `workshop next`
app-left-as-it-was = Left as it was.
app-refused = Refused, and that is what this step is about.
app-browsed = { $count ->
    [one] Sent 1 request, as a browser would.
   *[other] Sent { $count } requests, as a browser would.
}
app-command-failed = { $command } failed: { $reason }
app-env-written = Wrote into .env: { $variables }
app-own-name = .env named the project { $before }, which is another folder's; it says { $name } now.
app-other-port = { $for ->
    [browser] Port { $wanted } is taken, so .env says { $port }. That is the port for your browser.
   *[others] Port { $wanted } is taken, so .env says { $variable }={ $port }.
}
app-port-not-allowed = { $for ->
    [browser] You may not open port { $wanted } on this machine, so .env says { $port }. That is the port for your browser.
   *[others] You may not open port { $wanted } on this machine, so .env says { $variable }={ $port }.
}
app-port-set = { $variable }={ $port } is in .env now.
app-no-random = this system gives no random numbers, so no passwords could be made up: { $reason }
app-no-files-yet = there are no files in workshop/ yet: pass the first step
app-no-hint = This step has no hint.
app-no-prompt = this step has no prompt for an AI assistant
app-no-question = this step has no open question
app-answer-with = Answer it: workshop answer { $id } NUMBER
app-predict-with = Say what you expect: workshop answer { $id } { $kind ->
    [text] "YOUR WORDS"
    [number] A_NUMBER
   *[choice] NUMBER
} (or skip; it is only kept, and shown beside the result)
app-predict-kept = Kept. You will see it again beside the result.
app-predict-skipped = Skipped.
app-predict-late = The result is there already, so this is no prediction any more.
app-predict-number = a number is wanted, with or without a unit; or skip
app-predict-long = a guess has at most { $most } characters
app-confirm-with = Say yes to it: workshop answer { $id } yes
app-no-such-question = there is no question "{ $id }" in this lesson{ $near }
glossary-none = This course explains no words.
glossary-unknown = the glossary has no "{ $word }"{ $near }; the list: workshop glossary
next-glossary = one of them explained: workshop glossary WORD
app-no-such-choice = choose a number from 1 to { $count }
app-not-passed = "{ $title }" is not passed yet
app-nothing-to-reset = Nothing to reset: the files are as this step expects them, and nothing runs.
app-reset = Reset. You are at "{ $title }"; `workshop undo` brings your files back.
app-reset-unseen = the files are reset, but the stack was not taken down: it could not be seen whether it is gone ({ $why })
reset-held = a container that is not this workspace's uses it
app-reset-left = { $count ->
    [one] the files are reset, but of the stack 1 thing is left: { $names }
   *[other] the files are reset, but of the stack { $count } things are left: { $names }
}
app-reset-images = { $count ->
    [one] The image that was built here stays: { $images }. Remove it with: { $command }
   *[other] The images that were built here stay: { $images }. Remove them with: { $command }
}
app-reset-shared = Base images and the build cache stay, for other projects may use them. See them with: docker system df
app-reset-folders = Your files, your place and `workshop undo` stay in workshop/ and .workshop/. When you need neither, delete the two folders in { $root }.
app-undone = { $count ->
    [one] Took back "{ $label }" (1 file).
   *[other] Took back "{ $label }" ({ $count } files).
}
app-undone-over = What was in { $path } before this undo comes back with another `workshop undo`.
app-moved-aside = { $from } is now { $to }.
app-finished = You have finished: { $title }.
app-finished-measured = { $question } You said { $guess }; it was { $measured }.
app-quit = Your place is kept. `workshop` goes on here.
app-watching = Watching { $dir }. Save a file to check it; Ctrl-C ends.
app-watch-live = The files are right. Now the running stack: workshop check
app-sound = { $count ->
    [one] { $lesson } is sound (1 step).
   *[other] { $lesson } is sound ({ $count } steps).
}

change-conflict = { $file }: your change and the lesson's are in each other's way (line { $lines }). Nothing was written.
change-broken = { $file } cannot be read as it is (line { $line }): { $reason }. Nothing was written.
change-would-break = { $file }: with the lesson's change in it, the file could not be read any more ({ $reason }). Nothing was written.
change-aside = { $reason } It will be moved aside, to { $to }.
change-not-empty = { $dir } is not empty, so nothing was copied over it

next-start = workshop start 06
next-lesson = the next lesson, in a folder of its own: workshop start { $lesson }
next-list = workshop list
next-status = workshop status
next-check = workshop check
next-check-or-apply = make the change, then: workshop check (or let it be made: workshop apply)
next-next = workshop next
next-hint = workshop hint
next-skip = workshop check, or go on without it: workshop next --skip
next-doctor = workshop doctor
next-reset = bring the files back: workshop reset
next-undo-conflict = see what the lesson has there: workshop diff; or take it back all the same: workshop undo --force (another undo brings your lines back); or bring this step's files back: workshop reset
next-undo = workshop undo
next-reset-unseen = { $all ->
    [yes] see why it does not answer: workshop doctor; then take the stack down: workshop reset --all
   *[no] see why it does not answer: workshop doctor; then take the stack down: workshop reset
}
next-reset-left = { $all ->
    [yes] see to what holds it, then remove the rest: workshop reset --all
   *[no] see to what holds it, then remove the rest: workshop reset
}
next-apply-over = { $here ->
    [yes] do the step with the lesson's { $files }: workshop apply --force (workshop undo brings yours back), or start the step over: workshop reset
   *[no] do the step with the lesson's { $files }: workshop apply --step { $step } --force (workshop undo brings yours back), or start the step over: workshop reset
}
next-conflict = make the change by hand (workshop diff --step shows the lesson's), take the lesson's version: workshop apply --force, or start the step over: workshop reset
next-not-empty = see what is missing: workshop check; or start over: workshop reset
next-other-folder = use another folder: workshop -C DIR start
next-leads-out = remove the link { $path }, or use another folder
next-state-dir = set XDG_STATE_HOME to a folder that is yours alone
next-take-down = take it down: workshop compose down --volumes (or start the step over: workshop reset)
next-demo-left = once the engine answers: docker compose -p { $name } down --volumes --remove-orphans
next-demo = do it yourself: workshop start { $lesson }
next-rebuild = build what this step expects: workshop start { $lesson } --at { $step }
next-bring-up = bring the stack up: workshop compose up -d

doctor-port = port { $port }
doctor-port-free = free
doctor-port-ours = in use by this workspace's own stack
doctor-port-taken = taken by another program
doctor-port-stack = in use by the stack of { $dir }
doctor-port-program = taken by { $program } (process { $pid })
doctor-port-taken-yet = taken by another program; a lesson will use another one
doctor-port-fix = write { $variable }={ $port } into workshop/.env (workshop doctor does it with your yes)
doctor-port-not-allowed = you may not open it
doctor-port-not-allowed-yet = you may not open it; a lesson will use another one
doctor-choice = engine
doctor-owed = what a check left changed
doctor-owed-fix = bring it back: workshop check (by hand: { $command })
doctor-choice-asked = { $engine }, as you asked
doctor-choice-kept = { $engine }, as when the lesson was started
doctor-choice-fix = To go on without Docker, run `workshop start { $lesson } --engine embedded`
doctor-choice-auto = a lesson will run on { $engine }
doctor-choice-embedded = a lesson will run on { $engine }: no Docker ({ $why })
doctor-disk = disk
doctor-disk-free = { $size } free
doctor-disk-unknown = not known
doctor-disk-fix = free some space: a first build needs about 3 GB

## The manual

man-examples = EXAMPLES
man-files = FILES
man-file-workshop = What you work on.
man-file-env = A project name of this folder's own, ports, and passwords that were made up for it.
man-file-private = What the program remembers: progress, and what undo needs.
man-file-state = Which folders on this machine are workspaces of yours, and how long your demos took (without the variable: ~/.local/state/workshop).
man-file-data = Your added courses, and courses.toml, which says what each of them is held to. ~/.local/share/workshop/ where the variable is not set.
man-variables = ENVIRONMENT
man-variable-lessons = Takes the lessons from this folder, as --lessons does.
man-variable-docker = Which Docker is used, as for Docker's own command.
man-variable-lang = The language, where --lang does not say it.
man-variable-color = No colours, or colours also where the output is no terminal.
man-variable-state = Where the list of workspaces is kept.
man-variable-data = Where added courses are kept.
man-exit = EXIT STATUS
man-exit-pass = Everything passed.
man-exit-not-yet = The step is not done yet.
man-exit-usage = The command line makes no sense here.
man-exit-environment = The machine is in the way: Docker down, a port taken, an image missing.
man-exit-lesson = The lesson itself is faulty.
man-exit-interrupted = Interrupted.
