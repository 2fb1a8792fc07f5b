# lesson

# Where a lesson's prose file breaks its conventions.
prose-no-title = this file has no title: begin it with a first-level heading, `# Title`
prose-second-title = this file has a second first-level heading: use `## Title {"{"}#step-id{"}"}` for a step
prose-empty-heading = this heading has no words
prose-step-without-id = the step "{ $title }" has no id: write `## { $title } {"{"}#step-id{"}"}`
prose-id-twice = the id "{ $id }" is used twice, first in line { $first }
prose-check-form = under this heading stands a list, each item like: - `check-id`: **Title.** What a pass proves.
prose-question-choices = the question "{ $id }" needs an ordered list of at least two choices
prose-second-prompt = the step "{ $id }" has a second `prompt` block: keep one
prose-comment-open = this comment is never closed: end it with `-->`
prose-read-on-form = under this heading stands one link, to a page that begins with http:// or https://: [What the page is called](https://…)
glossary-heading = an entry has a heading with its names and an id: ## name, other name {"{"}#id{"}"}
glossary-twice = the entry "{ $id }" has an id or a name that another one has already
glossary-empty = the entry "{ $id }" explains nothing
glossary-alone = the entry "{ $id }" of the glossary is there in one language only

lesson-unknown = there is no lesson "{ $wanted }" (there is: { $known })
lesson-several = several courses have a lesson "{ $wanted }": say which one, { $all }
lesson-unknown-step = there is no step "{ $wanted }" in this lesson{ $near }
lesson-file-missing = the lesson's file { $file } is missing
lesson-not-text = the lesson's file { $file } is not text
lesson-faulty = { $place }: { $reason }
lesson-format = { $file } has format { $format }, which this program does not know: install a newer one

effects-course = Lesson { $lesson } did not come with the program. It does this:
effects-course-more = Beyond what you agreed to, this would be done now:
effects-own = This reaches out of the workspace, which lesson { $lesson } itself does not:
effects-sign = ! reaches beyond the stack's own containers
effect-too-deep = files include each other too deeply
effect-socket = { $who } gets Docker's own socket ({ $what }): whoever has it rules this machine
effect-privileged = { $who } runs with all privileges on this machine
effect-mount = { $who } reads and writes on this machine: { $what }
effect-program = runs a program of this machine: { $what } (for { $who })
effect-capability = { $who } gets more rights: { $what }
effect-device = { $who } gets devices of this machine: { $what }
effect-security = { $who } changes its protection: { $what }
effect-namespace = { $who } shares with this machine: { $what }
effect-foreign = { $who } uses what belongs to another project: { $what }
effect-swarm = Changes the swarm that the docker context { $what } leads to: makes, updates and removes there what is named after this project, on any of its nodes
effect-host-file = { $who } reads from this machine: { $what }
effect-elsewhere = { $who } fetches and uses: { $what }
effect-build-power = building { $who } gets more: { $what }
effect-variable = { $who } takes { $what } from your environment
effect-unknown = { $who } uses what this program does not know: { $what }
effect-misspelt = { $who } has a key that Compose does not know: { $what }
effect-publish = { $who } is reachable from other machines at its port { $what }
effect-command = runs: { $what }
effect-image = fetches the image { $what } (for { $who })
effect-image-alone = fetches the image { $what }
effect-build = builds { $who } from { $what }: the commands of its Dockerfile run
effect-tag = names an image that it builds { $what } (for { $who })
effect-workspace-mount = { $who } reads and writes in the workspace: { $what }
effect-restart = { $who } comes back by itself, also after a restart of the machine ({ $what })
effect-project = { $who } calls the project { $what }
effect-requests = sends requests to { $what } of its own stack
effect-writes = writes into the workspace, files: { $what }
rule-id = "{ $id }" cannot be an id: letters, digits, "-", "_" and ".", at most 64
rule-course-path = "{ $path }" leads out of the course: a path from its root, such as complete/start, is wanted
rule-course-outside = this leads out of the course, so it is not read
rule-course-link = a link to a folder is not followed: put the folder itself there
rule-course-not-a-file = this is a pipe, a device or a socket: a course has files
rule-course-large = this is too much for a lesson: at most 16 MiB a file, 64 MiB and 5000 files in all
rule-course-name = a file in here has a name that is no text
rule-course-changing = the course changes while it is read: try again
rule-file-outside = "{ $path }" points outside the workspace: a lesson's files stay in it
rule-file-hidden = "{ $path }" has signs in its name that cannot be seen: a lesson's files have names that a person can read
rule-file-name = "{ $path }" is a name that not every system can have
rule-file-dot = a lesson may not have "{ $path }" in the workspace: a name with a dot may be obeyed by git, an editor or a shell. There may be .env, .env.*, .dockerignore, .gitignore, .gitkeep, .editorconfig and the files that name a version
rule-file-collision = "{ $one }" and "{ $other }" are one file on some systems
rule-dotenv-obeyed = the lesson's { $file } sets { $name }, which changes what Compose or Docker does: a lesson may not set it
rule-variable-obeyed = { $name } cannot be a variable of the lesson: the system, Compose or Docker obeys it
rule-service-name = "{ $name }" cannot be the name of a service
rule-node-name = "{ $name }" is no node: write its name, or "{"{"}node-of-backend-2{"}"}" for the node of that replica
rule-path-start = "{ $path }" is no path: it begins with one "/", and the request goes to the stack's entry
rule-path-sign = "{ $path }" has a sign that a path cannot have: write a blank as %20
rule-path-dots = "{ $path }" has "." or ".." in it: write the path that is meant
rule-path-long = this path is longer than 2048 bytes
rule-method = "{ $method }" is no method that a lesson may use. There are: { $known }
rule-header = "{ $header }" is not a header that a lesson may set
rule-header-value = "{ $value }" cannot be the value of a header
rule-regex = "{ $pattern }" is not a regular expression
rule-pointer = "{ $pointer }" is no place in JSON: it is written /items/0/id or $.items[0].id
rule-wanted-empty = nothing is wanted here; say one of equals, contains, lacks, regex, exists, same_as and differs_from
rule-unknown-key = there is no key "{ $word }" here{ $near }; there are: { $known }
rule-unknown-word = "{ $word }" is nothing that may stand here{ $near }; there is: { $known }
rule-unknown-nothing = there is no key "{ $word }" here: nothing may stand here
rule-unknown-kind = there is no kind of check "{ $word }"{ $near }; the list: workshop explain
rule-missing-key = the key "{ $word }" is missing
rule-no-kind = a check needs one kind; the list: workshop explain
rule-two-kinds = a check has one kind, this one has two: { $kinds }
rule-id-twice = the id "{ $id }" is used twice
rule-minutes = the lesson says { $said } min, and its steps take { $sum } together: make them agree
rule-points = the check "{ $id }" gives { $points } points: at most { $most }
rule-no-check = the step "{ $id }" has no check
rule-between-unknown = "{ $id }" is no check of the step "{ $step }"{ $near }: a check between actions is one of the step's own
rule-between-kind = the check "{ $id }" ({ $kind }) cannot stand between actions: it is answered by the learner, or runs the step's commands itself
rule-edit-twice = { $edit } is made twice: give each edit a patch of its own
rule-step-missing = the step "{ $id }" has no text here
rule-step-unknown = the step "{ $id }" is not in lesson.toml{ $near }
rule-step-order = the steps stand in another order than in lesson.toml
rule-few-hints = { $count ->
    [0] the step "{ $id }" has no hint; three are wanted
    [one] the step "{ $id }" has only 1 hint; three are wanted
   *[other] the step "{ $id }" has only { $count } hints; three are wanted
}
rule-check-untitled = the check "{ $id }" has no title: list it in its step under a heading with the id checks
rule-check-unknown = the check "{ $id }" is named here, and the step has none of that id{ $near }
rule-question = { $count ->
    [0] the question "{ $id }" has no choices here
    [one] the question "{ $id }" has one choice, which is not its answer
   *[other] the question "{ $id }" has { $count } choices, and its answer is not among them
}
rule-languages-differ = the step "{ $id }" has other hints, prompt, notes or questions than in the other language
rule-choices-differ = "{ $id }" has another number of choices than in the other language
rule-prediction = the prediction "{ $id }" ({ $guess }) { $guess ->
    [choice] needs a heading of its own with {"{"}#{ $id } .predict{"}"} and an ordered list of at least two choices
    [text] needs a heading of its own with {"{"}#{ $id } .predict{"}"}, without choices and unit
   *[other] needs a heading of its own with {"{"}#{ $id } .predict{"}"}, without choices
}
rule-prediction-unknown = "{ $id }" is a prediction here, and the step in lesson.toml has none of that id
rule-prediction-unmeasured = nothing measures the prediction "{ $id }": "{ $check }" must name a check as STEP/CHECK, of the same step or a later one, that is no question
rule-last-hint = the last hint of the step "{ $id }" must have every line that its patch adds, and lacks { $count ->
    [one] 1 of them
   *[other] { $count } of them
}: { $line }
rule-no-page = the step "{ $id }" names no page to read on at (### … {"{"}#read-on{"}"}), and other steps of the lesson do
rule-excerpt = this block says that it quotes { $file }, but after the step's edit that file does not read so
rule-unlisted = no step uses this file
rule-unknown-program = [embedded] gives { $service } the program "{ $program }", which there is not{ $near }
rule-own-command = command begins with the name of a program of this machine, as in ["python3", "app.py"]; "{ $program }" is none: no folder, no shell line
rule-own-control = command has a character that cannot be shown
rule-own-need = "{ $program }" is no program that needs can ask for{ $near }. It can ask for { $known }; another one is named in command and found by its name
rule-own-version = "{ $version }" is no version: write ">=3.9", ">=3.9,<4", "3.11" or "*"
rule-own-variable = "{ $name }" cannot be a variable that is set for a program
rule-variable-name = "{ $name }" cannot be the name of a variable
rule-variable-twice = the variable { $name } is named twice
rule-variable-unused = no compose file of the lesson uses the variable { $name }
rule-unknown-service = no compose file of the lesson has the service "{ $service }"{ $near }
rule-compose-missing = the compose file names { $file }, which is not there
rule-compose-broken = { $file } cannot be read after some step (line { $line }): { $reason }
rule-secret-written = the secret { $name } has a value in a compose file: it must come from .env alone
rule-secret-not-ignored = { $file } must name .env, for the secrets are in it
rule-case-step = the state is of "{ $id }", and the lesson has no such step{ $near }
rule-case-check = the state must fail at "{ $id }", and the lesson has no such check{ $near }
rule-case-fails = a wrong state names the check that must fail: fails = "CHECK"
rule-case-file = { $path } is not there to be changed
rule-case-other = the check { $check } fails here and must pass: { $says }
rule-case-not-asked = { $check } is no static check that the lesson's own files pass after that step
rule-case-passes = { $check } must fail here and does not
rule-case-line = { $check } points at line { $line }, and the case says { $wanted }
rule-case-says = { $check } says something else than the case: { $says }
rule-finish-missing = the folder { $folder } of finish is not there
rule-finish-differs = the steps do not end as { $folder } has it: { $count ->
    [one] { $file } differs
   *[other] { $count } files differ, the first is { $file }
}
rule-own-solution = the lesson's own files fail the check { $check } after the step { $step }: { $says }
rule-entry-port = { $there ->
    [no] the entry's service { $service } publishes no port, and requests are to come in at { $port }
   *[yes] the entry's service { $service } never publishes its port { $port }: there is { $ports }
}
rule-service-no-program = engines has "embedded", and no program stands for the service { $service }
rule-hunk-moved = { $patch }: the change to { $file } fits at line { $found } and not at { $said }, where the patch says. It is made there; `workshop author edit` and `record` write the patch again
