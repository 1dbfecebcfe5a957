"""Reviews in the labeling tool: accepted, fixed, or rejected and reviewed again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from dashboard.demo.diary import to_utc
from dashboard.demo.items import Item
from dashboard.demo.team import MEMBERS, DemoTeam, Member, Project, make_rng

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
