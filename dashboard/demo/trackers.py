"""Time as Toggl, Clockify and Jira export it."""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from pathlib import Path

from dashboard.demo.diary import Stretch
from dashboard.demo.team import BY_KEY, DemoTeam, Tracker
from dashboard.demo.words import SUMMARIES

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


def logged_in(diary: list[Stretch], tracker: Tracker, today: date) -> list[Stretch]:
    """Return the work that was logged in one tool."""
    return [work for work in diary if work.member.tracker_on(work.day, today) == tracker]


def write_toggl(path: Path, diary: list[Stretch]) -> None:
    """Write a detailed CSV as Toggl does since 2025: BOM, every field quoted, no zone."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
        out.writerow(TOGGL_HEADER.split(","))
        for work in diary:
            begin, end = _clock(work.day, work.begin), _clock(work.day, work.end)
            stop = ("", "") if work.is_running else (f"{end:%Y-%m-%d}", f"{end:%H:%M:%S}")
            names = (work.member.name, work.member.email, *_project(work), "", work.words, "No")
            out.writerow([*names, f"{begin:%Y-%m-%d}", f"{begin:%H:%M:%S}", *stop, _duration(work.seconds), ""])


def write_clockify(path: Path, diary: list[Stretch]) -> None:
    """Write a detailed CSV with the profile set to DD/MM/YYYY and 24 hours: all quoted, CRLF, no BOM."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        out.writerow(CLOCKIFY_HEADER.split(","))
        for work in diary:
            begin, end = _clock(work.day, work.begin), _clock(work.day, work.end)
            client, project = _project(work)
            names = (project, client, work.words, "", work.member.name, work.member.team, work.member.email, "", "No")
            times = (f"{begin:%d/%m/%Y}", f"{begin:%H:%M:%S}", f"{end:%d/%m/%Y}", f"{end:%H:%M:%S}")
            out.writerow([*names, *times, _duration(work.seconds), f"{work.seconds / 3600:.2f}"])


def write_jira(path: Path, diary: list[Stretch], team: DemoTeam) -> None:
    """Write an issue CSV with one `Log Work` column for each worklog of the busiest issue."""
    issues: dict[tuple[str, str, int], list[Stretch]] = defaultdict(list)
    for work in diary:
        key = work.project.key if work.project else team.projects[0].key
        issues[key, work.category, (work.day - team.first_on).days // SPRINT_DAYS].append(work)
    most = max((len(works) for works in issues.values()), default=0)
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow([*JIRA_HEADER.split(","), *["Log Work"] * most])
        for number, ((key, category, sprint), works) in enumerate(issues.items(), start=1):
            cells = [cell for _, cell in zip_longest(range(most), map(_worklog, works), fillvalue="")]
            out.writerow([*_issue(key, number, f"{SUMMARIES[category]}, sprint {sprint + 1}", works), *cells])


def _issue(key: str, number: int, summary: str, works: list[Stretch]) -> list[object]:
    first, last = works[0], works[-1]
    spent = sum(work.seconds for work in works)
    begun, touched = _jira_time(first.day, first.begin), _jira_time(last.day, last.end)
    what = (summary, f"{key}-{number}", 10000 + number, "Task", "Done", key, BY_KEY[key].name, "software")
    return [*what, "", "Medium", first.member.account, begun, touched, "", 0, spent, spent]


def _worklog(work: Stretch) -> str:
    return f"{work.words};{_jira_time(work.day, work.begin)};{work.member.account};{work.seconds}"


def _jira_time(day: date, seconds: int) -> str:
    at = _clock(day, seconds)
    half = "AM" if at.hour < 12 else "PM"  # noqa: PLR2004  noon
    return f"{at.day:02d}/{MONTHS[at.month - 1]}/{at:%y} {at.hour % 12 or 12}:{at:%M} {half}"


def _project(work: Stretch) -> tuple[str, str]:
    return (work.project.client, work.project.name) if work.project else ("", "")


def _clock(day: date, seconds: int) -> datetime:
    return datetime.combine(day, time()) + timedelta(seconds=seconds)


def _duration(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"
