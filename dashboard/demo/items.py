"""The items labeled inside the logged labeling time: who, when, how long, with what suggestion."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboard.demo.diary import Stretch, adoption, instant
from dashboard.demo.team import DemoTeam, Member, Project, dice

SPREAD = 0.42  # of the log of the time for one item, as measured in real labeling logs
LEARNING = 0.06  # part of the time saved at each tenfold experience
IDLE, SKIPPED, MANUAL_ANYWAY = 0.006, 0.015, 0.12
TIMED_PART = 0.93  # the rest of a stretch is spent outside the tool


@dataclass(frozen=True)
class Item:
    """One item finished by one person; `suggestion` is none, unchanged or edited."""

    number: int
    member: Member
    project: Project
    batch: int
    started_at: datetime
    seconds: float
    objects: int
    suggestion: str
    kept: int  # suggested objects kept as they came
    was_skipped: bool

    @property
    def finished_at(self) -> datetime:
        """When it was submitted, UTC."""
        return self.started_at + timedelta(seconds=self.seconds)


def items(team: DemoTeam, diary: list[Stretch], project: Project, seed: int) -> list[Item]:
    """Return what was labeled in one project, in the order of the work."""
    roll = dice(seed, "items", project.key)
    done: dict[int, int] = {}
    found: list[Item] = []
    for work in diary:
        if work.project is not project or work.category != "labeling" or work.is_running:
            continue
        level = adoption(project, work.day, team.today)
        at, left = instant(work.day, work.begin + 45), work.seconds * TIMED_PART
        while left > 0:
            before = done.get(work.member.number, 0)
            item = _item(len(found) + 1, work, at, (level, before), roll)
            if item.seconds > left and left < work.seconds / 2:
                break
            found.append(item)
            done[work.member.number] = before + 1
            at, left = item.finished_at + timedelta(seconds=roll.randint(2, 20)), left - item.seconds
    return found


def _item(number: int, work: Stretch, at: datetime, stage: tuple[float, int], roll: Random) -> Item:
    level, before = stage
    project = work.project
    assert project is not None  # noqa: S101  only work in a project is labeled
    has_suggestion = roll.random() < level * (1 - MANUAL_ANYWAY)
    is_kept = has_suggestion and roll.random() < project.unchanged
    objects = roll.randint(2, 5)
    usual = 60 * project.minutes * work.member.pace * (0.7 + 0.086 * objects)
    practice = 1 - LEARNING * min(3.0, len(str(before)) - 1)
    seconds = usual * practice * roll.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
    if has_suggestion:
        seconds *= project.time_factor
    was_skipped = roll.random() < SKIPPED
    if was_skipped:
        seconds *= 0.2
    if roll.random() < IDLE:
        seconds += roll.uniform(3600, 9000)  # the tab stayed open over lunch
    suggestion = "none" if not has_suggestion else "unchanged" if is_kept else "edited"
    kept = objects if is_kept else roll.randint(0, objects - 1) if has_suggestion else 0
    return Item(number, work.member, project, work.batch, at, round(seconds, 3), objects, suggestion, kept, was_skipped)
