# The room: what the terminal says, and the page's words.
room-name = Workshop
room-opened = The room "{ $name }" is open: { $address }
    Code: { $code }
room-join-page = Learners open { $join } in a browser, or with their phones.
room-join-command = Or in their terminals, beside their lesson: workshop join { $address } { $code }
room-board = The board for you alone; whoever has this address is the presenter: { $board }
    Add /projector to the address without what follows # for a view without names.
room-phone = Your phone turns the pages of `workshop demo`: { $phone }
room-only-here = Only this computer reaches it. For the others in the room: workshop room --share
room-who-can-reach = Everybody on this network reaches the address, and needs the code to come in. It is not encrypted: who listens on the network can read it. With a certificate, put a proxy with TLS in front (--host).
room-end-hint = Ctrl-C closes the room. What was said is kept.
room-resume-question = A room was open { $minutes } min ago. Go on with it?
room-resume-hint = A room was open { $minutes } min ago. To go on with it: workshop room --resume
room-none-to-resume = There is no room to go on with. A new one: workshop room
room-no-network = This computer has no address that others could reach.
room-no-network-next = Join a network, or name an address: workshop room --listen ADDRESS
room-open-already = A room is open already on this computer: { $at }
room-open-already-next = End the other one with Ctrl-C in its terminal first.
room-port-taken = Another program has taken { $at }.
room-address-not-ours = { $at } is no address of this computer.
room-port-refused = The system does not let this program take { $at }.
room-cannot-listen = Nothing can be served at { $at }.
room-listen-next = Another port: workshop room --port 8971. Another address: --listen
room-disk = The room cannot be kept in { $path }: { $reason }
room-counts = { $count } in the room · { $stuck } stuck · { $help } asking for help · { $done } done
room-most-failing = Most of all: { $title } ({ $count }) { $words }
room-asks = { $name } asks for help.
room-asks-at = { $name } asks for help at { $at }
room-closed = The room is closed. The table: { $table }
    As xAPI statements: { $statements }
room-go-on = To go on with it, with the same codes: workshop room --resume

room-page-title = Room
