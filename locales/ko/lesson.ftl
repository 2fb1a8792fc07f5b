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
