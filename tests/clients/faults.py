"""Clients in bad faith, and a server that is killed: others are served meanwhile, and no picture is lost."""
import base64
import concurrent.futures
import contextlib
import http.client
import json
import pathlib
import sys
import tempfile
import threading
import time
import urllib.request

from checks import parser, run_checks
from hostile_requests import DRAW, HOSTILE
from http_bytes import exchange
from picture_files import is_whole_png
from server_process import Server

NUM_CLIENTS, FEWEST_BEFORE_KILL, MOST_SECONDS_BEFORE_KILL = 8, 24, 90
SLOWEST_WITNESS_SECONDS = 20
MOST_BYTES_TAKEN = 48 << 20  # of a body that is too large; some lie in the system's buffers
MOST_BYTES_GROWN = 256 << 20


def draw(server, **fields):
    request = urllib.request.Request(server.url + "/v1/images/generations", json.dumps(DRAW | fields).encode(),
                                     {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=180) as answer:
        return json.load(answer)["data"]


@contextlib.contextmanager
def witness(server):
    """Another client, who draws one picture after another; the seconds that each took."""
    seconds, errors, is_over = [], [], threading.Event()

    def ask():
        while not is_over.is_set():
            began = time.monotonic()
            try:
                draw(server)
            except Exception as error:
                errors.append(error)
                return
            seconds.append(time.monotonic() - began)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield seconds
    finally:
        is_over.set()
        thread.join()
    assert not errors, f"the other client got {errors[0]!r}"
    assert seconds and max(seconds) < SLOWEST_WITNESS_SECONDS, f"the other client waited {max(seconds, default=0):.1f} s"


def hostile_requests_are_refused_while_others_are_served(program):
    with Server(program) as server, witness(server) as seconds:
        time.sleep(1)
        bytes_before = server.resident_bytes()
        with concurrent.futures.ThreadPoolExecutor(len(HOSTILE)) as pool:
            answers = {name: pool.submit(exchange, server, make(server)) for name, (make, _) in HOSTILE.items()}
        problems = [problem for name, answer in answers.items() for problem in problems_of(name, answer.result())]
        assert not problems, "\n".join(problems)
        grown = server.resident_bytes() - bytes_before
        assert grown < MOST_BYTES_GROWN, f"{grown >> 20} MB more resident"
        return (f"{len(HOSTILE)} kinds; {len(seconds)} pictures for the other client, the slowest {max(seconds):.2f} s; "
                f"{grown >> 20} MB more resident")


def problems_of(name, answer):
    wanted = HOSTILE[name][1]
    if answer.status not in wanted:
        yield f"{name}: {answer.status} instead of {wanted} after {answer.seconds:.1f} s: {answer.body[:200]!r}"
    elif answer.status is not None and not answer.is_error_object():
        yield f"{name}: no error object: {answer.body[:200]!r}"
    if answer.num_sent > MOST_BYTES_TAKEN:
        yield f"{name}: took {answer.num_sent >> 20} MB"


def many_slow_clients_take_no_place_from_others(program):
    """More than the server has threads."""
    with Server(program) as server, witness(server) as seconds, contextlib.ExitStack() as connections:
        address = server.url.removeprefix("http://")
        for _ in range(200):
            connection = http.client.HTTPConnection(address)
            connections.callback(connection.close)
            connection.connect()
            connection.sock.sendall(b"POST /v1/images/generations HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        num_before = len(seconds)
        time.sleep(3)
        assert len(seconds) > num_before, "nobody was served"
        return f"{len(seconds) - num_before} pictures in 3 s beside 200 clients"


def a_client_that_leaves_ends_its_work(program):
    with Server(program) as server:
        body = json.dumps(DRAW | {"num_inference_steps": 512, "size": "512x512"})
        connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
        connection.request("POST", "/v1/images/generations", body)
        server.wait_until_running(seconds=30)
        connection.close()
        return f"idle after {server.wait_until_idle(seconds=15):.2f} s"


def a_kill_loses_no_picture_that_a_client_has(program):
    with tempfile.TemporaryDirectory() as folder:
        history = pathlib.Path(folder) / "history.sqlite"
        received = {}

        def ask(server):
            with contextlib.suppress(OSError, http.client.HTTPException, json.JSONDecodeError):
                while True:
                    for picture in draw(server):
                        received[picture["id"]] = base64.b64decode(picture["b64_json"])

        with Server(program, history=history) as server, concurrent.futures.ThreadPoolExecutor(NUM_CLIENTS) as pool:
            clients = [pool.submit(ask, server) for _ in range(NUM_CLIENTS)]
            deadline = time.monotonic() + MOST_SECONDS_BEFORE_KILL
            while len(received) < FEWEST_BEFORE_KILL and time.monotonic() < deadline:
                time.sleep(0.01)
            server.wait_until_running(seconds=30)
            server.kill()
            for client in clients:
                client.result()
        assert len(received) >= FEWEST_BEFORE_KILL, f"only {len(received)} pictures before the kill"
        with Server(program, history=history) as server:
            for picture_id, file in received.items():
                with urllib.request.urlopen(f"{server.url}/v1/pictures/{picture_id}/image") as kept:
                    assert kept.read() == file and is_whole_png(file)
                assert server.get(f"/v1/pictures/{picture_id}")["id"] == picture_id
            listed = server.get("/v1/pictures?limit=200")["data"]
            draw(server)
        return f"{len(received)} pictures received, all kept; {len(listed)} listed"


CHECKS = [hostile_requests_are_refused_while_others_are_served, many_slow_clients_take_no_place_from_others,
          a_client_that_leaves_ends_its_work, a_kill_loses_no_picture_that_a_client_has]


def main():
    return run_checks("faults", CHECKS, parser(__doc__).parse_args().program)


if __name__ == "__main__":
    sys.exit(main())
