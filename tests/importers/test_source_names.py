"""The names of exports: every source that a store may hold reads as its product, and no code name is left."""

from __future__ import annotations

import pytest

from dashboard.importers.discover import IMPORTERS, name_source, name_sources


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.name)
def test_every_source_has_a_name_for_people(importer: object) -> None:
    for source in (importer.name, importer.tool):  # type: ignore[attr-defined]
        assert "_" not in name_source(source).replace("search_runs", "").replace("JSON_MIN", "")
        assert name_source(source).split()[0] in importer.title  # type: ignore[attr-defined]


def test_names_of_tools_and_unknown_sources() -> None:
    assert name_source("mlflow") == "MLflow"
    assert name_source("cvat_events") == "CVAT events CSV"
    assert name_sources("jira, our_tool,jira") == "Jira, our_tool"
    assert name_sources("") == ""
