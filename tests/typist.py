"""A hand that only has a keyboard: it reaches what it needs by Tab, and sees where it is."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

MOST_STOPS = 40  # between two things that are used one after the other
# Where the focus is: its words, its role, and whether the browser and the page both show that it is there.
READ_STOP = """() => {
  const stop = document.activeElement
  const words = (stop.getAttribute("aria-label") || stop.innerText || "").replace(/\\s+/g, " ").trim()
  const {outlineStyle, boxShadow, backgroundColor} = getComputedStyle(stop)
  const isDrawn = outlineStyle !== "none" || boxShadow !== "none" || backgroundColor !== "rgba(0, 0, 0, 0)"
  return [stop.getAttribute("role") || stop.tagName.toLowerCase(), words, stop.matches(":focus-visible") && isDrawn]
}"""


class Typist:
    """A hand that counts the keys it presses."""

    def __init__(self, page: Page) -> None:
        self.page, self.keys = page, 0

    def press(self, key: str) -> None:
        """Press a key, when the page stands."""
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        self.page.keyboard.press(key)
        self.keys += 1

    def reach(self, words: str, role: str = "button") -> None:
        """Press Tab until the focus is on the words, which are a pattern, and see it there."""
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        passed = []
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            self.keys += 1
            stop_role, stop_words, is_seen = self.page.evaluate(READ_STOP)
            passed.append(f"{stop_role}: {stop_words[:40]}")
            if stop_role == role and re.search(words, stop_words):
                assert is_seen, f"nobody sees the focus on {stop_words}"
                return
        raise AssertionError(f"Tab does not lead to {words}, but to {passed}")

    def use(self, words: str, role: str = "button", key: str = "Enter") -> None:
        """Reach something, and press it."""
        self.reach(words, role)
        self.press(key)
