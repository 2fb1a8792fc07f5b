# Checks that ask the running servers themselves.

check-exec-pass = { $count ->
    [one] `{ $command }` succeeded
   *[other] `{ $command }` succeeded in all { $count }
}
check-exec-failed = `{ $command }` failed in { $replica } (code { $code })
check-exec-lacks = what `{ $command }` says in { $replica } is not what it should be

check-image-size-pass = the image is { $size }
check-image-size-large = the image is { $size }: it still carries what only the build needed
check-image-size-none = without Docker there are no images, so there is no size to measure

check-upstream-log-pass = { $count ->
        [one] 1 line,
       *[other] { $count } lines,
    } and every server among their upstream addresses
check-upstream-log-few = { $count ->
    [0] no line of the log has "{ $part }" yet
    [one] only 1 line of the log has "{ $part }"
   *[other] only { $count } lines of the log have "{ $part }"
}
check-upstream-log-wanted = { $count ->
    [one] at least 1 line
   *[other] at least { $count } lines
}
check-upstream-log-no-address = { $service } logs the requests, but not where they went: the log format needs $upstream_addr
check-upstream-log-left-out = by the log, no request went to { $names }

check-favours-pass = { $service } answered { $count }, the slower { $over } { $other }
check-favours-even = { $service } answered { $count } and { $over } { $other }: nginx does not look at who is busy
check-favours-expected = { $service } answers at least { $times } times as many
check-favours-silent = { $service } answered nothing at all

check-sticky-pass = { $count ->
        [one] 1 client,
       *[other] { $count } clients, each
    } always at the same server; { $replicas ->
        [one] 1 server
       *[other] { $replicas } servers
    } in use
check-sticky-wanders = { $client } was answered by several servers: { $names }
check-sticky-one = { $count ->
        [one] the one client
       *[other] all { $count } clients
    } went to { $replica }: nginx sees a single address for all of them; let it read the client's from { $header }
check-sticky-unknown = no answer said which server it came from

check-cache-share = { $percent } of the look-ups were hits ({ $hits } of { $all })
check-cache-few = the cache is hardly used: most look-ups found nothing
check-cache-unused = nobody has looked anything up in { $service } yet
check-cache-locked = { $service } wants a password: its own environment needs REDISCLI_AUTH
check-cache-silent = { $service } gave no statistics

check-scaling-at = { $count ->
    [one] 1 server, { $requests } answers
   *[other] { $count } servers, { $requests } answers
}
check-scaling-pass = { $count } servers answer { $gain } times as many requests as 1: { $percent } of linear
check-scaling-expected = at least { $gain } times as many ({ $percent } of linear)
check-scaling-observed = { $gain } times as many with { $count } servers
check-scaling-left-out = under load with all servers, { $names } answered next to nothing: they were not measured together
check-scaling-generator = inconclusive: the load generator itself was the limit ({ $percent } of its CPU). This says nothing about your servers; close other programs, or give the servers less CPU
check-scaling-host = inconclusive: this machine ran out of CPU ({ $percent } in use, most of it by { $part }). This says nothing about your servers; close other programs, or give the servers less CPU
check-scaling-waiting = { $count } servers answer only { $gain } times as many, and each works less than one did alone: they wait for something that they share
check-scaling-short = { $count } servers answer only { $gain } times as many requests as 1
check-scaling-head-servers = servers
check-scaling-head-rate = requests/s
check-scaling-head-gain = gain
check-scaling-head-p99 = p99
check-scaling-head-errors = errors
check-scaling-head-part = CPU (cores)
check-scaling-head-with = { $count ->
    [one] with 1
   *[other] with { $count }
}
check-scaling-command = this command failed, so it could not be measured: { $command }
check-scaling-prepare = the request before the load was not answered as it should be: { $request }

check-image-pass = { $services ->
    [one] the image of { $service } is as it should be
   *[other] the images are as they should be: { $service }
}
check-image-none = without Docker there are no images, so there is nothing to look at
check-image-wrong = { $replica }: { $what }
check-image-user = the image runs as another user
check-image-root = root
check-image-not-root = a user other than root
check-image-label = the image's label { $name } has another value
check-image-env = the image sets { $name } to another value
check-image-ports = the image does not say that it listens on this port
check-image-its-size = the image is too large
check-image-layers = the image has too many layers

check-variable-pass = { $count ->
    [one] { $name } is as it should be in the running replica
   *[other] { $name } is as it should be in all { $count } running replicas
}
check-variable-wrong = { $name } has another value in { $replica }; a container keeps what it was given when it was made
check-variable-unseen = the environment of { $replica } cannot be seen on this engine

check-command-pass = { $count ->
    [one] `{ $command }` ended as it should (code { $code })
   *[other] `{ $command }` ended as it should in all { $count } (code { $code })
}
check-command-in = { $replica }: { $what }
check-command-code = `{ $command }` ended with another code
check-command-exit = code { $code }
check-command-output = `{ $command }` says something else
check-command-errors = `{ $command }` says something else on standard error
program-none = there is no program to run
program-missing = { $program } is not on this machine. Install it, or check that it is in the PATH
program-refused = { $program } could not be started. Check that you may run it
program-too-long = { $program } was ended after { $seconds } seconds

check-sql-pass = { $service } answered as it should: { $query }
check-sql-failed = { $service } did not answer the query: { $query }
check-sql-wrong = { $service } answered something else: { $query }
check-sql-same = { $service } answers the same as { $other }: { $query }
check-sql-rows = { $count ->
    [one] 1 row
   *[other] { $count } rows
}

check-replication-silent = the database of { $service } did not say how its replication stands
check-replicates-pass = { $service } follows { $source } by GTID ({ $server }): both threads run, nobody writes to it, { $lag }
check-replicates-nobody = { $service } ({ $server }) follows nobody: it has never been told whom to follow, or was told to stop for good
check-replicates-same-id = { $service } and { $source } both have server id { $id }: each takes the other's changes for its own and drops them
check-replicates-twins = { $service } and { $other } both have server id { $id }: { $source } cannot tell them apart, and cuts one off when the other comes
check-replicates-no-log = { $source } keeps no binary log, so there is nothing for { $service } to follow
check-replicates-stopped = { $service } does not follow { $source } now: neither of its threads runs. Start both: START REPLICA
check-replicates-io = { $service } does not receive from { $source }: its receiving thread does not run
check-replicates-sql = { $service } does not apply what it receives from { $source }: its applying thread does not run
check-replicates-other = { $service } follows another server than { $source }
check-replicates-id = server id { $id }
check-replicates-no-gtid = { $service } follows { $source } by file and offset, not by GTID: it cannot find its place at another server
check-replicates-writable = { $service } follows { $source } and takes writes too: what is written there stands nowhere else
check-lag-seconds = { $seconds } s behind
check-lag-unknown = lag unknown (NULL)
check-lag-pass = { $service } is { $seconds } s behind
check-lag-unknown-pass = { $service } does not know how far behind it is (NULL; receiving: { $io }, applying: { $sql }): that is not 0
check-lag-null = { $service } does not know how far behind it is (NULL; receiving: { $io }, applying: { $sql }). NULL is not 0: nothing arrives
check-lag-known = { $service } knows how far behind it is: { $lag }
check-lag-over = { $service }: { $lag }, more than { $limit } s
check-lag-under = { $service }: { $lag }, less than { $limit } s
check-stale-pass = { $service } was asked { $after } ms after the write ({ $path }) and did not have it. It had it after { $behind } ms: that read lied
check-stale-fresh-pass = { $service } was asked { $after } ms after the write ({ $path }) and had it
check-stale-lies = { $service } was asked { $after } ms after the write ({ $path }) and did not have it; { $arrived }
check-stale-arrived = it came after { $behind } ms
check-stale-not-arrived = it never came
check-stale-never = { $service } was asked { $after } ms after the write ({ $path }) and never got it. It is not late: it does not follow
check-stale-true = { $service } was asked { $after } ms after the write ({ $path }) and had it already: nothing holds it back
check-own-writes-pass = { $all } writes, each read at once: none missing. The reads took { $p50 } ms (median), { $most } ms at most
check-own-writes-missing = { $missing } of { $all } writes were missing in the very next read. The reads took { $p50 } ms (median), { $most } ms at most
check-own-writes-stale-pass = { $missing } of { $all } writes were missing in the very next read. The reads took { $p50 } ms (median), { $most } ms at most
check-own-writes-all-there = all { $all } writes were there in the very next read: nothing was stale
check-writes-pass = { $sent ->
    [one] the one write was acknowledged, and { $service } has it
   *[other] { $acknowledged } of { $sent } writes were acknowledged, and { $service } has every one of them
}
check-writes-lost = { $missing } of { $acknowledged } acknowledged writes are not in { $service }: whoever was told "done" was told wrong
check-writes-lost-pass = { $missing } of { $acknowledged } acknowledged writes are not in { $service }: "done" was said before a replica had them
check-writes-none-lost = { $service } has all { $acknowledged } acknowledged writes: none was lost this time
check-writes-none = { $sent ->
    [one] the one write was not acknowledged before anything happened: writing itself does not work
   *[other] none of { $sent } writes was acknowledged before anything happened: writing itself does not work
}
