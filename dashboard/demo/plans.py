"""The plans of the demo's lead: scenarios, backlogs, notes, and projections issued in the past."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import polars as pl

from dashboard.demo.team import BY_KEY
from dashboard.figures import forecast_issued
from dashboard.mapping import backlogs, notes, scenarios
from dashboard.store import Store

LEAD = "Priya Raman"
SCENARIOS = (  # scenario, project key or '', input, value, low, high, source
    ("Better reader", "CR", "acceptance", 0.80, 0.72, 0.86, "the vendor's talk in October"),
    ("Better reader", "CR", "verify_seconds", 420.0, 360.0, 500.0, "ten contracts timed by hand"),
    ("Pre-labels for all contracts", "CR", "coverage", 0.98, 0.95, 1.0, "the reader's queue"),
    ("Detector off", "SS", "coverage", 0.0, None, None, "what was done before July"),
)
BACKLOGS = (("CR", 3200), ("CH", 1100))  # project key, items still to label
NOTES = (  # project key, days after its rollout, what happened
    ("CR", 0, "Pre-labels of the fine-tuned reader switched on"),
    ("SS", 0, "Detector bought elsewhere proposes boxes"),
    ("CR", 120, "Guideline 2: nested clauses get a label of their own"),
    ("ST", 0, "A language model proposes categories"),
)
ISSUE_DAYS = (("CR", 84), ("SS", 7))  # project key, days before today


def save_plans(store: Store, today: date) -> None:
    """Save scenarios, backlogs and notes, and issue projections as of past days."""
    for key, days in ISSUE_DAYS:
        issued_on = today - timedelta(days=days)
        issued_at = datetime.combine(issued_on, time(9))
        forecast_issued.issue_projection(store, BY_KEY[key].name, 8, who=LEAD, today=issued_on, now=issued_at)
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
    scenarios.save_scenarios_frame(store, pl.DataFrame(rows, schema=scenarios.SCENARIO_SCHEMA), LEAD)
    backlog_rows = [(BY_KEY[key].name, items, None, today, None) for key, items in BACKLOGS]
    backlogs.save_backlogs_frame(store, pl.DataFrame(backlog_rows, schema=backlogs.BACKLOG_SCHEMA, orient="row"), LEAD)
    notes.save_notes(store, [build_note(today, *note) for note in NOTES], LEAD)


def build_note(today: date, key: str, days_after: int, note_text: str) -> dict[str, object]:
    """Return a note on an event some days after a project's rollout."""
    project = BY_KEY[key]
    begun_on = project.started_on(today)
    assert begun_on is not None  # noqa: S101  notes are on projects with a rollout
    return {"day_on": str(begun_on + timedelta(days=days_after)), "project": project.name, "text": note_text}
