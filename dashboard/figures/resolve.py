"""Resolve a figure: a name and filters in, a figure out, together with what it leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, cast

import polars as pl

from dashboard import privacy
from dashboard.categories import CATEGORIES
from dashboard.errors import Cause, Unavailable, UnknownFigure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.spec import LABEL_FILTERS, FigureSpec
from dashboard.filters import METHODS, ROLES, STAGES, Filters
from dashboard.schemas import UNNAMED_PROJECT
from dashboard.store.generations import Store
from dashboard.store.queries import run_query
from dashboard.store.snapshot import OVERLAP_RULE, Snapshot
from dashboard.units import count_noun, format_count, format_hours

ROW_LIMIT = 1000  # single rows shown at once; the note says how many there are
MAX_NAMED_PEOPLE = 5  # people named in a sentence
SELECTION_QUERIES = {
    "labels": "label_selection",
    "events": "event_selection",
    "runs": "run_selection",
    "reports": "report_selection",
}
COUNTED_UNITS = {
    "time": "entries",
    "labels": "labels",
    "events": "labeling events",
    "runs": "runs",
    "reports": "scores and synthetic labels",
}
EMPTY_MESSAGES = {  # by what a figure is about: none stored, what is needed, and none that match the filters
    "labels": (
        "No labeling events are imported yet.",
        "Import an export of a labeling tool, or a labeling events CSV.",
        "No labels match the filters.",
    ),
    "runs": (
        "No training runs are imported yet.",
        "Import runs of an experiment tracker, or an experiment runs CSV, that name the labels they learned from.",
        "No finished run with labels and a metric matches the filters.",
    ),
    "reports": (
        "Neither quality reports on synthetic data nor synthetic labels are imported yet.",
        "Import a metrics JSON of mostlyai-qa, a report JSON of Gretel, or a report of SDMetrics as JSON or CSV.",
        "No quality report and no synthetic label matches the filters.",
    ),
}
FUTURE_FIGURES = {"data_quality"}  # about doubtful rows, those dated after today among them
SHARE_COLUMNS = ("share", "share_high", "share_of_both_high", "share_of_labeling_and_modeling", "share_of_all_tracked")


@dataclass(frozen=True, eq=False)
class Figure:
    """One answer: rows, words, and everything needed to explain the number. Compared by identity, as frames are."""

    name: str
    title: str
    unit: str
    note: str
    as_of: date | None  # the newest day in the store that is not after today
    filters: Filters
    coverage: float | None  # tracked / capacity over the same people and days; None = not known
    coverage_note: str
    columns: tuple[str, ...]
    rows: pl.DataFrame
    formula: str
    used: int
    excluded: str
    sources: str
    estimate: dict[str, object] | None = None
    unavailable: Unavailable | None = None
    overlap_note: str = ""  # what the rule for overlapping entries takes away from the hours in it
    summed_events: int = 0  # labeling events inside the filters that it does not count: they are held as daily sums


@dataclass(frozen=True)
class Answer:
    """What the store returned: the rows, and one row about the selection (query `selection`, or one of SELECTIONS)."""

    rows: pl.DataFrame
    found: int | None  # how many rows there are, if only some are shown
    selection: dict[str, Any]
    excluded_rows: pl.DataFrame | None = None  # query `without_capacity`, for figures that need capacity
    summed_events: int = 0  # as in Figure
    stored_sums: int = 0  # the same, whatever the filters
    overlap_effect: dict[str, Any] | None = None  # query `overlap_effect`, while a rule takes hours away
    counts_future: bool = False  # whether rows dated after today may be counted, because they were asked for


def resolve_figure(
    store: Store,
    name: str,
    filters: Filters,
    *,
    names: bool = False,
    tasks: tuple[str, ...] = (),
    limit: int = ROW_LIMIT,
    today: date | None = None,
    options: Mapping[str, object] | None = None,
) -> Figure:
    """Return a figure; people are pseudonyms unless `names`, and filters accept either.

    `tasks` narrows `entries`; `limit` bounds the figures that list single rows; `options` are further parameters of
    figures about the future: weeks, scenario, target, growth, monthly_rate, by_on.

    Raises:
        UnknownFigure: no figure of that name.
    """
    if name not in CATALOGUE:
        raise UnknownFigure(f"There is no figure {name!r}.", f"Known: {', '.join(CATALOGUE)}.")
    spec = CATALOGUE[name]
    cleared_filters: dict[str, Any] = dict.fromkeys(list_ignored_filters(spec), ())
    parameters = {
        **(options or {}),
        "tasks": list(tasks),
        "limit": limit,
        "today": today or datetime.now(tz=UTC).date(),
    }
    with store.snapshot() as snapshot:
        answer = query_figure(snapshot, spec, replace(filters, **cleared_filters), parameters, names=names)
    return build_figure(spec, filters, answer)


def list_unused_options(name: str, options: Mapping[str, object]) -> list[str]:
    """Return, in words, the options that were given and that the figure does not take."""
    taken = CATALOGUE[name].options
    return [
        f"{name} takes no --{option}: its rows are the same without it."
        for option, value in options.items()
        if value is not None and option not in taken
    ]


def find_unknown_values(store: Store, filters: Filters) -> list[str]:
    """Return, in words, the chosen values that the store does not know: no row matches them."""
    with store.snapshot() as snapshot:
        projects = run_query(snapshot, "known_projects", {}).get_column("project").to_list()
        teams = run_query(snapshot, "known_teams", {}).get_column("team").to_list()
        people = run_query(snapshot, "people_named", {}).get_column("person").to_list()
        secret = snapshot.read_setting("pseudonym_secret") or ""
    pseudonyms = privacy.build_pseudonyms(people, secret).values()
    checks = (
        ("project", filters.projects, {*projects, UNNAMED_PROJECT}),
        ("team", filters.teams, {*teams}),
        ("person", filters.people, {*people, *pseudonyms}),
        ("role", filters.roles, {*ROLES}),
        ("category", filters.categories, {*CATEGORIES}),
        ("method", filters.methods, {*METHODS}),
        ("stage", filters.stages, {*STAGES}),
    )
    messages = []
    for noun, chosen, stored in checks:
        choices = (
            f" Choose one of {', '.join(sorted(stored))}." if noun in {"role", "category", "method", "stage"} else ""
        )
        messages += [
            f"There is no {noun} {name!r}, so nothing matches it.{choices}" for name in sorted({*chosen} - stored)
        ]
    return messages


def query_figure(
    snapshot: Snapshot, spec: FigureSpec, filters: Filters, parameters: Mapping[str, object], *, names: bool
) -> Answer:
    """Run the figure's query and the query about its selection, and hide names."""
    hides_names = (spec.person_level or spec.needs == "capacity") and not names
    known_people: list[str] = []
    secret = snapshot.read_setting("pseudonym_secret") or ""
    if hides_names or filters.people:
        known_people = run_query(snapshot, "people_named", {}).get_column("person").to_list()
        filters = replace(filters, people=privacy.resolve_names(filters.people, known_people, secret))
    params = {**filters.parameters(), **parameters}
    rows = spec.read(snapshot, params)
    # `today` may be the last day of a report; a day is in the future only by the clock.
    clock_day = max(cast("date", params["today"]), datetime.now(tz=UTC).date())
    selection_query = SELECTION_QUERIES.get(spec.about, "selection")
    selection_rows = run_query(snapshot, selection_query, {**params, "today": clock_day})
    total_rows = None
    if "found" in rows.columns:
        total_rows = int(rows.item(0, "found")) if rows.height else 0
        rows = rows.drop("found")
    excluded_rows = run_query(snapshot, "without_capacity", params) if spec.needs == "capacity" else None
    if hides_names:
        rows = privacy.hide_names(rows, "person", known_people, secret) if "person" in rows.columns else rows
        excluded_rows = (
            privacy.hide_names(excluded_rows, "person", known_people, secret) if excluded_rows is not None else None
        )
    summed_events, stored_sums = 0, 0
    if spec.about == "labels" or spec.counts_labels:
        summed_events, stored_sums = run_query(snapshot, "summed_events", params).row(0)
    effect = None
    if (spec.about == "time" or spec.counts_hours) and snapshot.read_setting(OVERLAP_RULE):
        effect = run_query(snapshot, "overlap_effect", params).row(0, named=True)
    last_asked = max((day for day in (filters.from_on, filters.to_on) if day), default=clock_day)
    counts_future = last_asked > clock_day or spec.name in FUTURE_FIGURES
    selection = selection_rows.row(0, named=True)
    return Answer(rows, total_rows, selection, excluded_rows, summed_events, stored_sums, effect, counts_future)


def list_ignored_filters(spec: FigureSpec) -> tuple[str, ...]:
    """Return the filters that do not apply to the figure; labels have no category, and time has no method."""
    ignored = [*spec.ignores, *(("categories",) if spec.about in {"labels", "events"} else ())]
    return tuple(dict.fromkeys((*ignored, *(name for name in LABEL_FILTERS if name not in spec.accepts))))


def build_figure(spec: FigureSpec, filters: Filters, answer: Answer) -> Figure:
    """Build the figure from an answer, with its words."""
    unavailable = (
        explain_empty_selection(spec, answer) if spec.about in SELECTION_QUERIES else explain_refusal(spec, answer)
    )
    rows = answer.rows.clear() if unavailable else answer.rows
    is_about_time, has_counts = spec.about == "time", spec.about in COUNTED_UNITS
    selection = answer.selection
    excluded_entries = int(answer.excluded_rows.get_column("entries").sum()) if answer.excluded_rows is not None else 0
    return Figure(
        name=spec.name,
        title=spec.title,
        unit=spec.unit,
        note=build_note(spec, filters, answer),
        as_of=selection["as_of"],
        filters=filters,
        coverage=selection["coverage"] if is_about_time else None,
        coverage_note="; ".join(
            filter(
                None,
                (
                    describe_coverage(selection),
                    describe_missing_capacity(answer.excluded_rows) or describe_hours_off(selection),
                ),
            )
        )
        if is_about_time
        else "",
        columns=tuple(rows.columns),
        rows=rows,
        formula=spec.formula,
        used=selection["used"] - excluded_entries
        if has_counts and answer.found is None
        else answer.found or rows.height,
        excluded=describe_exclusions(selection, excluded_entries, COUNTED_UNITS[spec.about]) if has_counts else "",
        sources=selection["sources"] or "",
        estimate=spec.estimate(rows) if spec.estimate else None,
        unavailable=unavailable,
        overlap_note=describe_overlaps(answer.overlap_effect),
        summed_events=0 if spec.counts_sums else answer.summed_events,
    )


def explain_refusal(spec: FigureSpec, answer: Answer) -> Unavailable | None:
    """Return why the figure cannot be given and what it needs, or None."""
    selection = answer.selection
    if spec.needs == "nothing":
        return spec.refuses(answer.rows) if spec.refuses else None
    if not selection["stored"] and not selection["used_seconds"]:
        return Unavailable("Nothing is imported yet.", "Import an export of a time tracker.", Cause.nothing_imported)
    if not selection["used_seconds"]:
        return Unavailable(
            "No time matches the filters.", "Widen the period or remove a filter.", Cause.nothing_matches
        )
    if spec.needs == "capacity":
        return explain_missing_capacity(answer)
    team_rows = answer.rows.filter(pl.col("kind") == "this team") if "kind" in answer.rows.columns else answer.rows
    share_columns = [column for column in SHARE_COLUMNS if column in team_rows.columns]
    has_share = any(team_rows.get_column(column).is_not_null().any() for column in share_columns)
    return None if has_share else explain_missing_share(spec, team_rows)


def explain_missing_share(spec: FigureSpec, team_rows: pl.DataFrame) -> Unavailable | None:
    """Return why no row has a share; None where a remark says so beside the hours."""
    refusal = spec.refuses(team_rows) if spec.refuses else None
    if refusal or (spec.remark and spec.remark(team_rows)):
        return refusal
    return Unavailable(
        "The selection has neither labeling nor modeling time, so there is no share.",
        "Check the category rules, or widen the selection.",
        Cause.no_share,
    )


def explain_empty_selection(spec: FigureSpec, answer: Answer) -> Unavailable | None:
    """Return why there is no figure about labels, runs or reports, and what it needs, or None."""
    none_stored, needed, none_matching = EMPTY_MESSAGES["labels" if spec.about == "events" else spec.about]
    if is_only_summed(spec, answer):
        return Unavailable(
            f"Single labels are not in this store: it holds {count_noun(answer.stored_sums, 'labeling event')} as"
            " daily sums.",
            "Import the export of the labeling tool for these days. The figure labeling_hours answers from daily sums.",
            Cause.not_recorded,
        )
    counted = (answer.stored_sums, answer.summed_events) if spec.counts_sums else (0, 0)
    if not answer.selection["stored"] + counted[0]:
        return Unavailable(none_stored, needed, Cause.nothing_imported)
    if not answer.selection["used"] + counted[1]:
        return Unavailable(none_matching, "Widen the period or remove a filter.", Cause.nothing_matches)
    return spec.refuses(answer.rows) if spec.refuses else None


def explain_missing_capacity(answer: Answer) -> Unavailable | None:
    """Return why FTE is not known, and what it needs, or None."""
    if not answer.selection["people_known"]:
        return Unavailable(
            "Nobody's weekly hours are known, so hours cannot be turned into FTE.",
            "Enter the weekly hours of people.",
            Cause.no_capacity,
        )
    if answer.rows.is_empty():
        return Unavailable(
            "Nobody with time in this selection has known weekly hours, so there is no FTE.",
            "Enter their weekly hours, or widen the selection.",
            Cause.no_capacity,
        )
    return None


def build_note(spec: FigureSpec, filters: Filters, answer: Answer) -> str:
    """Return the figure's note, with what is special about this answer."""
    parts = [spec.note]
    parts += [
        f"The filter on {name} does not apply here." for name in list_ignored_filters(spec) if getattr(filters, name)
    ]
    if answer.found is not None and answer.found > answer.rows.height:
        parts.append(f"The first {format_count(answer.rows.height)} of {format_count(answer.found)} rows are shown.")
    if spec.needs == "share" and not answer.selection["people_with_role"]:
        parts.append("No roles are set, so engineers cannot be shown separately: mark who is an engineer under people.")
    elif spec.needs == "share" and not answer.selection["has_engineers"]:
        parts.append("No engineer has time in this selection.")
    parts += [
        spec.remark(answer.rows) if spec.remark else "",
        "" if is_only_summed(spec, answer) else describe_summed(answer.summed_events, counted=spec.counts_sums),
        describe_gaps(answer.selection, "event" if spec.about == "events" else "label"),
        describe_future(answer.selection, spec.about, counted=answer.counts_future),
        describe_overlaps(answer.overlap_effect),
    ]
    return " ".join(filter(None, parts))


def is_only_summed(spec: FigureSpec, answer: Answer) -> bool:
    """Return whether a figure about labels finds none where there are events that are held as daily sums."""
    has_sums = answer.summed_events > 0 or (answer.stored_sums > 0 and not answer.selection["stored"])
    return spec.about == "labels" and has_sums and not spec.counts_sums and not answer.selection["used"]


def describe_summed(events: int, *, counted: bool) -> str:
    """Return how many labeling events are held as daily sums, and that they are not counted; or nothing."""
    if not events:
        return ""
    words, verb = count_noun(events, "labeling event"), "is" if events == 1 else "are"
    if counted:
        return f"{words} in it {verb} held as daily sums."
    return f"Without {words} that {verb} held as daily sums: this needs single labels."


def describe_gaps(selection: Mapping[str, Any], noun: str) -> str:
    """Return how many labels or events have a time that is derived from gaps between completions, or nothing."""
    if not selection.get("gap_timed"):
        return ""
    return (
        f"The time of {format_count(selection['gap_timed'])} of {count_noun(selection['timed'], f'timed {noun}')} is "
        "estimated from the gaps between completions, because their tool stamps only these; a gap over 5 min counts as "
        "a break."
    )


def describe_overlaps(effect: Mapping[str, Any] | None) -> str:
    """Return which rule for overlapping entries is in force, and what it takes away; or nothing."""
    if effect is None:
        return ""
    taken = (
        f"{format_hours(effect['hours'])} less in {count_noun(effect['shortened'], 'entry')}"
        if effect["shortened"]
        else "none here"
    )
    text = f"Overlapping entries of one person ({effect['rule']}): {taken}."
    if not effect["not_judged"]:
        return text
    entries = f"{format_count(effect['not_judged'])} of {count_noun(effect['entries'], 'entry')}"
    return f"{text} Without a clock or a person, and in full: {entries}."


def describe_future(selection: Mapping[str, Any], about: str, *, counted: bool = False) -> str:
    """Return how many entries or rows are dated after today, and that none is counted unless asked for; or nothing."""
    if not selection["future"] or about not in COUNTED_UNITS:
        return ""
    verb = "is" if selection["future"] == 1 else "are"
    text = f"{format_count(selection['future'])} of the {COUNTED_UNITS[about]} {verb} dated after today, up to "
    left_out = "" if counted else f", and {verb} not counted"
    return f"{text}{selection['future_to']}{left_out}: check their dates."


def describe_coverage(selection: Mapping[str, Any]) -> str:
    """Return how many people have known weekly hours, and who of them stopped tracking or never began."""
    if not selection["people"]:
        return "nobody in this selection"
    parts = [f"weekly hours known for {selection['people_known']} of {selection['people']} people"]
    if selection["people_stopped"]:
        verb = "counts" if selection["people_stopped"] == 1 else "count"
        parts.append(
            f"{selection['people_stopped']} of them tracked nothing in the last three weeks or longer and still "
            f"{verb}, to the last day of the log, until a leaving day is entered"
        )
    if selection["people_never"]:
        verb = "is" if selection["people_never"] == 1 else "are"
        parts.append(
            f"{selection['people_never']} with weekly hours never tracked and {verb} not counted until a first day is "
            "entered"
        )
    return "; ".join(parts)


def describe_hours_off(selection: Mapping[str, Any]) -> str:
    """Return how much time coverage leaves out, because its people had no capacity in that week."""
    hours = selection["hours_without_capacity"]
    if not hours:
        return ""
    return f"left out of it: {format_hours(hours)} in weeks of 0 weekly hours or wholly of time off"


def describe_missing_capacity(excluded_rows: pl.DataFrame | None) -> str:
    """Return whose time cannot be turned into FTE, and how much time it is."""
    if excluded_rows is None or excluded_rows.is_empty():
        return ""
    people = excluded_rows.sort("seconds", "person", descending=[True, False]).get_column("person").to_list()
    unnamed_count = len(people) - MAX_NAMED_PEOPLE
    name_list = ", ".join(people[:MAX_NAMED_PEOPLE]) + (f" and {unnamed_count} more" if unnamed_count > 0 else "")
    return (
        f"left out: {format_hours(float(excluded_rows.get_column('hours').sum()))} in weeks without known capacity, of "
        f"{name_list}"
    )


def describe_exclusions(selection: Mapping[str, Any], excluded_entries: int = 0, counted_unit: str = "entries") -> str:
    """Return how many entries or rows the figure does not count, and why."""
    exclusions = (
        (excluded_entries, "entries in weeks without known capacity"),
        (selection["stored"] - selection["used"], f"{counted_unit} outside the filters"),
        (selection["rejected"], "rejected rows of the files (see bad_rows)"),
        (selection["duplicate"], "duplicate rows, counted once"),
    )
    return "; ".join(f"{format_count(count)} {description}" for count, description in exclusions if count)
