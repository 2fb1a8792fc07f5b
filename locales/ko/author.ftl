# author

author-steps-form = lesson.toml의 단계는 id가 있는 [[steps]]로 하나씩 적혀 있어야 바꿀 수 있습니다
author-toml = 파일을 읽을 수 없습니다: { $reason }
author-disk = { $path }[을/를] 읽거나 쓰지 못했습니다: { $reason }
author-desk-taken = 코스의 { $dir }/ 폴더가 다른 용도로 쓰이고 있습니다. 단계를 편집하는 자리이니 쓰던 폴더의 이름을 바꾸세요
author-not-text = { $path }[은/는] 텍스트가 아닙니다. 단계의 편집은 텍스트만 바꿀 수 있습니다. 시작 파일은 무엇이든 되니, 복사하는 단계를 편집하세요
author-id-taken = id "{ $id }"[은/는] 이미 쓰이고 있습니다
author-move-create = 애플리케이션을 복사하는 단계는 옮길 수 없습니다
author-remove-create = { $step } 단계는 뺄 수 없습니다. 레슨이 여기에서 시작합니다
author-measured = 예측 { $id }[을/를] 묻기 전에 { $step } 단계가 먼저 측정하게 됩니다
author-no-merge = { $step } 단계의 편집이 다른 단계 없이는 들어가지 않습니다({ $places }). 아무것도 바꾸지 않았습니다
author-conflict = { $step } 단계도 같은 줄을 바꿉니다: { $dir }의 { $places }
author-conflict-open = { $step } 단계의 충돌을 먼저 풀어야 합니다
author-unsolved = { $place }에 충돌 표시가 남아 있습니다
author-no-conflict = 이어서 할 충돌이 없습니다
author-no-change = { $step } 단계에서 바뀐 것이 없습니다
author-busy = { $step } 단계를 편집하고 있습니다
author-nothing-open = 편집하고 있는 단계가 없습니다
author-no-folder = { $dir } 폴더가 없습니다
author-changed = 단계를 연 뒤에 { $lesson }의 파일이 바뀌었습니다
author-ask-give-up = { $step } 단계에서 바꾼 것을 버릴까요? 되찾을 수 없습니다.
author-kept-open = { $step } 단계를 열어 둡니다.
author-given-up = { $step } 단계는 그대로입니다.
author-kept = 레슨을 쓰던 명령이 중단되어 있었습니다. 지금 마저 썼습니다.
author-opened = { $step } 단계를 마친 상태를 { $dir }에 두었습니다.
author-recorded = { $step } 단계를 기록했습니다: 레슨 파일 { $files }개를 썼습니다
author-inserted = 단계를 넣었습니다: 파일 { $files }개
author-moved = 단계를 옮겼습니다: 파일 { $files }개
author-renamed = 단계의 id를 바꿨습니다: 파일 { $files }개
author-removed = 단계를 뺐습니다: 파일 { $files }개
author-carried = 뒤의 단계 { $count }개에도 반영했습니다
author-cases-left = 변경이 들어가지 않아 그대로 둔 학습자 상태: { $names }
author-name = "{ $name }"[은/는] 레슨 이름이 될 수 없습니다. 글자, 숫자, "-", "_"만 쓸 수 있습니다
author-name-taken = 이름이 { $name }인 레슨이나 시작 폴더가 이미 있습니다
author-from-missing = { $path } 폴더가 없습니다
author-no-compose = 프로젝트에 Compose 파일이 없습니다(docker-compose.yml, compose.yaml)
author-made = { $dir }[을/를] 만들었습니다(파일 { $count }개). 시작 폴더는 { $start }입니다.
author-left-out = 넣지 않은 것: { $names }
author-fixed-port = Compose 파일에 { $port }번 포트가 적혀 있습니다. 변수로 쓰면 빈 포트를 찾아 줍니다: "{"$"}{"{"}APP_PORT:-{ $port }{"}"}:…"
author-secrets = 값을 만들어 줄 변수: { $names }
author-no-lesson = { $dir }에 레슨이 없습니다
author-which = 레슨이 여러 개입니다. --lesson으로 하나를 고르세요({ $names })
author-one-language = 레슨이 한 언어로만 쓰여 있습니다
author-no-translation = { $lang }[은/는] 레슨을 번역하는 언어가 아닙니다
author-translated = 적어 두었습니다: { $lang }의 { $part }[은/는] 지금의 원문을 번역한 것입니다.
author-older = { $lang }: { $part }[이/가] { $original } 원문보다 오래되었습니다
author-unknown = { $lang }: { $part }[이/가] 어느 { $original } 원문을 번역한 것인지 적혀 있지 않습니다
author-all-translated = 모든 글이 지금의 { $original } 원문과 맞습니다.
author-watching = 지켜보는 중: { $dir } { $address } (끝내려면 Ctrl-C)
author-port-taken = { $port }번 포트는 이미 쓰이고 있습니다
author-engine-left = { $engine }에서는 하지 않습니다: { $why }
author-no-engine = 레슨을 실행할 수 있는 엔진이 없습니다
author-test-on = { $engine }에서 { $lesson }
author-test-rules = 레슨이 규칙을 지킵니다
author-test-case = 적힌 그대로입니다
author-test-before = 단계를 하기 전인데 걸리는 검사가 없습니다. 이미 통과합니다: { $checks }
author-test-flaky = { $check } 검사의 결과가 일정하지 않습니다: { $of }번 가운데 { $passed }번 통과했습니다. { $says }
author-check-runs = { $count ->
    [one] { $service } 실행 중.
   *[other] { $service } { $count }개 실행 중.
}
author-check-runs-proves = { $count ->
    [one] 컨테이너가 실행 중입니다.
   *[other] 레플리카가 모두 실행 중입니다.
}
author-check-published = { $service }의 { $port }번 포트 공개.
author-check-published-proves = 이 컴퓨터에서 접속할 수 있습니다.
author-check-answers = 응답이 옵니다.
author-check-answers-proves = 들어오는 곳에 요청을 보내면 답이 옵니다.
author-next-new = workshop author new NAME --from FOLDER
author-next-test = workshop author test { $lesson }
author-next-edit = workshop author edit STEP --lesson { $lesson }
author-next-open = workshop author edit STEP
author-next-record = 파일을 고친 다음: workshop author record
author-next-go-on = 표시된 줄을 고친 다음: workshop author go-on (그만두려면 workshop author give-up)
author-next-give-up = workshop author give-up
author-next-validate = workshop --lessons . validate { $lesson }
author-next-translate = workshop author translate --done STEP
author-next-port = workshop author watch --port PORT
