# A learner in a room.

in-room-address-unclear = that is no address of a room: it looks like http://192.168.0.7:7100, as the presenter shows it
in-room-address-encrypted = this program speaks to rooms over http only, without encryption: open that address in a browser, or ask the presenter for one that begins with http://
in-room-sends = If you join, the room at { $address } is told: the step you are at and for how long, what came of each check, the title and the message of the first check that does not pass, hints that you read, a raised hand, votes, and your name there.
in-room-never = Never: your files, your commands, their output. `workshop leave` ends it, and the room forgets what it was told.
in-room-open = The connection is not encrypted: others in the same network could read along.
ask-join = Join the room?
in-room-not-joined = Not joined; nothing was sent.
in-room-joined = You are in the room "{ $room }" as { $name }.
in-room-already = You are in the room "{ $room }" already, as { $name }.
in-room-in = Room "{ $room }", as { $name }.
in-room-none = you are in no room: workshop join URL CODE, with what the presenter shows
in-room-shown = The presenter is at step { $number } of { $of } of lesson { $lesson }: { $title }.
in-room-nothing-shown = The presenter shows no step at the moment.
in-room-waiting = { $count ->
    [one] One result waits here until the room answers; nothing is lost.
   *[other] { $count } results wait here until the room answers; nothing is lost.
}
in-room-ended = The room "{ $room }" has ended, or does not know you any more. Nothing more is sent to it.
in-room-left = You have left the room "{ $room }", and it forgot what it was told.
in-room-left-here = You have left the room "{ $room }": nothing more is sent. It could not be told, so it keeps what it has.
in-room-hand-help = Your hand is up: the presenter sees that you need help.
in-room-hand-done = The presenter sees that you are done.
in-room-hand-down = Your hand is down.
in-room-later = The room does not answer now; it is told as soon as it does.
in-room-no-poll = The room is asked nothing at the moment.
in-room-poll-closed = The vote is over. The answer: { $answer }
in-room-poll-over = this vote is over
in-room-voted = You voted: { $answer }
in-room-votes = { $count } × { $answer }
in-room-vote-long = an answer has between 1 and { $most } characters
ask-vote = What do you expect?
in-room-no-lesson = no lesson has been started in this folder
in-room-other-lesson = the presenter is in lesson { $lesson }, and this folder has lesson { $here }

in-room-away = nobody answers at { $address }
in-room-silent = { $address } does not answer in time
in-room-other = what answers at { $address } is no room
in-room-code-wrong = the room does not know this code: type the learners' code as the presenter shows it
in-room-slow-down = the room takes no more attempts for now, since too many codes were wrong: wait a minute, then try again
in-room-full = the room is full: ask the presenter
in-room-unknown = the room at { $address } has ended, or does not know you any more
in-room-elsewhere = the room does not answer to the name in { $address }: ask for it by the address that the presenter shows
in-room-not-kept = the room cannot write anything down at the moment: tell the presenter
in-room-refused = the room refused that ({ $word })

next-join = Join again with what the presenter shows: workshop join URL CODE
next-in-room = Go on as always. If you are stuck: workshop hand help
next-room-away = Is the room still open, and are you in the same network? Ask the presenter.
next-catch-up = To have your files and stack at that step: workshop catch-up
next-vote = To vote: workshop vote ANSWER
next-room-start = Begin there: workshop start { $lesson } --at { $step }
next-room-start-elsewhere = In an empty folder: workshop start { $lesson } --at { $step }

# A demo and its presenter's room.

ask-demo-room = Your room at { $address } is open. Tell it what the demo shows?
demo-room-none = no room of yours is open on this machine
next-demo-room = Open it in another terminal: workshop room
demo-room-away = The room does not answer; it is told as soon as it does.
demo-votes = The room: { $votes }
demo-ask-votes = the room says: { $words }_ · { $votes } (Enter takes the most; Esc skips)
demo-address-shared = Everybody in this network can open { $url }. It is not encrypted; it ends with the demo.
demo-address-not-shared = Others cannot open { $url }: its port answers on this computer alone, as the Compose file or the engine publishes it.
demo-address-no-network = Others cannot open { $url }: this computer is in no network.
