# engine: docker, compose, and what goes wrong with them

## A lesson's commands
engine-command-unreadable = this command line cannot be read (an open quote?): { $line }
engine-command-not-allowed = this is not a command that a lesson may run: { $line } (a lesson may say "docker compose …"; "docker restart", "kill", "stop" or "start" with {"{"}SERVICE-NUMBER{"}"}; and on a swarm "docker stack", "service", "node", "config" or "secret", and "workshop cluster …")
engine-command-verb = a lesson may not run "{ $command }"{ $near }. There are: { $known }
engine-command-option = "{ $command }" of a lesson may not have { $option }{ $near }. There are: { $known }
engine-command-no-option = "{ $command }" of a lesson may have no option, and { $option } stands there
engine-command-value = "{ $command }" of a lesson: { $option } takes { $wanted }, and not "{ $value }"
engine-command-beside = "{ $command }" of a lesson takes { $wanted }, and not "{ $word }"
engine-command-endless = "{ $command }" would not end by itself: it needs one of { $known }
engine-command-profile = --profile takes the name of a profile (letters, digits, "-", "_", "."; or "*" for all of them), and not "{ $value }"
engine-command-watch = "docker compose watch" would not end by itself: bring the stack up with "docker compose up -d --build" again after each edit. What the file says under develop.watch can be checked: compose = {"{"} present = "services.SERVICE.develop.watch" {"}"}
engine-takes-nothing = nothing
engine-takes-number = a number
engine-takes-scale = SERVICE=NUMBER (at most 100)
engine-takes-one-of = one of { $known }
engine-takes-lines = a number of lines or "all"
engine-takes-time = a time such as 10m
engine-takes-signal = a signal such as HUP
engine-takes-span = a length of time such as 10s
engine-takes-fraction = a number such as 0.5
engine-takes-file = the path of a file in the workspace
engine-takes-image = the name of an image
engine-takes-pair = NAME=VALUE
engine-takes-key = a name
engine-takes-constraint = a condition such as node.labels.disk==ssd
engine-takes-source = {"{stack}"}_NAME or source={"{stack}"}_NAME,target=/FILE
engine-takes-template = a row such as {"{{.Name}}"}
engine-beside-services = names of services
engine-beside-scales = one or more of SERVICE=NUMBER (at most 100)
engine-beside-command = the name of a service and then a command
engine-beside-stack = {"{stack}"} and nothing else
engine-beside-own = one {"{stack}"}_NAME
engine-beside-owns = one or more of {"{stack}"}_NAME
engine-beside-own-scales = one or more of {"{stack}"}_SERVICE=NUMBER (at most 100)
engine-beside-own-file = {"{stack}"}_NAME and the path of a file in the workspace
engine-beside-node = one node: node2, or {"{node-of-backend-1}"}
engine-beside-nodes = one or more nodes: node2, or {"{node-of-backend-1}"}
engine-beside-any-nodes = nodes: node2, or {"{node-of-backend-1}"}
engine-beside-images = one or more images

## EngineError
engine-unreachable = The Docker engine does not answer at { $address }: { $reason }. Start Docker, then try again.
engine-permission = You may not use the Docker engine at { $address }. Add yourself to its group (`sudo usermod -aG docker $USER`), log in again, then try again.
engine-compose-missing = Docker Compose is not installed: neither `docker compose` nor `docker-compose` runs.
engine-refused = The engine refused: { $reason }
engine-name-taken = Another folder runs a project named "{ $name }": { $dir }. Stop it there (`docker compose down`), or remove it with `docker compose -p { $name } down`.
engine-name-of-another = The project name "{ $name }" was made for another folder, whose networks and volumes carry it. Take COMPOSE_PROJECT_NAME out of workshop/.env; it gets a name of its own then.
engine-strange = { $count ->
    [one] There is something named "{ $name }" already that no container here uses: { $things }. It
   *[other] There are things named "{ $name }" already that no container here uses: { $things }. They
} may be another folder's, so nothing is changed. Take COMPOSE_PROJECT_NAME out of workshop/.env, and the lesson gets a name of its own; or remove by hand what is yours (`docker volume rm`, `docker network rm`).
engine-file-outside = COMPOSE_FILE in workshop/.env names a file that does not lie in workshop/ itself: { $file }. Compose would work on another project. Take that line out of workshop/.env, then try again.
engine-other-project = `workshop compose` changes nothing but this lesson's stack, and `{ $option }` leads elsewhere. Use `docker compose` itself for another project.
engine-remaining = { $count ->
    [one] One thing is still there: { $left }
   *[other] { $count } things are still there: { $left }
} ({ $reason }). Once Docker answers, run the same command again.
engine-images-missing = { $count ->
    [one] The base image { $images } is not on this machine and cannot be pulled: { $reason }.
   *[other] The base images { $images } are not on this machine and cannot be pulled: { $reason }.
}
engine-timed-out = No answer within { $seconds } seconds from: { $what }. Restart Docker if this happens again.
engine-program-hangs = Docker's own program `{ $program }` does not answer: not a word for { $seconds } seconds. The lesson is not at fault. Try `{ $program } version` by hand; if it hangs as well, restart Docker or install its command-line program anew.
engine-program-floods = Docker's own program `{ $program }` does not stop writing, so it was ended. The lesson is not at fault. Try `{ $program } version` by hand; if it does the same, install Docker's command-line program anew.
engine-endpoint = Which Docker to use cannot be settled: { $reason }
engine-no-nodes = { $node } cannot be lost from here: only a node of a cluster that `workshop cluster` made can be
engine-no-such-replica = there is no { $service }-{ $index }; the number of { $service } replicas is { $count }

# Which engine, and why it is that one: parts of other messages.
engine-rule-given = as it was called
engine-rule-host = DOCKER_HOST says so
engine-rule-context-named = DOCKER_CONTEXT names the context "{ $name }"
engine-rule-context-chosen = the context "{ $name }" was chosen with `docker context use`
engine-rule-usual = the usual address
engine-rule-tls = DOCKER_TLS_VERIFY or DOCKER_TLS is set
engine-endpoint-scheme = only addresses that begin with unix:// or tcp:// can be used from here, and this one is { $address } ({ $rule }). Choose another engine with `docker context use NAME`, or name one in DOCKER_HOST.
engine-endpoint-address = { $address } is no address of an engine ({ $rule }). Write it as unix:///PATH or tcp://HOST:PORT.
engine-endpoint-tls = this engine wants TLS ({ $rule }), which cannot be used from here. Choose an engine without it, with `docker context use NAME` or DOCKER_HOST.
engine-endpoint-context-missing = there is no such context ({ $rule }). `docker context ls` shows those there are; `docker context use default` goes back to the usual one, and `unset DOCKER_CONTEXT` to the chosen one.
engine-endpoint-context-broken = the context cannot be read ({ $rule }): { $file } ({ $reason }). Make it anew with `docker context create`, or choose another one with `docker context use NAME`.
engine-endpoint-config-broken = Docker's own settings cannot be read: { $file } ({ $reason }). Mend that file, or name the engine in DOCKER_HOST.

engine-reason-no-socket = no socket there
engine-reason-refused = the connection was refused
engine-reason-network = the host cannot be reached
engine-reason-broken-off = the connection broke off
engine-reason-not-docker = what answers there is not a Docker engine
engine-reason-too-much = it answers with far more than a Docker engine would
engine-reason-registry = the registry cannot be reached
engine-reason-registry-slow = no answer from the registry within { $seconds } seconds
engine-reason-no-image = not in the registry

# In brackets, within a sentence.
engine-brief-unreachable = nothing answers at { $address }
engine-brief-permission = you may not use { $address }
engine-brief-compose = there is no Docker Compose
engine-brief-images = { $count ->
    [one] the base image { $images } is not here and cannot be pulled
   *[other] the base images { $images } are not here and cannot be pulled
}
engine-brief-timed-out = no answer within { $seconds } seconds
engine-brief-program-hangs = `{ $program }` does not answer within { $seconds } seconds

engine-what-ping = the Docker engine at { $address }
engine-what-listing = the Docker engine at { $address }, for its listing
engine-what-folders = the file system, for the folders of running projects
engine-what-inspect = the Docker engine at { $address } about one container
engine-what-logs = the Docker engine at { $address }, for a container's log
engine-what-command = the Docker engine at { $address }, for a command on one container
engine-what-remove = the Docker engine at { $address }, for a removal
engine-what-info = the Docker engine at { $address } about itself
engine-what-image = the Docker engine at { $address } about an image
engine-what-exec = the Docker engine at { $address }, for a command inside a container
engine-what-usage = the Docker engine at { $address } about CPU time

## Trouble: why a command failed
engine-trouble-port-taken = Port { $port } of this machine is in use by another program. Stop that program, or publish another port.
engine-trouble-port-held = Port { $port } of this machine is in use by the container { $holder }. Stop it with `docker stop { $holder }`, or publish another port.
engine-trouble-port-replicas = Every replica of { $service } wants port { $port } of this machine, and only one can have it. Do not publish a fixed port for a service with several replicas.
engine-trouble-image-missing = The image { $image } does not exist in its registry, or needs a login. Check its name and tag.
engine-trouble-no-registry = The image { $image } is not on this machine, and its registry cannot be reached. Check the network, then try again.
engine-trouble-no-network = The network cannot be reached from here: an image or a package could not be downloaded. Check the network, then try again.
engine-trouble-name-taken = A container named { $name } exists already and belongs to something else. Remove it with `docker rm -f { $name }` if you do not need it.
engine-trouble-name-replicas = { $service } has a `container_name`, and a name can belong to one container only. Remove `container_name` to run more than one replica.
engine-trouble-disk-full = Docker's disk is full. `docker system df` shows what uses it; `docker system prune` frees what is unused.
engine-trouble-daemon-gone = The Docker engine went away while the command ran. Start Docker, then try again.
engine-trouble-compose-invalid = The compose file is not valid: { $detail }
engine-trouble-build-failed = The image could not be built: { $detail }
engine-trouble-build-failed-of = The image of { $service } could not be built: { $detail }
engine-trouble-not-healthy-said = { $container } did not become healthy. The last that it said: { $line }
engine-trouble-not-healthy = { $container } did not become healthy. `workshop compose logs` shows why.
engine-trouble-other = Compose failed: { $line }

## doctor
engine-doctor-engine = Docker engine
engine-doctor-version = version { $version } at { $address } ({ $rule })
engine-doctor-fix-engine = Start Docker Desktop, or on Linux run `sudo systemctl start docker`
engine-doctor-fix-permission = Run `sudo usermod -aG docker $USER`, then log in again
engine-doctor-fix-endpoint = Choose an engine: `docker context ls` shows those there are, `docker context use NAME` takes one, `unset DOCKER_HOST DOCKER_CONTEXT` goes back to the chosen one
engine-doctor-shell = your shell
engine-shell-seen = { $count ->
    [one] { $names } is set. This lesson does not go by it, but a `docker compose` that you type yourself does, and works on something else
   *[other] { $names } are set. This lesson does not go by them, but a `docker compose` that you type yourself does, and works on something else
}
engine-shell-fix = Run `unset { $names }` in this shell, or type `workshop compose` in place of `docker compose`
engine-shell-note = { $seen }. { $fix }.
engine-doctor-compose = Docker Compose
engine-doctor-compose-version = { $program }, version { $version }
engine-doctor-fix-compose = Install Compose 2: Docker Desktop has it; on Debian and Ubuntu with Docker's packages run `sudo apt-get install docker-compose-plugin`
engine-doctor-resources = CPUs and memory
engine-doctor-resources-seen = { $cpus } CPUs, { $memory } GiB
engine-doctor-fix-memory = Give Docker at least 2 GiB: Docker Desktop, Settings, Resources
engine-doctor-storage = storage driver
engine-doctor-fix-storage = Use `overlay2`: vfs copies every layer and is slow
engine-doctor-image = base image { $image }
engine-doctor-image-here = on this machine
engine-doctor-image-old = on this machine, with nginx { $version }, which does not know `resolve` yet: the lessons need 1.27.3 or newer
engine-doctor-image-absent = not on this machine; it will be pulled when it is first built with
engine-doctor-image-unreachable = not on this machine, and cannot be pulled now: { $reason }
engine-doctor-fix-image = While the network is good, run `docker pull { $image }`. Where no image registry is in reach, fixtures/images/README.md of the repository tells how to make one and which variable names it
engine-doctor-fix-image-old = Run `docker pull { $image }`. Where that tag stays old, take a newer one: `docker pull nginx:alpine`, and NGINX_IMAGE=nginx:alpine in workshop/.env

## The embedded engine
engine-trouble-at = { $place }: { $reason }
engine-trouble-port-forbidden = This user may not open port { $port }. Use another one, 1024 or above.
embedded-not-here = the embedded engine does not have this: { $what }. Docker does (`--engine docker`).
embedded-too-many = { $asked } replicas are too many: so that this machine stays usable, the embedded engine runs { $most } at most, of all services together.
embedded-no-service = the compose file has no service { $service }{ $near }
embedded-scale-shape = `--scale { $text }` is not a service and a number: write `--scale SERVICE=3`
embedded-scale-no-number = `--scale { $text }` lacks the number: write `--scale { $service }=3`
embedded-scale-number = `--scale { $text }`: behind the `=` stands a whole number from 0 on, as in `--scale { $service }=3`
embedded-scale-left-out = `--scale { $service }=…` is about a service that this command does not start: name { $service } too, or no service at all
embedded-rm-asks = nothing was removed: `rm` alone asks first, and here nobody is asked. `rm -f` removes them.
embedded-foreign = another version of workshop runs this stack (process { $pid }). `workshop reset --all` ends it and what it runs; or go on with that version.
embedded-unreadable = a process ({ $pid }) keeps the stack, and what it says of itself in `.workshop/engine/supervisor.json` is missing, damaged, or open to others. `workshop reset --all` ends it and what it runs; `.workshop/engine/supervisor.log` may say why.
embedded-barred = `.workshop/engine` is not used: { $reason }. Move it away, then try again.
embedded-not-started = the process that keeps the stack could not be started: { $reason }
embedded-gone = the process that keeps the stack ({ $pid }) does not answer. `workshop compose up -d` starts a new one once it is gone; `workshop reset --all` ends it and what it runs.
embedded-stopped = the process that keeps the stack ({ $pid }) is suspended: no answer within { $seconds } seconds. `kill -CONT { $pid }` lets it go on; `workshop reset --all` ends it and what it runs.
embedded-traced = a debugger holds the process that keeps the stack ({ $pid }): no answer within { $seconds } seconds. Let it go on there, or `workshop reset --all` ends it and what it runs.
embedded-silent = the process that keeps the stack ({ $pid }) has said nothing for { $seconds } seconds. If this machine is very busy, try again; `workshop reset --all` ends it and what it runs.
embedded-nonsense = the process that keeps the stack ({ $pid }) answers something that is no answer, or far too much. `workshop reset --all` ends it and what it runs.
embedded-left-alone = the supervisor was ended. Replicas whose files are held by processes that are not known to be theirs were left alone: { $replicas }
embedded-lost = The process that kept the stack ended without warning, and its replicas with it. `workshop compose up -d` starts them again.
embedded-doctor = embedded engine
embedded-doctor-ready = part of this program; every replica has an address of its own
embedded-doctor-one-address = part of this program; on this machine replicas share 127.0.0.1, each with ports of its own
embedded-doctor-no-loopback = no port can be opened at 127.0.0.1 of this machine
embedded-doctor-fix = See whether a firewall or a security program keeps the loopback address shut
embedded-doctor-program = { $program }
embedded-doctor-install = Install it: `{ $install }`
embedded-program-missing = { $program } is not on this machine, and the embedded engine runs the machine's own. Install it: { $install }
embedded-program-old = { $program } on this machine is { $there }, and the lesson needs { $wanted }
embedded-own-missing = { $program } is not on this machine, and the lesson runs it there. Install it and see that it is in your PATH
embedded-own-port = nothing says at which port { $service } listens: set { $variable } for it in the compose file, or EXPOSE in its Dockerfile
embedded-not-running = { $name } does not run
embedded-exec-not-here = the embedded engine cannot run `{ $command }` inside a replica. Here there is: { $known }. Docker has the rest (`--engine docker`).
embedded-exec-too-long = `{ $command }` had not ended after { $seconds } seconds inside the replica, and was ended

## A cluster on this machine
cluster-doing-nodes = { $count ->
    [one] Starting a node…
   *[other] Starting { $count } nodes…
}
cluster-doing-swarm = Joining the nodes to a swarm…
cluster-doing-images = Loading onto every node: { $images }…
cluster-doing-cut = { $node } is cut off, for { $seconds } seconds…
cluster-doing-stop = Stopping; what was begun is put right…
cluster-not-linux = Nodes on one machine need Linux, and this is none.
cluster-not-root = Nodes on one machine need root: each has namespaces and a Docker engine of its own.
cluster-next-one-node = run it with sudo on Linux. Or make your own Docker a swarm of one node (`docker swarm init`): it shows services, rolling updates, configs and secrets, and cannot show what happens when a node is lost.
cluster-missing = `{ $program }` is not installed.
cluster-next-install = install the package { $package }
cluster-name = "{ $name }" is no name for a cluster: at most 16 small letters, digits and dashes, with no dash first.
cluster-exists = There is a cluster "{ $name }" already, or what is left of one.
cluster-broken = The cluster "{ $name }" was never finished.
cluster-none = There is no cluster "{ $name }".
cluster-next-down = take it away with `workshop cluster down`, with the same --name
cluster-next-up = make one with `workshop cluster up`
cluster-no-node = The cluster has no node "{ $node }". It has: { $nodes }
cluster-busy = Another command is at work on the cluster "{ $name }". Wait until it has ended.
cluster-folder = { $path } cannot be used: { $reason }
cluster-too-long = The path of a socket is too long for Linux: { $path }
cluster-next-shorter = set XDG_STATE_HOME to a folder with a short path
cluster-no-image = Neither a node nor this machine's Docker has an image { $image }.
cluster-next-image = build or pull it, then try again; `docker image ls` shows what there is
cluster-no-addresses = Every address from 198.19.0.0 to 198.19.255.255 is in use on this machine: a cluster needs 256 of them.
cluster-next-addresses = take a cluster away that you no longer need, or a VPN that routes them; `ip route` shows what there is
cluster-refused = `{ $command }` failed: { $reason }
cluster-timed-out = `{ $command }` did not end within { $seconds } seconds.
cluster-node-failed = The Docker engine of { $node } does not run: { $reason }
cluster-remains = These processes do not end: { $what }
cluster-stopped = Stopped.
cluster-no-manager = No manager answers: too few of them reach each other, so the swarm changes nothing.
cluster-cut = cut off
cluster-cut-until = cut off for { $seconds } more seconds
cluster-ended = its engine has ended
cluster-untold = unknown
cluster-one-node = One node shows services, rolling updates, configs and secrets. It cannot show what happens when a node is lost.
cluster-up-next = cut one off: `workshop cluster cut node2`, and look: `workshop cluster status`
cluster-loaded = Every node has { $images }.
cluster-cut-done = { $node } is cut off.
cluster-cut-next = bring it back with `workshop cluster heal { $node }`
cluster-joined = { $node } is on the network again.
cluster-started = { $node } runs again.
cluster-was-whole = Nothing is wrong with { $node }.
cluster-killed = { $node } has lost its power: its engine and all its containers have ended.
cluster-gone = The cluster "{ $name }" is gone, with all that belonged to it.

## The swarm engine
engine-swarm-none = There is no swarm for this workspace yet. Make one of three nodes on this machine: `workshop cluster up --nodes 3`. Or name one that you have: `--context NAME`.
engine-brief-swarm-none = there is no swarm yet (`workshop cluster up --nodes 3`)
engine-swarm-no-manager = No manager of the swarm answers ({ $reason }), so nothing can be seen or changed: more than half of the managers must hear each other. See `workshop cluster status`, then bring one back: `workshop cluster heal NODE`.
engine-swarm-silent = its managers do not answer
engine-swarm-node-away = { $replica } runs on { $node }, and the engine there does not answer ({ $reason }). Bring the node back, `workshop cluster heal { $node }`, or wait until the replica has been recreated elsewhere.
engine-swarm-node-far = { $replica } runs on { $node }. Of this context only the node that answers can be looked into, and that is { $here }. Take a context that leads to { $node }.
engine-swarm-no-container = { $replica } has no container: { $reason }
engine-swarm-not-yet = it was not started yet
engine-swarm-compose = On a swarm, `docker compose { $verb }` does nothing. What does it there: { $instead }
engine-swarm-cluster-refused = { $reason } { $next }
engine-swarm-foreign = On this swarm, a stack named "{ $name }" was deployed from elsewhere: { $owner }. Nothing of it was touched. Give this workspace another name (COMPOSE_PROJECT_NAME in workshop/.env), or remove that stack where it came from.
engine-swarm-nobody = nobody knows where
engine-swarm-file = { $file } is not a file of the workspace. Name one that lies in it.
engine-swarm-only = This command is for a swarm, and the lesson runs on { $engine } here.
engine-swarm-context-node = Node { $node } is not one of this workspace's own cluster, and a node of another swarm is not lost on purpose. Use a cluster of your own: `workshop cluster up --nodes 3`.
engine-swarm-remains = it is still there
engine-swarm-node-down = { $node } does not answer
engine-doctor-swarm = swarm
engine-doctor-swarm-ready = { $total ->
    [one] one node answers
   *[other] { $ready } of { $total } nodes answer
}, { $address }
engine-doctor-swarm-none = not made yet; this machine can have one
engine-doctor-swarm-fix-none = `workshop cluster up --nodes 3` makes it. A lesson that needs it says when.
engine-doctor-swarm-fix-nodes = See which one is missing: `workshop cluster status`; bring it back: `workshop cluster heal NODE`.
