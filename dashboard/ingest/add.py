"""Import one table inside an open change: read, key, add, match, record.

rows_read = accepted + changed + duplicate + rejected.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Literal

import polars as pl

from dashboard.errors import DashboardError, NoRows, UnreadableFile, shorten_message
from dashboard.importers.contract import NO_PROJECT, Importer, Reading, Settings, list_lacks
from dashboard.importers.frames.time_entries import NO_PERSON
from dashboard.ingest.answers import check_same_file, record_answers
from dashboard.ingest.corrections import Corrections, settle_corrections
from dashboard.ingest.counted_once import check_counted_once
from dashboard.ingest.given_project import clean_project, describe_near_name
from dashboard.ingest.isolation import IsolatedSource
from dashboard.ingest.known_entries import Meeting, meet_itself, meet_known_entries
from dashboard.ingest.people import add_people, check_people, describe_addresses, name_people, parse_people
from dashboard.ingest.recalled_mapping import digest_header, recognise_table
from dashboard.ingest.repeated import find_untouched, hash_readers, read_rows
from dashboard.ingest.results import ImportResult
from dashboard.ingest.retold import check_retold_again, settle_retold
from dashboard.ingest.same_work import check_told_twice
from dashboard.ingest.shifted import check_shifted
from dashboard.ingest.told_time_off import add_time_off, count_known_time_off, describe_time_off
from dashboard.ingest.unnamed_project import ProjectChoice, settle_project
from dashboard.schemas import BAD_ROW, Kind, build_bad_rows
from dashboard.store.engine import read_sql_files
from dashboard.store.identity import NAMED_KINDS
from dashboard.store.snapshot import Change
from dashboard.units import count_noun, format_count, format_hours

Progress = Callable[[str, int], None]
INGEST_SQL = dict(read_sql_files("ingest"))
NO_ROW_HINT = "Correct these rows, or the mapping of their columns, and import the file again."
UNREAD = "can(not)? be read"  # in the reasons for cells that a spreadsheet program may have rewritten
SPREADSHEET_HINT = (
    "If a spreadsheet program saved the file, import it as it was downloaded: such programs rewrite dates and numbers."
    f" Else: {NO_ROW_HINT}"
)
SECONDS_SQL: dict[Kind, str] = {  # kinds whose time is not a sum of seconds
    "labeling_event": "cast(coalesce(sum(milliseconds), 0) as bigint) // 1000",
    "quality_report": "cast(0 as bigint)",
}
EDITED: dict[str | None, Literal["replace", "keep"]] = {"replace": "replace", "keep": "keep"}
OVERLAP_SHARE = 0.02  # of the time of labels; overlaps beyond are told
NOUNS: dict[Kind, str] = {"time_entry": "entries", "labeling_event": "labeling events"}
DOUBTS: dict[Kind, dict[str, str]] = {  # count of an oddity -> what is said of it
    "time_entry": {
        "overlapping": "begin before an earlier entry of the same person ends; the rule in force: {rule}",
        "over_a_day": "are longer than 24 h",
        "over_twelve_hours": "are longer than 12 h",
        "in_the_future": "lie in the future",
        "without_project": "name no project",
        "without_length": "have a length of zero",
    },
    "labeling_event": {
        "over_twelve_hours": "took longer than 12 h, rather an open tab than work",
        "in_the_future": "lie in the future",
        "automatic_by_people": "are automatic and name a person: they and their time count as work of that person. "
        "Leave the person empty where a machine made the label, or write pre-annotated where the person corrected one",
        "only_rejected": "are rejections, and no label of their projects is recorded as accepted: what reviewers "
        "accept is not known. Import which labels were accepted, too",
        "repeated": "say the same as another row of the file, of the same item, person and moment: each counts. If the"
        " export repeats rows, leave the copies out",
    },
}
SAMPLE_COLUMNS: dict[Kind, str] = {
    "time_entry": "line, day_on, started_local, person, client, project, task, description, tags, seconds, category",
    "labeling_event": "line, day_on, finished_at, person, project, item, stage, outcome, method, suggestion,"
    " milliseconds, time_kind, objects",
    "experiment_run": "line, day_on, run, project, person, state, seconds, metric, value, labels_used",
    "quality_report": "line, day_on, report, project, metric, value, scale_high, reference",
}


def import_table(
    change: Change,
    source: IsolatedSource,
    settings: Settings,
    who: str | None,
    importer_name: str | None,
    sha256: str,
    progress: Progress | None,
) -> ImportResult:
    """Import one table inside an open change."""
    importer, settings, recall_note = recognise_table(change, source, settings, importer_name)
    settings = replace(settings, project=clean_project(settings.project))
    remembered = change.read_setting("zone") if settings.zone is None else None
    edited = settings.edited or change.read_setting(f"edited/{importer.tool}")
    asked_again = settings.edited is None
    if edited in EDITED:
        settings = replace(settings, edited=EDITED[edited])
    reading = source.read(replace(settings, zone=settings.zone or remembered, today=resolve_today(settings)), importer)
    header = digest_header(source.head(settings).header) if settings.mapping is not None else None
    answers = record_answers(importer.name, reading, settings, header)
    check_same_file(change, source.name, sha256, answers)
    import_id = find_next_id(change)
    untouched = find_untouched(change, importer, source.name, sha256, answers, settings)
    if untouched:
        check_people(change, importer.kind, untouched, source.name)
        if asked_again or settings.edited != "keep":
            check_retold_again(change, importer, untouched, source.name)
        rows_read, rejects = read_rows(change, untouched)
        meeting = meet_itself(change, importer, untouched)
        remember_zone(change, reading, settings)
        again = build_result(change, importer, source, reading, import_id, rows_read, rejects, meeting, answers)
        return replace(again, import_id=None)
    try:
        rows_read, second_rows, rejects = load_batches(
            change, importer, reading, import_id, source.name, settings, progress
        )
        corrections = settle_corrections(change, import_id) if importer.kind == "time_entry" else Corrections()
        rejects = pl.concat([rejects, corrections.rejected])
        if not settings.is_part:
            check_rows(source.name, rows_read, rejects)
        choice = settle_project(
            change,
            importer,
            import_id,
            source.name,
            replace(settings, edited=None) if asked_again else settings,
            sha256,
        )
        check_people(change, importer.kind, import_id, source.name)
        if asked_again or (settings.is_part and not settings.is_settled):
            check_shifted(change, importer.kind, import_id, importer.tool, source.name)
        left_out = settle_retold(change, importer, import_id, source.name, settings, is_open=asked_again)
        told_twice = check_told_twice(change, importer, import_id, source.name, settings, is_open=asked_again)
        meeting = finish_rows(change, importer, import_id, source.name, settings, is_open=asked_again)
        meeting = replace(
            meeting, duplicate=meeting.duplicate + left_out.count + count_known_time_off(change, import_id)
        )
    except DashboardError:
        change.remove_import(import_id)  # remove what was added before the damage was found
        raise
    answers |= {"project": choice.project} if choice.project is not None else {}
    result = build_result(change, importer, source, reading, import_id, rows_read, rejects, meeting, answers)
    result = replace(result, second_rows=second_rows)
    warnings = [
        *filter(None, [result.describe_lines()]),
        *recall_note,
        *describe_lacks(importer, choice),
        *filter(None, [describe_near_name(change, import_id, settings.project)]),
        *list_reading_warnings(reading, settings),
        *corrections.warnings(),
        *left_out.warnings(),
        *filter(None, [told_twice]),
        *describe_addresses(change, importer.kind),
        *describe_time_off(change, import_id),
        *describe_meeting(meeting, settings),
        *describe_overlaps(change, importer.kind, import_id),
        *describe_gaps(change, importer.kind, import_id),
        *find_doubts(change, result, resolve_today(settings)),
    ]
    if remembered and reading.zone == remembered:
        warnings.append(f"Read in the time zone {remembered}, as given for an earlier import.")
    remember_zone(change, reading, settings)
    if not asked_again and meeting.answered and settings.edited and not settings.is_part:
        change.save_setting(f"edited/{importer.tool}", settings.edited)
    result = replace(result, warnings=tuple(map(shorten_message, warnings)))
    save_import(change, result, who, sha256)
    return result


def import_nothing(change: Change, importer: Importer, name: str, who: str | None) -> ImportResult:
    """Write down an import without rows: a pull that finds none may tell that entries of earlier ones are gone."""
    result = ImportResult(importer.name, importer.kind, name, find_next_id(change), 0, 0, 0, 0, 0, 0, None, None)
    save_import(change, result, who, "")
    return result


def remember_zone(change: Change, reading: Reading, settings: Settings) -> None:
    """Keep the time zone that was given for a file and used, for later ones."""
    if settings.zone and reading.zone == settings.zone and not settings.is_part:
        change.save_setting("zone", settings.zone)


def find_next_id(change: Change) -> int:
    """Return the number of the import to come."""
    return int(change.read_value("select coalesce(max(import_id), 0) + 1 from import"))


def resolve_today(settings: Settings) -> date:
    """Return the day that counts as today."""
    return settings.today or datetime.now(tz=UTC).date()


def load_batches(
    change: Change,
    importer: Importer,
    reading: Reading,
    import_id: int,
    name: str,
    settings: Settings,
    progress: Progress | None,
) -> tuple[int, int, pl.DataFrame]:
    """Add all batches to the facts, duplicates too.

    Return the number of rows read, of those that are second rows of a line, and the rejected rows.
    """
    statement, parameters = INGEST_SQL[f"add_{importer.kind}.sql"], {"import_id": import_id, "source": importer.tool}
    rows_read, second_rows, bad = 0, 0, []
    for batch in reading.batches:
        if batch.rows != batch.accepted.height + batch.bad.height:
            raise UnreadableFile(f"{name}: {batch.rows} rows were read but not all accounted for.", "Report this file.")
        accepted = name_people(batch.accepted, settings.person) if importer.kind in NAMED_KINDS else batch.accepted
        if settings.project and importer.kind != "labeling_event":  # whose ids may depend on it
            accepted = accepted.with_columns(pl.col("project").fill_null(settings.project))
        if importer.kind == "time_entry":
            accepted = add_time_off(change, accepted, import_id)
        change.load(accepted, statement, parameters)
        rows_read += batch.rows
        second_rows += batch.second_rows
        bad.append(batch.bad)
        if progress:
            progress(name, rows_read)
    return rows_read, second_rows, pl.concat([build_bad_rows(), *bad])


def check_rows(name: str, rows_read: int, rejects: pl.DataFrame) -> None:
    """Refuse a file of which nothing can be taken.

    Raises:
        NoRows: it holds none.
        UnreadableFile: every row is rejected.
    """
    if not rows_read:
        raise NoRows(f"{name}: the file holds no rows.", "Export it again for a period with entries.")
    if rejects.height == rows_read:
        is_unread = rejects["reason"].str.contains(UNREAD).any()
        raise UnreadableFile(
            f"{name}: none of its {format_count(rows_read)} rows can be taken. {count_reasons(rejects)}",
            SPREADSHEET_HINT if is_unread else NO_ROW_HINT,
        )


def count_reasons(rejects: pl.DataFrame) -> str:
    """Return the most frequent reasons of rejected rows, each with its count and first line."""
    reasons = rejects.group_by("reason").agg(pl.len().alias("rows"), pl.col("line").min())
    most_frequent = reasons.sort("rows", "line", descending=[True, False]).head(5).select("reason", "rows", "line")
    return (
        "; ".join(
            f"{reason}: {format_count(rows)}, first in line {line}" for reason, rows, line in most_frequent.iter_rows()
        )
        + "."
    )


def finish_rows(
    change: Change, importer: Importer, import_id: int, name: str, settings: Settings, *, is_open: bool
) -> Meeting:
    """Match the added rows with what the store has, and derive categories, rollups and labels."""
    kind = importer.kind
    if kind in NAMED_KINDS:
        add_people(change, kind, import_id)
    projects = change.labeling_projects(import_id)
    meeting = meet_known_entries(change, importer, import_id, name, settings, is_open=is_open)
    if kind == "time_entry":
        change.assign_categories(import_id=import_id)
    change.renew_rollups(import_id)
    if kind == "labeling_event":
        check_counted_once(change)
    change.rebuild_labels(sorted({*projects, *meeting.projects}))
    return meeting


def list_reading_warnings(reading: Reading, settings: Settings) -> Iterator[str]:
    """Yield what the importer says of a file, but not that its rows are nobody's where the lead said whose they are."""
    anybody, _ = parse_people(settings.person)
    yield from (
        warning for warning in (*reading.warnings, *reading.final_warnings()) if warning != NO_PERSON or not anybody
    )


def describe_lacks(importer: Importer, choice: ProjectChoice) -> Iterator[str]:
    """Yield what no file of this format tells, but for the project where it is known, and how that is known."""
    lacks = [words for words in list_lacks(importer) if not (choice.project and words == NO_PROJECT)]
    yield from filter(None, [choice.reason])
    if lacks:
        yield f"This format does not tell {', '.join(lacks[:-1])}{' or ' if lacks[1:] else ''}{lacks[-1]}."


def describe_meeting(meeting: Meeting, settings: Settings) -> Iterator[str]:
    """Yield what the lead should know about entries that the store had already."""
    changed = meeting.changed - meeting.edited
    if meeting.changed:
        counts = " and ".join(
            f"{count} {word}" for count, word in ((changed, "changed"), (meeting.edited, "edited")) if count
        )
        yield f"{counts}: the version of this file counts, and an undo brings the earlier one back."
    if meeting.kept:
        yield f"Kept beside an earlier version, so that both count: {count_noun(meeting.kept, 'entry')}."
    if meeting.older:
        yield f"Older than what the store has, so that nothing changes: {count_noun(meeting.older, 'row')}."
    if meeting.missing:
        missing = f"{count_noun(meeting.missing, 'entry')}, {format_hours(meeting.missing_seconds / 3600)}"
        yield (
            f"Taken out, because this file does not have them: {missing}."
            if settings.replace_period
            else f"In the store for these days, people and projects, but not in this file: {missing}. If the file is "
            "the whole truth for its days, import it with --replace-period."
        )


def describe_overlaps(change: Change, kind: Kind, import_id: int) -> Iterator[str]:
    """Yield both totals where labels that one person had open at once add up to more than the clock shows."""
    if kind != "labeling_event":
        return
    ((reported, counted),) = change.read_rows(
        """
        select
            cast(coalesce(sum(event.milliseconds), 0) as bigint),
            cast(coalesce(sum(coalesce(shared.milliseconds, event.milliseconds)), 0) as bigint)
        from labeling_event as event
        left join shared_time as shared using (import_id, source, source_key, occurrence)
        where import_id = $import_id and event.milliseconds is not null
        """,
        {"import_id": import_id},
    )
    if reported - counted > OVERLAP_SHARE * reported:
        yield (
            f"Labels of one person overlap: their times add up to {format_hours(reported / 3.6e6)}, and by the clock "
            "they took"
            f" {format_hours(counted / 3.6e6)}. The clock counts, split over the labels."
        )


def describe_gaps(change: Change, kind: Kind, import_id: int) -> Iterator[str]:
    """Yield how much time is derived from the gaps between completions, of labels that are only stamped."""
    if kind != "labeling_event":
        return
    ((labels, timed, milliseconds),) = change.read_rows(
        """
        select count(*), count(shared.milliseconds), cast(coalesce(sum(shared.milliseconds), 0) as bigint)
        from labeling_event as event
        left join shared_time as shared using (import_id, source, source_key, occurrence)
        where import_id = $import_id and event.time_kind = 'gap-derived' and event.milliseconds is null
        """,
        {"import_id": import_id},
    )
    if labels:
        yield (
            f"The file says when a label was finished, not how long it took. For {format_count(timed)} of "
            f"{format_count(labels)} labels the"
            f" time is estimated from the gap to the person's label before it ({format_hours(milliseconds / 3.6e6)}); "
            "the"
            " first label and those after a gap of more than 5 min have none. These times are marked as estimates."
        )


def build_result(
    change: Change,
    importer: Importer,
    source: IsolatedSource,
    reading: Reading,
    import_id: int,
    rows_read: int,
    rejects: pl.DataFrame,
    meeting: Meeting,
    answers: dict[str, object],
) -> ImportResult:
    """Build the result of an import: rows that are none of the others are new."""
    seconds_sql = SECONDS_SQL.get(importer.kind, "cast(coalesce(sum(seconds), 0) as bigint)")
    ((total, first, last),) = change.read_rows(
        f"select {seconds_sql}, min(day_on), max(day_on) from {importer.kind} where import_id = $import_id",  # noqa: S608 - fixed names
        {"import_id": import_id},
    )
    return ImportResult(
        source=importer.name,
        kind=importer.kind,
        file_name=source.name,
        import_id=import_id,
        rows_read=rows_read,
        accepted=rows_read - rejects.height - meeting.changed - meeting.duplicate,
        changed=meeting.changed,
        duplicate=meeting.duplicate,
        rejected=rejects.height,
        seconds_total=total,
        first_day=first,
        last_day=last,
        zone=reading.zone,
        date_order=reading.date_order,
        encoding=reading.encoding or source.encoding,
        columns=reading.columns,
        unused=reading.unused,
        rejects=rejects.sort("line"),
        first_rows=read_sample(change, importer.kind, import_id),
        by_category=sum_categories(change, import_id),
        edited=meeting.edited,
        missing=meeting.missing,
        changes=meeting.changes,
        answers=answers,
    )


def read_sample(change: Change, kind: Kind, import_id: int) -> pl.DataFrame:
    """Return the first 8 rows of an import as they are stored."""
    columns = SAMPLE_COLUMNS[kind]
    table = "categorized_time" if kind == "time_entry" else kind
    return change.query(
        f"select {columns} from {table} where import_id = $id order by line limit 8",  # noqa: S608 - fixed names
        {"id": import_id},
    )


def sum_categories(change: Change, import_id: int) -> pl.DataFrame:
    """Return the entries and seconds of an import per category."""
    return change.query(
        "select category, cast(sum(entries) as bigint) as entries, cast(sum(seconds) as bigint) as seconds"
        " from time_day where import_id = $id and scheme = 'activity' group by category order by 3 desc, 1",
        {"id": import_id},
    )


def find_doubts(change: Change, result: ImportResult, day: date) -> Iterator[str]:
    """Yield one sentence per oddity in the accepted and changed rows."""
    stored = result.accepted + result.changed
    if result.kind not in DOUBTS or not stored:
        return
    parameters: dict[str, object] = {"import_id": result.import_id}
    doubts_sql = INGEST_SQL[f"doubts_{result.kind}.sql"]
    counts = change.query(doubts_sql, {**parameters, "today": day}).row(0, named=True)
    if result.kind == "time_entry":
        counts["overlapping"] = count_overlaps(change.query(INGEST_SQL["neighbours_time_entry.sql"], parameters))
    for name, sentence in DOUBTS[result.kind].items():
        if counts[name]:
            news = "new or changed" if result.changed else "new"
            rule = change.read_value("select overlap_rule()") if "{rule}" in sentence else ""
            yield f"{counts[name]} of {stored} {news} {NOUNS[result.kind]} {sentence.format(rule=rule)}."
    if result.kind == "time_entry":
        ((days, longest_on, hours),) = change.read_rows(INGEST_SQL["long_days_time_entry.sql"], parameters)
        if days:
            yield (
                f"Days with more than 24 h of one person: {days}; the longest is {longest_on} with "
                f"{format_hours(hours)}."
            )


def count_overlaps(neighbours: pl.DataFrame) -> int:
    """Count the new entries that begin before an earlier entry of the same person ends.

    `neighbours`: person, began and ended (microseconds), fresh (whether it is of this import).
    """
    with_busy_until = neighbours.sort(
        "began", "ended"
    ).with_columns(  # not by person: sorting texts takes ten times as long
        pl.col("ended").cum_max().shift(1).over("person").alias("busy_until")
    )
    return with_busy_until.filter(pl.col("fresh") & (pl.col("began") < pl.col("busy_until"))).height


def save_import(change: Change, result: ImportResult, who: str | None, sha256: str) -> None:
    """Write the import's history line and its rejected rows."""
    row = {
        "import_id": result.import_id,
        "source": result.source,
        "kind": result.kind,
        "file_name": result.file_name,
        "file_sha256": sha256,
        "imported_at": datetime.now(tz=UTC),
        "imported_by": who,
        "rows_read": result.rows_read,
        "accepted": result.accepted,
        "changed": result.changed,
        "edited": result.edited,
        "missing": result.missing,
        "duplicate": result.duplicate,
        "rejected": result.rejected,
        "seconds_total": result.seconds_total,
        "first_day": result.first_day,
        "last_day": result.last_day,
        "zone": result.zone,
        "date_order": result.date_order,
        "warnings": "\n".join(result.warnings),
        "answers": json.dumps(result.answers, sort_keys=True),
        "reader": hash_readers(),
    }
    change.insert("import", pl.DataFrame([row]))
    if result.rejects.height:
        numbered = result.rejects.with_columns(pl.lit(result.import_id, pl.Int32).alias("import_id"))
        change.insert("bad_row", numbered.select("import_id", *BAD_ROW))
