"""Runs the checks of a client test one after another, and says what became of each."""
import argparse
import sys
import time
import traceback


def parser(doc):
    options = argparse.ArgumentParser(description=doc)
    options.add_argument("--program", required=True, help="the built unipic")
    return options


def run_checks(title, checks, *arguments):
    """Each check is a function that raises if something is wrong, and may return a note. The exit code."""
    began, num_failed = time.monotonic(), 0
    for check in checks:
        try:
            note = check(*arguments)
            print(f"ok   {check.__name__}{f': {note}' if note else ''}", flush=True)
        except Exception as error:
            num_failed += 1
            print(f"FAIL {check.__name__}", *traceback.format_exception(error, limit=-3, chain=False), sep="\n", flush=True)
    print(f"{title}: {len(checks) - num_failed} of {len(checks)} checks, {time.monotonic() - began:.1f} s")
    return 1 if num_failed else 0


def must_raise(kind, action):
    """What `action` raised, which has to be of just this kind."""
    try:
        action()
    except Exception as error:
        assert type(error) is kind, f"{type(error).__name__} instead of {kind.__name__}: {error}"
        return error
    raise AssertionError(f"no {kind.__name__}")


def skip(title, reason):
    print(f"{title}: skipped, {reason}")
    sys.exit(0)
