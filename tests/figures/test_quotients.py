"""A share is the quotient of the columns beside it, whatever the SQL of its figure says."""

from __future__ import annotations

import polars as pl
import pytest
from demo_team import SUNDAY

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store

FEW = 20
KNOWN = pl.col("unchanged") + pl.col("edited") + pl.col("rejected")
IS_WHOLE = pl.col("class") == "(all)"
QUOTIENTS = {
    ("acceptance", "accepted_share"): pl.col("accepted") / pl.col("reviewed"),
    ("acceptance", "first_pass_share"): pl.col("first_pass") / pl.col("reviewed"),
    ("acceptance", "reviewed_share"): pl.col("reviewed") / pl.col("labels"),
    ("accepted_items_per_hour", "accepted_per_hour"): pl.col("accepted") / pl.col("hours"),
    ("accepted_items_per_hour", "share_reviewed"): pl.col("reviewed") / pl.col("labels"),
    ("cost_per_accepted_label", "cost_per_accepted"): pl.col("cost") / pl.col("accepted"),
    ("coverage", "coverage"): pl.col("covered_seconds") / pl.col("capacity_seconds"),
    ("error_cost", "timed_share"): pl.col("timed_steps") / pl.col("steps"),
    ("hours_by_category", "share"): pl.col("hours") / pl.col("hours").sum(),
    ("items_by_state", "share"): pl.col("items") / pl.col("items").sum().over("day_on"),
    ("items_per_hour", "items_per_hour"): pl.col("timed_labels") / pl.col("hours"),
    ("label_progress", "share_done"): pl.col("done") / (pl.col("done") + pl.col("left_to_do")),
    ("labeling_share", "share"): pl.col("numerator_seconds") / pl.col("denominator_seconds"),
    ("logged_against_observed", "observed_share"): pl.col("observed_hours") / pl.col("logged_hours"),
    ("logged_against_observed_by_day", "observed_share"): pl.col("observed_hours") / pl.col("logged_hours"),
    ("logged_against_observed_by_day", "timed_share"): pl.col("timed_events") / pl.col("events"),
    ("rework", "share"): pl.col("hours") / pl.col("told_hours"),
    ("seconds_by_method_and_stage", "share"): pl.col("hours") / pl.col("hours").sum(),
    ("seconds_per_item", "share_of_labels"): pl.col("labels") / pl.col("labels").sum().over("project", "method"),
    ("suggestion_outcomes", "edited_share"): pl.col("edited") / KNOWN,
    ("suggestion_outcomes", "rejected_share"): pl.col("rejected") / KNOWN,
    ("suggestion_outcomes", "unchanged_share"): pl.col("unchanged") / KNOWN,
    ("suggestions_by_week", "unchanged_share"): pl.col("unchanged") / pl.col("suggestions"),
    ("time_against_quality", "first_pass_share"): pl.col("first_pass") / pl.col("reviewed"),
    ("time_by_label_kind", "share"): pl.col("hours") / pl.col("hours").sum().over(IS_WHOLE),
    ("time_by_label_kind", "share_of_labels"): pl.col("labels") / pl.col("labels").sum().over(IS_WHOLE),
    ("timing_doubts", "share"): pl.col("affected") / pl.col("labels"),
}


@pytest.mark.parametrize(("name", "column"), sorted(QUOTIENTS))
def test_a_share_is_the_quotient_of_its_columns(shared_demo: Store, name: str, column: str) -> None:
    rows = resolve_figure(shared_demo, name, Filters(), today=SUNDAY).rows
    pairs = rows.select(given=column, wanted=QUOTIENTS[name, column]).drop_nulls("given")
    assert pairs.height
    assert pairs.get_column("given").to_list() == pytest.approx(pairs.get_column("wanted").to_list())


def test_a_point_is_enough_with_twenty_labels_timed_and_reviewed(shared_demo: Store) -> None:
    rows = resolve_figure(shared_demo, "time_against_quality", Filters(), today=SUNDAY).rows
    enough = (pl.col("timed") >= FEW) & (pl.col("reviewed") >= FEW)
    assert rows.get_column("is_enough").to_list() == rows.select(enough).to_series().to_list()
