"""What the demo's lead entered: the register, and the plans.

The register: automations with their effort and cost, rates, and labeling projects.
The plans: scenarios, backlogs, notes, and projections issued in the past.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from dashboard.demo.team import BY_KEY, DemoTeam
from dashboard.demo.words import MONITORING_TEXT, SETUP_TEXT
from dashboard.forecast.issued import issue_projection
from dashboard.settings.backlogs import BACKLOG_SHEET
from dashboard.settings.notes import save_notes
from dashboard.settings.scenarios import SCENARIO_SHEET
from dashboard.store.generations import Store
from dashboard.store.snapshot import Change

CURRENCY = "EUR"
HOURLY_RATES = {"engineer": 78.0, "annotator": 34.0}
TOOL_SOURCES = {"label_studio": "label_studio", "cvat": "cvat_events"}  # tool -> name of the source in the store


@dataclass(frozen=True)
class RegisteredAutomation:
    """An automation as the lead entered it; without setup hours, they are found among the time entries."""

    name: str
    technique: str
    key: str
    setup_hours: float | None
    costs: tuple[tuple[str, str, float], ...]  # kind, per, amount
    note: str

    @property
    def item(self) -> str:
        """What the time entries call one item."""
        return BY_KEY[self.key].item


AUTOMATIONS = (
    RegisteredAutomation(
        "Contract pre-labels",
        "pre-labeling",
        "CR",
        None,
        (("compute", "month", 140.0), ("other", "once", 300.0)),
        "Spans of the fine-tuned reader, loaded as predictions",
    ),
    RegisteredAutomation(
        "Sign detector",
        "pre-labeling",
        "SS",
        36.0,
        (("licence", "month", 180.0),),
        "Boxes of a detector bought elsewhere",
    ),
    RegisteredAutomation(
        "Ticket suggestions",
        "LLM labels",
        "ST",
        10.0,
        (("tokens", "month", 60.0),),
        "Categories proposed by a language model",
    ),
)


def register_automations(change: Change, team: DemoTeam) -> None:
    """Insert all settings and rebuild the labels from them."""
    _match_projects(change, team)
    for automation in AUTOMATIONS:
        _insert_automation(change, team, automation)
    rates = [("", role, team.first_on, hourly, CURRENCY) for role, hourly in HOURLY_RATES.items()]
    columns = ["person", "role", "from_on", "hourly", "currency"]
    change.insert("rate", pl.DataFrame(rates, schema=columns, orient="row"))
    change.rebuild_labels()


def _match_projects(change: Change, team: DemoTeam) -> None:
    """Match the tools' project numbers to projects; unmarked labels were made by hand."""
    rows = [(TOOL_SOURCES[project.tool], str(project.number), project.name, "manual") for project in team.projects]
    rows += [("mlflow", str(project.number), project.name, "unknown") for project in team.projects]
    columns = ["source", "tool_project", "project", "unmarked"]
    change.insert("labeling_project", pl.DataFrame(rows, schema=columns, orient="row"))


def _insert_automation(change: Change, team: DemoTeam, automation: RegisteredAutomation) -> None:
    project = BY_KEY[automation.key]
    assert project.rollout is not None  # noqa: S101 - tells mypy what the line before has made sure of
    from_on = team.today - timedelta(days=project.rollout)
    row = {
        "name": automation.name,
        "technique": automation.technique,
        "applies": "marked items",
        "setup_seconds": None if automation.setup_hours is None else round(3600 * automation.setup_hours),
        "note": automation.note,
    }
    change.insert("automation", pl.DataFrame([row]))
    scope = {"automation": automation.name, "project": project.name, "person": "", "from_on": from_on}
    change.insert("automation_scope", pl.DataFrame([scope]))
    patterns = [("maintenance", MONITORING_TEXT)] + ([("setup", SETUP_TEXT)] if automation.setup_hours is None else [])
    efforts = [
        (automation.name, kind, "description", pattern.format(item=automation.item).lower())
        for kind, pattern in patterns
    ]
    columns = ["automation", "kind", "field", "pattern"]
    change.insert("automation_effort", pl.DataFrame(efforts, schema=columns, orient="row"))
    costs = [(automation.name, kind, per, from_on, amount, CURRENCY) for kind, per, amount in automation.costs]
    columns = ["automation", "kind", "per", "from_on", "amount", "currency"]
    change.insert("automation_cost", pl.DataFrame(costs, schema=columns, orient="row"))


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
        issue_projection(store, BY_KEY[key].name, 8, who=LEAD, today=issued_on, now=issued_at)
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
    SCENARIO_SHEET.save_frame(store, pl.DataFrame(rows, schema=SCENARIO_SHEET.schema), LEAD)
    backlog_rows = [(BY_KEY[key].name, items, None, today, None) for key, items in BACKLOGS]
    BACKLOG_SHEET.save_frame(store, pl.DataFrame(backlog_rows, schema=BACKLOG_SHEET.schema, orient="row"), LEAD)
    save_notes(store, [build_note(today, *note) for note in NOTES], LEAD)


def build_note(today: date, key: str, days_after: int, note_text: str) -> dict[str, object]:
    """Return a note on an event some days after a project's rollout."""
    project = BY_KEY[key]
    begun_on = project.started_on(today)
    assert begun_on is not None  # noqa: S101 - tells mypy what the line before has made sure of
    return {"day_on": str(begun_on + timedelta(days=days_after)), "project": project.name, "text": note_text}
