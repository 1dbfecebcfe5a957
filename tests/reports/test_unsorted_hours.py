"""A report calls nothing the most, or the largest, where unsorted hours or hours without a project could change it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.document import Content, Section
from dashboard.reports.report_charts import LIMITS_NOTE
from dashboard.reports.request import Audience, ReportPart, ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.store.generations import Store

MARCH = ReportRequest(date(2026, 3, 1), date(2026, 3, 31), audience=Audience.team)
DAYS = {2: 28, 3: 31}
Hours = dict[tuple[str, str], int]  # by project and category
TWO = {("Signs", "annotating"): 60, ("Crops", "annotating"): 50, ("Signs", "modeling"): 40}


def report(folder: Path, hours: Hours, *parts: ReportPart, february: Hours | None = None) -> Content:
    """Return these parts of the report on hours of March, and perhaps of February, that six people share out."""
    rows = [
        (
            f"P{hour % 6}",
            date(2026, month, 1 + hour % DAYS[month]).isoformat(),
            3600,
            project or None,
            f"x{hour}",
            name or None,
        )
        for month, counts in ((3, hours), (2, february or {}))
        for (project, name), count in counts.items()
        for hour in range(count)
    ]
    file = folder / "hours.csv"
    columns = ["person", "day_on", "seconds", "project", "task", "category"]
    pl.DataFrame(rows, schema=columns, orient="row").write_csv(file)
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    return build_content(store, replace(MARCH, parts=parts))


def section(content: Content, name: str) -> Section:
    return next(section for section in content.sections if section.name == name)


def sentences(content: Content, name: str) -> str:
    return " ".join(map(str, section(content, name).sentences))


@pytest.mark.parametrize(
    ("hours", "is_most"),
    [
        (TWO, True),
        ({**TWO, ("Signs", ""): 39}, True),
        ({**TWO, ("Signs", ""): 40}, False),  # they may all be of one category that is not named
        ({("A", name): 10 for name in ("annotating", "modeling", "evaluation", "other")}, False),  # a tie
        ({("A", "annotating"): 9, ("A", "modeling"): 8, ("A", "evaluation"): 7}, True),
    ],
)
def test_most_of_the_time_is_said_only_where_nothing_can_change_it(
    tmp_path: Path, hours: Hours, *, is_most: bool
) -> None:
    text = sentences(report(tmp_path, hours, ReportPart.hours), "hours")
    assert ("Most time went to " in text) is is_most
    assert ("Among others, time went to " in text) is not is_most


@pytest.mark.parametrize(
    ("unnamed", "sentence"), [(9, "Of 2 projects the largest is Signs (100 h"), (50, ""), (200, "")]
)
def test_the_largest_project_is_none_of_hours_without_a_project(tmp_path: Path, unnamed: int, sentence: str) -> None:
    text = sentences(report(tmp_path, {**TWO, ("", "annotating"): unnamed}, ReportPart.hours), "hours")
    assert sentence in text
    assert ("the largest is" in text) is bool(sentence)


@pytest.mark.parametrize(
    ("extra", "is_named"), [({}, True), ({("Crops", ""): 7}, True), ({("", "annotating"): 10}, False)]
)
def test_what_to_automate_next_is_a_project_that_has_the_most_for_certain(
    tmp_path: Path, extra: Hours, *, is_named: bool
) -> None:
    decisions = " ".join(map(str, report(tmp_path, {**TWO, **extra}, ReportPart.decisions).decisions))
    assert ("Look at Signs first" in decisions) is is_named
    assert ("the most of any project" in decisions) is is_named


@pytest.mark.parametrize("unsorted", [0, 2])
def test_the_project_behind_a_change_is_named_only_where_all_hours_are_sorted(tmp_path: Path, unsorted: int) -> None:
    before = {("Signs", "annotating"): 30, ("Crops", "annotating"): 50, ("Signs", "modeling"): 70}
    content = report(tmp_path, {**TWO, ("Crops", ""): unsorted}, ReportPart.change, february=before)
    text = sentences(content, "change")
    assert "from how time is spent within projects" in text
    assert (" The largest part lies in Signs (" in text) is (unsorted == 0)


def test_a_share_without_a_number_stands_as_its_range(tmp_path: Path) -> None:
    hours = {("Signs", "annotating"): 40, ("Signs", "modeling"): 8, ("Signs", ""): 52}
    content = report(tmp_path, hours, ReportPart.share, ReportPart.hours, ReportPart.people)
    (row,) = section(content, "hours").tables[1].rows
    assert str(row[3]) == "40 to 92%"
    people = section(content, "people").tables[0].rows
    assert all(" to " in str(row[3]) for row in people)
    book = fastexcel.read_excel(render_file(content, ReportFormat.xlsx))
    sheets = (book.load_sheet(name, header_row=None).to_polars().rows() for name in book.sheet_names)
    lines = {row[0]: row[1:] for rows in sheets for row in rows}
    assert lines["Labeling share"][0] == "40 to 92%"
    assert "40 to 92%" in lines["Signs"]


@pytest.mark.parametrize("is_open", [True, False])
def test_the_chart_of_weeks_has_limits_where_hours_are_not_sorted(tmp_path: Path, is_open: bool) -> None:  # noqa: FBT001 - a case
    hours: Hours = TWO | ({("Signs", ""): 15} if is_open else {})
    content = report(tmp_path, hours, ReportPart.share)
    chart = content.leading_chart()
    assert chart is not None
    shares = chart.rows.pivot(on="measure", index="begins_on", values="share")
    limits = [name for name in shares.columns if "at least" in name or "at most" in name]
    assert bool(limits) is is_open
    assert (LIMITS_NOTE in chart.notes) is is_open
    if is_open:
        measure = "of labeling and modeling"
        limited = shares.filter(pl.col(f"{measure}, at least").is_not_null())
        assert limited.height
        assert (limited[f"{measure}, at least"] < limited[f"{measure}, at most"]).all()
        if measure in shares.columns:
            assert limited[measure].is_null().all()
    sheet = fastexcel.read_excel(render_file(content, ReportFormat.xlsx)).load_sheet("Labeling share by week")
    assert "–" not in {value for row in sheet.to_polars().rows() for value in row}  # drawn as zero
    assert render_file(content, ReportFormat.pptx)


def test_no_limits_are_drawn_where_small_groups_are_withheld(tmp_path: Path) -> None:
    content = report(tmp_path, TWO | {("Signs", ""): 15}, ReportPart.share)
    assert content.leading_chart() is not None
    request = replace(MARCH, audience=Audience.management, hides_small_groups=True, parts=(ReportPart.share,))
    chart = build_content(Store(tmp_path / "store"), request).leading_chart()
    assert chart is None or not chart.rows["measure"].str.contains("at least|at most").any()
