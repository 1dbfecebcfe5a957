"""The register of automations: what each one is, where and since when it runs, and what setup and upkeep take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import pairwise

import polars as pl

from dashboard.errors import BadMapping
from dashboard.settings.cells import (
    Row,
    check_known_names,
    check_unique,
    read_choice,
    read_currency,
    read_period,
    read_text,
)
from dashboard.settings.label_changes import preview_label_changes
from dashboard.settings.person_names import use_current_names
from dashboard.settings.sheet import Cells, Field, Sheet
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import Change, Snapshot

TECHNIQUES = (
    "pre-labeling",
    "auto-labeling",
    "LLM labels",
    "active learning",
    "self-supervised pre-training",
    "weak supervision",
    "synthetic data",
)
APPLIES_TO = ("marked items", "every item")
EFFORT_KINDS = ("setup", "maintenance")
EFFORT_FIELDS = ("project", "task", "description", "tags", "client")
COST_KINDS = ("compute", "licence", "tokens", "other")
COST_PERIODS = ("month", "once")
SECONDS_PER_HOUR = 3600

NAME_FIELD = Field("automation", "Automation", required=True, help="As named in the first table.")
FROM_FIELD = Field("from_on", "From", "day", required=True)
TO_FIELD = Field("to_on", "Until", "day", help="Empty: still on.")
TABLE_FIELDS: dict[str, tuple[Field, ...]] = {
    "automation": (
        NAME_FIELD,
        Field("technique", "Technique", "choice", TECHNIQUES, required=True),
        Field(
            "applies",
            "Helps with",
            "choice",
            APPLIES_TO,
            default="marked items",
            help="Every item since the rollout, or those the log marks.",
        ),
        Field("setup_hours", "Setup hours", "number", digits=1),
        Field("note", "Note"),
    ),
    "rollout": (
        NAME_FIELD,
        Field("project", "Project", required=True, names_project=True),
        Field("person", "Person", help="Empty: everybody in the project."),
        FROM_FIELD,
        TO_FIELD,
    ),
    "effort": (
        NAME_FIELD,
        Field("kind", "Counts as", "choice", EFFORT_KINDS, required=True),
        Field("field", "Look at", "choice", EFFORT_FIELDS, required=True),
        Field("pattern", "Text", required=True, is_long=True, help="Words to look for, separated by |."),
    ),
    "cost": (
        NAME_FIELD,
        Field("kind", "What", "choice", COST_KINDS, required=True),
        Field("per", "Per", "choice", COST_PERIODS, required=True),
        Field("amount", "Amount", "number", required=True, digits=2),
        Field("currency", "Currency", required=True, help="Three letters, such as EUR."),
        FROM_FIELD,
        TO_FIELD,
    ),
}
"""The four tables of the register, in the order in which they are read; the sheet has a column `row` that names one."""
TABLE_SCHEMAS = {
    table: {field.name: field.data_type for field in table_fields} for table, table_fields in TABLE_FIELDS.items()
}

SHEET_COLUMNS = (
    *("automation", "technique", "applies", "setup_hours", "project", "person", "from_on", "to_on"),
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
    """Return the register as one sheet (columns of AUTOMATION_SHEET); each row belongs to one of its tables."""
    tables = read_register(store)
    frames = [
        frame.cast(pl.Schema(TABLE_SCHEMAS[table])).with_columns(row=pl.lit(table)) for table, frame in tables.items()
    ]
    return pl.concat(frames, how="diagonal").select(AUTOMATION_SHEET.columns)


def preview_register(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change with this register (columns of AUTOMATION_SHEET); see `preview_label_changes`.

    Raises:
        BadMapping: as `parse_register`, or a project or person that the store does not know.
    """
    return preview_label_changes(store, partial(replace_register, parse_register(frame.to_dicts())))


def parse_register(lines: Sequence[Row]) -> Register:
    """Return the register in the lines of a sheet (columns of AUTOMATION_SHEET), checked for consistency.

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
    tables = {
        table: pl.DataFrame(
            [parse_table_row(table, row, number) for number, row in enumerate(rows[table], start=1)],
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


def parse_table_row(table: str, row: Row, number: int) -> Cells:
    """Return the checked cells of a row of one of the tables.

    Raises:
        BadMapping: a cell that cannot be used, with row and column named.
    """
    name = read_text(row, "automation")
    row_label = f"Row {number} of the {table}s" + (f" ({name})" if name else "")
    cells: Cells = {field.name: field.parse_cell(row, row_label) for field in TABLE_FIELDS[table]}
    if table == "automation":
        return {**cells, "note": cells["note"] or None}
    if "from_on" in cells:
        cells["from_on"], cells["to_on"] = read_period(row, row_label)
    if table == "effort" and not cells["pattern"].replace("|", "").strip():
        raise BadMapping(f"pattern of {row_label} looks for nothing.", "Write the words to look for, separated by |.")
    if table == "cost":
        cells["currency"] = read_currency(row, row_label)
    return cells


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


def save_automations(store: Store, rows: Sequence[Row], who: str | None = None) -> int:
    """Replace the register by the rows of its sheet and return the number of automations.

    Raises:
        BadMapping: as `parse_register` and `save_register`.
    """
    return save_register(store, parse_register(rows), who)


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
    use_current_names(change)


def check_rollout_names(snapshot: Snapshot, new: Register) -> None:
    """Refuse rollouts in projects or for people that the store does not know.

    Raises:
        BadMapping: there is one.
    """
    check_known_names(snapshot, new["rollout"], "project", "known_projects")
    check_known_names(snapshot, new["rollout"], "person", "known_people")


def join_fields() -> tuple[Field, ...]:
    """Return the columns of the sheet that holds all tables; only `row` and `automation` are required in each row."""
    row_field = Field("row", "Row", "choice", tuple(TABLE_FIELDS), required=True, help="What the line holds.")
    return (row_field, *(_join_field(name) for name in SHEET_COLUMNS))


def _join_field(name: str) -> Field:
    """Return a column as all tables together use it."""
    by_table = {
        table: field for table, table_fields in TABLE_FIELDS.items() for field in table_fields if field.name == name
    }
    if len(by_table) == len(TABLE_FIELDS):
        return replace(next(iter(by_table.values())), help="")
    first = next(iter(by_table.values()))
    choices = tuple(choice for field in by_table.values() for choice in field.choices)
    help_text = f"In rows {' and '.join(by_table)}. {first.help}".strip()
    return replace(first, choices=choices, required=False, help=help_text)


AUTOMATION_SHEET = Sheet(
    name="automations",
    title="Automations",
    noun="the register of automations",
    summary="Automations, who uses them, and since when",
    saved="Registered automations: {count}.",
    help="Labels whose log does not say how they were made get their method from here: which automation helped "
    "whom since when. Setup hours and running costs are subtracted from what it saved.",
    read=read_automations,
    save=save_automations,
    fields=join_fields(),
)
