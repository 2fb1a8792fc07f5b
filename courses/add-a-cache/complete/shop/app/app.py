"""The shop's items: one server, Python's standard library and nothing else.

GET /items/NAME answers with an item, PUT /items/NAME changes it. An item is a
file in the folder data/; looking one up is slow, as a report over a large
database would be.
"""

import json
import os
import re
import signal
import socket
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ADDRESS = os.environ.get("LISTEN_ADDRESS", "0.0.0.0")
PORT = int(os.environ.get("PORT", "8000"))
REPLICA = os.environ.get("HOSTNAME") or socket.gethostname()
DATA = "data"
# What one lookup takes, in seconds.
LOOKUP = 0.3

NAME = re.compile(r"/items/([A-Za-z0-9-]{1,64})")


def look_up(name):
    """The item, or None where there is none. Slow."""
    time.sleep(LOOKUP)
    try:
        with open(f"{DATA}/{name}.json", encoding="utf-8") as file:
            return json.load(file)
    except FileNotFoundError:
        return None


def keep(name, item):
    """Writes the item: all of it or nothing, whatever happens meanwhile."""
    part = f"{DATA}/.{name}.{REPLICA}.{threading.get_ident()}"
    with open(part, "w", encoding="utf-8") as file:
        json.dump(item, file)
    os.replace(part, f"{DATA}/{name}.json")


def find(name):
    """The item, and how it was found."""
    return look_up(name), "off"


class Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # An answer's head and body go out together.
    wbufsize = -1

    def do_GET(self):
        if self.path == "/health":
            return self.answer(200, {"status": "UP"})
        name = NAME.fullmatch(self.path.partition("?")[0])
        begun = time.monotonic()
        item, cache = find(name[1]) if name else (None, "off")
        if item is None:
            return self.answer(404, {"error": "there is no such item"})
        took = round((time.monotonic() - begun) * 1000)
        self.answer(200, {**item, "took_ms": took}, cache)

    def do_PUT(self):
        size = int(self.headers.get("Content-Length") or 0)
        if size > 10_000:
            self.close_connection = True
            return self.answer(413, {"error": "an item is 10,000 bytes at most"})
        text = self.rfile.read(size)
        name = NAME.fullmatch(self.path)
        try:
            price = str(json.loads(text)["price"])
        except (ValueError, KeyError, TypeError):
            return self.answer(400, {"error": 'an item is {"price": "12.00"}'})
        if not name:
            return self.answer(404, {"error": "items are at /items/NAME"})
        item = {"name": name[1], "price": price}
        keep(name[1], item)
        self.answer(200, item)

    def answer(self, status, value, cache="off"):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("X-Replica", REPLICA)
        self.send_header("X-Cache", cache)
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        if self.path != "/health":
            request = self.headers.get("X-Request-Id", "-")
            # Written at once: two threads never share a line.
            line = f"{self.command} {self.path} {int(code)} request_id={request}\n"
            os.write(1, line.encode())

    def log_message(self, *_):
        pass


def main():
    os.makedirs(DATA, exist_ok=True)
    for name, price in (("tea", "12.00"), ("coffee", "9.50")):
        if not os.path.exists(f"{DATA}/{name}.json"):
            keep(name, {"name": name, "price": price})
    server = ThreadingHTTPServer((ADDRESS, PORT), Shop)
    # A container's first process ends by a signal only if it says so.
    stop = lambda *_: threading.Thread(target=server.shutdown).start()
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    server.serve_forever()


if __name__ == "__main__":
    main()
