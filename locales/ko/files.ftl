# Dockerfile, 빌드, 제한, 헬스 체크, nginx가 직접 하는 응답에 관해 검사가 하는 말.

check-built-not = { $service } 서비스에 `build`가 없어서 여기서 빌드되지 않습니다
check-built-inline = { $service } 서비스의 Dockerfile이 Compose 파일 안에 적혀 있습니다. 여기서 읽을 수 있게 파일로 따로 두세요
check-built-elsewhere = { $service } 서비스가 다른 곳에 있는 폴더로 빌드되어 여기서 읽을 수 없습니다
check-built-no-stage = { $file }에 빌드 스테이지(FROM)가 없습니다
check-built-no-target = Compose 파일이 빌드하려는 { $target } 스테이지가 { $file }에 없습니다
check-built-no-source = 빌드할 때 복사하는 { $source } 파일이 { $folder } 폴더에 없습니다
check-built-no-start = { $service } 서비스의 이미지가 아무것도 실행하지 않습니다. { $file }에 ENTRYPOINT도 CMD도 없습니다
check-built-no-shell = 셸을 실행하는 방식인데 FROM scratch 이미지에는 셸이 없습니다. ["/app/program"]처럼 목록으로 쓰세요
check-built-no-program = { $service } 서비스가 { $program }[을/를] 실행하는데 { $file }에서 그 자리에 파일을 두지 않습니다

check-standing-profile = { $service } 서비스가 시작되지 않습니다. 켜지 않은 프로필 { $profile }에 들어 있습니다
check-standing-count = Compose 파일이 { $service } 서비스를 { $wanted }개가 아니라 { $count }개 시작합니다
check-standing-external-network = { $service } 서비스가 쓰는 네트워크 { $name }[이/가] `external`입니다. Compose가 만들지 않는데 따로 만든 것도 없습니다
check-standing-external-volume = { $service } 서비스가 쓰는 볼륨 { $name }[이/가] `external`입니다. Compose가 만들지 않는데 따로 만든 것도 없습니다
check-standing-address-one = { $service } 서비스에 고정 주소 { $address }[이/가] 있습니다. 레플리카 하나만 그 주소를 가질 수 있습니다
check-standing-hostname = { $service } 서비스의 레플리카가 안에서 모두 { $hostname }[이라고/라고] 불려서 응답을 구별할 수 없습니다
check-standing-address-subnet = { $service } 서비스가 { $address } 주소를 원하지만 네트워크 { $network }에 직접 정한 `subnet`이 없어서 Docker가 거절합니다

check-dockerfile-pass = { $file }의 최종 이미지에는 빌드 결과물만 있고 빌드 도구는 없습니다
check-dockerfile-single = { $file }에 스테이지가 하나뿐입니다. 실행되는 이미지에 컴파일 도구가 모두 들어갑니다
check-dockerfile-runs = 최종 스테이지에서 { $program }[을/를] 실행하므로 실행되는 이미지에 빌드 도구가 들어갑니다
check-dockerfile-starts-from = 최종 스테이지가 { $program }[을/를] 실행하는 { $from }에서 시작(FROM)해서 빌드 도구까지 딸려 옵니다
check-dockerfile-tool-chain = 최종 스테이지가 빌드 도구 이미지인 { $image }에서 시작합니다
check-dockerfile-no-copy = 최종 스테이지가 다른 스테이지에서 아무것도 가져오지 않아서 빌드 결과물이 이미지에 없습니다
check-dockerfile-two-stages = 빌드하는 첫 스테이지와, COPY --from으로 그 결과물을 가져오는 마지막 스테이지
check-dockerfile-no-start = { $file }의 최종 스테이지에 ENTRYPOINT도 CMD도 없어서 빌드 결과물이 실행되지 않습니다
check-dockerfile-copied = 최종 스테이지가 { $source }[을/를] 복사해서 빌드 도구까지 딸려 옵니다

check-healthcheck-pass = { $service } 서비스는 스스로 정상인지 알려 줍니다
check-healthcheck-missing = { $service } 서비스에 헬스 체크가 없습니다. 실행 중이라고 준비된 것은 아닙니다
check-healthcheck-disabled = { $service } 서비스의 헬스 체크가 꺼져 있습니다
check-healthcheck-no-test = { $service } 서비스의 헬스 체크에 test가 없습니다
check-healthcheck-always = { $service } 서비스의 헬스 체크가 아무것도 확인하지 않아서 무슨 일이 있어도 정상으로 나옵니다

check-same-build-pass = 모두 같은 이미지로 실행됩니다: { $service }
check-same-build-other = { $other } 서비스의 빌드가 { $one } 서비스와 다릅니다: `{ $what }`

check-cpu-limit-pass = { $service } 서비스는 각각 CPU 코어의 { $cpus }[을/를] 쓸 수 있습니다
check-cpu-limit-missing = { $service } 서비스에 CPU 제한이 없습니다. 서버 하나가 컴퓨터 전체를 쓸 수 있으면 한 대를 더해도 달라지지 않습니다
check-cpu-limit-high = { $service } 서비스의 CPU 제한이 너무 커서 서버를 더한 효과가 드러나지 않습니다
check-cpu-limit-uneven = { $service } 서비스의 CPU 제한이 { $other } 서비스와 다릅니다

check-ports-pass = 포트 { $count }개가 모두 비어 있거나 이 작업 폴더의 스택이 쓰고 있습니다
check-ports-replaced = 이 컴퓨터에서 쓸 수 없는 포트: { $ports }. 애플리케이션을 복사할 때 .env에 다른 포트를 적습니다
check-ports-taken = { $port }번 포트({ $variable })를 다른 프로그램이 쓰고 있습니다. 다른 포트를 쓰세요: workshop doctor
check-ports-not-allowed = { $port }번 포트({ $variable })를 열 권한이 없습니다. 다른 포트를 쓰세요: workshop doctor

check-upstream-method-pass = 업스트림 { $name }의 분산 방식은 { $method }입니다
check-upstream-method = 업스트림 { $name }의 분산 방식이 { $wanted }[이/가] 아니라 { $method }입니다
check-upstream-method-none = least_conn, ip_hash, hash, random 없음
check-upstream-servers-pass = 업스트림 { $name }에 정확히 이 서버만 똑같은 조건으로 있습니다: { $service }
check-upstream-servers-missing = 업스트림 { $name }에 { $server } 서버가 없습니다
check-upstream-servers-stranger = 업스트림 { $name }[이/가] { $server }에도 요청을 보냅니다
check-upstream-servers-twice = 업스트림 { $name }에 { $server } 서버가 두 번 있어서 요청을 두 배로 받습니다
check-upstream-servers-other = { $what ->
    [port] { $server } 서버의 포트가 다릅니다
    [down] { $server } 서버에 `down`이 있어서 요청을 받지 못합니다
    [backup] { $server } 서버에 `backup`이 있어서 다른 서버가 실패할 때만 요청을 받습니다
    [weight] { $server } 서버의 weight가 다른 서버와 다릅니다
   *[other] { $server } 서버의 { $what } 값이 다릅니다
}

check-location-pass = nginx가 { $path } 요청에 직접 응답합니다 ({ $what })
check-location-guarded = nginx가 { $path } 요청에 직접 응답하고 ({ $what }), 아무에게나 보여 주지 않습니다
check-location-no-answer = { $path } 요청에 직접 응답하는 곳이 없습니다. `location { $location }`[이/가] 맡는데 `return`이 없습니다
check-location-other = { $path } 요청의 응답이 다릅니다
check-location-answer = { $request } 요청에 { $status }[으로/로] 응답하지 않습니다
check-location-lacks = { $path } 요청을 맡은 `location { $location }`에 { $what } 지시어가 없습니다
check-location-return-first = { $what }보다 먼저 이 `return`이 { $path } 요청에 응답합니다
check-location-open = { $path }에 막는 규칙이 없어서 누구나 볼 수 있습니다
check-location-shut = { $path }에서 이 컴퓨터도 막힙니다. 나머지를 막기 전에 127.0.0.1을 허용하세요

check-environment-names-pass = { $service } 서비스는 { $key } 값으로 { $target } 서비스를 찾습니다
check-environment-names-other = { $key } 값이 { $target } 서비스가 아니라 { $seen }[을/를] 가리킵니다
check-environment-names-localhost = { $key } 값이 { $seen }입니다. 컨테이너 안에서 그 주소는 { $target } 서비스가 아니라 { $service } 컨테이너 자신입니다
check-environment-names-apart = { $service } 서비스와 { $target } 서비스가 함께 있는 네트워크가 없어서 이름을 찾을 수 없습니다
check-environment-names-more = { $key }에는 호스트 이름만 씁니다. { $seen } 말고 나머지는 지우세요
check-environment-hides = { $service } 서비스에 { $key }[은/는] 있지만 { $lost }[이/가] 사라졌습니다. 따로 쓴 `environment`가 함께 쓰던 것을 모두 가립니다

check-volume-none-at = { $path } 경로가 { $service } 컨테이너 안에 있습니다. 컨테이너를 지우면 함께 사라집니다
check-volume-memory = { $target } 마운트는 메모리라서 컨테이너가 멈추면 사라집니다
check-volume-nameless = { $target }에 있는 볼륨에 이름이 없어서 새 컨테이너는 새 볼륨을 받습니다
