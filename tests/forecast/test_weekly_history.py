"""The weekly history of a project, against a log whose weeks were worked out by hand."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.rates import RATE_SHEET
from dashboard.store.generations import Store
from dashboard.store.queries import run_query

HEADER = "item,person,seconds,method,finished_at,stage,outcome,suggestion,project,automation\n"

# Signs, week of 2 March: 100 and 200 s by hand, 40 s kept of a suggestion (reviewed in 10), 70 s edited, rejected and
# reworked in 30, one suggestion rejected after 90 s, one of which nobody knows what became of it, one without a time.
# Then a week without labels, one label, and a week (23 March) that is not over. A machine's label is nobody's work.
SIGNS = """\
s1,Ann,100,manual,2026-03-02T10:00:00Z,annotate,submitted,,Signs,
s2,Ann,200,manual,2026-03-03T10:00:00Z,annotate,submitted,,Signs,
s3,Ann,40,pre-annotated,2026-03-04T10:00:00Z,annotate,submitted,unchanged,Signs,Detector
s4,Ben,70,pre-annotated,2026-03-04T10:00:00Z,annotate,submitted,edited,Signs,Detector
s5,Ben,90,pre-annotated,2026-03-05T10:00:00Z,annotate,submitted,rejected,Signs,Detector
s6,Ben,50,pre-annotated,2026-03-06T10:00:00Z,annotate,submitted,,Signs,Detector
s7,Ben,,pre-annotated,2026-03-06T11:00:00Z,annotate,submitted,unchanged,Signs,Detector
m1,,,automatic,2026-03-06T12:00:00Z,annotate,submitted,,Signs,Detector
s3,Rae,10,,2026-03-06T13:00:00Z,review,accepted,,Signs,
s4,Rae,20,,2026-03-06T14:00:00Z,review,rejected,,Signs,
s4,Ben,30,,2026-03-06T15:00:00Z,rework,submitted,,Signs,
s8,Ann,60,manual,2026-03-20T10:00:00Z,annotate,submitted,,Signs,
s9,Ann,60,manual,2026-03-24T10:00:00Z,annotate,submitted,,Signs,
"""
TEXT = "t1,Cy,30,unknown,2026-03-12T10:00:00Z,annotate,submitted,,Text,\n"
COUNTS = ["items", "offered", "unchanged", "edited"]
TODAY = date(2026, 3, 25)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("weeks")
    store = Store(folder / "store")
    file = folder / "labels.csv"
    file.write_text(HEADER + SIGNS + TEXT, encoding="utf-8")
    import_files(store, [file], Settings(zone="UTC"))
    return store


def weeks(store: Store, filters: Filters | None = None, today: date = TODAY) -> pl.DataFrame:
    with store.snapshot() as snapshot:
        return run_query(snapshot, "weeks", {**(filters or Filters()).parameters(), "today": today})


def test_weeks_are_complete_and_without_gaps(store: Store) -> None:
    found = weeks(store)
    assert found.select("project", "week_on").rows() == [
        ("Signs", date(2026, 3, 2)), ("Signs", date(2026, 3, 9)), ("Signs", date(2026, 3, 16)),
        ("Text", date(2026, 3, 9)), ("Text", date(2026, 3, 16)),
    ]  # fmt: skip
    assert found.filter(pl.col("week_on") == date(2026, 3, 9), pl.col("project") == "Signs").select(COUNTS).row(0) == (
        0, 0, 0, 0,
    )  # fmt: skip
    assert found.null_count().sum_horizontal().item() == 0


def test_labels_are_counted_by_what_became_of_their_suggestion(store: Store) -> None:
    assert weeks(store).select(COUNTS).row(0) == (7, 5, 2, 2)
    assert weeks(store).filter(pl.col("project") == "Text").select(COUNTS).row(0) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("sort", "seconds", "timed"),
    [
        ("manual", 300, 2),
        ("verify", 50, 1),  # 40 + 10 of review; s7 has no time
        ("correct", 180, 2),  # 70 + 20 of review, and 90
        ("assisted", 280, 4),
        ("rework", 30, 4),
        ("human", 610, 6),
    ],
)
def test_seconds_stand_beside_the_labels_they_are_of(store: Store, sort: str, seconds: float, timed: int) -> None:
    assert weeks(store).select(f"{sort}_seconds", f"{sort}_timed").row(0) == (seconds, timed)


def test_work_that_is_unknown_is_neither_manual_nor_offered(store: Store) -> None:
    text = weeks(store, Filters(projects=("Text",)))
    assert text.select("manual_timed", "assisted_timed", "human_timed").row(0) == (0, 0, 1)


@pytest.mark.parametrize(
    ("filters", "today", "last"),
    [
        (Filters(), date(2026, 4, 30), date(2026, 3, 16)),  # the newest label is of a Tuesday
        (Filters(), date(2026, 3, 22), date(2026, 3, 9)),  # Sunday is not over
        (Filters(), date(2026, 3, 23), date(2026, 3, 16)),
        (Filters(to_on=date(2026, 3, 8)), TODAY, date(2026, 3, 2)),
        (Filters(to_on=date(2026, 3, 14)), TODAY, date(2026, 3, 2)),
        (Filters(from_on=date(2026, 3, 16)), TODAY, date(2026, 3, 16)),  # the history begins where it begins
    ],
)
def test_a_week_counts_once_it_is_over(store: Store, filters: Filters, today: date, last: date) -> None:
    signs = weeks(store, filters, today).filter(pl.col("project") == "Signs").get_column("week_on")
    assert (signs.min(), signs.max()) == (date(2026, 3, 2), last)


def test_filters_narrow_the_history(store: Store) -> None:
    assert weeks(store, Filters(people=("Ann",))).select("items", "people").rows() == [(3, 1), (0, 0), (1, 1)]
    assert weeks(store, Filters(projects=("Signs",))).get_column("people").to_list() == [2, 0, 1]
    assert weeks(store, Filters(people=("Nobody",))).is_empty()


def test_rates_are_weighted_by_the_time_that_was_worked(store: Store) -> None:
    RATE_SHEET.load_csv(store, "person,hourly,currency\nAnn,10,EUR\nBen,40,EUR\n")
    with store.snapshot() as snapshot:
        found = run_query(snapshot, "labeling_rates", {**Filters().parameters(), "today": TODAY})
    # Ann 100 + 200 + 40 + 10 + 60 + 60 = 470 s with the review of her label, Ben 70 + 20 + 30 + 90 + 50 = 260 s.
    assert found.rows() == [
        ("Signs", "EUR", 730.0, pytest.approx((470 * 10 + 260 * 40) / 730)),
        ("Text", None, 30.0, None),
    ]
