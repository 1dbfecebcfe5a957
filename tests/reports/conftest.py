"""Stores that reports are written from: the demo team, and one with sixty projects of hostile and foreign names."""

from __future__ import annotations

from pathlib import Path

import pytest
from reported_team import OCTOBER, sixty_projects

from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.store.generations import Store


@pytest.fixture(scope="session")
def demo(shared_demo: Store) -> Store:
    return shared_demo


@pytest.fixture(scope="session")
def sixty(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return sixty_projects(tmp_path_factory.mktemp("sixty"))


@pytest.fixture(scope="session")
def of_demo(demo: Store) -> Content:
    return build_content(demo, OCTOBER)


@pytest.fixture(scope="session")
def of_sixty(sixty: Store) -> Content:
    return build_content(sixty, OCTOBER)


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    return Store(tmp_path / "nothing")
