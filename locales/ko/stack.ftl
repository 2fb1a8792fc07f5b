# stack: 파일을 읽을 수 없는 이유
stack-yaml-empty = 파일이 비어 있습니다. `services:`부터 작성하세요
stack-yaml-not-mapping = 파일은 `services:` 같은 키로 시작해야 합니다. 지금은 목록이나 단일 값입니다
stack-yaml-tab = 이 줄은 탭으로 들여 썼습니다. YAML에서는 공백만 쓸 수 있습니다
stack-yaml-indent = 이 줄은 공백 { $spaces }칸만큼 들여 썼는데, 위의 어느 줄과도 맞지 않습니다
stack-yaml-indent-first = 이 줄은 { $spaces }칸 들여 썼는데, 나란히 있어야 할 { $line }번째 줄은 { $other }칸입니다. 둘의 들여쓰기를 같게 하세요
stack-yaml-too-deep = 윗줄의 값이 이어지는 것처럼 들여 썼습니다. 윗줄과 들여쓰기를 맞추거나 윗줄의 값을 지우세요
stack-yaml-structure = 이 줄은 위의 내용과 맞지 않습니다. 들여쓰기를 확인하세요
stack-yaml-item-among-keys = 목록 항목(`- `)은 키와 나란히 둘 수 없습니다. 해당하는 키 아래로 들여 쓰세요
stack-yaml-key-among-items = 목록 항목은 `- `로 시작해야 합니다. 항목 사이에는 키를 둘 수 없습니다
stack-yaml-colon = 이 줄에 `: `(콜론과 공백)가 빠져서 키와 값으로 읽을 수 없습니다
stack-yaml-second-colon = 한 줄에 `: `가 두 번 나옵니다. 값을 따옴표로 감싸거나 줄을 나누세요
stack-yaml-quote = 여기서 시작한 따옴표 { $quote }[이/가] 닫히지 않았습니다
stack-yaml-after-quote = 닫는 따옴표 뒤에 글자가 더 있습니다. 따옴표 안으로 넣거나 지우세요
stack-yaml-escape = 큰따옴표 안에서 `{ $word }`[은/는] 쓸 수 없습니다. 역슬래시는 `\\`로 쓰거나 작은따옴표를 쓰세요
stack-yaml-bracket = 여기서 연 괄호 `{ $bracket }`[이/가] 닫히지 않았습니다
stack-yaml-bracket-mismatch = 여기서 연 괄호 `{ $open }`[을/를] `{ $close }`[으로/로] 닫았습니다
stack-yaml-bracket-extra = 이 괄호와 짝이 되는 여는 괄호가 없습니다
stack-yaml-comma = 여기에 `,`나 닫는 괄호가 있어야 합니다
stack-yaml-anchor = 위에 `{ $word }`[이라는/라는] 이름이 없습니다. `*`로 참조하기 전에 `&`로 정의하세요
stack-yaml-alias-cycle = 이 별칭은 자신이 들어 있는 블록을 가리킵니다
stack-yaml-aliases = 이 파일의 별칭이 복사하는 값이 { $limit }개를 넘습니다. 별칭을 줄이세요
stack-yaml-merge = `<<`에는 매핑이나 매핑의 목록만 쓸 수 있습니다
stack-yaml-character = 값은 `{ $word }`[으로/로] 시작할 수 없습니다. 따옴표로 감싸세요
stack-yaml-depth = 여기서 중첩이 { $limit }단계를 넘습니다
stack-yaml-duplicate-key = `{ $key }`[은/는] { $first }번째 줄에 이미 있습니다. 둘 중 하나만 남기세요
stack-yaml-key = 키는 일반 텍스트여야 합니다
stack-yaml-key-quotes = 키는 문자열이어야 하는데, 따옴표가 없는 { $key }[은/는] 문자열이 아닙니다. `"{ $key }"`[으로/로] 쓰세요
stack-yaml-other = 여기서 YAML을 읽을 수 없습니다({ $detail })

stack-kind-nothing = 빈 값
stack-kind-list = 목록
stack-kind-mapping = 매핑(`키: 값`)
stack-kind-text = `{ $text }`
stack-kind-string = 문자열
stack-kind-number = 정수
stack-kind-decimal = 숫자
stack-kind-boolean = `true` 또는 `false`
stack-kind-string-or-list = 문자열이나 목록
stack-kind-string-or-mapping = 문자열이나 매핑(`키: 값`)
stack-kind-list-or-mapping = 목록이나 매핑(`키: 값`)
stack-kind-port = 포트
stack-kind-mount = `data:/var/lib/data` 같은 마운트
stack-kind-path = 파일 경로

stack-compose-files = 파일이 { $limit }개를 넘는 프로젝트는 읽지 않습니다
stack-compose-include-circle = 파일들이 서로를 포함합니다: { $files }
stack-compose-include-twice = { $name }[이/가] 여기와 include한 파일에 서로 다르게 있습니다. Compose가 받지 않습니다
stack-compose-extends-unknown = { $file }에는 extends할 `{ $service }` 서비스가 없습니다
stack-compose-no-services = 파일에 `services:`가 없습니다
stack-compose-type = `{ $path }`에는 { $wanted }[이/가] 와야 하는데 { $found }[이/가] 있습니다
stack-kind-value = 값이나 목록, 매핑
stack-compose-unknown-key = `{ $path }`에 `{ $key }`[이라는/라는] 키는 없습니다{ $near }
stack-compose-unknown-top-key = Compose 파일 맨 위에 `{ $key }`[이라는/라는] 키는 없습니다{ $near }
stack-compose-missing-key = `{ $path }`에 `{ $key }`[이/가] 있어야 합니다
stack-compose-word = `{ $path }`에 `{ $text }`[은/는] 쓸 수 없습니다. 쓸 수 있는 값: { $words }{ $near }
stack-compose-quotes = `{ $path }`에는 문자열이 와야 하는데, 따옴표가 없는 { $text }[은/는] 문자열이 아닙니다. `"{ $text }"`[으로/로] 쓰세요
stack-compose-size = `{ $path }`에는 `512m`이나 `1g` 같은 크기가 와야 하는데 "{ $text }"[이/가] 있습니다
stack-compose-twice = `{ $path }`에 { $text }[이/가] 두 번 있습니다(처음은 { $first }번째 줄). 하나만 남기세요
stack-compose-undeclared = 여기에서 쓰는 `{ $name }`[이/가] 최상위 `{ $section }:`에 선언되어 있지 않습니다{ $near }
stack-compose-no-service = `{ $name }`[이라는/라는] 서비스는 없습니다{ $near }
stack-compose-service-off = `{ $name }` 서비스는 켜진 `profiles:`가 없어서 꺼져 있습니다. 이 서비스에 의존하는 쪽도 시작할 수 없습니다
stack-compose-no-image = `{ $name }` 서비스에 `image:`도 `build:`도 없습니다
stack-compose-same-name = 컨테이너 이름 `{ $name }`[은/는] `{ $other }` 서비스가 이미 씁니다. 서비스마다 다른 이름을 쓰세요
stack-compose-cycle = 서비스들이 서로를 기다려서 아무것도 시작할 수 없습니다: { $names }
stack-compose-both = `{ $path }`에 `{ $one }`[과/와] `{ $other }`[을/를] 함께 쓸 수 없습니다. 서로 맞지 않습니다
stack-compose-test = `{ $path }`[은/는] CMD, CMD-SHELL, NONE 가운데 하나로 시작해야 합니다
stack-compose-one-source = `{ $path }`에는 다음 가운데 꼭 하나가 있어야 합니다: { $words }
stack-compose-env-file = `{ $name }` 파일이 없습니다. Compose는 이 파일 없이 시작하지 않습니다
stack-compose-name = `{ $path }`의 { $text }[은/는] 컨테이너 이름이 될 수 없습니다(두 글자 이상, a-z, A-Z, 0-9, `_`, `.`, `-`만)
stack-compose-host = `{ $path }`에는 `"db:10.0.0.5"`처럼 이름과 주소가 와야 하는데 { $text }[이/가] 있습니다
stack-compose-pull = `{ $path }`에 `{ $text }`[은/는] 쓸 수 없습니다. always, missing, never, build, daily, weekly, every_12h 가운데 하나를 쓰세요
stack-compose-key = `{ $key }`[은/는] Compose가 받는 이름이 아닙니다. a-z, A-Z, 0-9, `_`, `.`, `-`만 쓸 수 있습니다
stack-compose-mounted-twice = `{ $target }`에는 이미 다른 것이 마운트되어 있습니다
stack-compose-mount-source = `{ $path }`에 `source`가 없습니다. 이 컴퓨터의 경로를 쓰세요
stack-compose-extends-circle = 서비스들이 서로를 `extends`로 돌려 가리킵니다: { $names }
stack-compose-port = `{ $path }`[은/는] 올바른 포트가 아닙니다: { $text } (`"8080:80"`이나 `"80"`처럼 쓰며, 0부터 65535까지입니다)
stack-compose-port-target = `{ $path }`에 컨테이너 쪽 포트인 `target`이 없습니다
stack-compose-mount = `{ $path }`[은/는] 올바른 마운트가 아닙니다: { $text } (`"data:/var/lib/data"`나 `"./folder:/folder:ro"`처럼 쓰세요)
stack-compose-mount-target = `{ $path }`에 컨테이너 안의 경로인 `target`이 없습니다
stack-compose-condition = `{ $path }`에는 `{ $text }`[을/를] 쓸 수 없습니다. service_started, service_healthy, service_completed_successfully 중 하나여야 합니다
stack-compose-command = `{ $path }`[을/를] 단어로 나눌 수 없습니다. 닫히지 않은 따옴표가 있습니다
stack-compose-duration = `{ $path }` 값은 시간이어야 하는데 "{ $text }"입니다. `2s`, `500ms`, `1m30s`처럼 쓰세요

stack-variable-unclosed = 여기서 시작한 변수를 중괄호로 닫지 않았습니다: { $text }
stack-variable-malformed = Compose가 알지 못하는 변수 표기입니다: { $text } (달러 기호 자체는 두 번 겹쳐 쓰세요)
stack-variable-required = 파일에 꼭 필요한 변수 `{ $name }`[이/가] 설정되어 있지 않습니다: { $reason }

stack-nginx-bom = 파일이 보이지 않는 바이트 순서 표시(BOM)로 시작하는데, nginx는 이를 거부합니다. BOM 없는 UTF-8로 저장하세요
stack-nginx-quote = 여기서 시작한 따옴표 { $quote }[이/가] 닫히지 않았습니다
stack-nginx-after-quote = 닫는 따옴표 바로 뒤에 글자가 있습니다. 공백이나 `;`가 와야 합니다
stack-nginx-semicolon = { $line }번째 줄 끝에 `;`가 빠졌습니다
stack-nginx-extra-semicolon = 이 `;` 앞에 지시어가 없습니다
stack-nginx-nameless-block = 이름 없이 블록이 열립니다
stack-nginx-extra-brace = 이 닫는 중괄호와 짝이 되는 블록이 없습니다
stack-nginx-unclosed-block = { $line }번째 줄에서 시작한 `{ $name }` 블록을 중괄호로 닫지 않았습니다
stack-nginx-depth = 여기서 블록 중첩이 { $limit }단계를 넘습니다
stack-nginx-arguments = `{ $name }`의 인수는 { $wanted }개여야 하는데 { $count }개입니다
stack-nginx-block-expected = `{ $name }` 다음에는 `;`가 아니라 중괄호 블록이 와야 합니다
stack-nginx-unexpected-block = `{ $name }`에는 블록을 쓸 수 없습니다. `;`로 끝내세요
stack-nginx-unknown-near = nginx에 `{ $name }`[이라는/라는] 지시어는 없습니다. `{ $near }`[을/를] 쓰려고 했나요?
stack-nginx-parameter-near = `{ $name }`에 `{ $value }`[이라는/라는] 매개변수는 없습니다. `{ $near }`[을/를] 쓰려고 했나요?
stack-nginx-address-first = `server` 다음에는 주소가 먼저 와야 합니다: `server { $address } { $word };`
stack-nginx-http-in-http = 이 파일은 이미 `http` 블록 안에서 읽힙니다. `http {"{"} … {"}"}`[을/를] 빼세요
stack-nginx-whole-seconds = `{ $value }`: 여기에는 `1s`처럼 초 단위로만 쓸 수 있습니다
stack-nginx-zone-size = zone `{ $name }`의 크기가 어디에도 없습니다. `64k`처럼 크기를 적어야 nginx가 시작합니다
stack-nginx-cache-zone = 여기서 쓰는 zone `{ $name }`[을/를] 정의한 `{ $path }`[이/가] 없습니다
stack-nginx-certificate = 이 `listen`은 TLS를 쓰는데 서버에 `ssl_certificate`가 없습니다
stack-nginx-two-buffers = `{ $name }`에는 버퍼가 2개 이상 있어야 합니다
stack-nginx-buffer-least = `{ $name }`[은/는] 가장 큰 버퍼 하나보다 작을 수 없습니다. 여기서는 { $least }바이트 이상이어야 합니다
stack-nginx-buffer-most = `{ $name }`[은/는] 버퍼 하나를 뺀 나머지({ $most }바이트)를 넘을 수 없는데, 버퍼 하나가 { $least }바이트입니다. 버퍼도 함께 늘리세요

# 프런트: 설정을 받아들이지 않는 이유
front-unknown = nginx에 `{ $name }`[이라는/라는] 지시어는 없습니다. 철자를 확인하세요
front-needs-docker = `{ $name }`[은/는] Docker 없이는 쓸 수 없습니다. nginx에는 있는 기능이니 Docker로 실행하세요
front-not-here = `{ $name }`[은/는] 이 자리에 쓸 수 없습니다
front-duplicate = `{ $name }`[이/가] 이미 있습니다. 둘 중 하나만 남기세요
front-value = `{ $name }`에는 `{ $value }`[을/를] 쓸 수 없습니다
front-parameter = `{ $name }`에 `{ $value }`[이라는/라는] 매개변수는 없습니다
front-variable = `${ $name }`[이라는/라는] 변수는 없습니다
front-variable-name = `{ $name }`[은/는] 변수가 아닙니다. 달러 기호 뒤에 이름을 쓰세요
front-variable-taken = `${ $name }`[은/는] nginx가 쓰는 변수입니다. 다른 이름을 고르세요
front-regex = 이 정규식은 Docker가 있어야 쓸 수 있습니다: { $pattern }
front-regex-broken = 올바른 정규식이 아닙니다: { $pattern }
front-include = 파일이 없습니다: { $path }
front-include-circle = 파일들이 서로를 너무 여러 번 포함합니다: { $path }
front-no-servers = 업스트림 `{ $name }`에 `server`가 없습니다
front-backup = 이 분산 방식에서는 `backup`을 쓸 수 없습니다
front-zone-small = { $value }[은/는] zone으로 너무 작습니다. 32k 이상으로 하세요
front-resolve-zone = `resolve`를 쓰려면 업스트림 `{ $name }`에 `zone`이 있어야 합니다
front-resolve-resolver = 업스트림 `{ $name }`의 `resolve`에는 `resolver`가 필요합니다. Docker에서는 주소가 127.0.0.11입니다
front-resolver-address = `resolver`에 주소가 없습니다. Docker에서는 127.0.0.11입니다
front-upstream-port = `{ $name }`[은/는] 업스트림이고, 포트는 그 안의 서버마다 따로 있습니다. `:{ $port }`[을/를] 빼세요
front-proxy-scheme = `proxy_pass`의 주소는 `http://`로 시작해야 합니다
front-proxy-uri = 여기서는 `proxy_pass`를 호스트와 포트까지만 쓰세요. 이 자리에서는 경로를 바꿔 넣을 수 없습니다
front-default-server = 포트 { $port }의 기본 서버가 둘입니다. `default_server`를 하나만 남기세요
front-location-twice = location `{ $pattern }`[이/가] 이미 있습니다. 둘 중 하나만 남기세요
front-location-inside = location `{ $pattern }`[은/는] `{ $outer }` 안에 둘 수 없습니다
front-location-outside = location `{ $pattern }`[이/가] `{ $outer }` 안에 있지만 경로가 그렇게 시작하지 않습니다
front-root-and-alias = 한 location에 `root`와 `alias`를 함께 쓸 수 없습니다
front-log-format = `{ $name }`[이라는/라는] `log_format`이 없습니다
front-condition = nginx가 알지 못하는 조건입니다: { $condition }

## .env

dotenv-wide = 파일이 UTF-16으로 저장되어 있어 Compose가 읽지 못합니다. UTF-8로 저장하세요.
dotenv-name = 변수 이름에 쓸 수 없는 글자가 있습니다({ $letter }): { $text }
dotenv-blank = 변수 이름에는 빈칸을 쓸 수 없습니다: { $name }
dotenv-open = 여기서 시작한 따옴표를 닫지 않았습니다: { $text }
dotenv-long = 변수를 바꿔 넣으면 { $name } 값이 너무 길어집니다.

## Dockerfile

stack-docker-empty = Dockerfile에 명령이 하나도 없습니다.
stack-docker-before-from = { $word } 앞에 FROM이 있어야 합니다. 이미지는 FROM으로 시작합니다
stack-docker-escape = `escape`에는 \ 또는 `만 쓸 수 있습니다: { $word }
stack-docker-escape-twice = `escape`가 두 번 나옵니다
stack-docker-unknown = Docker가 모르는 명령입니다: { $word }
stack-docker-unknown-near = Docker가 모르는 명령입니다: { $word }. { $near }[을/를] 쓰려던 것인가요?
stack-docker-flag = { $of }에는 `--{ $word }` 옵션이 없습니다
stack-docker-flag-near = { $of }에는 `--{ $word }` 옵션이 없습니다. `--{ $near }`[을/를] 쓰려던 것인가요?
stack-docker-flag-value = { $of }의 `--{ $word }`에는 값이 필요합니다: `--{ $word }=...`
stack-docker-quote = 여기서 시작한 따옴표를 닫지 않았습니다
stack-docker-brace = 여기서 시작한 변수의 괄호를 닫지 않았습니다
stack-docker-retries = `--{ $word }`에는 1 이상의 수를 씁니다: { $value }
stack-docker-time = `--{ $word }`에는 5s처럼 단위가 있는 시간을 씁니다: { $value }
stack-docker-strings = { $word }의 목록에는 따옴표로 감싼 글만 쓸 수 있습니다
stack-docker-few = { $least ->
    [one] { $word } 뒤에 쓸 것이 빠졌습니다
   *[other] { $count ->
        [0] { $word }에는 원본과 대상이 필요합니다
       *[other] { $word }에는 원본과 대상이 필요한데 하나뿐입니다
    }
}
stack-docker-list = { $word }에는 목록만 쓸 수 있습니다: ["/bin/sh", "-c"]
stack-docker-no-name = { $word }에 이름 없이 값만 있습니다
stack-docker-no-value = { $word }[은/는] 이름=값으로 씁니다. 둘 중 하나가 빠졌습니다
stack-docker-port = 포트가 아닙니다: { $word }
stack-docker-from = FROM에는 이미지 하나, 또는 이미지 AS 이름을 씁니다
stack-docker-stage-name = 스테이지 이름으로 쓸 수 없습니다: { $word }. 영문자로 시작하고 영문자, 숫자, - _ . 만 씁니다
stack-docker-health = HEALTHCHECK에는 NONE, 또는 CMD와 명령을 씁니다
stack-docker-trigger = ONBUILD 뒤에는 { $word }[을/를] 쓸 수 없습니다
stack-docker-no-image = 이 FROM의 인자에 값이 없어서 이미지를 알 수 없습니다
stack-docker-upper = 이미지 이름에는 대문자를 쓸 수 없습니다: { $word }
stack-docker-no-stage = 이 줄 앞에 { $word } 스테이지가 없습니다
stack-docker-no-stage-near = { $word } 스테이지가 없습니다. { $near }[을/를] 쓰려던 것인가요?
stack-docker-stage-later = { $word } 스테이지는 뒤에 나옵니다. 복사해 올 스테이지는 앞에 있어야 합니다
