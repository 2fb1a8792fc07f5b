# 실행 중인 서버에 직접 물어보는 체크입니다.

check-exec-pass = { $count ->
    [one] `{ $command }` 명령이 잘 끝났습니다
   *[other] `{ $command }` 명령이 { $count }곳에서 모두 잘 끝났습니다
}
check-exec-failed = { $replica }에서 `{ $command }` 명령이 실패했습니다 (종료 코드 { $code })
check-exec-lacks = { $replica }에서 `{ $command }` 명령의 출력이 기대와 다릅니다

check-image-size-pass = 이미지 크기는 { $size }입니다
check-image-size-large = 이미지 크기가 { $size }입니다. 빌드할 때만 필요한 것이 아직 들어 있습니다
check-image-size-none = Docker 없이 실행 중이라 이미지가 없고, 잴 크기도 없습니다

check-upstream-log-pass = 로그 { $count }줄의 업스트림 주소에 모든 서버가 나옵니다
check-upstream-log-few = { $count ->
    [0] 로그에 "{ $part }" 줄이 아직 없습니다
   *[other] 로그에 "{ $part }" 줄이 { $count }개뿐입니다
}
check-upstream-log-wanted = { $count }줄 이상
check-upstream-log-no-address = { $service } 로그에 요청은 있지만 어느 서버로 갔는지가 없습니다. 로그 형식에 $upstream_addr이 필요합니다
check-upstream-log-left-out = 로그를 보면 { $names } 서버로 간 요청이 없습니다

check-favours-pass = { $service }[이/가] { $count }개, 느린 { $over }[이/가] { $other }개를 처리했습니다
check-favours-even = { $service }[이/가] { $count }개, { $over }[이/가] { $other }개를 처리했습니다. nginx가 서버가 얼마나 바쁜지 보지 않습니다
check-favours-expected = { $service }[이/가] { $times }배 이상 처리
check-favours-silent = { $service }[이/가] 요청을 하나도 처리하지 않았습니다

check-sticky-pass = 클라이언트 { $count }개가 저마다 늘 같은 서버로 갔고, 서버 { $replicas }대가 쓰였습니다
check-sticky-wanders = { $client } 클라이언트의 요청을 여러 서버가 나누어 처리했습니다: { $names }
check-sticky-one = 클라이언트 { $count }개가 모두 { $replica } 서버로 갔습니다. nginx에는 모두 같은 주소로 보입니다. 클라이언트 주소를 { $header } 헤더에서 읽어야 합니다
check-sticky-unknown = 어느 서버가 응답했는지 알 수 있는 응답이 없습니다

check-cache-share = 조회 { $all }번 중 { $hits }번은 캐시에 있었습니다 ({ $percent })
check-cache-few = 캐시가 거의 쓰이지 않습니다. 대부분의 조회에서 캐시에 값이 없었습니다
check-cache-unused = 아직 { $service }에서 아무것도 조회하지 않았습니다
check-cache-locked = { $service }[이/가] 비밀번호를 요구합니다. 컨테이너 환경 변수에 REDISCLI_AUTH가 필요합니다
check-cache-silent = { $service }[이/가] 통계를 주지 않았습니다

check-scaling-at = 서버 { $count }대, 응답 { $requests }개
check-scaling-pass = 서버 { $count }대가 1대일 때의 { $gain }배를 처리합니다. 선형의 { $percent }입니다
check-scaling-expected = { $gain }배 이상 (선형의 { $percent })
check-scaling-observed = 서버 { $count }대로 { $gain }배
check-scaling-left-out = 모든 서버에 부하를 걸었지만 { $names } 서버는 거의 응답하지 않았습니다. 함께 측정되지 않았습니다
check-scaling-generator = 판단 불가입니다. 부하 생성기가 먼저 한계에 닿았습니다 (CPU { $percent } 사용). 서버 탓이 아닙니다. 다른 프로그램을 닫거나 서버의 CPU 몫을 줄여 보세요
check-scaling-host = 판단 불가입니다. 이 컴퓨터의 CPU가 모자랍니다 ({ $percent } 사용, 가장 많이 쓴 것은 { $part }). 서버 탓이 아닙니다. 다른 프로그램을 닫거나 서버의 CPU 몫을 줄여 보세요
check-scaling-waiting = 서버 { $count }대가 { $gain }배밖에 처리하지 못하고, 저마다 혼자일 때보다 덜 일합니다. 함께 쓰는 무언가를 기다리고 있습니다
check-scaling-short = 서버 { $count }대가 1대일 때의 { $gain }배밖에 처리하지 못합니다
check-scaling-head-servers = 서버
check-scaling-head-rate = 초당 요청
check-scaling-head-gain = 배수
check-scaling-head-p99 = p99
check-scaling-head-errors = 오류
check-scaling-head-part = CPU (코어)
check-scaling-head-with = { $count }대
check-scaling-command = 이 명령이 실패해서 측정하지 못했습니다: { $command }
check-scaling-prepare = 부하를 걸기 전의 요청이 제대로 응답받지 못했습니다: { $request }

check-image-pass = { $service }의 이미지가 기대한 대로입니다
check-image-none = Docker가 없으면 이미지도 없어서 살펴볼 것이 없습니다
check-image-wrong = { $replica }: { $what }
check-image-user = 이미지가 다른 사용자로 실행됩니다
check-image-root = root
check-image-not-root = root가 아닌 사용자
check-image-label = 이미지의 { $name } 레이블 값이 다릅니다
check-image-env = 이미지가 정하는 { $name }의 값이 다릅니다
check-image-ports = 이미지가 이 포트를 쓴다고 밝히지 않았습니다
check-image-its-size = 이미지가 너무 큽니다
check-image-layers = 이미지의 계층이 너무 많습니다

check-variable-pass = 실행 중인 레플리카 { $count }개에서 { $name }의 값이 맞습니다
check-variable-wrong = { $replica }에서 { $name }의 값이 다릅니다. 컨테이너는 만들어질 때 받은 값을 그대로 씁니다
check-variable-unseen = 이 엔진에서는 { $replica }의 환경 변수를 볼 수 없습니다

check-command-pass = `{ $command }` 명령이 { $count }번 모두 기대한 대로 끝났습니다(종료 코드 { $code })
check-command-in = { $replica }: { $what }
check-command-code = `{ $command }` 명령이 다른 종료 코드로 끝났습니다
check-command-exit = 종료 코드 { $code }
check-command-output = `{ $command }` 명령의 출력이 다릅니다
check-command-errors = `{ $command }` 명령의 표준 오류 출력이 다릅니다
program-none = 실행할 프로그램이 없습니다
program-missing = 이 컴퓨터에 { $program } 프로그램이 없습니다. 설치하거나 PATH에 있는지 확인하세요
program-refused = { $program } 프로그램을 시작하지 못했습니다. 실행 권한을 확인하세요
program-too-long = { $program } 프로그램이 { $seconds }초 안에 끝나지 않아 멈췄습니다

check-sql-pass = { $service } 서비스가 기대한 대로 답했습니다: { $query }
check-sql-failed = { $service } 서비스가 쿼리에 답하지 못했습니다: { $query }
check-sql-wrong = { $service } 서비스의 답이 다릅니다: { $query }
check-sql-same = { $service } 서비스와 { $other } 서비스의 답이 같습니다: { $query }
check-sql-rows = { $count }행

check-replication-silent = { $service }의 데이터베이스가 복제 상태를 알려 주지 않았습니다
check-replicates-pass = { $service }[이/가] GTID로 { $source }[을/를] 따르고 있습니다({ $server }). 두 스레드 모두 동작하고 직접 쓰기는 막혀 있습니다. { $lag }
check-replicates-nobody = { $service }({ $server })[은/는] 아무 서버도 따르지 않습니다. 따를 서버를 지정한 적이 없거나, 설정을 지웠습니다
check-replicates-same-id = { $service }[와/과] { $source }의 서버 ID가 둘 다 { $id }입니다. 서로의 변경을 자기 것으로 여기고 버립니다
check-replicates-twins = { $service }[와/과] { $other }의 서버 ID가 둘 다 { $id }입니다. { $source }[은/는] 둘을 구별하지 못해, 하나가 연결하면 다른 하나를 끊습니다
check-replicates-no-log = { $source }에 바이너리 로그가 없어 { $service }[이/가] 따라갈 기록이 없습니다
check-replicates-stopped = { $service }[이/가] 지금은 { $source }[을/를] 따르지 않습니다. 두 스레드가 모두 멈춰 있습니다. START REPLICA로 시작하세요
check-replicates-io = { $service }[이/가] { $source }에서 변경을 받지 못합니다. 수신 스레드가 동작하지 않습니다
check-replicates-sql = { $service }[이/가] { $source }에서 받은 변경을 적용하지 못합니다. 적용 스레드가 동작하지 않습니다
check-replicates-other = { $service }[이/가] { $source }[이/가] 아닌 다른 서버를 따르고 있습니다
check-replicates-id = 서버 ID { $id }
check-replicates-no-gtid = { $service }[이/가] GTID가 아니라 파일 이름과 오프셋으로 { $source }[을/를] 따릅니다. 다른 서버로 옮기면 자기 위치를 찾지 못합니다
check-replicates-writable = { $service }[이/가] { $source }[을/를] 따르면서 쓰기도 받습니다. 여기에 쓴 내용은 다른 어디에도 없습니다
check-lag-seconds = 지연 { $seconds }초
check-lag-unknown = 지연을 알 수 없음(NULL)
check-lag-pass = { $service }의 복제 지연은 { $seconds }초입니다
check-lag-unknown-pass = { $service }[은/는] 지연이 얼마인지 모릅니다(NULL, 수신: { $io }, 적용: { $sql }). 0이라는 뜻이 아닙니다
check-lag-null = { $service }[은/는] 지연이 얼마인지 모릅니다(NULL, 수신: { $io }, 적용: { $sql }). NULL은 0이 아닙니다. 아무것도 도착하지 않고 있습니다
check-lag-known = { $service }[은/는] 지연을 알고 있습니다: { $lag }
check-lag-over = { $service }: { $lag }. { $limit }초를 넘습니다
check-lag-under = { $service }: { $lag }. { $limit }초보다 짧습니다
check-stale-pass = 쓰고({ $path }) { $after } ms 뒤 { $service }에 물었더니 없었고, { $behind } ms 뒤에야 나타났습니다. 그 읽기는 거짓이었습니다
check-stale-fresh-pass = 쓰고({ $path }) { $after } ms 뒤 { $service }에 물었더니 있었습니다
check-stale-lies = 쓰고({ $path }) { $after } ms 뒤 { $service }에 물었더니 없었습니다. { $arrived }
check-stale-arrived = { $behind } ms 뒤에 나타났습니다
check-stale-not-arrived = 끝내 나타나지 않았습니다
check-stale-never = 쓰고({ $path }) { $after } ms 뒤 { $service }에 물었더니 없었고, 끝내 나타나지 않았습니다. 늦은 것이 아니라 복제가 되지 않는 것입니다
check-stale-true = 쓰고({ $path }) { $after } ms 뒤 { $service }에 물었더니 이미 있었습니다. 복제를 늦추는 것이 없습니다
check-own-writes-pass = { $all }번 쓰고 그때마다 바로 읽었는데 빠진 것이 없습니다. 읽는 데 걸린 시간은 중앙값 { $p50 } ms, 최대 { $most } ms입니다
check-own-writes-missing = { $all }번 쓰고 바로 읽었는데 { $missing }번은 방금 쓴 것이 없었습니다. 읽는 데 걸린 시간은 중앙값 { $p50 } ms, 최대 { $most } ms입니다
check-own-writes-stale-pass = { $all }번 쓰고 바로 읽었는데 { $missing }번은 방금 쓴 것이 없었습니다. 읽는 데 걸린 시간은 중앙값 { $p50 } ms, 최대 { $most } ms입니다
check-own-writes-all-there = { $all }번 쓰고 바로 읽었는데 모두 있었습니다. 오래된 값을 읽은 적이 없습니다
check-writes-pass = 쓰기 { $sent }건 중 { $acknowledged }건에 저장됐다고 답했고, { $service }에 모두 있습니다
check-writes-lost = 저장됐다고 답한 쓰기 { $acknowledged }건 중 { $missing }건이 { $service }에 없습니다. 틀린 답이었습니다
check-writes-lost-pass = 저장됐다고 답한 쓰기 { $acknowledged }건 중 { $missing }건이 { $service }에 없습니다. 프라이머리는 복제본에 닿기 전에 답했습니다
check-writes-none-lost = 저장됐다고 답한 쓰기 { $acknowledged }건이 모두 { $service }에 있습니다. 이번에는 잃은 것이 없습니다
check-writes-none = 사고가 나기 전에 저장됐다고 답한 쓰기가 { $sent }건 중 하나도 없습니다. 쓰기 자체가 되지 않습니다
