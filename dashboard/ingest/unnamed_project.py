"""Which project the rows of a file are of that names none, where the ids of two projects may be the same."""

from __future__ import annotations

import json
from dataclasses import dataclass

from dashboard.edit_distance import are_nearly_equal
from dashboard.errors import ProjectNeeded, shorten_quote
from dashboard.importers.contract import Importer, Settings, has_local_ids
from dashboard.ingest.given_project import NOT_USED, Meeting, check_given, read_given
from dashboard.store.engine import read_sql_files
from dashboard.store.identity import content_sql
from dashboard.store.snapshot import Change, Snapshot
from dashboard.units import count_noun

INGEST_SQL = dict(read_sql_files("ingest"))
MOST_NAMED = 5  # projects in a question
FEWEST_EQUAL = 20  # labels without times: fewer may say the same by chance
RECALL_SQL = """
    select json_extract_string(answers, '$.project') as project, max(import_id) as import_id
    from import
    where undone_at is null and (file_name = $name or starts_with(file_name, $name || ': '))
        and json_extract_string(answers, '$.project') is not null
    group by 1
    order by import_id desc
"""
RECALL_WATCHED_SQL = """
    select json_extract_string(answers, '$.project') as project, import_id
    from import
    where undone_at is null and json_extract_string(answers, '$.project') is not null
        and split_part(file_sha256, '/', 1) in (
            select file_hash from watched_file where folder = $folder and file_name = $name
        )
    order by import_id desc
    limit 1
"""
SAME_FILE_SQL = """
    select json_extract_string(answers, '$.project') as project
    from import
    where undone_at is null and file_sha256 = $sha and file_sha256 <> ''
    order by import_id desc
    limit 1
"""
IS_IN_FORCE_SQL = (
    "select count(*) > 0 from labeling_event where source = $source and project = $project and import_id <> $import_id"
)


@dataclass(frozen=True)
class ProjectChoice:
    """The project of the rows that name none ("": unknown, None: nobody was asked), and why it is this one."""

    project: str | None = None
    reason: str | None = None
    adopts: bool = False  # labels of earlier imports become those of the project, too


def recall_project(snapshot: Snapshot, name: str, folder: str | None = None) -> ProjectChoice:
    """Return the answer for the last version of a file in a watched folder, else the only one for files of its name.

    Files of one name that are of several projects tell nothing.
    """
    answers = snapshot.query(RECALL_WATCHED_SQL, {"folder": folder, "name": name}).rows() if folder else []
    answers = answers or snapshot.query(RECALL_SQL, {"name": name}).rows()
    if len(answers) != 1:
        return ProjectChoice()
    project, import_id = answers[0]
    reason = f"Read as of project {project}, as import {import_id} of the same file name." if project else None
    return ProjectChoice(project, reason)


def settle_project(
    change: Change, importer: Importer, import_id: int, name: str, settings: Settings, sha256: str
) -> ProjectChoice:
    """Give the labels of an import that name no project the one that they are of.

    The lead's answer decides, else the one for the same file, else the labels that the file repeats, else the last
    answer for a file of that name.

    Raises:
        ProjectNeeded: the file has the ids of known labels, and nothing tells whether they are the same ones.
    """
    if importer.kind != "labeling_event":
        check_given(change, importer, import_id, name, settings)
        return ProjectChoice(settings.project)
    unnamed = "select count(*) from labeling_event where import_id = $import_id and project is null"
    if not change.read_value(unnamed, {"import_id": import_id}):
        return ProjectChoice(reason=NOT_USED if settings.project else None)
    incoming: dict[str, object] = {"import_id": import_id, "source": importer.tool}
    meetings: list[Meeting] = []
    if has_local_ids(importer):
        meetings = change.query(INGEST_SQL["met_projects.sql"], incoming).rows(named=True)
    choice = (
        guess_project(change, importer, import_id, meetings, name, sha256)
        if settings.project is None
        else ProjectChoice(settings.project, adopts=check_named(change, meetings, name, settings, incoming))
    )
    is_answer = settings.project is not None and not settings.is_part
    if is_answer and any(meeting["project"] == (settings.project or None) for meeting in meetings):
        change.save_setting(name_answer(importer, settings.project), "true")
    if choice.adopts:
        choice = adopt_labels(change, str(choice.project), incoming)
    if choice.project:
        named = {"project": choice.project, "is_local": has_local_ids(importer)}
        change.execute(INGEST_SQL["name_project.sql"], {"import_id": import_id, **named})
    if choice.adopts:
        change.rebuild_labels([f"{importer.tool}/"])
    return choice


def guess_project(
    change: Change, importer: Importer, import_id: int, meetings: list[Meeting], name: str, sha256: str
) -> ProjectChoice:
    """Return the project of a file about which the lead said nothing; raises as `settle_project`."""
    for (earlier,) in change.query(SAME_FILE_SQL, {"sha": sha256}).iter_rows():
        return ProjectChoice(earlier)
    known = [meeting for meeting in meetings if is_repeated(meeting)]
    if len(known) > 1:
        raise ask_apart(name, known[0], known[1])
    for repeated in known:
        project, labels = repeated["project"], count_noun(repeated["labels"], "label")
        words = f"Read as of project {project}, as import {repeated['earlier_id']}, of which it has {labels}."
        return ProjectChoice(project, words if project else None)
    if meetings:
        return recall_answer(change, importer, meetings, name)
    holders = [] if has_local_ids(importer) else read_given(change, importer, import_id)
    if len(holders) > 1:
        raise ask_apart(name, holders[0], holders[1])
    for given in holders:
        words = f"Read as of project {given['project']}, as import {given['earlier_id']}, of which it has labels."
        return ProjectChoice(given["project"], words)
    answers = change.query(RECALL_SQL, {"name": name}).rows()
    if has_local_ids(importer) and len(answers) > 1:
        raise ask_among(name, answers)
    return recall_project(change, name)


def recall_answer(change: Change, importer: Importer, meetings: list[Meeting], name: str) -> ProjectChoice:
    """Return the project that the lead named before for a longer export of the same labels; raises as `settle_project`.

    All labels of the earlier file must be in this one and say the same.
    """
    longer = [row for row in meetings if row["equal"] == row["labels"] >= row["stored"]]
    for meeting in longer if len(longer) == 1 else ():
        project, number = meeting["project"], meeting["earlier_id"]
        if change.read_setting(name_answer(importer, project)):
            words = (
                f"Read as of {describe_project(project)}, as you answered before: it has the labels of import {number}."
            )
            return ProjectChoice(project, words)
    raise ask_project(name, meetings[0])


def name_answer(importer: Importer, project: str | None) -> str:
    """Return the setting that remembers that a file of a tool was said to have labels of a project again."""
    return f"same labels/{importer.tool}/{project or ''}"


def ask_project(name: str, meeting: Meeting) -> ProjectNeeded:
    """Return the question of which project a file is that has the ids of known labels."""
    project, number = meeting["project"], meeting["earlier_id"]
    return ProjectNeeded(
        number,
        project or "",
        f"{name} names no project, and shares the ids of {count_noun(meeting['labels'], 'label')} with import {number}"
        f" ({meeting['file_name']}), of {describe_project(project)}. Which project is it of?",
        f'If it is the same project, say --project "{project or ""}"; if it is another one, --project NAME.',
    )


def ask_apart(name: str, first: Meeting, second: Meeting) -> ProjectNeeded:
    """Return the question of what to do with a file that has the labels of two projects again."""
    parts = " and ".join(
        f"{count_noun(meeting['labels'], 'label')} of import {meeting['earlier_id']} ({meeting['file_name']}), of"
        f" {describe_project(meeting['project'])}"
        for meeting in (first, second)
    )
    named = next((meeting["project"] for meeting in (first, second) if meeting["project"]), "")
    return ProjectNeeded(
        first["earlier_id"],
        first["project"] or "",
        f"{name} names no project, and has {parts}. In one project, those of the other one would move or count twice.",
        f'Export each project on its own. If all of it is one project, say --project "{named}".',
    )


def ask_among(name: str, answers: list[tuple[str, int]]) -> ProjectNeeded:
    """Return the question of which project a file is of whose name others had that are of several ones."""
    project, number = answers[0]
    names = ", ".join(describe_project(known) for known, _ in answers[:MOST_NAMED])
    return ProjectNeeded(
        number,
        project,
        f"{name} names no project, and files of that name were of several: {names}. Which project is it of?",
        "Say --project NAME.",
    )


def check_named(
    change: Change, meetings: list[Meeting], name: str, settings: Settings, incoming: dict[str, object]
) -> bool:
    """Return whether a file with a project tells labels that were imported without one.

    Raises:
        ProjectNeeded: labels would count twice that the store has without a project, or in another one.
    """
    project = settings.project or None
    others = [meeting for meeting in meetings if meeting["project"] != project]
    if settings.edited == "keep" or not others:
        return False
    for meeting in others:
        is_known = is_repeated(meeting) or (is_mistyped(meeting["project"], project) and is_said_again(meeting))
        if is_known and (meeting["project"] or settings.edited != "same"):
            raise ask_twice(name, project, meeting)
    if project is None:
        return False
    unnamed = next((meeting for meeting in others if meeting["project"] is None), None)
    if not unnamed or settings.edited == "same":
        return unnamed is not None
    is_in_force = change.query(IS_IN_FORCE_SQL, {**incoming, "project": project}).item()
    if not is_in_force and (unnamed["timed"] < unnamed["labels"] or unnamed["alike"]):
        raise ask_twice(name, project, unnamed)
    return False


def is_repeated(meeting: Meeting) -> bool:
    """Return whether a file has the labels of a project again.

    Most of them have the same times; or none has a time, all say the same, none is missing, and they are many or all.
    """
    if meeting["timed"]:
        return bool(2 * meeting["alike"] >= meeting["labels"])
    fewest = min(FEWEST_EQUAL, meeting["incoming"])
    return bool(meeting["equal"] == meeting["labels"] >= max(fewest, meeting["stored"]))


def is_mistyped(known: str | None, project: str | None) -> bool:
    """Return whether a project may be a known one by a mistyped name."""
    return bool(known and project and are_nearly_equal(known, project))


def is_said_again(meeting: Meeting) -> bool:
    """Return whether most of a file's labels say the same as those of a project; without times, by chance perhaps."""
    return not meeting["timed"] and bool(2 * meeting["equal"] >= meeting["labels"])


def ask_twice(name: str, project: str | None, meeting: Meeting) -> ProjectNeeded:
    """Return the question of whether the labels of a file are known without a project, or in another one."""
    number, known = meeting["earlier_id"], meeting["project"]
    same = f'--project "{known}"' if known else f"--edited same, and those are of {shorten_quote(project or '')}, too"
    return ProjectNeeded(
        number,
        known or "",
        f"{name} shares the ids of {count_noun(meeting['labels'], 'label')} with import {number}"
        f" ({meeting['file_name']}), of {describe_project(known)}. The same labels would count twice.",
        f"If they are the same labels, say {same}; if they are others, say --edited keep.",
    )


def describe_project(project: str | None) -> str:
    """Return a project in a sentence."""
    return f"project {shorten_quote(project)}" if project else "a project that was not named"


def adopt_labels(change: Change, project: str, incoming: dict[str, object]) -> ProjectChoice:
    """Give the labels without a project of the imports that hold some of a file's the project of the file."""
    change.execute(INGEST_SQL["adopted_slots.sql"], incoming)
    imports = change.query("select distinct import_id from adopted_slot order by 1").get_column("import_id").to_list()
    for table in ("labeling_event", "labeling_event_superseded"):
        move_labels(change, table, project, incoming)
    for number in imports:
        answers = change.query("select answers from import where import_id = $id", {"id": number}).item()
        named = json.dumps({**json.loads(answers or "{}"), "project": project}, sort_keys=True)
        change.execute("update import set answers = $named where import_id = $id", {"named": named, "id": number})
        change.renew_rollups(number)
    numbers = ", ".join(map(str, imports))
    reason = f"Labels without a project of import {numbers} are of {project}, too; an undo of this import leaves that."
    return ProjectChoice(project, reason, adopts=True)


def move_labels(change: Change, table: str, project: str, incoming: dict[str, object]) -> None:
    """Give the labels of `adopted_slot` in one table a project, with the keys that they have in it."""
    content = content_sql("labeling_event", "fact")
    change.execute(
        f"""
        create or replace temp table adopted as
        select
            fact.rowid as row_id, source_key as old_key, {content} as old_content,
            local_id(native_id, $project) as new_id,
            labeling_event_slot(
                local_id(native_id, $project), $project, item, person, stage, started_at, finished_at, day_on
            ) as new_key
        from {table} as fact
        where import_id <> $import_id and project is null
            and (source, source_key) in (select source, source_key from adopted_slot)
        """,  # noqa: S608 - own names
        {"project": project, "import_id": incoming["import_id"]},
    )
    change.execute(
        f"update {table} set project = $project, native_id = new_id, source_key = new_key"  # noqa: S608 - own names
        f" from adopted where {table}.rowid = row_id",
        {"project": project},
    )
    change.execute(
        f"""
        update holding set source_key = moved.new_key, content_key = moved.new_content
        from (
            select distinct old_key, old_content, new_key, {content} as new_content
            from adopted inner join {table} as fact on fact.rowid = row_id
        ) as moved
        where kind = 'labeling_event' and source = $source and holding.source_key = old_key
            and content_key = old_content
        """,  # noqa: S608 - own names
        {"source": incoming["source"]},
    )
