# What checks say: one sentence that names the thing, and why it matters.

state-created = created, not started
state-running = running
state-starting = running, health check not passed yet
state-healthy = running, healthy
state-unhealthy = running, unhealthy
state-restarting = restarting again and again
state-paused = paused
state-exited = exited with code { $code }
state-dead = dead
state-removing = being removed

node-ready = ready
node-down = down
node-unknown = not heard from yet
node-pause = takes no new replicas
node-drain = drained
node-leader = leader
node-manager = manager
node-manager-unreachable = manager that the others do not reach

check-list = { $items }
check-none = nothing
check-replica-state = { $name } ({ $state })

check-not-observed = this could not be looked at
check-ended = { $replica } has ended and does not come up ({ $state }). Its last words:
check-unhealthy = { $replica } does not get well ({ $state }). Its last words:
check-not-asked-ended = not asked: what has ended above must run first
check-not-asked-yet = not asked: the checks above must pass first, because this one changes the running stack
check-not-asked-environment = not checked: fix the environment problem above first
check-no-entry = the application does not answer: its port is not published, so the stack is not running
check-old-image = { $service } still runs an image from before your change of { $file }: { $command }
check-stack-not-running = nothing runs in this workspace yet

check-tree-pass = { $count ->
        [one] the file is in place
       *[other] all { $count } files are in place
    }
check-tree-nested = the app is one folder too deep, in workshop/{ $start }: `cp -r` put it inside because workshop/ was there already. Move it up with: cp -r workshop/{ $start }/. workshop/ && rm -r workshop/{ $start }
check-tree-empty = the app is not in workshop/ yet: copy { $start } there, or let `workshop apply` do it
check-tree-missing = { $file } is missing
check-tree-observed = { $count ->
    [one] 1 file is missing: { $names }
   *[other] { $count } files are missing: { $names }
}

check-file-pass = { $file } is as it should be
check-file-absent-pass = { $file } is gone
check-file-still-there = { $file } is still there
check-file-lacks = { $file } does not say this yet
check-file-says = { $file } still says this
check-file-value = in { $file }, { $path } has another value
check-file-format = the lesson does not say how { $file } is written: its check needs `format`
document-not-json = this is not JSON
document-not-toml = this is not TOML: { $reason }
check-file-in-the-way = { $reason } `workshop reset` moves it aside and puts the lesson's file there.
check-file-broken = { $file } cannot be read: { $reason }

check-compose-pass = { $path } is right
check-compose-absent-pass = { $path } is gone
check-compose-absent-expected = no { $path }
check-compose-still-there = { $path } is still there
check-compose-missing = { $path } is not in the compose file
check-compose-value = { $path } has another value

check-comment-pass = a comment at { $path } says how to scale
check-comment-missing = no comment at { $path } says how to scale it
check-comment-observed = { $count ->
    [0] no comment there
    [one] 1 comment there, about something else
   *[other] { $count } comments there, about something else
}

check-environment-pass = { $services ->
    [one] { $service } gets { $key } from the environment
   *[other] each gets { $key } from the environment: { $service }
}
check-environment-missing = { $service } gets no { $key }
check-environment-no-file = { $file } is named under env_file, but there is no such file that can be read
check-environment-dotenv-only = { $key } is set in .env, but { $service } does not get it: .env only fills in variables of the compose file. Name { $key } under environment
check-environment-fixed = { $key } is written into the compose file, so it cannot be changed from outside
check-environment-empty = { $key } would be empty: give it a value in .env, or a default

check-volume-pass = { $path } lies on the shared mount { $target }
check-volume-missing = { $path } lies in the container itself: every replica would have a database of its own
check-volume-not-shared = what is mounted at { $target } is not shared between replicas, or cannot be written
check-volume-read-only = what is mounted at { $target } is read-only, and a database must be written
check-volume-tmpfs = what is mounted at { $target } is memory: each replica has its own, and it is gone when the replica stops
check-volume-anonymous = the volume at { $target } has no name: every replica gets a new one of its own
check-volume-at-the-file = the mount is at the database file { $target } itself: a volume is a folder, and SQLite keeps more files beside that one
check-volume-no-value = { $key } has no value, so it is not known where the database lies
check-volume-not-own = { $service } lies on the same files as { $other }: { $source }. Two databases that write to the same files destroy them
check-volume-not-absolute = { $key } does not name an absolute path, so the file lands in the container itself
check-volume-not-sqlite = { $key } is no sqlite: URL, and the backend knows SQLite alone

check-networks-pass = { $services } are on { $network }
check-networks-not-on = { $service } is not on { $network }
check-networks-renamed = the network { $network } is really called { $name }: leave out its `name:`, or write { $network } there

check-published-pass = { $services ->
    [one] { $service } publishes its port { $target }
   *[other] each publishes its port { $target }: { $service }
}
check-published-none-pass = { $services ->
    [one] { $service } can be reached from inside only
   *[other] these can be reached from inside only: { $service }
}
check-published-none-expected = no published port
check-published-still = { $service } still publishes a port: only one container can have it, and what comes in there goes past the load balancer
check-published-missing = { $service } does not publish its port { $target }
check-published-host-network = { $service } uses the host's network, so each of its ports is reachable
check-published-protocol = { $service } publishes its port { $target } for { $protocol } alone: a browser speaks TCP
check-published-address = { $service } publishes its port { $target } at { $address } alone: this machine is asked at localhost
check-published-internal = the port { $target } of { $service } is published, but its network { $network } is `internal`: Docker opens no port there
check-published-mode = with `network_mode: { $mode }` Docker publishes no port of { $service }

check-reach-networks = { $from } does not find { $to }: they share no network
check-reach-mode = { $from } does not find { $to } by its name: { $service } uses `network_mode: { $mode }`
check-reach-clash = { $other } is called { $host }, too: some requests for { $to } go there

check-instances-pass = { $services ->
    [one] { $count ->
        [one] { $service } stays a single instance
       *[other] { $service } has { $count } instances
    }
   *[other] { $count ->
        [one] each stays a single instance: { $service }
       *[other] each has { $count } instances: { $service }
    }
}
check-instances-other = the compose file asks for { $count ->
        [one] 1 instance
       *[other] { $count } instances
    } of { $service }

check-depends-on-pass = { $condition ->
    [service_healthy] { $services ->
        [one] { $service } waits for the health of { $on }, and for nothing else
       *[other] each waits for the health of { $on }, and for nothing else: { $service }
    }
   *[other] { $services ->
        [one] { $service } waits for { $on } to start, and for nothing else
       *[other] { $service } wait for { $on } to start, and for nothing else
    }
}
check-depends-on-missing = { $service } does not depend on { $on }
check-depends-on-extra = { $service } also depends on { $on }
check-depends-on-condition = { $wanted ->
    [service_started] { $service } waits for { $on } under another condition ({ $condition }), and such a wait can be held up by any one of many replicas
    [service_healthy] { $service } waits for { $on } under another condition ({ $condition }): a container that has started is not ready yet
   *[other] { $service } waits for { $on } under another condition ({ $condition })
}

check-nginx-pass = { $directive }
check-nginx-missing = { $directive } is not in force for { $path }
check-nginx-other = { $directive } has another value
check-nginx-no-location = no location in { $file } serves { $path }
check-nginx-refused = nginx does not start: { $reason }
check-nginx-unread = nginx does not read { $file }: no file below /etc/nginx that it includes comes from there
check-nginx-not-there = { $service } does not get { $file }: nothing mounts or copies it below /etc/nginx
check-nginx-command = { $service } starts `{ $command }`, which does not keep nginx serving with its usual file
check-nginx-port = requests come to nginx at port { $port }, and it listens elsewhere: { $seen }

check-proxy-pass = { $path } is passed on to { $service }
check-proxy-none = the location that serves { $path } passes it on to no server: it has no proxy_pass
check-proxy-elsewhere = { $path } is passed on to something else than { $service }: { $seen }
check-proxy-localhost = { $path } is passed on to { $seen }: in a container that is the container itself, here nginx and not { $service }
check-proxy-upstream-port = { $name } is an upstream, and its servers have ports of their own: with :{ $port } behind its name nginx does not start
check-proxy-path-changed = { $path } reaches the backend under another path, because proxy_pass ends in { $uri }
check-proxy-answers = { $request }: nginx answers { $status } by itself and passes nothing on to { $service }
check-proxy-closes = { $request }: nginx closes the connection without an answer
check-proxy-tls = { $request } is passed on with TLS (https://), and { $service } speaks plain HTTP
check-proxy-all-down = { $request }: every server of the upstream is marked down, so nobody is left to answer
check-proxy-other-target = { $request } reaches { $service } as { $seen }
check-proxy-other-host = { $request } goes to { $seen }, not to { $service }

check-proxy-header-pass = sent on to the backend: { $line }
check-proxy-header-missing = the header { $name } is not sent on for { $path }
check-proxy-header-hidden = the header { $name } is set here, outside of the location, but does not reach { $path }: one proxy_set_header inside the location hides all of those around it
check-proxy-header-answer = add_header puts { $name } into the answer to the browser; to send it on for { $path }, use proxy_set_header
check-proxy-header-other = the header { $name } is sent on with another value
check-proxy-header-cleared = { $line } (an empty value: nginx leaves the header out)
check-proxy-header-below = for { $path } the header { $name } is sent on with another value

check-upstream-group-pass = requests go through the upstream { $name }
check-upstream-no-group = { $path } is passed on to a name, not to an upstream
check-upstream-unused = the upstream { $name } is there, but { $path } is still passed on to a name and not to it
check-upstream-keepalive-pass = up to { $count } idle connections are kept open
check-upstream-resolve-pass = { $name } looks its server's name up again while nginx runs
check-upstream-lacks = the upstream { $name } lacks: { $directive }
check-upstream-resolver-inside = the upstream { $name } does not see this resolver: it stands inside a server or location. Move it to the top of the file
check-upstream-stale = an address counts for too long: without a short `valid` nginx keeps what Docker's DNS said for up to 10 minutes, so { $name } misses new replicas
check-upstream-resolver-other = the resolver of { $name } is not Docker's: only 127.0.0.11 knows the names of services

check-replicas-pass = { $services ->
    [one] { $count ->
        [one] exactly 1 replica of { $service } runs and is ready
       *[other] exactly { $count } replicas of { $service } run and are ready
    }
   *[other] { $count ->
        [one] exactly 1 replica of each runs and is ready: { $service }
       *[other] exactly { $count } replicas of each run and are ready: { $service }
    }
}
check-replicas-none = no replica of { $service } runs
check-replicas-count = { $count ->
    [one] 1 replica of { $service } is there, not { $wanted }
   *[other] { $count } replicas of { $service } are there, not { $wanted }
}
check-replicas-troubled = { $replica } does not get ready: { $state }. See: workshop compose logs { $service }
check-replicas-starting = { $count ->
    [one] 1 replica is not ready yet: { $names }
   *[other] { $count } replicas are not ready yet: { $names }
}
check-replicas-left = { $count ->
    [one] 1 replica was created and never started: { $names }. Bring it up again
   *[other] { $count } replicas were created and never started: { $names }. Bring them up again
}
check-replicas-expected = { $count ->
    [one] 1 ready replica of { $service }
   *[other] { $count } ready replicas of { $service }
}
check-replicas-observed = { $replicas }

check-refused-name = refused, for a container name belongs to one container: { $said }
check-refused-port = refused, for a port of this machine belongs to one container: { $said }
check-refused-expected-name = refused for its container name
check-refused-expected-port = refused for its published port
check-refused-not = { $command } was not refused: the file does not say any more what is in the way
check-refused-otherwise = { $command } failed, but for another reason

check-reachable-pass = { $services ->
    [one] every replica of { $service } can be reached from inside only, on the right network
   *[other] every replica can be reached from inside only, on the right network: { $service }
}
check-reachable-published = { $replica } is published at port { $port } of this machine
check-reachable-not-published = { $replica } is not published
check-reachable-network = { $replica } is not on { $network }: the stack still runs with the old file

check-unchanged-pass = everything that ran before runs on, with its old start time
check-unchanged-restarted = { $count ->
    [one] only { $names } was restarted; everything else kept its start time
   *[other] only { $names } were restarted; everything else kept its start time
}
check-unchanged-none-restarted = nothing was restarted since the start of the step ({ $since })
check-unchanged-too-many = { $count ->
    [one] { $names } was restarted since the start of the step ({ $since }). Do the step again from there: workshop apply
   *[other] { $count } were restarted since the start of the step ({ $since }): { $names }. Do the step again from there: workshop apply
}
check-unchanged-earlier = as it was then
check-unchanged-ago = { $unit ->
    [seconds] { $count ->
        [one] 1 second ago
       *[other] { $count } seconds ago
    }
    [minutes] { $count ->
        [one] 1 minute ago
       *[other] { $count } minutes ago
    }
    [hours] { $count ->
        [one] 1 hour ago
       *[other] { $count } hours ago
    }
   *[days] { $count ->
        [one] 1 day ago
       *[other] { $count } days ago
    }
}
check-unchanged-expected = { $count ->
    [0] no new start time
    [one] 1 new start time
   *[other] { $count } new start times
}
check-unchanged-down = { $replica } is not running: { $state }
check-unchanged-no-baseline = there is nothing to compare with yet. Do the step from its start: workshop apply

check-http-pass = { $count ->
    [one] 1 request answered as it should be
   *[other] { $count } requests answered as they should be
}
check-http-no-answer = { $request } got no answer: { $failure }
check-http-status = { $request } was answered with { $status }
check-http-content-type = { $request } was answered with another kind of content
check-http-not-json = { $request } was not answered with JSON
check-http-value = in the answer to { $request }, { $pointer } has another value
check-http-header = in the answer to { $request }, the header { $header } has another value
check-http-body = the body of the answer to { $request } is not what it should be

wanted-contains = contains { $text }
wanted-lacks = does not contain { $text }
wanted-regex = matches { $pattern }
wanted-exists = is there
wanted-absent = is not there
wanted-same = { $value }, as kept before ({ $name })
wanted-differs = another one than { $value }, kept before ({ $name })
wanted-not-kept = something kept before as { $name }, and nothing was

check-requests-failed = { $count ->
    [one] 1 of { $all } requests failed
   *[other] { $count } of { $all } requests failed
}

check-spread-pass = { $count ->
        [one] the one replica
       *[other] all { $count } replicas
    } served, by their answers and by their logs ({ $requests ->
        [one] 1 request
       *[other] { $requests } requests
    })
check-spread-left-out = { $count ->
    [one] 1 of { $all } { $services ->
        [one] { $service } replicas
       *[other] servers
    } received no request ({ $names }): { $reason }
   *[other] { $count } of { $all } { $services ->
        [one] { $service } replicas
       *[other] servers
    } received no request ({ $names }): { $reason }
}
check-spread-silent = { $silent } of { $all } replicas got no request ({ $names }): { $reason }
check-spread-not-silent = { $silent } of { $all } replicas got no request, and { $wanted } were to be seen without one. Do the step from its start: workshop apply
check-spread-stale-name = nginx resolved "{ $service }" when it started, before you scaled
check-spread-resolved-once = nginx resolves "{ $service }" only once, when it starts
check-spread-stale-server = nginx resolved "{ $service }" when it started, before this container was there. Let it look again: workshop compose exec { $entry } nginx -s reload
check-spread-unknown-reason = nginx does not send them any; look at the upstream in { $file }, and whether a server rests after failures (fail_timeout)
check-spread-starved = { $replica } received only { $count ->
        [one] 1 request
       *[other] { $count } requests
    }, far from an even share
check-spread-not-logged = { $count ->
    [one] 1 answer came from { $replica }, but that replica's log does not know the request ({ $id })
   *[other] { $count } answers are in no log of the replica that gave them, the first from { $replica } ({ $id })
}
check-spread-run-together = two requests stand in one line of { $replica }'s log: they were written at once, and ran together
check-spread-one-line = one line a request, written as a whole with its line end (docs/app-contract.md)
check-spread-expected = at least { $count ->
        [one] 1 request
       *[other] { $count } requests
    } at each replica

check-logs-pass = { $count ->
    [one] 1 replica wrote it, seen in its log
   *[other] { $count } replicas wrote it, each seen in its own log
}
check-logs-live-pass = { $count ->
    [one] a new line arrived from 1 replica
   *[other] new lines arrived from { $count } replicas
}
check-logs-silent = no log line from { $names }
check-logs-live-silent = no new log line from { $names }
check-logs-live-has = { $count ->
    [one] 1 replica wrote it: { $seen }
   *[other] all { $count } replicas wrote it: { $seen }
}
check-logs-live-lacks = the new log lines of { $names } do not have: { $parts }
check-logs-missing = { $count ->
    [0] no replica's log has a line of yours with: { $parts }
    [one] only 1 replica's log has a line of yours with: { $parts } ({ $wanted } wanted)
   *[other] only { $count } replicas' logs have a line of yours with: { $parts } ({ $wanted } wanted)
}
check-logs-expected = { $count ->
    [one] 1 replica
   *[other] { $count } replicas
}
check-logs-observed = { $count ->
    [0] no replica
    [one] 1 replica
   *[other] { $count } replicas
}

check-responsive = 95% of { $count ->
        [one] 1 request
       *[other] { $count } requests
    } answered within { $p95 }
check-responsive-slow = the page is slow: 95% of the requests took up to { $p95 }

check-steady-pass = { $count ->
        [one] 1 request
       *[other] { $count } requests
    } while it changed, none failed; the slowest took { $longest }
check-steady-expected = no failed request during: { $commands }
check-steady-command-failed = this command failed: { $command }

check-shared-data-pass = written through { $writer }, read through { $count ->
        [one] the one replica
       *[other] all { $count } replicas
    }
check-shared-data-blind = { $names } cannot see what { $writer } wrote: the replicas do not share a database
check-shared-data-apart = { $writer } stored it, and { $names } cannot find it: { $seeing } of { $count } replicas show the post
check-shared-data-not-apart = every replica shows what { $writer } wrote: they share a database already
check-shared-data-expected = the same data at every replica
check-shared-data-observed = not found at { $names }
check-shared-data-silent = { $names } gave no answer, so it is not known what it sees

check-nothing-left-pass = { $images ->
    [yes] no container, network, volume or built image of this workspace is left
   *[no] no container, network or volume of this workspace is left
}
check-nothing-left-some = { $count ->
    [one] 1 thing of this workspace is left
   *[other] { $count } things of this workspace are left
}
check-nothing-left-volumes-kept = { $count ->
    [one] no container or network of this workspace is left; its volume is still there: { $names }
   *[other] no container or network of this workspace is left; its { $count } volumes are still there: { $names }
}
check-nothing-left-volumes-gone = the volumes of this workspace are gone too, and the data with them
check-nothing-left-volumes-expected = the volumes, and nothing else

check-question-open = not answered yet
check-question-pass = correct
check-question-wrong = { $answer } is not the answer. Read why, then choose again
check-confirm-open = not confirmed yet
check-confirm-pass = confirmed

check-scaling-held = { $count } servers did { $gain } times what one does: what they share is the limit
check-scaling-not-held = { $count } servers did { $gain } times what one does: nothing that they share holds them up
check-scaling-held-expected = at most { $gain } times
check-load-threshold = the load does not keep { $threshold }: { $seen }
check-load-pass = { $rate } requests a second; half of the answers came within { $p50 }, 99% within { $p99 }, { $failed } of { $count } failed
check-load-slow = 99% of the answers came within { $p99 } only
check-load-idle = { $service } used { $cores } cores and had CPU left, so something else was the limit
check-load-head-p50 = p50
check-outage-pass = answered with { $during } meanwhile, with { $after } afterwards
check-outage-wrong = { $part ->
    [before] before anything was taken away: { $what }
    [during] while it was away: { $what }
   *[after] when it was back: { $what }
}
check-access-log-none = requests for { $path } are not logged
check-access-log-format-none = the log of { $path } has the format "{ $format }", and the file has no such log_format
check-access-log-lacks = the format "{ $format }" does not say { $has }
check-access-log-pass = the log of { $path } says { $has }

check-one-machine = this engine has one machine, so nothing of several nodes can be judged: use an engine with nodes (workshop cluster up --nodes 3 makes one on Linux)
check-unknown-node = no node is called "{ $node }"; the nodes: { $names }
check-node = { $node }{ $down ->
    [yes] {" "}(down)
   *[no] {""}
}: { $count ->
    [0] nothing
   *[other] { $names }
}
check-beside = { $one } · { $other }
check-placement-pass = { $replicas ->
    [one] the one replica of { $service } runs on one node
   *[other] the { $replicas } replicas of { $service } run on { $nodes ->
        [one] one node
       *[other] { $nodes } nodes
    }
}
check-placement-nodes = { $service } runs on { $count ->
    [one] 1 node
   *[other] { $count } nodes
}, and { $wanted } are wanted
check-placement-crowded = { $node } has { $count ->
    [one] 1 replica
   *[other] { $count } replicas
} of { $service }, and at most { $wanted } are to be on one node
check-placement-elsewhere = not on { $nodes }: { $names }
check-placement-forbidden = on { $nodes }, where no replica of { $service } is to be: { $names }
check-update-none = nothing of { $service } was replaced: the commands changed nothing of it
check-update-state = { $state ->
    [completed] the change is complete
    [rollback-completed] the version before is back
    [paused] the change has stopped
    [rollback-paused] going back has stopped
    [updating] replicas are being replaced
    [rollback-started] the version before is being brought back
   *[none] the engine says nothing of a change
}
check-update-ended = { $state ->
    [completed] the new version of { $service } runs everywhere: nothing made the engine take it back
    [rollback-completed] the engine has taken the new version of { $service } back: a new replica failed
    [paused] the change of { $service } has stopped half-way: a new replica failed, and the engine is told to pause then
    [rollback-paused] { $service } is half-way back: a replica of the version before failed too
    [updating] replicas of { $service } are still being replaced when the time is over
    [rollback-started] the version before of { $service } is still being brought back when the time is over
   *[none] { $service } has other replicas, and the engine says nothing of a change
}
check-update-image = { $replica } runs { $image }, and { $wanted } is wanted
check-update-not-ready = { $count } of { $wanted ->
    [one] 1 replica
   *[other] { $wanted } replicas
} of { $service } are ready
check-rolls-pass = { $replicas ->
    [one] the one replica of { $service } was replaced
   *[other] all { $replicas } replicas of { $service } were replaced
} in { $seconds } s; of { $count ->
    [one] 1 request
   *[other] { $count } requests
} none failed, the slowest took { $longest }; never fewer than { $fewest } were ready, { $at_once } changed at once
check-rolls-kept = { $count ->
    [one] not replaced
   *[other] { $count } were not replaced
}: { $names }
check-rolls-below = only { $count ->
    [one] 1 replica
   *[other] { $count } replicas
} of { $service } were ready at a time, and there are never to be fewer than { $wanted }
check-rolls-at-once = { $count ->
    [one] 1 replica
   *[other] { $count } replicas
} of { $service } changed at once, and at most { $wanted } are to
check-rolled-back-pass = the engine went back by itself in { $seconds } s: { $replicas ->
    [one] the one replica
   *[other] all { $replicas } replicas
} of { $service } { $replicas ->
    [one] runs
   *[other] run
} { $image } and { $replicas ->
    [one] is
   *[other] are
} ready{ $asked ->
    [yes] ; of { $count } requests none failed, the slowest took { $longest }
   *[no] {""}
}
check-survives-pass = { $how ->
    [kill] { $node } was without power
   *[cut] { $node } was cut off
}: the managers noticed after { $noticed } s, and after { $replaced } s every replica of { $service } was ready elsewhere; { $failed ->
    [0] of { $count ->
    [one] 1 request
   *[other] { $count } requests
} none failed
   *[other] { $failed } of { $count ->
    [one] 1 request
   *[other] { $count } requests
} failed
}, the slowest took { $longest }; { $lost } did not answer any more
check-survives-failed = { $failed } of { $count ->
    [one] 1 request
   *[other] { $count } requests
} failed while { $node } was away: { $lost } did not answer any more. The managers noticed after { $noticed } s, every replica was ready elsewhere after { $replaced } s, the slowest request took { $longest }
check-survives-late = { $within } s after { $node } was lost, { $ready } of { $wanted ->
    [one] 1 replica
   *[other] { $wanted } replicas
} of { $service } are ready on other nodes; { $known ->
    [no] the managers have not noticed
   *[other] the managers noticed after { $noticed } s
}, and { $failed } of { $count ->
    [one] 1 request
   *[other] { $count } requests
} failed
check-survives-expected = { $count ->
    [0] no failed request
    [one] at most 1 failed request
   *[other] at most { $count } failed requests
}
check-survives-nothing-lost = { $node } had no replica of { $service }: losing it proves nothing
check-survives-away = { $node } is not heard from since it was to come back: workshop cluster heal { $node }
check-survives-at = { $node } is away, { $noticed ->
    [yes] and the managers know
   *[no] not noticed yet
}: { $ready } of { $wanted } ready elsewhere
