# courses: 강의를 가져와 보관하기

cli-add = 폴더, git 주소, 압축 파일에서 강의를 추가합니다. 아무것도 실행하지 않습니다
cli-add-source = 폴더, git 주소(주소#태그), 압축 파일(.tar.gz, .tar)
cli-add-name = 강의 이름 (기본값: 가져온 곳의 마지막 부분)
cli-add-rev = 저장소의 이 태그, 브랜치, 커밋에서 가져옵니다
cli-examples-add = 예:
    {"  "}workshop add https://example.org/nginx-course.git#v1
    {"  "}workshop add ../my-course --as mine
    {"  "}workshop add nginx-course.tar.gz
    {"  "}workshop start nginx-course/10
cli-update = 추가한 강의를 다시 가져와 달라진 점을 보여 주고 묻습니다
cli-update-name = 강의 이름 (기본값: 모두)
cli-update-rev = 이제부터 이 태그, 브랜치, 커밋을 씁니다
cli-remove = 추가한 강의를 지웁니다
cli-remove-name = 강의 이름

source-unknown = "{ $source }"에 아무것도 없습니다. 이 컴퓨터의 폴더나 압축 파일, 또는 git 주소(https://…, ssh://…, git@host:…, file://…)를 쓰세요
source-rev-of-a-file = "{ $source }"에는 리비전이 없습니다. 리비전은 git 저장소에만 있습니다
source-two-revs = "{ $source }"에도 --rev에도 리비전이 있습니다. 한 번만 쓰세요
source-transport = "{ $source }"[을/를] 가져오려면 별도 프로그램을 실행해야 하는데, 그런 프로그램은 실행하지 않습니다. https, http, ssh, git, file 주소를 쓰세요
source-rev = "{ $rev }"[은/는] 태그, 브랜치, 커밋 이름이 될 수 없습니다
course-name = 강의 이름으로 "{ $name }"[을/를] 쓸 수 없습니다. 글자, 숫자, "-", "_", "."만 쓰고 공백 없이 글자나 숫자로 시작하세요 (--as 이름)
course-name-taken = "{ $name }"[은/는] 프로그램에 든 레슨의 이름입니다. --as로 다른 이름을 붙이세요

course-none = { $folder }에 강의가 없습니다. 강의는 lessons/NN-이름/lesson.toml이 들어 있는 폴더입니다
course-path = 어디서나 쓸 수는 없는 이름의 파일이 강의에 있습니다: { $path }
course-no-place = 강의를 보관할 폴더가 없습니다. XDG_DATA_HOME도 HOME도 설정되어 있지 않습니다
course-unsafe = 강의는 다른 사람이 쓸 수 없는 폴더에만 보관합니다. { $why }
course-io = { $path }에서 강의 파일을 쓸 수 없습니다: { $reason }
course-list = 강의 목록을 읽을 수 없습니다: { $path }
course-next-list = 그 파일을 다른 곳으로 옮기고 강의를 다시 추가하세요
course-taken = "{ $name }" 강의가 이미 있습니다
course-next-taken = workshop update { $name }, 또는 --as로 다른 이름을 붙여 추가하세요
course-unknown = 추가한 강의 가운데 "{ $wanted }"[이/가] 없습니다 (있는 강의: { $known })
course-unknown-none = 추가한 강의가 하나도 없습니다 ("{ $wanted }")
course-gone = 이 폴더의 레슨은 "{ $name }" 강의의 것인데 그 강의가 더는 없습니다. 파일과 진행 상황은 그대로입니다
course-next-add = workshop add { $source } --as { $name }
course-next-folder = { $source }[을/를] 되돌려 놓거나 강의가 지금 있는 곳을 알려 주세요: --lessons DIR
course-changed = 보관한 "{ $name }" 강의가 추가했을 때와 달라져서 쓰지 않습니다
course-next-changed = workshop update { $name } (다시 가져오기), 또는 workshop remove { $name }
course-unnamed = 이 폴더의 레슨 { $lesson }[은/는] 레슨 폴더에서 시작했는데 어느 폴더인지 적혀 있지 않습니다
course-next-unnamed = 한 번만 다시 알려 주세요: --lessons DIR

archive-broken = 압축 파일이 손상되었거나 중간에 끊겼습니다
archive-other = 읽을 수 있는 압축 파일이 아닙니다. tar 파일이거나 gzip으로 압축한 tar 파일(.tar.gz)이어야 합니다
archive-large = 압축 파일의 내용이 강의라고 하기에는 너무 많습니다. 아무것도 보관하지 않았습니다
archive-file-large = 압축 파일에 든 { $path }[이/가] 강의 파일로는 너무 큽니다. 아무것도 보관하지 않았습니다
archive-path = 압축 파일에 밖으로 나가거나 쓸 수 없는 경로가 있습니다: { $path }. 아무것도 보관하지 않았습니다
archive-link = 압축 파일에 밖을 가리키는 링크가 있습니다: { $path }. 아무것도 보관하지 않았습니다
archive-kind = 압축 파일에 파일도 폴더도 아닌 것이 있습니다: { $path }. 아무것도 보관하지 않았습니다
archive-twice = 압축 파일에 { $path }[이/가] 두 번 있거나 파일이면서 폴더입니다. 아무것도 보관하지 않았습니다

git-missing = git 주소에서 강의를 가져오려면 git이 필요한데 이 컴퓨터에 없습니다
git-next-missing = git을 설치하거나, 강의를 압축 파일로 받아 그 파일을 추가하세요
git-no-revision = { $url }에 "{ $rev }" 태그나 브랜치, 커밋이 없습니다
git-unreachable = git이 { $url }[을/를] 가져오지 못했습니다: { $reason }
git-next-unreachable = 주소가 맞는지, 이 컴퓨터에서 연결되는지 확인하세요. 여기서는 비밀번호를 묻지 않습니다
git-silent = git이 10분 안에 { $url }[을/를] 가져오지 못했습니다
git-large = 저장소가 강의라고 하기에는 너무 큽니다. 아무것도 보관하지 않았습니다

course-fetching = { $source } 가져오는 중
course-added = { $name } 강의를 추가했습니다.
course-from = 가져온 곳
course-revision = 리비전
course-digest = 다이제스트
course-at = { $commit } ({ $rev })
course-pinned-at = { $commit } ({ $rev }에 고정)
course-lessons = 레슨
course-changes = 달라진 점
course-effects = 동의하면 할 수 있는 일
course-effects-new = 전에는 하지 않던 일
course-effects-more = … 외 { $count }가지. 실행하기 전에 모두 보여 드리고 묻습니다.
course-in-the-program = 프로그램에 들어 있음
course-nothing-ran = 아무것도 실행하지 않았습니다. 레슨을 시작할 때 동의를 묻습니다.
course-next-start = workshop start { $lesson }
course-no-added = 추가한 강의가 없습니다. 추가하려면: workshop add SOURCE
course-pinned = { $name } 강의는 { $rev }에 고정되어 있습니다. 바꾸려면: workshop update { $name } --rev REV
course-pin-moved = { $name } 강의의 { $rev }[이/가] 추가했을 때와 달라서 가져오지 않았습니다. 그래도 괜찮다면: workshop update { $name } --rev { $rev }
course-same = { $name } 강의는 최신입니다. 달라진 점이 없습니다.
course-restored = 보관한 { $name } 강의를 추가했을 때의 상태로 되돌렸습니다.
course-would-change = { $name } 강의가 바뀝니다.
ask-course-update = { $name } 강의를 새 버전으로 바꿀까요?
course-updated = { $name } 강의를 새 버전으로 바꿨습니다.
course-left = { $name } 강의를 그대로 두었습니다.
course-here-same = 이 폴더에서 진행 중인 레슨은 지금 단계({ $step })에서 그대로 이어집니다.
course-here-gone = 이 폴더에서 진행 중인 레슨 { $lesson }[이/가] 새 버전에 없습니다. 파일은 남지만 레슨을 이어 갈 수 없게 됩니다.
course-remove-here = 이 폴더에서 { $name } 강의의 레슨 { $lesson }[을/를] 진행하고 있습니다. 파일과 진행 상황은 남으며, 강의를 다시 추가하면 이어 갈 수 있습니다.
course-remove-unseen = 다른 폴더에서 { $name } 강의를 진행하고 있는지는 여기서 알 수 없습니다. 그 폴더들은 건드리지 않습니다.
ask-course-remove = { $name } 강의를 지울까요?
course-removed = { $name } 강의를 지웠습니다.

change-lesson-added = 레슨 { $lesson } 추가
change-lesson-removed = 레슨 { $lesson } 삭제
change-step-added = { $lesson }: { $step } 단계 추가
change-step-removed = { $lesson }: { $step } 단계 삭제
change-step-renamed = { $lesson }: { $was } 단계의 이름이 { $step }[으로/로] 바뀜
change-edit = { $lesson }: { $step } 단계에서 파일을 바꾸는 내용이 달라짐
change-rules = { $lesson }: { $step } 단계에서 실행하거나 확인하는 것이 달라짐
change-start = { $lesson }: 시작 파일이나 설정이 달라짐
change-words = { $lesson }: 설명만 달라짐

step-renamed = { $was } 단계의 이름이 { $step }[으로/로] 바뀌었습니다. 하신 일은 그대로 인정됩니다.
step-removed = 이미 마친 { $step } 단계가 레슨에서 빠졌습니다.
step-removed-here = 진행하던 { $step } 단계가 레슨에서 빠졌습니다. 이제 { $now } 단계입니다: { $why }.
step-place-after = 그 뒤에 있던 단계 중 아직 마치지 않은 첫 단계
step-place-open = 아직 마치지 않은 첫 단계
step-place-last = 다른 단계를 모두 마쳤으므로 마지막 단계

cli-bundle = 네트워크 없이도 쓸 수 있게 강의를 파일 하나로 묶습니다
cli-bundle-course = 추가한 강의의 이름, 또는 강의 폴더
cli-bundle-output = 만들 파일
cli-bundle-images = 레슨에 필요한 Docker 이미지도 넣습니다
cli-bundle-program = 이 프로그램도 넣습니다
cli-examples-bundle = 예:
    {"  "}workshop bundle nginx-course -o nginx-course.workshop.tar.gz --images --program
    {"  "}workshop bundle . -o course.workshop.tar.gz     이 폴더의 강의

bundle-broken = 묶음 파일이 손상되었거나 더 새로운 프로그램에서 만든 것이라 목록을 쓸 수 없습니다
bundle-part = 묶음 파일의 { $part }[이/가] 묶을 때와 다릅니다(SHA-256 불일치). 아무것도 쓰지 않았습니다. 파일을 다시 받으세요
bundle-no-file = { $file }[은/는] 폴더입니다. -o에는 만들 파일을 쓰세요
bundle-no-image = 묶을 { $name } 이미지가 Docker에 없습니다
bundle-next-pull = docker pull { $name }, 그다음 같은 명령을 다시 실행하세요
bundle-writing = { $file } 쓰는 중
bundle-saving = { $name } 이미지 저장 중
bundle-verifying = { $file } 검사 중
bundle-loading = { $name } 이미지 불러오는 중
bundle-progress = { $what }: { $of } 중 { $done }
bundle-done = { $name } 강의를 { $file } 파일에 담았습니다({ $size }).
bundle-has-image = { $name } 이미지가 들어 있습니다({ $size }).
bundle-has-program = 이 프로그램이 들어 있습니다: { $version }, { $platform }({ $size }).
bundle-programs = Docker가 없는 컴퓨터에는 다음이 있어야 합니다: { $programs }. 묶음 파일에는 들어 있지 않습니다.
bundle-next = workshop add { $file }
bundle-verified = { $count }개 부분이 모두 묶을 때 그대로입니다.
bundle-program-lies = 프로그램({ $version }, { $platform })은 묶음 파일 안에 있습니다: tar -xzf { $file } { $part }
bundle-no-docker = Docker가 응답하지 않아 이미지 { $count }개를 불러오지 않았습니다: { $why }
bundle-next-again = 필요할 때: workshop add { $file } --yes
bundle-has-it = { $name } 이미지는 이미 Docker에 있습니다.
bundle-would-load = Docker로 불러올 이미지: { $name }({ $size })
bundle-not-loaded = 이미지는 불러오지 않았습니다. 강의는 추가되어 있습니다.
ask-load = 이 이미지 { $count }개를 Docker로 불러올까요?
bundle-loaded = { $name } 이미지를 Docker로 불러왔습니다.
bundle-next-variable = export { $variable }={ $value }
