"""The names of projects in settings: what names a labeling tool's project follows it when the lead matches it."""

from __future__ import annotations

from collections import defaultdict

from dashboard.errors import BadMapping, shorten_quote
from dashboard.store.snapshot import Change

Matches = dict[tuple[str, str], str]  # by tool and its project: the project that its labels count to

NAMING_TABLES = {  # settings that name a project, and how a message calls them
    "automation_scope": "Rollouts",
    "backlog_plan": "A backlog",
    "budget": "A budget",
    "holdout_plan": "A hold-out plan",
    "invoice": "An invoice",
    "issued_projection": "A projection",
    "note": "A note",
    "quality_margin": "A margin",
    "scenario": "A scenario",
    "scenario_input": "A scenario",
    "target": "A target",
}
MATCHES_SQL = """
    select labeled.source, labeled.tool_project, coalesce(matched.project, labeled.tool_project) as project
    from (
        select distinct source, tool_project from label
        union
        select distinct source, tool_project from rolled_work
    ) as labeled
    left join labeling_project as matched
        on matched.source = labeled.source and matched.tool_project = labeled.tool_project
    order by 1, 2
"""
KEYS_SQL = """
    select table_name, any_value(constraint_column_names) as names
    from duckdb_constraints()
    where constraint_type = 'PRIMARY KEY' and list_contains(constraint_column_names, 'project')
    group by table_name
    order by table_name
"""
TRACKED_SQL = """
    select project from time_entry where project is not null
    union
    select project from experiment_run where project is not null
    order by project
"""


def read_matches(change: Change) -> Matches:
    """Return to which project the labels of each labeling tool's project count."""
    return {(source, tool_project): project for source, tool_project, project in change.query(MATCHES_SQL).iter_rows()}


def rename_matched_projects(change: Change, before: Matches) -> None:
    """Rename projects in the settings whose labels all count to another one by now; `before`: what they counted to.

    Raises:
        BadMapping: both names have a setting of the same kind, of which only one can count.
    """
    after = read_matches(change)
    moved = defaultdict(set)
    for tool_project, project in before.items():
        moved[project].add(after.get(tool_project, project))
    in_use = {*after.values(), *change.query(TRACKED_SQL).get_column("project")}
    for old, new in sorted((old, min(names)) for old, names in moved.items() if len(names) == 1):
        if old not in in_use:
            rename_project(change, old, new)


def rename_project(change: Change, old: str, new: str) -> None:
    """Rename a project in all settings.

    Raises:
        BadMapping: both names have a setting of the same kind, of which only one can count.
    """
    names: dict[str, object] = {"old": old, "new": new}
    keys_by_table = dict(change.query(KEYS_SQL).iter_rows())
    for table, title in NAMING_TABLES.items():
        keys = [key for key in keys_by_table.get(table, []) if key != "project"]
        if table in keys_by_table and has_both(change, table, keys, names):
            raise BadMapping(
                f"{title} is there for {shorten_quote(old)} and for {shorten_quote(new)}, which would be one project.",
                "Delete one of them first.",
            )
        change.execute(f"update {table} set project = $new where project = $old", names)  # noqa: S608 - own names


def has_both(change: Change, table: str, keys: list[str], names: dict[str, object]) -> bool:
    """Return whether both projects have a row of a table with the same other keys."""
    same_keys = "".join(f" and other.{key} = {table}.{key}" for key in keys)
    return bool(
        change.read_value(
            f"select exists (from {table} inner join {table} as other on other.project = $new{same_keys}"
            f" where {table}.project = $old)",
            names,
        )
    )
