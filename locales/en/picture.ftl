# The picture of who knows which address.

cli-picture = Show who knows which address: DNS and the proxy, and the requests of each replica

picture-title = Who knows which address
picture-group = { $name }, behind { $proxy }
picture-replica = replica
picture-address = address
picture-dns = DNS
picture-nginx = nginx
picture-requests = requests
picture-yes = yes
picture-no = no
picture-unknown = ?
picture-rests = rests { $left } s
picture-gone = { $host } (gone)

picture-seconds = { $count } s
picture-minutes = { $count } min
picture-hours = { $count } h
picture-ms = { $count } ms

picture-names = { $count ->
    [0] DNS does not know { $host } now.
    [one] DNS has 1 address for { $host }.
   *[other] DNS has { $count } addresses for { $host }.
}
picture-names-unasked = DNS could not be asked for { $host } here.
picture-list = { $count ->
    [one] nginx's own list has 1 address.
   *[other] nginx's own list has { $count } addresses.
}
picture-once = It looked the name up once, { $ago } ago, when it read its configuration.
picture-again = It looks the name up again every { $every }.
picture-again-dns = It looks the name up again when an answer is over; an answer of Docker's DNS counts for ten minutes.
picture-for-requests = nginx looks the name up when a request comes, and keeps an answer only for a while.
picture-worked-out = nginx does not tell its list: it is worked out from when nginx and the replicas started, and from where requests went.
picture-follows = nginx does not tell its list: shown is what DNS answers, which nginx follows.
picture-unheard-once = { $count ->
    [one] nginx does not know { $names }: it came after nginx looked the name up. No request goes there until nginx looks again (a reload or a restart).
   *[other] nginx does not know { $names }: they came after nginx looked the name up. No request goes there until nginx looks again (a reload or a restart).
}
picture-unheard-again = nginx does not know { $names } yet: it looks the name up again in a moment.
picture-outlived = { $count ->
    [one] nginx still has { $names }, which is gone. A request that is sent there waits or fails before another replica is asked.
   *[other] nginx still has { $names }, which are gone. A request that is sent there waits or fails before another replica is asked.
}
picture-rest = { $who } rests after a failure: nginx asks it again in { $left } s (fail_timeout { $of } s).
picture-unknown-which = Nothing says yet whether nginx has { $names }.
picture-requests-of = Requests: what each replica's log has of the last { $time }.
picture-requests-here = Requests: what each replica's log has since this screen was opened.
picture-changed = The configuration files were changed after nginx read them: they count from the next reload or restart on.
picture-rests-untold = Which server rests after a failure cannot be seen: nginx's error_log does not tell it (it does on standard error at level warn, notice, info or debug).

picture-not-running = { $service } does not run, so there is nothing to show yet: bring the stack up first.
picture-untold = What runs as { $service } does not tell which addresses it holds, and this engine cannot read it.
picture-nothing = nginx passes no request on to another service yet.
