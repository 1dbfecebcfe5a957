"""The items labeled during the logged labeling time: by whom, when, how long, with which suggestion.

Also their reviews in the labeling tool: accepted, fixed, or rejected and reviewed again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboard.demo.diary import TimeEntry, compute_adoption, to_utc
from dashboard.demo.team import MEMBERS, DemoTeam, Member, Project, make_rng

LOG_SD = 0.42  # standard deviation of the log time per item, as measured in real labeling logs
LEARNING_RATE = 0.06  # share of the time saved with each tenfold experience
IDLE_SHARE, SKIPPED_SHARE, MANUAL_SHARE = 0.006, 0.015, 0.12
TIMED_SHARE = 0.93  # the rest of an entry is spent outside the tool


@dataclass(frozen=True)
class Item:
    """One item labeled by one person; `suggestion` is none, unchanged or edited."""

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


def simulate_items(team: DemoTeam, diary: list[TimeEntry], project: Project, seed: int) -> list[Item]:
    """Return the items labeled in one project, in order of work."""
    rng = make_rng(seed, "items", project.key)
    done_by_member: dict[int, int] = {}
    labeled: list[Item] = []
    for entry in diary:
        if entry.project is not project or entry.category != "annotating" or entry.is_running:
            continue
        level = compute_adoption(project, entry.day, team.today)
        started_at, remaining = to_utc(entry.day, entry.begin + 45), entry.seconds * TIMED_SHARE
        while remaining > 0:
            done_before = done_by_member.get(entry.member.number, 0)
            item = _simulate_item(len(labeled) + 1, entry, started_at, (level, done_before), rng)
            if item.seconds > remaining and remaining < entry.seconds / 2:
                break
            labeled.append(item)
            done_by_member[entry.member.number] = done_before + 1
            started_at, remaining = item.finished_at + timedelta(seconds=rng.randint(2, 20)), remaining - item.seconds
    return labeled


def _simulate_item(number: int, entry: TimeEntry, started_at: datetime, stage: tuple[float, int], rng: Random) -> Item:
    level, done_before = stage
    project = entry.project
    assert project is not None  # noqa: S101 - tells mypy what the line before has made sure of
    has_suggestion = rng.random() < level * (1 - MANUAL_SHARE)
    is_kept = has_suggestion and rng.random() < project.unchanged
    objects = rng.randint(2, 5)
    usual_seconds = 60 * project.minutes * entry.member.pace * (0.7 + 0.086 * objects)
    practice = 1 - LEARNING_RATE * min(3.0, len(str(done_before)) - 1)
    seconds = usual_seconds * practice * rng.lognormvariate(-LOG_SD * LOG_SD / 2, LOG_SD)
    if has_suggestion:
        seconds *= compute_time_factor(project, is_kept=is_kept)
    was_skipped = rng.random() < SKIPPED_SHARE
    if was_skipped:
        seconds *= 0.2
    if rng.random() < IDLE_SHARE:
        seconds += rng.uniform(3600, 9000)  # the tab stayed open over lunch
    suggestion = "none" if not has_suggestion else "unchanged" if is_kept else "edited"
    kept_objects = objects if is_kept else rng.randint(0, objects - 1) if has_suggestion else 0
    return Item(
        number,
        entry.member,
        project,
        entry.batch,
        started_at,
        round(seconds, 3),
        objects,
        suggestion,
        kept_objects,
        was_skipped,
    )


CORRECTING_RATIO = 1.6  # time to check and correct a suggestion / time to check one that is kept


def compute_time_factor(project: Project, *, is_kept: bool) -> float:
    """Return the time with a suggestion over that by hand; over kept and corrected ones it is the project's factor."""
    checking = project.time_factor / (project.unchanged + (1 - project.unchanged) * CORRECTING_RATIO)
    return checking if is_kept else checking * CORRECTING_RATIO


REVIEWED_SHARE = 0.25  # share of the labels that a second person reviews
OUTCOMES = ("accepted", "fixed", "rejected")
OUTCOME_WEIGHTS = (0.87, 0.075, 0.055)
REVIEWERS = {"CR": ("Priya Raman", "Maya Kowalski"), "ST": ("Noor Haddad", "Amara Osei")}
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Review:
    """One review of one label."""

    reviewer: Member
    at: datetime
    outcome: str


def simulate_reviews(team: DemoTeam, items: list[Item], project: Project, seed: int) -> dict[int, tuple[Review, ...]]:
    """Return the reviews by item number, up to the end of the data."""
    rng = make_rng(seed, "reviews", project.key)
    until = to_utc(team.last_on, 20 * 3600)
    reviewers = [member for name in REVIEWERS[project.key] for member in MEMBERS if member.name == name]
    reviews_by_item: dict[int, tuple[Review, ...]] = {}
    for item in items:
        is_chosen, verdicts = rng.random() < REVIEWED_SHARE, _simulate_verdicts(item, reviewers, rng)
        past_verdicts = tuple(verdict for verdict in verdicts if verdict.at < until)
        if is_chosen and past_verdicts and not item.was_skipped:
            reviews_by_item[item.number] = past_verdicts
    return reviews_by_item


def _simulate_verdicts(item: Item, reviewers: list[Member], rng: Random) -> list[Review]:
    """Return the first review, and a second one if the label was rejected."""
    reviewer = next(member for member in reviewers if member is not item.member)
    reviewed_at = item.finished_at + rng.randint(1, 3) * ONE_DAY + timedelta(seconds=rng.randint(0, 1800))
    outcome = rng.choices(OUTCOMES, OUTCOME_WEIGHTS)[0]
    first = Review(reviewer, reviewed_at, outcome)
    if outcome != "rejected":
        return [first]
    return [first, Review(reviewer, reviewed_at + 2 * ONE_DAY, "accepted")]
