"""The blind audit: randomly drawn labels, made again by hand without the suggestion; both are scored against gold.

It takes part of the hours tracked as review, and is recorded as a table of labeling events. Reviews and rework are
timed only in projects without automation: otherwise manual labels alone would carry these times, and would look slower
than they are beside assisted ones.
"""

from __future__ import annotations

import csv
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

from dashboard.demo.diary import TimeEntry, to_utc
from dashboard.demo.items import LEARNING_RATE, LOG_SD, Item
from dashboard.demo.labeling_tools import draw_classes
from dashboard.demo.team import BY_KEY, DemoTeam, Member, Project, make_rng
from dashboard.importers.frames.label_studio_answers import format_answer

EVENT_COLUMNS = (
    "item", "person", "method", "finished_at", "seconds", "stage", "outcome", "project", "dataset", "label_kind",
    "objects", "gold_score", "agreement", "answer",
)  # fmt: skip
DATASET = "blind audit"
AUDIT_PLANS = {"CR": (160, 120), "ST": (14, 13), "CH": (70, 120)}  # items, and how many days ago the audit began
SECOND_LABEL_EVERY = 4  # every fourth item is labeled by hand by two people
TIMED_SHARE = 0.9
Row = dict[str, object]


@dataclass
class AuditTask:
    """One label to be made by hand; `excluded_members` may not make it, because they know the item."""

    item: Item
    excluded_members: set[int]
    is_second: bool
    annotator: Member | None = None
    done_at: datetime | None = None
    was_sent_back: bool = False


@dataclass
class AuditDesk:
    """The items of one project that wait for labeling, review and rework, and the events written so far."""

    project: Project
    roll: Random
    answers: Random
    finish_times: dict[int, list[datetime]]  # of all items of the project, in ascending order by member
    waiting: list[AuditTask]
    to_review: list[AuditTask] = field(default_factory=list)
    to_rework: list[AuditTask] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


def write_audit(
    path: Path, team: DemoTeam, entries: list[TimeEntry], items_by_project: dict[str, list[Item]], seed: int
) -> None:
    """Write the audits of all projects that had one; items are given by project key."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, EVENT_COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        for key in AUDIT_PLANS:
            writer.writerows(_simulate_audit(team, entries, BY_KEY[key], items_by_project[key], seed))


def _simulate_audit(
    team: DemoTeam, entries: list[TimeEntry], project: Project, items: list[Item], seed: int
) -> list[Row]:
    rng = make_rng(seed, "audit", project.key)
    count, days = AUDIT_PLANS[project.key]
    first_on = team.today - timedelta(days=days)
    sample = [item for item in items if item.finished_at.date() >= first_on and not item.was_skipped]
    sample = [item for item in sample if project.rollout is None or item.suggestion != "none"]
    sample = sorted(rng.sample(sample, min(count, len(sample))), key=lambda item: item.number)
    answers = make_rng(seed, "answers", project.key)
    desk = AuditDesk(project, rng, answers, _sort_finish_times(items), list(_build_tasks(sample)))
    for entry in entries:
        if entry.project is project and entry.category == "review" and entry.day >= first_on and not entry.is_running:
            _fill_entry(desk, entry)
    return desk.rows


def _sort_finish_times(items: list[Item]) -> dict[int, list[datetime]]:
    """Return when each member, by number, finished their items."""
    times: dict[int, list[datetime]] = {}
    for item in items:
        times.setdefault(item.member.number, []).append(item.finished_at)
    return {number: sorted(finished) for number, finished in times.items()}


def _build_tasks(sample: list[Item]) -> Iterator[AuditTask]:
    for index, item in enumerate(sample):
        excluded = {item.member.number}
        yield AuditTask(item, excluded, is_second=False)
        if index % SECOND_LABEL_EVERY == 0:
            yield AuditTask(item, excluded, is_second=True)  # both share the set: nobody makes both labels


def _fill_entry(desk: AuditDesk, entry: TimeEntry) -> None:
    """Fill one time entry: first rework, then review, then labeling."""
    started_at, remaining = to_utc(entry.day, entry.begin + 60), entry.seconds * TIMED_SHARE
    while remaining > 0:
        seconds = _rework_next(desk, entry.member, started_at, remaining) or _review_next(
            desk, entry.member, started_at, remaining
        )
        seconds = seconds or _label_next(desk, entry.member, started_at, remaining)
        if not seconds:
            return
        pause = desk.roll.randint(5, 40)
        started_at, remaining = started_at + timedelta(seconds=seconds + pause), remaining - seconds - pause


def _label_next(desk: AuditDesk, member: Member, started_at: datetime, remaining: float) -> float:
    """Label the next item that this person has not seen; return the seconds, 0 if there is none."""
    ready = [
        task
        for task in desk.waiting
        if member.number not in task.excluded_members and task.item.finished_at < started_at
    ]
    task = next(iter(ready), None)
    if task is None:
        return 0.0
    seconds = _compute_usual_seconds(desk, task, member, started_at) * desk.roll.lognormvariate(
        -LOG_SD * LOG_SD / 2, LOG_SD
    )
    if seconds > remaining:
        return 0.0
    desk.waiting.remove(task)
    task.excluded_members.add(member.number)
    task.annotator, task.done_at = member, started_at + timedelta(seconds=seconds)
    objects = task.item.objects
    if task.is_second and desk.roll.random() < 0.15:  # noqa: PLR2004 - people miss or add an object now and then
        objects = max(1, objects + desk.roll.choice((-1, 1)))
    agreement = round(desk.roll.uniform(0.82, 1.0), 3) if task.is_second else ""
    gold = "" if desk.project.rollout is None else _draw_score(desk.roll)
    extra = {"gold_score": gold, "agreement": agreement, "objects": objects, "label_kind": "labels"}
    if desk.project.tool == "label_studio":
        extra["answer"] = _format_answer(draw_classes(objects, desk.answers))
    _append_event(desk, task, member, ("annotate", "submitted", "manual"), seconds, **extra)
    desk.to_review.append(task)
    return seconds


def _review_next(desk: AuditDesk, member: Member, started_at: datetime, remaining: float) -> float:
    """Review the next label of another person, and score the assisted label of the item."""
    seconds = desk.roll.uniform(150, 420)
    own_items = {task.item.number for task in desk.to_review if member in (task.annotator, task.item.member)}
    ready = [
        task
        for task in desk.to_review
        if task.item.number not in own_items and (task.done_at or started_at) < started_at
    ]
    if not ready or seconds > remaining:
        return 0.0
    task = ready[0]
    desk.to_review.remove(task)
    is_timed = desk.project.rollout is None
    outcome = desk.roll.choices(("accepted", "fixed", "rejected"), (0.82, 0.09, 0.09 if is_timed else 0.0))[0]
    outcome = "accepted" if task.was_sent_back else outcome
    first_time = not task.was_sent_back
    task.done_at = started_at + timedelta(seconds=seconds)
    if first_time and not task.is_second and not is_timed:
        _append_event(
            desk, task, member, ("adjudicate", "submitted", "pre-annotated"), None, gold_score=_draw_score(desk.roll)
        )
        task.done_at += timedelta(seconds=1)  # the review of the manual label comes last
    _append_event(desk, task, member, ("review", outcome, ""), seconds if is_timed else None)
    if outcome == "rejected":
        desk.to_rework.append(task)
    return seconds


def _rework_next(desk: AuditDesk, member: Member, started_at: datetime, remaining: float) -> float:
    """Rework this person's next rejected label."""
    ready = [task for task in desk.to_rework if task.annotator is member and (task.done_at or started_at) < started_at]
    if not ready:
        return 0.0
    seconds = _compute_usual_seconds(desk, ready[0], member, started_at) * desk.roll.uniform(0.25, 0.5)
    if seconds > remaining:
        return 0.0
    task = ready[0]
    desk.to_rework.remove(task)
    task.was_sent_back, task.done_at = True, started_at + timedelta(seconds=seconds)
    _append_event(desk, task, member, ("rework", "submitted", "manual"), seconds)
    desk.to_review.append(task)
    return seconds


def _compute_usual_seconds(desk: AuditDesk, task: AuditTask, member: Member, started_at: datetime) -> float:
    """Return the expected seconds of this person for the item by hand, given their practice so far."""
    done_before = bisect_left(desk.finish_times.get(member.number, []), started_at)
    practice = 1 - LEARNING_RATE * min(3.0, len(str(done_before)) - 1)
    return 60 * desk.project.minutes * member.pace * practice * (0.7 + 0.086 * task.item.objects)


def _format_answer(classes: list[str]) -> str:
    """Return the classes as an answer that can be compared with those from the labeling tool."""
    return format_answer([{"from_name": "ner", "type": "labels", "value": {"labels": [name]}} for name in classes])


def _draw_score(rng: Random) -> float:
    """Return the gold score of a manual or assisted label: mostly 1, else slightly below."""
    return 1.0 if rng.random() < 0.7 else round(1 - rng.uniform(0.01, 0.07), 3)  # noqa: PLR2004 - see above


def _append_event(
    desk: AuditDesk,
    task: AuditTask,
    member: Member,
    event: tuple[str, str, str],
    seconds: float | None,
    **fields: object,
) -> None:
    """Append an event that ended when the task did."""
    stage, outcome, method = event
    assert task.done_at is not None  # noqa: S101 - tells mypy what the line before has made sure of
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
            **fields,
        }
    )
