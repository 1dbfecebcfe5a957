"""The demo's team: twelve people, four projects, their tools, and the rollout of pre-labeling in each project."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from random import Random
from typing import Literal

ZONE = "Europe/Berlin"
WEEKLY_HOURS = 40.0
DAYS = 305  # ten months
Tracker = Literal["toggl", "clockify", "jira"]


@dataclass(frozen=True)
class Project:
    """One project; `minutes` is the usual time for one item labeled by hand."""

    number: int
    name: str
    client: str
    key: str
    tool: Literal["label_studio", "cvat"]
    item: str
    minutes: float
    rollout: int | None  # days before today when pre-labeling began; None = never
    time_factor: float  # time per pre-labeled item / time by hand
    unchanged: float  # share of the suggestions that are kept unchanged
    begun: int | None = None  # days before today when work on it began; None = before the data begin

    def is_open(self, day: date, today: date) -> bool:
        """Return whether work on the project had begun by that day."""
        return self.begun is None or day >= today - timedelta(days=self.begun)

    def started_on(self, today: date) -> date | None:
        """Return the first day with pre-labels, None without a rollout."""
        return None if self.rollout is None else today - timedelta(days=self.rollout)


@dataclass(frozen=True)
class Member:
    """One person; `pace` is their time per item relative to the usual time."""

    number: int
    name: str
    role: Literal["engineer", "annotator"]
    team: str
    tracker: Tracker
    main: str  # key of the project they mostly work on
    second: str
    pace: float
    moved: int | None = None  # days before today on which they moved to Toggl

    @cached_property
    def login(self) -> str:
        """Their user name in CVAT and MLflow."""
        first, last = self.name.lower().translate(ASCII_LETTERS).split()
        return f"{first[0]}{last}"

    @cached_property
    def email(self) -> str:
        """Their e-mail address in every tool but MLflow."""
        return f"{self.login}@lumen.example"

    @property
    def account(self) -> str:
        """Their account id in Jira, the only name in its export."""
        return f"712020:6f1d{self.number:04d}-3c2b-4e8a-9a51-{self.number * 7919:012d}"

    @property
    def aliases(self) -> tuple[str, ...]:
        """Every name that the exports use for them."""
        return (self.name, self.email, self.login, *([self.account] if self.tracker == "jira" else []))

    def projects_on(self, day: date, today: date) -> tuple[Project, Project]:
        """Return the main and second project on that day; both are the same if only one had begun."""
        main, second = BY_KEY[self.main], BY_KEY[self.second]
        if not main.is_open(day, today):
            return second, second
        return (main, second) if second.is_open(day, today) else (main, main)

    def tracker_on(self, day: date, today: date) -> Tracker:
        """Return the tool in which they tracked time on that day."""
        if self.moved is not None and day >= today - timedelta(days=self.moved):
            return "toggl"
        return self.tracker


@dataclass(frozen=True)
class DemoTeam:
    """The simulated team: members, projects, period, time off, and the files written."""

    today: date
    first_on: date
    last_on: date
    zone: str
    members: tuple[Member, ...]
    projects: tuple[Project, ...]
    time_off: tuple[tuple[Member, date], ...]
    files: dict[str, Path]  # importer or short name -> export


ASCII_LETTERS = str.maketrans("áéíóúñ", "aeioun")

PROJECTS = (
    Project(1, "Contract Reader", "Halden Legal", "CR", "label_studio", "contract", 21.0, 196, 0.65, 0.58),
    Project(2, "Street Signs", "City of Norrby", "SS", "cvat", "image", 12.0, 126, 1.35, 0.12),
    Project(3, "Support Triage", "Merano Telecom", "ST", "label_studio", "ticket", 17.0, 14, 0.80, 0.45, begun=224),
    Project(4, "Crop Health", "Vega Farms", "CH", "cvat", "field tile", 30.0, None, 1.0, 0.0),
)

MEMBERS = (
    Member(1, "Amara Osei", "engineer", "Documents", "toggl", "CR", "ST", 0.92),
    Member(2, "Jonas Lindqvist", "engineer", "Documents", "toggl", "CR", "SS", 1.10),
    Member(3, "Priya Raman", "engineer", "Documents", "toggl", "CR", "ST", 0.97),
    Member(4, "Maya Kowalski", "engineer", "Documents", "jira", "CR", "SS", 1.05, moved=95),
    Member(5, "Tomás Herrera", "engineer", "Vision", "clockify", "SS", "CH", 1.00),
    Member(6, "Lena Fischer", "engineer", "Vision", "clockify", "SS", "CR", 1.15),
    Member(7, "Diego Santos", "engineer", "Vision", "jira", "CH", "SS", 0.95),
    Member(8, "Noor Haddad", "engineer", "Documents", "clockify", "ST", "CR", 1.03),
    Member(9, "Ines Duarte", "annotator", "Documents", "toggl", "CR", "ST", 0.82),
    Member(10, "Kofi Mensah", "annotator", "Documents", "clockify", "CR", "SS", 0.88),
    Member(11, "Sofia Rossi", "annotator", "Vision", "clockify", "SS", "CH", 0.85),
    Member(12, "Wei Zhang", "annotator", "Documents", "clockify", "ST", "CH", 0.90),
)

BY_KEY = {project.key: project for project in PROJECTS}
HOLIDAYS = frozenset({(1, 1), (5, 1), (10, 3), (12, 24), (12, 25), (12, 26)})  # (month, day)
SATURDAY = 5


def make_rng(seed: int, *purpose: object) -> Random:
    """Return a separate generator for each purpose, so that a change in one export does not affect the others."""
    return Random(f"{seed}/{'/'.join(map(str, purpose))}")  # noqa: S311 - made-up people, no secrets


def is_workday(day: date) -> bool:
    """Return whether a day is neither weekend nor public holiday."""
    return day.weekday() < SATURDAY and (day.month, day.day) not in HOLIDAYS


def draw_days_away(member: Member, first_on: date, last_on: date, seed: int) -> set[date]:
    """Return the weekdays on which a person did not work: vacation, public holidays and illness."""
    rng = make_rng(seed, "away", member.number)
    span = (last_on - first_on).days
    away: set[date] = set()
    for length in (rng.randint(9, 14), rng.randint(4, 7), 1, 1, 2):
        begin = first_on + timedelta(days=rng.randint(10, max(10, span - 20)))
        away.update(begin + timedelta(days=step) for step in range(length))
    weekdays = (first_on + timedelta(days=step) for step in range(span + 1))
    closed = {day for day in weekdays if day.weekday() < SATURDAY and not is_workday(day)}
    return closed | {day for day in away if is_workday(day) and day <= last_on}
