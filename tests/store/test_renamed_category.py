"""A store in which annotating was still called labeling gives the same numbers under the new name."""

from __future__ import annotations

import json
import shutil
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from dashboard.categories import ALIASES
from dashboard.cli.terminal import to_json_value
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.reports.answers import Answers
from dashboard.reports.frozen import compare_numbers, describe_changes, list_frozen_reports, read_frozen_report
from dashboard.reports.links import find_linked_report
from dashboard.reports.restored import check_restored
from dashboard.settings.rules import RULE_SHEET
from dashboard.settings.schemes import SCHEME_SHEET
from dashboard.settings.views import VIEW_SHEET, resolve_view
from dashboard.store.category_rules import load_default_rules
from dashboard.store.engine import attach_facts, migrate_schema, open_database
from dashboard.store.generations import Store
from dashboard.store.open_files import restore_store
from dashboard.store.pointer import Pointer, write_pointer_file
from dashboard.store.rule_upgrade import digest_rule, load_editions, read_stored_rules

STORES = Path(__file__).parents[2] / "fixtures" / "stores"
ANSWERS: dict[str, dict[str, Any]] = json.loads((STORES / "labeling_category.answers.json").read_text(encoding="utf-8"))
LAST_SCHEMA = 26  # before the category was renamed
DAY = date(2026, 11, 27)
LINK = "vpHuSfSixtcj632_PEIc8515IQj1oqp2KKNyctn9e1k"
# One entry moved from review to labeling by its second import, two are known by nothing but what they say.
ENTRIES = """\
id,person,project,task,description,started_at,hours,category
1,Ada,Lanes,,boxes on night frames,2026-11-02T09:00:00Z,3.5,labeling
2,Ada,Lanes,,looked at labels,2026-11-02T13:00:00Z,2,labeling
3,Ben,Lanes,,train detector,2026-11-03T09:00:00Z,4,modeling
,Cleo,Signs,,polygons,2026-11-04T09:00:00Z,5,labeling
"""


def write_older(folder: Path, export: Path | None = None) -> Store:
    """Return a store as the version before had it: new, or with the tables of an export."""
    folder.mkdir()
    store = Store(folder)
    con = open_database(store.generation_path(1), read_only=False)
    attach_facts(con, store.facts_path(1), read_only=False)
    migrate_schema(con, upto=LAST_SCHEMA)
    con.execute("update category_rule set category = 'labeling' where category = 'annotating'")
    for path in export.glob("*.parquet") if export else ():
        con.execute(f'delete from "{path.stem}"')  # noqa: S608 - own names
        con.execute(f"insert into \"{path.stem}\" by name from read_parquet('{path}')")
    con.close()
    write_pointer_file(folder, Pointer(1, LAST_SCHEMA, "older"))
    return store


def open_restored(folder: Path, export: Path) -> Store:
    """Return a store that was restored from an export of the version before."""
    restore_store(Store(folder), export, check_restored)
    return Store(folder)


@pytest.fixture(scope="module", params=[write_older, open_restored], ids=["opened", "restored"])
def store(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("renamed")
    with zipfile.ZipFile(STORES / "labeling_category.zip") as archive:
        archive.extractall(folder)
    opened: Store = request.param(folder / "store", folder / "export")
    return opened


@pytest.fixture
def copy(store: Store, tmp_path: Path) -> Store:
    """Return a copy of the store, to change."""
    return Store(shutil.copytree(store.folder, tmp_path / "store"))


def rename(value: object) -> object:
    """Return a value of an answer as it reads today: a category, or the categories of a side."""
    if not isinstance(value, str):
        return value
    return " + ".join(sorted(ALIASES.get(name, name) for name in value.split(" + ")))


def sort_rows(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: json.dumps([value for value in row.values() if isinstance(value, str)]))


def test_every_number_is_the_same(store: Store) -> None:
    for name, answer in ANSWERS.items():
        figure = resolve_figure(store, name, Filters(), names=True, today=DAY)
        rows = to_json_value(figure.rows.select(answer["columns"]).to_dicts())
        assert isinstance(rows, list)
        renamed = [{column: rename(value) for column, value in row.items()} for row in answer["rows"]]
        for row, older in zip(sort_rows(rows), sort_rows(renamed), strict=True):
            numbers = {column: value for column, value in older.items() if isinstance(value, float)}
            assert {column: row[column] for column in numbers} == pytest.approx(numbers, rel=1e-12), name
            assert {**row, **numbers} == older, name


def test_settings_are_read_by_the_new_name(store: Store) -> None:
    cells = {
        sheet.name: "\n".join(sheet.format_csv(store).splitlines()[1:])
        for sheet in (RULE_SHEET, SCHEME_SHEET, VIEW_SHEET)
    }
    assert "zebra,annotating,decides" in cells["rules"]
    assert "Roads,Lanes,annotating,Lanes" in cells["schemes"]
    assert "annotating;review" in cells["views"]
    assert [name for name, text in cells.items() if "labeling" in text] == []
    assert resolve_view(store, "Hands on", DAY).categories == ("annotating", "review")


def test_a_report_is_kept_as_it_was_sent_and_no_number_of_it_moved(store: Store) -> None:
    report = read_frozen_report(store, 1)
    assert "labeling itself" in report.html.lower()
    assert compare_numbers(store, 1).is_empty()
    assert "rules" not in describe_changes(store, 1)
    code = list_frozen_reports(store).item(0, "rules_version")
    assert Answers(store, report.request).rules_version() == code
    linked = find_linked_report(store, LINK, now=datetime(2026, 12, 1, tzinfo=UTC))
    assert linked is not None
    assert linked.html == report.html


@pytest.mark.parametrize("category", ["labeling", "annotating"])
def test_the_same_entries_are_known_again_under_either_name(copy: Store, tmp_path: Path, category: str) -> None:
    path = tmp_path / "again.csv"
    path.write_text(ENTRIES.replace("labeling", category), encoding="utf-8")
    (result,) = import_files(copy, [path], Settings())
    assert (result.duplicate, result.accepted, result.changed) == (4, 0, 0)


def test_an_undo_brings_the_earlier_version_back(copy: Store) -> None:
    before = read_hours(copy)
    undo_import(copy, 2)
    after = read_hours(copy)
    assert (before["annotating"] - after["annotating"], after["review"] - before["review"]) == (2.5, 2)


def read_hours(store: Store) -> dict[str, float]:
    rows = resolve_figure(store, "hours_by_category", Filters(), today=DAY).rows
    return {"review": 0.0, **dict(rows.select("category", "hours").iter_rows())}


def test_untouched_default_rules_stay_the_newest(tmp_path: Path) -> None:
    with write_older(tmp_path / "store").snapshot() as snapshot:
        stored = read_stored_rules(snapshot)
    assert tuple(stored) == load_default_rules()
    assert tuple(map(digest_rule, stored)) == load_editions()[-1]
