"""The log that is worked out by hand, for the figures about labeling."""

from __future__ import annotations

import pytest
import worked_labels

from dashboard.store.generations import Store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Give a store that holds it."""
    return worked_labels.filled(tmp_path_factory.mktemp("labels"))
