# 강의실: 터미널에 나오는 말과 페이지에 나오는 말
room-name = 워크숍
room-opened = 강의실 "{ $name }"[을/를] 열었습니다: { $address }
    코드: { $code }
room-join-page = 학습자는 브라우저나 휴대폰으로 { $join } 주소를 엽니다.
room-join-command = 터미널에서 레슨을 하면서 들어오려면: workshop join { $address } { $code }
room-board = 발표자만 보는 현황판(이 주소를 아는 사람은 발표자 권한을 갖습니다): { $board }
    이름 없는 화면이 필요하면 # 앞의 board를 projector로 바꿔서 여세요.
room-phone = 휴대폰으로 `workshop demo`를 넘기려면: { $phone }
room-only-here = 이 컴퓨터에서만 열립니다. 강의실의 다른 사람도 들어오게 하려면: workshop room --share
room-who-can-reach = 같은 네트워크에 있으면 누구나 이 주소에 접속할 수 있고, 들어오려면 코드가 필요합니다. 암호화되지 않으므로 네트워크를 엿보는 사람은 내용을 읽을 수 있습니다. 인증서가 있으면 TLS 프록시를 앞에 두세요(--host).
room-end-hint = Ctrl-C를 누르면 강의실이 닫힙니다. 지금까지의 내용은 남습니다.
room-resume-question = { $minutes }분 전까지 열려 있던 강의실이 있습니다. 이어서 열까요?
room-resume-hint = { $minutes }분 전까지 열려 있던 강의실이 있습니다. 이어서 열려면: workshop room --resume
room-none-to-resume = 이어서 열 강의실이 없습니다. 새로 열려면: workshop room
room-no-network = 이 컴퓨터에는 다른 사람이 접속할 수 있는 주소가 없습니다.
room-no-network-next = 네트워크에 연결하거나 주소를 직접 적으세요: workshop room --listen 주소
room-open-already = 이 컴퓨터에 이미 열린 강의실이 있습니다: { $at }
room-open-already-next = 그 터미널에서 Ctrl-C로 먼저 닫으세요.
room-port-taken = { $at }: 다른 프로그램이 쓰고 있습니다.
room-address-not-ours = { $at }: 이 컴퓨터의 주소가 아닙니다.
room-port-refused = { $at }: 시스템이 이 포트를 허락하지 않습니다.
room-cannot-listen = { $at }: 이 주소로는 열 수 없습니다.
room-listen-next = 다른 포트로 열려면: workshop room --port 8971. 다른 주소로 열려면: --listen
room-disk = 강의실 내용을 { $path }에 저장할 수 없습니다: { $reason }
room-counts = { $count }명 · 막힘 { $stuck } · 도움 요청 { $help } · 완료 { $done }
room-most-failing = 가장 많이 막힌 검사: { $title } ({ $count }명) { $words }
room-asks = { $name } 님이 도움을 요청합니다.
room-asks-at = { $name } 님이 도움을 요청합니다: { $at }
room-closed = 강의실을 닫았습니다. 표: { $table }
    xAPI 기록: { $statements }
room-go-on = 같은 코드로 이어서 열려면: workshop room --resume

room-page-title = 강의실
