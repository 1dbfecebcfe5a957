"""A change is printed as one number by the page, its card and the report, and both of its ends show it."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from store_copies import copied
from streamlit.proto.Metric_pb2 import Metric as MetricProto
from streamlit.testing.v1 import AppTest
from worked_labels import HEADER

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.reports.content import build_content
from dashboard.reports.document import Content
from dashboard.reports.request import Audience, ReportPart, ReportRequest
from dashboard.store.generations import Store
from dashboard.web.pages.overview.cards import format_card_change

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.{}
begin_run()
show_filter_bar()
{}()
"""
FIRST, LAST = date(2026, 5, 1), date(2026, 5, 31)
PEOPLE = ("Ada", "Bob", "Cleo", "Dan", "Eve", "Finn")
DAY_SECONDS = 28_800


def list_workdays() -> list[date]:
    """Return the workdays of April and May."""
    days = [date(2026, 4, 1) + timedelta(days=step) for step in range((LAST - date(2026, 4, 1)).days + 1)]
    return [day for day in days if day.weekday() < 5]


def import_text(store: Store, name: str, text: str) -> None:
    """Import a CSV file from beside the store."""
    file = store.folder.parent / name
    file.write_text(text, encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))


@copied
def build_time(folder: Path, shares: tuple[float, float]) -> Store:
    """Return a store whose people label these shares of every workday in April and May."""
    lines = ["person,day_on,seconds,project,category"]
    for day in list_workdays():
        labeling = round(DAY_SECONDS * shares[day.month - 4])
        for name in PEOPLE:
            lines += [
                f"{name},{day},{labeling},Signs,annotating",
                f"{name},{day},{DAY_SECONDS - labeling},Signs,modeling",
            ]
    store = Store(folder / "store")
    import_text(store, "time.csv", "\n".join(lines) + "\n")
    return store


def build_store(folder: Path, shares: tuple[float, float], hours: tuple[float, float]) -> Store:
    """Return such a store that also holds a log of so many hours of labeling in each month."""
    store, days = build_time(folder, shares), list_workdays()
    labels = []
    for day in days:
        in_month = sum(other.month == day.month for other in days)
        per_label = hours[day.month - 4] * 3600 / len(PEOPLE) / in_month
        labels += [
            f"{name}{day},{name},{per_label:.3f},manual,,{day}T10:00:00Z,annotate,submitted,Signs,box,1\n"
            for name in PEOPLE
        ]
    import_text(store, "labels.csv", HEADER + "".join(labels))
    return store


def write_report(store: Store, *parts: ReportPart) -> tuple[Content, str]:
    """Return these parts of the report of May, or all, with the sentences of its sections in one text."""
    request = ReportRequest(first=FIRST, last=LAST, audience=Audience.private, parts=parts or tuple(ReportPart))
    content = build_content(store, request)
    return content, " ".join(str(sentence) for section in content.sections for sentence in section.sentences)


def read_words(store: Store, measure: str) -> str:
    """Return what the page says of a measure."""
    rows = resolve_figure(store, "change_explained", Filters(FIRST, LAST)).rows
    return str(rows.filter(measure=measure, factor="change").item(0, "words"))


def read_card(store: Store, measure: str) -> str | None:
    """Return the change on the card of a measure."""
    rows = resolve_figure(store, "period_change", Filters(FIRST, LAST)).rows
    return format_card_change(rows.filter(scope="everyone", measure=measure).row(0, named=True))


def test_page_card_and_report_name_one_change(tmp_path: Path) -> None:
    store = build_store(tmp_path, (0.4004, 0.4116), (100.4, 150.6))
    content, sections = write_report(store)
    assert "from 40.0% to 41.2% (+1.2 points)" in read_words(store, "labeling share")
    assert read_card(store, "labeling_of_labeling_and_modeling") == "+1.2 pp"
    assert sections.count("rose by 1.2 percentage points") == 2
    assert "1.1" not in sections
    assert "rose by 51 h (100 h before, 151 h now)" in read_words(store, "hours spent on labels")
    assert "the hours spent on labels rose by 51 h" in sections
    assert str(content.headline).startswith("Labeling rose from 40% to 41%")


def test_a_rise_within_one_percent_shows_both_ends(tmp_path: Path) -> None:
    content, _ = write_report(build_store(tmp_path, (0.416, 0.424), (100.0, 100.0)), ReportPart.share)
    assert str(content.headline).startswith("Labeling rose from 41.6% to 42.4%")
    assert (str(content.numbers[0].number), "rose from 41.6%" in content.numbers[0].beside) == ("42.4%", True)


def test_a_change_that_is_printed_as_zero_has_no_arrow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = build_store(tmp_path, (0.4, 0.4), (105.0, 105.0))
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    for page, label, change in (
        ("overview.page import show_overview_page", "Labeling share", "0.0 pp"),
        ("labeling.page import show_labeling_page", "Items per hour", "-5%"),
        ("labeling.page import show_labeling_page", "Median time per item", "+5%"),
    ):
        app = AppTest.from_string(PAGE.format(page, page.split()[-1]), default_timeout=120)
        app.query_params.update({"period": "Custom", "from": str(FIRST), "to": str(LAST)})
        app.run()
        assert not app.exception
        (metric,) = (metric for metric in app.metric if metric.label == label)
        assert metric.delta == change
        assert (metric.proto.direction == MetricProto.MetricDirection.NONE) == ("5" not in change)


@pytest.mark.parametrize(
    ("hours", "words"),
    [
        ((0.6, 0.9), "rose by 0.3 h (0.6 h before, 0.9 h now): 0.0 h from"),
        ((9.8, 12.2), "rose by 2.4 h (9.8 h before, 12.2 h now)"),
        ((0.51, 0.54), "show no clear change (0.5 h before, 0.5 h now)"),
        ((20.1, 20.9), "rose by 0.8 h (20.1 h before, 20.9 h now)"),
    ],
)
def test_few_hours_change_by_tenths_or_not_at_all(tmp_path: Path, hours: tuple[float, float], words: str) -> None:
    store = build_store(tmp_path, (0.4, 0.4), hours)
    assert words in read_words(store, "hours spent on labels")
    _, sections = write_report(store, ReportPart.change)
    opening = words.partition(" (")[0]
    assert f"the hours spent on labels {opening}" in sections
