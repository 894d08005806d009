"""What schemathesis generates, made cheap to draw, and with pictures and ids that there are.

Only values that are valid are changed, to others that are."""
import base64
import itertools
import os
import re

import schemathesis
from schemathesis import GenerationMode

from picture_files import png

PICTURE = png()
BASE64 = base64.b64encode(PICTURE).decode()
DATA_URL = "data:image/png;base64," + BASE64
SMALL = 16  # pixels a side: a picture of a single token
CHEAP = {  # field: (what it is cut to, the most that is valid)
    "num_inference_steps": (1, 1000), "steps": (1, 1000), "n": (2, 10), "batch_size": (2, 10), "n_iter": (2, 10),
    "width": (SMALL, 1 << 20), "height": (SMALL, 1 << 20), "max_tokens": (4, 2**31 - 1), "max_completion_tokens": (4, 2**31 - 1),
}
ADDED = {  # where it is missing
    "/v1/images/": {"num_inference_steps": 1, "size": f"{SMALL}x{SMALL}"},
    "/v1/chat/": {"num_inference_steps": 1, "size": f"{SMALL}x{SMALL}", "max_tokens": 4},
    "/sdapi/v1/txt2img": {"steps": 1, "width": SMALL, "height": SMALL},
    "/sdapi/v1/img2img": {"steps": 1, "width": SMALL, "height": SMALL},
}
SIZE = re.compile(r"([1-9]\d{0,6})x([1-9]\d{0,6})")
LAST_WORDS = itertools.cycle(["draw a red apple", "make it blue", "what is this?", None])
KEPT_IDS = itertools.cycle([os.environ.get("UNIPIC_KEPT_PICTURE"), None])


def make_cheap(path, body):
    for name, (few, most) in CHEAP.items():
        value = body.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and few < value <= most:
            body[name] = few
    size = body.get("size")
    match = SIZE.fullmatch(size) if isinstance(size, str) else None
    if size == "auto" or (match and int(match[1]) * int(match[2]) > SMALL * SMALL):
        body["size"] = f"{SMALL}x{SMALL}"
    for begin, fields in ADDED.items():
        if path.startswith(begin):
            body |= {name: value for name, value in fields.items() if body.get(name) is None}


def with_pictures(value, name=""):
    """The same with real pictures where there are random bytes or texts."""
    if isinstance(value, dict):
        return {key: with_pictures(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_pictures(inner, name) for inner in value]
    if name == "image" and isinstance(value, bytes):
        return PICTURE
    if isinstance(value, str) and value.startswith("data:image/"):
        return DATA_URL
    return BASE64 if isinstance(value, str) and name in ("image", "init_images") else value


@schemathesis.hook
def before_call(context, case, kwargs):
    is_valid = case.meta.generation.mode == GenerationMode.POSITIVE
    if isinstance(case.body, dict):
        body = with_pictures(case.body) if is_valid else dict(case.body)
        make_cheap(case.path, body)
        words = next(LAST_WORDS)
        if is_valid and case.path == "/v1/chat/completions" and words:
            body["messages"] = [*body["messages"], {"role": "user", "content": words}]
        case.body = body
    kept = next(KEPT_IDS)
    if is_valid and kept and case.method == "GET" and case.path.startswith("/v1/pictures/{id}"):
        case.path_parameters = {"id": kept}
