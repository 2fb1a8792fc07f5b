# report

# A sign stands before these three, so that no outcome is told by colour alone.
report-pass = pass
report-not-yet = not yet
report-as-above = for the same reason as above
report-environment = environment

report-expected = expected
report-observed = observed
report-seconds = { $seconds } s
report-checking = checking { $check } ...
report-step-result = Step { $number }, { $title }: { $passed } of { $of ->
    [one] 1 check
   *[other] { $of } checks
} passed
report-left-out = { $count ->
    [one] 1 check needs the running stack and was left out.
   *[other] { $count } checks need the running stack and were left out.
}
report-run-result = Lesson { $lesson }: { $passed } of { $of ->
        [one] 1 step
       *[other] { $of } steps
    } passed
report-nothing-checked = There was nothing to check here without the running stack.

report-alert-note = Note
report-alert-tip = Tip
report-alert-important = Important
report-alert-warning = Warning
report-alert-caution = Caution

report-step-of = Step { $number } of { $of }
report-step-minutes = about { $minutes } min
report-step-minutes-optional = about { $minutes } min, optional
report-step-changes = Changes
report-step-runs = Runs
report-step-offers = Offers
report-offer-diff = diff
report-offer-apply = apply
report-offer-prompt = prompt
report-offer-prediction = prediction
report-offer-hints = { $count ->
    [one] 1 hint
   *[other] { $count } hints
}
report-offer-question = question
report-offer-confirm = your own confirmation

report-hint = Hint { $number } of { $of }
report-question = Question
report-prediction = Prediction (nothing is right or wrong)
report-guess-number = A number.
report-guess-unit = A number, in: { $unit }.
report-guess-text = In your own words.
report-guess-choice = Choose one.
report-predicted = You said { $guess }; it was { $measured }.
report-predicted-words = You said: { $guess }
report-predictions = What you expected
report-read-on = read on
report-answer-right = right
report-answer-wrong = not quite
report-no-diff = There is nothing to change: your files have it already, or this step changes none.

report-command-done = done in { $seconds } s
report-command-failed = ended with exit code { $code } after { $seconds } s
report-command-ended = ended by a signal after { $seconds } s

report-no-lessons = There are no lessons here.
report-lesson-new = { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    }, { $minutes } min
report-lesson-begun = { $done } of { $steps ->
        [one] 1 step
       *[other] { $steps } steps
    } done{ $skipped ->
        [0] {""}
       *[other] , { $skipped } skipped
    }, { $minutes } min in all
report-lesson = Lesson { $lesson }
report-step-open = open
report-step-passed = done
report-step-skipped = skipped
report-status-progress = Progress
report-status-folder = Folder
report-status-engine = Engine
report-engine-docker = docker
report-engine-embedded = embedded (processes of this machine)
report-engine-swarm = swarm
report-progress = { $done } of { $of ->
        [one] 1 step
       *[other] { $of } steps
    } done{ $skipped ->
        [0] {""}
       *[other] , { $skipped } skipped
    }, about { $minutes } min left
report-stack-empty = Nothing is running.
report-node-empty = no replica of this stack
report-no-node = on no node yet
report-published = port { $ports }

report-removal = This will be removed or brought back:
report-removal-none = There is nothing to remove.
report-removal-services = Services
report-removal-containers = Containers
report-removal-networks = Networks
report-removal-volumes = Volumes
report-removal-configs = Configs
report-removal-secrets = Secrets
report-removal-images = Images
report-removal-clusters = Clusters
report-removal-files = Files brought back
report-reset-left = This could not be removed:

report-finding-good = ok
report-finding-warning = note
report-finding-bad = problem
report-fix = fix:

# Behind what is unknown.
text-did-you-mean = { " " }(did you mean { $near }?)

report-waiting = { $check }: { $seconds } of at most { $of } s, { $seen }
report-under-way = { $seconds } s
report-under-way-at = { $seconds } s: { $at }
report-under-way-pull = downloading images, { $come } of { $all } MB so far
report-under-way-build = building, step { $step } of { $of }: { $does }
report-under-way-stage = building { $stage }, step { $step } of { $of }: { $does }
report-under-way-containers = { $there } of { $of } { $of ->
        [one] container
       *[other] containers
    } ready{ $missing ->
        [0] {""}
       *[other] ; waiting for { $waits }
    }
report-warning = warning
report-next = next
report-failure = error
report-failure-lesson = lesson error
report-failure-interrupted = interrupted
report-lost-output = standard output could not be written to its end: { $reason }
report-lost-errors = standard error could not be written to its end: { $reason }
report-lost-summary = the job's summary (GITHUB_STEP_SUMMARY) could not be written to its end: { $reason }

report-demo-step = Step
report-demo-checks = Checks
report-summary-check = Check
report-demo-outcome = Outcome
report-demo-time = Time
report-demo-stopped = Stopped at step { $number }, { $title }: the steps after it build on it.
report-demo-result = Lesson { $lesson }: { $passed } of { $of ->
    [one] 1 step
   *[other] { $of } steps
} passed in { $time }, on { $engine }

handout-facts = Lesson { $lesson } · { $steps ->
    [one] 1 step
   *[other] { $steps } steps
} · about { $minutes } min
handout-name = Name
handout-date = Date
handout-steps = Steps
handout-predict = Prediction:
handout-expect = I expect:
handout-seen = It was:
handout-runs = Commands of this step
handout-fails = meant to fail: read what it says
handout-checks = What is checked
handout-notes = Notes
handout-answers = Answers
handout-words = Glossary
