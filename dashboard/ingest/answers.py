"""What the lead answered about a file, and the same file read with other answers."""

from __future__ import annotations

import json

from dashboard.errors import SameFile, shorten_quote
from dashboard.importers.contract import Reading, Settings
from dashboard.store.snapshot import Change

READ_BY = {  # answers that decide what the rows say, in words
    "importer": "format",
    "zone": "time zone",
    "date_order": "order of dates",
    "mapping": "mapping",
    "person": "person",
    "project": "project",
}


def record_answers(importer: str, reading: Reading, settings: Settings, header: str | None) -> dict[str, object]:
    """Return what decides how the file is read, and by which header a later one is known."""
    answers: dict[str, object | None] = {
        "importer": importer,
        "zone": reading.zone,
        "date_order": reading.date_order,
        "mapping": settings.mapping,
        "header": header,
        "person": settings.person,
        "project": settings.project,
        "edited": settings.edited if settings.edited != "ask" else None,
        "replace_period": settings.replace_period or None,
    }
    return {name: answer for name, answer in answers.items() if answer is not None}


def check_same_file(change: Change, name: str, sha256: str, answers: dict[str, object]) -> None:
    """Refuse a file that is in the store already, read with other answers: its rows would count twice.

    Raises:
        SameFile: the file is there, whatever its name; the message says how to read it again.
    """
    earlier_imports = change.read_rows(
        "select import_id, file_name, source, zone, date_order, answers from import"
        " where file_sha256 = $sha and undone_at is null order by import_id",
        {"sha": sha256},
    )
    for number, file_name, importer, zone, date_order, recorded in earlier_imports:
        before = {"importer": importer, "zone": zone, "date_order": date_order}
        before |= json.loads(recorded) if recorded else {"mapping": answers.get("mapping")}
        if not answers.get("project") and (answers.get("project") is None or not before.get("project")):
            before["project"] = answers.get("project")  # nobody named one, now or before
        differing = [field for field in READ_BY if before.get(field) != answers.get(field)]
        if differing:
            words = "; ".join(
                f"{READ_BY[field]} {format_answer(before.get(field))}, now {format_answer(answers.get(field))}"
                for field in differing
            )
            raise SameFile(
                number,
                f"{name} is already in the store as import {number} ({file_name}), but read otherwise: {words}.",
                f"To read it again with these answers, replace that import: --replace {number}.",
            )


def format_answer(answer: object) -> str:
    """Return an answer in a few words."""
    if isinstance(answer, dict):
        return ", ".join(f"{name} = {shorten_quote(column)}" for name, column in sorted(answer.items()))
    return "not given" if answer is None else str(answer)
