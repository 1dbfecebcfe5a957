"""The filter bar: one row above every page, bound to the URL so that a link reproduces the view.

Bound widgets stand in the entry script, never inside a page: a page's own bound widgets
lose the shared link when the page is switched.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode, urlsplit

import streamlit as st

from dashboard import theme
from dashboard.figures import Figure
from dashboard.filters import Filters, period
from dashboard.pages import places, reading

# Written as people read them, because that is how they stand in the URL.
PERIODS = ("7d", "30d", "90d", "12m", "All", "Custom")
UNITS = ("Share", "Hours", "FTE")
SCOPES = ("Everyone", "Engineers only")
USUAL_DAYS = 90
UNIT_HELP = "FTE: hours over the hours of a full-time person."
NO_UNIT = "For Overview and Time split; nothing on this page has several units."
NOTHING_IMPORTED, NOTHING_LEFT = "No labeling events are imported yet.", "No labels match the filters."


@dataclass(frozen=True)
class Choice:
    """What the viewer asked for."""

    filters: Filters
    previous: Filters | None  # None when not compared, or when the period is open
    unit: str

    def said(self) -> str:
        """Return the filters in words, for notes and empty states."""
        parts = [theme.span(self.filters.from_on, self.filters.to_on)]
        parts += [", ".join(self.filters.projects)] if self.filters.projects else []
        parts += [", ".join(self.filters.teams)] if self.filters.teams else []
        parts += ["engineers only"] if self.filters.roles else []
        return " · ".join(parts)


def show(*, has_unit: bool = True) -> Choice:
    """Draw the bar and return what is chosen; pages that know no unit show it greyed, so that it is kept.

    Raises:
        BadFilter: a custom period that ends before it begins.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-bar"):
        chosen = st.segmented_control(
            "Period",
            PERIODS,
            default=usual_period(),
            required=True,
            key="period",
            bind="query-params",
            help="Complete days only: a period ends yesterday.",
        )
        from_on, to_on = _days(str(chosen))
        projects = _several("Projects", "hours_by_project", "project", 170)
        teams = _several("Teams", "hours_by_team", "team", 150)
        scope = _one("People", SCOPES, "who", "The 80/20 claim is about engineering time.")
        unit = _one("Unit", UNITS, "unit", UNIT_HELP if has_unit else NO_UNIT, is_off=not has_unit)
        compared = st.toggle(
            "Compare", value=True, key="compare", bind="query-params", help="With the period just before."
        )
    filters = Filters(from_on, to_on, tuple(projects), tuple(teams), roles=("engineer",) if scope == SCOPES[1] else ())
    choice = Choice(filters, filters.previous() if compared else None, unit.lower())
    st.session_state["choice"] = choice
    st.session_state["filter-query"] = query(choice)
    return choice


def chosen() -> Choice:
    """Return what the bar was set to in this run."""
    choice = st.session_state["choice"]
    if not isinstance(choice, Choice):
        raise TypeError(choice)
    return choice


def usual_period() -> str:
    """Return the period shown when none was asked for: 90 days, or everything when the data is older."""
    tracked, labeled = reading.known_days(), reading.read("labeled_projects").as_of
    newest = [day for day in (tracked[1] if tracked else None, labeled) if day]
    is_recent = not newest or max(newest) >= reading.today() - timedelta(days=USUAL_DAYS)
    return "90d" if is_recent else "All"


def _days(chosen: str) -> tuple[date | None, date | None]:
    """Return the days of a preset, or the two dates of a custom period."""
    if chosen != "Custom":
        return period(chosen.lower(), reading.today())
    first, last = reading.known_days() or period("90d", reading.today())
    begin = st.date_input("From", value=first, key="from", bind="query-params", format="YYYY-MM-DD", width=140)
    end = st.date_input("To", value=last, key="to", bind="query-params", format="YYYY-MM-DD", width=140)
    return begin, end


def _several(label: str, figure: str, column: str, width: int) -> list[str]:
    found = {*reading.values(figure, column), *reading.values("labeled_projects", column)}
    options = sorted(found, key=str.casefold)
    return st.multiselect(
        label, options, key=column, bind="query-params", placeholder=f"All {label.lower()}", width=width
    )


def _one(label: str, options: tuple[str, ...], key: str, explained: str, *, is_off: bool = False) -> str:
    chosen = st.segmented_control(
        label,
        options,
        default=options[0],
        required=True,
        key=key,
        bind="query-params",
        help=explained,
        disabled=is_off,
    )
    return str(chosen)


def has_labels(figure: Figure) -> bool:
    """Tell whether a figure about labels has any to speak of."""
    return not figure.refused or figure.refused["reason"] not in {NOTHING_IMPORTED, NOTHING_LEFT}


def way_out(figure: Figure) -> None:
    """Offer what helps where there are no labels: to import some, or to take the filters away."""
    reason = figure.refused["reason"] if figure.refused else ""
    if reason == NOTHING_IMPORTED:
        places.link("data", "Import files", icon=":material/upload_file:")
    elif reason == NOTHING_LEFT:
        st.button("Clear filters", on_click=clear, type="primary", key="clear-filters")


def clear() -> None:
    """Take every filter away, the period too; for buttons. Unit and comparison stay."""
    st.session_state.update({"period": "All", "project": [], "team": [], "who": SCOPES[0]})


def query(choice: Choice) -> list[tuple[str, str]]:
    """Return the filters as query parameters, every one spelled out, so that a default may change."""
    filters = choice.filters
    asked = [("period", str(st.session_state.get("period", usual_period())))]
    if asked[0][1] == "Custom":
        asked += [("from", str(filters.from_on)), ("to", str(filters.to_on))]
    asked += [("project", project) for project in filters.projects] + [("team", team) for team in filters.teams]
    asked += [("who", SCOPES[1])] if filters.roles else []
    asked += [("unit", next(unit for unit in UNITS if unit.lower() == choice.unit))]
    return asked if st.session_state.get("compare", True) else [*asked, ("compare", "false")]


def link(choice: Choice, page: str, more: dict[str, str] | None = None) -> str:
    """Return the address that reproduces this view."""
    address = urlsplit(str(st.context.url or ""))
    asked = urlencode([*query(choice), *(more or {}).items()])
    return f"{address.scheme}://{address.netloc}/{page}?{asked}"


def copy_link(choice: Choice, page: str, keys: tuple[str, ...] = ()) -> None:
    """Offer the address of this view; `keys` are the page's own parameters."""
    more = {key: str(value).replace("True", "true") for key in keys if (value := st.session_state.get(key))}
    with st.popover("Copy link", icon=":material/link:", key="copy-link"):
        st.caption("This address shows the same view again.")
        st.code(link(choice, page, more), language=None, wrap_lines=True)
