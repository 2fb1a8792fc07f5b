# lesson

# Where a lesson's prose file breaks its conventions.
prose-no-title = this file has no title: begin it with a first-level heading, `# Title`
prose-second-title = this file has a second first-level heading: use `## Title {"{"}#step-id{"}"}` for a step
prose-empty-heading = this heading has no words
prose-step-without-id = the step "{ $title }" has no id: write `## { $title } {"{"}#step-id{"}"}`
prose-id-twice = the id "{ $id }" is used twice, first in line { $first }
prose-question-choices = the question "{ $id }" needs an ordered list of at least two choices
prose-second-prompt = the step "{ $id }" has a second `prompt` block: keep one
prose-comment-open = this comment is never closed: end it with `-->`

lesson-unknown = there is no lesson "{ $wanted }" (there is: { $known })
lesson-unknown-step = there is no step "{ $wanted }" in this lesson
lesson-file-missing = the lesson's file { $file } is missing
lesson-not-text = the lesson's file { $file } is not text
lesson-faulty = { $place }: { $reason }
lesson-format = { $file } has format { $format }, which this program does not know: install a newer one

rule-id-twice = the id "{ $id }" is used twice
rule-no-check = the step "{ $id }" has no check
rule-step-missing = the step "{ $id }" has no text here
rule-step-unknown = the step "{ $id }" is not in lesson.toml
rule-step-order = the steps stand in another order than in lesson.toml
rule-few-hints = { $count ->
    [0] the step "{ $id }" has no hint; three are wanted
    [one] the step "{ $id }" has only 1 hint; three are wanted
   *[other] the step "{ $id }" has only { $count } hints; three are wanted
}
rule-question = { $count ->
    [0] the question "{ $id }" has no choices here
   *[other] the question "{ $id }" has { $count } choices, and its answer is not among them
}
rule-languages-differ = the step "{ $id }" has other hints, prompt, notes or questions than in the other language
rule-excerpt = this block says that it quotes { $file }, but after the step's edit that file does not read so
rule-unlisted = no step uses this file
rule-no-program = engines has "embedded", so [embedded] must say which program stands for which service
rule-unknown-program = [embedded] gives { $service } the program "{ $program }", which there is not
rule-variable-name = "{ $name }" cannot be the name of a variable
rule-variable-twice = the variable { $name } is named twice
rule-variable-unused = no compose file of the lesson uses the variable { $name }
rule-unknown-service = no compose file of the lesson has the service "{ $service }"
rule-compose-broken = { $file } cannot be read after some step (line { $line }): { $reason }
rule-secret-written = the secret { $name } has a value in a compose file: it must come from .env alone
rule-secret-not-ignored = { $file } must name .env, for the secrets are in it
