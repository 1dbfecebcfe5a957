"""What holds for every test."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache

import pytest
from demo_team import demo_original
from hypothesis import settings
from store_copies import Originals, shared_folder

from dashboard.store.generations import Store

# A slow moment of the machine is no failure of a property.
settings.register_profile("steady", deadline=None)
settings.load_profile("steady")


@pytest.fixture(scope="session", autouse=True)
def _originals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Give stores that are built once their place, and see at the end that no test changed one that others read."""
    Originals.folder = shared_folder(tmp_path_factory) / "originals"
    Originals.folder.mkdir(exist_ok=True)
    yield
    Originals.check_shared()


@pytest.fixture(scope="session", autouse=True)
def _log(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the errors of tests out of the log of whoever runs them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LABELTIME_LOG", str(tmp_path_factory.mktemp("log")))
        yield


@pytest.fixture(scope="session", autouse=True)
def _scan_components_once() -> Iterator[None]:
    """Let Streamlit look through all installed packages for components once, not at every first run of a page."""
    if "streamlit.testing.v1" not in sys.modules:  # no test of this run draws a page
        yield
        return
    from streamlit.components.v2 import manifest_scanner

    with pytest.MonkeyPatch.context() as patch:
        scan = cache(manifest_scanner.scan_component_manifests)
        patch.setattr(manifest_scanner, "scan_component_manifests", scan)
        yield


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give the demo's store to tests that only read it, so that its figures are computed once a worker."""
    store = Store(demo_original(tmp_path_factory))
    generation = store.generation()
    yield store
    assert store.generation() == generation, "a test changed the store that all tests read; it needs a demo_copy"
