"""The rows of the fan charts: measured weeks in one column, projected ones in three others, and their sum in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import polars as pl

from dashboard.estimates import draws
from dashboard.estimates.backlog import Projection
from dashboard.estimates.draws import Spread
from dashboard.figures.forecast_gate import ALL, worst
from dashboard.figures.forecast_runs import Run, runs, scenario_of
from dashboard.figures.savings_words import number
from dashboard.store import Snapshot

if TYPE_CHECKING:
    from dashboard.estimates.terms import Reals

HOUR = 3600
WEEK, AHEAD = "week", "weeks ahead"
FAN: dict[str, pl.DataType] = {
    "project": pl.String(),
    "quantity": pl.String(),
    "unit": pl.String(),
    "span": pl.String(),
    "week_on": pl.Date(),
    "weeks": pl.Int64(),
    "measured": pl.Float64(),
    "p10": pl.Float64(),
    "p50": pl.Float64(),
    "p90": pl.Float64(),
    "today": pl.Date(),
    "origin": pl.String(),
    "gate": pl.String(),
    "reach": pl.Int64(),
    "words": pl.String(),
}
"""One row a project, quantity and week, and one for all weeks ahead; measured and projected never share a column.

`today` is the last day that was measured; `gate` is the word of the track record, good for `reach` weeks ahead; `words`
stand in the row of all weeks ahead, and where a quantity is missing.
"""
HOURS = ("hours", "hours_by_hand", "items")
SAVED = ("saved_hours", "net_hours", "cash")
CALLED = {
    "hours": "hours of labeling",
    "hours_by_hand": "hours, were all of it done by hand",
    "items": "items",
    "saved_hours": "hours saved, before upkeep",
    "net_hours": "hours saved, net of upkeep",
    "cash": "saved in money, net of upkeep and running cost",
}


def hours(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the fan of labeling hours and items, by project and in total (columns of FAN)."""
    return fans(snapshot, params, HOURS)


def savings(snapshot: Snapshot, params: Mapping[str, object]) -> pl.DataFrame:
    """Return the fan of what automation saves, by project and in total (columns of FAN)."""
    return fans(snapshot, params, SAVED)


def fans(snapshot: Snapshot, params: Mapping[str, object], quantities: Sequence[str]) -> pl.DataFrame:
    """Return the fans of these quantities."""
    found = runs(snapshot, params, scenario_of(snapshot, params))
    rows: list[dict[str, object]] = []
    for quantity in quantities:
        for one in found:
            rows += fan(one, quantity)
        if len(found) > 1:
            rows += total(found, quantity)
    return pl.DataFrame(rows, schema=FAN).sort("project", maintain_order=True)


def fan(one: Run, quantity: str) -> list[dict[str, object]]:
    """Return measured and projected weeks of one project."""
    unit = unit_of(quantity, one.history.price.currency)
    head = {"project": one.history.project, "quantity": quantity, "unit": unit, "today": one.today}
    rows: list[dict[str, object]] = [
        {**head, "span": WEEK, "week_on": week, "weeks": 1, "measured": value, "origin": "measured"}
        for week, value in measured(one, quantity).iter_rows()
    ]
    found = one.projection
    if found is None or not can_tell(found, quantity):
        is_first = quantity in {HOURS[0], SAVED[0]}  # one word on what is missing is enough
        return [*rows, {**head, "span": AHEAD, "words": one.why or absent(one)}] if is_first else rows
    origin = "borrowed" if found.borrowed else "projected"
    told = {"origin": origin, "gate": one.gate, "reach": one.reach}
    rows += ahead({**head, **told}, found.by_week[quantity], found.first_on)
    rows[-1]["words"] = " ".join(filter(None, (str(rows[-1]["words"]), *caveats(one, quantity))))
    return rows


def caveats(one: Run, quantity: str) -> Iterator[str]:
    """Yield what must stand beside a projected saving: quality, and automations it is only taken to hold for."""
    saving = one.history.saving
    if quantity not in SAVED or saving is None:
        return
    if saving.quality != "confirmed":
        yield "The quality of these labels is not confirmed."
    if saving.unknown:
        yield f"Taken to hold for {', '.join(saving.unknown)} too, of which no saving is known."


def can_tell(found: Projection, quantity: str) -> bool:
    """Tell whether there is a number; nothing saved where nothing is automated is none, and no news."""
    return quantity in found.by_week and (quantity not in SAVED or bool((found.by_input["coverage"] > 0).any()))


def absent(one: Run) -> str:
    """Return why something cannot be told."""
    return one.history.why or " ".join(one.projection.missing if one.projection else ())


def ahead(head: Mapping[str, object], found: Reals, first_on: date) -> list[dict[str, object]]:
    """Return projected weeks and their sum."""
    weeks = [
        {**head, "span": WEEK, "weeks": 1, "week_on": first_on + timedelta(weeks=place), **vars(one)}
        for place, one in enumerate(draws.by_week(found))
    ]
    whole = draws.in_total(found)
    words = said(whole, CALLED[str(head["quantity"])], found.shape[1], str(head["unit"]))
    return [*weeks, {**head, "span": AHEAD, "weeks": found.shape[1], **vars(whole), "words": words}]


def said(whole: Spread, what: str, weeks: int, unit: str) -> str:
    """Return a sum as a statement of frequency; a loss is one in words, not by its sign."""
    money = "" if unit in {"hours", "items"} else f" ({unit})"
    if whole.p90 < 0:
        lost = what.replace("saved", "lost")
        ends, middle = f"between {number(-whole.p90)} and {number(-whole.p10)} {lost}", number(-whole.p50)
    elif whole.p10 < 0:
        ends = f"between a loss of {number(-whole.p10)} and {number(whole.p90)} {what}"
        middle = number(whole.p50) if whole.p50 >= 0 else f"a loss of {number(-whole.p50)}"
    else:
        ends, middle = f"between {number(whole.p10)} and {number(whole.p90)} {what}", number(whole.p50)
    return f"80 % of simulated outcomes lie {ends}{money} in {weeks} weeks; half are above {middle}."


def measured(one: Run, quantity: str) -> pl.DataFrame:
    """Return what was measured a week: week_on, value."""
    weeks = one.history.weeks
    if quantity == "items":
        return weeks.select("week_on", value=pl.col("items").cast(pl.Float64))
    if quantity == "hours":
        return weeks.select("week_on", value=human_hours())
    saving = one.history.saving
    if quantity == "saved_hours" and saving is not None:
        weekly = saving.weekly.select("week_on", value="saved_hours")
        since = weeks.filter(pl.col("week_on") >= weekly.get_column("week_on").min()).select("week_on")
        return since.join(weekly, on="week_on", how="left").with_columns(pl.col("value").fill_null(0.0))
    return pl.DataFrame(schema={"week_on": pl.Date, "value": pl.Float64})


def human_hours() -> pl.Expr:
    """Return a week's labeling hours: those of timed labels, stretched to all; null where labels have no times."""
    stretched = pl.col("human_seconds") / HOUR * pl.col("items") / pl.col("human_timed")
    return pl.when(pl.col("items") == 0).then(0.0).when(pl.col("human_timed") > 0).then(stretched)


def total(found: Sequence[Run], quantity: str) -> list[dict[str, object]]:
    """Return the sum of all projects, of those that can be told; those that cannot are named."""
    told = [one for one in found if one.projection and can_tell(one.projection, quantity)]
    currencies = {one.history.price.currency for one in told}
    partly = quantity == "hours_by_hand" and len(told) < len(found)  # beside the hours of all it would mislead
    if not told or partly or (quantity == "cash" and len(currencies) > 1):
        return []
    unit, today = unit_of(quantity, next(iter(currencies))), max(one.today for one in told)
    head = {"project": ALL, "quantity": quantity, "unit": unit, "today": today}
    weeks = (
        pl.concat([measured(one, quantity) for one in told])
        .group_by("week_on")
        .agg(pl.col("value").sum(), pl.col("value").null_count().alias("unknown"))
    )
    rows: list[dict[str, object]] = [
        {**head, "span": WEEK, "week_on": week, "weeks": 1, "measured": value, "origin": "measured"}
        for week, value, unknown in weeks.sort("week_on").iter_rows()
        if not unknown
    ]
    projections = [one.projection for one in told if one.projection]
    borrowed = any(one.borrowed for one in projections)
    summed = draws.added([one.by_week[quantity] for one in projections])
    told_head = {**head, "origin": "borrowed" if borrowed else "projected", "gate": worst(one.gate for one in told)}
    rows += ahead(told_head, summed, projections[0].first_on)
    without = [one.history.project for one in found if one not in told]
    if without:
        rows[-1]["words"] = f"{rows[-1]['words']} Not in it: {', '.join(without)}."
    return rows


def unit_of(quantity: str, currency: str | None) -> str:
    """Return the unit of a quantity."""
    return {"items": "items", "cash": currency or "money"}.get(quantity, "hours")
