"""Many clients at once: everyone is answered, memory stays, and together they get more pictures than one after another."""
import base64
import collections
import contextlib
import http.client
import json
import math
import pathlib
import sys
import tempfile
import threading
import time

from checks import parser
from picture_files import is_whole_png
from server_process import Server

PROMPT = "a photo of a red apple"
ROUNDS_OF_WARM_UP = 3
EXPECTED_STATUSES = {200, 429}


class Client(threading.Thread):
    """Asks for one picture after another until `deadline`, at least `fewest`; every other one as a stream."""

    def __init__(self, server, fields, deadline, fewest, number):
        super().__init__()
        self.server, self.fields, self.deadline, self.fewest, self.number = server, fields, deadline, fewest, number
        self.statuses, self.seconds, self.problems = collections.Counter(), [], []
        self.start()

    def run(self):
        with contextlib.closing(http.client.HTTPConnection(self.server.url.removeprefix("http://"), timeout=300)) as connection:
            while (time.monotonic() < self.deadline or len(self.seconds) < self.fewest) and not self.problems:
                self._ask(connection)

    def _ask(self, connection):
        began = time.monotonic()
        streams = sum(self.statuses.values()) % 2 == self.number % 2
        try:
            connection.request("POST", "/v1/images/generations", json.dumps(self.fields | {"stream": streams}),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as error:
            self.problems.append(f"no answer: {error!r}")
            return
        self.statuses[answer.status] += 1
        if answer.status == 429:
            time.sleep(int(answer.headers["Retry-After"]))
        elif answer.status == 200 and is_whole_png(picture_in(body, streams)):
            self.seconds.append(time.monotonic() - began)
        else:
            self.problems.append(f"status {answer.status}: {body[:200]!r}")


def picture_in(body, streams):
    if not streams:
        return base64.b64decode(json.loads(body)["data"][0]["b64_json"])
    name, data = body.decode().rstrip().split("\n\n")[-1].split("\n")
    return base64.b64decode(json.loads(data.removeprefix("data: "))["b64_json"]) if name == "event: image_generation.completed" else b""


class Phase:
    """What so many clients met in so many seconds."""

    def __init__(self, server, fields, num_clients, seconds, fewest):
        began, steps_before = time.monotonic(), server.metric("unipic_picture_steps_total")
        clients = [Client(server, fields, began + seconds, fewest, number) for number in range(num_clients)]
        time.sleep(seconds)
        # Steps, as pictures that are half done count half.
        steps = server.metric("unipic_picture_steps_total") - steps_before
        self.rate = steps / fields["num_inference_steps"] / (time.monotonic() - began)
        for client in clients:
            client.join()
        self.num_clients = num_clients
        self.statuses = sum((client.statuses for client in clients), collections.Counter())
        self.seconds = sorted(second for client in clients for second in client.seconds)
        self.problems = [problem for client in clients for problem in client.problems]
        self.resident_bytes = server.resident_bytes()

    def percentile(self, percent):
        """By the nearest rank."""
        return self.seconds[math.ceil(len(self.seconds) * percent / 100) - 1] if self.seconds else math.nan

    def row(self, name):
        return (f"{name:10} {self.num_clients:8} {len(self.seconds):9} {self.rate:11.2f} {self.percentile(50):8.2f} "
                f"{self.percentile(95):8.2f} {self.resident_bytes / 1e6:9.0f}")


def measure(server, fields, num_clients, seconds):
    """One client; many until memory grows no more; many."""
    short = max(5, seconds / 4)
    return [Phase(server, fields, *phase)
            for phase in ((1, short, 2), (num_clients, short, ROUNDS_OF_WARM_UP), (num_clients, seconds, 1))]


def growth_in(phases):
    _, warm_up, together = phases
    return together.resident_bytes / warm_up.resident_bytes - 1


def problems_of(server, phases, most_growth):
    problems = [problem for phase in phases for problem in phase.problems]
    statuses = set().union(*(phase.statuses for phase in phases))
    if not statuses <= EXPECTED_STATUSES:
        problems.append(f"statuses {statuses}")
    num_received = sum(len(phase.seconds) for phase in phases)
    if server.metric("unipic_pictures_total") != num_received:
        problems.append(f"drew {server.metric('unipic_pictures_total'):.0f} pictures, {num_received} arrived")
    if growth_in(phases) >= most_growth:
        problems.append(f"resident memory grew by {growth_in(phases):.1%}")
    server.wait_until_idle(seconds=15)
    return problems


def main():
    options = parser(__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--clients", type=int, default=32)
    options.add_argument("--steps", type=int, default=32, help="of a picture")
    options.add_argument("--size", default="128x128")
    options.add_argument("--most-growth", type=float, default=0.05, help="of resident memory after the warm-up")
    options = options.parse_args()
    fields = {"prompt": PROMPT, "num_inference_steps": options.steps, "size": options.size}
    with tempfile.TemporaryDirectory() as folder:
        flags = ["--max-per-client", str(options.clients)]
        with Server(options.program, *flags, history=pathlib.Path(folder) / "history.sqlite") as server:
            phases = measure(server, fields, options.clients, options.seconds)
            problems = problems_of(server, phases, options.most_growth)
    alone, _, together = phases
    ratio, growth = together.rate / alone.rate, growth_in(phases)
    print("            clients  pictures  pictures/s   p50 (s)  p95 (s)  RSS (MB)")
    for name, phase in zip(("alone", "warm-up", "together"), phases):
        print(phase.row(name))
    print(json.dumps({
        "clients": options.clients, "seconds": options.seconds, "steps": options.steps, "size": options.size,
        "pictures": len(together.seconds),
        "statuses": together.statuses, "pictures_per_second": round(together.rate, 3),
        "pictures_per_second_alone": round(alone.rate, 3), "ratio": round(ratio, 2),
        "p50_seconds": round(together.percentile(50), 3), "p95_seconds": round(together.percentile(95), 3),
        "resident_growth": round(growth, 4)}))
    for problem in problems[:10]:
        print(f"FAIL {problem}")
    print(f"load: {len(together.seconds)} pictures for {options.clients} clients, {together.rate:.1f} a second, "
          f"{ratio:.1f} times one client's; memory {growth:+.1%}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
