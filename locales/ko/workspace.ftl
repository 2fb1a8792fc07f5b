# workspace

file-missing = { $path } 파일이 없습니다.
file-is-folder = { $path }[은/는] 파일이 아니라 폴더입니다.
file-not-a-file = { $path }[은/는] 일반 파일이 아닙니다.
file-not-text = { $path }[은/는] UTF-8 텍스트가 아닙니다({ $offset }번째 바이트). 편집기에서 UTF-8로 저장해 주세요.
file-too-large = { $path } 파일이 너무 큽니다({ $size }). { $limit }까지만 읽습니다.
file-no-permission = { $path } 파일을 읽을 권한이 없습니다.
file-outside = { $path }[은/는] 워크스페이스 밖을 가리킵니다. 밖에 있는 파일은 읽지도 쓰지도 않습니다.
file-io = { $path } 파일을 읽지 못했습니다: { $reason }

patch-unexpected = 패치 { $line }행이 올바르지 않습니다: { $found }
patch-truncated = 패치 { $line }행에서 시작한 변경이 중간에 끊겼습니다.
patch-unsupported = 패치 { $line }행: 이름 변경, 복사, 바이너리 변경은 지원하지 않습니다: { $found }
patch-bad-path = 패치 { $line }행: { $path } 경로가 워크스페이스를 벗어납니다.
patch-twice = 패치 { $line }행: { $path }[이/가] 두 번 나옵니다.
patch-empty = 패치에 바꿀 파일이 없습니다.
patch-mismatch = 패치 { $line }행이 { $path } { $base_line }행과 맞지 않습니다. 패치에는 "{ $expected }", 파일에는 "{ $found }"[이/가] 있습니다.
patch-no-base = 패치 { $line }행: 바꿀 파일 { $path }[이/가] 없습니다.
patch-base-exists = 패치 { $line }행: { $path }[이/가] 이미 있습니다.

journal-changed-meanwhile = 준비하는 사이에 { $path } 파일이 바뀌었습니다. 아무것도 쓰지 않았습니다. 편집기에서 저장한 뒤 다시 시도하세요.
journal-nothing-to-undo = 되돌릴 변경이 없습니다.
journal-undo-conflict = 그 뒤에 { $path }의 같은 부분을 직접 고치셔서 자동으로 되돌릴 수 없습니다. 아무것도 바꾸지 않았습니다.
journal-io = { $path }에 쓰지 못했습니다: { $reason }. 바뀐 것은 없습니다.
owed-held = 다른 검사가 지금 이 스택을 바꾸고 있습니다(프로세스 { $pid }). 끝난 뒤에 다시 해 보세요
owed-held-by-unknown = 다른 검사가 지금 이 스택을 바꾸고 있습니다. 끝난 뒤에 다시 해 보세요
owed-broken = 검사가 스택을 되돌리려고 적어 둔 파일을 읽을 수 없습니다. { $kept }[으로/로] 옮겨 두었고 그 내용대로 한 것은 없습니다. 실행 중인 것 보기: workshop status
owed-io = { $path }에 쓰지 못했습니다: { $reason }. 이것이 없으면 스택을 바꾸는 검사는 시작하지 않습니다.
journal-not-rolled-back = { $path }: 쓰던 내용을 바로 되돌리지 못했습니다({ $reason }). 다음 명령을 실행할 때 되돌립니다.
journal-damaged = 저널 항목 { $path }[이/가] 손상되었습니다.
journal-rolled-back = 지난 명령이 파일을 쓰는 도중에 중단되었습니다("{ $label }"). 쓰던 내용을 되돌렸습니다.
journal-left-alone = { $path }[은/는] 중단된 뒤에 바뀌어서 그대로 두었습니다.
journal-broken = 손상된 저널 항목을 따로 옮겨 두었습니다: { $path }. 이 변경은 되돌릴 수 없습니다.

progress-broken = 진행 기록 { $path }[과/와] 백업이 모두 손상되었습니다. 파일은 { $kept }[으로/로] 남겨 두었고, workshop/ 안의 작업은 그대로입니다. 레슨을 다시 시작하면 이미 끝낸 단계는 바로 통과합니다.

lock-held = 다른 workshop 명령이 여기서 실행 중입니다(프로세스 { $pid }). 끝날 때까지 기다리거나 그 명령을 종료하세요.
lock-held-by-unknown = 다른 workshop 명령이 여기서 실행 중입니다. 끝날 때까지 기다려 주세요.

workspace-newer = { $path }[은/는] 더 새로운 버전의 workshop이 쓴 파일입니다. workshop을 업데이트하세요. 파일은 건드리지 않았습니다.
workspace-not-writable = { $path } 폴더에 쓸 권한이 없습니다. 폴더의 소유자와 권한을 확인하거나 다른 폴더에서 실습하세요.
workspace-not-empty = { $path } 폴더에 이미 파일이 있습니다: { $found }

demo-held = 이 폴더에서 이미 데모가 진행 중입니다(프로세스 { $pid }). 끝날 때까지 기다리거나 그 데모를 종료하세요.
demo-held-by-unknown = 이 폴더에서 이미 데모가 진행 중입니다. 끝날 때까지 기다려 주세요.
