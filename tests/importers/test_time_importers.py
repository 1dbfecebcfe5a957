"""Every time importer against its fixtures: `fixtures/<importer>/<case>.*` beside `<case>.expected.json`.

What a case expects was counted apart from the importers. `<case>.settings.json` may give
`zone`, `day_first` and `mapping`. A case that must be refused says so under `refused`.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from dashboard import errors
from dashboard.importers.contract import Importer, Reading, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.readers.open_source import open_sources
from dashboard.schemas import BAD_ROW, TIME_ENTRY

FIXTURES = Path(__file__).parents[2] / "fixtures"
TIME = {importer.name: importer for importer in IMPORTERS if importer.kind == "time_entry"}
EXPECTED = ".expected.json"
SETTINGS = ".settings.json"


def data_files(folder: Path) -> list[Path]:
    """Fixtures of `folder` that are exports, not words about them."""
    return sorted(p for p in folder.iterdir() if p.is_file() and not p.name.endswith((EXPECTED, SETTINGS)))


def named_after(path: Path) -> str:
    """Return the case a fixture belongs to: `a.csv` and `a.expected.json` are both case `a`."""
    return path.name.split(".")[0]


CASES = [
    pytest.param(importer, path, id=f"{importer.name}-{named_after(path)}")
    for importer in TIME.values()
    for path in (data_files(FIXTURES / importer.name) if (FIXTURES / importer.name).is_dir() else [])
    if path.with_name(named_after(path) + EXPECTED).exists()
]
EVERY_EXPORT = [
    pytest.param(folder.name, path, id=f"{folder.name}-{path.name}")
    for folder in sorted(FIXTURES.iterdir())
    if folder.name in {importer.name for importer in IMPORTERS}
    for path in data_files(folder)
]


def settings_of(path: Path) -> Settings:
    """Return what the lead answered in this case."""
    file = path.with_name(named_after(path) + SETTINGS)
    return Settings(**json.loads(file.read_text("utf-8"))) if file.exists() else Settings()


def plain(value: object) -> object:
    """Return `value` as it stands in JSON."""
    return value.isoformat() if isinstance(value, (date, datetime)) else value


def lines_by_reason(bad: pl.DataFrame) -> dict[str, list[int]]:
    """Return the lines of the bad rows by their reason."""
    found: dict[str, list[int]] = defaultdict(list)
    for line, reason in bad.select("line", "reason").iter_rows():
        found[reason].append(line)
    return dict(found)


def read_all(importer: Importer, path: Path, settings: Settings) -> tuple[Reading, int, pl.DataFrame, pl.DataFrame]:
    """Read `path` to its end: the reading, the rows read, what was accepted and what was not."""
    with open_sources(path) as sources:
        reading = importer.read(sources[0], settings)
        batches = list(reading.batches)
    accepted = pl.concat([batch.accepted for batch in batches])
    bad = pl.concat([batch.bad for batch in batches])
    assert all(batch.rows == batch.accepted.height + batch.bad.height for batch in batches)
    return reading, sum(batch.rows for batch in batches), accepted, bad


@pytest.mark.parametrize(("importer", "path"), CASES)
def test_case_reads_as_expected(importer: Importer, path: Path) -> None:
    expected = json.loads(path.with_name(named_after(path) + EXPECTED).read_text("utf-8"))
    if "refused" in expected:
        refused = expected["refused"]
        with pytest.raises(getattr(errors, refused["error"])) as caught:
            read_all(importer, path, settings_of(path))
        assert refused["says"] in str(caught.value)
        assert caught.value.hint
        assert getattr(caught.value, "question", None) == refused.get("question")
        return
    reading, rows, accepted, bad = read_all(importer, path, settings_of(path))
    assert accepted.schema == pl.Schema(TIME_ENTRY)
    assert bad.schema == pl.Schema(BAD_ROW)
    seen = {
        "rows_read": rows,
        "accepted": accepted.height,
        "rejected": bad.height,
        "seconds_total": accepted["seconds"].sum(),
        "first_day": plain(accepted["day_on"].min()),
        "last_day": plain(accepted["day_on"].max()),
        "reasons": lines_by_reason(bad),
        "zone": reading.zone,
        "date_order": reading.date_order,
        "warnings": [*reading.warnings, *reading.final_warnings()],
        "unused": list(reading.unused),
    }
    figures = {key: value for key, value in expected.items() if key in seen}
    assert {key: seen[key] for key in figures} == figures
    for row, wanted in zip(accepted.iter_rows(named=True), expected.get("first_rows", []), strict=False):
        assert {key: plain(row[key]) for key in wanted} == wanted
    assert set(expected) <= {*seen, "first_rows"}, "an expectation nothing looks at"
    assert accepted.height >= len(expected.get("first_rows", []))


@pytest.mark.parametrize(("folder", "path"), EVERY_EXPORT)
def test_exactly_one_importer_recognises(folder: str, path: Path) -> None:
    with open_sources(path) as sources:
        for source in sources:
            head = source.head()
            assert [importer.name for importer in IMPORTERS if importer.can_read(head)] == [folder]


@pytest.mark.parametrize("name", sorted(TIME))
def test_every_time_importer_has_cases(name: str) -> None:
    assert any(case.values[0].name == name for case in CASES)


@pytest.mark.parametrize(
    "header",
    [
        "Mitarbeiter;Startdatum;Enddatum;Dauer (h)",
        "Vorgang;Startdatum;Dauer (h);Bearbeiter",
        "Formation;Date;Durée (h)",
    ],
)
def test_tables_with_some_titles_of_a_translated_report_are_not_taken_for_one(tmp_path: Path, header: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(f"{header}\n{';'.join('2' * (header.count(';') + 1))}\n", encoding="utf-8")
    with open_sources(path) as sources:
        assert not [importer.name for importer in IMPORTERS if importer.can_read(sources[0].head())]
