"""Does this team's log support "labeling takes 80% of engineering time"? Two kinds of uncertainty, never merged.

Chance: an interval clustered by people and weeks. What the log does not show: hard bounds,
with all or none of the uncovered and uncategorized time counted as labeling.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import polars as pl

from dashboard.allocation.share_range import MAX_SHIFT, METHOD, build_range, refuse_share
from dashboard.errors import Unavailable
from dashboard.inference.shares import SHARE_LEVEL, estimate_two_way_bounds
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Snapshot
from dashboard.units import format_share

CLAIMED_SHARE = 0.80
JOINED_CORRECTION = "negative hours in the category of those they correct"
MIN_PEOPLE = 3
MIN_WEEKS = 4
MAX_CLAIM_DISTANCE = 0.10  # an interval that reaches farther from the claim leaves other shares as likely
MAX_BOUND_DISTANCE = 0.10  # bounds farther than this from the share mean that the log hides too much
SCOPE_ROLES: dict[str, str | None] = {"engineers": "engineer", "everyone": None}


@dataclass(frozen=True)
class ClaimCheck:
    """The share of all tracked time, both kinds of uncertainty, and the verdict."""

    scope: str
    claim: float
    share: float | None  # None if a side of the time is below zero
    low: float | None  # of the interval
    high: float | None
    open_low: float | None  # if none, and if all, of the uncategorized time were labeling
    open_high: float | None
    bound_low: float | None  # None if somebody's weekly hours are not known
    bound_high: float | None
    people: int
    weeks: int
    verdict: str
    settles: str  # what would settle it, if the verdict is "cannot tell"


def build_claim_rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row per scope that has tracked time (columns of ClaimCheck)."""
    cells = run_query(snapshot, "labeling_weeks", params)
    claims = []
    for scope, role in SCOPE_ROLES.items():
        scope_cells = cells if role is None else cells.filter(pl.col("role") == role)
        if scope_cells.get_column("tracked_seconds").sum() > 0:
            claims.append(asdict(check_claim(scope, scope_cells)))
    column_types = {
        "scope": pl.String,
        "people": pl.Int64,
        "weeks": pl.Int64,
        "verdict": pl.String,
        "settles": pl.String,
    }
    schema = {name: column_types.get(name, pl.Float64) for name in ClaimCheck.__dataclass_fields__}
    return pl.DataFrame(claims, schema=schema)


def check_claim(scope: str, cells: pl.DataFrame) -> ClaimCheck:
    """Check the claim on person-weeks (query `labeling_weeks`), some of which have tracked time."""
    labeling, tracked, open_seconds = (
        int(cells.get_column(f"{name}_seconds").sum()) for name in ("labeling", "tracked", "uncategorized")
    )
    worked_cells = select_worked(cells, "tracked_seconds")
    people, weeks = worked_cells.get_column("person").n_unique(), worked_cells.get_column("week_on").n_unique()
    share_range = build_range(labeling, tracked, open_seconds, tracked)
    if share_range is None or share_range.share is None:
        return ClaimCheck(
            scope, CLAIMED_SHARE, None, None, None, None, None, None, None, people, weeks, "cannot tell",
            JOINED_CORRECTION,
        )  # fmt: skip
    interval = None
    if people >= MIN_PEOPLE and weeks >= MIN_WEEKS:
        interval = estimate_interval(
            worked_cells.select("person", "week_on", "labeling_seconds", "tracked_seconds").rows()
        )
    hard_bounds = compute_bounds(cells, labeling, tracked)
    low, high = interval or (None, None)
    bound_low, bound_high = hard_bounds or (None, None)
    verdict, settles = decide_verdict(scope, share_range.share, interval, hard_bounds)
    return ClaimCheck(
        scope, CLAIMED_SHARE, share_range.share, low, high, share_range.low, share_range.high, bound_low, bound_high,
        people, weeks, verdict, settles,
    )  # fmt: skip


def select_worked(cells: pl.DataFrame, whole: str) -> pl.DataFrame:
    """Return the person-weeks that have hours in the column `whole`, or labeling that a correction outweighs."""
    return cells.filter((pl.col(whole) != 0) | (pl.col("labeling_seconds") != 0))


def compute_bounds(cells: pl.DataFrame, labeling: int, tracked: int) -> tuple[float, float] | None:
    """Return the share if none of the hidden time were labeling, and if all were; None if capacity is not known."""
    unknown = cells.group_by("person").agg(pl.col("capacity_seconds").is_null().all().alias("unknown"))
    if unknown.get_column("unknown").any():
        return None
    untracked = pl.col("capacity_seconds") - pl.col("covered_seconds")
    uncovered = int(cells.select(untracked.clip(lower_bound=0).sum()).item())
    hidden = int(cells.get_column("uncategorized_seconds").sum()) + uncovered
    return labeling / (tracked + uncovered), (labeling + hidden) / (tracked + uncovered)


def estimate_interval(cells: Sequence[tuple[object, object, int, int]]) -> tuple[float, float]:
    """Return the interval of the share; `cells`: person, week, seconds of labeling, tracked seconds."""
    import numpy as np  # noqa: PLC0415 - loaded only when a share is needed

    people = {person: index for index, person in enumerate(sorted({str(person) for person, *_ in cells}))}
    weeks = {week: index for index, week in enumerate(sorted({str(week) for _, week, *_ in cells}))}
    sums = np.zeros((2, len(people), len(weeks)))
    for person, week, labeling, tracked in cells:
        sums[:, people[str(person)], weeks[str(week)]] += (labeling, tracked)
    return estimate_two_way_bounds(sums[0], sums[1])


def decide_verdict(
    scope: str, share: float, interval: tuple[float, float] | None, hard_bounds: tuple[float, float] | None
) -> tuple[str, str]:
    """Return the verdict, and what would settle it if it is "cannot tell"."""
    missing = []
    if interval is None:
        whose = "engineers" if scope == "engineers" else "people"
        missing.append(f"tracked time of at least {MIN_PEOPLE} {whose} over {MIN_WEEKS} weeks")
    if hard_bounds is None:
        missing.append(f"the weekly hours of {'every engineer' if scope == 'engineers' else 'everyone'}")
    if interval is None or hard_bounds is None:
        return "cannot tell", " and ".join(missing)
    low, high = min(interval[0], hard_bounds[0]), max(interval[1], hard_bounds[1])
    if not low <= CLAIMED_SHARE <= high:
        return "not supported", ""
    hides_too_much = share - hard_bounds[0] > MAX_BOUND_DISTANCE or hard_bounds[1] - share > MAX_BOUND_DISTANCE
    is_narrow = max(CLAIMED_SHARE - interval[0], interval[1] - CLAIMED_SHARE) <= MAX_CLAIM_DISTANCE
    if is_narrow and interval[0] <= CLAIMED_SHARE <= interval[1] and not hides_too_much:
        return "supported", ""
    return (
        "cannot tell",
        "tracking more of the time, and rules for what is uncategorized" if hides_too_much else "more weeks",
    )


def refuse_claim(rows: pl.DataFrame) -> Unavailable | None:
    """Return that the claim cannot be checked because a side of the time is below zero, or None."""
    return refuse_share() if rows.height else None


def describe_claim(rows: pl.DataFrame) -> str:
    """Return the verdict on the claim for engineers in one sentence, with what the log shows or lacks."""
    engineers = rows.filter(pl.col("scope") == "engineers")
    if engineers.is_empty():
        return "It cannot be checked: nobody in this log has the role engineer."
    row = engineers.row(0, named=True)
    if row["verdict"] == "cannot tell":
        return f"It can neither be shown nor ruled out here. That takes {row['settles']}."
    low, high = min(row["low"], row["bound_low"]), max(row["high"], row["bound_high"])
    return (
        f"{row['verdict'].capitalize()}: {format_share(row['share'], 1)} of the engineers' hours, "
        f"{format_share(low, 1)} to {format_share(high, 1)} with chance and hidden time."
    )


def estimate_engineer_share(rows: pl.DataFrame) -> dict[str, object] | None:
    """Return the engineers' share with its interval, or None if there is none."""
    engineers = rows.filter(pl.col("scope") == "engineers").drop_nulls("low")
    if engineers.is_empty():
        return None
    row = engineers.row(0, named=True)
    method = "Student's t on the log odds, clustered by people and weeks"
    if row["open_high"] > row["open_low"]:
        method += f"; {METHOD}"
    return {
        "value": row["share"] if row["open_high"] - row["share"] <= MAX_SHIFT else None,
        "low": min(row["low"], row["open_low"]), "high": min(row["high"] + row["open_high"] - row["share"], 1.0),
        "level": SHARE_LEVEL, "n": row["people"], "method": method, "grade": None,
    }  # fmt: skip
