"""The figures about what is to come, as data."""

from __future__ import annotations

import polars as pl

from dashboard.figures import forecast_rows
from dashboard.figures.spec import FigureSpec

DRAWN = (
    "Measured weeks are complete ones; projected are percentiles of 2,000 draws (P10, P50, P90), not averages, and "
    "percentiles of weeks or projects do not add up to those of their sum. Twelve weeks, or to the end of the backlog "
    "where one is planned. The history begins with the first label, whatever first day is asked for. Seed 20260101, "
    "1,000 more for each further project."
)
HOURS = (
    "hours a week = items x [(1 - coverage) x seconds by hand + coverage x (acceptance x seconds to check + "
    "(1 - acceptance) x seconds to check and correct + rework)] / 3600, each drawn from the weeks measured"
)


def nothing_ahead(rows: pl.DataFrame) -> dict[str, str] | None:
    """Return why nothing is projected, or None."""
    if rows.is_empty():
        return {
            "reason": "There is no complete week of labels, so nothing can be projected.",
            "needed": "A projection takes six weeks with labels, or a scenario with a published figure to start from.",
        }
    if rows.get_column("p50").is_null().all():
        words = rows.get_column("words").drop_nulls().unique(maintain_order=True).to_list()
        return {"reason": "Nothing can be projected yet.", "needed": " ".join(words) or "More weeks with labels."}
    return None


FORECAST: tuple[FigureSpec, ...] = (
    FigureSpec(
        "forecast_hours",
        "Labeling hours and items, measured and to come",
        "hours and items a week, as said in each row",
        f"Labels that people produced. {DRAWN}",
        HOURS,
        rows=forecast_rows.hours,
        about="labels",
        refuses=nothing_ahead,
    ),
    FigureSpec(
        "forecast_savings",
        "What automation saved, and will save",
        "hours and money a week, as said in each row",
        "Seconds by hand are those of the automated items, from the estimate behind `savings_by_automation`, whose "
        "doubt is shared by all weeks. Several automations in one project are taken together. Upkeep and running cost "
        f"go on as in the last twelve weeks. Setup is not in it: see `break_even`. {DRAWN}",
        "hours saved = automated items x (seconds by hand - seconds taken) / 3600; money = rate x (hours saved - "
        "upkeep) - running cost",
        rows=forecast_rows.savings,
        about="labels",
        refuses=nothing_ahead,
    ),
)
