"""The rule for overlapping entries: what each one makes of known cases, and that every figure of hours follows it."""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.errors import BadMapping
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.forecast.finish import build_finish_rows
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.reports.content import build_content
from dashboard.reports.request import ReportRequest
from dashboard.savings.like_for_like import build_ratio_rows
from dashboard.settings.overlaps import OVERLAP_RULES, OVERLAP_SHEET
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.settings.rules import preview_rules
from dashboard.settings.unsorted import list_unsorted, sum_textless_hours
from dashboard.store.category_rules import Rule
from dashboard.store.engine import read_sql_files
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from dashboard.store.queries import load_queries, run_query

FULL, SHARED, FIRST, NEXT = OVERLAP_RULES
Entry = tuple[str, str, int, str]  # person, start or day, seconds, category


def import_entries(store: Store, folder: Path, *entries: Entry, name: str = "time.csv") -> int:
    """Import entries as a native file; a start without a clock is a day."""
    file = folder / name
    with file.open("w", newline="", encoding="utf-8") as text:
        writer = csv.writer(text)
        writer.writerow(["person", "started_at", "day_on", "seconds", "category"])
        for person, start, seconds, category in entries:
            writer.writerow([person, *((start, "") if "T" in start else ("", start)), seconds, category])
    (result,) = import_files(store, [file], Settings(zone="UTC"))
    return int(result.import_id or 0)


def set_rule(store: Store, rule: str) -> None:
    """Put a rule in force."""
    assert OVERLAP_SHEET.save(store, [{"rule": rule}], None) == 1


def read_seconds(store: Store, column: str = "category") -> dict[str, int]:
    """Return the seconds of each category, person or project, as the figure of hours says."""
    rows = resolve_figure(store, f"hours_by_{column}", Filters(), names=True).rows
    return dict(rows.filter(pl.col(column) != "uncategorized").select(column, "seconds").sort(column).rows())


# Who is a case of their own: category, start or day, seconds; then the seconds left under each rule.
CASES: dict[str, tuple[list[tuple[str, str, int]], dict[str, list[int]]]] = {
    "Ada overlaps for 30 of 60 minutes": (
        [("annotating", "2026-03-02T09:00:00Z", 3600), ("modeling", "2026-03-02T09:30:00Z", 3600)],
        {FULL: [3600, 3600], SHARED: [2700, 2700], FIRST: [3600, 1800], NEXT: [1800, 3600]},
    ),
    # 8 to 12, 10 to 13, 10:30 to 11:30: alone until 10 and from 12, two for an hour, three for another.
    "Bob has three": (
        [
            ("annotating", "2026-03-02T08:00:00Z", 14400),
            ("modeling", "2026-03-02T10:00:00Z", 10800),
            ("review", "2026-03-02T10:30:00Z", 3600),
        ],
        {
            FULL: [14400, 10800, 3600],
            SHARED: [7200 + 1800 + 1200, 1800 + 1200 + 3600, 1200],
            FIRST: [14400, 3600, 0],
            NEXT: [7200, 1800, 3600],
        },
    ),
    "Cid has no clock": (
        [("annotating", "2026-03-02", 7200), ("modeling", "2026-03-02", 3600)],
        {rule: [7200, 3600] for rule in OVERLAP_RULES},
    ),
    "Dan works beside Ada": (
        [("annotating", "2026-03-02T09:00:00Z", 3600)],
        {rule: [3600] for rule in OVERLAP_RULES},
    ),
    "Eva ends where the next begins": (
        [("annotating", "2026-03-02T09:00:00Z", 3600), ("modeling", "2026-03-02T10:00:00Z", 1800)],
        {rule: [3600, 1800] for rule in OVERLAP_RULES},
    ),
    # The shorter of two that begin at once is first; three seconds that two share are no halves.
    "Fay begins two at once": (
        [("annotating", "2026-03-02T09:00:00Z", 3), ("modeling", "2026-03-02T09:00:00Z", 63)],
        {FULL: [3, 63], SHARED: [2, 61], FIRST: [3, 60], NEXT: [0, 63]},
    ),
}


def test_each_rule_gives_what_a_calculation_by_hand_gives(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    entries = [(who, start, length, name) for who, (rows, _) in CASES.items() for name, start, length in rows]
    import_entries(store, tmp_path, *entries)
    for rule in (SHARED, FIRST, NEXT, FULL):
        set_rule(store, rule)
        rows = resolve_figure(store, "person_by_category", Filters(), names=True).rows
        seconds = {(who, category): length for who, category, length in rows.select(rows.columns[:3]).rows()}
        for who, (told, expected) in CASES.items():
            assert [seconds[who, name] for name, _, _ in told] == expected[rule], (who, rule)
        assert all(passed for _, passed, _ in check_store(store)), rule


def test_time_over_midnight_is_taken_from_the_day_on_which_it_overlaps(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_entries(
        store,
        tmp_path,
        ("Ada", "2026-03-02T22:00:00Z", 4 * 3600, "annotating"),
        ("Ada", "2026-03-02T23:00:00Z", 2 * 3600, "modeling"),
    )
    set_rule(store, FIRST)
    days = resolve_figure(store, "hours_by_day", Filters()).rows.select("day_on", "category", "seconds")
    modeling = days.filter(pl.col("category") == "modeling").get_column("seconds").to_list()
    assert modeling == [0, 0]
    assert days.filter(pl.col("category") == "annotating").get_column("seconds").to_list() == [7200, 7200]


def test_one_entry_of_two_trackers_counts_once_when_both_names_are_one_person(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    set_rule(store, FIRST)
    import_entries(store, tmp_path, ("Ada", "2026-03-02T09:00:00Z", 3600, "annotating"), name="a.csv")
    later = import_entries(store, tmp_path, ("ada.l", "2026-03-02T09:00:00Z", 3600, "annotating"), name="b.csv")
    assert sum(read_seconds(store).values()) == 7200
    PEOPLE_SHEET.save(store, [{"name": "Ada Lovelace", "aliases": "Ada;ada.l", "role": "engineer"}], None)
    assert sum(read_seconds(store).values()) == 3600
    undo_import(store, later)
    assert sum(read_seconds(store).values()) == 3600
    assert all(passed for _, passed, _ in check_store(store))


def test_undo_in_any_order_gives_what_the_imports_in_force_give(tmp_path: Path) -> None:
    hours = [("09:00", 7200, "annotating"), ("10:00", 7000, "modeling"), ("11:00", 6000, "review")]
    for order in ((0, 1), (2, 0)):
        store, fresh = Store(tmp_path / f"store{order}"), Store(tmp_path / f"fresh{order}")
        entries: list[Entry] = [("Ada", f"2026-03-02T{clock}:00Z", seconds, name) for clock, seconds, name in hours]
        set_rule(store, SHARED)
        numbers = [import_entries(store, tmp_path, entry, name=f"{entry[3]}.csv") for entry in entries]
        for place in order:
            undo_import(store, numbers[place])
        (left,) = {0, 1, 2} - {*order}
        import_entries(fresh, tmp_path, entries[left])
        assert read_seconds(store) == read_seconds(fresh)
        assert all(passed for _, passed, _ in check_store(store))


def cover_seconds(spans: list[tuple[int, int]]) -> int:
    """Return how many seconds spans of begin and length cover together, by counting them."""
    return len({second for begin, length in spans for second in range(begin, begin + length)})


def test_what_remains_is_the_time_that_each_person_covers(tmp_path: Path) -> None:
    """Spans at random before and over midnight, of 80 people; each has an entry without a clock, which stays whole."""
    chance, midnight = Random(7), datetime(2026, 3, 3, tzinfo=UTC) - timedelta(seconds=100)
    spans = {
        f"P{number}": [(chance.randrange(200), chance.randrange(90)) for _ in range(chance.randrange(1, 9))]
        for number in range(80)
    }
    entries: list[Entry] = [(person, "2026-03-02", 500, "annotating") for person in spans]
    for person, own in spans.items():
        starts = [((midnight + timedelta(seconds=begin)).isoformat(), length) for begin, length in own]
        entries += [(person, start, length, "annotating") for start, length in starts]
    store = Store(tmp_path / "store")
    import_entries(store, tmp_path, *entries)
    full, covered = read_seconds(store, "person"), {who: 500 + cover_seconds(own) for who, own in spans.items()}
    for rule in (SHARED, FIRST, NEXT):
        set_rule(store, rule)
        seconds = read_seconds(store, "person")
        assert rule == NEXT or seconds == covered
        assert all(500 <= seconds[person] <= covered[person] for person in spans)
        singles = resolve_figure(store, "entries", Filters(), names=True).rows
        assert all(length >= 0 for length in singles.get_column("seconds"))
        assert singles.get_column("seconds").sum() == sum(seconds.values())
        assert singles.select("hours", "overlap_hours").sum().sum_horizontal().item() == pytest.approx(
            sum(full.values()) / 3600
        )
    set_rule(store, FULL)
    assert read_seconds(store, "person") == full


def overlapping_store(folder: Path) -> Store:
    """Return a store with two entries that overlap for half an hour, and one without a clock."""
    store = Store(folder / "store")
    overlapping = [
        ("Ada", "2026-03-02T09:00:00Z", 3600, "annotating"),
        ("Ada", "2026-03-02T09:30:00Z", 3600, "modeling"),
    ]
    import_entries(store, folder, *overlapping, ("Ada", "2026-03-03", 3600, "annotating"))
    return store


def test_the_effect_on_the_labeling_share_is_told_before_and_after(tmp_path: Path) -> None:
    store = overlapping_store(tmp_path)
    before = resolve_figure(store, "overlap_rules", Filters()).rows
    assert tuple(before.get_column("rule")) == OVERLAP_RULES
    assert dict(before.select("rule", "share").rows())[FIRST] == pytest.approx(7200 / 9000)
    assert before.get_column("entries_not_judged").to_list() == [1, 1, 1, 1]
    set_rule(store, FIRST)
    after = resolve_figure(store, "overlap_rules", Filters()).rows
    assert after.drop("in_force").equals(before.drop("in_force"))
    assert after.filter("in_force").get_column("rule").to_list() == [FIRST]
    shares = resolve_figure(store, "labeling_share", Filters()).rows
    share = shares.filter(pl.col("scope") == "everyone").row(0, named=True)
    assert share["numerator_hours"] == pytest.approx(2)
    assert share["denominator_hours"] == pytest.approx(2.5)


NOTE = (
    "Overlapping entries of one person (for the one that began first): 0.5 h less in 1 entry. "
    "Without a clock or a person, and in full: 1 of 3 entries."
)


def test_every_figure_of_hours_says_which_rule_is_in_force(tmp_path: Path) -> None:
    store = overlapping_store(tmp_path)
    assert not resolve_figure(store, "labeling_share", Filters()).overlap_note
    set_rule(store, FIRST)
    for name, spec in CATALOGUE.items():
        note = resolve_figure(store, name, Filters()).note
        assert (NOTE in note) == (spec.about == "time" or spec.counts_hours), name
    report = build_content(store, ReportRequest(date(2026, 3, 1), date(2026, 3, 31)))
    assert NOTE in [str(sentence) for section in report.sections for sentence in section.sentences]
    set_rule(store, FULL)
    assert not resolve_figure(store, "labeling_share", Filters()).overlap_note


@pytest.mark.parametrize("rule", OVERLAP_RULES)
def test_what_is_to_sort_and_what_a_category_rule_moves_are_the_hours_that_count(tmp_path: Path, rule: str) -> None:
    store, file = Store(tmp_path / "store"), tmp_path / "time.csv"
    file.write_text(
        "person,started_at,seconds,description\n"
        "Ada,2026-03-02T09:00:00Z,14400,zzq one\nAda,2026-03-02T10:00:00Z,7200,zzq two\n"
        "Ada,2026-03-02T11:00:00Z,10800,\nBen,2026-03-02T23:00:00Z,7200,zzq one\nBen,2026-03-02T23:30:00Z,3600,xxq\n",
        "utf-8",
    )
    import_files(store, [file], Settings(zone="UTC"))
    set_rule(store, rule)
    hours = resolve_figure(store, "hours_by_category", Filters()).rows.filter(category="uncategorized")["hours"].sum()
    assert sum(group.hours for group in list_unsorted(store)) + sum_textless_hours(store) == pytest.approx(hours)
    named = resolve_figure(store, "hours_by_person", Filters(), names=True).rows
    with store.snapshot() as snapshot:
        seen = run_query(snapshot, "names_seen", {})
    assert dict(seen.select("alias", "seconds").rows()) == dict(named.select("person", "seconds").rows())
    moved = preview_rules(store, [Rule(1, "any", "contains", "q", "annotating")])
    assert moved["hours"].sum() == pytest.approx(hours - sum_textless_hours(store))


def list_hour_relations() -> set[str]:
    """Return the tables, views and macros that hours of time entries are read from."""
    bodies: dict[str, str] = {}
    for _, sql in read_sql_files("views"):
        for part in re.split(r"create or replace (?:view|macro) ", sql)[1:]:
            name = re.match(r"\w+", part)
            assert name
            bodies[name[0]] = part[name.end() :]
    relations, added = {"time_day", "time_piece"}, True
    while added:
        pattern = re.compile(rf"\b({'|'.join(relations)})\b")
        added = {name for name, body in bodies.items() if pattern.search(body)} - relations
        relations |= added
    return relations


@pytest.mark.parametrize("start", ["2026-03-02T10:00:00", "2026-03-02T23:00:00"])
def test_hours_after_midnight_have_the_clock_of_their_entry(tmp_path: Path, start: str) -> None:
    store = Store(tmp_path / "store")
    import_entries(store, tmp_path, ("Ann", start, 10_800, "annotating"), ("Bob", "2026-03-02", 10_800, "annotating"))
    for filters in (Filters(), Filters(from_on=date(2026, 3, 2))):
        rows = resolve_figure(store, "overlap_rules", filters, names=True).rows
        assert rows.select("entries_not_judged", "clock_share").unique().rows() == [(1, 0.5)]
    if "T23" in start:
        later = resolve_figure(store, "overlap_rules", Filters(from_on=date(2026, 3, 3)), names=True).rows
        assert later.select("entries_not_judged", "clock_share").unique().rows() == [(0, 1.0)]


def test_figures_that_read_hours_of_entries_are_declared() -> None:
    """A new query about something else that reads hours of entries means that its figures count hours."""
    pattern = re.compile(rf"\b({'|'.join(list_hour_relations())})\b")
    about_hours = {"allocation", "change", "cost", "data"}
    reading = {name for name, query in load_queries().items() if pattern.search(re.sub(r"--.*", "", query.sql))}
    assert {name for name in reading if load_queries()[name].subject not in about_hours} == {
        "effort_on_automations",  # of all savings and projections
        "labeled_runs",  # of the return of modeling hours; the exchange rate does not use them
        "logged_against_observed",
        "logged_against_observed_by_day",
        "people_by_role",  # counts people with time, no hours
    }
    specs = [spec for spec in CATALOGUE.values() if spec.about not in {"time", "files"} and spec.query in reading]
    assert all(spec.counts_hours for spec in specs)
    alone = {"like_for_like", "holdouts"}
    modeled = [build_ratio_rows.__module__.rpartition(".")[0], build_finish_rows.__module__.rpartition(".")[0]]
    for spec in CATALOGUE.values():
        if spec.rows is not None and spec.rows.__module__.rpartition(".")[0] in modeled:
            assert spec.counts_hours != (spec.name in alone), spec.name


def test_a_lead_chooses_the_rule_on_the_data_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = overlapping_store(tmp_path)
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    page = AppTest.from_string(
        "from dashboard.web.cached_store import begin_run\n"
        "from dashboard.web.pages.data.doubts import _show_overlaps\nbegin_run()\n_show_overlaps()",
        default_timeout=60,
    ).run()
    page.selectbox(key="overlaps-rule-0").set_value(FIRST)
    page.button(key="overlaps-save").click().run()
    assert not page.exception
    assert sum(read_seconds(store).values()) == 9000


@pytest.mark.parametrize("text", ["rule\n", "rule\nas you like\n", f"rule\n{FIRST}\n{SHARED}\n"])
def test_a_rule_that_is_none_is_refused(tmp_path: Path, text: str) -> None:
    store = overlapping_store(tmp_path)
    with pytest.raises(BadMapping):
        OVERLAP_SHEET.load_csv(store, text)
    assert OVERLAP_SHEET.list_rows(store).item() == FULL
