# 검사가 하는 말: 무엇이 그런지, 왜 중요한지 한 문장으로.

state-created = 만들어졌지만 시작 전
state-running = 실행 중
state-starting = 실행 중, 헬스 체크 대기
state-healthy = 실행 중, 정상
state-unhealthy = 실행 중, 비정상
state-restarting = 계속 재시작 중
state-paused = 일시 정지
state-exited = 종료 코드 { $code }
state-dead = 죽음
state-removing = 삭제 중

node-ready = 준비됨
node-down = 다운
node-unknown = 아직 소식 없음
node-pause = 새 레플리카를 받지 않음
node-drain = 비움(drain)
node-leader = 리더
node-manager = 매니저
node-manager-unreachable = 다른 매니저와 연결 끊긴 매니저

check-list = { $items }
check-none = 없음
check-replica-state = { $name } ({ $state })

check-not-observed = 이 항목은 살펴볼 수 없었습니다
check-ended = { $replica }[이/가] 끝나 버려서 올라오지 않습니다({ $state }). 마지막 로그:
check-unhealthy = { $replica }[은/는] 정상이 되지 않습니다({ $state }). 마지막 로그:
check-not-asked-ended = 검사하지 않았습니다. 위에서 끝나 버린 것이 먼저 실행되어야 합니다
check-not-asked-yet = 아직 검사하지 않았습니다. 실행 중인 스택을 바꾸는 검사라서 위 검사를 먼저 통과해야 합니다
check-not-asked-environment = 검사하지 않았습니다. 위에 나온 환경 문제부터 해결하세요
check-no-entry = 애플리케이션이 응답하지 않습니다. 공개된 포트가 없으니 스택이 떠 있지 않은 것입니다
check-old-image = { $service } 서비스가 { $file }[을/를] 고치기 전에 빌드한 이미지로 실행되고 있습니다: { $command }
check-stack-not-running = 이 작업 폴더에서 실행 중인 것이 아직 없습니다

check-tree-pass = 파일 { $count }개가 모두 제자리에 있습니다
check-tree-nested = 앱이 한 단계 안쪽인 workshop/{ $start }에 있습니다. workshop/ 폴더가 이미 있어서 `cp -r`이 그 안에 복사했습니다. 이렇게 꺼내세요: cp -r workshop/{ $start }/. workshop/ && rm -r workshop/{ $start }
check-tree-empty = workshop/에 아직 앱이 없습니다. { $start }[을/를] 복사하거나 `workshop apply`로 복사하세요
check-tree-missing = { $file }[이/가] 없습니다
check-tree-observed = 없는 파일 { $count }개: { $names }

check-file-pass = { $file }[이/가] 올바릅니다
check-file-absent-pass = { $file }[이/가] 없습니다
check-file-still-there = { $file }[이/가] 아직 남아 있습니다
check-file-lacks = { $file }에 아직 이 내용이 없습니다
check-file-says = { $file }에 이 내용이 아직 남아 있습니다
check-file-value = { $file }에서 { $path }의 값이 다릅니다
check-file-format = { $file } 파일의 형식이 레슨에 적혀 있지 않습니다. 검사에 `format`이 필요합니다
document-not-json = 이 부분이 JSON이 아닙니다
document-not-toml = 이 부분이 TOML이 아닙니다: { $reason }
check-file-in-the-way = { $reason } `workshop reset`을 실행하면 옆으로 옮기고 레슨의 파일을 다시 놓습니다.
check-file-broken = { $file }[을/를] 읽을 수 없습니다. { $reason }

check-compose-pass = { $path } 값이 맞습니다
check-compose-absent-pass = { $path } 항목이 없습니다
check-compose-absent-expected = { $path } 없음
check-compose-still-there = { $path } 항목이 아직 남아 있습니다
check-compose-missing = Compose 파일에 { $path } 항목이 없습니다
check-compose-value = { $path } 값이 다릅니다

check-comment-pass = { $path }에 스케일하는 방법을 적은 주석이 있습니다
check-comment-missing = { $path }에 스케일하는 방법을 적은 주석이 없습니다
check-comment-observed = { $count ->
    [0] 그곳에 주석이 없음
   *[other] 그곳의 주석 { $count }개는 다른 내용
}

check-environment-pass = { $service } 서비스가 { $key } 값을 환경 변수로 받습니다
check-environment-missing = { $service } 서비스에 { $key } 환경 변수가 없습니다
check-environment-no-file = env_file에 적은 { $file } 파일이 없거나 읽을 수 없습니다
check-environment-dotenv-only = { $key } 값이 .env에 있지만 { $service } 서비스에는 전달되지 않습니다. .env는 Compose 파일의 변수를 채울 뿐입니다. environment에 { $key }[을/를] 적으세요
check-environment-fixed = { $key } 값이 Compose 파일에 박혀 있어서 밖에서 바꿀 수 없습니다
check-environment-empty = { $key } 값이 비게 됩니다. .env에 값을 넣거나 기본값을 주세요

check-volume-pass = { $path } 파일이 공유 마운트 { $target }에 있습니다
check-volume-missing = { $path } 파일이 컨테이너 안에 있습니다. 레플리카마다 데이터베이스가 따로 생깁니다
check-volume-not-shared = { $target }에 마운트된 것은 레플리카끼리 공유되지 않거나 쓸 수 없습니다
check-volume-read-only = { $target } 마운트는 읽기 전용인데 데이터베이스는 쓸 수 있어야 합니다
check-volume-tmpfs = { $target } 마운트는 메모리라서 레플리카마다 따로 있고, 멈추면 사라집니다
check-volume-anonymous = { $target }에 있는 볼륨에 이름이 없어서 레플리카마다 새 볼륨이 생깁니다
check-volume-at-the-file = 데이터베이스 파일 { $target } 자리에 바로 마운트했습니다. 볼륨은 폴더이고, SQLite는 그 파일 옆에 다른 파일도 둡니다
check-volume-no-value = { $key } 값이 없어서 데이터베이스가 어디에 있는지 알 수 없습니다
check-volume-not-own = { $service } 서비스가 { $other } 서비스와 같은 파일({ $source })을 씁니다. 두 데이터베이스가 같은 파일에 쓰면 데이터가 망가집니다
check-volume-not-absolute = { $key } 값이 절대 경로가 아니라서 파일이 컨테이너 안에 생깁니다
check-volume-not-sqlite = { $key } 값이 sqlite: 주소가 아닙니다. 이 백엔드는 SQLite만 씁니다

check-networks-pass = { $services } 서비스가 { $network } 네트워크에 있습니다
check-networks-not-on = { $service } 서비스가 { $network } 네트워크에 없습니다
check-networks-renamed = { $network } 네트워크의 실제 이름이 { $name }[으로/로] 되어 있습니다. `name:` 줄을 지우거나 { $network }[으로/로] 고치세요

check-published-pass = { $service } 서비스가 { $target }번 포트를 공개합니다
check-published-none-pass = { $service } 서비스는 안에서만 접근할 수 있습니다
check-published-none-expected = 공개된 포트 없음
check-published-still = { $service } 서비스가 아직 포트를 공개합니다. 한 포트는 컨테이너 하나만 가질 수 있고, 그리로 온 요청은 로드 밸런서를 거치지 않습니다
check-published-missing = { $service } 서비스가 { $target }번 포트를 공개하지 않습니다
check-published-host-network = { $service } 서비스가 호스트 네트워크를 써서 모든 포트가 밖에서 보입니다
check-published-protocol = { $service } 서비스의 { $target }번 포트를 { $protocol }[으로/로]만 공개합니다. 브라우저는 TCP를 씁니다
check-published-address = { $service } 서비스의 { $target }번 포트를 { $address }에서만 공개합니다. 이 컴퓨터에는 localhost로 접속합니다
check-published-internal = { $service } 서비스의 { $target }번 포트를 공개하지만 네트워크 { $network }[이/가] `internal`이라서 Docker가 포트를 열지 않습니다
check-published-mode = `network_mode: { $mode }`에서는 Docker가 { $service } 서비스의 포트를 공개하지 않습니다

check-reach-networks = { $from } 서비스가 { $to } 서비스를 찾지 못합니다. 함께 쓰는 네트워크가 없습니다
check-reach-mode = { $service } 서비스가 `network_mode: { $mode }`[을/를] 써서 { $from } 서비스가 { $to } 서비스를 이름으로 찾지 못합니다
check-reach-clash = { $other } 서비스에도 { $host }[이라는/라는] 이름이 있어서 { $to } 서비스로 갈 요청 일부가 그쪽으로 갑니다

check-instances-pass = { $count ->
    [1] { $service } 서비스는 인스턴스 하나로 유지됩니다
   *[other] { $service } 서비스의 인스턴스는 { $count }개입니다
}
check-instances-other = Compose 파일이 { $service } 서비스를 { $count }개 띄우라고 합니다

check-depends-on-pass = { $condition ->
    [service_healthy] { $service } 서비스는 { $on } 서비스가 정상이 되기만을 기다립니다
   *[other] { $service } 서비스는 { $on } 서비스의 시작만 기다립니다
}
check-depends-on-missing = { $service } 서비스가 { $on } 서비스에 의존하지 않습니다
check-depends-on-extra = { $service } 서비스가 { $on } 서비스에도 의존합니다
check-depends-on-condition = { $wanted ->
    [service_started] { $service } 서비스가 { $on } 서비스를 다른 조건({ $condition })으로 기다립니다. 레플리카가 여럿이면 하나만 늦어도 막힐 수 있습니다
    [service_healthy] { $service } 서비스가 { $on } 서비스를 다른 조건({ $condition })으로 기다립니다. 컨테이너가 시작됐다고 준비된 것은 아닙니다
   *[other] { $service } 서비스가 { $on } 서비스를 다른 조건({ $condition })으로 기다립니다
}

check-nginx-pass = { $directive }
check-nginx-missing = { $path }에 { $directive } 지시어가 적용되지 않습니다
check-nginx-other = { $directive } 지시어의 값이 다릅니다
check-nginx-no-location = { $file }에 { $path } 경로를 맡는 location이 없습니다
check-nginx-refused = nginx가 시작하지 않습니다. { $reason }
check-nginx-unread = nginx가 { $file }[을/를] 읽지 않습니다. /etc/nginx 아래에서 읽는 파일 가운데 이 파일이 없습니다
check-nginx-not-there = { $service } 서비스에 { $file } 파일이 없습니다. /etc/nginx 아래로 마운트하거나 복사하는 곳이 없습니다
check-nginx-command = { $service } 서비스가 실행하는 `{ $command }` 명령으로는 nginx가 원래 설정 파일로 계속 서비스하지 않습니다
check-nginx-port = 요청은 nginx의 { $port }번 포트로 들어오는데 nginx는 다른 포트에서 기다립니다: { $seen }

check-proxy-pass = { $path } 요청이 { $service } 서비스로 전달됩니다
check-proxy-none = { $path } 요청을 맡은 location에 proxy_pass가 없어서 어디로도 전달되지 않습니다
check-proxy-elsewhere = { $path } 요청이 { $service } 서비스가 아닌 다른 곳으로 전달됩니다: { $seen }
check-proxy-localhost = { $path } 요청이 { $seen }[으로/로] 전달됩니다. 컨테이너 안에서 그 주소는 { $service } 서비스가 아니라 nginx 컨테이너 자신입니다
check-proxy-upstream-port = { $name }[은/는] 업스트림이고 포트는 그 안의 server마다 정해져 있습니다. 이름 뒤에 :{ $port }[을/를] 붙이면 nginx가 시작하지 않습니다
check-proxy-path-changed = proxy_pass 끝의 { $uri } 때문에 { $path } 요청이 다른 경로로 백엔드에 도착합니다
check-proxy-answers = { $request }: nginx가 { $service } 서비스에 전달하지 않고 직접 { $status }[으로/로] 응답합니다
check-proxy-closes = { $request }: nginx가 응답 없이 연결을 끊습니다
check-proxy-tls = { $request } 요청을 TLS(https://)로 전달하지만 { $service } 서비스는 일반 HTTP만 씁니다
check-proxy-all-down = { $request }: 업스트림의 서버가 모두 down으로 표시되어 응답할 서버가 없습니다
check-proxy-other-target = { $request } 요청이 { $service } 서비스에 { $seen }[으로/로] 도착합니다
check-proxy-other-host = { $request } 요청이 { $service }[이/가] 아니라 { $seen }[으로/로] 갑니다

check-proxy-header-pass = 백엔드로 전달됩니다: { $line }
check-proxy-header-missing = { $path } 요청에 { $name } 헤더가 전달되지 않습니다
check-proxy-header-hidden = { $name } 헤더를 location 밖인 여기에서 정했지만 { $path } 요청에는 적용되지 않습니다. location 안에 proxy_set_header가 하나라도 있으면 바깥 것은 모두 무시됩니다
check-proxy-header-answer = add_header는 { $name } 헤더를 브라우저로 가는 응답에 넣습니다. { $path } 요청에 실어 전달하려면 proxy_set_header를 쓰세요
check-proxy-header-other = { $name } 헤더가 다른 값으로 전달됩니다
check-proxy-header-cleared = { $line } (값이 비어 있어 nginx가 헤더를 빼고 보냅니다)
check-proxy-header-below = { $path } 요청에는 { $name } 헤더가 다른 값으로 전달됩니다

check-upstream-group-pass = 요청이 업스트림 { $name }[을/를] 거칩니다
check-upstream-no-group = { $path } 요청이 업스트림이 아니라 이름으로 바로 전달됩니다
check-upstream-unused = 업스트림 { $name }[이/가] 있지만 { $path } 요청은 아직 업스트림이 아니라 이름으로 바로 전달됩니다
check-upstream-keepalive-pass = 유휴 연결을 { $count }개까지 열어 둡니다
check-upstream-resolve-pass = nginx가 실행 중에도 { $name }의 서버 이름을 다시 조회합니다
check-upstream-lacks = 업스트림 { $name }에 빠진 것: { $directive }
check-upstream-resolver-inside = 이 resolver는 server나 location 안에 있어서 업스트림 { $name }에 적용되지 않습니다. 파일 맨 위로 옮기세요
check-upstream-stale = 주소를 너무 오래 믿습니다. `valid`를 짧게 주지 않으면 nginx는 Docker DNS의 답을 길게는 10분 동안 그대로 써서 업스트림 { $name }[이/가] 새 레플리카를 놓칩니다
check-upstream-resolver-other = { $name }의 resolver가 Docker의 DNS가 아닙니다. 서비스 이름은 127.0.0.11만 압니다

check-replicas-pass = { $services ->
    [1] { $service } 레플리카가 정확히 { $count }개 실행 중이고 모두 준비됐습니다
   *[other] 레플리카가 서비스마다 정확히 { $count }개 실행 중이고 모두 준비됐습니다: { $service }
}
check-replicas-none = 실행 중인 { $service } 레플리카가 없습니다
check-replicas-count = { $service } 레플리카가 { $wanted }개가 아니라 { $count }개입니다
check-replicas-troubled = { $replica }[이/가] 준비되지 않습니다: { $state }. 로그를 보세요: workshop compose logs { $service }
check-replicas-starting = 레플리카 { $count }개가 아직 준비되지 않았습니다: { $names }
check-replicas-left = 레플리카 { $count }개가 만들어지기만 하고 시작되지 않았습니다: { $names }. 다시 올려 보세요
check-replicas-expected = 준비된 { $service } 레플리카 { $count }개
check-replicas-observed = { $replicas }

check-refused-name = 컨테이너 이름 하나는 컨테이너 하나만 쓸 수 있어 거부되었습니다: { $said }
check-refused-port = 이 컴퓨터의 포트 하나는 컨테이너 하나만 쓸 수 있어 거부되었습니다: { $said }
check-refused-expected-name = 컨테이너 이름 때문에 거부됨
check-refused-expected-port = 공개한 포트 때문에 거부됨
check-refused-not = { $command } 명령이 거부되지 않았습니다. 걸림돌이 파일에 더는 없습니다
check-refused-otherwise = { $command } 명령이 실패했지만 이유가 다릅니다

check-reachable-pass = { $service } 레플리카는 모두 알맞은 네트워크에 있고 안에서만 접근할 수 있습니다
check-reachable-published = { $replica }[이/가] 이 컴퓨터의 { $port }번 포트로 공개되어 있습니다
check-reachable-not-published = { $replica }[이/가] 공개되어 있지 않습니다
check-reachable-network = { $replica }[이/가] { $network } 네트워크에 없습니다. 스택이 예전 파일로 떠 있습니다

check-unchanged-pass = 먼저 실행되던 것은 모두 시작 시각 그대로 실행 중입니다
check-unchanged-restarted = 새로 시작된 것은 { $names } { $count }개뿐이고 나머지는 시작 시각 그대로입니다
check-unchanged-none-restarted = 단계를 시작할 때({ $since }) 이후로 새로 시작된 것이 없습니다
check-unchanged-too-many = 단계를 시작할 때({ $since }) 이후로 새로 시작된 것 { $count }개: { $names }. 처음 상태에서 이 단계를 다시 하기: workshop apply
check-unchanged-earlier = 그때 상태
check-unchanged-ago = { $unit ->
    [seconds] { $count }초 전
    [minutes] { $count }분 전
    [hours] { $count }시간 전
   *[days] { $count }일 전
}
check-unchanged-expected = { $count ->
    [0] 새로 시작된 것 없음
   *[other] 새로 시작된 것 { $count }개
}
check-unchanged-down = { $replica }[이/가] 실행 중이 아닙니다: { $state }
check-unchanged-no-baseline = 아직 비교할 상태가 없습니다. 처음 상태에서 이 단계를 하기: workshop apply

check-http-pass = 요청 { $count }개가 모두 제대로 응답받았습니다
check-http-no-answer = { $request } 요청이 응답을 받지 못했습니다: { $failure }
check-http-status = { $request } 요청의 응답이 { $status }입니다
check-http-content-type = { $request } 요청의 응답이 다른 종류의 내용입니다
check-http-not-json = { $request } 요청의 응답이 JSON이 아닙니다
check-http-value = { $request } 응답에서 { $pointer } 값이 다릅니다
check-http-header = { $request } 응답에서 { $header } 헤더의 값이 다릅니다
check-http-body = { $request } 응답의 본문이 기대와 다릅니다

wanted-contains = { $text } 포함
wanted-lacks = { $text } 없음
wanted-regex = { $pattern } 패턴과 일치
wanted-exists = 있어야 합니다
wanted-absent = 없어야 합니다
wanted-same = 앞에서 기억한 { $name }의 값과 같은 { $value }
wanted-differs = 앞에서 기억한 { $name }의 값 { $value }[과/와] 다른 값
wanted-not-kept = 앞에서 { $name }[으로/로] 기억한 값. 기억된 것이 없습니다

check-requests-failed = 요청 { $all }개 중 { $count }개가 실패했습니다

check-spread-pass = 레플리카 { $count }개가 모두 요청을 처리했습니다. 응답과 로그로 확인했습니다 (요청 { $requests }개)
check-spread-left-out = { $services ->
    [1] { $service } 레플리카
   *[other] 서버
} { $all }개 중 { $count }개가 요청을 받지 못했습니다 ({ $names }): { $reason }
check-spread-silent = 레플리카 { $all }개 중 { $silent }개가 요청을 받지 못했습니다({ $names }). { $reason }
check-spread-not-silent = 요청을 받지 못한 레플리카가 { $all }개 중 { $silent }개입니다. 이 단계에서는 { $wanted }개여야 합니다. 단계를 처음부터 하세요: workshop apply
check-spread-stale-name = nginx가 "{ $service }" 이름을 스케일하기 전, 자신이 시작할 때 조회했습니다
check-spread-resolved-once = nginx가 "{ $service }" 이름을 시작할 때 한 번만 조회합니다
check-spread-stale-server = nginx가 이 컨테이너가 생기기 전, 자신이 시작할 때 "{ $service }" 이름을 조회했습니다. 다시 조회하게 하세요: workshop compose exec { $entry } nginx -s reload
check-spread-unknown-reason = nginx가 보내지 않습니다. { $file }의 업스트림을 살펴보세요. 실패한 서버가 쉬는 중(fail_timeout)일 수도 있습니다
check-spread-starved = { $replica }[이/가] 요청을 { $count }개밖에 받지 못해 고르게 나뉘지 않았습니다
check-spread-not-logged = 응답 { $count }개가 응답한 레플리카의 로그에 없습니다. 처음 것은 { $replica }의 응답입니다 ({ $id })
check-spread-run-together = { $replica }의 로그 한 줄에 요청이 두 개 들어 있습니다. 동시에 쓰다가 줄이 섞였습니다
check-spread-one-line = 요청마다 한 줄을, 줄바꿈까지 한 번에 쓰기 (docs/app-contract.md)
check-spread-expected = 레플리카마다 요청 { $count }개 이상

check-logs-pass = 레플리카 { $count }개의 로그에서 각각 확인했습니다
check-logs-live-pass = 레플리카 { $count }개에서 새 로그가 들어왔습니다
check-logs-silent = 로그가 없는 레플리카: { $names }
check-logs-live-silent = 새 로그가 들어오지 않는 레플리카: { $names }
check-logs-live-has = 레플리카 { $count }개가 남긴 줄: { $seen }
check-logs-live-lacks = { $names }의 새 로그 줄에 이것이 없습니다: { $parts }
check-logs-missing = { $count ->
    [0] 직접 보낸 요청의 로그가 아직 없습니다 (찾는 것: { $parts })
   *[other] 직접 보낸 요청의 로그가 레플리카 { $count }개에만 있습니다. { $wanted }개 이상에 있어야 합니다 (찾는 것: { $parts })
}
check-logs-expected = 레플리카 { $count }개
check-logs-observed = { $count ->
    [0] 없음
   *[other] 레플리카 { $count }개
}

check-responsive = 요청 { $count }개 중 95%가 { $p95 } 안에 응답받았습니다
check-responsive-slow = 페이지가 느립니다. 요청의 95%가 최대 { $p95 } 걸렸습니다

check-steady-pass = 바뀌는 동안 요청 { $count }개를 보냈고 실패는 없습니다. 가장 느린 응답은 { $longest }입니다
check-steady-expected = 다음 명령이 실행되는 동안 실패한 요청 없음: { $commands }
check-steady-command-failed = 이 명령이 실패했습니다: { $command }

check-shared-data-pass = { $writer }[으로/로] 쓴 글을 레플리카 { $count }개가 모두 읽었습니다
check-shared-data-blind = { $writer }[이/가] 쓴 글을 { $names }[이/가] 보지 못합니다. 레플리카들이 데이터베이스를 공유하지 않습니다
check-shared-data-apart = { $writer }[이/가] 저장한 글을 { $names }[은/는] 찾지 못합니다. 레플리카 { $count }개 중 { $seeing }개만 그 글을 보여 줍니다
check-shared-data-not-apart = { $writer }[이/가] 쓴 글이 모든 레플리카에 보입니다. 이미 데이터베이스를 공유하고 있습니다
check-shared-data-expected = 모든 레플리카가 같은 데이터를 봄
check-shared-data-observed = { $names }에서 찾지 못함
check-shared-data-silent = { $names }[이/가] 응답하지 않아 무엇을 보는지 알 수 없습니다

check-nothing-left-pass = { $images ->
    [yes] 이 작업 폴더의 컨테이너, 네트워크, 볼륨, 빌드한 이미지가 하나도 남지 않았습니다
   *[no] 이 작업 폴더의 컨테이너, 네트워크, 볼륨이 하나도 남지 않았습니다
}
check-nothing-left-some = 이 작업 폴더의 것이 { $count }개 남아 있습니다
check-nothing-left-volumes-kept = 이 작업 폴더의 컨테이너와 네트워크는 남지 않았고, 볼륨 { $count }개는 그대로 있습니다: { $names }
check-nothing-left-volumes-gone = 이 작업 폴더의 볼륨까지 없어졌습니다. 데이터도 함께 사라졌습니다
check-nothing-left-volumes-expected = 볼륨만 남아 있어야 합니다

check-question-open = 아직 답하지 않았습니다
check-question-pass = 맞혔습니다
check-question-wrong = { $answer }번은 답이 아닙니다. 설명을 읽고 다시 고르세요
check-confirm-open = 아직 확인하지 않았습니다
check-confirm-pass = 확인했습니다

check-scaling-held = 서버 { $count }대가 한 대의 { $gain }배를 처리했습니다. 함께 쓰는 것이 한계입니다
check-scaling-not-held = 서버 { $count }대가 한 대의 { $gain }배를 처리했습니다. 함께 쓰는 것에 막히지 않습니다
check-scaling-held-expected = { $gain }배 이하
check-load-threshold = 부하가 { $threshold } 기준을 지키지 못했습니다: { $seen }
check-load-pass = 초당 요청 { $rate }개. 응답의 절반은 { $p50 }, 99%는 { $p99 } 안에 왔고, { $count }개 중 { $failed }개가 실패했습니다
check-load-slow = 응답의 99%가 오기까지 { $p99 } 걸렸습니다
check-load-idle = { $service }[은/는] CPU를 { $cores }코어만 썼습니다. 여유가 있었으니 한계는 다른 곳에 있습니다
check-load-head-p50 = p50
check-outage-pass = 없는 동안의 응답: { $during }. 돌아온 뒤의 응답: { $after }
check-outage-wrong = { $part ->
    [before] 아직 아무것도 멈추지 않았을 때: { $what }
    [during] 없는 동안: { $what }
   *[after] 돌아온 뒤: { $what }
}
check-access-log-none = { $path } 요청이 로그에 남지 않습니다
check-access-log-format-none = { $path }의 로그 형식은 "{ $format }"인데, 파일에 그런 log_format이 없습니다
check-access-log-lacks = 로그 형식 "{ $format }"에 { $has }[이/가] 없습니다
check-access-log-pass = { $path }의 로그에 { $has }[이/가] 남습니다

check-one-machine = 이 엔진은 컴퓨터 한 대로 돌아가므로 여러 노드에 관한 것은 판단할 수 없습니다. 노드가 있는 엔진을 쓰세요(Linux에서는 workshop cluster up --nodes 3으로 만듭니다)
check-unknown-node = "{ $node }"[이라는/라는] 노드가 없습니다. 있는 노드: { $names }
check-node = { $node }{ $down ->
    [yes] {""}(다운)
   *[no] {""}
}: { $count ->
    [0] 없음
   *[other] { $names }
}
check-beside = { $one } · { $other }
check-placement-pass = { $service } 레플리카 { $replicas }개가 노드 { $nodes }개에서 실행 중입니다
check-placement-nodes = { $service }[이/가] 노드 { $count }개에서 실행 중입니다. { $wanted }개여야 합니다
check-placement-crowded = { $node } 한 노드에 { $service } 레플리카가 { $count }개 있습니다. 노드 하나에 { $wanted }개까지만 있어야 합니다
check-placement-elsewhere = { $nodes } 밖에 있는 레플리카: { $names }
check-placement-forbidden = { $service } 레플리카가 없어야 할 { $nodes }에 있는 레플리카: { $names }
check-update-none = { $service } 레플리카가 하나도 교체되지 않았습니다. 명령이 바꾼 것이 없습니다
check-update-state = { $state ->
    [completed] 업데이트 완료
    [rollback-completed] 이전 버전으로 롤백 완료
    [paused] 업데이트 중단
    [rollback-paused] 롤백 중단
    [updating] 레플리카 교체 중
    [rollback-started] 이전 버전으로 롤백 중
   *[none] 엔진이 아는 업데이트 없음
}
check-update-ended = { $state ->
    [completed] { $service }의 새 버전이 모두 떴습니다. 엔진이 되돌릴 이유가 없었습니다
    [rollback-completed] 엔진이 { $service }[을/를] 이전 버전으로 되돌렸습니다. 새 레플리카가 실패했습니다
    [paused] { $service } 업데이트가 도중에 멈췄습니다. 새 레플리카가 실패했고, 이럴 때 멈추도록 설정되어 있습니다
    [rollback-paused] { $service }[을/를] 되돌리다가 멈췄습니다. 이전 버전의 레플리카도 실패했습니다
    [updating] 시간이 다 되도록 { $service } 레플리카를 아직 교체하고 있습니다
    [rollback-started] 시간이 다 되도록 { $service }[을/를] 아직 이전 버전으로 되돌리고 있습니다
   *[none] { $service } 레플리카가 바뀌었는데 엔진이 아는 업데이트가 없습니다
}
check-update-image = { $replica }[은/는] { $image }[으로/로] 실행 중입니다. { $wanted }[이어야/여야] 합니다
check-update-not-ready = { $service } 레플리카 { $wanted }개 중 { $count }개만 준비됐습니다
check-rolls-pass = { $service } 레플리카 { $replicas }개를 { $seconds }초 만에 모두 교체했습니다. 요청 { $count }개 중 실패는 없고, 가장 느린 응답은 { $longest }입니다. 준비된 레플리카는 언제나 { $fewest }개 이상이었고, 한 번에 { $at_once }개까지 바뀌었습니다
check-rolls-kept = 교체되지 않은 레플리카 { $count }개: { $names }
check-rolls-below = 준비된 { $service } 레플리카가 { $count }개까지 줄었습니다. 언제나 { $wanted }개 이상이어야 합니다
check-rolls-at-once = { $service } 레플리카가 한 번에 { $count }개 바뀌었습니다. { $wanted }개까지만 바뀌어야 합니다
check-rolled-back-pass = 엔진이 { $seconds }초 만에 스스로 되돌렸습니다. { $service } 레플리카 { $replicas }개가 모두 { $image }[으로/로] 준비됐습니다{ $asked ->
    [yes] . 요청 { $count }개 중 실패는 없고, 가장 느린 응답은 { $longest }입니다
   *[no] {""}
}
check-survives-pass = { $how ->
    [kill] { $node }의 전원이 나갔습니다
   *[cut] { $node }의 연결이 끊겼습니다
}. 매니저는 { $noticed }초 뒤에 알아챘고, { $replaced }초 뒤에는 { $service } 레플리카가 모두 다른 노드에서 준비됐습니다. { $failed ->
    [0] 요청 { $count }개 중 실패는 없고
   *[other] 요청 { $count }개 중 { $failed }개가 실패했고
}, 가장 느린 응답은 { $longest }입니다. 응답하지 않게 된 레플리카: { $lost }
check-survives-failed = { $node } 없이 보낸 요청 { $count }개 중 { $failed }개가 실패했습니다. 응답하지 않게 된 레플리카: { $lost }. 매니저는 { $noticed }초 뒤에 알아챘고, { $replaced }초 뒤에는 레플리카가 모두 다른 노드에서 준비됐습니다. 가장 오래 걸린 요청은 { $longest }입니다
check-survives-late = { $node }[을/를] 잃은 지 { $within }초가 지났지만 { $service } 레플리카 { $wanted }개 중 { $ready }개만 다른 노드에서 준비됐습니다. { $known ->
    [no] 매니저는 아직 알아채지 못했고
   *[other] 매니저는 { $noticed }초 뒤에 알아챘고
}, 요청 { $count }개 중 { $failed }개가 실패했습니다
check-survives-expected = { $count ->
    [0] 실패한 요청 없음
   *[other] 실패한 요청 { $count }개 이하
}
check-survives-nothing-lost = { $node }에는 { $service } 레플리카가 없었습니다. 이 노드를 잃어도 보여 주는 것이 없습니다
check-survives-away = { $node }[이/가] 되살린 뒤에도 응답하지 않습니다: workshop cluster heal { $node }
check-survives-at = { $node } 없이 가는 중, { $noticed ->
    [yes] 매니저가 알아챔
   *[no] 아직 알아채지 못함
}: 다른 노드에 준비된 것 { $wanted }개 중 { $ready }개
