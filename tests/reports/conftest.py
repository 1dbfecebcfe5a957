"""Stores that reports are written from: the demo team, and one with sixty projects of hostile and foreign names."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from reported_team import OCTOBER, sixty_projects

from dashboard.demo.build import build
from dashboard.reports.content import content
from dashboard.reports.model import Content
from dashboard.store import Store

SUNDAY = date(2026, 11, 22)


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("demo") / "store"
    build(folder, SUNDAY, lambda _: None)
    return Store(folder)


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return sixty_projects(tmp_path_factory.mktemp("sixty"))


@pytest.fixture(scope="session")
def of_demo(demo: Store) -> Content:
    return content(demo, OCTOBER)


@pytest.fixture(scope="session")
def of_sixty(sixty: Store) -> Content:
    return content(sixty, OCTOBER)


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store(tmp_path / "nothing")
