"""What reviewers said in the labeling tool: accepted, fixed, or sent back and looked at again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboard.demo.diary import instant
from dashboard.demo.items import Item
from dashboard.demo.team import MEMBERS, DemoTeam, Member, Project, dice

REVIEWED = 0.25  # part of the labels that a second person looks at
VERDICTS = ("accepted", "fixed", "rejected")
WEIGHTS = (0.87, 0.075, 0.055)
REVIEWERS = {"CR": ("Priya Raman", "Maya Kowalski"), "ST": ("Noor Haddad", "Amara Osei")}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Review:
    """One verdict on one label."""

    reviewer: Member
    at: datetime
    outcome: str


def reviews(team: DemoTeam, found: list[Item], project: Project, seed: int) -> dict[int, tuple[Review, ...]]:
    """Return the verdicts by number of the item, none later than the data reach."""
    roll = dice(seed, "reviews", project.key)
    until = instant(team.last_on, 20 * 3600)
    named = [member for name in REVIEWERS[project.key] for member in MEMBERS if member.name == name]
    told: dict[int, tuple[Review, ...]] = {}
    for item in found:
        is_chosen, verdicts = roll.random() < REVIEWED, _verdicts(item, named, roll)
        seen = tuple(one for one in verdicts if one.at < until)
        if is_chosen and seen and not item.was_skipped:
            told[item.number] = seen
    return told


def _verdicts(item: Item, named: list[Member], roll: Random) -> list[Review]:
    """Return the first verdict, and the second one on what was sent back."""
    reviewer = next(member for member in named if member is not item.member)
    at = item.finished_at + roll.randint(1, 3) * DAY + timedelta(seconds=roll.randint(0, 1800))
    outcome = roll.choices(VERDICTS, WEIGHTS)[0]
    first = Review(reviewer, at, outcome)
    if outcome != "rejected":
        return [first]
    return [first, Review(reviewer, at + 2 * DAY, "accepted")]
