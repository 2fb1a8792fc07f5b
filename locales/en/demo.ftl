# The demo: what the presenter reads and presses.

demo-place = { $number }/{ $of }
demo-speed = x{ $pace }
demo-busy = s: all at once
demo-paused = paused: p goes on
demo-ask = space: next, ?: keys
demo-ask-go-on = r: go on at step { $number }, space: begin, ?
demo-ask-run = space: run it, t: and the next ones at once
demo-ask-begin = space: begin, ?: keys
demo-ask-step = space: next step, ?: keys
demo-ask-end = the end. q: quit, ←: back
demo-ask-failed = r: again, a: restore, space: go on, ?
demo-ask-drift = k: keep it, a: restore the step, ?
demo-ask-kept = your own change would go. k: keep it, space: let it go
demo-ask-rebuild = r: try again, space: go on, ?
demo-ask-quit = End the demo? y: yes, other: no
demo-ask-interrupt = Ctrl-C again ends it, q asks
demo-ask-back = ↑ ↓: pages, other keys: on
demo-ask-part = part { $number } of { $of }  ← →, other keys: on
demo-ask-type = any key types, Enter: run, Esc: by itself
demo-ask-jump = step: { $words }_ { $found }
demo-in-your-shell = ! opens your shell, where that command means the demo's own stack
demo-runs-on = Engine: { $engine }
demo-address = Open { $url }
demo-ask-guess = the room says: { $words }_ (Enter; empty: skip)
demo-failed = r asks again · a makes the step as the lesson has it and asks again · space goes on as it is
demo-built = Built for step { $number }: { $runs } ({ $seconds } s).
demo-built-idle = Built for step { $number }: nothing runs ({ $seconds } s).
demo-restored = Step { $number } is as the lesson has it: { $runs }.
demo-restored-idle = Step { $number } is as the lesson has it.
demo-restored-nothing = Nothing to do: step { $number } is as the lesson has it already.
demo-mended-files = Put back: { $files }
demo-last = That was the last step. Nothing is taken down before you end the demo.
demo-leaving = Taking the demo down ...
demo-ended = The demo is over after { $time } (planned: { $planned }). Its stack and its folder are gone.
demo-slept = This machine slept for { $minutes } min. That is not counted; r asks the checks again.
demo-detour = Your shell, in { $dir }. `exit` comes back here.
demo-no-shell = { $shell } cannot be started: { $reason }
demo-drift = This has changed:
demo-drift-none = Nothing has changed.
demo-drift-count = { $service }: { $before } before, { $after } now
demo-drift-restarted = { $service }: { $count } restarted
demo-no-pace = a pace is slow, normal, fast, or a factor from 0.1 to 100

demo-key-next = space, →, Enter
demo-does-next = next; while something appears: all of it at once
demo-key-back = ←
demo-does-back = back to the start of this step, then to the step before
demo-key-jump = g
demo-does-jump = to a step of the list: ↑ ↓, its number, or a word of its title
demo-key-up = ↑, ↓
demo-does-up = back through what has scrolled away, and forth
demo-key-explain = e
demo-does-explain = the change part by part: ← →, the part at hand bright
demo-key-again = r
demo-does-again = the same again: the command, the checks
demo-key-restore = a
demo-does-restore = this step as the lesson has it
demo-key-skip = s, Tab
demo-does-skip = what is being typed, at once
demo-key-hold = t
demo-does-hold = a command is typed and runs at your next key, or at once again
demo-key-hand = m
demo-does-hand = commands by your own hands: each key types, Enter runs; m or Esc: by themselves again
demo-key-pace = +, -
demo-does-pace = faster, slower
demo-key-pause = p
demo-does-pause = pause; the clock stands still
demo-key-blank = b, .
demo-does-blank = a blank screen; any key brings it back
demo-key-clean = c
demo-does-clean = a clean screen for the room: clock and keys are in the notes alone
demo-key-detour = !, d
demo-does-detour = your own shell, in the demo's folder
demo-key-notes = workshop notes
demo-does-notes = in a second terminal: speaker notes and time
demo-key-quit = q
demo-does-quit = end the demo (asks); Ctrl-C twice does not ask

notes-waiting = No demo plays in this folder yet: workshop demo { $lesson }
notes-before = The demo is about to begin.
notes-ended = The demo has ended.
notes-place = Step { $number } of { $of } · { $time } of { $planned }
notes-on-time = on time
notes-ahead = ahead by { $by }
notes-behind = behind by { $by }
notes-more = ↑ { $above }  ↓ { $below } more lines
notes-paused = paused
notes-leave-out = to catch up, leave out step { $number } ({ $time }): { $title }

preflight-screen = screen
preflight-size = { $columns } columns, { $rows } rows
preflight-screen-fix = Make the window or its letters larger or smaller: 80 columns and 24 rows show a step well
preflight-colors = colours
preflight-colors-yes = yes
preflight-colors-no = none
preflight-colors-fix = Take NO_COLOR out of the environment, or choose another terminal: changes are easier to see in colours
preflight-fallback = fallback recording
preflight-fallback-none = none in this folder
preflight-fallback-made = { $file }, { $days ->
    [0] made today
    [one] 1 day old
   *[other] { $days } days old
}
preflight-fallback-fix = Make one: workshop demo { $lesson } --auto --record fallback.cast
preflight-ready = Ready: every step passed on this machine, just now.
preflight-not-ready = Not ready: { $count ->
    [one] one thing above is in the way
   *[other] { $count } things above are in the way
}.
preflight-failed = Not ready: not every step passed; see above.

replay-mark = RECORDING
replay-made = RECORDING of { $date }, not live: { $title }
replay-made-once = RECORDING, not live: { $title }
replay-ended = The recording has ended.
replay-small = The recording was made on a screen of { $columns } columns and { $rows } rows; this one is smaller, so long lines are broken.
replay-ask-begin = space: begin
replay-ask-quit = End it? y: yes, other: no
replay-ask-interrupt = Ctrl-C again ends it
replay-paused = paused: space goes on
replay-keys = space: pause, →: skip a wait

cast-io = { $path }: { $reason }
cast-unfinished = the recording { $path } could not be written to its end: { $reason }
cast-exists = { $path } is there already: choose another name for the recording
cast-none = { $path } is not a recording (asciicast v2): its first line is not the header of one
cast-version = { $path } is an asciicast of version { $version }; only version 2 can be played
cast-line = { $path }, line { $line }: { $reason }
cast-no-size = the header does not say how wide and how high the screen was
cast-no-event = this is not [time, kind, text]
cast-no-time = the time makes no sense
cast-backwards = the time is earlier than on the line before
cast-too-long = the line is far too long
cast-not-text = this is not UTF-8
cast-cut = { $path } is cut off at line { $line }; it is played up to there.

report-traffic = { $failed ->
    [0] { $sent ->
        [one] 1 request
       *[other] { $sent } requests
    }, none failed
   *[other] { $sent ->
        [one] 1 request
       *[other] { $sent } requests
    }, { $failed } failed
}
report-script-sum = { $count ->
    [one] 1 step, { $minutes } min planned
   *[other] { $count } steps, { $minutes } min planned
}
report-script-left-out = left out: its state is made, and not shown
report-script-copies = copies { $count ->
        [one] 1 file
       *[other] { $count } files
    }
report-script-requests = { $count ->
    [one] 1 request, as a browser sends it
   *[other] { $count } requests, as a browser sends them
}
report-script-checks = checks: { $ids }
report-script-predictions = predictions: { $ids }
report-script-questions = questions: { $ids }
report-no-notes = no notes
