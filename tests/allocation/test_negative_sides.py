"""A correction can take one side of a share below zero; then there is no share, and a sentence says why."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from store_copies import copied
from streamlit.testing.v1 import AppTest

from dashboard.allocation.share_range import JOIN_CORRECTION, NEGATIVE_SIDE
from dashboard.categories import CATEGORIES
from dashboard.cli.main import main
from dashboard.errors import Cause
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.columns import describe_columns
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.goal import build_goal_rows
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.reports.request import Audience, ReportRequest
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.targets import TARGET_SHEET
from dashboard.store.generations import Store

APP = Path(__file__).parents[2] / "dashboard" / "web" / "app.py"
PEOPLE = [f"P{number}" for number in range(6)]
FIRST, LAST = date(2026, 3, 2), date(2026, 3, 29)
COLUMNS = ["person", "day_on", "seconds", "project", "category", "native_id"]
SPLIT = {"annotating": 20, "modeling": -10}  # of 10 hours, 200% would be labeling
MIXED = {"annotating": 20, "modeling": -10, "other": 30}  # half of all tracked time is labeling
REASON = "The hours of modeling sum to less than zero, so there is no labeling share"
# More than all of these is known in honest logs: overtime, idle tabs, and a budget that is spent.
BEYOND_ONE = {"coverage", "observed_share", "budget_burn"}
PERCENTAGES = re.compile(r"(-?[\d,]+(?:\.\d+)?)%(?! of capacity)")
Row = tuple[str, date, int, str, str, str]


def build_store(folder: Path, *files: list[Row]) -> Store:
    """Return a store of the files, whose people are engineers with weekly hours."""
    folder.mkdir(exist_ok=True)
    store = Store(folder / "store")
    for number, rows in enumerate(files):
        file = folder / f"hours{number}.csv"
        pl.DataFrame(rows, schema=COLUMNS, orient="row").write_csv(file)
        import_files(store, [file], Settings())
    people = {"name": PEOPLE, "role": ["engineer"] * len(PEOPLE), "weekly_hours": [40.0] * len(PEOPLE)}
    PEOPLE_SHEET.save_frame(store, pl.DataFrame(people))
    return store


@copied
def correct(folder: Path, hours: dict[str, int]) -> Store:
    """Return a store of hours by category, a negative one of which corrects another category of the same day."""
    rows = [
        (person, FIRST + timedelta(weeks=week), 3600 * count, "Signs", category, f"{person} {week} {category}")
        for person in PEOPLE
        for week in range(8)
        for category, count in hours.items()
    ]
    return build_store(folder, sorted(rows, key=lambda row: -row[2]))


def draw_rows(seed: int) -> tuple[list[Row], list[Row]]:
    """Return entries of random categories with corrections that fit, and an export that edits some of them."""
    chance = random.Random(seed)
    rows: list[Row] = []
    for number in range(120):
        person, project = chance.choice(PEOPLE), chance.choice(["Signs", "Lanes", "Maps"])
        day_on = FIRST + timedelta(days=chance.randrange(28))
        rows.append((person, day_on, chance.randrange(1, 40) * 900, project, chance.choice([*CATEGORIES]), str(number)))
        if chance.random() < 0.6:
            taken = -chance.randrange(1, rows[-1][2] + 1)
            rows.append((person, day_on, taken, project, chance.choice([*CATEGORIES]), f"{number} less"))
    edited = [(*row[:2], 60, *row[3:]) for row in rows if row[2] > 0 and chance.random() < 0.4]
    return rows, edited


def list_shares(figure: Figure) -> list[tuple[str, float]]:
    """Return every share of a figure, with the name of its column."""
    declared = describe_columns(figure.name, figure.rows.columns)
    shares = [
        (name, row[name])
        for row in figure.rows.iter_rows(named=True)
        for name, column in declared.items()
        if not BEYOND_ONE & {name, row.get("measure")}
        and "share" in {column.unit, column.unit == "by row" and row["unit"]}
    ]
    return [(name, value) for name, value in shares if value is not None]


def list_words(content: Content) -> str:
    """Return everything that a report says of the time, in one text."""
    sections = [section for section in content.sections if section.name in {"share", "hours", "people"}]
    words = [content.headline, *(sentence for section in sections for sentence in section.sentences)]
    words += [cell for section in sections for table in section.tables for row in table.rows for cell in row]
    words += [number.number for number in content.numbers]
    return " | ".join(str(word) for word in words)


@pytest.mark.parametrize("seed", range(3))
def test_no_figure_and_no_report_has_a_share_outside_of_the_whole(tmp_path: Path, seed: int) -> None:
    store = build_store(tmp_path, *draw_rows(seed))
    targets = pl.DataFrame({"measure": ["labeling share", "labeling share of all tracked"], "project": ["", "Maps"]})
    wanted = {"direction": "at most", "value": 0.3, "by_on": date(2026, 5, 1)}
    TARGET_SHEET.save_frame(store, targets.with_columns(**{name: pl.lit(value) for name, value in wanted.items()}))
    choices = (
        Filters(),
        Filters(FIRST, FIRST + timedelta(days=6)),
        Filters(projects=("Maps",)),
        Filters(people=("P1",)),
    )
    names = [name for name, spec in CATALOGUE.items() if spec.about == "time" and name not in BEYOND_ONE]
    outside = [
        (name, column, value)
        for filters in choices
        for name in names
        for column, value in list_shares(resolve_figure(store, name, filters, today=LAST))
        if not 0 <= value <= 1
    ]
    assert not outside
    for audience in Audience:
        words = list_words(build_content(store, ReportRequest(FIRST, FIRST + timedelta(days=6), audience=audience)))
        assert not [text for text in PERCENTAGES.findall(words) if not 0 <= float(text.replace(",", "")) <= 100]


def test_the_terminal_says_why_there_is_no_share(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = correct(tmp_path, SPLIT)
    with pytest.raises(SystemExit) as ended:
        main(["--store", str(store.folder), "ask", "labeling_share"])
    output = capsys.readouterr()
    assert not ended.value.code
    assert NEGATIVE_SIDE in output.err
    assert JOIN_CORRECTION in output.err
    assert "200" not in output.out


@pytest.mark.parametrize("name", ["share_by_definition", "share_over_time", "share_against_reference", "claim_check"])
def test_a_figure_of_nothing_but_shares_is_refused(tmp_path: Path, name: str) -> None:
    unavailable = resolve_figure(correct(tmp_path, SPLIT), name, Filters()).unavailable
    assert unavailable is not None
    assert (unavailable.reason, unavailable.needed, unavailable.cause) == (
        NEGATIVE_SIDE,
        JOIN_CORRECTION,
        Cause.no_share,
    )


@pytest.mark.parametrize("name", ["hours_by_category", "hours_by_project", "hours_by_person", "closed_weeks"])
def test_hours_are_listed_without_the_share_that_they_have_not(tmp_path: Path, name: str) -> None:
    figure = resolve_figure(correct(tmp_path, MIXED), name, Filters())
    assert figure.unavailable is None
    assert figure.rows.height
    assert NEGATIVE_SIDE in figure.note
    assert NEGATIVE_SIDE not in resolve_figure(correct(tmp_path / "whole", {"annotating": 20}), name, Filters()).note


def test_the_share_of_all_tracked_time_stays_where_it_is_known(tmp_path: Path) -> None:
    rows = resolve_figure(correct(tmp_path, MIXED), "labeling_share", Filters()).rows.filter(scope="everyone")
    assert dict(rows.select("measure", "share").rows()) == {
        "labeling_of_labeling_and_modeling": None,
        "labeling_of_all_tracked": 0.5,
    }


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("hours", [SPLIT, MIXED])
def test_the_page_says_why_there_is_no_share(
    hours: dict[str, int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    correct(tmp_path, hours)
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    app = AppTest.from_file(str(APP), default_timeout=60)
    app.query_params["period"] = "All"
    app.run()
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["Labeling share"] == "–"
    words = "\n".join(str(block.value) for block in app.markdown)
    assert f"The team tracked {48 * sum(hours.values()):,} h. {REASON}" in words
    assert "200%" not in words


@pytest.mark.parametrize("audience", Audience)
@pytest.mark.parametrize("hours", [SPLIT, MIXED])
def test_the_report_says_why_there_is_no_share(hours: dict[str, int], audience: Audience, tmp_path: Path) -> None:
    content = build_content(correct(tmp_path, hours), ReportRequest(FIRST, LAST, audience=audience))
    assert f". {REASON}: a correction stands apart from the hours it corrects." in str(content.headline)
    assert content.numbers[0].number is None
    assert content.numbers[0].beside == "one side of it sums to less than zero"
    assert "200%" not in list_words(content)
    assert JOIN_CORRECTION in list_words(content)


def test_nothing_is_compared_with_a_period_without_a_share(tmp_path: Path) -> None:
    later = FIRST + timedelta(weeks=4)
    rows = [
        (person, FIRST + timedelta(weeks=week), 3600 * hours, "Signs", category, f"{person} {week} {category} {hours}")
        for person in PEOPLE
        for week in range(8)
        for category, hours in (("annotating", 10), ("modeling", 10), ("modeling", -5))
    ]
    edited = [(*row[:2], 60, *row[3:]) for row in rows if row[2] > 0 and row[4] == "modeling" and row[1] >= later]
    filters = Filters(later, FIRST + timedelta(weeks=7))
    store = build_store(tmp_path, rows, edited)
    change = resolve_figure(store, "period_change", filters).rows.filter(measure="labeling_of_labeling_and_modeling")
    assert change.get_column("verdict").to_list() == ["cannot be compared"] * 2
    assert "sum to less than zero in one of the two periods" in change.item(0, "words")
    parts = resolve_figure(store, "change_explained", filters)
    assert parts.unavailable is not None
    assert NEGATIVE_SIDE in parts.unavailable.reason


def test_a_target_and_a_goal_say_why_they_cannot_be_told(tmp_path: Path) -> None:
    store = correct(tmp_path, SPLIT)
    target = {"measure": "labeling share", "project": "", "direction": "at most", "value": 0.3, "by_on": "2026-06-01"}
    TARGET_SHEET.save_frame(store, pl.DataFrame([target]))
    row = resolve_figure(store, "targets", Filters(), today=date(2026, 5, 1)).rows.row(0, named=True)
    assert (row["state"], row["current"]) == ("not enough data", None)
    assert row["words"] == f"Labeling share cannot be told. {NEGATIVE_SIDE} {JOIN_CORRECTION}"
    with store.snapshot() as snapshot:
        words = build_goal_rows(snapshot, {**Filters().parameters(), "today": date(2026, 5, 1)}).get_column("words")
    assert words[0].startswith(f"All projects: {REASON}")
