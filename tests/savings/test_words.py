"""The sentence of the savings: a share has its interval, a loss holds what it cost to set up, labels can be counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from simulated_log import simulate
from simulated_store import events, imported, register

from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.inference.contract import Interval
from dashboard.savings.total import compute_share
from dashboard.savings.words import describe_loss_basis, format_share


@pytest.mark.parametrize(
    ("basis", "said"),
    [
        ("gross", "gross"),
        ("gross for masks", "gross for masks"),
        ("net of setup and maintenance", "setup and maintenance included"),
        ("net of setup or maintenance, as far as known", "setup or maintenance included, as far as known"),
    ],
)
def test_a_loss_includes_what_a_saving_is_net_of(basis: str, said: str) -> None:
    assert describe_loss_basis(basis) == said


def test_a_share_moves_with_the_hours_by_hand() -> None:
    """Net 20 h [10, 40] of 100 h by hand: at the ends 90 h and 120 h would have been needed."""
    share = compute_share(Interval(20.0, 10.0, 40.0, 0.95), 100.0)
    assert share is not None
    assert (share.value, share.low, share.high) == pytest.approx((20 / 100, 10 / 90, 40 / 120))
    assert format_share(share) == ", 20% [11%, 33%] of what the same labels would have taken by hand"
    assert compute_share(Interval(20.0, -90.0, 40.0, 0.95), 100.0) is None


def test_the_sentence_carries_intervals_and_the_labels_add_up(tmp_path: Path) -> None:
    frames = [events(simulate("S0", 1)), events(simulate("S0", 2, effect=1.4), project="scans", automation="masks")]
    store = imported(tmp_path, frames)
    register(store, "masks", projects=("scans",), setup_seconds=3600)
    total, each = (
        resolve_figure(store, "savings", Filters()),
        resolve_figure(store, "savings_by_automation", Filters()).rows,
    )
    assert each.get_column("labels_in_hours").sum() == total.rows.item(0, "labels")
    assert (each.get_column("labels_in_hours") <= each.get_column("labels")).all()
    (masks,) = [row["words"] for row in each.to_dicts() if row["automation"] == "masks"]
    assert "would have taken, setup included, grade" in masks
    current = total.rows.filter(total.rows.get_column("measure") == "hours saved, our current annotators")
    assert "wider than needed" in current.item(0, "words")
    saved = resolve_figure(store, "savings", Filters(projects=("reviews",)))
    assert saved.estimate is not None
    assert "% [" in str(saved.estimate["words"])
