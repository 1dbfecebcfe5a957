"""How far labeling is: what is assigned, begun, open and done, by person and day by day."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import worked_labels
from polars.testing import assert_frame_equal
from worked_labels import EVERYTHING, one, rows

from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store
from dashboard.store.queries import run_query


def test_progress_says_what_the_log_shows_as_open(store: Store) -> None:
    project = rows(store, "label_progress").filter(pl.col("project") == "Vision", pl.col("person").is_null())
    kept = ("begun", "done", "made_by_machine", "accepted", "skipped", "open_drafts", "left_to_do")
    assert project.select(kept).rows() == [(8, 6, 1, 2, 1, 1, 1)]
    assert "unknown here" in CATALOGUE["label_progress"].note


@pytest.mark.parametrize(("outcome", "accepted"), [("rejected", None), ("accepted", 2)])
def test_accepted_labels_are_unknown_where_only_rejections_are_recorded(
    tmp_path: Path, outcome: str, accepted: int | None
) -> None:
    labels = [f"{item},Ann,,,,2026-03-02T08:00:00Z,annotate,submitted,Vision,," for item in "abcd"]
    reviews = [f"{item},Rae,,,,2026-03-03T08:00:00Z,review,{outcome},Vision,," for item in "ab"]
    store = worked_labels.filled(tmp_path, "\n".join((*labels, *reviews, "")))
    overall = rows(store, "label_progress").filter(pl.col("person").is_null()).row(0, named=True)
    assert (overall["reviewed"], overall["accepted"]) == (2, accepted)


ASSIGNED = """\
a,Ann,,,,2026-03-02T07:00:00Z,annotate,assigned,Vision,,
b,Ann,,,,2026-03-02T07:00:00Z,annotate,assigned,Vision,,
c,Ben,,,,2026-03-02T07:00:00Z,annotate,assigned,Vision,,
d,Ben,,,,2026-03-02T07:00:00Z,annotate,assigned,Vision,,
a,Ann,30,manual,,2026-03-02T08:00:00Z,annotate,submitted,Vision,,
a,Rae,9,,,2026-03-02T09:00:00Z,review,accepted,Vision,,
c,Ben,40,manual,,2026-03-02T08:30:00Z,annotate,draft,Vision,,
d,Cy,20,manual,,2026-03-02T08:40:00Z,annotate,submitted,Vision,,
d,Rae,9,,,2026-03-02T09:10:00Z,review,accepted,Vision,,
e,,,automatic,,2026-03-02T07:00:00Z,annotate,submitted,Vision,,
e,Ann,,,,2026-03-02T07:30:00Z,annotate,assigned,Vision,,
t,Ann,30,manual,,2026-03-02T10:00:00Z,annotate,submitted,Text,,
"""


def test_what_is_assigned_done_and_left_is_told_by_person(tmp_path: Path) -> None:
    store = worked_labels.filled(tmp_path, ASSIGNED)
    columns = ("person", "assigned", "not_begun", "begun", "done", "open_drafts", "left_to_do", "share_done")
    vision = rows(store, "label_progress").filter(project="Vision").select(columns)
    assert vision.sort("person", nulls_last=True).rows() == [
        ("Ann", 3, 2, 1, 1, 0, 2, 1 / 3),  # b and e are not begun
        ("Ben", 2, 1, 1, 0, 1, 2, 0),
        ("Cy", 1, 0, 1, 1, 0, 0, 1),
        (None, 6, 3, 3, 2, 1, 4, 1 / 3),
    ]
    project = rows(store, "label_progress").filter(pl.col("person").is_null(), project="Vision")
    assert project.item(0, "made_by_machine") == 1
    text = rows(store, "label_progress").filter(project="Text").select("assigned", "not_begun", "left_to_do")
    assert text.rows() == [(1, None, 0), (1, None, 0)]  # nobody says there who is to do what


def test_an_assignment_is_neither_work_nor_what_a_review_is_about(tmp_path: Path) -> None:
    store = worked_labels.filled(tmp_path, ASSIGNED)
    with store.snapshot() as snapshot:
        labels = snapshot.query(
            "select item, person, outcome, review_ms from label where item in ('a', 'd') and person <> '' order by all"
        )
    assert labels.rows() == [
        ("a", "Ann", "accepted", 9000),
        ("d", "Ben", "assigned", None),
        ("d", "Cy", "accepted", 9000),
    ]
    assert rows(store, "active_against_open_time").filter(time_kind="none").is_empty()
    assert rows(store, "timing_doubts").is_empty()
    assert one(rows(store, "items_per_hour"), cut="all")["without_output"] == 1


def test_assignments_change_no_figure_but_those_about_them(tmp_path: Path) -> None:
    log = ASSIGNED + (
        "f,Cy,20,manual,,2026-03-02T08:50:00Z,annotate,submitted,Vision,,\n"
        "f,Rae,9,,,2026-03-02T09:20:00Z,review,rejected,Vision,,\n"
    )
    without = "".join(line for line in log.splitlines(keepends=True) if ",assigned," not in line)
    (tmp_path / "without").mkdir()
    with_them, without_them = (
        worked_labels.filled(tmp_path, log),
        worked_labels.filled(tmp_path / "without", without),
    )
    about_them = {"label_progress", "items_by_state", "labels", "labeled_projects"}
    for name in [spec.name for spec in CATALOGUE.values() if spec.about == "labels" and spec.name not in about_them]:
        found, wanted = (rows(store, name) for store in (with_them, without_them))
        assert_frame_equal(found, wanted, check_exact=False)
    for name in ("stage_counts", "error_steps"):
        found, wanted = (read_query(store, name) for store in (with_them, without_them))
        assert_frame_equal(found, wanted, check_exact=False)


def read_query(store: Store, name: str) -> pl.DataFrame:
    """Return the rows of a query over everything."""
    with store.snapshot() as snapshot:
        return run_query(snapshot, name, EVERYTHING.parameters())


def test_a_label_with_an_id_ends_its_assignment(tmp_path: Path) -> None:
    header = "item,person,seconds,method,finished_at,outcome,annotation\n"
    log = (
        "a,Ann,,,2026-03-02T07:00:00Z,assigned,\n"
        "a,Ann,30,manual,2026-03-02T08:00:00Z,submitted,77\n"
        "b,Ann,,,2026-03-02T07:00:00Z,assigned,\n"
    )
    store = worked_labels.filled(tmp_path, log, header=header)
    with store.snapshot() as snapshot:
        labels = snapshot.query("select item, outcome, label_key from label order by all").rows()
    assert labels == [("a", "submitted", "id 77"), ("b", "assigned", "assigned")]


BURNDOWN = """\
a,Ann,,,,2026-03-02T07:00:00Z,annotate,assigned,Vision,,
b,,,automatic,,2026-03-02T07:00:00Z,annotate,draft,Vision,,
c,,,automatic,,2026-03-02T07:00:00Z,annotate,submitted,Vision,,
a,Ann,5,manual,,2026-03-03T08:00:00Z,annotate,draft,Vision,,
b,Ann,30,manual,,2026-03-03T08:00:00Z,annotate,submitted,Vision,,
a,Ann,30,manual,,2026-03-05T08:00:00Z,annotate,submitted,Vision,,
b,Rae,9,,,2026-03-05T09:00:00Z,review,rejected,Vision,,
b,,,automatic,,2026-03-05T11:00:00Z,annotate,submitted,Vision,,
d,Ann,9,manual,,2026-03-05T12:00:00Z,annotate,skipped,Vision,,
b,Ann,30,manual,,2026-03-06T08:00:00Z,rework,submitted,Vision,,
a,Rae,9,,,2026-03-06T09:00:00Z,review,accepted,Vision,,
t,Cy,30,manual,,2026-03-06T10:00:00Z,annotate,submitted,Text,,
"""


def read_states(store: Store, filters: Filters = EVERYTHING) -> dict[int, dict[str, int]]:
    """Return the items of each state that has any, by the day of March."""
    states: dict[int, dict[str, int]] = {}
    for row in rows(store, "items_by_state", filters).filter(pl.col("items") > 0).iter_rows(named=True):
        states.setdefault(row["day_on"].day, {})[row["state"]] = row["items"]
    return states


def test_every_item_stands_in_one_state_at_the_end_of_each_day(tmp_path: Path) -> None:
    store = worked_labels.filled(tmp_path, BURNDOWN)
    machine = {"made by a machine": 1}  # c
    on_third = {**machine, "annotating": 1, "labeled, not reviewed": 1}
    assert read_states(store, Filters(projects=("Vision",))) == {
        2: {**machine, "not started": 2},
        3: on_third,
        4: on_third,  # a day without events
        5: {**machine, "labeled, not reviewed": 1, "annotating": 1, "skipped": 1},  # a labeled, b sent back
        6: {**machine, "labeled, not reviewed": 1, "done": 1, "skipped": 1},
    }
    text = rows(store, "items_by_state", Filters(projects=("Text",)))
    assert text.select("state", "items", "known_items", "share").rows() == [("done", 1, 1, 1.0)]  # nobody reviews there
    assert read_states(store, Filters(people=("Cy",))) == {6: {"done": 1}}
    assert list(read_states(store, Filters(from_on=date(2026, 3, 5)))) == [5, 6]
    assert read_states(store, Filters(to_on=date(2026, 3, 3)))[3] == on_third


def test_a_long_burndown_has_the_last_day_of_each_week_and_tells_items_without_a_day(tmp_path: Path) -> None:
    log = "".join(
        f"i{month},Ann,9,manual,,2025-{month:02d}-03T08:00:00Z,annotate,submitted,Vision,,\n" for month in range(1, 12)
    )
    store = worked_labels.filled(tmp_path, log)
    with store.change("take days away") as change:
        change.execute("update labeling_event set day_on = null where item in ('i4', 'i5')")
    answer = resolve_figure(store, "items_by_state", EVERYTHING)
    days = answer.rows.get_column("day_on")
    assert days.head(2).to_list() == [date(2025, 1, 5), date(2025, 1, 12)]
    assert (days.len(), days.max()) == (45, date(2025, 11, 3))
    assert answer.rows.get_column("items").max() == 9
    assert answer.note.endswith("2 items without any day in the log left out: their state is unknown.")


def test_work_is_all_done_only_where_nothing_is_left(tmp_path: Path) -> None:
    log = (
        "a,Ann,30,manual,,2026-03-02T08:00:00Z,annotate,submitted,Vision,,\n"
        "b,Ann,30,manual,,2026-03-02T08:10:00Z,annotate,submitted,Vision,,\n"
        "b,Rae,9,,,2026-03-02T09:00:00Z,review,rejected,Vision,,\n"
        "c,Ann,30,manual,,2026-03-02T08:20:00Z,annotate,submitted,Text,,\n"
    )
    projects = rows(worked_labels.filled(tmp_path, log), "label_progress").filter(pl.col("person").is_null())
    assert projects.select("project", "done", "left_to_do", "share_done").rows() == [
        ("Text", 1, 0, 1.0),
        ("Vision", 1, 1, 0.5),
    ]
