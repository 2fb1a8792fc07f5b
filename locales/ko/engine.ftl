# engine: docker, compose, 그리고 잘못될 수 있는 것들

## 레슨의 명령
engine-command-unreadable = 명령줄을 읽을 수 없습니다(따옴표가 열려 있나요?): { $line }
engine-command-not-allowed = 레슨이 실행할 수 있는 명령이 아닙니다: { $line } (레슨은 "docker compose …"나, "docker restart", "kill", "stop", "start"에 {"{"}서비스-번호{"}"}를 붙인 명령, 그리고 스웜에서는 "docker stack", "service", "node", "config", "secret"과 "workshop cluster …"만 실행할 수 있습니다)
engine-command-verb = 레슨은 "{ $command }"[을/를] 실행할 수 없습니다{ $near }. 쓸 수 있는 것: { $known }
engine-command-option = 레슨의 "{ $command }"에는 { $option }[을/를] 쓸 수 없습니다{ $near }. 쓸 수 있는 것: { $known }
engine-command-no-option = 레슨의 "{ $command }"에는 옵션을 쓸 수 없는데 { $option }[이/가] 있습니다
engine-command-value = 레슨의 "{ $command }": { $option }에는 { $wanted }[이/가] 와야 하는데 "{ $value }"[이/가] 있습니다
engine-command-beside = 레슨의 "{ $command }"에는 { $wanted }[이/가] 와야 하는데 "{ $word }"[이/가] 있습니다
engine-command-endless = "{ $command }"[은/는] 스스로 끝나지 않습니다. 다음 중 하나가 필요합니다: { $known }
engine-command-profile = --profile에는 프로파일 이름이 와야 합니다(영문자, 숫자, "-", "_", ".". 전부 켜려면 "*"). "{ $value }"[은/는] 쓸 수 없습니다
engine-command-watch = "docker compose watch"는 스스로 끝나지 않습니다. 편집할 때마다 "docker compose up -d --build"를 다시 실행하게 하세요. 파일의 develop.watch는 compose = {"{"} present = "services.SERVICE.develop.watch" {"}"} 검사로 볼 수 있습니다
engine-takes-nothing = 값 없음
engine-takes-number = 숫자
engine-takes-scale = SERVICE=NUMBER(최대 100)
engine-takes-one-of = { $known } 중 하나
engine-takes-lines = 줄 수나 "all"
engine-takes-time = 10m 같은 시간
engine-takes-signal = HUP 같은 시그널
engine-takes-span = 10s 같은 시간 길이
engine-takes-fraction = 0.5 같은 숫자
engine-takes-file = 작업 폴더 안에 있는 파일의 경로
engine-takes-image = 이미지 이름
engine-takes-pair = NAME=VALUE
engine-takes-key = 이름
engine-takes-constraint = node.labels.disk==ssd 같은 조건
engine-takes-source = {"{stack}"}_NAME이나 source={"{stack}"}_NAME,target=/FILE
engine-takes-template = {"{{.Name}}"} 같은 출력 형식
engine-beside-services = 서비스 이름
engine-beside-scales = 하나 이상의 SERVICE=NUMBER(최대 100)
engine-beside-command = 서비스 이름과 그 안에서 실행할 명령
engine-beside-stack = {"{stack}"} 하나만
engine-beside-own = {"{stack}"}_NAME 하나
engine-beside-owns = 하나 이상의 {"{stack}"}_NAME
engine-beside-own-scales = 하나 이상의 {"{stack}"}_SERVICE=NUMBER(최대 100)
engine-beside-own-file = {"{stack}"}_NAME과 작업 폴더 안에 있는 파일의 경로
engine-beside-node = 노드 하나(node2나 {"{node-of-backend-1}"})
engine-beside-nodes = 하나 이상의 노드(node2나 {"{node-of-backend-1}"})
engine-beside-any-nodes = 노드(node2나 {"{node-of-backend-1}"})
engine-beside-images = 하나 이상의 이미지

## EngineError
engine-unreachable = Docker 엔진이 { $address }에서 응답하지 않습니다: { $reason }. Docker를 켜고 다시 시도하세요.
engine-permission = { $address }의 Docker 엔진을 사용할 권한이 없습니다. `sudo usermod -aG docker $USER`를 실행하고 다시 로그인한 뒤 시도하세요.
engine-compose-missing = Docker Compose가 없습니다: `docker compose`도 `docker-compose`도 실행되지 않습니다.
engine-refused = 엔진이 거절했습니다: { $reason }
engine-name-taken = 다른 폴더가 이름이 "{ $name }"인 프로젝트를 쓰고 있습니다: { $dir }. 그 폴더에서 `docker compose down`을 실행하거나 `docker compose -p { $name } down`으로 지우세요.
engine-name-of-another = 프로젝트 이름 "{ $name }"[은/는] 다른 폴더를 위해 만든 것이고, 그 폴더의 네트워크와 볼륨이 이 이름을 씁니다. workshop/.env에서 COMPOSE_PROJECT_NAME 줄을 지우세요. 그러면 이 폴더의 이름을 새로 적습니다.
engine-strange = 이름이 "{ $name }"인데 여기 컨테이너가 쓰지 않는 것이 이미 { $count }개 있습니다: { $things }. 다른 폴더의 것일 수 있어 아무것도 바꾸지 않았습니다. workshop/.env에서 COMPOSE_PROJECT_NAME 줄을 지우면 이 레슨만의 이름을 씁니다. 직접 만든 것이라면 손으로 지우세요(`docker volume rm`, `docker network rm`).
engine-file-outside = workshop/.env의 COMPOSE_FILE이 workshop/ 바로 안에 있지 않은 파일을 가리킵니다: { $file }. 그러면 Compose가 다른 프로젝트를 다루게 됩니다. workshop/.env에서 그 줄을 지우고 다시 해 보세요.
engine-other-project = `workshop compose`는 이 레슨의 스택만 바꿉니다. `{ $option }`[은/는] 다른 곳을 가리킵니다. 다른 프로젝트에는 `docker compose`를 직접 쓰세요.
engine-remaining = 아직 { $count }개가 남아 있습니다: { $left } ({ $reason }). Docker가 응답하면 같은 명령을 다시 실행하세요.
engine-images-missing = 베이스 이미지 { $images }[이/가] 이 컴퓨터에 없고 내려받을 수도 없습니다: { $reason }.
engine-timed-out = { $seconds }초 안에 응답이 없습니다: { $what }. 계속되면 Docker를 다시 시작하세요.
engine-program-hangs = Docker의 프로그램 `{ $program }`[이/가] 응답하지 않습니다. { $seconds }초 동안 아무 말이 없었습니다. 레슨 탓이 아닙니다. `{ $program } version`을 직접 실행해 보고, 그것도 멈추면 Docker를 다시 시작하거나 Docker 명령줄 프로그램을 다시 설치하세요.
engine-program-floods = Docker의 프로그램 `{ $program }`[이/가] 출력을 멈추지 않아 끝냈습니다. 레슨 탓이 아닙니다. `{ $program } version`을 직접 실행해 보고, 그것도 그러면 Docker 명령줄 프로그램을 다시 설치하세요.
engine-endpoint = 어느 Docker를 쓸지 정할 수 없습니다: { $reason }
engine-no-nodes = { $node }[은/는] 여기서 끊을 수 없습니다. `workshop cluster`로 만든 클러스터의 노드만 끊을 수 있습니다
engine-no-such-replica = { $service }-{ $index }[이/가] 없습니다. { $service } 레플리카는 { $count }개입니다

# 어느 엔진을, 왜 쓰는지: 다른 문장에 들어가는 조각.
engine-rule-given = 그렇게 지정됨
engine-rule-host = DOCKER_HOST가 가리킴
engine-rule-context-named = DOCKER_CONTEXT가 컨텍스트 "{ $name }"[을/를] 가리킴
engine-rule-context-chosen = `docker context use`로 고른 컨텍스트 "{ $name }"
engine-rule-usual = 기본 주소
engine-rule-tls = DOCKER_TLS_VERIFY 또는 DOCKER_TLS가 설정됨
engine-endpoint-scheme = 여기서는 unix:// 또는 tcp://로 시작하는 주소만 쓸 수 있는데, 지금 주소는 { $address }입니다({ $rule }). `docker context use 이름`으로 다른 엔진을 고르거나 DOCKER_HOST에 적으세요.
engine-endpoint-address = { $address }[은/는] 엔진의 주소가 아닙니다({ $rule }). unix:///경로 또는 tcp://호스트:포트로 적으세요.
engine-endpoint-tls = 이 엔진은 TLS를 요구하는데({ $rule }) 여기서는 쓸 수 없습니다. `docker context use 이름`이나 DOCKER_HOST로 TLS 없는 엔진을 고르세요.
engine-endpoint-context-missing = 그런 컨텍스트가 없습니다({ $rule }). `docker context ls`로 목록을 볼 수 있습니다. `docker context use default`는 기본으로, `unset DOCKER_CONTEXT`는 골라 둔 것으로 돌아갑니다.
engine-endpoint-context-broken = 컨텍스트를 읽을 수 없습니다({ $rule }): { $file } ({ $reason }). `docker context create`로 다시 만들거나 `docker context use 이름`으로 다른 것을 고르세요.
engine-endpoint-config-broken = Docker의 설정 파일을 읽을 수 없습니다: { $file } ({ $reason }). 그 파일을 고치거나 DOCKER_HOST에 엔진을 적으세요.

engine-reason-no-socket = 소켓이 없습니다
engine-reason-refused = 연결이 거부되었습니다
engine-reason-network = 그 호스트에 닿을 수 없습니다
engine-reason-broken-off = 연결이 끊겼습니다
engine-reason-not-docker = 응답하는 것이 Docker 엔진이 아닙니다
engine-reason-too-much = Docker 엔진이라면 보내지 않을 만큼 많은 답을 보냅니다
engine-reason-registry = 레지스트리에 닿을 수 없습니다
engine-reason-registry-slow = 레지스트리가 { $seconds }초 안에 응답하지 않았습니다
engine-reason-no-image = 레지스트리에 없습니다

# 문장 안의 괄호에 들어갑니다.
engine-brief-unreachable = { $address }에서 응답 없음
engine-brief-permission = { $address }[을/를] 사용할 권한 없음
engine-brief-compose = Docker Compose 없음
engine-brief-images = 베이스 이미지 { $images }[이/가] 없고 내려받을 수도 없음
engine-brief-timed-out = { $seconds }초 안에 응답 없음
engine-brief-program-hangs = `{ $program }`[이/가] { $seconds }초 안에 응답하지 않음

engine-what-ping = Docker 엔진({ $address })
engine-what-listing = Docker 엔진({ $address })의 목록
engine-what-folders = 실행 중인 프로젝트 폴더를 찾는 파일 시스템
engine-what-inspect = 컨테이너 하나에 대한 Docker 엔진({ $address })의 정보
engine-what-logs = Docker 엔진({ $address })의 컨테이너 로그
engine-what-command = Docker 엔진({ $address })의 컨테이너 명령
engine-what-remove = Docker 엔진({ $address })의 삭제
engine-what-info = Docker 엔진({ $address })의 정보
engine-what-image = Docker 엔진({ $address })의 이미지 정보
engine-what-exec = Docker 엔진({ $address })의 컨테이너 내부 명령
engine-what-usage = Docker 엔진({ $address })의 CPU 사용 시간

## Trouble: 명령이 실패한 이유
engine-trouble-port-taken = 이 컴퓨터의 { $port }번 포트를 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끄거나 다른 포트를 쓰세요.
engine-trouble-port-held = 이 컴퓨터의 { $port }번 포트를 컨테이너 { $holder }[이/가] 쓰고 있습니다. `docker stop { $holder }`[으로/로] 멈추거나 다른 포트를 쓰세요.
engine-trouble-port-replicas = { $service }의 레플리카가 모두 이 컴퓨터의 { $port }번 포트를 쓰려고 하지만 하나만 쓸 수 있습니다. 레플리카가 여럿인 서비스에는 고정 포트를 열지 마세요.
engine-trouble-image-missing = 이미지 { $image }[이/가] 레지스트리에 없거나 로그인이 필요합니다. 이름과 태그를 확인하세요.
engine-trouble-no-registry = 이미지 { $image }[이/가] 이 컴퓨터에 없고 레지스트리에도 닿을 수 없습니다. 네트워크를 확인하고 다시 시도하세요.
engine-trouble-no-network = 네트워크에 닿을 수 없어 이미지나 패키지를 내려받지 못했습니다. 네트워크를 확인하고 다시 시도하세요.
engine-trouble-name-taken = 이름이 { $name }인 컨테이너가 이미 있고 이 프로젝트의 것이 아닙니다. 필요 없다면 `docker rm -f { $name }`[으로/로] 지우세요.
engine-trouble-name-replicas = { $service }에 `container_name`이 있습니다. 이름은 컨테이너 하나만 가질 수 있으니, 레플리카를 늘리려면 `container_name`을 지우세요.
engine-trouble-disk-full = Docker의 디스크가 가득 찼습니다. `docker system df`로 살펴보고 `docker system prune`으로 쓰지 않는 것을 지우세요.
engine-trouble-daemon-gone = 명령을 실행하는 동안 Docker 엔진이 사라졌습니다. Docker를 켜고 다시 시도하세요.
engine-trouble-compose-invalid = Compose 파일이 올바르지 않습니다: { $detail }
engine-trouble-build-failed = 이미지를 빌드하지 못했습니다: { $detail }
engine-trouble-build-failed-of = { $service }의 이미지를 빌드하지 못했습니다: { $detail }
engine-trouble-not-healthy-said = { $container }[이/가] healthy 상태가 되지 못했습니다. 마지막 로그: { $line }
engine-trouble-not-healthy = { $container }[이/가] healthy 상태가 되지 못했습니다. `workshop compose logs`로 이유을 볼 수 있습니다.
engine-trouble-other = Compose가 실패했습니다: { $line }

## doctor
engine-doctor-engine = Docker 엔진
engine-doctor-version = 버전 { $version }, { $address } ({ $rule })
engine-doctor-fix-engine = Docker Desktop을 켜세요. Linux에서는 `sudo systemctl start docker`를 실행하세요
engine-doctor-fix-permission = `sudo usermod -aG docker $USER`를 실행하고 다시 로그인하세요
engine-doctor-fix-endpoint = 엔진을 고르세요. `docker context ls`로 목록을 보고 `docker context use 이름`으로 고릅니다. `unset DOCKER_HOST DOCKER_CONTEXT`를 하면 골라 둔 것으로 돌아갑니다
engine-doctor-shell = 지금 쓰는 셸
engine-shell-seen = { $names }[이/가] 설정되어 있습니다. 이 레슨은 이를 따르지 않지만, 직접 입력하는 `docker compose`는 이를 따라 다른 것을 다룹니다
engine-shell-fix = 이 셸에서 `unset { $names }`[을/를] 실행하거나, `docker compose` 대신 `workshop compose`를 쓰세요
engine-shell-note = { $seen }. { $fix }.
engine-doctor-compose = Docker Compose
engine-doctor-compose-version = { $program }, 버전 { $version }
engine-doctor-fix-compose = Compose 2를 설치하세요. Docker Desktop에는 들어 있고, Docker의 패키지를 쓰는 Debian과 Ubuntu에서는 `sudo apt-get install docker-compose-plugin`을 실행하세요
engine-doctor-resources = CPU와 메모리
engine-doctor-resources-seen = CPU { $cpus }개, { $memory } GiB
engine-doctor-fix-memory = Docker에 메모리를 2 GiB 이상 주세요: Docker Desktop의 Settings, Resources
engine-doctor-storage = 스토리지 드라이버
engine-doctor-fix-storage = `overlay2`를 쓰세요. vfs는 모든 레이어를 복사해서 느립니다
engine-doctor-image = 베이스 이미지 { $image }
engine-doctor-image-here = 이 컴퓨터에 있습니다
engine-doctor-image-old = 이 컴퓨터에 있지만 nginx가 { $version }라서 `resolve`를 모릅니다. 레슨에는 1.27.3 이상이 필요합니다
engine-doctor-image-absent = 이 컴퓨터에 없습니다. 처음 빌드할 때 내려받습니다
engine-doctor-image-unreachable = 이 컴퓨터에 없고 지금은 내려받을 수 없습니다: { $reason }
engine-doctor-fix-image = 네트워크가 될 때 `docker pull { $image }` 명령을 실행해 두세요. 이미지 레지스트리에 접속할 수 없다면 저장소의 fixtures/images/README.md에 직접 만드는 방법과 이름을 넣을 변수가 있습니다
engine-doctor-fix-image-old = `docker pull { $image }`[을/를] 실행하세요. 그 태그가 계속 옛 버전이면 `docker pull nginx:alpine`[을/를] 실행하고 workshop/.env에 NGINX_IMAGE=nginx:alpine이라고 적으세요

## 내장 엔진
engine-trouble-at = { $place }: { $reason }
engine-trouble-port-forbidden = 이 사용자는 { $port }번 포트를 열 수 없습니다. 1024 이상의 다른 포트를 쓰세요.
embedded-not-here = 내장 엔진에는 없는 기능입니다: { $what }. Docker에서는 됩니다(`--engine docker`).
embedded-too-many = 레플리카를 { $asked }개까지 늘릴 수는 없습니다. 이 컴퓨터가 버틸 수 있도록 내장 엔진은 모두 합해 { $most }개까지만 실행합니다.
embedded-no-service = Compose 파일에 { $service } 서비스가 없습니다{ $near }
embedded-scale-shape = `--scale { $text }`[은/는] 서비스와 개수가 아닙니다. `--scale 서비스=3`처럼 쓰세요
embedded-scale-no-number = `--scale { $text }`에 개수가 없습니다. `--scale { $service }=3`처럼 쓰세요
embedded-scale-number = `--scale { $text }`: `=` 뒤에는 0 이상의 정수를 씁니다. 예: `--scale { $service }=3`
embedded-scale-left-out = `--scale { $service }=…`에 적은 서비스는 이 명령이 시작하지 않습니다. { $service }도 함께 적거나 서비스 이름을 모두 빼세요
embedded-rm-asks = 아무것도 지우지 않았습니다. `rm`만 쓰면 먼저 물어봐야 하는데 여기서는 물어볼 수 없습니다. `rm -f`로 지우세요.
embedded-foreign = 이 스택은 다른 버전의 workshop이 실행했습니다(프로세스 { $pid }). `workshop reset --all`로 그 프로세스와 스택을 끝내거나, 그 버전으로 계속하세요.
embedded-unreadable = 스택을 돌보는 프로세스({ $pid })가 있지만 `.workshop/engine/supervisor.json`이 없거나 깨졌거나 다른 사용자에게 열려 있습니다. `workshop reset --all`로 그 프로세스와 스택을 끝낼 수 있습니다. 이유은 `.workshop/engine/supervisor.log`에 있을 수 있습니다.
embedded-barred = `.workshop/engine`을 쓰지 않습니다: { $reason }. 다른 곳으로 옮긴 뒤 다시 시도하세요.
embedded-not-started = 스택을 돌볼 프로세스를 시작하지 못했습니다: { $reason }
embedded-gone = 스택을 돌보는 프로세스({ $pid })가 응답하지 않습니다. 이미 끝났다면 `workshop compose up -d`로 새로 시작하고, 아니면 `workshop reset --all`로 그 프로세스와 스택을 끝내세요.
embedded-stopped = 스택을 돌보는 프로세스({ $pid })가 일시 정지되어 { $seconds }초 동안 응답하지 않았습니다. `kill -CONT { $pid }`[으로/로] 이어서 실행하거나 `workshop reset --all`로 그 프로세스와 스택을 끝내세요.
embedded-traced = 스택을 돌보는 프로세스({ $pid })를 디버거가 붙잡고 있어 { $seconds }초 동안 응답하지 않았습니다. 디버거에서 이어서 실행하거나 `workshop reset --all`로 그 프로세스와 스택을 끝내세요.
embedded-silent = 스택을 돌보는 프로세스({ $pid })가 { $seconds }초 동안 아무 말이 없습니다. 컴퓨터가 몹시 바쁘다면 다시 시도하고, 아니면 `workshop reset --all`로 그 프로세스와 스택을 끝내세요.
embedded-nonsense = 스택을 돌보는 프로세스({ $pid })가 답이 아닌 것을 보내거나 지나치게 많이 보냅니다. `workshop reset --all`로 그 프로세스와 스택을 끝내세요.
embedded-left-alone = 스택을 돌보던 프로세스는 끝냈습니다. 알 수 없는 프로세스가 파일을 쥐고 있는 레플리카는 그대로 두었습니다: { $replicas }
embedded-lost = 스택을 돌보던 프로세스가 갑자기 끝나서 레플리카도 모두 끝났습니다. `workshop compose up -d`로 다시 시작하세요.
embedded-doctor = 내장 엔진
embedded-doctor-ready = 이 프로그램에 들어 있습니다. 레플리카마다 따로 주소를 씁니다
embedded-doctor-one-address = 이 프로그램에 들어 있습니다. 이 컴퓨터에서는 레플리카가 127.0.0.1의 포트를 나누어 씁니다
embedded-doctor-no-loopback = 이 컴퓨터의 127.0.0.1에서 포트를 열 수 없습니다
embedded-doctor-fix = 방화벽이나 보안 프로그램이 루프백 주소를 막고 있는지 확인하세요
embedded-doctor-program = { $program }
embedded-doctor-install = 설치하세요: `{ $install }`
embedded-program-missing = 이 컴퓨터에 { $program }[이/가] 없습니다. 내장 엔진은 컴퓨터에 설치된 것을 실행합니다. 설치 명령: { $install }
embedded-program-old = 이 컴퓨터의 { $program } 버전은 { $there }인데 레슨에는 { $wanted } 버전이 필요합니다
embedded-own-missing = 이 컴퓨터에 { $program }[이/가] 없습니다. 레슨이 이 프로그램을 직접 실행합니다. 설치하고 PATH에 있는지 확인하세요
embedded-own-port = { $service }[이/가] 어느 포트에서 요청을 받는지 알 수 없습니다. Compose 파일에서 { $variable } 변수를 정하거나 Dockerfile에 EXPOSE를 적으세요
embedded-not-running = { $name }[은/는] 실행 중이 아닙니다
embedded-exec-not-here = 내장 엔진은 레플리카 안에서 `{ $command }` 명령을 실행할 수 없습니다. 여기에 있는 명령: { $known }. 나머지는 Docker에 있습니다(`--engine docker`).
embedded-exec-too-long = 레플리카 안에서 실행한 `{ $command }` 명령이 { $seconds }초가 지나도 끝나지 않아 중단했습니다

## A cluster on this machine
cluster-doing-nodes = 노드 { $count }개를 시작합니다…
cluster-doing-swarm = 노드를 스웜으로 묶습니다…
cluster-doing-images = 모든 노드에 이미지를 올립니다: { $images }…
cluster-doing-cut = { $node } 노드의 연결을 { $seconds }초 동안 끊었습니다…
cluster-doing-stop = 멈추고, 하던 일을 원래대로 되돌립니다…
cluster-not-linux = 한 컴퓨터에 여러 노드를 만들려면 Linux가 필요합니다. 이 컴퓨터는 Linux가 아닙니다.
cluster-not-root = 한 컴퓨터에 여러 노드를 만들려면 root 권한이 필요합니다. 노드마다 네임스페이스와 Docker 엔진을 따로 두기 때문입니다.
cluster-next-one-node = Linux에서 sudo로 실행하세요. 아니면 지금 쓰는 Docker를 노드 하나짜리 스웜으로 만드세요(`docker swarm init`). 서비스, 롤링 업데이트, config, secret은 볼 수 있지만, 노드가 사라질 때 어떻게 되는지는 볼 수 없습니다.
cluster-missing = `{ $program }` 프로그램이 없습니다.
cluster-next-install = { $package } 패키지를 설치하세요
cluster-name = "{ $name }"[은/는] 클러스터 이름으로 쓸 수 없습니다. 영문 소문자, 숫자, 하이픈으로 16자까지 쓸 수 있고 하이픈으로 시작할 수 없습니다.
cluster-exists = "{ $name }" 클러스터가 이미 있거나, 만들다 만 것이 남아 있습니다.
cluster-broken = "{ $name }" 클러스터는 만들다 만 상태입니다.
cluster-none = "{ $name }" 클러스터가 없습니다.
cluster-next-down = 같은 --name으로 `workshop cluster down`을 실행해 지우세요
cluster-next-up = `workshop cluster up`으로 만드세요
cluster-no-node = 이 클러스터에는 "{ $node }" 노드가 없습니다. 있는 노드: { $nodes }
cluster-busy = 다른 명령이 "{ $name }" 클러스터를 다루고 있습니다. 끝날 때까지 기다리세요.
cluster-folder = { $path }[을/를] 쓸 수 없습니다: { $reason }
cluster-too-long = 소켓 경로가 Linux에서 쓰기에는 너무 깁니다: { $path }
cluster-next-shorter = XDG_STATE_HOME을 경로가 짧은 폴더로 지정하세요
cluster-no-image = 노드에도, 이 컴퓨터의 Docker에도 { $image } 이미지가 없습니다.
cluster-next-image = 이미지를 빌드하거나 받은 뒤 다시 실행하세요. 있는 이미지는 `docker image ls`로 볼 수 있습니다
cluster-no-addresses = 이 컴퓨터가 198.19.0.0부터 198.19.255.255까지의 주소를 이미 모두 쓰고 있습니다. 클러스터 하나에 주소 256개가 필요합니다.
cluster-next-addresses = 쓰지 않는 클러스터를 지우거나, 이 주소를 쓰는 VPN을 끄세요. 무엇이 쓰는지는 `ip route`로 볼 수 있습니다
cluster-refused = `{ $command }` 명령이 실패했습니다: { $reason }
cluster-timed-out = `{ $command }` 명령이 { $seconds }초 안에 끝나지 않았습니다.
cluster-node-failed = { $node } 노드의 Docker 엔진이 돌지 않습니다: { $reason }
cluster-remains = 끝나지 않는 프로세스가 있습니다: { $what }
cluster-stopped = 멈췄습니다.
cluster-no-manager = 응답하는 매니저가 없습니다. 서로 연결된 매니저가 과반수에 못 미쳐, 스웜은 아무것도 바꾸지 않습니다.
cluster-cut = 연결 끊김
cluster-cut-until = 연결 끊김, { $seconds }초 남음
cluster-ended = 엔진이 꺼짐
cluster-untold = 알 수 없음
cluster-one-node = 노드 하나로는 서비스, 롤링 업데이트, config, secret을 볼 수 있습니다. 노드가 사라질 때 어떻게 되는지는 볼 수 없습니다.
cluster-up-next = 노드 하나를 끊어 보고(`workshop cluster cut node2`) 상태를 보세요(`workshop cluster status`)
cluster-loaded = 모든 노드에 { $images }[이/가] 있습니다.
cluster-cut-done = { $node } 노드의 연결을 끊었습니다.
cluster-cut-next = `workshop cluster heal { $node }` 명령으로 되살리세요
cluster-joined = { $node } 노드가 다시 네트워크에 연결되었습니다.
cluster-started = { $node } 노드가 다시 돌고 있습니다.
cluster-was-whole = { $node } 노드에는 문제가 없습니다.
cluster-killed = { $node } 노드의 전원이 나갔습니다. 엔진과 컨테이너가 모두 꺼졌습니다.
cluster-gone = "{ $name }" 클러스터를 지웠습니다. 남은 것은 없습니다.

## 스웜 엔진
engine-swarm-none = 이 작업 폴더에서 쓸 스웜이 아직 없습니다. 이 컴퓨터에 노드 3개짜리 스웜을 만드세요: `workshop cluster up --nodes 3`. 이미 있는 스웜을 쓰려면 `--context NAME`으로 알려 주세요.
engine-brief-swarm-none = 스웜이 아직 없습니다(`workshop cluster up --nodes 3`)
engine-swarm-no-manager = 응답하는 매니저가 없어({ $reason }) 스웜을 보거나 바꿀 수 없습니다. 매니저의 절반이 넘게 서로 연결되어 있어야 합니다. `workshop cluster status`로 상태를 보고, `workshop cluster heal NODE`로 노드를 되살리세요.
engine-swarm-silent = 매니저가 응답하지 않습니다
engine-swarm-node-away = { $replica }[은/는] { $node }에서 실행되는데, 그 노드의 엔진이 응답하지 않습니다({ $reason }). `workshop cluster heal { $node }` 명령으로 노드를 되살리거나, 다른 노드에 레플리카가 새로 생길 때까지 기다리세요.
engine-swarm-node-far = { $replica }[은/는] { $node }에서 실행됩니다. 이 컨텍스트로는 응답하는 노드({ $here })의 안쪽만 볼 수 있습니다. { $node }에 연결되는 컨텍스트를 쓰세요.
engine-swarm-no-container = { $replica }에는 컨테이너가 없습니다: { $reason }
engine-swarm-not-yet = 아직 시작되지 않았습니다
engine-swarm-compose = 스웜에서는 `docker compose { $verb }`[이/가] 아무 일도 하지 않습니다. 대신 이렇게 하세요: { $instead }
engine-swarm-cluster-refused = { $reason } { $next }
engine-swarm-foreign = 이 스웜에는 이름이 "{ $name }"인 스택이 이미 있는데, 다른 곳에서 배포한 것입니다: { $owner }. 그 스택은 건드리지 않았습니다. 이 작업 폴더에 다른 이름을 주거나(workshop/.env의 COMPOSE_PROJECT_NAME), 배포한 곳에서 그 스택을 지우세요.
engine-swarm-nobody = 어디인지 알 수 없음
engine-swarm-file = { $file }[은/는] 작업 폴더에 있는 파일이 아닙니다. 작업 폴더 안에 있는 파일을 쓰세요.
engine-swarm-only = 이 명령은 스웜에서 쓰는 것인데, 이 레슨은 지금 { $engine }에서 실행됩니다.
engine-swarm-context-node = { $node } 노드는 이 작업 폴더의 클러스터에 속하지 않습니다. 다른 스웜의 노드는 일부러 끊지 않습니다. `workshop cluster up --nodes 3`으로 만든 클러스터를 쓰세요.
engine-swarm-remains = 아직 남아 있습니다
engine-swarm-node-down = { $node }[이/가] 응답하지 않습니다
engine-doctor-swarm = 스웜
engine-doctor-swarm-ready = 노드 { $total }개 중 { $ready }개가 응답합니다, { $address }
engine-doctor-swarm-none = 아직 없지만, 이 컴퓨터에 만들 수 있습니다
engine-doctor-swarm-fix-none = `workshop cluster up --nodes 3`으로 만듭니다. 필요한 레슨이 만들 때를 알려 줍니다.
engine-doctor-swarm-fix-nodes = `workshop cluster status`로 빠진 노드를 찾고, `workshop cluster heal NODE`로 되살리세요.
