"""The demo's store, built once for all workers of a test run; whoever changes it copies it first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from store_copies import build_once, shared_folder

from dashboard.demo.build import build_demo

SUNDAY = date(2026, 11, 22)


LETTER = "letter.txt"  # of somebody else, in the folder of a demo that was made anew


def demo_original(factory: pytest.TempPathFactory, day: date = SUNDAY) -> Path:
    """Return the folder of the demo's store of that day, which all tests read and none may change.

    A demo of a later day is made anew from the one of Sunday, which is a test of that, too.
    """

    def build(place: Path) -> None:
        if day > SUNDAY:
            shutil.copytree(demo_original(factory), place / "store")
            (place / "store" / LETTER).write_text("not the demo's", encoding="utf-8")
        build_demo(place / "store", day, lambda _: None)

    return build_once(shared_folder(factory) / f"demo-{day}", build) / "store"


def demo_copy(factory: pytest.TempPathFactory, day: date = SUNDAY) -> Path:
    """Return the folder of a store of one's own that holds the demo of that day."""
    return shutil.copytree(demo_original(factory, day), factory.mktemp("demo") / "store")
