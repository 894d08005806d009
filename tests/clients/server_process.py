"""`unipic serve` as a user starts it, with the small model of the repository."""
import json
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

READY_SECONDS, STOP_SECONDS = 60, 40


class Server:
    """Runs at a free port of loopback until the `with` block ends; that it ends before is an error."""

    def __init__(self, program, *flags, history=None):
        keeps = ["--history", str(history)] if history else ["--no-history"]
        self.errors = tempfile.TemporaryFile("w+")
        self.process = subprocess.Popen([program, "serve", "--port", "0", "--json", "--quiet", *keeps, *flags],
                                        stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self.url = self._url()
        self._wait_until_ready()

    def get(self, path):
        with urllib.request.urlopen(self.url + path, timeout=30) as answer:
            return json.load(answer)

    def metric(self, name):
        with urllib.request.urlopen(self.url + "/metrics", timeout=30) as answer:
            for line in answer.read().decode().splitlines():
                if line.startswith(name + " "):
                    return float(line.split()[1])
        raise AssertionError(f"no metric {name}")

    def resident_bytes(self):
        with open(f"/proc/{self.process.pid}/status") as status:
            return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmRSS:"))

    def wait_until_running(self, seconds):
        self._wait_for("at work", lambda slots: slots["running"], seconds)

    def wait_until_idle(self, seconds):
        """How long it took until nothing runs or waits."""
        return self._wait_for("idle", lambda slots: not slots["running"] and not slots["queued"], seconds)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        ended_by_itself = self.process.poll() not in (None, -9)
        self.process.terminate()
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"did not stop within {STOP_SECONDS} s")
        if ended_by_itself:
            raise AssertionError(f"the server ended by itself, code {code}: {self._said()}")
        if kind is None:
            assert code in (0, -9), f"ended with code {code}: {self._said()}"

    def _wait_for(self, what, is_so, seconds):
        began = time.monotonic()
        while not is_so(slots := self.get("/slots")):
            assert time.monotonic() - began < seconds, f"not {what} after {seconds} s: {slots}"
            time.sleep(0.05)
        return time.monotonic() - began

    def _said(self):
        self.errors.seek(0)
        return self.errors.read()[-2000:]

    def _url(self):
        for line in self.process.stdout:
            event = json.loads(line)
            if event["event"] == "listening":
                return event["url"]
        raise AssertionError(f"the server did not start: {self._said()}")

    def _wait_until_ready(self):
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline:
            try:
                assert self.get("/health") == {"status": "ok"}
                return
            except urllib.error.HTTPError as error:
                assert error.code == 503 and json.load(error) == {"status": "loading"}
                time.sleep(0.05)
        raise AssertionError(f"not ready within {READY_SECONDS} s")
