"""The blind audit: finished labels drawn by lot, made again by hand without the suggestion, both scored against gold.

It is what part of the hours tracked as review was for; the people write it down as a table of labeling events. Only
where there is no automation do they time reviews and rework: labels by hand alone would carry these times, and look
slower beside assisted ones than they are.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from dashboard.demo.diary import Stretch, instant
from dashboard.demo.items import LEARNING, SPREAD, Item
from dashboard.demo.label_studio import classes_given
from dashboard.demo.team import BY_KEY, DemoTeam, Member, Project, dice
from dashboard.importers.label_studio_answers import answer_of

HEADER = (
    "item", "person", "method", "finished_at", "seconds", "stage", "outcome", "project", "dataset", "label_kind",
    "objects", "gold_score", "agreement", "answer",
)  # fmt: skip
DATASET = "blind audit"
PLANS = {"CR": (160, 120), "ST": (14, 13), "CH": (70, 120)}  # items, and how many days back the audit began
TWICE = 4  # every fourth item is labeled by hand by two people
TIMED_PART = 0.9
Row = dict[str, object]


@dataclass
class Task:
    """One label to be made by hand; `others` may not make it, for they know the item."""

    item: Item
    others: set[int]
    is_second: bool
    maker: Member | None = None
    done_at: datetime | None = None
    is_sent_back: bool = False


@dataclass
class Desk:
    """What waits to be labeled, reviewed and redone in one project, and what was written down."""

    project: Project
    roll: Random
    answers: Random
    found: list[Item]
    waiting: list[Task]
    to_review: list[Task] = field(default_factory=list)
    to_redo: list[Task] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def write_audit(path: Path, team: DemoTeam, diary: list[Stretch], found: dict[str, list[Item]], seed: int) -> None:
    """Write the audits of all projects that had one; `found`: the items of each project key."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.DictWriter(file, HEADER, restval="", lineterminator="\n")
        out.writeheader()
        for key in PLANS:
            out.writerows(_audit(team, diary, BY_KEY[key], found[key], seed))


def _audit(team: DemoTeam, diary: list[Stretch], project: Project, found: list[Item], seed: int) -> list[Row]:
    roll = dice(seed, "audit", project.key)
    count, days = PLANS[project.key]
    since = team.today - timedelta(days=days)
    drawn = [item for item in found if item.finished_at.date() >= since and not item.was_skipped]
    drawn = [item for item in drawn if project.rollout is None or item.suggestion != "none"]
    drawn = sorted(roll.sample(drawn, min(count, len(drawn))), key=lambda item: item.number)
    desk = Desk(project, roll, dice(seed, "answers", project.key), found, list(_tasks(drawn)))
    for work in diary:
        if work.project is project and work.category == "review" and work.day >= since and not work.is_running:
            _work(desk, work)
    return desk.rows


def _tasks(drawn: list[Item]) -> Iterator[Task]:
    for place, item in enumerate(drawn):
        others = {item.member.number}
        yield Task(item, others, is_second=False)
        if place % TWICE == 0:
            yield Task(item, others, is_second=True)  # the same set: who made the first does not make the second


def _work(desk: Desk, work: Stretch) -> None:
    """Fill one stretch: redo what came back, review what is done, then label."""
    at, left = instant(work.day, work.begin + 60), work.seconds * TIMED_PART
    while left > 0:
        seconds = _redo(desk, work.member, at, left) or _review(desk, work.member, at, left)
        seconds = seconds or _label(desk, work.member, at, left)
        if not seconds:
            return
        pause = desk.roll.randint(5, 40)
        at, left = at + timedelta(seconds=seconds + pause), left - seconds - pause


def _label(desk: Desk, member: Member, at: datetime, left: float) -> float:
    """Label the next item that this person has not seen; return the seconds, 0 where there is none."""
    ready = [task for task in desk.waiting if member.number not in task.others and task.item.finished_at < at]
    task = next(iter(ready), None)
    if task is None:
        return 0.0
    seconds = _usual(desk, task, member, at) * desk.roll.lognormvariate(-SPREAD * SPREAD / 2, SPREAD)
    if seconds > left:
        return 0.0
    desk.waiting.remove(task)
    task.others.add(member.number)
    task.maker, task.done_at = member, at + timedelta(seconds=seconds)
    objects = task.item.objects
    if task.is_second and desk.roll.random() < 0.15:  # noqa: PLR2004 - people miss or add an object now and then
        objects = max(1, objects + desk.roll.choice((-1, 1)))
    agreement = round(desk.roll.uniform(0.82, 1.0), 3) if task.is_second else ""
    gold = "" if desk.project.rollout is None else _score(desk.roll)
    extra = {"gold_score": gold, "agreement": agreement, "objects": objects, "label_kind": "labels"}
    if desk.project.tool == "label_studio":
        extra["answer"] = _answer(classes_given(objects, desk.answers))
    _write(desk, task, member, ("annotate", "submitted", "manual"), seconds, **extra)
    desk.to_review.append(task)
    return seconds


def _review(desk: Desk, member: Member, at: datetime, left: float) -> float:
    """Check the next label of somebody else, and score the label that began from the suggestion."""
    seconds = desk.roll.uniform(150, 420)
    own = {task.item.number for task in desk.to_review if member in (task.maker, task.item.member)}
    ready = [task for task in desk.to_review if task.item.number not in own and (task.done_at or at) < at]
    if not ready or seconds > left:
        return 0.0
    task = ready[0]
    desk.to_review.remove(task)
    is_timed = desk.project.rollout is None
    outcome = desk.roll.choices(("accepted", "fixed", "rejected"), (0.82, 0.09, 0.09 if is_timed else 0.0))[0]
    outcome = "accepted" if task.is_sent_back else outcome
    first_time = not task.is_sent_back
    task.done_at = at + timedelta(seconds=seconds)
    if first_time and not task.is_second and not is_timed:
        _write(desk, task, member, ("adjudicate", "submitted", "pre-annotated"), None, gold_score=_score(desk.roll))
        task.done_at += timedelta(seconds=1)  # the verdict on the label by hand comes last
    _write(desk, task, member, ("review", outcome, ""), seconds if is_timed else None)
    if outcome == "rejected":
        desk.to_redo.append(task)
    return seconds


def _redo(desk: Desk, member: Member, at: datetime, left: float) -> float:
    """Rework the next label that came back to this person."""
    ready = [task for task in desk.to_redo if task.maker is member and (task.done_at or at) < at]
    if not ready:
        return 0.0
    seconds = _usual(desk, ready[0], member, at) * desk.roll.uniform(0.25, 0.5)
    if seconds > left:
        return 0.0
    task = ready[0]
    desk.to_redo.remove(task)
    task.is_sent_back, task.done_at = True, at + timedelta(seconds=seconds)
    _write(desk, task, member, ("rework", "submitted", "manual"), seconds)
    desk.to_review.append(task)
    return seconds


def _usual(desk: Desk, task: Task, member: Member, at: datetime) -> float:
    """Return the seconds that this person needs for such an item by hand, with the practice they have by then."""
    before = sum(1 for item in desk.found if item.member is member and item.finished_at < at)
    practice = 1 - LEARNING * min(3.0, len(str(before)) - 1)
    return 60 * desk.project.minutes * member.pace * practice * (0.7 + 0.086 * task.item.objects)


def _answer(classes: list[str]) -> str:
    """Return what was found, written as the answers of the same items in the labeling tool are."""
    return answer_of([{"from_name": "ner", "type": "labels", "value": {"labels": [name]}} for name in classes])


def _score(roll: Random) -> float:
    """Return the score of a label, by hand or not: mostly right, else a few spans are off."""
    return 1.0 if roll.random() < 0.7 else round(1 - roll.uniform(0.01, 0.07), 3)  # noqa: PLR2004 - see above


def _write(
    desk: Desk, task: Task, member: Member, what: tuple[str, str, str], seconds: float | None, **more: object
) -> None:
    """Write one event that ended when the task did."""
    stage, outcome, method = what
    assert task.done_at is not None  # noqa: S101  it is set by whoever did the work
    desk.rows.append(
        {
            "item": desk.project.number * 100_000 + task.item.number,
            "person": member.email,
            "method": method,
            "finished_at": task.done_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "seconds": "" if seconds is None else round(seconds, 3),
            "stage": stage,
            "outcome": outcome,
            "project": desk.project.name,
            "dataset": DATASET,
            **more,
        }
    )
