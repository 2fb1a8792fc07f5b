# 프로그램 자신의 말: 명령, 질문, 알림.

verbatim = { $words }

cli-template = { "{" }about{ "}" }

    사용법: workshop [옵션] [명령]

    { "{" }all-args{ "}" }{ "{" }after-help{ "}" }
cli-template-sub = { "{" }about{ "}" }

    사용법: { "{" }usage{ "}" }

    { "{" }all-args{ "}" }{ "{" }after-help{ "}" }
cli-heading-options = 옵션
cli-heading-global = 모든 명령의 옵션
cli-usage-options = 옵션
cli-heading-commands = 명령
cli-heading-arguments = 인자
cli-about = 실제 스택을 직접 다뤄 보는 워크숍을 단계별로 안내합니다.
    명령 없이 실행하면 하던 곳에서 이어 갑니다.
cli-examples = 예:
    {"  "}workshop start 06            레슨 06을 시작하거나 이어 갑니다
    {"  "}workshop check               바꾼 것을 검사합니다
    {"  "}workshop apply               이 단계를 대신 해 줍니다
    {"  "}workshop demo 06 --auto      레슨 전체를 보여 줍니다
    {"  "}workshop help load           명령이 하는 일과 쓰는 법
cli-examples-start = 예:
    {"  "}workshop start 06                     레슨 06을 시작하거나 이어서 합니다
    {"  "}workshop start 06 --at scale-to-3     파일과 스택을 그 단계의 처음 상태로 만들고 시작합니다
    {"  "}workshop start 06 --engine embedded   Docker 없이
cli-examples-check = 예:
    {"  "}workshop check                        지금 단계
    {"  "}workshop check --watch                파일을 저장할 때마다 다시
    {"  "}workshop check --step scale-to-3      다른 단계
    {"  "}workshop check --all --static         아무것도 실행하지 않고 모든 단계의 파일을
cli-examples-answer = 예:
    {"  "}workshop answer                       이 단계의 질문을 봅니다
    {"  "}workshop answer which-order 2         그중 하나에 답합니다
cli-examples-goto = 예:
    {"  "}workshop goto scale-to-3
    {"  "}workshop goto 12
cli-examples-glossary = 예:
    {"  "}workshop glossary                     용어 목록
    {"  "}workshop glossary 업스트림            용어 하나 설명
cli-examples-handout = 예:
    {"  "}workshop handout 06 > handout.html    브라우저에서 열어 인쇄
    {"  "}workshop handout 06 --lang en > handout.html
cli-examples-room = 예:
    {"  "}workshop room --share --lesson 06    같은 네트워크의 모두에게 열기
    {"  "}workshop room --resume               쉬는 시간이나 장애 뒤에 이어서 열기
cli-examples-cluster = 예:
    {"  "}workshop cluster up --image nginx       이 이미지를 올린 노드 세 개
    {"  "}eval "$(workshop cluster env)"           이 셸의 `docker`가 클러스터를 다루게 하기
    {"  "}workshop cluster cut node2 --for 20s    20초 동안 연결 끊기
    {"  "}workshop cluster down                   모두 지우기
cli-examples-reset = 예:
    {"  "}workshop reset                        이 단계를 처음부터
    {"  "}workshop reset --all                  레슨 전체를 처음부터
    {"  "}workshop undo                         reset을 되돌립니다
cli-examples-demo = 예:
    {"  "}workshop demo 06                      키를 누를 때마다 한 단계씩
    {"  "}workshop demo 06 --auto --pace fast   자동으로
    {"  "}workshop notes                        다른 터미널에서 발표자 노트를 봅니다
cli-examples-load = 예:
    {"  "}workshop load                         이 폴더의 스택에 10초 동안
    {"  "}workshop load http://localhost:8080/api/posts --connections 32 --duration 30s
    {"  "}workshop load --rate 200 --threshold "p99<200ms" --report load.html
cli-examples-compose = Docker에서는 Compose의 모든 명령을 쓸 수 있습니다. Docker가 없으면 다음을 쓸 수 있습니다:
    {"  "}{ $words }

    예:
    {"  "}workshop compose up -d --build --scale backend=3
    {"  "}workshop compose logs -f backend
    {"  "}workshop compose up --help            그 명령에 쓸 수 있는 옵션
cli-flag-help = 도움말을 봅니다
cli-version = 버전을 봅니다
cli-global-lang = 언어: ko 또는 en. 없으면 환경 설정을 따릅니다
cli-global-engine = 스택을 실행할 엔진: auto, docker, embedded (Docker 없이)
cli-global-directory = 현재 폴더 대신 이 폴더에서 작업합니다
cli-global-json = 결과를 JSON 객체 하나로 냅니다
cli-global-quiet = 오류만 출력합니다. 결과는 종료 코드로 알 수 있습니다
cli-global-yes = 모든 질문에 예라고 답합니다
cli-global-no-color = 색을 쓰지 않습니다 (NO_COLOR와 같음)
cli-global-plain = 전체 화면 대신 한 줄씩 보여 주기(화면 읽기 프로그램에 알맞음)
cli-global-context = 이 docker 컨텍스트로 연결되는 스웜에서 스택을 실행합니다(--engine swarm과 함께)
cli-global-agree = 다른 곳에서 온 레슨이 하는 일에, 함께 표시된 다이제스트로 동의합니다 (-y로는 안 됩니다)
cli-global-lessons = 이 폴더의 레슨만 씁니다
cli-list = 레슨 목록을 봅니다
cli-start = 레슨을 시작하거나 이어 갑니다
cli-start-lesson = 레슨 번호: 06. 여러 강의에 있으면 강의이름/06
cli-start-at = 이 단계가 기대하는 상태를 만들고 여기서 시작합니다
cli-check = 바꾼 내용을 파일과 실행 중인 스택에서 검사합니다
cli-check-step = 현재 단계 대신 이 단계를 검사합니다
cli-check-all = 모든 단계의 파일과 현재 단계의 스택을 검사합니다
cli-check-only-static = 파일만 검사합니다. 스택이 떠 있지 않아도 됩니다
cli-check-watch = 파일을 저장할 때마다 다시 검사합니다
cli-check-format = 결과 형식: text, json, junit, github, classroom
cli-apply = 단계를 대신 해 줍니다: 바뀔 내용을 보여 주고, 묻고, 적용하고, 검사합니다
cli-apply-force = 다른 파일은 레슨의 파일로 바꾸고 합니다. 바꾸기 전 파일은 undo로 돌아옵니다
cli-apply-step = 현재 단계 대신 이 단계를 합니다
cli-diff = apply가 바꿀 내용을 봅니다
cli-diff-step = 현재 단계 대신 이 단계의 내용을 봅니다
cli-hint = 힌트를 하나 더 봅니다
cli-prompt = AI 어시스턴트에게 줄 프롬프트를 출력합니다
cli-answer = 단계의 질문에 답합니다
cli-answer-question = 질문의 id
cli-answer-choice = 고른 번호, 또는 yes
cli-next = 다음 단계로 갑니다
cli-next-skip = 통과하지 못했어도 넘어갑니다
cli-goto = 파일과 스택은 그대로 두고 다른 단계로 갑니다
cli-goto-step = 단계의 id 또는 번호
cli-status = 지금 위치와 실행 중인 것을 봅니다
cli-reset = 이 단계의 처음 파일로 되돌리고 스택을 내립니다
cli-reset-all = 레슨의 처음으로 되돌립니다
cli-undo = 마지막 apply나 reset을 되돌립니다
cli-undo-force = 그 뒤에 같은 줄을 고쳤어도 되돌립니다. 고친 내용은 undo를 한 번 더 하면 돌아옵니다
cli-demo = 레슨을 보여 줍니다. 전용 폴더에서 하고, 끝나면 그 폴더를 지웁니다
cli-demo-lesson = 레슨 번호: 06
cli-demo-auto = 멈추지 않고 자동으로 진행합니다
cli-demo-dry-run = 무엇을 할지 단계별로 적기만 하고 아무것도 하지 않습니다
cli-demo-pace = 나타나는 빠르기: slow, normal, fast 또는 배수(2는 두 배)
cli-demo-preflight = 발표 전 점검: 컴퓨터, 화면, 대비용 녹화를 살펴보고 전체를 한 번 실행합니다
cli-demo-minutes = 이 시간(분)에 맞춰 진행하기: 빼도 되는 단계부터 건너뜁니다
cli-demo-clean = 청중용 깨끗한 화면: 시계와 키는 `workshop notes`에만 나옵니다
cli-demo-room = 열어 둔 강의실에 단계와 질문을 알리고, 휴대폰으로 넘길 수 있게 합니다
cli-demo-no-room = 열어 둔 강의실이 있어도 묻지 않고 아무것도 알리지 않습니다
cli-demo-share = 브라우저 단계에서 같은 네트워크의 다른 사람이 열 수 있는 주소를 보여 줍니다. 그 주소가 응답할 때만입니다
cli-demo-record = 데모를 이 파일에 녹화합니다(asciicast v2)
cli-demo-replay = 데모 대신 녹화를 재생합니다
cli-demo-speed = 재생 빠르기: slow, normal, fast 또는 배수
cli-demo-from = 이 단계(번호, 이름, 제목의 낱말)가 기대하는 상태를 만들고 여기서 시작합니다
cli-demo-to = 이 단계까지만 합니다
cli-notes = 다른 터미널에서 이 폴더의 데모를 따라가며 발표자 노트와 시간을 보여 줍니다
cli-notes-lesson = 레슨 번호: 06
cli-join = 강의실에 들어갑니다. 그때부터 검사 결과를 강의실에 알리고, 파일은 절대 보내지 않습니다
cli-join-url = 발표자가 보여 주는 강의실 주소
cli-join-code = 발표자가 보여 주는 학습자 코드
cli-join-name = 강의실에서 쓸 이름. 없으면 번호를 받습니다
cli-leave = 강의실에서 나갑니다. 강의실은 받은 내용을 지웁니다
cli-hand = 강의실에서 손을 들거나 내립니다
cli-hand-sign = help(도움), done(완료), down(내리기)
cli-catch-up = 파일과 스택을 발표자가 보여 주는 단계로 맞춥니다
cli-vote = 강의실에 나온 질문을 보고 투표합니다
cli-vote-answer = 선택지의 번호나 내용, 또는 예상하는 답
cli-doctor = 이 컴퓨터에 부족한 것과 해결 방법을 알려 줍니다
cli-compose = 작업 폴더에서 Compose 명령을 그대로 실행합니다
cli-compose-args = Compose에 줄 명령: ps, logs -f backend ...
cli-validate = 레슨이 규칙을 지키는지 검사합니다 (작성자용)
cli-validate-lesson = 레슨 번호. 없으면 전부
cli-author = 코스를 만듭니다: 레슨 만들기, 단계 기록하기, 시험하기
cli-author-new = Compose 파일이 있는 프로젝트로 레슨을 만듭니다
cli-author-new-name = 폴더 이름: add-a-cache
cli-author-new-from = 프로젝트 폴더. 없으면 작은 예제 스택
cli-author-new-languages = 레슨의 언어. 원문이 먼저입니다: ko,en
cli-author-edit = 단계를 마친 상태의 파일을 엽니다
cli-author-edit-step = 단계의 id 또는 번호
cli-author-edit-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-record = 바꾼 것을 단계의 편집으로 기록하고 뒤의 단계에 반영합니다
cli-author-record-step = 단계의 id 또는 번호. 없으면 열어 둔 단계
cli-author-record-from = 바꾼 파일이 있는 폴더. 없으면 workshop/
cli-author-record-more = 단계가 이미 하는 일 뒤에 이어지는 또 하나의 편집으로 기록합니다
cli-author-record-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-go-on = 충돌을 푼 다음 이어서 합니다
cli-author-give-up = 편집하던 것을 버립니다. 레슨은 그대로입니다
cli-author-insert = 새 단계를 넣습니다. 자리를 정하지 않으면 맨 뒤
cli-author-insert-step = 새 단계의 id
cli-author-insert-before = 이 단계 앞에
cli-author-insert-after = 이 단계 뒤에
cli-author-insert-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-move = 단계를 다른 자리로 옮깁니다. 자리를 정하지 않으면 맨 뒤
cli-author-move-step = 단계의 id 또는 번호
cli-author-move-before = 이 단계 앞으로
cli-author-move-after = 이 단계 뒤로
cli-author-move-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-rename = 단계의 id를 모든 파일에서 바꿉니다
cli-author-rename-step = 단계의 id 또는 번호
cli-author-rename-new = 새 id
cli-author-rename-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-remove = 단계를 글과 패치까지 뺍니다
cli-author-remove-step = 단계의 id 또는 번호
cli-author-remove-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-watch = 저장할 때마다 브라우저에 보여 주고 검사합니다
cli-author-watch-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-author-watch-port = 페이지의 포트. 없으면 빈 포트
cli-author-test = 레슨을 엔진마다 해 봅니다. 검사는 단계 전에 걸리고 뒤에 통과해야 합니다
cli-author-test-lesson = 레슨. 없으면 전부
cli-author-test-repeat = 검사마다 이만큼 반복해서 결과가 일정한지 봅니다
cli-author-test-format = 보고 형식: text, json, junit, github, classroom
cli-author-translate = 원문보다 오래된 글을 알려 줍니다
cli-author-translate-done = 이 단계(introduction이나 all도 가능)를 지금 번역했다고 적어 둡니다
cli-author-translate-to = 이 언어만
cli-author-translate-lesson = 코스에 레슨이 여럿일 때 그 레슨
cli-import = 다른 형식의 튜토리얼을 레슨으로 만듭니다
cli-import-format = 튜토리얼의 형식: labspace, killercoda
cli-import-dir = 튜토리얼 폴더
cli-import-out = 과정 폴더. 없으면 지금 폴더의 과정
cli-explain = 검사의 종류나 레슨 파일의 키를 설명하거나 종류를 모두 보여 줍니다
cli-explain-name = 설명할 것. 없으면 검사 종류의 목록
cli-glossary = 실습에 나오는 용어를 설명하거나 목록을 보여 줍니다
cli-glossary-word = 찾을 용어. 없으면 목록
cli-handout = 인쇄용 유인물(HTML)을 출력합니다
cli-handout-lesson = 레슨 번호
cli-room = 수업용 강의실을 엽니다: 누가 어디에 있고 어디서 막혔는지 보여 줍니다
cli-room-listen = 이 컴퓨터의 이 주소로 엽니다. 없으면 이 컴퓨터에서만 열립니다
cli-room-share = 같은 네트워크의 다른 사람이 접속할 수 있는 주소로 엽니다
cli-room-port = 포트. 없으면 8970, 쓰고 있으면 다른 포트
cli-room-name = 강의실 이름
cli-room-lesson = 이 레슨의 제목을 이름으로 씁니다
cli-room-resume = 지난 강의실을 같은 코드로 이어서 엽니다. 기록도 그대로입니다
cli-room-host = 앞에 프록시가 있으면 그 이름
cli-cluster = 이 컴퓨터에 노드가 여럿인 Docker Swarm을 만들어 노드를 끊거나 꺼 봅니다(Linux, root)
cli-cluster-name = 클러스터가 여럿일 때 그 이름. 없으면 lab
cli-cluster-up = 노드를 만들어 하나로 묶습니다
cli-cluster-up-nodes = 노드 수. 9개까지, 없으면 3개
cli-cluster-up-image = 이 컴퓨터의 Docker에 있는 이 이미지를 모든 노드에 올립니다. 여러 번 쓸 수 있습니다
cli-cluster-status = 응답하는 매니저가 보는 노드 상태를 보여 줍니다
cli-cluster-env = Docker 명령이 이 클러스터를 향하게 하는 한 줄을 출력합니다
cli-cluster-load = 이미지가 없는 노드에 이미지를 복사합니다. 다른 노드나 이 컴퓨터의 Docker에서 가져옵니다
cli-cluster-load-images = 이미지 이름
cli-cluster-cut = 노드의 네트워크 연결을 끊습니다
cli-cluster-cut-node = 노드 이름: node2
cli-cluster-cut-time = 무슨 일이 있어도 이 시간이 지나면 다시 연결합니다
cli-cluster-heal = 노드를 되살립니다: 다시 연결하고 엔진을 켭니다
cli-cluster-heal-node = 노드 이름: node2
cli-cluster-kill = 노드의 전원을 끊습니다: 엔진과 컨테이너가 한꺼번에 꺼집니다
cli-cluster-kill-node = 노드 이름: node2
cli-cluster-down = 클러스터를 남김없이 지웁니다
cli-completions = 셸 자동 완성 스크립트를 출력합니다
cli-completions-shell = bash, zsh, fish, elvish, powershell
cli-man = 매뉴얼 페이지를 출력합니다
cli-man-command = 명령 이름. 적지 않으면 전체 매뉴얼
cli-help = 명령이 하는 일과 쓰는 법을 봅니다
cli-help-command = 명령 이름. 적지 않으면 모든 명령

usage-unknown-command = "{ $what }" 명령이 없습니다{ $near }
usage-unknown-option = 여기에 "{ $what }" 옵션이 없습니다
usage-did-you-mean = 혹시 "{ $what }"인가요?
usage-no-such-value = { $what }에 "{ $value }" 값을 쓸 수 없습니다
usage-bad-value = { $what }에 "{ $value }" 값을 쓸 수 없습니다 (가능한 값: { $possible })
usage-too-much = 여기에 "{ $what }"[은/는] 더 쓸 수 없습니다
usage-no-value = { $what }에 값이 필요합니다
usage-missing = 빠진 것이 있습니다: { $what }
usage-conflict = { $what }[과/와] { $other }[은/는] 함께 쓸 수 없습니다
usage-other = 명령줄을 이해할 수 없습니다: { $what }
usage-see-help = 도움말: workshop --help

menu-question = 무엇을 할까요?
menu-predict = 결과 예측하기
menu-check = 바꾼 내용 검사하기
menu-apply = 대신 해 주기
menu-answer = 답하기
menu-confirm = 네, 그렇습니다
menu-hint = 힌트 보기
menu-diff = 바뀔 내용(diff) 보기
menu-prompt = AI 어시스턴트용 프롬프트 보기
menu-skip = 이 단계 건너뛰기
menu-quit = 끝내기

ask-more = -- 더 읽기: Enter, 끝까지: Esc --
ask-first-step = -- 첫 단계로: Enter --
ask-go-on = -- 계속: Enter --
ask-how = (예: Enter, 아니요: n)
ask-how-no = (예: y, 아니요: Enter)
ask-how-line = (예: y, 아니요: n)
ask-yes = 예
ask-no = 아니요
ask-apply-over = { $count ->
    [0] 실행할까요?
   *[other] 파일 { $count }개를 레슨의 파일로 바꿀까요? (workshop undo로 되돌릴 수 있습니다)
}
ask-apply = { $count ->
    [0] 실행할까요?
   *[other] 파일 { $count }개를 이렇게 바꿀까요?
}
ask-copy = 복사할까요?
ask-build = 파일을 이 상태로 바꿉니다 (undo로 되돌릴 수 있습니다). 계속할까요?
ask-choice = 답
ask-guess = 어떻게 될까요? (비워 두면 건너뜁니다)
ask-pass = 이 예측은 건너뛰기
ask-so = 이 단계를 마쳤습니까?
ask-consent = 이 레슨은 프로그램에 든 것이 아닙니다. 위의 일을 모두 해도 될까요?
ask-consent-own = 레슨에는 없는 일입니다. 지금의 Compose 파일이 이렇게 해도 될까요?
ask-port = { $variable }에 대신 { $port }번 포트를 쓸까요?
ask-reset = 지우고 되돌릴까요?

app-other-project = 이 폴더의 컨테이너 { $containers }[이/가] 다른 프로젝트 이름 `{ $name }`[으로/로] 실행 중이라 여기서는 세지 않습니다. `.env`가 생기기 전에 시작한 것입니다. 내리려면: { $command }
app-not-started = 여기서 시작한 레슨이 없습니다
app-other-lesson = 이 폴더에서는 레슨 { $id }[을/를] 진행하고 있습니다
app-other-lesson-of = 이 폴더에서는 레슨 { $course }/{ $id }[을/를] 진행하고 있습니다
app-engine-embedded = Docker를 쓸 수 없어서({ $why }) 스택을 이 컴퓨터의 프로세스로 실행합니다. Docker를 꼭 쓰려면 `--engine docker`, 무엇이 부족한지 보려면 `workshop doctor`를 쓰세요.
app-engine-words = 명령은 `workshop compose ...`로 보여 드립니다. Docker 없이 어느 폴더에서나 실행됩니다.
app-engine-none = Docker를 쓸 수 없고({ $docker }), 이 컴퓨터의 프로세스로도 실행할 수 없습니다: { $embedded }
app-engine-no-embedded = 이 컴퓨터의 프로세스로는 이 레슨을 실행할 수 없습니다: { $why }
app-context-without-swarm = --context { $context }[은/는] 스웜을 가리키는데 이 레슨은 { $engine }에서 실행됩니다. --engine swarm을 함께 쓰거나 --context를 빼세요
app-cluster-lacks-images = 레슨이 쓰는 이미지 { $count }개가 이 컴퓨터의 Docker에 없어서 노드에 넣지 못했습니다: { $images }. 이미지를 받거나 빌드한 뒤 `workshop cluster load IMAGE`를 실행하세요.
app-engine-not-listed = 레슨 { $lesson }[은/는] { $engine } 엔진에서 실행되지 않습니다 (쓸 수 있는 엔진: { $engines })
app-engine-unseen = { $engine }에 이 폴더의 스택이 남아 있는지 볼 수 없었습니다({ $why }).
app-engine-changed = 이제부터 스택을 { $before } 대신 { $engine }에서 실행합니다.
app-stack-runs = 이 폴더의 스택이 아직 { $engine }에 있어서 엔진을 바꾸지 않았습니다
app-demo-not-paced = 진행자가 넘기는 데모에는 터미널이 필요합니다. 터미널 없이 자동으로 진행하려면: workshop demo { $lesson } --auto
app-replay-no-terminal = 녹화는 터미널에서 재생합니다
app-demo-backwards = --to 단계가 --from 단계보다 앞에 있습니다
app-demo-several = "{ $words }"에 맞는 단계가 여럿입니다: { $steps }. 이 가운데 번호나 이름 하나를 쓰세요
app-demo-swept = 이전 데모가 남긴 것을 내렸습니다.
app-demo-not-clean = 데모의 스택을 내리지 못했습니다({ $why }). 이 폴더의 다음 데모가 다시 내립니다.
app-demo-still-there = 남은 것: { $names }
app-demo-not-swept = 이전 데모가 남긴 것을 내리지 못했습니다. { $why } 엔진이 응답하면 다음 명령으로 볼 수 있습니다: docker ps -a --filter label=com.docker.compose.project={ $name }
demo-copies = { $start }[을/를] 복사합니다 (파일 { $count }개).
app-demo-place = .workshop/demo/에서 진행하고 끝나면 지웁니다. 내 workshop/은 건드리지 않습니다.
app-demo-left = 데모의 스택이 아직 떠 있을 수 있습니다. 이 폴더의 다음 데모가 내립니다.
consent-needed = 동의가 필요한데 물어볼 터미널이 없습니다(--yes로는 안 됩니다). 목록을 읽고 나서 --agree { $digest }[을/를] 붙이세요
consent-wrong = --agree에 적은 다이제스트가 위 목록의 것과 달라서 아무것도 실행하지 않았습니다. 목록에 동의한다면 --agree { $digest }[을/를] 쓰세요
consent-digest = 이 레슨이 하는 일에는 --agree { $digest }[으로/로] 동의합니다
consent-refused = 동의하지 않아서 아무것도 실행하지 않았습니다
consent-missing = 이 레슨이 하는 일에 아무도 동의하지 않아서 실행하지 않습니다
consent-unclear = { $file }[을/를] 읽을 수 없어({ $line }번째 줄) 무슨 일을 할지 알 수 없으므로 아무것도 실행하지 않았습니다: { $reason }
consent-no-digest = 다이제스트는 16진수 { $least }자리 이상입니다. 동의를 물을 때 함께 표시됩니다
next-mend-file = 그 줄을 고치고 다시 해 보세요
app-needs-yes = 동의가 필요한데 물어볼 터미널이 없습니다. --yes를 붙이세요
app-no-current-dir = 현재 폴더가 사라졌습니다. 다른 폴더로 이동하세요
app-no-such-dir = { $dir } 폴더가 없습니다
app-interrupted = 중간에 멈춘 작업은 없습니다
half-command = `{ $command }` 명령이 도중에 끊겼습니다. 스택이 반만 바뀌었을 수 있습니다
next-half-command = 실행 중인 것 보기: workshop status, 다시 실행하기: { $command }
half-apply = { $files ->
    [yes] 이 단계의 파일은 바꿨지만 명령은 끝까지 실행하지 못했습니다
   *[no] 이 단계의 명령을 끝까지 실행하지 못했습니다
}
next-half-apply = 나머지 하기: workshop apply --step { $step }
next-between = 위에서 말한 것을 고친 다음 단계를 다시 하세요: workshop apply --step { $step }
half-build = { $step } 단계의 상태를 끝까지 만들지 못했습니다. 파일은 있고 스택은 반만 떠 있을 수 있습니다
half-reset = reset이 도중에 끊겼습니다. 스택의 일부는 지웠고 일부는 남아 있을 수 있습니다
next-half-reset = { $all ->
    [yes] 나머지 지우기: workshop reset --all
   *[no] 나머지 지우기: workshop reset
}
owed-bringing-back = 스택을 검사 전 상태로 되돌리고 있습니다 (최대 { $seconds }초). Ctrl-C를 한 번 더 누르면 그대로 두고 끝냅니다.
owed-back = 스택이 { $check } 검사 전 상태로 돌아왔습니다.
owed-gone = { $check } 검사가 바꾼 스택이 이미 없어서 되돌릴 것이 없습니다.
owed-paying = { $check } 검사가 서버를 멈추거나 늘린 채로 끊겼습니다. 먼저 되돌립니다.
owed-seen = { $check } 검사가 서버를 멈추거나 늘린 채로 끊겼습니다. 아직 되돌리지 않았습니다.
owed-unpaid = { $check } 검사가 바꾼 스택을 되돌리지 못했습니다. { $why }. 직접 하려면: { $command }
owed-left = { $check } 검사가 스택을 바꿨고 아직 되돌리지 않았습니다. 직접 하려면: { $command }
owed-left-somewhere = 검사가 스택을 바꿨고 아직 되돌리지 않았습니다
owed-not-staying = 다시 시작한 서버가 곧바로 꺼집니다
owed-refresh-failed = 서버는 돌아왔지만 `{ $command }` 명령이 실패했습니다. 프록시가 아직 모를 수 있습니다.
next-owed = 다음 명령도 되돌립니다: workshop check
app-terminal = 터미널에 물어볼 수 없었습니다: { $reason }
app-progress-recovered = 진행 파일이 손상되어 바로 전 사본을 씁니다.
app-will-copy = { $start }[을/를] workshop/에 복사합니다 (파일 { $count }개).
app-will-build = 파일 { $count }개를 이 단계가 기대하는 상태로 바꿉니다.
app-to-start = 먼저 스택을 이 단계의 처음 상태로 가져옵니다.
app-applied = { $count ->
    [1] { $file }[을/를] 바꿨습니다. `workshop undo`로 되돌릴 수 있습니다.
   *[other] 파일 { $count }개를 바꿨습니다. `workshop undo`로 되돌릴 수 있습니다.
}
app-copied = 파일 { $count }개를 복사했습니다. `workshop undo`로 되돌릴 수 있습니다.
app-already-applied = 파일에 이 변경이 이미 들어 있습니다.
app-then-edit = 이어서 { $files }[을/를] 바꿉니다
app-then-check = 이어서 이것이 맞아야 합니다: { $check }
app-between = 단계가 더 나아가려면 이것이 맞아야 하는데 아직 아닙니다: { $check } ({ $says })
app-nothing-to-apply = 이 단계에는 대신 해 줄 일이 없습니다. 읽은 다음 `workshop next`로 넘어가세요
app-left-as-it-was = 그대로 두었습니다.
app-refused = 거부되었습니다. 이 단계에서 보려던 것이 바로 이것입니다.
app-browsed = 브라우저처럼 요청 { $count }개를 보냈습니다.
app-command-failed = { $command } 명령이 실패했습니다. { $reason }
app-env-written = .env에 적었습니다: { $variables }
app-own-name = .env의 프로젝트 이름 { $before }[은/는] 다른 폴더의 것이어서 { $name }[으로/로] 바꿨습니다.
app-other-port = { $for ->
    [browser] { $wanted }번 포트를 다른 프로그램이 쓰고 있어서 .env에 { $port }[을/를] 적었습니다. 브라우저에서는 { $port }번 포트로 여세요.
   *[others] { $wanted }번 포트를 다른 프로그램이 쓰고 있어서 .env에 { $variable }={ $port }[을/를] 적었습니다.
}
app-port-not-allowed = { $for ->
    [browser] 이 컴퓨터에서 { $wanted }번 포트를 열 권한이 없어서 .env에 { $port }[을/를] 적었습니다. 브라우저에서는 { $port }번 포트로 여세요.
   *[others] 이 컴퓨터에서 { $wanted }번 포트를 열 권한이 없어서 .env에 { $variable }={ $port }[을/를] 적었습니다.
}
app-port-set = 이제 .env에 { $variable }={ $port }[이/가] 있습니다.
app-no-random = 이 시스템에서 난수를 얻을 수 없어 비밀번호를 만들지 못했습니다: { $reason }
app-no-files-yet = workshop/에 아직 파일이 없습니다. 첫 단계를 먼저 통과하세요
app-no-hint = 이 단계에는 힌트가 없습니다.
app-no-prompt = 이 단계에는 AI 어시스턴트용 프롬프트가 없습니다
app-no-question = 이 단계에는 남은 질문이 없습니다
app-answer-with = 답하기: workshop answer { $id } 번호
app-predict-with = 예측해 보세요: workshop answer { $id } { $kind ->
    [text] "예상한 내용"
    [number] 숫자
   *[choice] 번호
} (건너뛰려면 skip. 채점하지 않고, 나중에 결과와 나란히 보여 줍니다)
app-predict-kept = 예측을 적어 두었습니다. 나중에 결과와 나란히 보여 드립니다.
app-predict-skipped = 건너뛰었습니다.
app-predict-late = 이미 결과가 나왔으므로 예측할 수 없습니다.
app-predict-number = 숫자를 적어 주세요. 단위는 있어도 되고 없어도 됩니다. 건너뛰려면 skip을 적으세요
app-predict-long = 예측은 { $most }자까지 적을 수 있습니다
app-confirm-with = 그렇게 했다면: workshop answer { $id } yes
app-no-such-question = 이 레슨에 "{ $id }" 질문이 없습니다{ $near }
glossary-none = 이 과정에는 용어집이 없습니다.
glossary-unknown = 용어집에 "{ $word }"[이/가] 없습니다{ $near }. 목록: workshop glossary
next-glossary = 용어 하나 보기: workshop glossary 용어
app-no-such-choice = 1부터 { $count }까지의 번호를 고르세요
app-not-passed = "{ $title }" 단계를 아직 통과하지 못했습니다
app-nothing-to-reset = 되돌릴 것이 없습니다. 파일은 이 단계의 처음 그대로이고 실행 중인 것도 없습니다.
app-reset = 되돌렸습니다. 지금 단계는 "{ $title }"입니다. 파일은 `workshop undo`로 다시 가져올 수 있습니다.
app-reset-unseen = 파일은 되돌렸지만 스택은 내리지 못했습니다. 남아 있는지 볼 수 없었습니다({ $why })
reset-held = 이 작업 폴더의 것이 아닌 컨테이너가 쓰고 있습니다
app-reset-left = 파일은 되돌렸지만 스택에서 { $count }개가 남았습니다: { $names }
app-reset-images = { $count ->
    [1] 여기서 빌드한 이미지는 남겨 둡니다: { $images }. 지우려면: { $command }
   *[other] 여기서 빌드한 이미지 { $count }개는 남겨 둡니다: { $images }. 지우려면: { $command }
}
app-reset-shared = 기본 이미지와 빌드 캐시는 다른 프로젝트도 쓸 수 있어서 남겨 둡니다. 보려면: docker system df
app-reset-folders = 파일과 진행 위치와 `workshop undo`는 workshop/과 .workshop/에 남아 있습니다. 둘 다 필요 없으면 { $root }에서 두 폴더를 지우세요.
app-undone = "{ $label }"[을/를] 되돌렸습니다 (파일 { $count }개).
app-undone-over = 되돌리기 전 { $path }의 내용은 `workshop undo`를 한 번 더 실행하면 돌아옵니다.
app-moved-aside = { $from }의 이름을 { $to }[으로/로] 바꿨습니다.
app-finished = 모두 마쳤습니다: { $title }
app-finished-measured = { $question } 예측 { $guess } · 실제 { $measured }
app-quit = 지금 위치를 저장했습니다. `workshop`을 실행하면 여기서 이어집니다.
app-watching = { $dir } 폴더를 지켜보고 있습니다. 저장하면 검사합니다. 끝내려면 Ctrl-C를 누르세요.
app-watch-live = 파일은 맞습니다. 이제 실행 중인 스택을 검사하세요: workshop check
app-sound = { $lesson }에 문제가 없습니다 ({ $count }단계).

change-conflict = { $file }: 직접 바꾼 내용과 레슨의 변경이 부딪칩니다 ({ $lines }번째 줄). 아무것도 쓰지 않았습니다.
change-broken = { $file } 파일을 지금 상태로는 읽을 수 없습니다 ({ $line }번째 줄). { $reason }. 아무것도 쓰지 않았습니다.
change-would-break = { $file }: 레슨의 변경을 넣으면 파일을 읽을 수 없게 됩니다 ({ $reason }). 아무것도 쓰지 않았습니다.
change-aside = { $reason } { $to }[으로/로] 이름을 바꿔 옆에 둡니다.
change-not-empty = { $dir } 폴더가 비어 있지 않아서 복사하지 않았습니다

next-start = workshop start 06
next-lesson = 다음 실습은 새 폴더에서: workshop start { $lesson }
next-list = workshop list
next-status = workshop status
next-check = workshop check
next-check-or-apply = 직접 바꾼 다음 workshop check (맡기려면 workshop apply)
next-next = workshop next
next-hint = workshop hint
next-skip = workshop check, 그냥 넘어가려면 workshop next --skip
next-doctor = workshop doctor
next-reset = 파일 되돌리기: workshop reset
next-undo-conflict = 레슨의 내용 보기: workshop diff, 그래도 되돌리기: workshop undo --force (고친 내용은 undo를 한 번 더 하면 돌아옵니다), 이 단계의 파일로 돌아가기: workshop reset
next-undo = workshop undo
next-reset-unseen = { $all ->
    [yes] 왜 응답하지 않는지 보기: workshop doctor, 그다음 스택 내리기: workshop reset --all
   *[no] 왜 응답하지 않는지 보기: workshop doctor, 그다음 스택 내리기: workshop reset
}
next-reset-left = { $all ->
    [yes] 쓰고 있는 것을 정리한 다음 나머지 지우기: workshop reset --all
   *[no] 쓰고 있는 것을 정리한 다음 나머지 지우기: workshop reset
}
next-apply-over = { $here ->
    [yes] 레슨의 { $files }[으로/로] 이 단계 하기: workshop apply --force (고친 파일은 workshop undo로 돌아옵니다), 이 단계를 처음부터 다시 하기: workshop reset
   *[no] 레슨의 { $files }[으로/로] 그 단계 하기: workshop apply --step { $step } --force (고친 파일은 workshop undo로 돌아옵니다), 이 단계를 처음부터 다시 하기: workshop reset
}
next-conflict = 직접 고치거나 (레슨의 변경은 workshop diff --step), 레슨의 파일을 쓰거나 (workshop apply --force), 이 단계를 처음부터 다시 하세요: workshop reset
next-not-empty = 무엇이 빠졌는지 보기: workshop check, 처음부터 다시 하기: workshop reset
next-other-folder = 다른 폴더를 쓰세요: workshop -C DIR start
next-leads-out = 링크 { $path }[을/를] 지우거나 다른 폴더를 쓰세요
next-state-dir = 혼자 쓰는 폴더를 XDG_STATE_HOME에 지정하세요
next-take-down = 스택 내리기: workshop compose down --volumes (단계를 처음부터 다시 하려면 workshop reset)
next-demo-left = 엔진이 응답하면: docker compose -p { $name } down --volumes --remove-orphans
next-demo = 이제 직접 해 보기: workshop start { $lesson }
next-rebuild = 이 단계가 기대하는 상태 만들기: workshop start { $lesson } --at { $step }
next-bring-up = 스택 띄우기: workshop compose up -d

doctor-port = { $port }번 포트
doctor-port-free = 비어 있음
doctor-port-ours = 이 작업 폴더의 스택이 사용 중
doctor-port-taken = 다른 프로그램이 사용 중
doctor-port-stack = { $dir }의 스택이 사용 중
doctor-port-program = { $program }[이/가] 사용 중 (프로세스 { $pid })
doctor-port-taken-yet = 다른 프로그램이 사용 중이라 레슨이 다른 포트를 씁니다
doctor-port-fix = workshop/.env에 { $variable }={ $port }[을/를] 적으세요 (workshop doctor가 물어보고 적어 줍니다)
doctor-port-not-allowed = 열 권한 없음
doctor-port-not-allowed-yet = 열 권한이 없어서 레슨이 다른 포트를 씁니다
doctor-choice = 엔진
doctor-owed = 검사가 바꾼 것
doctor-owed-fix = 되돌리기: workshop check (직접 하려면: { $command })
doctor-choice-asked = 요청한 대로 { $engine }
doctor-choice-kept = 레슨을 시작할 때처럼 { $engine }
doctor-choice-fix = Docker 없이 이어 가려면 `workshop start { $lesson } --engine embedded`를 실행하세요
doctor-choice-auto = 레슨은 { $engine }[으로/로] 실행됩니다
doctor-choice-embedded = 레슨은 { $engine }[으로/로] 실행됩니다. Docker를 쓸 수 없습니다({ $why })
doctor-disk = 디스크
doctor-disk-free = { $size } 남음
doctor-disk-unknown = 알 수 없음
doctor-disk-fix = 공간을 비우세요. 첫 빌드에 3 GB쯤 필요합니다

## 매뉴얼

man-examples = 예
man-files = 파일
man-file-workshop = 작업하는 파일이 있는 폴더입니다.
man-file-env = 이 폴더만의 프로젝트 이름, 포트, 새로 만든 비밀번호가 들어갑니다.
man-file-private = 프로그램이 기억하는 것: 진행 상황과 되돌리기에 필요한 기록.
man-file-state = 이 컴퓨터에서 어떤 폴더가 작업 폴더인지, 데모에 시간이 얼마나 걸렸는지 적어 둡니다(변수가 없으면 ~/.local/state/workshop).
man-file-data = 추가한 강의와 그 목록(courses.toml)입니다. 변수가 없으면 ~/.local/share/workshop/에 둡니다.
man-variables = 환경 변수
man-variable-lessons = --lessons처럼 이 폴더에서 레슨을 읽습니다.
man-variable-docker = 어느 Docker를 쓸지 정합니다. Docker 명령과 같습니다.
man-variable-lang = --lang이 없을 때 쓸 언어입니다.
man-variable-color = 색을 쓰지 않거나, 터미널이 아니어도 색을 씁니다.
man-variable-state = 작업 폴더 목록을 두는 곳입니다.
man-variable-data = 추가한 강의를 두는 곳입니다.
man-exit = 종료 코드
man-exit-pass = 모두 통과했습니다.
man-exit-not-yet = 단계를 아직 마치지 않았습니다.
man-exit-usage = 명령을 잘못 적었습니다.
man-exit-environment = 컴퓨터 쪽 문제입니다. Docker가 꺼져 있거나, 포트를 다른 프로그램이 쓰거나, 이미지가 없습니다.
man-exit-lesson = 레슨 자체에 잘못이 있습니다.
man-exit-interrupted = 중단했습니다.
