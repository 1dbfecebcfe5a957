"""What part of the data is asked for: the same filters on pages, in reports and in the terminal."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import MAXYEAR, MINYEAR, date, timedelta

from dashboard.categories import resolve_categories
from dashboard.errors import BadFilter

METHODS = ("manual", "pre-annotated", "automatic", "active_learning", "weak", "synthetic", "imported", "unknown")
STAGES = ("annotate", "review", "rework", "adjudicate")
ROLES = ("engineer", "annotator", "other", "unknown")
PERIOD_DAYS: dict[str, int | None] = {"7d": 7, "30d": 30, "90d": 90, "12m": 365, "all": None}
CALENDAR_UNITS = ("week", "month", "quarter", "year")
FISCAL_UNITS = ("fiscal quarter", "fiscal year")
CALENDAR_PERIODS = {f"{which} {unit}": unit for unit in (*CALENDAR_UNITS, *FISCAL_UNITS) for which in ("this", "last")}
WEEK_STARTS = ("Monday", "Sunday", "Saturday")  # the position is how many days before Monday a week begins
MONTHS = tuple(date(2000, month, 1).strftime("%B") for month in range(1, 13))

CUSTOM = "Custom"
# Written as people read them, because the address of a page shows them; in small letters, names of periods.
PERIOD_CHOICES = (
    "90d",
    "30d",
    "7d",
    "12m",
    *(f"{which} {unit}" for unit in CALENDAR_UNITS for which in ("Last", "This")),
    *(f"{which} {unit}" for unit in FISCAL_UNITS for which in ("Last", "This")),
    "All",
    CUSTOM,
)
BEFORE, LAST_YEAR, PROJECT_PREFIX = "period before", "same period last year", "project "
"""What a selection is compared with; the last is followed by the name of an earlier project, with all its days."""
WEEKS_A_YEAR = 52
RECENT_DAYS = 14  # data this fresh: a period ends with them, not with days that were not imported yet


@dataclass(frozen=True)
class Calendar:
    """How many days before Monday weeks begin, and the first month (1 to 12) of the fiscal year."""

    week_shift: int = 0
    fiscal_month: int = 1


DEFAULT_CALENDAR = Calendar()


@dataclass(frozen=True)
class Filters:
    """Inclusive days; empty tuples mean everything. Categories may be called by their aliases, as in an old link."""

    from_on: date | None = None
    to_on: date | None = None
    projects: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    compares_with: str = BEFORE
    methods: tuple[str, ...] = ()  # of labels; no time of a tracker has one
    stages: tuple[str, ...] = ()  # of the work on labels

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins, and texts that are no characters.

        Raises:
            BadFilter: from_on is after to_on, or a value holds bytes that are no UTF-8, as a terminal can pass them.
        """
        object.__setattr__(self, "categories", resolve_categories(self.categories))
        chosen = (self.projects, self.teams, self.people, self.roles, self.categories, self.methods, self.stages)
        for text in (*(name for names in chosen for name in names), self.compares_with):
            if not is_encodable(text):
                raise BadFilter(f"{text!a} is not text in UTF-8.", "Write the name as the dashboard shows it.")
        if self.compares_with not in {BEFORE, LAST_YEAR} and not self.earlier_project:
            message = f"Nothing can be compared with {self.compares_with!r}."
            raise BadFilter(message, f'Use "{BEFORE}", "{LAST_YEAR}", or "{PROJECT_PREFIX}" and its name.')
        if self.from_on and self.to_on and self.from_on > self.to_on:
            message = f"The period ends ({self.to_on}) before it begins ({self.from_on})."
            raise BadFilter(message, "Swap the two days.")

    def parameters(self) -> dict[str, object]:
        """Return the filters as bound parameters of a query."""
        return {
            "from_on": self.from_on,
            "to_on": self.to_on,
            "projects": list(self.projects),
            "teams": list(self.teams),
            "people": list(self.people),
            "roles": list(self.roles),
            "categories": list(self.categories),
            "methods": list(self.methods),
            "stages": list(self.stages),
            "compares_with": self.compares_with,
        }

    @property
    def earlier_project(self) -> str:
        """Return the project that the selection is compared with; empty for a period."""
        return find_earlier_project(self.compares_with)

    def previous(self) -> Filters | None:
        """Return what the selection is compared with; None for an open period, which has nothing before it."""
        if self.earlier_project:
            return replace(self, from_on=None, to_on=None, projects=(self.earlier_project,))
        if self.from_on is None or self.to_on is None:
            return None
        from_on, to_on = find_compared_days(self.compares_with, self.from_on, self.to_on)
        return replace(self, from_on=from_on, to_on=to_on)


def is_encodable(text: str) -> bool:
    """Return whether a text holds characters only, and no half of one."""
    return not any("\ud800" <= char <= "\udfff" for char in text)


def resolve_period(name: str, today: date, calendar: Calendar = DEFAULT_CALENDAR) -> tuple[date | None, date | None]:
    """Return the first and last day of a named period; both are before today where that is possible.

    A number of days ends yesterday. "last month" is the calendar month before that of today, and "this month" ends
    yesterday; on its first day it is that day alone.

    Raises:
        BadFilter: no such period.
    """
    last_on = today - timedelta(days=1)
    if name in CALENDAR_PERIODS:
        first_on = find_first_day(CALENDAR_PERIODS[name], today, calendar)
        if name.startswith("this"):
            return first_on, max(first_on, last_on)
        before_on = first_on - timedelta(days=1)
        return find_first_day(CALENDAR_PERIODS[name], before_on, calendar), before_on
    if name not in PERIOD_DAYS:
        message = f"There is no period {name!r}."
        raise BadFilter(message, f"Use one of {', '.join([*PERIOD_DAYS, *CALENDAR_PERIODS])}.")
    days = PERIOD_DAYS[name]
    return (None, None) if days is None else (last_on - timedelta(days=days - 1), last_on)


def resolve_choice(
    name: str, newest_on: date | None, today: date, calendar: Calendar = DEFAULT_CALENDAR
) -> tuple[date | None, date | None]:
    """Return the days of a period as pages offer it: a number of days ends with a log that is a few days old.

    Raises:
        BadFilter: no such period.
    """
    is_recent = newest_on is not None and today - timedelta(days=RECENT_DAYS) <= newest_on < today
    if newest_on is not None and is_recent and name not in CALENDAR_PERIODS:
        return resolve_period(name, newest_on + timedelta(days=1))
    return resolve_period(name, today, calendar)


def find_first_day(unit: str, day: date, calendar: Calendar = DEFAULT_CALENDAR) -> date:
    """Return the first day of the week, month, quarter or year that holds a day."""
    month_on, fiscal_months = day.replace(day=1), (day.month - calendar.fiscal_month) % 12
    firsts = {
        "week": shift_day(day, -((day.weekday() + calendar.week_shift) % 7)),
        "fiscal quarter": subtract_months(month_on, fiscal_months % 3),
        "fiscal year": subtract_months(month_on, fiscal_months),
        "month": day.replace(day=1),
        "quarter": date(day.year, (day.month - 1) // 3 * 3 + 1, 1),
        "year": date(day.year, 1, 1),
    }
    return firsts[unit]


def find_earlier_project(compares_with: str) -> str:
    """Return the project that a selection is compared with; empty for a period."""
    return compares_with.removeprefix(PROJECT_PREFIX) if compares_with.startswith(PROJECT_PREFIX) else ""


def find_compared_days(compares_with: str, first: date, last: date) -> tuple[date, date]:
    """Return the days before these, or those of a year earlier."""
    return (find_days_last_year if compares_with == LAST_YEAR else find_previous_days)(first, last)


def find_days_last_year(first: date, last: date) -> tuple[date, date]:
    """Return the same calendar months of the year before, or as many whole weeks 52 weeks before, else the same dates.

    Whole weeks keep their days of the week, on which the hours worked depend.
    """
    if is_whole_months(first, last):
        month_on = subtract_months(last.replace(day=1), 12)
        return subtract_months(first, 12), month_on.replace(day=monthrange(month_on.year, month_on.month)[1])
    if ((last - first).days + 1) % 7 == 0:
        return shift_day(first, -7 * WEEKS_A_YEAR), shift_day(last, -7 * WEEKS_A_YEAR)
    return find_day_last_year(first), find_day_last_year(last)


def find_day_last_year(day: date) -> date:
    """Return the same date a year earlier; 28 February for 29 February."""
    is_leap_day = (day.month, day.day) == (2, 29)
    return date(day.year - 1, 2, 28) if is_leap_day else day.replace(year=max(day.year - 1, MINYEAR))


def find_previous_days(first: date, last: date) -> tuple[date, date]:
    """Return the days that a period is compared with: as many calendar months before whole ones, else as many days."""
    if is_whole_months(first, last):
        return subtract_months(first, count_months(first, last)), shift_day(first, -1)
    return shift_day(first, -((last - first).days + 1)), shift_day(first, -1)


def find_next_days(first: date, last: date) -> tuple[date, date]:
    """Return the days of the period after this one: as many calendar months after whole ones, else as many days."""
    begin = shift_day(last, 1)
    if is_whole_months(first, last):
        return begin, max(begin, shift_day(subtract_months(begin, -count_months(first, last)), -1))
    return begin, shift_day(begin, (last - first).days)


def shift_day(day: date, count: int) -> date:
    """Return the day that lies `count` days later, or the nearest that a date can be."""
    return date.fromordinal(min(max(day.toordinal() + count, date.min.toordinal()), date.max.toordinal()))


def is_in_gap(week_on: date, gaps: Sequence[tuple[date, date]]) -> bool:
    """Return whether one of the gaps (first and last day) takes a day from Monday to Friday of a week."""
    return any(from_on <= week_on + timedelta(days=4) and week_on <= to_on for from_on, to_on in gaps)


def is_whole_months(first: date, last: date) -> bool:
    """Return whether the days are one or more calendar months."""
    return first.day == 1 and last.day == monthrange(last.year, last.month)[1]


def count_months(first: date, last: date) -> int:
    """Return how many calendar months begin within the days."""
    return (last.year - first.year) * 12 + last.month - first.month + 1


def subtract_months(first: date, count: int) -> date:
    """Return the first day of the month that lies `count` months earlier, or of the nearest that a date can be in."""
    months = min(max(first.year * 12 + first.month - 1 - count, MINYEAR * 12), MAXYEAR * 12 + 11)
    return date(months // 12, months % 12 + 1, 1)
