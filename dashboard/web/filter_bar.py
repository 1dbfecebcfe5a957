"""The filter bar: one row above every page, bound to the URL so that a link reproduces the view.

Bound widgets stand in the entry script, never inside a page: a page's own bound widgets
lose the shared link when the page is switched.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal
from urllib.parse import urlencode, urlsplit

import streamlit as st

from dashboard.errors import Cause
from dashboard.figures.resolve import Figure, find_unknown_values
from dashboard.figures.spec import LABEL_FILTERS
from dashboard.filters import (
    BEFORE,
    CUSTOM,
    LAST_YEAR,
    PERIOD_CHOICES,
    PROJECT_PREFIX,
    Filters,
    find_next_days,
    find_previous_days,
    is_encodable,
    resolve_choice,
    resolve_period,
)
from dashboard.importers import contract
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.settings.views import SCOPES, join_names
from dashboard.units import format_period
from dashboard.web.cached_store import (
    list_names,
    open_store,
    read_calendar,
    read_newest_day,
    read_tracked_days,
    utc_today,
)
from dashboard.web.components import escape_markdown
from dashboard.web.routes import show_page_link
from dashboard.web.saved_views import show_views
from dashboard.web.tables import typed_format

UNITS = ("Share", "Hours", "FTE")
REPORT_ICON = ":material/description:"
NOTHING = "Nothing"
COMPARISONS = (BEFORE.capitalize(), LAST_YEAR.capitalize(), NOTHING)
FORMER_COMPARISONS = {"true": COMPARISONS[0], "false": NOTHING}  # links with these were shared
DEFAULT_DAYS = 90
FIRST_DAY, LAST_DAY = date(contract.FIRST_YEAR, 1, 1), date(contract.LAST_YEAR, 12, 31)  # no entry is outside
ALL_CONTROLS = frozenset({"period", "projects", "teams", "people", "unit", "compare"})


@dataclass(frozen=True)
class Choice:
    """What the viewer asked for."""

    filters: Filters
    previous: Filters | None  # None when not compared, or when the period is open
    unit: str

    def describe(self) -> str:
        """Return the filters in words, for notes and empty states; no sentence is about a few categories."""
        parts = [format_period(self.filters.from_on, self.filters.to_on)]
        parts += [", ".join(self.filters.projects)] if self.filters.projects else []
        parts += [", ".join(self.filters.teams)] if self.filters.teams else []
        parts += ["engineers only"] if self.filters.roles else []
        parts += [f"methods: {', '.join(self.filters.methods)}"] if self.filters.methods else []
        parts += [f"stages: {', '.join(self.filters.stages)}"] if self.filters.stages else []
        return " · ".join(parts)


def show_filter_bar(controls: Collection[str] = ALL_CONTROLS) -> Choice:
    """Draw the controls that act on the page and return the choice; a control that is not drawn keeps its value.

    Without `period` the choice is all days.

    Raises:
        BadFilter: a custom period that ends before it begins.
    """
    with st.container(horizontal=True, vertical_alignment="bottom", key="filter-bar"):
        from_on, to_on = _choose_period() if "period" in controls else (None, None)
        projects = _choose_several("Projects", "project", 145)
        teams = _choose_several("Teams", "team", 125) if "teams" in controls else []
        scope = unit = ""
        if "people" in controls:
            scope = choose_segment("People", SCOPES, "who", "The 80/20 claim is about engineering time.")
        if "unit" in controls:
            unit = choose_segment("Unit", UNITS, "unit", "FTE: hours over the hours of a full-time person.")
        compares_with = _choose_comparison() if "compare" in controls else ""
        show_views(_describe_view())
    filters = Filters(
        from_on,
        to_on,
        tuple(projects),
        tuple(teams),
        roles=("engineer",) if scope == SCOPES[1] else (),
        compares_with=compares_with or BEFORE,
    )
    _show_unknown_values(filters)
    choice = Choice(filters, filters.previous() if compares_with else None, unit.lower())
    keep_choice(choice)
    st.session_state["filter-query"] = build_query(choice)
    return choice


def _choose_period() -> tuple[date | None, date | None]:
    """Draw the period with a step back and forward, and return its days."""
    options = _list_periods()
    preset = st.selectbox(
        "Period",
        options,
        index=options.index(default_period()),
        key="period",
        bind="query-params",
        persist_state="session",
        width=130,
        help="Complete days only: a period ends yesterday. A number of days ends with a log that is a few days old.",
    )
    first, last = _choose_days(str(preset))
    if first is not None and last is not None:
        for step, icon, label in ((-1, ":material/chevron_left:", "Back"), (1, ":material/chevron_right:", "Forward")):
            st.button(
                "",
                icon=icon,
                key=f"period-{label.lower()}",
                help=f"{label} by one period",
                on_click=_step_period,
                args=(first, last, step),
            )
    return first, last


def _choose_comparison() -> str:
    """Draw what the selection is compared with, and return it; empty for nothing."""
    former = FORMER_COMPARISONS.get(str(st.query_params.get("compare", "")))
    if former:
        st.session_state["compare"] = former
    names = [name for name in list_names("project") if name and name != UNNAMED_PROJECT]
    earlier = [f"{PROJECT_PREFIX.capitalize()}{name}" for name in names]
    options = [*COMPARISONS, *sorted(earlier, key=str.casefold)]
    chosen = str(
        st.selectbox(
            "Compare with",
            options,
            key="compare",
            bind="query-params",
            persist_state="session",
            width=170,
            help="An earlier project counts with all its days.",
        )
    )
    return "" if chosen == NOTHING else chosen[:1].lower() + chosen[1:]


def _describe_view() -> dict[str, object]:
    """Return the filters as a row of the sheet of saved views, with those of other pages that are set."""
    state = st.session_state
    period = str(state.get("period") or default_period())
    days = (state.get("from"), state.get("to")) if period == CUSTOM else (None, None)
    return {
        "period": period,
        "from_on": days[0],
        "to_on": days[1],
        "projects": join_names(state.get("project") or ()),
        "teams": join_names(state.get("team") or ()),
        "people": str(state.get("who") or SCOPES[0]),
        **{key: join_names(list_chosen(key)) for key in ("categories", *LABEL_FILTERS)},
    }


def _list_periods() -> list[str]:
    """Return the periods to choose from: fiscal ones where they differ from the calendar's, or a link names one."""
    linked = {st.query_params.get("period"), st.session_state.get("period")}
    is_fiscal = read_calendar().fiscal_month != 1
    return [name for name in PERIOD_CHOICES if is_fiscal or "fiscal" not in name or name in linked]


def _step_period(first: date, last: date, step: int) -> None:
    """Choose the period before or after these days; for buttons."""
    days = find_previous_days(first, last) if step < 0 else find_next_days(first, last)
    st.session_state.update({"period": CUSTOM, "from": limit_day(days[0]), "to": limit_day(days[1])})


def limit_day(day: date) -> date:
    """Return the day, or the nearest on which an entry can be."""
    return min(max(day, FIRST_DAY), LAST_DAY)


def keep_choice(choice: Choice) -> None:
    """Keep what the bar was set to for the rest of this run; controls of one page narrow it further."""
    st.session_state["choice"] = choice


def read_choice() -> Choice:
    """Return what the bar was set to in this run."""
    choice = st.session_state["choice"]
    if not isinstance(choice, Choice):
        raise TypeError(choice)
    return choice


def default_period() -> str:
    """Return the period shown when none was asked for: 90 days, or everything when the data is older."""
    newest = read_newest_day()
    is_recent = newest is None or newest >= utc_today() - timedelta(days=DEFAULT_DAYS)
    return "90d" if is_recent else "All"


def _choose_days(preset: str) -> tuple[date | None, date | None]:
    """Return the days of a preset, or the two dates of a custom period."""
    if preset != CUSTOM:
        return resolve_choice(preset.lower(), read_newest_day(), utc_today(), read_calendar())
    first, last = read_tracked_days() or resolve_period("90d", utc_today())
    return _choose_day("From", "from", first), _choose_day("To", "to", last)


def _choose_day(label: str, key: str, default: date | None) -> date | None:
    """Draw one day of a custom period; a step may have set it already."""
    return st.date_input(
        label,
        value=None if default is None or key in st.session_state else limit_day(default),
        min_value=FIRST_DAY,  # without these, ten years around the default: a link to others would be dropped
        max_value=LAST_DAY,
        key=key,
        bind="query-params",
        persist_state="session",
        format=typed_format(),
        width=140,
    )


def _choose_several(label: str, column: Literal["project", "team"], width: int) -> list[str]:
    """Draw a choice of names; one of a link that the data does not have stays chosen, so that it matches nothing."""
    names = {*list_names(column)}
    # A bound widget silently drops what is not among its options, and everything would be shown instead of nothing.
    linked = {*st.query_params.get_all(column), *(st.session_state.get(column) or ())} - names
    count = count_chosen(column)
    return st.multiselect(
        f"{label} ({count} of {len(names)})" if count else label,
        sorted(names | {name for name in linked if is_encodable(name)}, key=str.casefold),
        key=column,
        bind="query-params",
        persist_state="session",
        placeholder=f"All {label.lower()}",
        width=width,
    )


def choose_among(label: str, options: Sequence[str], key: str, help_text: str) -> tuple[str, ...]:
    """Draw a choice of several among a few, its label with how many are chosen; one of a link stays chosen."""
    linked = {*st.query_params.get_all(key), *(st.session_state.get(key) or ())} - {*options}
    count = count_chosen(key)
    chosen = st.multiselect(
        f"{label} ({count} of {len(options)})" if count else label,
        [*options, *sorted(name for name in linked if is_encodable(name))],
        key=key,
        bind="query-params",
        persist_state="session",
        placeholder=f"All {label.lower()}",
        width=190,
        help=help_text,
    )
    return tuple(chosen)


def list_chosen(key: str) -> list[str]:
    """Return what is chosen in a bound choice, before it is drawn: a first run has only its address."""
    state = st.session_state
    return list((state[key] or ()) if key in state else st.query_params.get_all(key))


def count_chosen(key: str) -> int:
    """Return how many options of a bound choice are chosen, before it is drawn."""
    return len(list_chosen(key))


def _show_unknown_values(filters: Filters) -> None:
    """Tell which chosen projects and teams do not exist (a link may be old), and offer to clear them."""
    if {*list_names("project"), *list_names("team")}.issuperset((*filters.projects, *filters.teams)):
        return
    messages = find_unknown_values(open_store(), filters)
    if messages:
        st.warning("  \n".join(map(escape_markdown, messages)), icon=":material/filter_alt_off:")
        st.button("Clear these filters", on_click=_clear_names, key="clear-unknown")


def _clear_names() -> None:
    """Clear the chosen projects and teams; for buttons."""
    st.session_state.update({"project": [], "team": []})


def choose_segment(
    label: str, options: Sequence[str], key: str, help_text: str | None = None, *, is_label_shown: bool = True
) -> str:
    """Draw a choice of one among a few, kept in the URL and by the session; for the entry script only.

    It is lower than the other controls of a bar: where its label is shown, it fills their height from the top, so that
    all labels stand on one line.
    """
    with st.container(width="content", height="stretch" if is_label_shown else "content"):
        option = st.segmented_control(
            label,
            options,
            default=options[0],
            required=True,
            key=key,
            bind="query-params",
            persist_state="session",
            help=help_text,
            label_visibility="visible" if is_label_shown else "collapsed",
        )
    return str(option)


def choose_names() -> None:
    """Offer names of people instead of pseudonyms; never in the URL, so that no link shows them."""
    st.toggle("Show names", key="names", persist_state="session", help="Names of people instead of pseudonyms.")


def has_names() -> bool:
    """Return whether people are shown by name."""
    return bool(st.session_state.get("names"))


def has_labels(figure: Figure) -> bool:
    """Return whether a figure about labels has any data."""
    return not figure.unavailable or figure.unavailable.cause not in {Cause.nothing_imported, Cause.nothing_matches}


def show_remedy(figure: Figure) -> None:
    """Offer a way out where there are no labels: import some, or clear the filters."""
    cause = figure.unavailable.cause if figure.unavailable else None
    if cause is Cause.nothing_imported:
        show_page_link("data", "Import files", icon=":material/upload_file:")
    elif cause is Cause.nothing_matches:
        st.button("Clear filters", on_click=clear_filters, type="primary", key="clear-filters")


def clear_filters() -> None:
    """Clear every filter, the period too, but keep unit and comparison; for buttons."""
    st.session_state.update(
        {
            "period": "All",
            "project": [],
            "team": [],
            "who": SCOPES[0],
            "categories": [],
            **{key: [] for key in LABEL_FILTERS},
        }
    )


def build_query(choice: Choice) -> list[tuple[str, str]]:
    """Return every filter as a query parameter, defaults too, so that links survive a changed default."""
    filters, state = choice.filters, st.session_state
    parameters = [("period", str(state.get("period") or default_period()))]
    if parameters[0][1] == CUSTOM and state.get("from") and state.get("to"):
        parameters += [("from", str(state["from"])), ("to", str(state["to"]))]
    parameters += [("project", project) for project in filters.projects]
    parameters += [("team", team) for team in state.get("team", ())]
    parameters += [(key, str(state[key])) for key in ("who", "unit") if state.get(key)]
    return [*parameters, ("compare", str(state["compare"]))] if state.get("compare") else parameters


LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})  # nobody else reaches them


def build_link(choice: Choice, page: str, extra: dict[str, str | list[str]] | None = None) -> str:
    """Return the address that reproduces this view."""
    address = urlsplit(str(st.context.url or ""))
    query = urlencode([*build_query(choice), *(extra or {}).items()], doseq=True)
    return f"{address.scheme}://{address.netloc}/{page}?{query}"


def show_copy_link(choice: Choice, page: str, keys: tuple[str, ...] = ()) -> None:
    """Offer the address of this view; `keys` are the page's own parameters."""
    extra: dict[str, str | list[str]] = {
        key: value if isinstance(value, list) else str(value).replace("True", "true")
        for key in keys
        if (value := st.session_state.get(key))
    }
    with st.container(horizontal=True, vertical_alignment="center", key="share-view"):
        with st.popover("Copy link", icon=":material/link:", key="copy-link"):
            link = build_link(choice, page, extra)
            place = ", on this machine only" if urlsplit(link).hostname in LOOPBACK_HOSTS else ""
            st.caption(f"This address shows the same view again{place}.")
            st.code(link, language=None, wrap_lines=True)
        tracked_days = read_tracked_days()
        if tracked_days:
            query = build_report_query(choice, tracked_days)
            query |= {"scheme": str(extra["scheme"])} if "scheme" in extra else {}
            show_page_link("reports", "Report of this view", query, REPORT_ICON)


def build_report_query(choice: Choice, tracked_days: tuple[date, date]) -> dict[str, str]:
    """Return the days of this view for the page of reports; projects and teams follow with every link."""
    first, last = choice.filters.from_on or tracked_days[0], choice.filters.to_on or tracked_days[1]
    return {"first": first.isoformat(), "last": last.isoformat()}
