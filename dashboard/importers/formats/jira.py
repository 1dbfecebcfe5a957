"""Jira issue CSV ("Export Excel CSV (all fields)"): one worklog is one row, not one issue.

A record of the file is an issue; its worklogs are in repeated `Log Work` columns, as many
as the busiest issue needs. The rows read are the `Log Work` cells that are not empty, and
one for each malformed record; an issue without worklogs is not a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import polars as pl

from dashboard.errors import UnreadableFile
from dashboard.importers.columns.dates import DateFacts, collect_date_facts, parse_timestamp, resolve_date_order
from dashboard.importers.columns.jira_headers import ISSUE_TITLES, LABEL_TITLES, WORKLOG_TITLES
from dashboard.importers.columns.text import clean_text
from dashboard.importers.columns.zones import convert_to_utc, describe_dst_shifts, require_zone
from dashboard.importers.contract import (
    LONGEST_SECONDS,
    Batch,
    Head,
    Reading,
    Settings,
    Source,
    list_day_rejections,
    list_length_rejections,
)
from dashboard.importers.table import deduplicate_header, match_columns, split_batch
from dashboard.schemas import Kind
from dashboard.units import format_count

# Comment;date;author;seconds: only the comment may contain `;`, so the others are split off from the right.
_CELL_PATTERN = r"(?s)\A(?:(.*);)?([^;]*);([^;]*);([^;]*)\z"
_WORKLOG_PATTERN = r"(?s)(?:\A|;)\s*\d{1,4}[^;\d][^;]{2,}\d:\d\d[^;]*;[^;]*;\d+\s*\z"
_KEY_PATTERN = r"^[A-Z][A-Z0-9_]*-\d+$"
_BROKEN_WORKLOG = "worklog without the four parts comment;date;author;seconds"


@dataclass(frozen=True)
class IssueLayout:
    """Which columns hold an issue's parts, as `Source.frames` names them."""

    logs: tuple[str, ...]
    labels: tuple[str, ...]
    fields: dict[str, str]  # task, summary, project, project_key, spent -> column

    def raw(self, part: str) -> pl.Expr:
        """Return the cleaned text of `part`, null where the file has no such column."""
        return clean_text(pl.col(self.fields[part])) if part in self.fields else pl.lit(None, dtype=pl.String)


@dataclass
class WarningCounts:
    """Counts over the whole file that end as warnings."""

    zone: str
    issues: int = 0
    worklogs: int = 0
    differing: int = 0
    nameless: int = 0
    clocks: list[pl.Series] = field(default_factory=list)

    def warnings(self) -> tuple[str, ...]:
        """Return one sentence per kind of warning."""
        sentences = [
            (
                f"{_format_count(self.issues, 'issue')}, {_format_count(self.worklogs, 'worklog')}: "
                "each worklog is one row."
            )
        ]
        if self.differing:
            sentences.append(
                f"{_format_count(self.differing, 'issue')} whose worklogs do not add up to the Time Spent."
            )
        if self.nameless:
            sentences.append(f"{_format_count(self.nameless, 'worklog')} without an author.")
        if self.clocks:
            sentences += describe_dst_shifts(pl.concat(self.clocks), self.zone)
        return tuple(sentences)


class Jira:
    """Worklogs of Jira Cloud, Server and Data Center, with headers in any language."""

    name = "jira"
    tool = "jira"
    title = "Jira issue CSV (all fields)"
    retells = ("jira_rest", "jira_worklogs", "tempo")
    repeats_columns = True  # a column per worklog and per label: no question which one counts
    kind: Kind = "time_entry"

    def can_read(self, head: Head) -> bool:
        """Recognise the export by its issue columns, or in an unknown language by cells that are worklogs."""
        if head.shape != "table":
            return False
        names = set(head.header)
        fields = match_columns(names, ISSUE_TITLES)
        if {"task", "summary"} <= fields.keys() and (
            set(WORKLOG_TITLES) & names or "issue_id" in fields or "spent" in fields
        ):
            return True
        return bool(_find_worklog_columns(head.header, head.sample))

    def read(self, source: Source, settings: Settings) -> Reading:
        """Read the worklogs of all issues.

        Raises:
            UnreadableFile: the export has no worklog columns.
            QuestionNeeded: no zone was given, or the order of numeric dates is ambiguous.
        """
        layout = _detect_layout(source)
        zone = require_zone(settings.zone, self.title)
        facts = DateFacts()
        for frame, _ in source.frames():
            facts = facts + collect_date_facts(extract_worklogs(frame, layout)["_when"])
        order = resolve_date_order(facts, settings.day_first, "Log Work")
        counts = WarningCounts(zone)
        columns = _map_columns(layout)
        return Reading(
            batches=_read_batches(source, layout, order, counts),
            columns=columns,
            unused=tuple(dict.fromkeys(title for title in source.head().header if title and title not in columns)),
            zone=zone,
            date_order="day-month-year" if facts.named_months else order,
            encoding=source.encoding,
            final_warnings=counts.warnings,
        )


def extract_worklogs(frame: pl.DataFrame, layout: IssueLayout) -> pl.DataFrame:
    """Return one row per worklog, in file order: the issue's parts, `_cell`, and the parts of the cell as `_...`."""
    labels = [clean_text(pl.col(name)) for name in layout.labels]
    tags = clean_text(pl.concat_str(labels, separator="; ", ignore_nulls=True)) if labels else pl.lit(None, pl.String)
    issues = frame.select(
        "_line",
        *[pl.col(name).alias(f"_log_{position}") for position, name in enumerate(layout.logs)],
        task=layout.raw("task"),
        _summary=layout.raw("summary"),
        project=pl.coalesce(layout.raw("project"), layout.raw("project_key")),
        tags=tags,
    )
    index = ["_line", "task", "_summary", "project", "tags"]
    parts = pl.col("_cell").str.extract_groups(_CELL_PATTERN).struct
    return (
        issues.unpivot(index=index, variable_name="_column", value_name="_cell")
        .filter(clean_text(pl.col("_cell")).is_not_null())
        .sort("_line", maintain_order=True)
        .with_columns(
            parts.field("1").alias("_comment"),
            clean_text(parts.field("2")).alias("_when"),
            clean_text(parts.field("3")).alias("person"),
            clean_text(parts.field("4")).alias("_length"),
        )
    )


def _build_entries(logs: pl.DataFrame, order: str, zone: str) -> pl.DataFrame:
    comment = clean_text(pl.col("_comment"))
    described = pl.concat_str([pl.col("_summary"), comment], separator=": ", ignore_nulls=True)
    entries = logs.with_columns(
        line=pl.col("_line"),
        description=clean_text(described),
        _local=parse_timestamp(pl.col("_when"), order),
        seconds=pl.col("_length").cast(pl.Int64, strict=False),
        zone=pl.lit(zone),
    ).with_columns(
        started_at=convert_to_utc(pl.col("_local"), zone),
        day_on=pl.col("_local").dt.date(),
    )
    return entries.with_columns(
        started_local=pl.col("started_at").dt.convert_time_zone(zone).dt.replace_time_zone(None)
    )


def _read_batches(source: Source, layout: IssueLayout, order: str, counts: WarningCounts) -> Iterator[Batch]:
    rejections = [
        (pl.col("_length").is_null() & pl.col("_when").is_null(), _BROKEN_WORKLOG),
        *list_day_rejections(pl.col("day_on")),
        *list_length_rejections(pl.col("seconds"), shortest=-LONGEST_SECONDS),
    ]
    for frame, structural in source.frames():
        entries = _build_entries(extract_worklogs(frame, layout), order, counts.zone)
        counts.issues += frame.height
        counts.worklogs += entries.height
        counts.differing += _count_differences(frame, entries, layout)
        records = entries.select("task", "_summary", "_cell")
        batch = split_batch(entries, rejections, "time_entry", structural, records)
        counts.nameless += batch.accepted["person"].null_count()
        counts.clocks.append(entries["_local"])
        yield batch


def _count_differences(frame: pl.DataFrame, entries: pl.DataFrame, layout: IssueLayout) -> int:
    """Count the issues whose stated Time Spent (seconds) is not the sum of their worklogs."""
    if "spent" not in layout.fields:
        return 0
    sums = entries.group_by("_line").agg(pl.col("seconds").sum().alias("logged"))
    stated = frame.select("_line", spent=layout.raw("spent").cast(pl.Int64, strict=False)).drop_nulls("spent")
    compared = stated.join(sums, on="_line", how="left")
    return compared.filter(pl.col("spent") != pl.col("logged").fill_null(0)).height


def _detect_layout(source: Source) -> IssueLayout:
    head = source.head()
    column_names = deduplicate_header(head.header)
    logs = _find_worklog_columns(head.header, head.sample) or _search_worklog_columns(source, head.header)
    if not logs:
        raise _build_no_worklogs_error(source)
    fields = match_columns(head.header, ISSUE_TITLES)
    if "task" not in fields:
        fields |= _find_key_column(head.header, head.sample)
    labels = tuple(name for title, name in zip(head.header, column_names, strict=True) if title in LABEL_TITLES)
    return IssueLayout(logs, labels, fields)


def _build_no_worklogs_error(source: Source) -> UnreadableFile:
    """Return why an export has no worklogs: nobody logged time, only totals per issue, or fields were left out."""
    header = source.head().header
    spent = match_columns(header, {"spent": ISSUE_TITLES["spent"]}).get("spent")
    totals = [name for name, title in zip(deduplicate_header(header), header, strict=True) if title.startswith("Σ")]
    columns = [*([spent] if spent else []), *totals]
    if not columns:
        return UnreadableFile(
            f"{source.name} has no worklogs: no Log Work column, and no other with worklogs in it.",
            'Export it again with "Export Excel CSV (all fields)"; the current fields leave worklogs out.',
        )
    texts = [clean_text(pl.col(name)).fill_null("0").is_in(["0", "0h", "0m"]) for name in columns]
    issues = sum(int(frame.select((~pl.all_horizontal(texts)).sum()).item()) for frame, _ in source.frames())
    if not issues:
        return UnreadableFile(
            f"{source.name} has no worklogs: nobody logged time on its issues.",
            "Export a filter with issues on which time was logged, or import another tracker's times.",
        )
    return UnreadableFile(
        f"{source.name} has times only as totals of issues ({_format_count(issues, 'issue')}), without who and when.",
        'Export the worklogs: "Export Excel CSV (all fields)" has them in Log Work columns where you may see them; else'
        " export a worklog report, such as Tempo's, and import it with a mapping.",
    )


def _find_worklog_columns(header: Sequence[str], records: pl.DataFrame) -> tuple[str, ...]:
    """Return the columns titled as worklogs, or else all columns of a title whose every cell is a worklog."""
    names = deduplicate_header(header)
    titles = {title.casefold() for title in WORKLOG_TITLES}
    titled_columns = tuple(name for title, name in zip(header, names, strict=True) if title.casefold() in titles)
    if titled_columns or not set(names) <= set(records.columns):
        return titled_columns
    filled = records.select(clean_text(pl.col(name)) for name in names)
    cells = {name: filled[name].drop_nulls() for name in names}
    is_worklog = {name: cells[name].str.contains(_WORKLOG_PATTERN) for name in names}
    title_of = dict(zip(names, header, strict=True))
    failing_titles = {title_of[name] for name in names if not is_worklog[name].all()}
    matching_titles = {title_of[name] for name in names if is_worklog[name].any()}
    return tuple(name for name in names if title_of[name] in matching_titles - failing_titles)


def _search_worklog_columns(source: Source, header: Sequence[str]) -> tuple[str, ...]:
    """Search the whole file for worklogs under an unknown title."""
    for frame, _ in source.frames():
        columns = _find_worklog_columns(header, frame)
        if columns:
            return columns
    return ()


def _find_key_column(header: Sequence[str], records: pl.DataFrame) -> dict[str, str]:
    """Find the issue key by its form when the header is in an unknown language."""
    for name in deduplicate_header(header):
        if name in records.columns and records.height and records[name].fill_null("").str.contains(_KEY_PATTERN).all():
            return {"task": name}
    return {}


def _map_columns(layout: IssueLayout) -> dict[str, str]:
    """Return column -> canonical column; one `Log Work` cell holds person, start, length and comment."""
    canonical_names = {"task": "task", "summary": "description", "project": "project"}
    columns = {column: canonical_names[part] for part, column in layout.fields.items() if part in canonical_names}
    if "project" not in layout.fields and "project_key" in layout.fields:
        columns[layout.fields["project_key"]] = "project"
    repeated = {layout.labels[:1]: "tags", layout.logs[:1]: "seconds"}
    return columns | {names[0]: canonical for names, canonical in repeated.items() if names}


def _format_count(number: int, noun: str) -> str:
    return f"{format_count(number)} {noun}" if number == 1 else f"{format_count(number)} {noun}s"


IMPORTER = Jira()
