"""HTTP byte by byte, for requests that no client library would send."""
import dataclasses
import json
import select
import socket
import time
import urllib.parse


@dataclasses.dataclass
class Answer:
    status: int | None  # None: the connection was closed without an answer
    body: bytes
    num_sent: int
    seconds: float

    def is_error_object(self):
        error = json.loads(self.body)["error"]
        return set(error) == {"message", "type", "param", "code"} and bool(error["message"])


def head(server, method="POST", path="/v1/images/generations", body=None, **headers):
    """The first lines of a request; `headers` with _ for -."""
    lines = {"Host": urllib.parse.urlsplit(server.url).netloc, "Connection": "close"}
    if body is not None:
        lines["Content-Length"] = len(body)
    lines |= {name.replace("_", "-"): value for name, value in headers.items()}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{text}\r\n".encode()


def json_request(server, value, **headers):
    body = value if isinstance(value, bytes) else json.dumps(value).encode()
    return [head(server, body=body, Content_Type="application/json", **headers) + body]


def form_request(server, body, boundary="b", path="/v1/images/edits"):
    return [head(server, path=path, body=body, Content_Type=f"multipart/form-data; boundary={boundary}") + body]


def form_body(parts, boundary="b"):
    """`parts`: (name, file name or "", content)."""
    body = b""
    for name, file, content in parts:
        names = f'name="{name}"' + (f'; filename="{file}"' if file else "")
        body += f"--{boundary}\r\nContent-Disposition: form-data; {names}\r\n\r\n".encode() + content + b"\r\n"
    return body + f"--{boundary}--\r\n".encode()


def exchange(server, pieces, timeout=60):
    """Sends `pieces` until the server answers or closes, and reads its answer to the end."""
    address = urllib.parse.urlsplit(server.url)
    began, num_sent, received = time.monotonic(), 0, b""
    with socket.create_connection((address.hostname, address.port), timeout) as connection:
        try:
            for piece in pieces:
                if select.select([connection], [], [], 0)[0]:
                    break
                connection.sendall(piece)
                num_sent += len(piece)
            while part := connection.recv(65536):
                received += part
        except (BrokenPipeError, ConnectionResetError):
            pass
    head_of_answer, _, body = received.partition(b"\r\n\r\n")
    status = int(head_of_answer.split()[1]) if head_of_answer else None
    return Answer(status, body, num_sent, time.monotonic() - began)
