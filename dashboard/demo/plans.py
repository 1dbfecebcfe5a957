"""What the demo's lead plans: scenarios, backlogs, and projections that were written down when they were made."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl

from dashboard.demo.team import BY_KEY
from dashboard.figures import forecast_issued
from dashboard.mapping import backlogs, notes, scenarios
from dashboard.store import Store

WHO = "Priya Raman"
SCENARIOS = (  # scenario, project key or '', input, value, low, high, source
    ("Better reader", "CR", "acceptance", 0.80, 0.72, 0.86, "the vendor's talk in October"),
    ("Better reader", "CR", "verify_seconds", 420.0, 360.0, 500.0, "ten contracts timed by hand"),
    ("Pre-labels for all contracts", "CR", "coverage", 0.98, 0.95, 1.0, "the reader's queue"),
    ("Detector off", "SS", "coverage", 0.0, None, None, "what was done before July"),
)
BACKLOGS = (("CR", 3200), ("CH", 1100))  # project key, items still to label
PINNED = (  # project key, days after its rollout, what happened
    ("CR", 0, "Pre-labels of the fine-tuned reader switched on"),
    ("SS", 0, "Detector bought elsewhere proposes boxes"),
    ("CR", 120, "Guideline 2: nested clauses get a label of their own"),
    ("ST", 0, "A language model proposes categories"),
)
ISSUED = (("CR", 84), ("SS", 7))  # project key, days before today


def plan(store: Store, today: date) -> None:
    """Save scenarios and backlogs, and write projections down as they would have been on their day."""
    for key, days in ISSUED:
        then = today - timedelta(days=days)
        moment = datetime.combine(then, time(9))
        forecast_issued.issue(store, BY_KEY[key].name, 8, who=WHO, today=then, now=moment)
    rows: list[dict[str, object]] = [
        {
            "scenario": name,
            "project": BY_KEY[key].name if key else "",
            "input": input_,
            "value": value,
            "low": low,
            "high": high,
            "origin": "assumed",
            "as_of": today - timedelta(days=10),
            "source": source,
            "note": "",
        }
        for name, key, input_, value, low, high, source in SCENARIOS
    ]
    scenarios.save_scenarios(store, pl.DataFrame(rows, schema=scenarios.SHEET), WHO)
    left = [(BY_KEY[key].name, items, None, today, None) for key, items in BACKLOGS]
    backlogs.save_backlogs(store, pl.DataFrame(left, schema=backlogs.BACKLOG, orient="row"), WHO)
    notes.save_rows(store, [pinned(today, *one) for one in PINNED], WHO)


def pinned(today: date, key: str, after: int, said: str) -> dict[str, object]:
    """Return a note on what happened so many days after a project's rollout."""
    project = BY_KEY[key]
    begun_on = project.started_on(today)
    assert begun_on is not None  # noqa: S101  notes are on projects with a rollout
    return {"day_on": str(begun_on + timedelta(days=after)), "project": project.name, "text": said}
