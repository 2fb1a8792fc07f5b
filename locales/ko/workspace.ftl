# workspace

file-missing = { $path } 파일이 없습니다.
file-is-folder = { $path }[은/는] 파일이 아니라 폴더입니다.
file-not-a-folder = { $file }[은/는] 파일입니다. { $path }[이/가] 들어갈 폴더가 있어야 할 자리입니다.
file-dead-link = { $path }[은/는] 아무 데도 이어지지 않는 링크입니다.
file-other-case = { $path } 파일이 없습니다. 대소문자만 다른 { $found } 파일이 있습니다. 이름을 { $path }[으로/로] 바꾸세요.
file-not-a-file = { $path }[은/는] 일반 파일이 아닙니다.
file-not-text = { $path }[은/는] UTF-8 텍스트가 아닙니다({ $offset }번째 바이트). 편집기에서 UTF-8로 저장해 주세요.
file-too-large = { $path } 파일이 너무 큽니다({ $size }). { $limit }까지만 읽습니다.
file-no-permission = { $path } 파일을 읽을 권한이 없습니다.
file-outside = { $path }[은/는] 작업 폴더 밖을 가리킵니다. 밖에 있는 파일은 읽지도 쓰지도 않습니다.
file-io = { $path } 파일을 읽지 못했습니다: { $reason }

patch-unexpected = 패치 { $line }행이 올바르지 않습니다: { $found }
patch-truncated = 패치 { $line }행에서 시작한 변경이 중간에 끊겼습니다.
patch-unsupported = 패치 { $line }행: 이름 변경, 복사, 바이너리 변경은 지원하지 않습니다: { $found }
patch-bad-path = 패치 { $line }행: { $path } 경로가 작업 폴더를 벗어납니다.
patch-twice = 패치 { $line }행: { $path }[이/가] 두 번 나옵니다.
patch-empty = 패치에 바꿀 파일이 없습니다.
patch-mismatch = 패치 { $line }행이 { $path } { $base_line }행과 맞지 않습니다. 패치에는 "{ $expected }", 파일에는 "{ $found }"[이/가] 있습니다.
patch-ambiguous = 패치 { $line }행에서 시작하는 변경이 { $path }의 원래 자리에 맞지 않고, { $first }행과 { $second }행 두 곳에 맞습니다.
patch-no-base = 패치 { $line }행: 바꿀 파일 { $path }[이/가] 없습니다.
patch-base-exists = 패치 { $line }행: { $path }[이/가] 이미 있습니다.

journal-changed-meanwhile = 준비하는 사이에 { $path } 파일이 바뀌었습니다. 아무것도 쓰지 않았습니다. 편집기에서 저장한 뒤 다시 시도하세요.
journal-saved-meanwhile = 바꾸는 사이에 다른 프로그램이 { $path } 파일을 저장해서 그대로 두었습니다. 잃어버린 내용은 없습니다. 이전 내용은 `workshop undo`로 되찾을 수 있습니다.
journal-nothing-to-undo = 되돌릴 변경이 없습니다.
journal-undo-conflict = 그 뒤에 { $path }의 같은 부분을 직접 고치셔서 자동으로 되돌릴 수 없습니다. 아무것도 바꾸지 않았습니다.
journal-io = { $path }에 쓰지 못했습니다: { $reason }. 바뀐 것은 없습니다.
owed-held = 다른 검사가 지금 이 스택을 바꾸고 있습니다(프로세스 { $pid }). 끝난 뒤에 다시 해 보세요
owed-held-by-unknown = 다른 검사가 지금 이 스택을 바꾸고 있습니다. 끝난 뒤에 다시 해 보세요
owed-broken = 검사가 스택을 되돌리려고 적어 둔 파일을 읽을 수 없습니다. { $kept }[으로/로] 옮겨 두었고 그 내용대로 한 것은 없습니다. 실행 중인 것 보기: workshop status
owed-io = { $path }에 쓰지 못했습니다: { $reason }. 이것이 없으면 스택을 바꾸는 검사는 시작하지 않습니다.
journal-not-rolled-back = { $path }: 쓰던 내용을 바로 되돌리지 못했습니다({ $reason }). 다음 명령을 실행할 때 되돌립니다.
journal-damaged = 되돌리려던 저널 항목이 손상되어 쓰지 않았습니다. 따로 옮겨 둔 곳: { $path }. `workshop undo`를 한 번 더 실행하면 그 앞의 변경을 되돌립니다.
journal-not-a-folder = { $path }[은/는] 폴더가 아닙니다. 실습 파일은 이 이름의 폴더에 들어갑니다. 이름을 바꾸고(mv workshop workshop.old) 다시 시도하세요.
journal-too-many = 파일이 { $count }개라서 한 번에 바꿀 수 있는 수({ $most }개)를 넘습니다. 아무것도 바꾸지 않았습니다.
journal-rolled-back = 지난 명령이 파일을 쓰는 도중에 중단되었습니다("{ $label }"). 쓰던 내용을 되돌렸습니다.
journal-left-alone = { $path }[은/는] 중단된 뒤에 바뀌어서 그대로 두었습니다. 이전 내용은 `workshop undo`로 되찾을 수 있습니다.
journal-late = workshop이 바꾸는 사이에 다른 프로그램이 { $path } 파일을 저장했습니다. 저장한 내용은 남아 있고, `workshop undo`로 되찾을 수 있습니다.
journal-broken = 손상된 저널 항목을 따로 옮겨 두었습니다: { $path }. 이 변경은 되돌릴 수 없지만, 그 안의 파일 내용은 그대로 있습니다.

progress-broken = 진행 기록 { $path }[과/와] 백업이 모두 손상되었습니다. 파일은 { $kept }[으로/로] 남겨 두었고, workshop/ 안의 작업은 그대로입니다. 레슨을 다시 시작하면 이미 끝낸 단계는 바로 통과합니다.

lock-held = 다른 workshop 명령이 여기서 실행 중입니다(프로세스 { $pid }). 끝날 때까지 기다리거나 그 명령을 종료하세요.
lock-held-by-unknown = 다른 workshop 명령이 여기서 실행 중입니다. 끝날 때까지 기다려 주세요.

workspace-newer = { $path }[은/는] 더 새로운 버전의 workshop이 쓴 파일입니다. workshop을 업데이트하세요. 파일은 건드리지 않았습니다.
workspace-not-writable = { $path } 폴더에 쓸 권한이 없습니다. 폴더의 소유자와 권한을 확인하거나 다른 폴더에서 실습하세요.
workspace-not-empty = { $path } 폴더에 이미 파일이 있습니다: { $found }
workspace-leads-out = { $path }[은/는] 이 폴더 밖의 { $target }[으로/로] 이어지는 링크입니다. 그곳에서는 아무것도 읽거나 쓰지 않습니다.
workspace-above = 이 폴더는 { $root }에 있는 작업 폴더에 속합니다.
workspace-passed-over = { $path }[은/는] 쓰지 않습니다. { $why } 직접 만든 폴더라면: { $next }
workspace-foreign = { $path }[은/는] 이 컴퓨터에서 이 프로그램이 만든 것이 아닙니다. 저장소나 압축 파일에 들어 있었거나, 다른 컴퓨터나 이전 버전에서 온 것입니다. 그 안에 있는 것은 아무것도 쓰지 않습니다. `workshop start 06`을 실행하면 따로 옮겨 두고 새로 시작합니다. workshop/ 안의 파일은 그대로입니다.
workspace-put-aside = { $path }[은/는] 이 컴퓨터에서 이 프로그램이 만든 것이 아니어서 { $aside }[으로/로] 옮겨 두었습니다. 그 안에 있는 것은 아무것도 쓰지 않습니다.
workspace-copied = 이 폴더는 { $of }의 복사본입니다. 이제부터 별개의 작업 폴더로 다룹니다. 원본에서 실행 중인 것과 데이터는 여기서 건드리지 않습니다.
workspace-moved = 이 작업 폴더는 { $from }에서 옮겨 왔습니다. 프로젝트 이름을 새 폴더에 맞게 바꿉니다.
workspace-left-reset = { $from }에서 쓰던 것이 Docker에 남아 있습니다({ $names }). `workshop reset --all`을 실행하면 함께 지웁니다.
workspace-left-command = { $from } 폴더는 이제 없지만 Docker에 남은 것이 있습니다: { $names }. 아무도 쓰지 않는다면 지우세요: docker compose -p { $name } down --volumes

trust-not-a-folder = { $path }[은/는] 링크나 파일입니다. 이 프로그램이 직접 만든 폴더만 씁니다.
trust-not-a-file = { $path }[은/는] 이 프로그램이 만든 파일이나 폴더가 아닙니다.
trust-owner = { $path }의 소유자는 { $user } 사용자입니다. 그 사용자가 무엇이든 넣어 두었을 수 있습니다.
trust-group = { $group } 그룹의 누구나 { $path }에 쓸 수 있어서, 다른 사람이 무엇이든 넣어 두었을 수 있습니다.
trust-everyone = 이 컴퓨터의 누구나 { $path }에 쓸 수 있어서, 다른 사람이 무엇이든 넣어 두었을 수 있습니다.
trust-unseen = { $path }[을/를] 확인할 수 없습니다: { $reason }.
trust-next-move = { $path }[을/를] 다른 곳으로 옮기거나 다른 폴더에서 실습하세요
trust-next-owner = 그 사용자로 실행하거나 직접 만든 폴더(예: 홈 폴더 아래)에서 실습하세요
trust-next-chmod = chmod go-w { $path } (또는 홈 폴더 아래처럼 직접 만든 폴더에서 실습하세요)
trust-next-elsewhere = 홈 폴더 아래처럼 다른 폴더에서 실습하세요

identity-no-place = 어느 작업 폴더가 내 것인지 적어 둘 폴더가 없습니다. XDG_STATE_HOME도 HOME도 설정되어 있지 않습니다.
identity-unsafe = 어느 작업 폴더가 내 것인지 안전하게 적어 둘 수 없습니다. { $why }
identity-io = 어느 작업 폴더가 내 것인지는 작업 폴더 밖에 적어 두는데, { $path }[을/를] 쓸 수 없습니다: { $reason }.

demo-held = 이 폴더에서 이미 데모가 진행 중입니다(프로세스 { $pid }). 끝날 때까지 기다리거나 그 데모를 종료하세요.
demo-held-by-unknown = 이 폴더에서 이미 데모가 진행 중입니다. 끝날 때까지 기다려 주세요.
