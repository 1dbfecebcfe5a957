"""Does this team's log support "labeling takes 80 % of engineering time"? Two doubts, never merged.

Chance: an interval from resampling people and weeks. What the log does not show: hard bounds,
with all uncovered and uncategorized time taken as labeling, and with none of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from random import Random

import polars as pl

from dashboard import catalog
from dashboard.store import Snapshot

CLAIM = 0.80
LEVEL = 0.95
RESAMPLES = 999
FEWEST_PEOPLE = 3
FEWEST_WEEKS = 4
NARROW = 0.10  # bounds further than this from the share say that the log hides too much
SCOPES: dict[str, str | None] = {"engineers": "engineer", "everyone": None}


@dataclass(frozen=True)
class Claim:
    """The share of all tracked time, both doubts, and what follows."""

    scope: str
    claim: float
    share: float
    low: float | None  # of the interval
    high: float | None
    bound_low: float | None  # None where the weekly hours of somebody are not known
    bound_high: float | None
    people: int
    weeks: int
    verdict: str
    settles: str  # what would settle it, where it cannot be told


def rows(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return one row a scope that has tracked time (columns of Claim)."""
    cells = catalog.run(snapshot, "labeling_weeks", params)
    claims = []
    for scope, role in SCOPES.items():
        chosen = cells if role is None else cells.filter(pl.col("role") == role)
        if chosen.get_column("tracked_seconds").sum() > 0:
            claims.append(asdict(check(scope, chosen)))
    kinds = {"scope": pl.String, "people": pl.Int64, "weeks": pl.Int64, "verdict": pl.String, "settles": pl.String}
    schema = {name: kinds.get(name, pl.Float64) for name in Claim.__dataclass_fields__}
    return pl.DataFrame(claims, schema=schema)


def check(scope: str, cells: pl.DataFrame) -> Claim:
    """Return the verdict on person-weeks (query `labeling_weeks`) that hold some tracked time."""
    labeling = int(cells.get_column("labeling_seconds").sum())
    tracked = int(cells.get_column("tracked_seconds").sum())
    worked = cells.filter(pl.col("tracked_seconds") > 0)
    people, weeks = worked.get_column("person").n_unique(), worked.get_column("week_on").n_unique()
    interval = None
    if people >= FEWEST_PEOPLE and weeks >= FEWEST_WEEKS:
        interval = resampled(worked.select("person", "week_on", "labeling_seconds", "tracked_seconds").rows())
    hard = bounds(cells, labeling, tracked)
    low, high = interval or (None, None)
    bound_low, bound_high = hard or (None, None)
    verdict, settles = judge(labeling / tracked, interval, hard)
    return Claim(scope, CLAIM, labeling / tracked, low, high, bound_low, bound_high, people, weeks, verdict, settles)


def bounds(cells: pl.DataFrame, labeling: int, tracked: int) -> tuple[float, float] | None:
    """Return the share if no hidden time were labeling, and if all of it were; None if capacity is not known."""
    unknown = cells.group_by("person").agg(pl.col("capacity_seconds").is_null().all().alias("unknown"))
    if unknown.get_column("unknown").any():
        return None
    spare = pl.col("capacity_seconds") - pl.col("covered_seconds")
    uncovered = int(cells.select(spare.clip(lower_bound=0).sum()).item())
    hidden = int(cells.get_column("uncategorized_seconds").sum()) + uncovered
    return labeling / (tracked + uncovered), (labeling + hidden) / (tracked + uncovered)


def resampled(cells: Sequence[tuple[object, object, int, int]]) -> tuple[float, float]:
    """Return the percentile interval of the share over people and weeks drawn with replacement, both at once."""
    import numpy as np  # noqa: PLC0415 - loads where a share is asked for

    weeks = {week: place for place, week in enumerate(sorted({str(week) for _, week, *_ in cells}))}
    people = {person: place for place, person in enumerate(sorted({str(person) for person, *_ in cells}))}
    sums = np.zeros((2, len(weeks), len(people)), dtype=np.int64)
    for person, week, part, whole in cells:
        sums[:, weeks[str(week)], people[str(person)]] += (part, whole)
    random = Random(CLAIM)  # noqa: S311 - the same data must give the same interval
    drawn = np.zeros((RESAMPLES, len(weeks)), dtype=np.int64)
    team = np.zeros((RESAMPLES, len(people)), dtype=np.int64)
    for place in range(RESAMPLES):
        np.add.at(drawn[place], random.choices(range(len(weeks)), k=len(weeks)), 1)
        np.add.at(team[place], random.choices(range(len(people)), k=len(people)), 1)
    parts, wholes = ((drawn @ one * team).sum(axis=1).tolist() for one in sums)
    shares = [part / whole for part, whole in zip(parts, wholes, strict=True) if whole]
    shares.sort()
    tail = (1 - LEVEL) / 2
    return shares[int(tail * len(shares))], shares[int((1 - tail) * len(shares))]


def judge(share: float, interval: tuple[float, float] | None, hard: tuple[float, float] | None) -> tuple[str, str]:
    """Return the verdict, and what would settle it where it cannot be told."""
    missing = []
    if interval is None:
        missing.append(f"tracked time of at least {FEWEST_PEOPLE} people over {FEWEST_WEEKS} weeks")
    if hard is None:
        missing.append("the weekly hours of everyone")
    if interval is None or hard is None:
        return "cannot tell", " and ".join(missing)
    low, high = min(interval[0], hard[0]), max(interval[1], hard[1])
    if not low <= CLAIM <= high:
        return "not supported", ""
    hides = share - hard[0] > NARROW or hard[1] - share > NARROW
    if interval[0] <= CLAIM <= interval[1] and not hides:
        return "supported", ""
    return "cannot tell", "tracking more of the time, and rules for what is uncategorized" if hides else "more weeks"


def estimate(found: pl.DataFrame) -> dict[str, object] | None:
    """Return the engineers' share with its interval, or None where there is none."""
    engineers = found.filter(pl.col("scope") == "engineers").drop_nulls("low")
    if engineers.is_empty():
        return None
    row = engineers.row(0, named=True)
    method = "percentile bootstrap, people and weeks both resampled"
    return {
        "value": row["share"], "low": row["low"], "high": row["high"], "level": LEVEL, "n": row["people"],
        "method": method, "grade": None,
    }  # fmt: skip
