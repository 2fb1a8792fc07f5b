# lesson

# Where a lesson's prose file breaks its conventions.
prose-no-title = 이 파일에 제목이 없습니다. 첫 줄에 `# 제목`을 쓰세요
prose-second-title = 이 파일에 1단계 제목이 또 있습니다. 단계의 제목은 `## 제목 {"{"}#step-id{"}"}`로 쓰세요
prose-empty-heading = 이 제목에 글자가 없습니다
prose-step-without-id = 단계 "{ $title }"에 id가 없습니다. `## { $title } {"{"}#step-id{"}"}`로 쓰세요
prose-id-twice = id "{ $id }"[이/가] 두 번 쓰였습니다. 처음 쓰인 곳은 { $first }번째 줄입니다
prose-check-form = 이 제목 아래에는 목록이 와야 합니다. 항목의 꼴: - `check-id`: **제목.** 통과하면 무엇이 증명되는지
prose-question-choices = 질문 "{ $id }"에는 선택지가 둘 이상인 번호 목록이 필요합니다
prose-second-prompt = 단계 "{ $id }"에 `prompt` 블록이 하나 더 있습니다. 하나만 남기세요
prose-comment-open = 주석이 닫히지 않았습니다. `-->`로 닫으세요
prose-read-on-form = 이 제목 아래에는 http:// 또는 https://로 시작하는 링크 하나만 둡니다: [문서 제목](https://…)
glossary-heading = 용어 항목의 제목에는 이름과 id가 있어야 합니다: ## 이름, 다른 이름 {"{"}#id{"}"}
glossary-twice = 용어 "{ $id }"의 id나 이름을 다른 항목이 이미 쓰고 있습니다
glossary-empty = 용어 "{ $id }"에 설명이 없습니다
glossary-alone = 용어 "{ $id }"[이/가] 한 언어의 용어집에만 있습니다

lesson-unknown = "{ $wanted }" 레슨이 없습니다 (있는 레슨: { $known })
lesson-several = "{ $wanted }" 레슨이 여러 강의에 있습니다. 어느 것인지 골라 주세요: { $all }
lesson-unknown-step = 이 레슨에 "{ $wanted }" 단계가 없습니다{ $near }
lesson-file-missing = 레슨 파일 { $file }[이/가] 없습니다
lesson-not-text = 레슨 파일 { $file }[은/는] 텍스트가 아닙니다
lesson-faulty = { $place }: { $reason }
lesson-format = { $file }의 형식 { $format }[은/는] 이 프로그램이 모르는 형식입니다. 새 버전을 설치하세요

effects-course = { $lesson } 레슨은 프로그램에 든 것이 아닙니다. 이런 일을 합니다:
effects-course-more = 동의하신 것 말고도 지금은 이런 일을 합니다:
effects-own = 작업 폴더 밖까지 손을 대는 일입니다. { $lesson } 레슨 자체에는 없습니다:
effects-sign = ! 스택의 컨테이너 밖에 손을 댑니다
effect-too-deep = 파일끼리 너무 깊이 포함합니다
effect-socket = { $who }에 Docker 소켓({ $what })을 줍니다. 이것이 있으면 이 컴퓨터를 마음대로 할 수 있습니다
effect-privileged = { $who }[이/가] 이 컴퓨터의 모든 권한으로 실행됩니다
effect-mount = { $who }[이/가] 이 컴퓨터에서 읽고 씁니다: { $what }
effect-program = 이 컴퓨터의 프로그램을 실행합니다: { $what } ({ $who })
effect-capability = { $who }[이/가] 권한을 더 갖습니다: { $what }
effect-device = { $who }[이/가] 이 컴퓨터의 장치를 씁니다: { $what }
effect-security = { $who }[이/가] 보호 설정을 바꿉니다: { $what }
effect-namespace = { $who }[이/가] 이 컴퓨터와 공유합니다: { $what }
effect-foreign = { $who }[이/가] 다른 프로젝트의 것을 씁니다: { $what }
effect-swarm = docker 컨텍스트 { $what }[으로/로] 연결되는 스웜을 바꿉니다. 이 프로젝트의 이름을 단 것을 그 스웜의 노드에 만들고, 바꾸고, 지웁니다
effect-host-file = { $who }[이/가] 이 컴퓨터에서 읽습니다: { $what }
effect-elsewhere = { $who }[이/가] 가져와서 씁니다: { $what }
effect-build-power = { $who } 빌드가 더 많은 것을 씁니다: { $what }
effect-variable = { $who }[이/가] 지금의 환경 변수 { $what }[을/를] 가져갑니다
effect-unknown = { $who }[이/가] 이 프로그램이 모르는 것을 씁니다: { $what }
effect-misspelt = { $who }에 Compose가 모르는 키가 있습니다: { $what }
effect-publish = { $who }[은/는] 다른 컴퓨터에서도 { $what }번 포트에 접속할 수 있게 됩니다
effect-command = 실행합니다: { $what }
effect-image = 이미지를 받습니다: { $what } ({ $who })
effect-image-alone = 이미지를 받습니다: { $what }
effect-build = { $what }에서 { $who }[을/를] 빌드합니다. Dockerfile의 명령이 실행됩니다
effect-tag = 빌드한 이미지에 이름을 붙입니다: { $what } ({ $who })
effect-workspace-mount = { $who }[이/가] 작업 폴더에서 읽고 씁니다: { $what }
effect-restart = { $who }[은/는] 컴퓨터를 다시 켜도 스스로 살아납니다 ({ $what })
effect-project = { $who }[이/가] 프로젝트 이름을 정합니다: { $what }
effect-requests = 자기 스택의 { $what }에 요청을 보냅니다
effect-writes = 작업 폴더에 쓰는 파일 수: { $what }
rule-id = "{ $id }"[은/는] id가 될 수 없습니다. 글자, 숫자, "-", "_", "."만 64자까지 쓸 수 있습니다
rule-course-path = "{ $path }"[은/는] 코스 밖을 가리킵니다. complete/start처럼 코스 폴더에서 시작하는 경로를 쓰세요
rule-course-outside = 코스 밖을 가리키므로 읽지 않습니다
rule-course-link = 폴더를 가리키는 링크는 따라가지 않습니다. 폴더 자체를 두세요
rule-course-not-a-file = 파이프나 장치, 소켓입니다. 코스에는 파일만 둘 수 있습니다
rule-course-large = 레슨치고 너무 큽니다. 파일 하나는 16 MiB, 모두 합쳐 64 MiB와 5000개까지입니다
rule-course-name = 이 안에 이름이 텍스트가 아닌 파일이 있습니다
rule-course-changing = 읽는 동안 코스가 바뀌고 있습니다. 다시 해 보세요
rule-file-outside = "{ $path }"[은/는] 작업 폴더 밖을 가리킵니다. 레슨의 파일은 작업 폴더 안에 있어야 합니다
rule-file-hidden = "{ $path }"의 이름에 보이지 않는 문자가 있습니다. 레슨의 파일 이름은 읽을 수 있어야 합니다
rule-file-name = "{ $path }"[은/는] 어느 시스템에서나 쓸 수 있는 이름이 아닙니다
rule-file-dot = 레슨은 작업 폴더에 "{ $path }"[을/를] 둘 수 없습니다. 점으로 시작하는 이름은 git이나 편집기, 셸이 따를 수 있습니다. .env, .env.*, .dockerignore, .gitignore, .gitkeep, .editorconfig와 버전을 적는 파일만 됩니다
rule-file-collision = "{ $one }"[과/와] "{ $other }"[은/는] 어떤 시스템에서는 같은 파일입니다
rule-dotenv-obeyed = 레슨의 { $file }[이/가] { $name }[을/를] 정합니다. Compose나 Docker의 동작을 바꾸는 변수라 레슨이 정할 수 없습니다
rule-variable-obeyed = { $name }[은/는] 레슨의 변수가 될 수 없습니다. 시스템이나 Compose, Docker가 따르는 변수입니다
rule-service-name = "{ $name }"[은/는] 서비스 이름이 될 수 없습니다
rule-node-name = "{ $name }"[은/는] 노드가 아닙니다. 노드 이름을 쓰거나, 그 레플리카가 있는 노드라면 "{"{"}node-of-backend-2{"}"}"[이라고/라고] 쓰세요
rule-path-start = "{ $path }"[은/는] 경로가 아닙니다. "/" 하나로 시작해야 하고, 요청은 스택의 입구로 갑니다
rule-path-sign = "{ $path }"에 경로에 쓸 수 없는 문자가 있습니다. 빈칸은 %20으로 쓰세요
rule-path-dots = "{ $path }"에 "."이나 ".."이 있습니다. 뜻하는 경로를 그대로 쓰세요
rule-path-long = 경로가 2048바이트보다 깁니다
rule-method = "{ $method }"[은/는] 레슨이 쓸 수 있는 메서드가 아닙니다. 쓸 수 있는 것: { $known }
rule-header = "{ $header }"[은/는] 레슨이 정할 수 있는 헤더가 아닙니다
rule-header-value = "{ $value }"[은/는] 헤더 값이 될 수 없습니다
rule-regex = "{ $pattern }"[은/는] 정규식이 아닙니다
rule-pointer = "{ $pointer }"[은/는] JSON 안의 자리가 아닙니다. /items/0/id 또는 $.items[0].id처럼 씁니다
rule-wanted-empty = 바라는 값이 없습니다. equals, contains, lacks, regex, exists, same_as, differs_from 가운데 하나를 쓰세요
rule-unknown-key = "{ $word }"라는 키는 여기에 없습니다{ $near }. 쓸 수 있는 키: { $known }
rule-unknown-word = "{ $word }"[은/는] 여기에 쓸 수 없습니다{ $near }. 쓸 수 있는 값: { $known }
rule-unknown-nothing = "{ $word }"라는 키는 여기에 없습니다. 여기에는 아무것도 적지 않습니다
rule-unknown-kind = "{ $word }"라는 검사 종류는 없습니다{ $near }. 목록: workshop explain
rule-missing-key = "{ $word }" 키가 빠졌습니다
rule-no-kind = 검사에는 종류가 하나 있어야 합니다. 목록: workshop explain
rule-two-kinds = 검사의 종류는 하나여야 하는데 둘입니다: { $kinds }
rule-id-twice = id "{ $id }"[이/가] 두 번 쓰였습니다
rule-minutes = 실습은 { $said }분이라고 하는데 단계를 모두 더하면 { $sum }분입니다. 같게 하세요
rule-points = "{ $id }" 검사의 점수가 { $points }점입니다. { $most }점까지 줄 수 있습니다
rule-no-check = "{ $id }" 단계에 검사가 없습니다
rule-between-unknown = "{ $id }" 검사가 "{ $step }" 단계에 없습니다{ $near }. 동작 사이의 검사는 그 단계의 검사여야 합니다
rule-between-kind = "{ $id }" 검사({ $kind })는 동작 사이에 둘 수 없습니다. 학습자가 답하거나 단계의 명령을 스스로 실행하는 검사입니다
rule-edit-twice = { $edit } 패치를 두 번 씁니다. 편집마다 패치를 따로 두세요
rule-step-missing = "{ $id }" 단계의 글이 여기에 없습니다
rule-step-unknown = "{ $id }" 단계가 lesson.toml에 없습니다{ $near }
rule-step-order = 단계 순서가 lesson.toml과 다릅니다
rule-few-hints = "{ $id }" 단계의 힌트가 { $count }개뿐입니다. 세 개가 필요합니다
rule-check-untitled = 검사 "{ $id }"에 제목이 없습니다. 그 단계에서 id가 checks인 제목 아래 목록에 적으세요
rule-check-unknown = 여기에 검사 "{ $id }"의 제목이 있지만 이 단계에 그런 검사가 없습니다{ $near }
rule-question = "{ $id }" 질문의 선택지가 { $count }개이고 정답이 그 안에 없습니다
rule-languages-differ = "{ $id }" 단계의 힌트, 프롬프트, 발표자 노트 또는 질문이 다른 언어와 다릅니다
rule-choices-differ = "{ $id }"의 보기 개수가 다른 언어와 다릅니다
rule-prediction = 예측 "{ $id }"({ $guess }){ $guess ->
    [choice] 에는 {"{"}#{ $id } .predict{"}"}가 붙은 제목과, 보기가 둘 이상인 번호 목록이 필요합니다
    [text] 에는 {"{"}#{ $id } .predict{"}"}가 붙은 제목이 필요하고, 보기와 단위는 둘 수 없습니다
   *[other] 에는 {"{"}#{ $id } .predict{"}"}가 붙은 제목이 필요하고, 보기는 둘 수 없습니다
}
rule-prediction-unknown = 여기에는 예측 "{ $id }"[이/가] 있지만, lesson.toml의 이 단계에는 없습니다
rule-prediction-unmeasured = 예측 "{ $id }"의 결과를 측정하는 검사가 없습니다. "{ $check }"에는 같은 단계나 뒤 단계의 검사를 단계/검사 꼴로 적어야 하고, 문제는 쓸 수 없습니다
rule-last-hint = 단계 "{ $id }"의 마지막 힌트에는 패치가 넣는 줄이 모두 있어야 하는데 { $count }줄이 없습니다: { $line }
rule-no-page = 단계 "{ $id }"에 더 읽을 문서(### … {"{"}#read-on{"}"})가 없습니다. 이 레슨의 다른 단계에는 있습니다
rule-excerpt = { $file }[을/를] 인용한다고 되어 있지만 단계의 수정을 적용한 파일에 이 내용이 없습니다
rule-unlisted = 이 파일을 쓰는 단계가 없습니다
rule-unknown-program = [embedded]에서 { $service }에 적은 "{ $program }" 프로그램은 없습니다{ $near }
rule-own-command = command는 ["python3", "app.py"]처럼 이 컴퓨터에 있는 프로그램의 이름으로 시작합니다. "{ $program }"[은/는] 그런 이름이 아닙니다(폴더나 셸 명령줄은 쓸 수 없습니다)
rule-own-control = command에 화면에 보일 수 없는 문자가 있습니다
rule-own-need = "{ $program }"[은/는] needs에 적을 수 있는 프로그램이 아닙니다{ $near }. 적을 수 있는 것: { $known }. 다른 프로그램은 command에 이름만 적으면 됩니다
rule-own-version = "{ $version }"[은/는] 버전이 아닙니다. ">=3.9", ">=3.9,<4", "3.11", "*"처럼 적으세요
rule-own-variable = "{ $name }"[은/는] 프로그램에 전할 변수의 이름이 될 수 없습니다
rule-variable-name = "{ $name }"[은/는] 변수 이름이 될 수 없습니다
rule-variable-twice = { $name } 변수가 두 번 나옵니다
rule-variable-unused = 레슨의 어떤 Compose 파일도 { $name } 변수를 쓰지 않습니다
rule-unknown-service = 레슨의 어떤 Compose 파일에도 "{ $service }" 서비스가 없습니다{ $near }
rule-compose-missing = Compose 파일에 적힌 { $file } 파일이 없습니다
rule-compose-broken = 어떤 단계 뒤의 { $file }[을/를] 읽을 수 없습니다 ({ $line }번째 줄): { $reason }
rule-secret-written = 비밀 값 { $name }[이/가] Compose 파일에 적혀 있습니다. .env에서만 와야 합니다
rule-secret-not-ignored = { $file }에 .env 줄이 있어야 합니다. 비밀 값이 그 안에 있습니다
rule-case-step = 이 상태는 "{ $id }" 단계의 것인데 레슨에 그런 단계가 없습니다{ $near }
rule-case-check = 이 상태는 "{ $id }" 검사에서 걸려야 하는데 레슨에 그런 검사가 없습니다{ $near }
rule-case-fails = wrong 상태에는 걸려야 할 검사를 적습니다: fails = "CHECK"
rule-case-file = 바꿀 파일 { $path }[이/가] 없습니다
rule-case-other = 통과해야 할 { $check } 검사를 통과하지 못합니다: { $says }
rule-case-not-asked = { $check }[은/는] 그 단계가 끝난 레슨의 파일이 통과하는 정적 검사가 아닙니다
rule-case-passes = { $check } 검사에서 걸려야 하는데 걸리지 않습니다
rule-case-line = { $check } 검사가 { $line }행을 가리키는데 { $wanted }행이라고 적혀 있습니다
rule-case-says = { $check } 검사의 메시지가 적힌 것과 다릅니다: { $says }
rule-finish-missing = finish의 { $folder } 폴더가 없습니다
rule-finish-differs = 단계를 모두 마친 결과가 { $folder }[와/과] 다릅니다: { $count ->
    [one] { $file }
   *[other] 파일 { $count }개, 첫째는 { $file }
}
rule-own-solution = { $step } 단계를 마친 레슨의 파일이 { $check } 검사를 통과하지 못합니다: { $says }
rule-entry-port = { $there ->
    [no] entry의 { $service } 서비스가 공개하는 포트가 없습니다. 요청은 { $port }번 포트로 들어와야 합니다
   *[yes] entry의 { $service } 서비스가 { $port }번 포트를 공개한 적이 없습니다. 공개하는 포트: { $ports }
}
rule-service-no-program = engines에 "embedded"가 있는데 { $service } 서비스를 대신할 프로그램이 없습니다
rule-hunk-moved = { $patch }: { $file } 변경이 패치에 적힌 { $said }행이 아니라 { $found }행에 맞습니다. 거기에 적용합니다. `workshop author edit`와 `record`로 패치를 다시 쓸 수 있습니다
