"""The page in Chromium, used as people use it."""
import functools
import pathlib
import re
import shutil
import sys
import tempfile

from checks import parser, run_checks, skip
from picture_files import is_whole_png, png

KEY = "secret"
FEWEST_PARTIAL_PICTURES = 2


def visiting(*flags, **how):
    """Makes a check of one that uses a page: `how` goes to `Visit`."""
    def decorate(use):
        @functools.wraps(use)
        def check(browser, program):
            from page_visit import Visit
            from server_process import Server
            with tempfile.TemporaryDirectory() as folder, Server(program, *flags, history=folder + "/history") as server:
                visit = Visit(browser, server, **how)
                try:
                    note = use(visit)
                finally:
                    visit.problems and print(*visit.problems, sep="\n")
                visit.finish()
                return note
        return check
    return decorate


@visiting()
def draws_edits_answers_and_remembers(visit):
    from playwright.sync_api import expect
    visit.audit("empty")
    visit.send("a photo of a red apple")
    visit.expect_done(1)
    drawn = visit.num_partial_pictures()
    assert drawn >= FEWEST_PARTIAL_PICTURES, f"{drawn} partial pictures"
    visit.audit("drawn")
    visit.send("make it blue")
    visit.expect_done(2)
    edited = visit.num_partial_pictures()
    assert edited >= FEWEST_PARTIAL_PICTURES, f"{edited} partial pictures of an edit"
    expect(visit.id("compare")).to_be_visible()
    visit.audit("edited")
    visit.send("What is in the picture?")
    visit.expect_done(3)
    answer = visit.id("answer").last
    expect(answer).to_have_text(re.compile(r"\w"))
    visit.audit("answered")
    visit.page.reload()
    visit.expect_done(3)
    expect(visit.id("thumb")).to_have_count(2)
    for picture in [*visit.id("thumb").get_by_role("img").all(), visit.id("picture").first.get_by_role("img")]:
        expect(picture).to_have_js_property("naturalWidth", 128)
    visit.audit("reloaded")
    return f"{drawn} and {edited} partial pictures; answer {answer.text_content()!r}"


@visiting()
def a_cancel_ends_the_work(visit):
    from playwright.sync_api import expect
    visit.choose_size(512)
    visit.set("setting-steps", "512")
    visit.send("a photo of a red apple")
    visit.server.wait_until_running(seconds=30)
    visit.id("cancel").click()
    seconds = visit.server.wait_until_idle(seconds=15)
    expect(visit.id("cancelled")).to_be_visible()
    visit.send("a photo of a cup")
    visit.server.wait_until_running(seconds=30)
    visit.page.close()
    return f"idle {seconds:.2f} s after the click, {visit.server.wait_until_idle(seconds=15):.2f} s after the page was closed"


@visiting(allowed=["status of 400"])
def sent_pictures_and_settings_are_heeded(visit):
    from playwright.sync_api import expect
    visit.id("file").set_input_files({"name": "cat.png", "mimeType": "image/png", "buffer": png(200, 150)})
    visit.set("setting-steps", "4")
    visit.send("make it green")
    visit.expect_done(1)
    visit.id("new-conversation").click()
    visit.id("mode-draw").check()
    visit.set("setting-seed", "42")
    visit.set("setting-count", "3")
    visit.send("a photo of an orange cup")
    visit.expect_done(1)
    expect(visit.id("picture-facts").last).to_contain_text("Seed 44")
    visit.id("thumb").first.get_by_role("button").click()
    expect(visit.id("facts")).to_be_visible()
    visit.audit("viewer")
    with visit.page.expect_download() as download:
        visit.id("viewer").get_by_test_id("action-download").click()
    assert is_whole_png(pathlib.Path(download.value.path()).read_bytes())
    visit.page.keyboard.press("Escape")
    num_before = visit.id("thumb").count()
    visit.id("thumb").first.get_by_role("button").click()
    visit.id("viewer").get_by_test_id("action-delete").click()
    visit.page.reload()
    expect(visit.id("thumb")).to_have_count(num_before - 1)
    assert len(visit.server.get("/v1/pictures")["data"]) == num_before - 1
    visit.set("setting-seed", "")
    visit.send("x" * 9000)
    expect(visit.id("problem-message").or_(visit.id("composer-message")).first).to_contain_text(re.compile("8192|long"))


@visiting("--api-key", KEY, viewport={"width": 360, "height": 780}, scheme="dark", allowed=["status of 401"])
def a_phone_is_asked_for_the_key(visit):
    from playwright.sync_api import expect
    expect(visit.id("key-form")).to_be_visible()
    visit.audit("key")
    for key in ("wrong", KEY):
        visit.id("api-key").fill(key)
        visit.id("use-key").click()
    expect(visit.id("key-form")).to_be_hidden()
    visit.set("setting-steps", "4")
    visit.send("a photo of a red apple")
    visit.expect_done(1)
    expect(visit.id("picture").get_by_role("img")).to_have_js_property("naturalWidth", 128)
    visit.audit("drawn on a phone")


CHECKS = [draws_edits_answers_and_remembers, a_cancel_ends_the_work, sent_pictures_and_settings_are_heeded,
          a_phone_is_asked_for_the_key]


def main():
    options = parser(__doc__)
    options.add_argument("--chromium", default=shutil.which("chromium"))
    options = options.parse_args()
    if options.chromium is None:
        skip("browser", "no chromium is installed")
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=options.chromium, args=["--no-sandbox"])
        return run_checks("browser", CHECKS, browser, options.program)


if __name__ == "__main__":
    sys.exit(main())
