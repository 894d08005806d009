"""A browser at the server's page that notes everything that goes wrong there."""
from axe_core_python.sync_playwright import Axe
from playwright.sync_api import expect

DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 780}
# Collects what pictures looked like while they formed.
NOTE_PARTIAL_PICTURES = """
  window.partialPictures = new Set();
  new MutationObserver(() => {
    for (const img of document.querySelectorAll('[data-testid="forming"] img:not([hidden]):not(.is-source)')) {
      if (img.src) window.partialPictures.add(img.src);
    }
  }).observe(document, { subtree: true, childList: true, attributes: true });
"""
expect.set_options(timeout=120_000)


class Visit:
    def __init__(self, browser, server, viewport=DESKTOP, scheme="light", allowed=()):
        self.server, self.allowed, self.problems = server, allowed, []
        self.context = browser.new_context(viewport=viewport, color_scheme=scheme, accept_downloads=True)
        self.page = self.context.new_page()
        self.page.on("console", lambda message: self._note(message.type, message.text))
        self.page.on("pageerror", lambda error: self._note("error", str(error)))
        self.page.add_init_script(NOTE_PARTIAL_PICTURES)
        self.page.goto(server.url)
        self.page.wait_for_load_state("networkidle")

    def id(self, testid):
        return self.page.get_by_test_id(testid)

    def send(self, prompt):
        self.page.evaluate("partialPictures.clear()")
        self.id("prompt").fill(prompt)
        self.id("prompt").press("Enter")

    def expect_done(self, num_turns):
        expect(self.page.locator('[data-testid="turn"][data-state="done"]')).to_have_count(num_turns)

    def num_partial_pictures(self):
        return self.page.evaluate("partialPictures.size")

    def set(self, setting, value):
        if not self.id(setting).is_visible():
            self.id("settings-summary").click()
        self.id(setting).fill(value)

    def choose_size(self, side):
        self.id("settings-summary").click()
        self.id("setting-size").select_option("custom")
        self.set("setting-width", str(side))
        self.set("setting-height", str(side))

    def audit(self, state):
        """Notes everything that axe calls a violation, and anything that makes the page scroll sideways."""
        for violation in Axe().run(self.page)["violations"]:
            for node in violation["nodes"]:
                self.problems.append(f"axe, {state}: {violation['id']}: {node['html'][:140]}")
        if (too_wide := self.page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
            self.problems.append(f"{state}: {too_wide} pixels too wide")

    def finish(self):
        self.context.close()
        assert not self.problems, "\n".join(sorted(set(self.problems)))

    def _note(self, kind, text):
        if kind in ("error", "warning") and not any(part in text for part in self.allowed):
            self.problems.append(f"console {kind}: {text}")
