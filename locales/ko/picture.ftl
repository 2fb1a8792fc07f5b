# 누가 어느 주소를 아는지 보여 주는 그림.

cli-picture = 누가 어느 주소를 아는지 봅니다: DNS와 프록시, 레플리카마다 받은 요청

picture-title = 누가 어느 주소를 아는가
picture-group = { $proxy } 뒤의 { $name }
picture-replica = 레플리카
picture-address = 주소
picture-dns = DNS
picture-nginx = nginx
picture-requests = 요청
picture-yes = 있음
picture-no = 없음
picture-unknown = ?
picture-rests = { $left }초 쉼
picture-gone = { $host }(사라짐)

picture-seconds = { $count }초
picture-minutes = { $count }분
picture-hours = { $count }시간
picture-ms = { $count }밀리초

picture-names = { $count ->
    [0] 지금 DNS에는 { $host } 이름이 없습니다.
   *[other] DNS에 있는 { $host } 주소는 { $count }개입니다.
}
picture-names-unasked = 여기서는 DNS에서 { $host } 이름을 조회할 수 없습니다.
picture-list = nginx 목록에 있는 주소는 { $count }개입니다.
picture-once = { $ago } 전 설정을 읽을 때 이름을 한 번만 조회했습니다.
picture-again = { $every }마다 이름을 다시 조회합니다.
picture-again-dns = 답의 유효 시간이 지나면 이름을 다시 조회합니다. Docker DNS의 답은 10분 동안 유효합니다.
picture-for-requests = nginx는 요청이 올 때 이름을 조회하고, 그 답을 잠시만 씁니다.
picture-worked-out = nginx는 자기 목록을 알려 주지 않습니다. nginx와 레플리카가 시작한 시각, 요청이 간 곳을 보고 알아낸 것입니다.
picture-follows = nginx는 자기 목록을 알려 주지 않습니다. nginx가 계속 따라가는 DNS의 답을 보여 줍니다.
picture-unheard-once = nginx는 { $names }[을/를] 모릅니다. nginx가 이름을 조회한 뒤에 생겼기 때문입니다. nginx가 다시 조회할 때까지(reload 또는 재시작) 그쪽으로는 요청이 가지 않습니다.
picture-unheard-again = nginx는 아직 { $names }[을/를] 모릅니다. 곧 이름을 다시 조회합니다.
picture-outlived = nginx 목록에는 사라진 { $names }[이/가] 아직 남아 있습니다. 그쪽으로 보낸 요청은 기다리거나 실패한 다음에야 다른 레플리카로 갑니다.
picture-rest = { $who }[은/는] 실패해서 쉬고 있습니다. nginx는 { $left }초 뒤에 다시 요청을 보냅니다(fail_timeout { $of }초).
picture-unknown-which = nginx가 { $names }[을/를] 아는지 말해 주는 것이 아직 없습니다.
picture-requests-of = 요청: 최근 { $time } 동안 레플리카마다 로그에 남은 수입니다.
picture-requests-here = 요청: 이 화면을 연 뒤로 레플리카마다 로그에 남은 수입니다.
picture-changed = nginx가 설정을 읽은 뒤에 설정 파일이 바뀌었습니다. 다음 reload나 재시작부터 적용됩니다.
picture-rests-untold = 실패해서 쉬는 서버는 볼 수 없습니다. nginx의 error_log에 남지 않기 때문입니다(표준 오류에 warn, notice, info, debug 수준으로 쓰면 남습니다).

picture-not-running = { $service }[이/가] 실행되고 있지 않아 아직 보여 줄 것이 없습니다. 먼저 스택을 올리세요.
picture-untold = { $service } 자리에서 실행되는 것은 어떤 주소를 아는지 알려 주지 않고, 이 엔진도 읽을 수 없습니다.
picture-nothing = nginx가 다른 서비스로 보내는 요청이 아직 없습니다.
