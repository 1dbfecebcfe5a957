"""Timeclock files, as hledger, ledger and Emacs write them: a line for clocking in, and one for clocking out.

The account after the time is the project, and what follows its first colon is the task. A session that is named at
clocking out is that one, else the last one that is open.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from dashboard.importers.contract import STILL_RUNNING, Head, Importer, Source
from dashboard.importers.frames.entry_records import NO_MOMENT, EntryRecord, FileFacts, RecordFormat

_STAMP = re.compile(r"([ioO]) (\d{4})([-/])(\d\d?)\3(\d\d?) (\d{1,2}:\d\d(?::\d\d)?)(?:[+-]\d{4})?(?:\s+(.*))?")
NOTHING_OPEN = "clocked out without having clocked in"
OTHER_LINES = "Lines that are no clock, such as required hours, left out"


def _is_timeclock(head: Head) -> bool:
    return head.shape == "text" and any(_STAMP.fullmatch(str(line)) for line in head.records)


def _build_entries(source: Source, facts: FileFacts) -> Iterator[EntryRecord]:
    sessions: dict[int, tuple[str, EntryRecord]] = {}  # line -> account and entry, clocked in and not yet out
    lines: defaultdict[str, list[int]] = defaultdict(list)  # account -> lines of its open sessions
    for line, text in source.records():
        stamp = _STAMP.fullmatch(str(text))
        if stamp is None:
            facts.add(OTHER_LINES, int(str(text)[:1].isalpha()))
            continue
        moment, (account, description) = _parse_moment(stamp), _split_account(stamp[7] or "")
        if moment is None:
            yield EntryRecord(line, text, reason=NO_MOMENT)
        elif stamp[1] == "i":
            project, _, task = account.partition(":")
            texts = {"project": project or None, "task": task or None, "description": description or None}
            sessions[line] = account, EntryRecord(line, text, texts, moment)
            lines[account].append(line)
        elif sessions:
            number = lines[account][-1] if account and lines.get(account) else next(reversed(sessions))
            opened, session = sessions.pop(number)
            lines[opened].pop()
            yield replace(session, ended=moment)
        else:
            yield EntryRecord(line, text, reason=NOTHING_OPEN)
    for _, session in sessions.values():
        yield replace(session, reason=STILL_RUNNING)


def _split_account(rest: str) -> tuple[str, str]:
    """Return account and description, which two blanks or more part, without a comment."""
    account, _, description = rest.strip().partition("  ")
    description = description.partition(";")[0].strip()
    return ("", "") if account.startswith(";") else (account.partition(" ;")[0].strip(), description)


def _parse_moment(stamp: re.Match[str]) -> datetime | None:
    try:
        form = "%Y-%m-%d %H:%M" if stamp[6].count(":") == 1 else "%Y-%m-%d %H:%M:%S"
        return datetime.strptime(f"{stamp[2]}-{stamp[4]}-{stamp[5]} {stamp[6]}", form)  # noqa: DTZ007 - in the zone of the lead
    except ValueError:
        return None


IMPORTER: Importer = RecordFormat(
    name="timeclock",
    tool="timeclock",
    title="Timeclock file (hledger, ledger)",
    matches=_is_timeclock,
    build_entries=_build_entries,
    columns={"i": "started_at", "o": "seconds", "account": "project"},
    lacks=("whose work it is",),
    needs_zone=True,
)
