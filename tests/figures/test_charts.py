"""Every chart that a figure declares: it exists, builds on the demo's rows, and draws columns that those rows have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from demo_team import SUNDAY

from dashboard.errors import UnknownFigure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.chart_base import build_chart, resolve_chart
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store

CHARTED = sorted(name for name, spec in CATALOGUE.items() if spec.chart)
YEAR = Filters(from_on=SUNDAY - timedelta(days=365), to_on=SUNDAY)


@pytest.fixture(scope="module")
def store(shared_demo: Store) -> Store:
    return shared_demo


def encoded_fields(part: object) -> Iterator[str]:
    """Yield the fields that the encodings of a spec and its layers name."""
    if isinstance(part, dict):
        if isinstance(part.get("field"), str):
            yield part["field"]
        for value in part.values():
            yield from encoded_fields(value)
    if isinstance(part, list):
        for value in part:
            yield from encoded_fields(value)


def made_fields(part: object) -> Iterator[str]:
    """Yield the fields that transforms of a spec and its layers make."""
    if isinstance(part, dict):
        for transform in part.get("transform", []):
            made = transform.get("as", [])
            yield from [made] if isinstance(made, str) else made
        for value in part.values():
            yield from made_fields(value)
    if isinstance(part, list):
        for value in part:
            yield from made_fields(value)


@pytest.mark.parametrize("name", CHARTED)
def test_a_declared_chart_draws_columns_of_its_rows(store: Store, name: str) -> None:
    figure = resolve_figure(store, name, YEAR, today=SUNDAY)
    view = build_chart(figure, "light")
    assert view.rows.height, "the demo shows no such chart"
    assert view.alt.endswith(".")
    fields = set(encoded_fields(view.spec))
    assert fields
    assert fields <= {*view.rows.columns, *made_fields(view.spec)}


@pytest.mark.parametrize("name", CHARTED)
def test_a_chart_of_no_rows_is_empty_and_does_not_crash(store: Store, name: str) -> None:
    nobody = resolve_figure(store, name, Filters(projects=("no such project",)), today=SUNDAY)
    for mode in ("light", "dark"):
        assert "data" not in build_chart(nobody, mode).spec  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "reference", ["acceptance", "dashboard.quality.charts:build_nonsense", "dashboard.nonsense:build_chart", ""]
)
def test_a_wrong_chart_name_fails_loudly(reference: str) -> None:
    with pytest.raises(UnknownFigure, match="no chart"):
        resolve_chart(reference)


def test_a_figure_without_a_chart_says_so(store: Store) -> None:
    figure = resolve_figure(store, "rework", YEAR)
    with pytest.raises(UnknownFigure, match="has no chart"):
        build_chart(figure, "light")
