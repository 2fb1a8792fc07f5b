#!/usr/bin/env bash
# The full-screen view: first frame, keys, a saved file, a replica's end, idle CPU, memory.
# On the embedded engine, at a pseudo-terminal. See docs/benchmarks.md.
#   benches/screen.sh [ROUNDS]     (20 rounds; needs python3 and Linux's /proc)
set -euo pipefail
cd "$(dirname "$0")/.."
workshop=${WORKSHOP:-$PWD/target/dist/workshop}
[ -x "$workshop" ] || { echo "build it first: cargo build --profile dist" >&2 && exit 2; }
scratch=$(mktemp -d)
# What the program notes down of its workspaces goes with them.
export XDG_STATE_HOME=$scratch/state
export LANG=en_US.UTF-8 TERM=xterm-256color DOCKER_HOST=unix:///nonexistent
FRONTEND_PORT=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
export FRONTEND_PORT
clean_up() {
  (cd "$scratch" && "$workshop" compose down --volumes --timeout 1 >/dev/null 2>&1) || true
  rm -rf -- "$scratch"
}
trap clean_up EXIT
cd "$scratch"
"$workshop" start 06 --engine embedded --at remove-container-name >/dev/null

python3 - "$workshop" "${1:-20}" <<'PYTHON'
import fcntl, os, pty, select, signal, struct, subprocess, sys, termios, time

program, rounds = sys.argv[1], int(sys.argv[2])
tick = os.sysconf("SC_CLK_TCK")


class Screen:
    """The program at a terminal of 120 by 40; what it wrote since the last look."""

    def __init__(self):
        self.begun = time.monotonic()
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
            os.execv(program, [program])
        self.seen = b""

    def wait(self, words, since=None, limit=20):
        """Seconds from `since` until a frame with `words` in it is whole."""
        since = since or time.monotonic()
        end = since + limit
        while not (words in self.seen and self.seen.endswith(b"\x1b[?2026l")):
            left = end - time.monotonic()
            if left <= 0:
                sys.exit(f"{words!r} was not seen")
            if select.select([self.fd], [], [], left)[0]:
                self.seen += os.read(self.fd, 65536)
        return time.monotonic() - since

    def key(self, key, words):
        self.quiet()
        begun = time.monotonic()
        os.write(self.fd, key)
        return self.wait(words, begun)

    def quiet(self, still=0.15):
        while select.select([self.fd], [], [], still)[0]:
            os.read(self.fd, 65536)
        self.seen = b""

    def cpu(self):
        fields = open(f"/proc/{self.pid}/stat").read().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / tick

    def memory(self):
        lines = open(f"/proc/{self.pid}/status").read().splitlines()
        return {name: int(line.split()[1]) / 1024 for line in lines for name in ("VmRSS", "VmHWM") if line.startswith(name)}

    def end(self):
        os.kill(self.pid, signal.SIGTERM)
        try:
            while os.read(self.fd, 65536):
                pass
        except OSError:
            pass
        os.waitpid(self.pid, 0)


def told(what, goal, times, unit="ms", scale=1000):
    times = sorted(time * scale for time in times)
    median, late = times[len(times) // 2], times[int(len(times) * 0.9) - 1]
    print(f"{what:42} goal {goal:>4} {unit}: {median:6.1f} {unit}   (90 %: {late:6.1f} {unit})")


first = []
for _ in range(rounds):
    screen = Screen()
    first.append(screen.wait(b"Step", screen.begun))
    screen.end()
told("first frame", 50, first)

screen = Screen()
screen.wait(b"Nothing")
told("a key (help and back)", 30, [screen.key(b"?", b"2026l") for _ in range(2 * rounds)])

path = "workshop/docker-compose.yml"
named = open(path).read()
mended = named.replace("    container_name: contoso-backend\n", "")
saved = []
screen.key(b"c", b"not yet")
for _ in range(rounds):
    for text, words in ((mended, "\u2713 pass".encode()), (named, b"not yet")):
        screen.quiet()
        begun = time.monotonic()
        open(path, "w").write(text)
        saved.append(screen.wait(words.split(b" ")[0], begun))
told("a saved file's verdict", 100, saved)
open(path, "w").write(mended)
screen.end()

run = lambda *args: subprocess.run([program, *args], check=True, capture_output=True)
run("start", "06", "--at", "scale-to-3", "--yes")
run("compose", "up", "-d", "--build", "--scale", "backend=3", "--wait")
screen = Screen()
screen.wait(b"ready")
screen.key(b"c", b"pass")
replicas = []
for _ in range(min(rounds, 10)):
    listed = run("compose", "top").stdout.decode().splitlines()
    pid = int(next(line for line in listed if "-backend-1 " in line).split()[1])
    screen.quiet()
    begun = time.monotonic()
    os.kill(pid, signal.SIGKILL)
    replicas.append(screen.wait(b"exited", begun))
    run("compose", "up", "-d", "--no-build", "--scale", "backend=3", "--wait")
told("a replica's end", 300, replicas)

# While a check runs: the same keys.
busy = []
for _ in range(rounds):
    os.write(screen.fd, b"c")
    screen.wait(b"2026l")
    begun = time.monotonic()
    screen.seen = b""
    os.write(screen.fd, b"?")
    busy.append(screen.wait(b"2026l", begun))
    os.write(screen.fd, b"?")
    screen.quiet()
    os.write(screen.fd, b"\x1b")  # stops the check
    screen.quiet(0.4)
told("a key while a check runs", 30, busy)

screen.quiet(3)
before, begun = screen.cpu(), time.monotonic()
end = begun + 30
while time.monotonic() < end:
    if select.select([screen.fd], [], [], end - time.monotonic())[0]:
        os.read(screen.fd, 65536)
idle = (screen.cpu() - before) / (time.monotonic() - begun) * 100
print(f"{'idle CPU, four replicas, 30 s':42} goal    1 % : {idle:6.2f} %")
memory = screen.memory()
print(f"{'memory (and the most there was)':42} goal   40 MB: {memory['VmRSS']:6.1f} MB  ({memory['VmHWM']:.1f} MB)")
screen.end()
PYTHON
