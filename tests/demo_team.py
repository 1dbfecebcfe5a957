"""The demo's store, built once for all workers of a test run; whoever changes it copies it first."""

from __future__ import annotations

import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from filelock import FileLock

from dashboard.demo.build import build_demo

SUNDAY = date(2026, 11, 22)


def demo_copy(factory: pytest.TempPathFactory, day: date = SUNDAY) -> Path:
    """Return the folder of a store of one's own that holds the demo of that day."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    original = shared / f"demo-{day}"
    with FileLock(f"{original}.lock"):
        if not original.exists():
            making = factory.mktemp("making") / "store"
            build_demo(making, day, lambda _: None)
            making.rename(original)
    return shutil.copytree(original, factory.mktemp("demo") / "store")
