"""Foreign clients against the built server: `run.py --program build/release/bin/unipic [--only NAME]`.

Wants the packages of requirements.txt; `browser` also Debian's chromium, without which it is skipped."""
import argparse
import pathlib
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).parent
TESTS = {  # name: further arguments; a warm-up of seconds does not reach the memory that a minute's does
    "openai_client": [],
    "faults": [],
    "browser": [],
    "load": ["--seconds", "10", "--steps", "8", "--size", "64x64", "--most-growth", "0.2"],
    "schema_fuzz": [],
}


def run(name, program):
    """One line of what became of it; all that it printed if it failed."""
    began = time.monotonic()
    result = subprocess.run([sys.executable, HERE / f"{name}.py", "--program", program, *TESTS[name]],
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if result.returncode != 0:
        print(result.stdout)
    last = result.stdout.rstrip().splitlines()[-1:] or ["no output"]
    print(f"{'ok  ' if result.returncode == 0 else 'FAIL'} {name} ({time.monotonic() - began:.0f} s): {last[0]}", flush=True)
    return result.returncode == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", required=True)
    parser.add_argument("--only", choices=TESTS)
    options = parser.parse_args()
    program = str(pathlib.Path(options.program).resolve())
    # One that fails is run once more: a machine may stand still for longer than a client waits.
    outcomes = [run(name, program) or run(name, program) for name in TESTS if options.only in (None, name)]
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
