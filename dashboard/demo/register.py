"""What the demo's lead registered: the automations, what they take and cost, rates, and which project is which."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from dashboard.demo.team import BY_KEY, DemoTeam
from dashboard.demo.words import MONITORING, SETUP
from dashboard.store import Change

CURRENCY = "EUR"
HOURLY = {"engineer": 78.0, "annotator": 34.0}
SOURCES = {"label_studio": "label_studio", "cvat": "cvat_events"}  # tool -> name of the source in the store


@dataclass(frozen=True)
class Registered:
    """An automation as the lead entered it; hours typed, or found among the time entries (None)."""

    name: str
    technique: str
    key: str
    setup_hours: float | None
    costs: tuple[tuple[str, str, float], ...]  # kind, per, amount
    note: str

    @property
    def item(self) -> str:
        """What one item is called in the words of the time entries."""
        return BY_KEY[self.key].item


AUTOMATIONS = (
    Registered(
        "Contract pre-labels",
        "pre-labeling",
        "CR",
        None,
        (("compute", "month", 140.0), ("other", "once", 300.0)),
        "Spans of the fine-tuned reader, loaded as predictions",
    ),
    Registered(
        "Sign detector",
        "pre-labeling",
        "SS",
        36.0,
        (("licence", "month", 180.0),),
        "Boxes of a detector bought elsewhere",
    ),
    Registered(
        "Ticket suggestions",
        "LLM labels",
        "ST",
        10.0,
        (("tokens", "month", 60.0),),
        "Categories proposed by a language model",
    ),
)


def register(change: Change, team: DemoTeam) -> None:
    """Enter everything, and derive the labels anew from it."""
    _place_projects(change, team)
    for one in AUTOMATIONS:
        _enter(change, team, one)
    rates = [("", role, team.first_on, hourly, CURRENCY) for role, hourly in HOURLY.items()]
    columns = ["person", "role", "from_on", "hourly", "currency"]
    change.insert("rate", pl.DataFrame(rates, schema=columns, orient="row"))
    change.rebuild_labels()


def _place_projects(change: Change, team: DemoTeam) -> None:
    """Say which project each number of the labeling tools is; what they leave unmarked was made by hand."""
    placed = [(SOURCES[one.tool], str(one.number), one.name, "manual") for one in team.projects]
    placed += [("mlflow_csv", str(one.number), one.name, "unknown") for one in team.projects]
    columns = ["source", "tool_project", "project", "unmarked"]
    change.insert("labeling_project", pl.DataFrame(placed, schema=columns, orient="row"))


def _enter(change: Change, team: DemoTeam, one: Registered) -> None:
    project = BY_KEY[one.key]
    assert project.rollout is not None  # noqa: S101  an automation began at some day
    from_on = team.today - timedelta(days=project.rollout)
    row = {
        "name": one.name,
        "technique": one.technique,
        "applies": "marked items",
        "setup_seconds": None if one.setup_hours is None else round(3600 * one.setup_hours),
        "note": one.note,
    }
    change.insert("automation", pl.DataFrame([row]))
    scope = {"automation": one.name, "project": project.name, "person": "", "from_on": from_on}
    change.insert("automation_scope", pl.DataFrame([scope]))
    found = [("maintenance", MONITORING)] + ([("setup", SETUP)] if one.setup_hours is None else [])
    efforts = [(one.name, kind, "description", words.format(item=one.item).lower()) for kind, words in found]
    columns = ["automation", "kind", "field", "pattern"]
    change.insert("automation_effort", pl.DataFrame(efforts, schema=columns, orient="row"))
    costs = [(one.name, kind, per, from_on, amount, CURRENCY) for kind, per, amount in one.costs]
    columns = ["automation", "kind", "per", "from_on", "amount", "currency"]
    change.insert("automation_cost", pl.DataFrame(costs, schema=columns, orient="row"))
