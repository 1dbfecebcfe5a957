"""A report asks each query once, keeps its figures for the next one, and never shows those of an older state."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from reported_team import OCTOBER, sixty_projects

from dashboard.reports.content import build_content
from dashboard.reports.request import Audience, ReportPart
from dashboard.settings.rules import RULE_SHEET
from dashboard.store.generations import Store
from dashboard.store.snapshot import Snapshot

Asked = list[tuple[str, str]]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Count the queries that reach the store."""
    found: Asked = []
    query = Snapshot.query

    def counted(self: Snapshot, sql: str, params: dict[str, object] | None = None) -> pl.DataFrame:
        found.append((sql, repr(params)))
        return query(self, sql, params)

    monkeypatch.setattr(Snapshot, "query", counted)
    return found


def test_each_query_once_and_none_for_another_note(sixty: Store, asked: Asked, tmp_path: Path) -> None:
    store = Store(shutil.copytree(sixty.folder, tmp_path / "fresh"))  # answers of the other folder are cached
    first = build_content(store, OCTOBER)
    assert len(asked) == len(set(asked)) > 10
    before = len(asked)
    again = build_content(store, replace(OCTOBER, note="Other words."))
    assert len(asked) - before <= 5  # the days of the log, rules, annotators and whether it is the demo: no figures
    assert again.sections[0] == replace(first.sections[0], charts=again.sections[0].charts)


def test_what_is_left_out_is_not_asked(sixty: Store) -> None:
    figures = build_content(Store(sixty.folder), replace(OCTOBER, parts=(ReportPart.hours,))).provenance.figures
    assert not {name for name in figures if name.startswith(("savings", "forecast", "backtest", "change"))}


def test_names_and_pseudonyms_are_kept_apart(sixty: Store) -> None:
    store = Store(sixty.folder)
    private = build_content(store, replace(OCTOBER, audience=Audience.private))
    team = build_content(store, replace(OCTOBER, audience=Audience.team))
    people = [next(part for part in one.sections if part.name == ReportPart.people) for one in (private, team)]
    assert people[0].tables[0].rows[0][0] == "Ada"
    assert str(people[1].tables[0].rows[0][0]).startswith("Person ")


def test_a_changed_store_is_read_anew(tmp_path: Path) -> None:
    store = sixty_projects(tmp_path)
    before = build_content(store, OCTOBER)
    rules = "position,field,operator,pattern,category\n1,any,contains,a,meetings and coordination\n"
    RULE_SHEET.load_csv(store, rules)
    after = build_content(store, OCTOBER)
    assert before.provenance.content_hash != after.provenance.content_hash
    assert str(before.headline) != str(after.headline)
