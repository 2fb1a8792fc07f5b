# lesson

# Where a lesson's prose file breaks its conventions.
prose-no-title = 이 파일에 제목이 없습니다. 첫 줄에 `# 제목`을 쓰세요
prose-second-title = 이 파일에 1단계 제목이 또 있습니다. 단계의 제목은 `## 제목 {"{"}#step-id{"}"}`로 쓰세요
prose-empty-heading = 이 제목에 글자가 없습니다
prose-step-without-id = 단계 "{ $title }"에 id가 없습니다. `## { $title } {"{"}#step-id{"}"}`로 쓰세요
prose-id-twice = id "{ $id }"[이/가] 두 번 쓰였습니다. 처음 쓰인 곳은 { $first }번째 줄입니다
prose-question-choices = 질문 "{ $id }"에는 선택지가 둘 이상인 번호 목록이 필요합니다
prose-second-prompt = 단계 "{ $id }"에 `prompt` 블록이 하나 더 있습니다. 하나만 남기세요
prose-comment-open = 주석이 닫히지 않았습니다. `-->`로 닫으세요

lesson-unknown = "{ $wanted }" 레슨이 없습니다 (있는 레슨: { $known })
lesson-unknown-step = 이 레슨에 "{ $wanted }" 단계가 없습니다
lesson-file-missing = 레슨 파일 { $file }[이/가] 없습니다
lesson-not-text = 레슨 파일 { $file }[은/는] 텍스트가 아닙니다
lesson-faulty = { $place }: { $reason }
lesson-format = { $file }의 형식 { $format }[은/는] 이 프로그램이 모르는 형식입니다. 새 버전을 설치하세요

rule-id-twice = id "{ $id }"[이/가] 두 번 쓰였습니다
rule-no-check = "{ $id }" 단계에 검사가 없습니다
rule-step-missing = "{ $id }" 단계의 글이 여기에 없습니다
rule-step-unknown = "{ $id }" 단계가 lesson.toml에 없습니다
rule-step-order = 단계 순서가 lesson.toml과 다릅니다
rule-few-hints = "{ $id }" 단계의 힌트가 { $count }개뿐입니다. 세 개가 필요합니다
rule-question = "{ $id }" 질문의 선택지가 { $count }개이고 정답이 그 안에 없습니다
rule-languages-differ = "{ $id }" 단계의 힌트, 프롬프트, 발표자 메모 또는 질문이 다른 언어와 다릅니다
rule-excerpt = { $file }[을/를] 인용한다고 되어 있지만 단계의 수정을 적용한 파일에 이 내용이 없습니다
rule-unlisted = 이 파일을 쓰는 단계가 없습니다
rule-no-program = engines에 "embedded"가 있으니, 어느 프로그램이 어느 서비스를 대신하는지 [embedded]에 적어야 합니다
rule-unknown-program = [embedded]에서 { $service }에 적은 "{ $program }" 프로그램은 없습니다
rule-variable-name = "{ $name }"[은/는] 변수 이름이 될 수 없습니다
rule-variable-twice = { $name } 변수가 두 번 나옵니다
rule-variable-unused = 레슨의 어떤 Compose 파일도 { $name } 변수를 쓰지 않습니다
rule-unknown-service = 레슨의 어떤 Compose 파일에도 "{ $service }" 서비스가 없습니다
rule-compose-broken = 어떤 단계 뒤의 { $file }[을/를] 읽을 수 없습니다 ({ $line }번째 줄): { $reason }
rule-secret-written = 비밀 값 { $name }[이/가] Compose 파일에 적혀 있습니다. .env에서만 와야 합니다
rule-secret-not-ignored = { $file }에 .env 줄이 있어야 합니다. 비밀 값이 그 안에 있습니다
