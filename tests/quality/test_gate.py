"""The quality gate on imported audits: verdicts, margins set too late, and refusals that say what is needed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from worked_reviews import REVIEWED, audit, store_of

from dashboard.errors import BadMapping
from dashboard.quality.gate import build_gate_rows, build_gates, select_known_scores
from dashboard.settings.margins import read_margins, save_margin
from dashboard.store.generations import Store

MARCH, JUNE = datetime(2026, 3, 1, 12, tzinfo=UTC), datetime(2026, 6, 1, 12, tzinfo=UTC)


def gate(store: Store, **params: object) -> dict[str, Any]:
    """Return the only gate of a store as a row."""
    with store.snapshot() as snapshot:
        rows = build_gate_rows(snapshot, {"from_on": None, "to_on": None, "projects": [], **params})
    assert rows.height == 1
    return rows.row(0, named=True)


def test_an_audit_within_the_margin_confirms(tmp_path: Path) -> None:
    store = store_of(tmp_path, audit(900, wrong_by_hand=18, wrong_with=18))
    save_margin(store, 2.0, now=MARCH)
    row = gate(store)
    assert (row["verdict"], row["design"], row["n"], row["annotators"]) == ("confirmed", "paired", 900, 6)
    assert row["difference_points"] == 0
    assert -2 < row["low_points"] < 0
    assert row["newest_audit_on"] == date(2026, 5, 5)
    assert row["margin_note"] == "2.0 points, set on 2026-03-01."


@pytest.mark.parametrize("wrong_with", [18, 200])
def test_without_a_set_margin_nothing_is_confirmed_or_void(tmp_path: Path, wrong_with: int) -> None:
    row = gate(store_of(tmp_path, audit(900, wrong_by_hand=18, wrong_with=wrong_with)))
    assert (row["verdict"], row["margin_points"]) == ("not confirmed", None)
    assert row["difference_points"] is not None
    assert row["margin_note"] == "Not set: nothing confirmed. 2.0 points are proposed."
    assert row["words"].startswith("The margin is not set: nothing confirmed.")


def test_labels_that_are_worse_than_the_margin_make_the_saving_void(tmp_path: Path) -> None:
    store = store_of(tmp_path, audit(600, wrong_by_hand=6, wrong_with=90))
    save_margin(store, 2.0, now=MARCH)
    row = gate(store)
    assert row["verdict"] == "void"
    assert row["high_points"] < -2


def test_without_pairs_scores_on_different_items_are_compared(tmp_path: Path) -> None:
    row = gate(store_of(tmp_path, audit(900, wrong_by_hand=18, wrong_with=18, paired=False)))
    assert row["design"] == "unpaired"
    assert "Weaker evidence" in row["words"]
    assert (row["scored_manual"], row["scored_assisted"]) == (900, 900)


@pytest.mark.parametrize(("rows", "found"), [(REVIEWED, 0), (audit(12, wrong_by_hand=1, wrong_with=0), 12)])
def test_an_audit_that_is_absent_or_small_is_refused_with_what_it_needs(tmp_path: Path, rows: str, found: int) -> None:
    row = gate(store_of(tmp_path, rows))
    assert (row["verdict"], row["design"], row["difference_points"], row["n"]) == ("not confirmed", "none", None, found)
    assert row["needed_items"] > 1000
    assert "gold_score of a labeling events CSV" in row["needed"]


def test_acceptance_is_no_evidence(tmp_path: Path) -> None:
    assert gate(store_of(tmp_path, REVIEWED))["scored_assisted"] == 0


def test_an_audit_sheet_scores_the_labels_of_another_tool(tmp_path: Path) -> None:
    sheet = "".join(
        f"t{number},Ann,900,manual,2026-05-04T09:00:00Z,annotate,submitted,,Vision,,,3,1,\n"
        f"t{number},Rae,,pre-annotated,2026-05-06T09:00:00Z,adjudicate,submitted,,Vision,,Boxes,,1,\n"
        for number in range(5)
    )
    row = gate(store_of(tmp_path, REVIEWED + sheet))
    assert (row["scored_manual"], row["scored_assisted"], row["n"]) == (5, 5, 5)


def test_the_newest_margin_of_the_project_counts_and_every_change_is_kept(tmp_path: Path) -> None:
    store = store_of(tmp_path, audit(40, wrong_by_hand=0, wrong_with=1))
    save_margin(store, 5.0, who="Lee", now=MARCH)
    assert gate(store)["margin_note"] == "5.0 points, set on 2026-03-01."
    save_margin(store, 3.0, "Vision", who="Lee", now=MARCH)
    assert gate(store)["margin_points"] == pytest.approx(3)
    save_margin(store, 10.0, "Vision", now=JUNE)
    row = gate(store)
    assert row["margin_points"] == pytest.approx(10)
    assert "after the audit's newest day 2026-05-05" in row["margin_note"]
    assert read_margins(store).select("project", "set_by").rows() == [("Vision", None), ("", "Lee"), ("Vision", "Lee")]


@pytest.mark.parametrize("points", [0.0, -1.0, 51.0, float("nan"), float("inf")])
def test_a_margin_that_makes_no_sense_is_refused(tmp_path: Path, points: float) -> None:
    with pytest.raises(BadMapping, match="points"):
        save_margin(Store(tmp_path / "store"), points)


def test_two_margins_in_one_instant_are_refused(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    save_margin(store, 2.0, now=MARCH)
    with pytest.raises(BadMapping, match="instant"):
        save_margin(store, 3.0, now=MARCH)


def test_an_audit_before_the_period_counts_and_one_after_it_does_not(tmp_path: Path) -> None:
    later = "z,Bob,500,pre-annotated,2026-06-05T09:00:00Z,annotate,submitted,,Vision,,Boxes,3,,\n"
    store = store_of(tmp_path, audit(40, wrong_by_hand=0, wrong_with=0) + later)
    assert gate(store, from_on=date(2026, 6, 1))["n"] == 40
    sooner = "y,Bob,500,pre-annotated,2026-04-05T09:00:00Z,annotate,submitted,,Vision,,Boxes,3,,\n"
    (tmp_path / "early").mkdir()
    early = store_of(tmp_path / "early", audit(40, wrong_by_hand=0, wrong_with=0) + sooner)
    assert gate(early, to_on=date(2026, 4, 30))["n"] == 0


def test_a_score_dated_after_today_counts_only_in_a_period_that_reaches_it() -> None:
    today = datetime.now(tz=UTC).date()
    tomorrow = today + timedelta(days=1)
    scores = pl.DataFrame({"day_on": [None, today, tomorrow]}, schema={"day_on": pl.Date})
    assert select_known_scores(scores, None).get_column("day_on").to_list() == [None, today]
    assert select_known_scores(scores, tomorrow).get_column("day_on").to_list() == [today, tomorrow]


def test_each_project_has_its_own_gate(tmp_path: Path) -> None:
    rows = audit(900, wrong_by_hand=18, wrong_with=18)
    store = store_of(tmp_path, rows + audit(600, wrong_by_hand=6, wrong_with=90).replace(",Vision,", ",Text,"))
    save_margin(store, 2.0, now=MARCH)
    with store.snapshot() as snapshot:
        found = build_gates(snapshot, {"from_on": None, "to_on": None, "projects": []})
    assert [(one.project, one.parity.verdict) for one in found] == [("Text", "void"), ("Vision", "confirmed")]
