"""The one door: a name and filters in, a figure out, with what it leaves out said beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import polars as pl

from dashboard import catalog, privacy
from dashboard.errors import UnknownFigure
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.spec import FigureSpec
from dashboard.filters import Filters
from dashboard.store import Snapshot, Store

LIMIT = 1000  # single rows shown at once; how many there are is always said
NAMED = 5  # people said by name in a sentence
SELECTIONS = {"labels": "label_selection", "runs": "run_selection", "reports": "report_selection"}
COUNTED = {"time": "entries", "labels": "labels", "runs": "runs", "reports": "scores and synthetic labels"}
NOTHING = {  # of what a figure is about: none in the store, and none inside the filters
    "labels": (
        "No labeling events are imported yet.",
        "Import an export of a labeling tool, or a labeling events CSV.",
        "No labels match the filters.",
    ),
    "runs": (
        "No training runs are imported yet.",
        "Import runs of an experiment tracker, or an experiment runs CSV, that name the labels they learned from.",
        "No finished run that names its labels and a metric matches the filters.",
    ),
    "reports": (
        "Neither quality reports on synthetic data nor synthetic labels are imported yet.",
        "Import a metrics JSON of mostlyai-qa, a report JSON of Gretel, or a report of SDMetrics as JSON or CSV.",
        "No quality report and no synthetic label matches the filters.",
    ),
}
SHARES = ("share", "share_of_labeling_and_modeling", "share_of_all_tracked")


@dataclass(frozen=True, eq=False)
class Figure:
    """One answer: rows, words, and everything needed to explain the number. Told apart by identity: frames are."""

    name: str
    title: str
    unit: str
    note: str
    as_of: date | None  # the newest day in the store
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
    refused: dict[str, str] | None = None  # reason, needed


@dataclass(frozen=True)
class Answer:
    """What the store said: the rows, and one row about the selection (query `selection`, or that of SELECTIONS)."""

    rows: pl.DataFrame
    found: int | None  # how many rows there are where only some are shown
    held: dict[str, Any]
    apart: pl.DataFrame | None = None  # query `without_capacity`, for figures that need capacity


def figure(
    store: Store,
    name: str,
    filters: Filters,
    *,
    names: bool = False,
    tasks: tuple[str, ...] = (),
    limit: int = LIMIT,
    today: date | None = None,
    options: Mapping[str, object] | None = None,
) -> Figure:
    """Return a figure; people are pseudonyms unless `names`, and may be asked for by either.

    `tasks` narrows `entries`; `limit` bounds the figures that list single rows; `options` are what a figure about the
    future may be asked for besides: weeks, scenario, target, growth, monthly_rate, by_on.

    Raises:
        UnknownFigure: no figure of that name.
    """
    if name not in CATALOGUE:
        raise UnknownFigure(f"There is no figure {name!r}.", f"Known: {', '.join(CATALOGUE)}.")
    spec = CATALOGUE[name]
    cleared: dict[str, Any] = dict.fromkeys(ignored(spec), ())
    more = {**(options or {}), "tasks": list(tasks), "limit": limit, "today": today or datetime.now(tz=UTC).date()}
    with store.snapshot() as snapshot:
        answer = ask(snapshot, spec, replace(filters, **cleared), more, names=names)
    return told(spec, filters, answer)


def ask(snapshot: Snapshot, spec: FigureSpec, filters: Filters, more: Mapping[str, object], *, names: bool) -> Answer:
    """Run the figure's query and the one about its selection, and hide names."""
    hides = (spec.person_level or spec.needs == "capacity") and not names
    known: list[str] = []
    secret = snapshot.meta("pseudonym_secret") or ""
    if hides or filters.people:
        known = catalog.run(snapshot, "people_named", {}).get_column("person").to_list()
        filters = replace(filters, people=privacy.named(filters.people, known, secret))
    params = {**filters.parameters(), **more}
    rows = spec.read(snapshot, params)
    held = catalog.run(snapshot, SELECTIONS.get(spec.about, "selection"), params)
    found = None
    if "found" in rows.columns:
        found = int(rows.item(0, "found")) if rows.height else 0
        rows = rows.drop("found")
    apart = catalog.run(snapshot, "without_capacity", params) if spec.needs == "capacity" else None
    if hides:
        rows = privacy.hide(rows, "person", known, secret) if "person" in rows.columns else rows
        apart = privacy.hide(apart, "person", known, secret) if apart is not None else None
    return Answer(rows, found, held.row(0, named=True), apart)


def ignored(spec: FigureSpec) -> tuple[str, ...]:
    """Return the filters that do not apply to the figure; labels have no category of time."""
    return tuple(dict.fromkeys((*spec.ignores, *(("categories",) if spec.about == "labels" else ()))))


def told(spec: FigureSpec, filters: Filters, answer: Answer) -> Figure:
    """Return the figure with its words."""
    refused = without_any(spec, answer) if spec.about in SELECTIONS else refusal(spec, answer)
    rows = answer.rows.clear() if refused else answer.rows
    about_time, counts = spec.about == "time", spec.about in COUNTED
    held = answer.held
    uncounted = int(answer.apart.get_column("entries").sum()) if answer.apart is not None else 0
    return Figure(
        name=spec.name,
        title=spec.title,
        unit=spec.unit,
        note=note(spec, filters, answer),
        as_of=held["as_of"],
        filters=filters,
        coverage=held["coverage"] if about_time else None,
        coverage_note="; ".join(filter(None, (coverage_note(held), unknown(answer.apart)))) if about_time else "",
        columns=tuple(rows.columns),
        rows=rows,
        formula=spec.formula,
        used=held["used"] - uncounted if counts and answer.found is None else answer.found or rows.height,
        excluded=left_out(held, uncounted, COUNTED[spec.about]) if counts else "",
        sources=held["sources"] or "",
        estimate=spec.estimate(rows) if spec.estimate else None,
        refused=refused,
    )


def refusal(spec: FigureSpec, answer: Answer) -> dict[str, str] | None:
    """Return why the figure cannot be given and what it needs, or None."""
    held = answer.held
    if spec.needs == "nothing":
        return spec.refuses(answer.rows) if spec.refuses else None
    if not held["stored"] and not held["used_seconds"]:
        return {"reason": "Nothing is imported yet.", "needed": "Import an export of a time tracker."}
    if not held["used_seconds"]:
        return {"reason": "No time matches the filters.", "needed": "Widen the period or take a filter away."}
    if spec.needs == "capacity":
        return without_capacity(answer)
    own = answer.rows.filter(pl.col("kind") == "this team") if "kind" in answer.rows.columns else answer.rows
    shares = [column for column in SHARES if column in own.columns]
    if spec.needs == "share" and all(own.get_column(column).is_null().all() for column in shares):
        return {
            "reason": "The selection holds neither labeling nor modeling time, so there is no share.",
            "needed": "Check the category rules, or widen the selection.",
        }
    return None


def without_any(spec: FigureSpec, answer: Answer) -> dict[str, str] | None:
    """Return why there is no figure about labels, runs or reports and what it needs, or None."""
    nothing, needed, unmatched = NOTHING[spec.about]
    if not answer.held["stored"]:
        return {"reason": nothing, "needed": needed}
    if not answer.held["used"]:
        return {"reason": unmatched, "needed": "Widen the period or take a filter away."}
    return spec.refuses(answer.rows) if spec.refuses else None


def without_capacity(answer: Answer) -> dict[str, str] | None:
    """Return why there is no FTE and what it needs, or None."""
    if not answer.held["people_known"]:
        return {
            "reason": "Nobody's weekly hours are known, so hours cannot be turned into FTE.",
            "needed": "Enter the weekly hours of people.",
        }
    if answer.rows.is_empty():
        return {
            "reason": "All time in this selection is of people without known weekly hours, so there is no FTE.",
            "needed": "Enter their weekly hours, or widen the selection.",
        }
    return None


def note(spec: FigureSpec, filters: Filters, answer: Answer) -> str:
    """Return the figure's note and what is special about this answer."""
    parts = [spec.note]
    parts += [f"The filter on {name} does not apply here." for name in ignored(spec) if getattr(filters, name)]
    if answer.found is not None and answer.found > answer.rows.height:
        parts.append(f"The first {answer.rows.height:,} of {answer.found:,} rows are shown.")
    if spec.needs == "share" and not answer.held["people_with_role"]:
        parts.append("No roles are set, so engineers alone cannot be shown: say who is an engineer under people.")
    elif spec.needs == "share" and not answer.held["has_engineers"]:
        parts.append("No engineer has time in this selection.")
    parts.append(spec.remark(answer.rows) if spec.remark else "")
    return " ".join(filter(None, parts))


def coverage_note(held: Mapping[str, Any]) -> str:
    """Return of how many people the weekly hours are known."""
    if not held["people"]:
        return "nobody in this selection"
    return f"weekly hours known for {held['people_known']} of {held['people']} people"


def unknown(apart: pl.DataFrame | None) -> str:
    """Return whose time cannot be turned into FTE, and how much it is."""
    if apart is None or apart.is_empty():
        return ""
    people = apart.sort("seconds", "person", descending=[True, False]).get_column("person").to_list()
    rest = len(people) - NAMED
    named = ", ".join(people[:NAMED]) + (f" and {rest} more" if rest > 0 else "")
    return f"left out: {apart.get_column('hours').sum():,.1f} h in weeks without known capacity, of {named}"


def left_out(held: Mapping[str, Any], uncounted: int = 0, what: str = "entries") -> str:
    """Return what the figure does not count, with numbers."""
    counted = (
        (uncounted, "entries in weeks without known capacity"),
        (held["stored"] - held["used"], f"{what} outside the filters"),
        (held["rejected"], "rows of the files that could not be taken (see bad_rows)"),
        (held["duplicate"], "duplicate rows, counted once"),
    )
    return "; ".join(f"{count:,} {which}" for count, which in counted if count)
