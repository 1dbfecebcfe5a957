"""Five questions that management asks, answered with the demo: each by a few clicks on what the screen says.

With `-s`, pytest prints the clicks and seconds of each.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from clicker import Clicker
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

MOST_CLICKS = 3  # a question


def test_each_question_of_management_takes_a_few_clicks(page: Page, demo: str) -> None:
    page.goto(demo)
    hand = Clicker(page)
    expect(page.get_by_text(re.compile(r"of the [\d,]+ h of labeling and modeling on labeling"))).to_be_visible()
    expect(page.get_by_role("heading", name="What changed")).to_be_visible()
    end_question(hand, "How much of our time is labeling, and did that change?")

    hand.click(page.get_by_role("link", name="Labeling & automation"))
    hand.choose("Savings")
    expect(page.get_by_text("Costs time")).to_be_visible()
    expect(page.get_by_text(re.compile("Sign detector")).first).to_be_visible()
    end_question(hand, "What did automation save, and which one costs us?")

    hand.choose("Quality")
    expect(page.get_by_text("as good as by hand")).to_be_visible()
    end_question(hand, "Are the labels as good as those made by hand?")

    hand.choose("Outlook")
    expect(page.get_by_role("heading", name="When is the backlog done?")).to_be_visible()
    expect(page.get_by_text(re.compile(r"items, about \d+ \w+ \(.* \d{4}\)")).first).to_be_visible()
    end_question(hand, "When is the backlog done, and what will it take?")

    hand.click(page.get_by_role("link", name="Reports"))
    hand.choose("Last quarter")
    expect(page.get_by_text(re.compile("^Labeling .* in Q"))).to_be_visible()
    with page.expect_download() as download:
        hand.press(re.compile(r"PDF$"))
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    end_question(hand, "What do I forward for the last quarter?")


def end_question(hand: Clicker, question: str) -> None:
    """Print what a question took, and hold it to its few clicks."""
    clicks = hand.clicks - hand.counted
    hand.end_step(question)
    assert clicks <= MOST_CLICKS, question
