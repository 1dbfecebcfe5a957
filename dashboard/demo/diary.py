"""What everybody did, stretch by stretch, before any tool writes it down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from dashboard.demo.team import BY_KEY, ZONE, DemoTeam, Member, Project, dice, is_workday
from dashboard.demo.words import MIXES, MONITORING, ON_CALL, SETUP, STANDUP, WORDS

MOST_OF_THE_WEEK = 0.78
RAMP_DAYS = 56  # from the first pre-labels to full use
SETUP_DAYS = 14  # before the first pre-labels
FRIDAY = 4
STANDUP_DAYS = (0, 2, 4)
CLOCK = ZoneInfo(ZONE)


@dataclass(frozen=True)
class Stretch:
    """One stretch of one person's work; `begin` is in seconds after local midnight."""

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


def adoption(project: Project, day: date, today: date) -> float:
    """Return how far pre-labeling had come on that day, 0 to 1."""
    started_on = project.started_on(today)
    if started_on is None or day < started_on:
        return 0.0
    return min(1.0, ((day - started_on).days + 7) / RAMP_DAYS)


def instant(day: date, seconds: float) -> datetime:
    """Return the UTC instant of a local clock reading; working hours never meet a clock change."""
    local = datetime.combine(day, time(), CLOCK) + timedelta(seconds=seconds)
    return local.astimezone(UTC)


def stretches(team: DemoTeam, seed: int) -> list[Stretch]:
    """Return everybody's work in order of day, blemishes included."""
    away = {(member.number, day) for member, day in team.time_off}
    rolls = {member.number: dice(seed, "diary", member.number) for member in team.members}
    diary: list[Stretch] = []
    for step in range((team.last_on - team.first_on).days + 1):
        day = team.first_on + timedelta(days=step)
        if is_workday(day):
            for member in team.members:
                if (member.number, day) not in away:
                    diary.extend(_workday(member, day, team, rolls[member.number]))
    diary.extend(_on_call(team))
    return _with_blemishes(diary)


def _workday(member: Member, day: date, team: DemoTeam, roll: Random) -> list[Stretch]:
    usual = 7.3 + 0.12 * (member.number % 5) - (0.6 if day.weekday() == FRIDAY else 0.0)
    left = round(3600 * min(8.5, max(6.0, roll.gauss(usual, 0.5))))
    clock = round(3600 * roll.uniform(8.2, 9.4))
    work: list[Stretch] = []
    if day.weekday() in STANDUP_DAYS:
        main, _ = member.works_on(day, team.today)
        work.append(Stretch(member, main, "meetings and coordination", STANDUP, day, clock, 900, 0))
        clock, left = clock + 900 + roll.randint(60, 600), left - 900
    while left > 0:
        seconds = min(left, roll.randint(80, 185) * 60 + roll.randint(0, 59))
        if left - seconds < 30 * 60:
            seconds = left
        work.append(_stretch(member, day, (clock, seconds), team, roll))
        clock, left = clock + seconds + roll.randint(120, 1500), left - seconds
    return work


def _stretch(member: Member, day: date, span: tuple[int, int], team: DemoTeam, roll: Random) -> Stretch:
    main, second = member.works_on(day, team.today)
    project = main if roll.random() < MOST_OF_THE_WEEK else second
    before, after = MIXES[member.role]
    level = adoption(project, day, team.today)
    categories = tuple(before | after)
    weights = [before.get(name, 0.0) * (1 - level) + after.get(name, 0.0) * level for name in categories]
    category = roll.choices(categories, weights)[0]
    batch = (day - team.first_on).days // 4 + 1
    words = _on_automation(project, roll.choice(WORDS[category]), day, team.today).format(item=project.item, n=batch)
    return Stretch(member, project, category, words, day, *span, batch)


def _on_automation(project: Project, words: str, day: date, today: date) -> str:
    """Return other words where the model that was trained or monitored is the one that makes suggestions."""
    started_on = project.started_on(today)
    if started_on is None:
        return words
    if words.startswith("Model training") and 0 < (started_on - day).days <= SETUP_DAYS:
        return SETUP
    if words == "Model monitoring" and day >= started_on and day.day % 2:
        return MONITORING
    return words


def _on_call(team: DemoTeam) -> list[Stretch]:
    """Return an entry for yesterday if that was a day off, so that the data always reach it."""
    if is_workday(team.last_on):
        return []
    member = next(member for member in team.members if member.name == "Jonas Lindqvist")
    project = BY_KEY[member.main]
    return [Stretch(member, project, "deployment and operations", ON_CALL, team.last_on, 10 * 3600, 2700, 0)]


def _with_blemishes(diary: list[Stretch]) -> list[Stretch]:
    """Add what real exports have: a timer left on, one still running, an overlap, entries without a project."""
    forgotten, *without = _places(diary, "Amara Osei", "labeling")[20:24]
    diary[forgotten] = replace(diary[forgotten], seconds=13 * 3600)
    for place in without:
        diary[place] = replace(diary[place], project=None)
    twice = diary[_places(diary, "Tomás Herrera", "modeling")[10]]
    diary.append(replace(twice, begin=twice.begin + 1800, words="Team meeting", category="meetings and coordination"))
    last = diary[_places(diary, "Priya Raman", "labeling")[-1]]
    diary.append(replace(last, begin=last.end + 300, seconds=0, is_running=True))
    return diary


def _places(diary: list[Stretch], name: str, category: str) -> list[int]:
    return [place for place, work in enumerate(diary) if work.member.name == name and work.category == category]
