"""The register of automations: what each one is, where and since when it runs, and what setup and upkeep take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import polars as pl

from dashboard import privacy
from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    Row,
    check_known_names,
    check_unique,
    read_amount,
    read_choice,
    read_currency,
    read_period,
    read_required,
    read_required_amount,
)
from dashboard.settings.csv_text import parse_csv
from dashboard.settings.label_changes import preview_label_changes
from dashboard.settings.people import read_text
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

TECHNIQUES = (
    "pre-labeling",
    "auto-labeling",
    "LLM labels",
    "active learning",
    "weak supervision",
    "synthetic data",
)
APPLIES_TO = ("marked items", "every item")
EFFORT_KINDS = ("setup", "maintenance")
EFFORT_FIELDS = ("project", "task", "description", "tags", "client")
COST_KINDS = ("compute", "licence", "tokens", "other")
COST_PERIODS = ("month", "once")
SECONDS_PER_HOUR = 3600

TABLE_SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "automation": {
        "automation": pl.String(),
        "technique": pl.String(),
        "applies": pl.String(),
        "setup_hours": pl.Float64(),
        "note": pl.String(),
    },
    "rollout": {
        "automation": pl.String(),
        "project": pl.String(),
        "person": pl.String(),
        "from_on": pl.Date(),
        "to_on": pl.Date(),
    },
    "effort": {"automation": pl.String(), "kind": pl.String(), "field": pl.String(), "pattern": pl.String()},
    "cost": {
        "automation": pl.String(),
        "kind": pl.String(),
        "per": pl.String(),
        "amount": pl.Float64(),
        "currency": pl.String(),
        "from_on": pl.Date(),
        "to_on": pl.Date(),
    },
}
"""The four tables of the register, in the order in which they are read; the sheet has a column `row` that names one."""

SHEET_COLUMNS = (
    *("row", "automation", "technique", "applies", "setup_hours", "project", "person", "from_on", "to_on"),
    *("kind", "field", "pattern", "per", "amount", "currency", "note"),
)
TABLES = {
    "automation": "automation",
    "rollout": "automation_scope",
    "effort": "automation_effort",
    "cost": "automation_cost",
}
QUERIES = {table: f"register_{table}s" for table in TABLE_SCHEMAS}
KEYS = {
    "automation": ("automation",),
    "rollout": ("automation", "project", "person", "from_on"),
    "effort": ("automation", "kind", "field", "pattern"),
    "cost": ("automation", "kind", "per", "from_on"),
}

Register = Mapping[str, pl.DataFrame]


def read_register(store: Store) -> Register:
    """Return the four tables of the register (keys and columns of TABLE_SCHEMAS); empty cells are null."""
    with store.snapshot() as snapshot:
        return {table: run_query(snapshot, QUERIES[table], {}) for table in TABLE_SCHEMAS}


def read_automations(store: Store) -> pl.DataFrame:
    """Return the register as one sheet (columns of SHEET_COLUMNS); each row belongs to one of its tables."""
    tables = read_register(store)
    frames = [
        frame.cast(pl.Schema(TABLE_SCHEMAS[table])).with_columns(row=pl.lit(table)) for table, frame in tables.items()
    ]
    return pl.concat(frames, how="diagonal").select(SHEET_COLUMNS)


def format_automations_csv(store: Store) -> str:
    """Return the register as CSV (columns of SHEET_COLUMNS)."""
    return privacy.format_frame_csv(read_automations(store))


def load_automations_csv(store: Store, csv_text: str, who: str | None = None) -> int:
    """Replace the register by a CSV text and return the number of automations.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `parse_register` and `save_register`.
    """
    return save_register(store, parse_register(parse_csv(csv_text, ("row", "automation"), SHEET_COLUMNS)), who)


def save_automations_frame(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace the register by a frame (columns of SHEET_COLUMNS) and return the number of automations.

    Raises:
        BadMapping: as `parse_register` and `save_register`.
    """
    return save_register(store, parse_register(frame.to_dicts()), who)


def preview_register(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change with this register (columns of SHEET_COLUMNS); see `preview_label_changes`.

    Raises:
        BadMapping: as `parse_register`, or a project or person that the store does not know.
    """
    return preview_label_changes(store, partial(replace_register, parse_register(frame.to_dicts())))


def parse_register(lines: Sequence[Row]) -> Register:
    """Return the register in the lines of a sheet (columns of SHEET_COLUMNS), checked for consistency.

    Raises:
        BadMapping: a line that cannot be used, or a cell that its kind of row does not have.
    """
    rows: dict[str, list[Row]] = {table: [] for table in TABLE_SCHEMAS}
    for number, line in enumerate(lines, start=1):
        table = read_choice(line, "row", tuple(TABLE_SCHEMAS), f"Line {number} of the register")
        unused = [name for name in line if read_text(line, name) and name != "row" and name not in TABLE_SCHEMAS[table]]
        if unused:
            message = f"Line {number} of the register is a row {table}, which has no {unused[0]}."
            raise BadMapping(message, f"A row {table} has: {', '.join(TABLE_SCHEMAS[table])}.")
        rows[table].append(line)
    return build_register(rows)


def build_register(rows: Mapping[str, Sequence[Row]]) -> Register:
    """Return the rows of the four tables as a register.

    Raises:
        BadMapping: an empty or unreadable cell, a duplicate, a row of an automation that is not in the register, or
            rollouts that overlap.
    """
    readers = {"automation": _parse_automation, "rollout": _parse_rollout, "effort": _parse_effort, "cost": _parse_cost}
    tables = {
        table: pl.DataFrame(
            [readers[table](row, f"Row {number} of the {table}s") for number, row in enumerate(rows[table], start=1)],
            schema=schema,
            orient="row",
        )
        for table, schema in TABLE_SCHEMAS.items()
    }
    names = tables["automation"].get_column("automation").to_list()
    for table, frame in tables.items():
        check_unique(frame, KEYS[table], f"The {table}")
        orphans = [name for name in frame.get_column("automation").to_list() if name not in names]
        if orphans:
            message = f"A {table} belongs to {orphans[0]!r}, which is not in the register."
            raise BadMapping(message, "Enter the automation, or delete the row.")
    _check_overlaps(tables["rollout"])
    return tables


def _parse_automation(row: Row, row_label: str) -> tuple[object, ...]:
    name = read_required(row, "automation", row_label)
    technique = read_choice(row, "technique", TECHNIQUES, name)
    applies = read_choice(row, "applies", APPLIES_TO, name, APPLIES_TO[0])
    return name, technique, applies, read_amount(row, "setup_hours", name), read_text(row, "note") or None


def _parse_rollout(row: Row, row_label: str) -> tuple[object, ...]:
    name = read_required(row, "automation", row_label)
    project = read_required(row, "project", row_label)
    return name, project, read_text(row, "person"), *read_period(row, f"The rollout of {name} in {project}")


def _parse_effort(row: Row, row_label: str) -> tuple[object, ...]:
    name = read_required(row, "automation", row_label)
    kind = read_choice(row, "kind", EFFORT_KINDS, row_label)
    field = read_choice(row, "field", EFFORT_FIELDS, row_label)
    pattern = read_required(row, "pattern", row_label)
    if not pattern.replace("|", "").strip():
        raise BadMapping(f"{row_label} looks for nothing.", "Write the words to look for, separated by |.")
    return name, kind, field, pattern


def _parse_cost(row: Row, row_label: str) -> tuple[object, ...]:
    name = read_required(row, "automation", row_label)
    cost_label = f"A cost of {name}"
    kind, per = read_choice(row, "kind", COST_KINDS, cost_label), read_choice(row, "per", COST_PERIODS, cost_label)
    value, currency = read_required_amount(row, "amount", cost_label), read_currency(row, cost_label)
    return name, kind, per, value, currency, *read_period(row, cost_label)


def _check_overlaps(rollouts: pl.DataFrame) -> None:
    """Refuse rollouts that overlap for a project and person: a label could not be assigned to one of them.

    Raises:
        BadMapping: there are such rollouts.
    """
    for (project, person), rows in rollouts.group_by("project", "person", maintain_order=True):
        ordered = rows.sort("from_on").to_dicts()
        for before, after in pairwise(ordered):
            if before["to_on"] is None or before["to_on"] >= after["from_on"]:
                scope = f"{person} in {project}" if person else str(project)
                message = f"{before['automation']} and {after['automation']} overlap for {scope} on {after['from_on']}."
                raise BadMapping(message, "End the earlier one before the later one begins.")


def save_register(store: Store, new: Register, who: str | None = None) -> int:
    """Replace the register, rebuild all labels, and return the number of automations.

    Raises:
        BadMapping: a project or person that the store does not know; then nothing changes.
    """
    with store.change("save the register of automations", who) as change:
        old = {table: run_query(change, QUERIES[table], {}) for table in TABLE_SCHEMAS}
        replace_register(new, change)
        change.rebuild_labels()
        change.log("automations", summarize_changes(old, new), who)
    return new["automation"].height


def summarize_changes(old: Register, new: Register) -> str:
    """Return the table sizes and the names added and removed, for the audit log."""
    sizes = ", ".join(f"{frame.height} {table}s" for table, frame in new.items())
    before, after = (set(tables["automation"].get_column("automation")) for tables in (old, new))
    added, removed = ", ".join(sorted(after - before)), ", ".join(sorted(before - after))
    return f"{sizes}; new: {added or 'none'}; gone: {removed or 'none'}"


def replace_register(new: Register, change: Change) -> None:
    """Write the register into a change; the labels are not rebuilt yet.

    Raises:
        BadMapping: a project or person that the store does not know.
    """
    check_rollout_names(change, new)
    setup = (pl.col("setup_hours") * SECONDS_PER_HOUR).round().cast(pl.Int64).alias("setup_seconds")
    automations = new["automation"].select(pl.col("automation").alias("name"), "technique", "applies", setup, "note")
    as_stored = {**new, "automation": automations}
    for table, name in TABLES.items():
        change.execute(f"delete from {name}")  # noqa: S608 - fixed names
        change.insert(name, as_stored[table])


def check_rollout_names(snapshot: Snapshot, new: Register) -> None:
    """Refuse rollouts in projects or for people that the store does not know.

    Raises:
        BadMapping: there is one.
    """
    check_known_names(snapshot, new["rollout"], "project", "known_projects")
    check_known_names(snapshot, new["rollout"], "person", "known_people")
