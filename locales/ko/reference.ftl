# `workshop explain`과 참고 문서가 키를 설명하는 말.
reference-text = 문자열
reference-whole = 정수
reference-number = 수
reference-truth = `true` 또는 `false`
reference-anything = 아무 값
reference-list = { $of }의 목록
reference-table = 이름마다 { $of }[을/를] 적은 표
reference-either = { $some } 또는 { $last }
reference-required = 필수
reference-optional = 선택
reference-default = 없으면 `{ $default }`
reference-stands = 들어가는 값: { $shape }.
reference-services = 서비스 이름. 여럿이면 목록.
reference-key = { $name } ({ $shape }, { $need }): { $about }
explain-unknown = lesson.toml에 "{ $name }"[은/는] 없습니다{ $near }. 목록: workshop explain
next-explain = 하나씩 보기: workshop explain 종류
