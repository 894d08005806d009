"""schemathesis: what it makes up from the server's own OpenAPI document gets the answers the document promises."""
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.request

from checks import parser
from server_process import Server

HERE = pathlib.Path(__file__).parent
CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance",
          "negative_data_rejection")
MOST_SECONDS = 900


def kept_picture(server):
    body = json.dumps({"prompt": "a photo of a red apple", "num_inference_steps": 1}).encode()
    with urllib.request.urlopen(server.url + "/v1/images/generations", body) as answer:
        return json.load(answer)["data"][0]["id"]


def fuzz(server, max_examples):
    command = [pathlib.Path(sys.executable).with_name("schemathesis"), "run", server.url + "/openapi.json",
               "--checks", ",".join(CHECKS), "--max-examples", str(max_examples), "--phases", "examples,coverage,fuzzing",
               "--seed", "1", "--no-color", "--continue-on-failure", "--generation-database", "none",
               "--suppress-health-check", "all", "--request-timeout", "120"]
    environment = os.environ | {"SCHEMATHESIS_HOOKS": "fuzz_hooks", "PYTHONPATH": str(HERE),
                                "UNIPIC_KEPT_PICTURE": kept_picture(server)}
    return subprocess.run(command, env=environment, cwd=HERE, capture_output=True, text=True, timeout=MOST_SECONDS)


def main():
    options = parser(__doc__)
    options.add_argument("--max-examples", type=int, default=8, help="of random requests for each operation")
    options = options.parse_args()
    with Server(options.program, "--max-history", "200") as server:
        result = fuzz(server, options.max_examples)
        if result.returncode != 0:
            print(result.stdout[-20000:], result.stderr[-4000:], flush=True)
        server.wait_until_idle(seconds=30)
    count = re.search(r"(\d+) generated.*", result.stdout)
    print(f"schema fuzz: {count[0] if count else 'no summary'}")
    return 1 if result.returncode != 0 or not count else 0


if __name__ == "__main__":
    sys.exit(main())
