# What checks say about the Dockerfile, builds, limits, health checks and nginx's own answers.

check-built-not = { $service } is not built here: it has no `build`
check-built-inline = the Dockerfile of { $service } is written inside the compose file: write it to a file of its own, so that it can be read here
check-built-elsewhere = { $service } is built from a folder elsewhere, which cannot be read here
check-built-no-stage = { $file } has no build stage (FROM)
check-built-no-target = { $file } has no stage { $target }, which the compose file wants built
check-built-no-source = the build copies { $source }, and there is no such file in { $folder }
check-built-no-start = the image of { $service } starts nothing: { $file } has no ENTRYPOINT and no CMD
check-built-no-shell = this starts a shell, and an image FROM scratch has none: write a list, ["/app/program"]
check-built-no-program = { $service } starts { $program }, and nothing in { $file } puts a file there

check-standing-profile = { $service } is not started: it belongs to the profile { $profile }, which is not active
check-standing-count = the compose file starts { $count } of { $service }, not { $wanted }
check-standing-external-network = { $service } uses the network { $name }, which is `external`: Compose does not make it, and it is not there
check-standing-external-volume = { $service } uses the volume { $name }, which is `external`: Compose does not make it, and it is not there
check-standing-address-one = { $service } has the fixed address { $address }: only one replica can have it
check-standing-hostname = every replica of { $service } is called { $hostname } inside: their answers cannot be told apart
check-standing-address-subnet = { $service } wants the address { $address }, and the network { $network } has no `subnet` of the file's own: Docker refuses it

check-dockerfile-pass = the final image of { $file } has what was built, and not the tool chain
check-dockerfile-single = { $file } has a single stage: the image that runs would have all that compiling needs
check-dockerfile-runs = the final stage runs { $program }, so the tool chain is in the image that runs
check-dockerfile-starts-from = the final stage starts FROM { $from }, where { $program } runs: the tool chain comes along
check-dockerfile-tool-chain = the final stage starts from { $image }, which is the tool chain
check-dockerfile-no-copy = the final stage takes nothing from another stage: what was built there is not in the image
check-dockerfile-two-stages = a first stage that builds, and a last one that takes the result from it: COPY --from
check-dockerfile-no-start = the final stage of { $file } has no ENTRYPOINT and no CMD: what was built there is not started
check-dockerfile-copied = the final stage copies { $source }, and the tool chain with it

check-healthcheck-pass = { $services ->
    [one] { $service } says by itself whether it is healthy
   *[other] each says by itself whether it is healthy: { $service }
}
check-healthcheck-missing = { $service } has no health check: running is not the same as ready
check-healthcheck-disabled = the health check of { $service } is switched off
check-healthcheck-no-test = the health check of { $service } has no test
check-healthcheck-always = the health check of { $service } never fails, whatever { $service } does

check-same-build-pass = all run the same image: { $service }
check-same-build-other = { $other } is not built as { $one }: `{ $what }` is different

check-cpu-limit-pass = { $services ->
    [one] { $service } may use { $cpus } of a core
   *[other] each may use { $cpus } of a core: { $service }
}
check-cpu-limit-missing = { $service } has no CPU limit: one server alone could use the whole machine, and a second would add nothing
check-cpu-limit-high = the CPU limit of { $service } is too high to show what a second server adds
check-cpu-limit-uneven = { $service } has another CPU limit than { $other }

check-ports-pass = { $count ->
    [one] its port is free, or this workspace's own
   *[other] each of the { $count } ports is free, or this workspace's own
}
check-ports-replaced = { $count ->
    [one] { $ports } is not available here; with the copy of the application, .env gets another port for it
   *[other] these are not available here: { $ports }; with the copy of the application, .env gets other ports for them
}
check-ports-taken = port { $port } ({ $variable }) is taken by another program. Use another one: workshop doctor
check-ports-not-allowed = you may not open port { $port } ({ $variable }). Use another one: workshop doctor

check-upstream-method-pass = { $name } balances by { $method }
check-upstream-method = { $name } balances by { $method }, not by { $wanted }
check-upstream-method-none = no least_conn, ip_hash, hash or random
check-upstream-servers-pass = { $services ->
    [one] { $name } has { $service } and no other server
   *[other] { $name } has exactly these servers, each alike: { $service }
}
check-upstream-servers-missing = { $name } has no server { $server }
check-upstream-servers-stranger = { $name } also sends requests to { $server }
check-upstream-servers-twice = { $server } is listed twice in { $name }, so it gets twice its share
check-upstream-servers-other = { $what ->
    [port] { $server } listens at another port
    [down] { $server } is marked `down`: it gets no requests
    [backup] { $server } is a `backup`: it gets requests only when the others fail
    [weight] { $server } weighs differently from the others
   *[other] { $what } of { $server } has another value
}

check-location-pass = nginx answers { $path } itself ({ $what })
check-location-guarded = nginx answers { $path } itself ({ $what }), and not to everybody
check-location-no-answer = nothing answers { $path } by itself: `location { $location }` serves it, and has no `return`
check-location-other = { $path } is answered in another way
check-location-answer = { $request } is not answered with { $status }
check-location-lacks = `location { $location }`, which serves { $path }, has no { $what }
check-location-return-first = this `return` answers { $path } before { $what } does
check-location-open = everybody may read { $path }: nothing refuses them
check-location-shut = { $path } refuses this machine, too: 127.0.0.1 must be let in before all others are refused

check-environment-names-pass = { $services ->
    [one] { $service } finds { $target } by { $key }
   *[other] each finds { $target } by { $key }: { $service }
}
check-environment-names-other = { $key } names { $seen }, not the service { $target }
check-environment-names-localhost = { $key } is { $seen }: in a container that is the container itself, here { $service } and not { $target }
check-environment-names-apart = { $service } and { $target } are on no common network, so the name is not found
check-environment-names-more = { $key } takes a host's name alone: leave out what stands around { $seen }
check-environment-hides = { $service } has { $key }, and no { $lost } any more: its own `environment` hides all of the shared one

check-volume-none-at = { $path } lies in the container of { $service } itself: it is gone when the container is removed
check-volume-memory = what is mounted at { $target } is memory: it is gone when the container stops
check-volume-nameless = the volume at { $target } has no name: a new container gets a new one
