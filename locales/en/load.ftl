# load: the load generator and its report

cli-load = Load a server and measure it: throughput, latency, errors, share of each server
cli-load-url = What to load: http://localhost:3004/path; without one, the lesson's own stack. {"{counter}"} and {"{random}"} in it, in headers and in the body are filled in anew each time
cli-load-connections = Connections that each send one request after the other (50); with --rate, the most at once (500)
cli-load-rate = Requests a second, at fixed times, whatever the answers do; latency counts from when each was due
cli-load-stages = Virtual users in ramps: 30s:100,2m:500,30s:0
cli-load-profile = A load by name: standard (up to 500 virtual users over 7 minutes)
cli-load-shorten = Stages or profile in an Nth of their time
cli-load-duration = How long (10s)
cli-load-warm-up = Load before that counts nowhere
cli-load-method = GET, POST ... (GET; with a body POST)
cli-load-header = A header of each request; may be given several times
cli-load-body = Body of each request
cli-load-body-file = Body of each request, from this file
cli-load-timeout = How long a request may take, connecting included (10s)
cli-load-no-keep-alive = A new connection for each request
cli-load-follow = Follow up to so many redirects of a request (0: a redirect is a good answer)
cli-load-threads = Threads that send (1 on up to two cores, else half of the cores)
cli-load-share-header = The answers' header that names the server (x-replica)
cli-load-threshold = A limit to keep, else exit code 1: p99<200ms, errors<1%, rate>1000; may be given several times
cli-load-report = Write a page with plots into this file
cli-load-yes-i-own-this = Load another address than this machine's own; only what is yours, or what you may

## What keeps a run from starting
load-url = { $url } is not a URL that can be read: { $reason }
load-tls = only http is spoken here, not https: { $url }
load-scheme = only http is spoken here, not { $scheme }: { $url }
load-name-not-found = there is no host named { $host }
load-not-ours = { $host } is not this machine ({ $address }): a load test of somebody else's server is an attack on it. What you own, or may load, is loaded with --yes-i-own-this
load-refused = nothing is listening on { $address }
load-unreachable = { $address } does not answer within { $seconds } s
load-system = this machine gave no thread or no event queue: { $reason }
load-method = "{ $given }" is not an HTTP method
load-header = "{ $given }" is not a header; one looks like this: "Accept: text/html"
load-plan-rate = --rate is more than 0, and at most 10,000,000
load-plan-no-connections = at least one connection is needed
load-plan-too-many-connections = no more than 50,000 connections can be open at once
load-plan-no-time = the duration must be longer than 0
load-plan-no-timeout = --timeout is more than 0
load-plan-warm-up = stages begin with their own ramp and take no warm-up
load-duration = "{ $given }" is not a duration (character { $at }); one looks like this: 500ms, 30s, 2m
load-stages = "{ $given }" are no stages (character { $at }); they look like this: 30s:100,2m:500,30s:0
load-shorten-alone = --shorten needs --stages or --profile
load-threshold-measure = "{ $threshold }": at character { $at } one of these is missing: p50, p90, p95, p99, p99.9, p99.99, max, mean, errors, rate
load-threshold-comparison = "{ $threshold }": at character { $at } one of these is missing: <, <=, >, >=
load-threshold-number = "{ $threshold }": at character { $at } a number is missing
load-threshold-time-unit = "{ $threshold }": at character { $at } a unit of time is missing: us, ms, s, m
load-threshold-errors-unit = "{ $threshold }": at character { $at } there may be % or nothing
load-threshold-rate-unit = "{ $threshold }": at character { $at } there may be /s or nothing
load-body-unreadable = the body in { $file } cannot be read: { $reason }
load-body-too-long = it has more than 64 MB
load-no-url = there is nothing to load: no lesson has been started here, and no URL is given
load-no-entry = the lesson's stack does not run
load-overwrite = { $file } is not a report of this program. Overwrite it?
load-not-overwritten = { $file } is there already and is not a report of this program: take another name (or --yes)
load-report-unwritable = { $file } cannot be written: { $reason }
load-report-written = The page is in { $file }.

next-load-not-ours = for your own stack: workshop load http://localhost:PORT/
next-load-refused = see what runs: workshop status; bring the stack up: workshop compose up -d
next-load-tls = use the http port of your stack: workshop load http://localhost:PORT/

## While it runs
load-shape-closed = { $connections ->
    [one] 1 connection, { $seconds } s
   *[other] { $connections } connections, { $seconds } s
}
load-shape-open = { $rate } requests a second, at most { $connections } at once, { $seconds } s
load-shape-stages = up to { $users } virtual users, { $seconds } s: { $stages }
load-shape-warm-up = { $shape }, after { $seconds } s of warm-up
load-progress = { $elapsed }/{ $total } s  { $rate }/s  p99 { $p99 }  errors { $errors }  active { $active }
load-progress-warm-up = { $elapsed }/{ $total } s  warming up ...
load-progress-draining = waiting for the last answers ...  errors { $errors }

## What came of it
load-throughput = Throughput
load-a-second = { $rate } good answers a second
load-requests = Requests
load-requests-of = { $requests } ({ $good } good, { $failed } failed: { $share })
load-sent = Rate
load-sent-of = sent { $sent } of { $intended } a second; { $missing } not sent
load-connections = Connections
load-connections-opened = { $connections } opened, { $bytes } received
load-generator = Generator
load-generator-used = { $threads ->
    [one] { $percent } of one thread
   *[other] { $percent } of { $threads } threads
}
load-host = This machine
load-host-busy = { $percent } busy, all cores together
load-latency = Latency
load-max = max
load-mean = mean
load-errors = Errors
load-error-refused = connection refused
load-error-timed-out = timed out
load-error-reset = connection reset
load-error-closed-early = closed before the answer was whole
load-error-garbage = answer is not HTTP
load-error-status-4xx = status 4xx
load-error-status-5xx = status 5xx
load-error-too-many-redirects = too many redirects
load-error-tls = redirect to https
load-error-name-not-found = redirect to an unknown host
load-error-not-ours = redirect to somebody else's address
load-error-no-connection = no connection could be made
load-shares = Share of each server
load-other-servers = { $count ->
        [one] 1 other
       *[other] { $count } others
    }
load-distribution = Latency, how often
load-up-to = to { $time }
load-over-time-throughput = Good answers a second, over time
load-over-time-p99 = p99, over time
load-thresholds = Thresholds
load-seen = { $seen } seen
load-nothing-measured = nothing was measured

load-remark-stopped = Stopped after { $seconds } s: this is what was measured until then.
load-remark-nothing-good = Not one answer was good.
load-remark-not-sent-machine = This machine could not send { $intended } a second: it sent { $sent } ({ $percent }%). { $missing ->
        [one] 1 request was
       *[other] { $missing } requests were
    } due and not sent.
load-remark-not-sent-connections = { $intended } a second were not reached: { $sent } were sent ({ $percent }%), since all { $connections } connections were waiting for answers. { $missing ->
        [one] 1 request was
       *[other] { $missing } requests were
    } due and not sent.
load-remark-late = { $missing ->
    [one] 1 request was due and not sent when the time was over.
   *[other] { $missing } requests were due and not sent when the time was over.
}
load-remark-generator = { $threads ->
    [one] The generator's thread was { $percent }% busy: these numbers may be its limit, not the server's (--threads).
   *[other] The generator's { $threads } threads were { $percent }% busy: these numbers may be their limit, not the server's (--threads).
}
load-remark-host = All cores of this machine were { $percent }% busy. Server and generator share them and wait for each other: throughput and latency may be this machine's limit.
load-remark-timed-out = Requests that timed out count as errors, and in latency with the { $seconds } s that they were waited for.
load-remark-no-connection = The system refused some connections: too many files open (ulimit -n), or no port free.
load-remark-unfinished = { $count ->
    [one] 1 request was under way and was not waited for.
   *[other] { $count } requests were under way and were not waited for.
}
load-remark-resent = { $count ->
    [one] 1 request was sent again, since the server had just closed its connection.
   *[other] { $count } requests were sent again, since the server had just closed their connection.
}

## The page
load-page-title = Load test
load-page-over-time-latency = Latency over time
load-page-percentiles = Latency by percentile
load-page-seconds = Time in s
load-page-good = good
load-page-failed = failed
load-page-users = Virtual users
load-page-plan = Plan
load-page-written = Measured by workshop { $version } on { $date }
load-page-written-engine = Measured by workshop { $version } on { $date }; the stack ran on { $engine }
load-page-request = Request
load-page-load = Load
load-page-timeout = Time-out
load-page-keep-alive = Connections
load-page-kept = kept open
load-page-not-kept = a new one for each request
load-page-met = met
load-page-not-met = not met
load-page-nothing = Nothing was measured.
load-page-short = The run was too short for a plot over time.
load-page-class = Percentile (%)
