"""An attacker who reads a report for management with linear algebra learns nothing about fewer than five people."""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from random import Random

import numpy as np
import polars as pl
import pytest
from reported_team import OCTOBER as LAST_MONTH

from dashboard.errors import BadFilter
from dashboard.figures.resolve import resolve_figure
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.privacy import MIN_GROUP_SIZE
from dashboard.reports.answers import Answers
from dashboard.reports.content import build_content
from dashboard.reports.disclosure import LABELING, NEITHER, SIDE_COLUMN, count_people, has_small_role, load_cells
from dashboard.reports.document import Chart, Content, Number
from dashboard.reports.request import Audience, ReportRequest
from dashboard.reports.writers import ReportFormat, render_file
from dashboard.settings.people import PEOPLE_SHEET
from dashboard.store.generations import Store

OCTOBER = replace(LAST_MONTH, hides_small_groups=True)
TEAMS = 14
WORK = {
    "annotating": 9, "review": 5, "modeling": 8, "evaluation": 4, "meetings and coordination": 6, "other": 2,
}  # fmt: skip
DIMENSIONS = ("week_on", "role", "project", "category")
EVERYWHERE = pl.col("project").is_not_null()
MONDAY = date(2026, 10, 5)


def entries(number: int) -> Iterator[tuple[str, str, int, str, str, str]]:
    """Yield the time of one random team: who does what where is uneven, so that many groups are small."""
    random = Random(number)
    people = [f"T{number:02} person {one}" for one in range(random.randint(5, 11))]
    projects = [f"T{number:02} {name}" for name in ("Alpha", "Beta", "Gamma", "Delta")[: random.randint(1, 4)]]
    works = {one: random.sample(list(WORK), random.randint(1, 4), counts=list(WORK.values())) for one in people}
    places = {one: random.sample(projects, random.randint(1, len(projects))) for one in people}
    for week, person in itertools.product(range(random.randint(1, 3)), people):
        for _ in range(random.randint(1, 5)):
            day = MONDAY + timedelta(weeks=week, days=random.randint(0, 4))
            what, where = random.choice(works[person]), random.choice(places[person])
            yield person, day.isoformat(), random.randint(600, 30_000), where, f"Team {number:02}", what


@pytest.fixture(scope="module")
def teams(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = tmp_path_factory.mktemp("teams")
    rows = [row for number in range(TEAMS) for row in entries(number)]
    columns = ["person", "day_on", "seconds", "project", "team", "category"]
    frame = pl.DataFrame(rows, schema=columns, orient="row")
    file = folder / "time.csv"
    frame.drop("team").with_columns(description=pl.lit("x")).write_csv(file)
    store = Store(folder / "store")
    import_files(store, [file], Settings())
    known = frame.select(name="person", team="team").unique(maintain_order=True)
    role = ["engineer" if Random(name).random() < 0.6 else "annotator" for name in known.get_column("name")]
    hours = [40.0 if Random(f"{name} h").random() < 0.8 else None for name in known.get_column("name")]
    PEOPLE_SHEET.save_frame(store, known.with_columns(role=pl.Series(role), weekly_hours=pl.Series(hours)))
    return store


class Attacker:
    """Writes every printed number as an equation about the hours of each week, role, project and category."""

    def __init__(self, found: pl.DataFrame) -> None:
        values = [sorted(found.get_column(name).unique()) for name in DIMENSIONS]
        every = list(itertools.product(*values))
        self.cells = pl.DataFrame(every, schema=list(DIMENSIONS), orient="row").with_columns(SIDE_COLUMN)
        sums = found.group_by(*DIMENSIONS).agg(pl.col("seconds").sum() / 3600)
        joined = self.cells.join(sums, on=list(DIMENSIONS), how="left", maintain_order="left")
        self.truth = joined.get_column("seconds").fill_null(0.0).to_numpy()
        self.equations: list[np.ndarray] = []

    def of(self, where: pl.Expr) -> np.ndarray:
        """Return the sum of the cells as a row of the equations' left side."""
        return self.cells.select(where.cast(pl.Float64).alias("one")).get_column("one").to_numpy()

    def ratio(self, part: pl.Expr, whole: pl.Expr, value: float) -> None:
        """Learn a share: the part less so much of the whole is nothing."""
        row = self.of(part & whole) - value * self.of(whole)
        assert abs(row @ self.truth) < 1e-6 * (1 + self.truth.sum()), "the equation must be true"
        self.equations.append(row)

    def total(self, where: pl.Expr, value: float) -> None:
        """Learn a sum of hours."""
        row = self.of(where)
        assert row @ self.truth == pytest.approx(value, rel=1e-9), "the equation must be true"
        self.equations.append(row)

    def number(self, one: Number) -> None:
        """Learn a printed number of the period; the hours of other periods are never printed."""
        where = EVERYWHERE
        for column, value in one.where:
            if column in DIMENSIONS:
                where = where & (pl.col(column).is_in(value) if isinstance(value, tuple) else pl.col(column) == value)
        if one.period != "this":
            assert "hours" not in one.column, one
        elif one.figure in {"hours_by_category", "hours_by_project"}:
            self.of_row(one, where)
        elif one.figure == "labeling_share" and one.column in {"share", "numerator_hours", "denominator_hours"}:
            picked = dict(one.where)
            scope = pl.col("role") == "engineer" if picked["scope"] == "engineers" else EVERYWHERE
            both = pl.col("side") != NEITHER
            whole = scope & both if picked["measure"] == "labeling_of_labeling_and_modeling" else scope
            part = pl.col("side") == LABELING
            if one.how == "value" and one.column == "share":
                self.ratio(part, whole, one.value)
            elif one.how == "value":
                self.total(whole & part if one.column == "numerator_hours" else whole, one.value)

    def of_row(self, one: Number, where: pl.Expr) -> None:
        """Learn a number of a row about projects or categories."""
        if one.column == "hours" and one.how != "share":
            self.total(where, one.value)
        elif one.column in {"share", "hours"}:
            self.ratio(where, EVERYWHERE, one.value)
        elif one.column == "labeling_share":
            self.ratio(pl.col("side") == LABELING, where & (pl.col("side") != NEITHER), one.value)
        elif one.column == "labeling_seconds":
            self.ratio(where, pl.col("side") == LABELING, one.value)

    def chart(self, one: Chart) -> None:
        """Learn the rows that a chart carries with it."""
        if one.name == "share_over_time":
            for week, measure, share in one.rows.select("begins_on", "measure", "share").iter_rows():
                mine = pl.col("week_on") == week
                whole = mine & (pl.col("side") != NEITHER) if "modeling" in measure else mine
                self.ratio(pl.col("side") == LABELING, whole, share)
        if one.name == "hours_by_project":
            for project, hours in one.rows.select("project", "hours").iter_rows():
                self.total(pl.col("project") == project, hours)

    def knows(self, where: pl.Expr) -> bool:
        """Return whether the hours of these cells follow from what was learnt."""
        known = np.array(self.equations).T
        row = self.of(where)
        best = np.linalg.lstsq(known, row, rcond=1e-10)[0]
        return bool(np.abs(known @ best - row).max() < 1e-7)


def told_apart(found: pl.DataFrame) -> Iterator[tuple[str, pl.Expr]]:
    """Yield the sums that are about some people, but fewer than five."""
    of = [*DIMENSIONS, "side"]
    for size in (1, 2):
        for names in itertools.combinations(of, size):
            for values in found.select(names).unique().sort(names).iter_rows():
                where = EVERYWHERE
                for name, value in zip(names, values, strict=True):
                    where = where & (pl.col(name) == value)
                if 0 < count_people(found.filter(where)) < MIN_GROUP_SIZE:
                    yield f"{names} {values}", where


def written(store: Store, request: ReportRequest) -> Content | None:
    try:
        return build_content(store, request)
    except BadFilter:
        return None


@pytest.mark.parametrize("number", range(TEAMS))
def test_no_small_group_follows_from_all_that_is_printed(teams: Store, number: int) -> None:
    request = replace(OCTOBER, teams=(f"Team {number:02}",))
    found = written(teams, request)
    assert found is not None
    rows = resolve_figure(teams, "time_cells", request.period_filters()).rows
    time = rows.filter(pl.col("seconds") > 0).with_columns(SIDE_COLUMN)
    attacker = Attacker(time)
    for one in found.printed_numbers():
        attacker.number(one)
    for chart in (chart for section in found.sections for chart in section.charts):
        attacker.chart(chart)
    assert attacker.knows(EVERYWHERE)
    learnt = [what for what, where in told_apart(time) if attacker.knows(where)]
    assert not learnt


def test_a_selection_that_leaves_few_out_is_refused(teams: Store) -> None:
    everybody = tuple(f"Team {number:02}" for number in range(TEAMS))
    assert written(teams, replace(OCTOBER, teams=everybody)) is not None
    names = resolve_figure(teams, "hours_by_project", OCTOBER.period_filters()).rows
    small = names.filter(pl.col("people") < MIN_GROUP_SIZE).get_column("project").item(0)
    others = tuple(name for name in names.get_column("project") if name != small)
    with pytest.raises(BadFilter, match="leaves out time of only"):
        build_content(teams, replace(OCTOBER, projects=others))


def parts_of(data: bytes) -> Iterator[bytes]:
    """Yield a file and, of an archive, every file in it, also those of workbooks inside of slides."""
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield from parts_of(archive.read(name))


@pytest.mark.parametrize("style", [style for style in ReportFormat if style is not ReportFormat.pdf])
def test_no_file_holds_what_is_withheld(teams: Store, style: ReportFormat) -> None:
    rows = resolve_figure(teams, "hours_by_project", OCTOBER.period_filters()).rows
    small = rows.filter(pl.col("people") < MIN_GROUP_SIZE)
    team = f"Team {small.item(0, 'project')[1:3]}"
    found = build_content(teams, replace(OCTOBER, teams=(team,)))
    data = b"\n".join(parts_of(render_file(found, style)))
    for name, hours in small.select("project", "hours").iter_rows():
        assert name.encode() not in data
        assert f"{hours:.6f}"[:-1].encode() not in data


@pytest.mark.parametrize("audience", Audience)
def test_no_file_holds_the_key_of_the_pseudonyms(teams: Store, audience: Audience) -> None:
    with teams.snapshot() as snapshot:
        key = snapshot.read_setting("pseudonym_secret")
    assert len(str(key)) >= 32
    found = build_content(teams, replace(OCTOBER, audience=audience))
    for style in (ReportFormat.html, ReportFormat.md, ReportFormat.xlsx):
        data = b"\n".join(parts_of(render_file(found, style)))
        assert key.encode() not in data
        assert (b"T00 person 0" in data) == (audience is Audience.private)


def test_roles_are_counted_as_the_cells_of_time_count_them(shared_demo: Store) -> None:
    is_engineer = pl.col("role") == "engineer"
    for project in (None, "Crop Health", "Contract Reader", "Street Signs"):
        answers = Answers(shared_demo, replace(LAST_MONTH, projects=(project,) if project else ()))
        cells = load_cells(answers, "this")
        sides = [cells.filter(is_engineer), cells.filter(~is_engineer)]
        assert has_small_role(answers) == any(side.height and count_people(side) < MIN_GROUP_SIZE for side in sides)
