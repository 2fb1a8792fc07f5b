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
