"""What nobody in good faith sends, and the status that it is to get."""
import json
import time

from http_bytes import form_body, form_request, head, json_request
from picture_files import bomb, png

DRAW = {"prompt": "a photo of a red apple", "num_inference_steps": 1, "size": "16x16"}
GIGABYTE = 1 << 30
DRIPPED_BYTES = 40  # more than the seconds that the server waits


def drip(data):
    for byte in data[:DRIPPED_BYTES]:
        yield bytes([byte])
        time.sleep(1)


def slow_head(server):
    return drip(json_request(server, DRAW)[0])


def slow_body(server):
    body = json.dumps(DRAW).encode().ljust(1000)
    yield head(server, body=body)
    yield from drip(body)


def gigabyte_announced(server):
    return [head(server, Content_Length=GIGABYTE)]


def gigabyte_in_chunks(server):
    yield head(server, Transfer_Encoding="chunked", Content_Type="application/json")
    chunk = b"%x\r\n" % 65536 + b" " * 65536 + b"\r\n"
    for _ in range(GIGABYTE // 65536):
        yield chunk


def gigabyte_without_an_end(server):
    """One header that does not end."""
    yield head(server)[:-2] + b"X-Long: "
    for _ in range(GIGABYTE // 65536):
        yield b"x" * 65536


def ten_thousand_headers(server):
    return [head(server, method="GET", path="/health")[:-2] + b"".join(b"X-%d: 1\r\n" % number for number in range(10_000)) + b"\r\n"]


def edit_of(file):
    return lambda server: form_request(server, form_body([("image", "cat.png", file), ("prompt", "", b"make it blue")]))


def form_without_an_end(server):
    return form_request(server, form_body([("image", "cat.png", png()), ("prompt", "", b"make it blue")])[:-20])


def form_of_another_boundary(server):
    return form_request(server, form_body([("image", "cat.png", png())]), boundary="other")


def form_without_a_boundary(server):
    body = form_body([("image", "cat.png", png())])
    return [head(server, path="/v1/images/edits", body=body, Content_Type="multipart/form-data") + body]


def form_of_odd_bytes(server):
    return form_request(server, b"--b\r\nContent-Disposition: form-data; name=\"\xff\x00\r\n\r\n\r\n--b--\r\n")


def two_lengths(server):
    body = json.dumps(DRAW).encode()
    return [head(server, body=body)[:-2] + b"Content-Length: 3\r\n\r\n" + body]


def length_and_chunks(server):
    return [head(server, body=b"0\r\n\r\n", Transfer_Encoding="chunked") + b"0\r\n\r\n"]


HOSTILE = {  # name: (request, statuses; None: may be closed without an answer)
    "one byte a second of a head": (slow_head, {408}),
    "one byte a second of a body": (slow_body, {408}),
    "1 GB announced": (gigabyte_announced, {413}),
    "1 GB in chunks": (gigabyte_in_chunks, {413}),
    "1 GB of one header": (gigabyte_without_an_end, {431, None}),
    "10,000 headers": (ten_thousand_headers, {431, None}),
    "a form without its end": (form_without_an_end, {400}),
    "a form of another boundary": (form_of_another_boundary, {400}),
    "a form without a boundary": (form_without_a_boundary, {400}),
    "a form of odd bytes": (form_of_odd_bytes, {400}),
    "a PNG cut off": (edit_of(png()[:200]), {400}),
    "a PNG with a wrong checksum": (edit_of(png()[:60] + b"\0\0\0\0" + png()[64:]), {400}),
    "no picture at all": (edit_of(b"no picture"), {400}),
    "a PNG of 60000x60000": (edit_of(bomb()), {400, 413}),
    "another Host": (lambda server: json_request(server, DRAW, Host="attacker.example"), {403}),
    "Origin null": (lambda server: json_request(server, DRAW, Origin="null"), {403}),
    "another Origin": (lambda server: json_request(server, DRAW, Origin="http://attacker.example"), {403}),
    "a compressed body": (lambda server: json_request(server, DRAW, Content_Encoding="gzip"), {415}),
    "two lengths": (two_lengths, {400}),
    "a length and chunks": (length_and_chunks, {400}),
    "no JSON": (lambda server: json_request(server, b"{"), {400}),
    "deep JSON": (lambda server: json_request(server, b"[" * 1_000_000), {400}),
    "no UTF-8": (lambda server: json_request(server, b'{"prompt": "\xff"}'), {400}),
    "a number beyond all": (lambda server: json_request(server, b'{"prompt": "a", "seed": 1e999}'), {400}),
    "a prompt of a megabyte": (lambda server: json_request(server, DRAW | {"prompt": "a" * 1_000_000}), {400}),
    "no HTTP": (lambda server: [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"], {400}),
    "an unknown method": (lambda server: [head(server, method="QUERY", path="/health")], {400, 405, 501}),
    "a path too long": (lambda server: [head(server, method="GET", path="/" + "x" * 4000)], {414}),
    "a path out of the page": (lambda server: [head(server, method="GET", path="/web/../../etc/passwd")], {404}),
}
