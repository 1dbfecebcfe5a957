"""All simulated work as time entries, before it is written in the format of a tool."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dashboard.demo.team import BY_KEY, ZONE, DemoTeam, Member, Project, is_workday, make_rng
from dashboard.demo.words import CATEGORY_MIXES, DESCRIPTIONS, MONITORING_TEXT, ON_CALL_TEXT, SETUP_TEXT, STANDUP_TEXT

MAIN_PROJECT_SHARE = 0.78
RAMP_DAYS = 56  # from the first pre-labels to full use
SETUP_DAYS = 14  # before the first pre-labels
FRIDAY = 4
STANDUP_DAYS = (0, 2, 4)
TEAM_ZONE = ZoneInfo(ZONE)


@dataclass(frozen=True)
class TimeEntry:
    """One time entry of one person; `begin` is in seconds after local midnight."""

    member: Member
    project: Project | None
    category: str
    words: str
    day: date
    begin: int
    seconds: int
    batch: int
    is_running: bool = False

    @property
    def end(self) -> int:
        """Seconds after local midnight of its day."""
        return self.begin + self.seconds


def compute_adoption(project: Project, day: date, today: date) -> float:
    """Return the adoption of pre-labeling on a day, 0 to 1."""
    started_on = project.started_on(today)
    if started_on is None or day < started_on:
        return 0.0
    return min(1.0, ((day - started_on).days + 7) / RAMP_DAYS)


def to_utc(day: date, seconds: float) -> datetime:
    """Return the UTC instant of a local time; working hours never overlap a clock change."""
    local = datetime.combine(day, time(), TEAM_ZONE) + timedelta(seconds=seconds)
    return local.astimezone(UTC)


def simulate_diary(team: DemoTeam, seed: int) -> list[TimeEntry]:
    """Return the time entries of all members in order of day, with typical blemishes."""
    away = {(member.number, day) for member, day in team.time_off}
    rngs = {member.number: make_rng(seed, "diary", member.number) for member in team.members}
    diary: list[TimeEntry] = []
    for step in range((team.last_on - team.first_on).days + 1):
        day = team.first_on + timedelta(days=step)
        if is_workday(day):
            for member in team.members:
                if (member.number, day) not in away:
                    diary.extend(_simulate_workday(member, day, team, rngs[member.number]))
    diary.extend(_build_on_call(team))
    return _add_blemishes(diary)


def _simulate_workday(member: Member, day: date, team: DemoTeam, rng: Random) -> list[TimeEntry]:
    usual_hours = 7.3 + 0.12 * (member.number % 5) - (0.6 if day.weekday() == FRIDAY else 0.0)
    remaining = round(3600 * min(8.5, max(6.0, rng.gauss(usual_hours, 0.5))))
    begin = round(3600 * rng.uniform(8.2, 9.4))
    entries: list[TimeEntry] = []
    if day.weekday() in STANDUP_DAYS:
        main, _ = member.projects_on(day, team.today)
        entries.append(TimeEntry(member, main, "meetings and coordination", STANDUP_TEXT, day, begin, 900, 0))
        begin, remaining = begin + 900 + rng.randint(60, 600), remaining - 900
    while remaining > 0:
        seconds = min(remaining, rng.randint(80, 185) * 60 + rng.randint(0, 59))
        if remaining - seconds < 30 * 60:
            seconds = remaining
        entries.append(_simulate_entry(member, day, (begin, seconds), team, rng))
        begin, remaining = begin + seconds + rng.randint(120, 1500), remaining - seconds
    return entries


def _simulate_entry(member: Member, day: date, span: tuple[int, int], team: DemoTeam, rng: Random) -> TimeEntry:
    main, second = member.projects_on(day, team.today)
    project = main if rng.random() < MAIN_PROJECT_SHARE else second
    before, after = CATEGORY_MIXES[member.role]
    adoption = compute_adoption(project, day, team.today)
    categories = tuple(before | after)
    weights = [before.get(name, 0.0) * (1 - adoption) + after.get(name, 0.0) * adoption for name in categories]
    category = rng.choices(categories, weights)[0]
    batch = (day - team.first_on).days // 4 + 1
    description = _describe_work(project, rng.choice(DESCRIPTIONS[category]), day, team.today).format(
        item=project.item, n=batch
    )
    return TimeEntry(member, project, category, description, day, *span, batch)


def _describe_work(project: Project, description: str, day: date, today: date) -> str:
    """Return another description if the trained or monitored model is the one that makes suggestions."""
    started_on = project.started_on(today)
    if started_on is None:
        return description
    if description.startswith("Model training") and 0 < (started_on - day).days <= SETUP_DAYS:
        return SETUP_TEXT
    if description == "Model monitoring" and day >= started_on and day.day % 2:
        return MONITORING_TEXT
    return description


def _build_on_call(team: DemoTeam) -> list[TimeEntry]:
    """Return an entry for the last day if it was a day off, so that the data always reach it."""
    if is_workday(team.last_on):
        return []
    member = next(member for member in team.members if member.name == "Jonas Lindqvist")
    project = BY_KEY[member.main]
    return [TimeEntry(member, project, "deployment and operations", ON_CALL_TEXT, team.last_on, 10 * 3600, 2700, 0)]


def _add_blemishes(diary: list[TimeEntry]) -> list[TimeEntry]:
    """Add what real exports have: a timer left on, one still running, an overlap, entries without a project."""
    forgotten_timer, *without_project = _find_entries(diary, "Amara Osei", "annotating")[20:24]
    diary[forgotten_timer] = replace(diary[forgotten_timer], seconds=13 * 3600)
    for index in without_project:
        diary[index] = replace(diary[index], project=None)
    overlapped = diary[_find_entries(diary, "Tomás Herrera", "modeling")[10]]
    diary.append(
        replace(overlapped, begin=overlapped.begin + 1800, words="Team meeting", category="meetings and coordination")
    )
    last = diary[_find_entries(diary, "Priya Raman", "annotating")[-1]]
    diary.append(replace(last, begin=last.end + 300, seconds=0, is_running=True))
    return diary


def _find_entries(diary: list[TimeEntry], name: str, category: str) -> list[int]:
    return [index for index, entry in enumerate(diary) if entry.member.name == name and entry.category == category]
