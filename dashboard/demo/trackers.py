"""Time entries as Toggl, Clockify and Jira export them."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path

from dashboard.demo.diary import TimeEntry
from dashboard.demo.team import BY_KEY, DemoTeam, Tracker
from dashboard.demo.words import ISSUE_SUMMARIES

TOGGL_HEADER = (
    "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags"
)
CLOCKIFY_HEADER = (
    "Project,Client,Description,Task,User,Group,Email,Tags,Billable,Start Date,Start Time,End Date,End Time,"
    "Duration (h),Duration (decimal)"
)
JIRA_HEADER = (
    "Summary,Issue key,Issue id,Issue Type,Status,Project key,Project name,Project type,Project lead,Priority,"
    "Assignee,Created,Updated,Original estimate,Remaining Estimate,Time Spent,Σ Time Spent"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
SPRINT_DAYS = 14


def select_entries(diary: list[TimeEntry], tracker: Tracker, today: date) -> list[TimeEntry]:
    """Return the time entries tracked in one tool."""
    return [entry for entry in diary if entry.member.tracker_on(entry.day, today) == tracker]


def write_toggl(path: Path, diary: list[TimeEntry]) -> None:
    """Write a detailed CSV as Toggl does since 2025: BOM, every field quoted, no zone."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        writer.writerow(TOGGL_HEADER.split(","))
        for entry in diary:
            begin, end = _to_local_time(entry.day, entry.begin), _to_local_time(entry.day, entry.end)
            stop = ("", "") if entry.is_running else (f"{end:%Y-%m-%d}", f"{end:%H:%M:%S}")
            names = (entry.member.name, entry.member.email, *_read_project_names(entry), "", entry.words, "No")
            writer.writerow(
                [*names, f"{begin:%Y-%m-%d}", f"{begin:%H:%M:%S}", *stop, _format_duration(entry.seconds), ""]
            )


def write_clockify(path: Path, diary: list[TimeEntry]) -> None:
    """Write a detailed CSV with the profile set to DD/MM/YYYY and 24 hours: all quoted, CRLF, no BOM."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(CLOCKIFY_HEADER.split(","))
        for entry in diary:
            begin, end = _to_local_time(entry.day, entry.begin), _to_local_time(entry.day, entry.end)
            client, project = _read_project_names(entry)
            names = (
                project,
                client,
                entry.words,
                "",
                entry.member.name,
                entry.member.team,
                entry.member.email,
                "",
                "No",
            )
            times = (f"{begin:%d/%m/%Y}", f"{begin:%H:%M:%S}", f"{end:%d/%m/%Y}", f"{end:%H:%M:%S}")
            writer.writerow([*names, *times, _format_duration(entry.seconds), f"{entry.seconds / 3600:.2f}"])


def write_jira(path: Path, diary: list[TimeEntry], team: DemoTeam) -> None:
    """Write an issue CSV with one `Log Work` column for each worklog of the busiest issue."""
    issues: dict[tuple[str, str, int], list[TimeEntry]] = defaultdict(list)
    for entry in diary:
        key = entry.project.key if entry.project else team.projects[0].key
        issues[key, entry.category, (entry.day - team.first_on).days // SPRINT_DAYS].append(entry)
    most_worklogs = max((len(entries) for entries in issues.values()), default=0)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([*JIRA_HEADER.split(","), *["Log Work"] * most_worklogs])
        for number, ((key, category, sprint), entries) in enumerate(issues.items(), start=1):
            cells = [cell for _, cell in zip_longest(range(most_worklogs), map(_format_worklog, entries), fillvalue="")]
            writer.writerow(
                [*_build_issue_row(key, number, f"{ISSUE_SUMMARIES[category]}, sprint {sprint + 1}", entries), *cells]
            )


def _build_issue_row(key: str, number: int, summary: str, entries: list[TimeEntry]) -> list[object]:
    first, last = entries[0], entries[-1]
    spent = sum(entry.seconds for entry in entries)
    created, updated = _format_jira_time(first.day, first.begin), _format_jira_time(last.day, last.end)
    cells = (summary, f"{key}-{number}", 10000 + number, "Task", "Done", key, BY_KEY[key].name, "software")
    return [*cells, "", "Medium", first.member.account, created, updated, "", 0, spent, spent]


def _format_worklog(entry: TimeEntry) -> str:
    return f"{entry.words};{_format_jira_time(entry.day, entry.begin)};{entry.member.account};{entry.seconds}"


def _format_jira_time(day: date, seconds: int) -> str:
    local = _to_local_time(day, seconds)
    am_pm = "AM" if local.hour < 12 else "PM"  # noqa: PLR2004 - the number says it
    return f"{local.day:02d}/{MONTHS[local.month - 1]}/{local:%y} {local.hour % 12 or 12}:{local:%M} {am_pm}"


def _read_project_names(entry: TimeEntry) -> tuple[str, str]:
    return (entry.project.client, entry.project.name) if entry.project else ("", "")


def _to_local_time(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def _format_duration(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
