"""What a report is about, and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dashboard import units
from dashboard.errors import BadFilter
from dashboard.filters import (
    BEFORE,
    LAST_YEAR,
    Calendar,
    Filters,
    count_months,
    find_first_day,
    is_whole_months,
    shift_day,
    subtract_months,
)
from dashboard.formats import USUAL, Formats
from dashboard.units import format_count, format_day

HISTORY_WEEKS = 26
QUARTER_MONTHS = 3  # months
LINK_DAYS = 30  # how long a link to a frozen report lives, unless said otherwise
MAX_NOTE_LENGTH = 600  # characters; more does not fit on the first page


class Audience(StrEnum):
    """Who reads it: management sees no rows about people, a team pseudonyms, a private report names."""

    management = "management"
    team = "team"
    private = "private"


class Paper(StrEnum):
    """The sheet it is printed on."""

    a4 = "a4"
    letter = "letter"


class Comparison(StrEnum):
    """What the period is compared with."""

    before = "before"
    last_year = "last-year"


class ReportPart(StrEnum):
    """A section that can be left out."""

    share = "share"
    hours = "hours"
    people = "people"
    savings = "savings"
    change = "change"
    outlook = "outlook"
    decisions = "decisions"
    methods = "methods"


@dataclass(frozen=True)
class ReportRequest:
    """What a report is about: inclusive days, and empty tuples for everything."""

    first: date
    last: date
    projects: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    audience: Audience = Audience.management
    parts: tuple[ReportPart, ...] = tuple(ReportPart)
    note: str = ""
    paper: Paper = Paper.a4
    hides_small_groups: bool = False  # for management: withhold projects and categories of few people, too
    week_shift: int = 0  # how many days before Monday weeks begin
    comparison: Comparison = Comparison.before
    formats: Formats = USUAL  # how numbers, days and money are written
    scheme: str = ""  # own groups of the same hours, told beside the activities

    def __post_init__(self) -> None:
        """Refuse what no report can hold.

        Raises:
            BadFilter: the period ends before it begins, or the note is too long.
        """
        Filters(self.first, self.last)
        if len(self.note) > MAX_NOTE_LENGTH:
            raise BadFilter(
                f"The note has {format_count(len(self.note))} characters.", f"Use at most {MAX_NOTE_LENGTH}."
            )

    def period_filters(self) -> Filters:
        """Return the filters of the period."""
        compares_with = LAST_YEAR if self.comparison is Comparison.last_year else BEFORE
        return Filters(self.first, self.last, self.projects, self.teams, compares_with=compares_with)

    def previous_filters(self) -> Filters:
        """Return the filters of the period it is compared with: the one before, or that of a year earlier."""
        return self.period_filters().previous() or self.period_filters()

    def unfiltered_period(self) -> Filters:
        """Return the filters of the period, with all projects and teams."""
        return Filters(self.first, self.last)

    def previous_days(self) -> tuple[date, date]:
        """Return the first and last day of the period it is compared with."""
        filters = self.previous_filters()
        return filters.from_on or self.first, filters.to_on or self.last

    def history_filters(self) -> Filters:
        """Return the filters of the half year before the period, the team's own history; in whole weeks."""
        week_on = find_first_day("week", self.first, Calendar(self.week_shift))
        from_on = shift_day(week_on, -7 * HISTORY_WEEKS)
        return replace(self.period_filters(), from_on=from_on, to_on=shift_day(week_on, -1))


def last_month(today: date) -> tuple[date, date]:
    """Return the first and last day of the last month that is over."""
    last = today.replace(day=1) - timedelta(days=1)
    return last.replace(day=1), last


def last_quarter(today: date) -> tuple[date, date]:
    """Return the first and last day of the last calendar quarter that is over."""
    begins = today.replace(month=(today.month - 1) // QUARTER_MONTHS * QUARTER_MONTHS + 1, day=1)
    return subtract_months(begins, QUARTER_MONTHS), begins - timedelta(days=1)


def format_period(first: date, last: date) -> str:
    """Return the period as people say it: October 2026, the third quarter of 2026, 5 Mar 2026, 5 Mar to 9 Apr 2026."""
    if first == last:
        return format_day(first)
    if is_whole_months(first, last):
        count = count_months(first, last)
        if count == 1:
            return f"{first:%B %Y}"
        if count == QUARTER_MONTHS and first.month % QUARTER_MONTHS == 1:
            ordinal = ("first", "second", "third", "fourth")[first.month // QUARTER_MONTHS]
            return f"the {ordinal} quarter of {first.year}"
        if count == 12 and first.month == 1:  # noqa: PLR2004 - a calendar year
            return f"{first.year}"
        return f"{first:%B %Y} to {last:%B %Y}"
    return units.format_period(first, last)


def phrase_period(first: date, last: date) -> str:
    """Return the period with its preposition: in October 2026, on 5 Mar 2026, from 5 Mar 2026 to 9 Apr 2026."""
    period = format_period(first, last)
    if first == last:
        return f"on {period}"
    return f"from {period}" if " to " in period else f"in {period}"


def name_period(first: date, last: date) -> str:
    """Return the period in few letters, for titles: Q3 2026 for a calendar quarter, else as people say it."""
    is_quarter = is_whole_months(first, last) and count_months(first, last) == QUARTER_MONTHS
    if is_quarter and first.month % QUARTER_MONTHS == 1:
        return f"Q{first.month // QUARTER_MONTHS + 1} {first.year}"
    return format_period(first, last)


def phrase_named_period(first: date, last: date) -> str:
    """Return the period in few letters with its preposition: in Q3 2026, in October 2026."""
    name = name_period(first, last)
    return f"in {name}" if name.startswith("Q") else phrase_period(first, last)


def file_stem(request: ReportRequest) -> str:
    """Return the report's file name without its ending."""
    return f"labeling-report-{request.first}-{request.last}"
