"""What part of the data is asked for: the same filters on pages, in reports and in the terminal."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

from dashboard.errors import BadFilter

PERIOD_DAYS: dict[str, int | None] = {"7d": 7, "30d": 30, "90d": 90, "12m": 365, "all": None}


@dataclass(frozen=True)
class Filters:
    """Inclusive days; empty tuples mean everything."""

    from_on: date | None = None
    to_on: date | None = None
    projects: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins.

        Raises:
            BadFilter: from_on is after to_on.
        """
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
        }

    def previous(self) -> Filters | None:
        """Return the equal-length period just before, or None for an open period."""
        if self.from_on is None or self.to_on is None:
            return None
        days = (self.to_on - self.from_on).days + 1
        return replace(self, from_on=self.from_on - timedelta(days=days), to_on=self.from_on - timedelta(days=1))


def resolve_period(name: str, today: date) -> tuple[date | None, date | None]:
    """Return the first and last day of a named period that ends yesterday (complete days only).

    Raises:
        BadFilter: no such period.
    """
    if name not in PERIOD_DAYS:
        message = f"There is no period {name!r}."
        raise BadFilter(message, f"Use one of {', '.join(PERIOD_DAYS)}.")
    days = PERIOD_DAYS[name]
    if days is None:
        return None, None
    last_on = today - timedelta(days=1)
    return last_on - timedelta(days=days - 1), last_on
