"""The register of the demo's lead: automations with their effort and cost, rates, and labeling projects."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from dashboard.demo.team import BY_KEY, DemoTeam
from dashboard.demo.words import MONITORING_TEXT, SETUP_TEXT
from dashboard.store import Change

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
    rows += [("mlflow_csv", str(project.number), project.name, "unknown") for project in team.projects]
    columns = ["source", "tool_project", "project", "unmarked"]
    change.insert("labeling_project", pl.DataFrame(rows, schema=columns, orient="row"))


def _insert_automation(change: Change, team: DemoTeam, automation: RegisteredAutomation) -> None:
    project = BY_KEY[automation.key]
    assert project.rollout is not None  # noqa: S101  every automation has a rollout
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
    efforts = [(automation.name, kind, "description", pattern.format(item=automation.item).lower()) for kind, pattern in patterns]
    columns = ["automation", "kind", "field", "pattern"]
    change.insert("automation_effort", pl.DataFrame(efforts, schema=columns, orient="row"))
    costs = [(automation.name, kind, per, from_on, amount, CURRENCY) for kind, per, amount in automation.costs]
    columns = ["automation", "kind", "per", "from_on", "amount", "currency"]
    change.insert("automation_cost", pl.DataFrame(costs, schema=columns, orient="row"))
