"""A hand in the browser, to count the clicks that a way takes."""

from __future__ import annotations

import re
import sys
from time import perf_counter

from playwright.sync_api import Locator, Page, expect


class Clicker:
    """A hand that counts its clicks, and times its steps."""

    def __init__(self, page: Page) -> None:
        self.page, self.clicks = page, 0
        self.begun, self.counted = perf_counter(), 0

    def end_step(self, name: str) -> None:
        """Print the clicks and seconds since the last step."""
        now = perf_counter()
        sys.stdout.write(f"{name}: {self.clicks - self.counted} clicks, {now - self.begun:.1f} s\n")
        self.begun, self.counted = now, self.clicks

    def click(self, target: Locator) -> None:
        """Click once, when the page stands."""
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        target.click()
        self.clicks += 1

    def press(self, name: str | re.Pattern[str]) -> None:
        """Click a button."""
        self.click(self.page.get_by_role("button", name=name))

    def choose(self, name: str) -> None:
        """Click a segment."""
        self.click(self.page.get_by_role("radio", name=name, exact=True))
