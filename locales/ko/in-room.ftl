# 강의실에 들어온 학습자.

in-room-address-unclear = 강의실 주소가 아닙니다. 발표자가 보여 주는 대로 http://192.168.0.7:7100처럼 입력하세요
in-room-address-encrypted = 이 프로그램은 암호화 없이 http로만 강의실과 통신합니다. 이 주소는 브라우저에서 열거나, http://로 시작하는 주소를 발표자에게 물어보세요
in-room-sends = 들어가면 { $address } 강의실에 다음을 알립니다: 지금 있는 단계와 그 단계에서 보낸 시간, 검사 결과, 통과하지 못한 첫 검사의 제목과 메시지, 읽은 힌트, 든 손, 투표, 그리고 강의실에서 쓰는 이름.
in-room-never = 파일, 명령, 명령의 출력은 절대 보내지 않습니다. `workshop leave`로 나가면 강의실은 받은 내용을 모두 지웁니다.
in-room-open = 연결은 암호화되지 않습니다. 같은 네트워크에 있는 사람이 내용을 볼 수 있습니다.
ask-join = 강의실에 들어갈까요?
in-room-not-joined = 들어가지 않았습니다. 아무것도 보내지 않았습니다.
in-room-joined = "{ $room }" 강의실에 들어왔습니다. 이름: { $name }
in-room-already = 이미 "{ $room }" 강의실에 있습니다. 이름: { $name }
in-room-in = "{ $room }" 강의실, 이름: { $name }
in-room-none = 들어가 있는 강의실이 없습니다. 발표자가 보여 주는 주소와 코드로 들어가세요: workshop join URL CODE
in-room-shown = 발표자는 레슨 { $lesson }의 { $of }단계 중 { $number }단계에 있습니다: { $title }
in-room-nothing-shown = 지금은 발표자가 보여 주는 단계가 없습니다.
in-room-waiting = 강의실이 응답하면 보낼 결과 { $count }개가 여기에 남아 있습니다. 사라지지 않습니다.
in-room-ended = "{ $room }" 강의실이 끝났거나, 강의실이 더는 여러분을 알지 못합니다. 이제 아무것도 보내지 않습니다.
in-room-left = "{ $room }" 강의실에서 나왔습니다. 강의실은 받은 내용을 모두 지웠습니다.
in-room-left-here = "{ $room }" 강의실에서 나왔습니다. 이제 아무것도 보내지 않습니다. 강의실에는 알리지 못해서, 이미 받은 내용은 그곳에 남아 있습니다.
in-room-hand-help = 손을 들었습니다. 도움이 필요하다는 것이 발표자에게 보입니다.
in-room-hand-done = 다 했다는 것이 발표자에게 보입니다.
in-room-hand-down = 손을 내렸습니다.
in-room-later = 지금은 강의실이 응답하지 않습니다. 응답하면 바로 알립니다.
in-room-no-poll = 지금은 강의실에 나온 질문이 없습니다.
in-room-poll-closed = 투표가 끝났습니다. 답: { $answer }
in-room-poll-over = 이 투표는 끝났습니다
in-room-voted = 투표했습니다: { $answer }
in-room-votes = { $count } × { $answer }
in-room-vote-long = 답은 1자에서 { $most }자까지입니다
ask-vote = 어떻게 될 것 같나요?
in-room-no-lesson = 이 폴더에서 시작한 레슨이 없습니다
in-room-other-lesson = 발표자는 레슨 { $lesson }에 있고, 이 폴더의 레슨은 { $here }입니다

in-room-away = { $address }에서 아무도 응답하지 않습니다
in-room-silent = { $address }의 응답이 너무 늦습니다
in-room-other = { $address }에서 응답하는 것은 강의실이 아닙니다
in-room-code-wrong = 강의실이 모르는 코드입니다. 발표자가 보여 주는 학습자 코드를 그대로 입력하세요
in-room-slow-down = 틀린 코드가 너무 많아 강의실이 잠시 받지 않습니다. 1분 뒤에 다시 해 보세요
in-room-full = 강의실이 가득 찼습니다. 발표자에게 말하세요
in-room-unknown = { $address }의 강의실이 끝났거나, 강의실이 더는 여러분을 알지 못합니다
in-room-elsewhere = 강의실이 { $address }의 이름으로는 응답하지 않습니다. 발표자가 보여 주는 주소를 그대로 쓰세요
in-room-not-kept = 지금은 강의실이 아무것도 저장하지 못합니다. 발표자에게 말하세요
in-room-refused = 강의실이 거절했습니다({ $word })

next-join = 발표자가 보여 주는 주소와 코드로 다시 들어가세요: workshop join URL CODE
next-in-room = 평소처럼 계속하세요. 막히면: workshop hand help
next-room-away = 강의실이 아직 열려 있고, 같은 네트워크에 있나요? 발표자에게 물어보세요.
next-catch-up = 파일과 스택을 그 단계로 맞추려면: workshop catch-up
next-vote = 투표하려면: workshop vote ANSWER
next-room-start = 그 단계에서 시작하세요: workshop start { $lesson } --at { $step }
next-room-start-elsewhere = 빈 폴더에서 시작하세요: workshop start { $lesson } --at { $step }

# 데모와 발표자의 강의실.

ask-demo-room = { $address }에 강의실이 열려 있습니다. 데모에서 보여 주는 내용을 강의실에 알릴까요?
demo-room-none = 이 컴퓨터에 열린 강의실이 없습니다
next-demo-room = 다른 터미널에서 여세요: workshop room
demo-room-away = 강의실이 응답하지 않습니다. 응답하면 바로 알립니다.
demo-votes = 강의실의 투표: { $votes }
demo-ask-votes = 청중의 예측: { $words }_ · { $votes } (Enter: 가장 많은 답, Esc: 건너뜀)
demo-address-shared = 같은 네트워크에 있는 사람은 누구나 { $url }[을/를] 열 수 있습니다. 암호화되지 않으며, 데모가 끝나면 닫힙니다.
demo-address-not-shared = 다른 사람은 { $url }[을/를] 열 수 없습니다. Compose 파일이나 엔진이 이 컴퓨터에만 열어 둔 포트입니다.
demo-address-no-network = 다른 사람은 { $url }[을/를] 열 수 없습니다. 이 컴퓨터는 네트워크에 연결되어 있지 않습니다.
