# report

# A sign stands before these three, so that no outcome is told by colour alone.
report-pass = 통과
report-not-yet = 아직
report-as-above = 위와 같은 이유입니다
report-environment = 환경 문제

report-expected = 기대
report-observed = 실제
report-seconds = { $seconds }초
report-checking = { $check } 검사 중 ...
report-step-result = { $number }단계 { $title }: 검사 { $of }개 중 { $passed }개 통과
report-left-out = 실행 중인 스택이 필요한 검사 { $count }개는 건너뛰었습니다.
report-run-result = 레슨 { $lesson }: { $of }단계 중 { $passed }단계 통과
report-nothing-checked = 실행 중인 스택 없이 검사할 것이 없습니다.

report-alert-note = 참고
report-alert-tip = 도움말
report-alert-important = 중요
report-alert-warning = 주의
report-alert-caution = 경고

report-step-of = { $number }/{ $of }단계
report-step-minutes = 약 { $minutes }분
report-step-minutes-optional = 약 { $minutes }분, 선택 사항
report-step-changes = 바뀌는 파일
report-step-runs = 실행할 명령
report-step-offers = 쓸 수 있는 것
report-offer-diff = diff
report-offer-apply = apply
report-offer-prompt = prompt
report-offer-prediction = 예측
report-offer-hints = 힌트 { $count }개
report-offer-question = 질문
report-offer-confirm = 직접 확인

report-hint = 힌트 { $number }/{ $of }
report-question = 질문
report-prediction = 예측 (맞고 틀림은 없습니다)
report-guess-number = 숫자로 답합니다.
report-guess-unit = 숫자로 답합니다. 단위: { $unit }
report-guess-text = 생각나는 대로 적습니다.
report-guess-choice = 하나를 고릅니다.
report-predicted = 예측 { $guess } · 실제 { $measured }
report-predicted-words = 예측: { $guess }
report-predictions = 여러분의 예측
report-read-on = 더 읽을거리
report-answer-right = 맞습니다
report-answer-wrong = 아쉽습니다
report-no-diff = 바꿀 것이 없습니다. 이미 들어 있거나, 파일을 바꾸지 않는 단계입니다.

report-command-done = { $seconds }초 만에 끝났습니다
report-command-failed = { $seconds }초 뒤 종료 코드 { $code }[으로/로] 끝났습니다
report-command-ended = { $seconds }초 뒤 시그널로 끝났습니다

report-no-lessons = 레슨이 없습니다.
report-lesson-new = { $steps }단계, { $minutes }분
report-lesson-begun = { $skipped ->
    [0] { $steps }단계 중 { $done }단계 완료
   *[other] { $steps }단계 중 { $done }단계 완료, { $skipped }단계 건너뜀
}, 전체 { $minutes }분
report-lesson = 레슨 { $lesson }
report-step-open = 남음
report-step-passed = 완료
report-step-skipped = 건너뜀
report-status-progress = 진행
report-status-folder = 폴더
report-status-engine = 엔진
report-engine-docker = docker
report-engine-embedded = embedded (이 컴퓨터의 프로세스)
report-engine-swarm = swarm
report-progress = { $skipped ->
    [0] { $of }단계 중 { $done }단계 완료
   *[other] { $of }단계 중 { $done }단계 완료, { $skipped }단계 건너뜀
}, 약 { $minutes }분 남음
report-stack-empty = 실행 중인 것이 없습니다.
report-node-empty = 이 스택의 레플리카 없음
report-no-node = 아직 노드 없음
report-published = 포트 { $ports }

report-removal = 다음을 지우거나 되돌립니다.
report-removal-none = 지울 것이 없습니다.
report-removal-services = 서비스
report-removal-containers = 컨테이너
report-removal-networks = 네트워크
report-removal-volumes = 볼륨
report-removal-configs = 컨피그
report-removal-secrets = 시크릿
report-removal-images = 이미지
report-removal-clusters = 클러스터
report-removal-files = 되돌릴 파일
report-reset-left = 다음은 지우지 못했습니다.

report-finding-good = 정상
report-finding-warning = 참고
report-finding-bad = 문제
report-fix = 해결:

# 모르는 말 뒤에 붙습니다.
text-did-you-mean = { " " }({ $near }[을/를] 쓰려고 하셨나요?)

report-waiting = { $check }: 최대 { $of }초 중 { $seconds }초, { $seen }
report-under-way = { $seconds }초째
report-under-way-at = { $seconds }초째: { $at }
report-under-way-pull = 이미지 내려받기, 지금까지 { $come } / { $all }MB
report-under-way-build = 이미지 빌드, { $of }단계 중 { $step }단계: { $does }
report-under-way-stage = 이미지 빌드({ $stage }), { $of }단계 중 { $step }단계: { $does }
report-under-way-containers = 컨테이너 { $of }개 중 { $there }개 준비됨{ $missing ->
        [0] {""}
       *[other] , 기다리는 것: { $waits }
    }
report-warning = 주의
report-next = 다음
report-failure = 오류
report-failure-lesson = 레슨 오류
report-failure-interrupted = 중단됨
report-lost-output = 표준 출력에 끝까지 쓰지 못했습니다: { $reason }
report-lost-errors = 표준 오류에 끝까지 쓰지 못했습니다: { $reason }
report-lost-summary = 작업 요약(GITHUB_STEP_SUMMARY)에 끝까지 쓰지 못했습니다: { $reason }

report-demo-step = 단계
report-demo-checks = 검사
report-summary-check = 검사
report-demo-outcome = 결과
report-demo-time = 시간
report-demo-stopped = { $number }단계 "{ $title }"에서 멈췄습니다. 뒤 단계는 이 단계가 되어 있어야 할 수 있습니다.
report-demo-result = 레슨 { $lesson }: { $of }단계 중 { $passed }단계 통과, { $time }, { $engine }

handout-facts = 레슨 { $lesson } · { $steps }단계 · 약 { $minutes }분
handout-name = 이름
handout-date = 날짜
handout-steps = 단계
handout-predict = 예측:
handout-expect = 나의 예측:
handout-seen = 실제 결과:
handout-runs = 이 단계에서 실행하는 명령
handout-fails = 일부러 실패하는 명령입니다. 무엇이라고 하는지 읽어 보세요
handout-checks = 검사하는 것
handout-notes = 메모
handout-answers = 문제의 답
handout-words = 용어집
