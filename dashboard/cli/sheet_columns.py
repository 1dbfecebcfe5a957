"""The columns of every settings sheet, for the reference; names and allowed values are those of the code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboard.importers.contract import FileColumn
from dashboard.settings import (
    automations,
    backlogs,
    budgets,
    labeling_projects,
    notes,
    people,
    rates,
    scenarios,
    targets,
)
from dashboard.store import category_rules

DAY_OR_ALWAYS = "day since when; empty is always"
ROW_COLUMN_HELP = "what the line holds; the other columns that belong to it say so"


def describe_sheets() -> dict[str, list[FileColumn]]:
    """Return the columns of each sheet by the name of its command, in the order in which they are exported."""
    return {
        "rules": describe_rules(),
        "people": describe_people(),
        "automations": describe_automations(),
        "rates": describe_rates(),
        "projects": describe_projects(),
        "backlogs": describe_backlogs(),
        "budgets": describe_budgets(),
        "targets": describe_targets(),
        "notes": describe_notes(),
        "scenarios": describe_scenarios(),
    }


def build_columns(
    names: Sequence[str],
    holds: Mapping[str, str],
    required: Sequence[str],
    choices: Mapping[str, Sequence[str]] | None = None,
) -> list[FileColumn]:
    """Return columns in the order of `names`; every one of them needs its words in `holds`."""
    allowed = choices or {}
    return [FileColumn(name, holds[name], name in required, tuple(allowed.get(name, ()))) for name in names]


def describe_rules() -> list[FileColumn]:
    """Return the columns of the rules."""
    holds = {
        "position": "the order in which rules are tried; without it, the order of the lines",
        "field": "where to look; any is client, project, task, description and tags",
        "operator": "how to compare; case does not matter",
        "pattern": "the texts to look for, separated by |; for matches a regular expression",
        "category": "the category that an entry gets",
    }
    choices = {
        "field": tuple(category_rules.FIELD_SQL),
        "operator": tuple(category_rules.OPERATOR_PATTERNS),
        "category": category_rules.RULE_CATEGORIES,
    }
    return build_columns(category_rules.RULE_COLUMNS, holds, category_rules.RULE_COLUMNS[1:], choices)


def describe_people() -> list[FileColumn]:
    """Return the columns of the people."""
    holds = {
        "name": "one line per person; a further line adds aliases or a change of weekly hours",
        "aliases": "the same person's names in other tools, separated by ;",
        "team": "text",
        "role": "empty is unknown",
        "zone": "time zone, such as Europe/Berlin",
        "weekly_hours": "hours per week, from 0 to 168; without them there is neither coverage nor FTE",
        "from_on": "day since when these weekly hours hold; empty is always",
        "active_from": "first day at work; empty is always",
        "active_to": "last day at work; empty is still at work",
    }
    return build_columns(people.PEOPLE_COLUMNS, holds, ("name",), {"role": people.ROLES})


def describe_automations() -> list[FileColumn]:
    """Return the columns of the register of automations."""
    holds = {
        "row": ROW_COLUMN_HELP,
        "automation": "its name",
        "technique": "automation: what it does",
        "applies": "automation: marked items are those that the log marks; every item is all since the rollout",
        "setup_hours": "automation: hours to set it up, where time entries do not show them",
        "project": "rollout: where it is used",
        "person": "rollout: who uses it; empty is everybody",
        "from_on": "rollout, cost: first day",
        "to_on": "rollout, cost: last day; empty is still on",
        "kind": "effort: setup or maintenance; cost: the others",
        "field": "effort: where to look in time entries",
        "pattern": "effort: the words by which time entries are found, separated by |",
        "per": "cost: how often",
        "amount": "cost: number",
        "currency": "cost: three letters, such as EUR",
        "note": "automation: text",
    }
    choices = {
        "row": tuple(automations.TABLES),
        "technique": automations.TECHNIQUES,
        "applies": automations.APPLIES_TO,
        "kind": (*automations.EFFORT_KINDS, *automations.COST_KINDS),
        "field": automations.EFFORT_FIELDS,
        "per": automations.COST_PERIODS,
    }
    return build_columns(automations.SHEET_COLUMNS, holds, ("row", "automation"), choices)


def describe_rates() -> list[FileColumn]:
    """Return the columns of rates and token prices."""
    holds = {
        "person": "whose hours; empty is everybody of the role",
        "role": "whose hours; empty is every role; the most specific line counts",
        "model": "makes the line a price of tokens; person, role and hourly are then empty",
        "from_on": DAY_OR_ALWAYS,
        "hourly": "what an hour costs; required without a model",
        "per_million": "what a million tokens cost; required with a model",
        "currency": "three letters, such as EUR",
    }
    return build_columns(rates.RATE_COLUMNS, holds, ("currency",), {"role": people.ROLES})


def describe_projects() -> list[FileColumn]:
    """Return the columns of the labeling tools' projects."""
    holds = {
        "source": "the importer that read the labels",
        "tool_project": "the project's name in the labeling tool",
        "project": "the project's name in the time tracker; empty is not matched yet",
        "unmarked": "what a label without any mark means",
    }
    names = labeling_projects.LABELING_PROJECT_COLUMNS
    return build_columns(names, holds, names[:3], {"unmarked": labeling_projects.UNMARKED_METHODS})


def describe_backlogs() -> list[FileColumn]:
    """Return the columns of the backlogs."""
    holds = {
        "project": "project",
        "items": "whole number of items still to be labeled on from_on",
        "items_per_week": "planned pace; empty is the team's own",
        "from_on": "day",
        "team_size": "how many people label; empty is as many as now",
    }
    return build_columns(tuple(backlogs.BACKLOG_SCHEMA), holds, ("project", "items", "from_on"))


def describe_budgets() -> list[FileColumn]:
    """Return the columns of the budgets."""
    holds = {
        "project": "project; empty is all projects",
        "covers": "empty is labeling",
        "unit": "hours, or the three letters of a currency",
        "recurs": "how often it begins anew, counted from from_on",
        "from_on": "first day",
        "amount": "number above 0, in the unit",
    }
    choices = {"covers": budgets.BUDGET_SCOPES, "recurs": budgets.RECURRENCES}
    return build_columns(tuple(budgets.BUDGET_SCHEMA), holds, ("unit", "recurs", "from_on", "amount"), choices)


def describe_targets() -> list[FileColumn]:
    """Return the columns of the targets."""
    holds = {
        "measure": "what is to be reached",
        "project": "project; empty is all projects together",
        "direction": "which side of the value is good",
        "value": "number; shares from 0 to 1, such as 0.5",
        "by_on": "day by which to reach it",
    }
    choices = {"measure": tuple(targets.MEASURE_UNITS), "direction": targets.DIRECTIONS}
    return build_columns(tuple(targets.TARGET_SCHEMA), holds, ("measure", "direction", "value", "by_on"), choices)


def describe_notes() -> list[FileColumn]:
    """Return the columns of the notes."""
    holds = {
        "day_on": "day",
        "project": "project; empty is all projects",
        "text": f"up to {notes.MAX_NOTE_LENGTH} characters",
    }
    return build_columns(tuple(notes.NOTE_SCHEMA), holds, ("day_on", "text"))


def describe_scenarios() -> list[FileColumn]:
    """Return the columns of the scenarios."""
    holds = {
        "scenario": "its name; one line per input",
        "project": "project; empty is all projects",
        "input": "what the line plans; " + "; ".join(f"{name}: {unit}" for name, unit in scenarios.INPUT_UNITS.items()),
        "value": "number",
        "low": "with high, the range that holds the value with 80 % certainty; empty is as sure as the value",
        "high": "see low; write both or none",
        "origin": "where the value is from; empty is assumed",
        "as_of": "day of the value",
        "source": "who says so; borrowed_saving needs it",
        "note": "text about the scenario",
    }
    choices = {"input": tuple(scenarios.INPUT_UNITS), "origin": scenarios.ORIGINS}
    return build_columns(scenarios.SCENARIO_COLUMNS, holds, ("scenario", "input", "value"), choices)
