"""The demo's store, built once for all workers of a test run; whoever changes it copies it first."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest
from store_copies import build_once, shared_folder

from dashboard.demo.build import build_demo

SUNDAY = date(2026, 11, 22)


def demo_original(factory: pytest.TempPathFactory, day: date = SUNDAY) -> Path:
    """Return the folder of the demo's store of that day, which all tests read and none may change."""
    folder = shared_folder(factory) / f"demo-{day}"
    return build_once(folder, lambda place: build_demo(place / "store", day, lambda _: None)) / "store"


def demo_copy(factory: pytest.TempPathFactory, day: date = SUNDAY) -> Path:
    """Return the folder of a store of one's own that holds the demo of that day."""
    return shutil.copytree(demo_original(factory, day), factory.mktemp("demo") / "store")
