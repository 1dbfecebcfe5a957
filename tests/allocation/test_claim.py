"""The claim check keeps its two doubts apart and says "cannot tell" when it cannot."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from simulated_shares import claimed_team
from worked_team import filled, imported

from dashboard.allocation.claim import check_claim
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.store.generations import Store


def weeks(share: float, *, people: int = 4, count: int = 12, covered: float = 1.0, known: bool = True) -> pl.DataFrame:
    """Return person-weeks of 40 hours capacity, all with the same share of labeling."""
    tracked = round(144000 * covered)
    return pl.DataFrame(
        [
            {
                "person": f"P{person}",
                "week_on": date(2026, 1, 5) + timedelta(weeks=week),
                "role": "engineer",
                "labeling_seconds": round(tracked * share),
                "uncategorized_seconds": 0,
                "tracked_seconds": tracked,
                "covered_seconds": tracked,
                "capacity_seconds": 144000 if known else None,
            }
            for person in range(people)
            for week in range(count)
        ]
    )


@pytest.mark.parametrize(
    ("cells", "verdict", "settles"),
    [
        (weeks(0.80, covered=0.95), "supported", ""),
        (weeks(0.55, covered=0.95), "not supported", ""),
        (weeks(0.80, covered=0.50), "cannot tell", "more of the time"),
        (weeks(0.55, covered=0.40), "cannot tell", "more of the time"),
        (weeks(0.80, known=False), "cannot tell", "weekly hours"),
        (weeks(0.80, people=2), "cannot tell", "at least 3 engineers"),
        # The interval holds the claim and much else: a share of 60% would be as likely.
        (pl.concat([weeks(0.5), weeks(0.95).with_columns(person=pl.col("person") + "x")]), "cannot tell", "more weeks"),
    ],
)
def test_the_verdict_follows_from_both_doubts(cells: pl.DataFrame, verdict: str, settles: str) -> None:
    found = check_claim("engineers", cells)
    assert found.verdict == verdict
    assert settles in found.settles


def test_what_settles_the_claim_is_about_those_whose_hours_it_is_about() -> None:
    few = weeks(0.8, people=2, known=False)
    assert check_claim("everyone", few).settles == (
        "tracked time of at least 3 people over 4 weeks and the weekly hours of everyone"
    )
    assert check_claim("engineers", few).settles == (
        "tracked time of at least 3 engineers over 4 weeks and the weekly hours of every engineer"
    )


def test_bounds_are_worked_out_by_hand() -> None:
    found = check_claim("engineers", weeks(0.60, covered=0.75))
    assert found.bound_low == pytest.approx(0.45)  # 18 of 40 hours
    assert found.bound_high == pytest.approx(0.70)  # 18 + 10 of 40 hours
    assert (found.low, found.high) == (pytest.approx(0.6), pytest.approx(0.6))  # nobody differs from anybody


def test_the_interval_widens_when_people_differ_and_is_the_same_every_time() -> None:
    mixed = pl.concat([weeks(0.2, people=2), weeks(0.8, people=2).with_columns(person=pl.col("person") + "x")])
    found = check_claim("engineers", mixed)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.3
    assert found.high > 0.7
    assert check_claim("engineers", mixed) == found


def test_the_figure_gives_engineers_first_and_everyone_beside(tmp_path: Path) -> None:
    answer = resolve_figure(filled(tmp_path), "claim_check", Filters())
    assert answer.rows.select("scope", "share", "verdict").rows() == [
        ("engineers", pytest.approx(6 / 14), "cannot tell"),
        ("everyone", pytest.approx(14 / 25), "cannot tell"),
    ]
    assert answer.estimate is None  # two people are too few for an interval


def test_without_roles_there_is_no_claim_about_engineers(tmp_path: Path) -> None:
    answer = resolve_figure(imported(tmp_path), "claim_check", Filters())
    assert answer.rows.get_column("scope").to_list() == ["everyone"]
    assert "No roles are set" in answer.note
    assert resolve_figure(Store(tmp_path / "none"), "claim_check", Filters()).unavailable is not None


@pytest.mark.parametrize("spread", ["people differ", "weeks differ"])
def test_teams_whose_share_is_the_claimed_one_are_rarely_told_otherwise(spread: str) -> None:
    verdicts = [check_claim("engineers", claimed_team(seed, 4, 8, spread)).verdict for seed in range(150)]
    assert verdicts.count("not supported") <= 12  # 8 %; drawing people and weeks again said it of 12 to 25 %
    assert verdicts.count("supported") > 0


def test_a_share_far_from_the_claim_is_still_told_apart() -> None:
    verdicts = [check_claim("engineers", claimed_team(seed, 8, 13, "people differ", 0.4)).verdict for seed in range(40)]
    assert verdicts.count("not supported") >= 36
