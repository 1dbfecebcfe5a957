"""The register of automations: what each one is, where it runs since when, and what it takes to set up and keep up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import BadMapping
from dashboard.mapping import amounts, sheets
from dashboard.mapping.amounts import Row
from dashboard.mapping.label_moves import label_moves
from dashboard.mapping.people import text
from dashboard.store import Change, Snapshot, Store

TECHNIQUES = (
    "pre-labeling",
    "auto-labeling",
    "LLM labels",
    "active learning",
    "weak supervision",
    "synthetic data",
)
APPLIES = ("marked items", "every item")
EFFORTS = ("setup", "maintenance")
FIELDS = ("project", "task", "description", "tags", "client")
COSTS = ("compute", "licence", "tokens", "other")
PERS = ("month", "once")
HOUR = 3600

COLUMNS: dict[str, dict[str, pl.DataType]] = {
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
QUERIES = {table: f"register_{table}s" for table in COLUMNS}
KEYS = {
    "automation": ("automation",),
    "rollout": ("automation", "project", "person", "from_on"),
    "effort": ("automation", "kind", "field", "pattern"),
    "cost": ("automation", "kind", "per", "from_on"),
}

Register = Mapping[str, pl.DataFrame]


def register(store: Store) -> Register:
    """Return the four tables of the register (keys and columns of COLUMNS); empty cells are null."""
    with store.snapshot() as snapshot:
        return {table: catalog.run(snapshot, QUERIES[table], {}) for table in COLUMNS}


def automations_frame(store: Store) -> pl.DataFrame:
    """Return the register as one sheet (columns of SHEET_COLUMNS), one row a line of one of its tables."""
    found = register(store)
    parts = [frame.cast(pl.Schema(COLUMNS[table])).with_columns(row=pl.lit(table)) for table, frame in found.items()]
    return pl.concat(parts, how="diagonal").select(SHEET_COLUMNS)


def automations_csv(store: Store) -> str:
    """Return the register as CSV (columns of SHEET_COLUMNS)."""
    return privacy.frame_csv(automations_frame(store))


def load_automations(store: Store, text_: str, who: str | None = None) -> int:
    """Replace the register by that of a CSV text and return how many automations there are.

    Raises:
        BadMapping: not CSV, a column missing or unknown, or as `from_sheet` and `save_register`.
    """
    return save_register(store, from_sheet(sheets.read(text_, ("row", "automation"), SHEET_COLUMNS)), who)


def save_automations(store: Store, frame: pl.DataFrame, who: str | None = None) -> int:
    """Replace the register by that of a frame (columns of SHEET_COLUMNS) and return how many automations there are.

    Raises:
        BadMapping: as `from_sheet` and `save_register`.
    """
    return save_register(store, from_sheet(frame.to_dicts()), who)


def dry_run(store: Store, frame: pl.DataFrame) -> pl.DataFrame:
    """Return which labels would change if this (columns of SHEET_COLUMNS) were the register; see `label_moves`.

    Raises:
        BadMapping: as `from_sheet`, or a project or person that the store does not know.
    """
    return label_moves(store, partial(replace_register, from_sheet(frame.to_dicts())))


def from_sheet(lines: Sequence[Row]) -> Register:
    """Return the register of the lines of a sheet (columns of SHEET_COLUMNS), checked in itself.

    Raises:
        BadMapping: a line that cannot be used, or that has a cell its kind of row does not know.
    """
    rows: dict[str, list[Row]] = {table: [] for table in COLUMNS}
    for number, line in enumerate(lines, start=1):
        table = amounts.choice(line, "row", tuple(COLUMNS), f"Line {number} of the register")
        idle = [name for name in line if text(line, name) and name != "row" and name not in COLUMNS[table]]
        if idle:
            message = f"Line {number} of the register is of the row {table}, which has no {idle[0]}."
            raise BadMapping(message, f"A row {table} has: {', '.join(COLUMNS[table])}.")
        rows[table].append(line)
    return checked(rows)


def checked(rows: Mapping[str, Sequence[Row]]) -> Register:
    """Return the rows of the four tables as a register.

    Raises:
        BadMapping: an empty or unreadable cell, something twice, a row of an automation that is not there, or rollouts
            that overlap.
    """
    readers = {"automation": _automation, "rollout": _rollout, "effort": _effort, "cost": _cost}
    made = {
        table: pl.DataFrame(
            [readers[table](row, f"Row {number} of the {table}s") for number, row in enumerate(rows[table], start=1)],
            schema=schema,
            orient="row",
        )
        for table, schema in COLUMNS.items()
    }
    names = made["automation"].get_column("automation").to_list()
    for table, frame in made.items():
        amounts.unique(frame, KEYS[table], f"The {table}")
        orphans = [name for name in frame.get_column("automation").to_list() if name not in names]
        if orphans:
            message = f"A {table} belongs to {orphans[0]!r}, which is not in the register."
            raise BadMapping(message, "Enter the automation, or delete the row.")
    _refuse_overlaps(made["rollout"])
    return made


def _automation(row: Row, where: str) -> tuple[object, ...]:
    name = amounts.required(row, "automation", where)
    technique = amounts.choice(row, "technique", TECHNIQUES, name)
    applies = amounts.choice(row, "applies", APPLIES, name, APPLIES[0])
    return name, technique, applies, amounts.amount(row, "setup_hours", name), text(row, "note") or None


def _rollout(row: Row, where: str) -> tuple[object, ...]:
    name = amounts.required(row, "automation", where)
    project = amounts.required(row, "project", where)
    return name, project, text(row, "person"), *amounts.period(row, f"The rollout of {name} in {project}")


def _effort(row: Row, where: str) -> tuple[object, ...]:
    name = amounts.required(row, "automation", where)
    kind = amounts.choice(row, "kind", EFFORTS, where)
    field = amounts.choice(row, "field", FIELDS, where)
    pattern = amounts.required(row, "pattern", where)
    if not pattern.replace("|", "").strip():
        raise BadMapping(f"{where} looks for nothing.", "Write the words to look for, separated by |.")
    return name, kind, field, pattern


def _cost(row: Row, where: str) -> tuple[object, ...]:
    name = amounts.required(row, "automation", where)
    said = f"A cost of {name}"
    kind, per = amounts.choice(row, "kind", COSTS, said), amounts.choice(row, "per", PERS, said)
    value, currency = amounts.price(row, "amount", said), amounts.currency(row, said)
    return name, kind, per, value, currency, *amounts.period(row, said)


def _refuse_overlaps(rollouts: pl.DataFrame) -> None:
    """Refuse two rollouts for the same project and person at a time: no label could say which one it had.

    Raises:
        BadMapping: there are such rollouts.
    """
    for (project, person), rows in rollouts.group_by("project", "person", maintain_order=True):
        listed = rows.sort("from_on").to_dicts()
        for before, after in pairwise(listed):
            if before["to_on"] is None or before["to_on"] >= after["from_on"]:
                whose = f"{person} in {project}" if person else str(project)
                message = f"{before['automation']} and {after['automation']} overlap for {whose} on {after['from_on']}."
                raise BadMapping(message, "End the earlier one before the later one begins.")


def save_register(store: Store, new: Register, who: str | None = None) -> int:
    """Replace the register, decide every label anew, and return how many automations there are.

    Raises:
        BadMapping: a project or person that the store does not know; nothing is changed then.
    """
    with store.change("save the register of automations", who) as change:
        old = {table: catalog.run(change, QUERIES[table], {}) for table in COLUMNS}
        replace_register(new, change)
        change.rebuild_labels()
        change.log("automations", told(old, new), who)
    return new["automation"].height


def told(old: Register, new: Register) -> str:
    """Return the sizes of the tables and the names that came and went, for the audit log."""
    sizes = ", ".join(f"{frame.height} {table}s" for table, frame in new.items())
    before, after = (set(one["automation"].get_column("automation")) for one in (old, new))
    came, went = ", ".join(sorted(after - before)), ", ".join(sorted(before - after))
    return f"{sizes}; new: {came or 'none'}; gone: {went or 'none'}"


def replace_register(new: Register, change: Change) -> None:
    """Write the register into a change, without deciding labels yet.

    Raises:
        BadMapping: a project or person that the store does not know.
    """
    refuse_unknown(change, new)
    setup = (pl.col("setup_hours") * HOUR).round().cast(pl.Int64).alias("setup_seconds")
    named = new["automation"].select(pl.col("automation").alias("name"), "technique", "applies", setup, "note")
    as_stored = {**new, "automation": named}
    for table, name in TABLES.items():
        change.execute(f"delete from {name}")  # noqa: S608 - fixed names
        change.insert(name, as_stored[table])


def refuse_unknown(snapshot: Snapshot, new: Register) -> None:
    """Refuse rollouts in projects or for people that the store does not know.

    Raises:
        BadMapping: there is one.
    """
    amounts.refuse_strangers(snapshot, new["rollout"], "project", "known_projects")
    amounts.refuse_strangers(snapshot, new["rollout"], "person", "known_people")
