"""Jira issue CSV ("Export Excel CSV (all fields)"): one row of accounting is one worklog, not one issue.

A record of the file is an issue; its worklogs stand in repeated `Log Work` columns, as
many as the busiest issue needs. Rows read are the `Log Work` cells that are not empty,
and records that are no table rows at all, one each; an issue without worklogs is no row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers import reasons, table
from dashboard.importers.columns import dates, text, zones
from dashboard.importers.contract import Batch, Head, Reading, Settings, Source
from dashboard.importers.jira_headers import ISSUE_FIELDS, LABELS, LOG_WORK
from dashboard.schemas import Kind

# Comment;date;author;seconds: only the comment may contain `;`, so the three others are cut from the right.
_CELL = r"(?s)\A(?:(.*);)?([^;]*);([^;]*);([^;]*)\z"
_SHAPE = r"(?s)(?:\A|;)\s*\d{1,4}[^;\d][^;]{2,}\d:\d\d[^;]*;[^;]*;\d+\s*\z"
_KEY = r"^[A-Z][A-Z0-9_]*-\d+$"
_BROKEN = "worklog without the four parts comment;date;author;seconds"


@dataclass(frozen=True)
class Layout:
    """Where an issue's parts stand, as `Source.frames` names the columns."""

    logs: tuple[str, ...]
    labels: tuple[str, ...]
    fields: dict[str, str]  # task, summary, project, project_key, spent -> column

    def raw(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`, null where the file has no such column."""
        return text.clean(pl.col(self.fields[part])) if part in self.fields else pl.lit(None, dtype=pl.String)


@dataclass
class Tally:
    """Counts over the whole file that end as warnings."""

    zone: str
    issues: int = 0
    worklogs: int = 0
    differing: int = 0
    nameless: int = 0
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Say what was counted, one sentence a matter."""
        found = [f"{_count(self.issues, 'issue')}, {_count(self.worklogs, 'worklog')}: each worklog is one row."]
        if self.differing:
            found.append(f"{_count(self.differing, 'issue')} whose worklogs do not add up to the Time Spent.")
        if self.nameless:
            found.append(f"{_count(self.nameless, 'worklog')} without an author.")
        if self.clocks:
            found += zones.dst_notes(pl.concat(self.clocks), self.zone)
        return tuple(found)


class Jira:
    """Worklogs of Jira Cloud, Server and Data Center, with headers in any language."""

    name = "jira"
    title = "Jira issue CSV (all fields)"
    kind: Kind = "time_entry"

    def recognises(self, head: Head) -> bool:
        """Tell by the issue columns, or in an unknown language by cells that are worklogs."""
        if head.shape != "table":
            return False
        names = set(head.header)
        known = table.columns_by_name(names, ISSUE_FIELDS)
        if {"task", "summary"} <= known.keys() and (set(LOG_WORK) & names or "issue_id" in known or "spent" in known):
            return True
        return bool(_worklog_columns(head.header, head.sample))

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the worklogs of all issues.

        Raises:
            UnreadableFile: the export has no worklog columns.
            QuestionNeeded: no zone was said, or the order of numeric dates is open.
        """
        layout = _layout(source)
        zone = zones.require(settings.zone, self.title)
        facts = dates.DateFacts()
        for frame, _ in source.frames():
            facts = facts + dates.survey(worklogs(frame, layout)["_when"])
        order = dates.decide(facts, settings.day_first, "Log Work")
        tally = Tally(zone)
        used = _columns(layout)
        return Reading(
            batches=_batches(source, layout, order, tally),
            columns=used,
            unused=tuple(dict.fromkeys(title for title in source.head().header if title and title not in used)),
            zone=zone,
            date_order="day-month-year" if facts.named else order,
            encoding=source.encoding,
            closing=tally.warnings,
        )


def worklogs(frame: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """Return one row a worklog, in file order: the issue's parts, `_cell`, and the parts of the cell as `_...`."""
    labels = [text.clean(pl.col(name)) for name in layout.labels]
    tags = text.clean(pl.concat_str(labels, separator="; ", ignore_nulls=True)) if labels else pl.lit(None, pl.String)
    issues = frame.select(
        "_line",
        *[pl.col(name).alias(f"_log_{position}") for position, name in enumerate(layout.logs)],
        task=layout.raw("task"),
        _summary=layout.raw("summary"),
        project=pl.coalesce(layout.raw("project"), layout.raw("project_key")),
        tags=tags,
    )
    index = ["_line", "task", "_summary", "project", "tags"]
    parts = pl.col("_cell").str.extract_groups(_CELL).struct
    return (
        issues.unpivot(index=index, variable_name="_column", value_name="_cell")
        .filter(text.clean(pl.col("_cell")).is_not_null())
        .sort("_line", maintain_order=True)
        .with_columns(
            parts.field("1").alias("_comment"),
            text.clean(parts.field("2")).alias("_when"),
            text.clean(parts.field("3")).alias("person"),
            text.clean(parts.field("4")).alias("_length"),
        )
    )


def _entries(logs: pl.DataFrame, order: str, zone: str) -> pl.DataFrame:
    comment = text.clean(pl.col("_comment"))
    described = pl.concat_str([pl.col("_summary"), comment], separator=": ", ignore_nulls=True)
    entries = logs.with_columns(
        line=pl.col("_line"),
        description=text.clean(described),
        _local=dates.stamp(pl.col("_when"), order),
        seconds=pl.col("_length").cast(pl.Int64, strict=False),
        zone=pl.lit(zone),
    ).with_columns(
        started_at=zones.to_utc(pl.col("_local"), zone),
        day_on=pl.col("_local").dt.date(),
    )
    return entries.with_columns(
        started_local=pl.col("started_at").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    )


def _batches(source: Source, layout: Layout, order: str, tally: Tally) -> Iterator[Batch]:
    refusals = [
        (pl.col("_length").is_null() & pl.col("_when").is_null(), _BROKEN),
        *reasons.day_reasons(pl.col("day_on")),
        *reasons.length_reasons(pl.col("seconds")),
    ]
    for frame, structural in source.frames():
        entries = _entries(worklogs(frame, layout), order, tally.zone)
        tally.issues += frame.height
        tally.worklogs += entries.height
        tally.differing += _differing(frame, entries, layout)
        records = entries.select("task", "_summary", "_cell")
        batch = table.split(entries, refusals, "time_entry", structural, records)
        tally.nameless += batch.accepted["person"].null_count()
        tally.clocks.append(entries["_local"])
        yield batch


def _differing(frame: pl.DataFrame, entries: pl.DataFrame, layout: Layout) -> int:
    """Count the issues whose stated Time Spent (seconds) is not the sum of their worklogs."""
    if "spent" not in layout.fields:
        return 0
    sums = entries.group_by("_line").agg(pl.col("seconds").sum().alias("logged"))
    stated = frame.select("_line", spent=layout.raw("spent").cast(pl.Int64, strict=False)).drop_nulls("spent")
    both = stated.join(sums, on="_line", how="left")
    return both.filter(pl.col("spent") != pl.col("logged").fill_null(0)).height


def _layout(source: Source) -> Layout:
    head = source.head()
    names = table.frame_names(head.header)
    logs = _worklog_columns(head.header, head.sample) or _sought(source, head.header)
    if not logs:
        raise UnreadableFile(
            f"{source.name} has no worklogs: no Log Work column, and no other with worklogs in it.",
            'Export it again with "Export Excel CSV (all fields)"; the current fields leave worklogs out.',
        )
    found = table.columns_by_name(head.header, ISSUE_FIELDS)
    if "task" not in found:
        found |= _key_column(head.header, head.sample)
    labels = tuple(name for title, name in zip(head.header, names, strict=True) if title in LABELS)
    return Layout(logs, labels, found)


def _worklog_columns(header: Sequence[str], records: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns named for worklogs, or else all of a name under which every cell is one."""
    names = table.frame_names(header)
    titles = {title.casefold() for title in LOG_WORK}
    named = tuple(name for title, name in zip(header, names, strict=True) if title.casefold() in titles)
    if named or not set(names) <= set(records.columns):
        return named
    filled = records.select(text.clean(pl.col(name)) for name in names)
    cells = {name: filled[name].drop_nulls() for name in names}
    shaped = {name: cells[name].str.contains(_SHAPE) for name in names}
    title_of = dict(zip(names, header, strict=True))
    refuted = {title_of[name] for name in names if not shaped[name].all()}
    shown = {title_of[name] for name in names if shaped[name].any()}
    return tuple(name for name in names if title_of[name] in shown - refuted)


def _sought(source: Source, header: Sequence[str]) -> tuple[str, ...]:
    """Look through the whole file for worklogs under a name that is not known."""
    for frame, _ in source.frames():
        found = _worklog_columns(header, frame)
        if found:
            return found
    return ()


def _key_column(header: Sequence[str], records: pl.DataFrame) -> dict[str, str]:
    """Find the issue key by its form, for headers in an unknown language."""
    for name in table.frame_names(header):
        if name in records.columns and records.height and records[name].fill_null("").str.contains(_KEY).all():
            return {"task": name}
    return {}


def _columns(layout: Layout) -> dict[str, str]:
    """Say what became of the columns; one `Log Work` cell holds person, start, length and comment."""
    becomes = {"task": "task", "summary": "description", "project": "project"}
    used = {column: becomes[part] for part, column in layout.fields.items() if part in becomes}
    if "project" not in layout.fields and "project_key" in layout.fields:
        used[layout.fields["project_key"]] = "project"
    repeated = {layout.labels[:1]: "tags", layout.logs[:1]: "seconds"}
    return used | {names[0]: canonical for names, canonical in repeated.items() if names}


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


IMPORTER = Jira()
