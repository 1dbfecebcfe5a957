"""Daily sums in the store: they are one import that adds up, and no figure leaves their events out in silence."""

from __future__ import annotations

import warnings
from datetime import date
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.cli.main import main
from dashboard.errors import CountedTwice, UnreadableFile
from dashboard.figures.catalogue import CATALOGUE
from dashboard.figures.resolve import Figure, resolve_figure
from dashboard.filters import Filters
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, preview_import, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.ingest.roll_up import roll_up_events
from dashboard.ingest.rollup_folder import SUMS_FOLDER, SUMS_SCHEMA, Manifest, MonthSums, write_manifest
from dashboard.store.duck_events import DuckEngine
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from dashboard.store.open_files import export_store, restore_store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.filter_bar import show_filter_bar
from dashboard.web.pages.labeling.page import show_labeling_page

begin_run()
show_filter_bar()
show_labeling_page()
"""
TODAY = date(2026, 5, 1)
ENTRIES = "person,seconds,started_at,project,description\n" + "".join(
    f"{person},7200,2026-03-{day:02d}T09:00:00Z,signs,{text}\n"
    for day in range(2, 28)
    for person, text in (("ann@example.org", "Labeling batch 3"), ("Bob", "Model training"))
)


def list_events(project: str, months: int, seed: int) -> pl.DataFrame:
    """Return labels of two people, each reviewed, every day of some months from March 2026 on."""
    rows = []
    for number in range(months * 28):
        day = date(2026, 3 + number // 28, number % 28 + 1)
        for place, person in enumerate(("Ann@example.org", "Bob")):
            item = f"{project}-{number}-{place}"
            method = "pre-annotated" if (number + place + seed) % 2 else "manual"
            seconds = None if (number + seed) % 13 == 0 else 20 + (number * 7 + place * 3 + seed) % 40
            rows += [
                (item, person, seconds, method, day, 10, "annotate", "submitted", project, 2, "reported"),
                (item, "Cleo", 5, method, day, 15, "review", "accepted", project, None, "reported"),
            ]
    names = ["item", "person", "seconds", "method", "day_on", "hour", "stage", "outcome", "project", "objects", "kind"]
    return pl.DataFrame(rows, schema=names, orient="row")


def write_single(frame: pl.DataFrame, path: Path) -> Path:
    """Write events as a CSV that is imported label by label."""
    frame.select(
        "item", "person", "seconds", "method", "stage", "outcome", "project", "objects",
        finished_at=pl.format("{}T{}:00:00Z", "day_on", "hour"),
        time_kind=pl.when(pl.col("seconds").is_null()).then(pl.lit("none")).otherwise("kind"),
    ).write_csv(path)  # fmt: skip
    return path


def write_month_files(frame: pl.DataFrame, folder: Path) -> Path:
    """Write the same events as Parquet by month."""
    events = frame.select(
        "day_on", "project", "person", "method", "stage", "outcome", "objects",
        source=pl.lit("native_labeling"),
        dataset=pl.lit(None, pl.String),
        milliseconds=pl.col("seconds") * 1000,
        time_kind=pl.when(pl.col("seconds").is_null()).then(pl.lit("none")).otherwise("kind"),
    )  # fmt: skip
    for (month,), rows in events.group_by(pl.col("day_on").dt.strftime("%Y-%m")):
        target = folder / f"month={month}"
        target.mkdir(parents=True, exist_ok=True)
        rows.write_parquet(target / "events.parquet")
    return folder


def roll_up(frame: pl.DataFrame, folder: Path) -> Path:
    """Return a folder with the daily sums of events."""
    events = write_month_files(frame, folder / "events")
    roll_up_events(DuckEngine(), str(events), folder / "sums")
    return folder / "sums"


def take(store: Store, path: Path) -> ImportResult:
    """Import one file or folder."""
    (result,) = import_files(store, [path], Settings())
    return result


def ask(store: Store, name: str, filters: Filters | None = None, *, names: bool = True) -> Figure:
    """Return a figure."""
    return resolve_figure(store, name, filters or Filters(), names=names, today=TODAY)


def count_events(store: Store) -> int:
    """Return how many events of people's work the store has."""
    figure = ask(store, "labeling_hours")
    return 0 if figure.unavailable else int(figure.rows.filter(cut="all").item(0, "events"))


def check_health(store: Store) -> None:
    """See that every check of the store is good."""
    assert [title for title, good, _ in check_store(store) if not good] == []


def test_an_import_of_sums_adds_up_and_the_same_sums_add_nothing(tmp_path: Path) -> None:
    store, frame = Store(tmp_path / "store"), list_events("signs", 2, 0)
    sums = roll_up(frame, tmp_path)
    (preview,) = preview_import(store, sums, Settings())
    assert not store.exists()
    result = take(store, sums)
    assert (result.rows_read, result.changed, result.duplicate, result.rejected) == (result.accepted, 0, 0, 0)
    assert preview.accepted == result.accepted
    assert result.seconds_total == frame.get_column("seconds").sum()
    assert (result.first_day, result.last_day) == (date(2026, 3, 1), date(2026, 4, 28))
    assert f"{frame.height} labeling events in 2 months" in result.warnings[0]
    assert count_events(store) == frame.height
    check_health(store)
    generation = store.generation()
    again = take(store, sums)
    assert (again.import_id, again.duplicate, again.accepted) == (None, result.rows_read, 0)
    assert store.generation() == generation


def test_a_changed_month_replaces_that_month_and_an_undo_brings_it_back(tmp_path: Path) -> None:
    store, before = Store(tmp_path / "store"), list_events("signs", 2, 0)
    take(store, roll_up(before, tmp_path))
    first = ask(store, "labeling_hours").rows
    after = before.filter(pl.col("day_on") != date(2026, 4, 5)).vstack(list_events("signs", 3, 0).tail(40))
    result = take(store, roll_up(after, tmp_path))
    assert result.changed > 0 < result.duplicate
    assert result.accepted > 0
    assert "Replaced, as their events changed: 2026-04." in result.warnings
    assert count_events(store) == after.height
    check_health(store)
    undo_import(store, 2)
    assert ask(store, "labeling_hours").rows.equals(first)
    check_health(store)
    take(store, roll_up(after, tmp_path))
    undo_import(store, 1)
    assert count_events(store) == after.height, "what an earlier import held, the newest one holds, too"
    undo_import(store, 3)
    assert count_events(store) == 0
    check_health(store)


def test_a_month_without_events_by_now_is_taken_out(tmp_path: Path) -> None:
    store, frame = Store(tmp_path / "store"), list_events("signs", 2, 0)
    take(store, roll_up(frame, tmp_path))
    (tmp_path / "events" / "month=2026-04" / "events.parquet").unlink()
    result = take(store, roll_up(frame.filter(pl.col("day_on") < date(2026, 4, 1)), tmp_path))
    assert result.warnings[-1] == "Taken out, as they have no events any more: 2026-04."
    assert count_events(store) == frame.height // 2
    undo_import(store, 2)
    assert count_events(store) == frame.height


def test_no_event_counts_twice(tmp_path: Path) -> None:
    store, frame = Store(tmp_path / "store"), list_events("signs", 1, 0)
    sums, single = roll_up(frame, tmp_path), write_single(frame, tmp_path / "events.csv")
    take(store, sums)
    with pytest.raises(CountedTwice, match="native_labeling, project signs, would count twice"):
        take(store, single)
    with pytest.raises(CountedTwice):
        take(store, roll_up(frame.tail(4), tmp_path / "moved"))
    assert count_events(store) == frame.height
    undo_import(store, 1)
    take(store, single)
    with pytest.raises(CountedTwice):
        take(store, sums)
    take(store, roll_up(list_events("signs", 2, 0).filter(pl.col("day_on") >= date(2026, 4, 1)), tmp_path / "later"))
    assert count_events(store) == 2 * frame.height
    check_health(store)


def test_damaged_sums_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    store, sums = Store(tmp_path / "store"), roll_up(list_events("signs", 2, 0), tmp_path)
    file = max((sums / SUMS_FOLDER).iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    with pytest.raises(UnreadableFile, match="is not what the manifest says of it"):
        take(store, sums)
    file.unlink()
    with pytest.raises(UnreadableFile, match="cannot be read"):
        take(store, sums)
    assert not store.exists()


def test_a_small_file_that_would_fill_the_memory_is_refused_by_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABELTIME_READ_MEMORY", "300MB")
    folder, store = tmp_path / "sums", Store(tmp_path / "store")
    (folder / SUMS_FOLDER).mkdir(parents=True)
    words = {"method": "manual", "stage": "annotate", "outcome": "submitted", "time_kind": "reported"}
    counts = {"events": 1, "timed_events": 1, "milliseconds": 1000, "objects": 1}
    names = dict.fromkeys(("project", "dataset", "person"), "a" * 100_000_000)
    row = {"source": "tool", "day_on": date(2026, 3, 2), **names, **words, **counts}
    content = BytesIO()
    pl.DataFrame([row], schema=SUMS_SCHEMA).write_parquet(content)
    month = MonthSums("2026-03", "0" * 64, sha256(content.getvalue()).hexdigest(), 1, 1, 1000)
    (folder / SUMS_FOLDER / month.file_name).write_bytes(content.getvalue())
    write_manifest(folder, Manifest("/events", (month,)))
    with pytest.raises(UnreadableFile, match="takes more than 300 MB of memory to read"):
        import_files(store, [folder], Settings())


def test_hours_and_events_are_those_of_the_same_events_one_by_one(tmp_path: Path) -> None:
    frame = list_events("signs", 2, 0)
    single, rolled = Store(tmp_path / "single"), Store(tmp_path / "rolled")
    take(single, write_single(frame, tmp_path / "events.csv"))
    take(rolled, roll_up(frame, tmp_path))
    for filters in (
        Filters(),
        Filters(people=("Ann@example.org",)),
        Filters(stages=("review",), from_on=date(2026, 4, 3), to_on=date(2026, 4, 9)),
        Filters(methods=("manual",), projects=("signs",)),
    ):
        one_by_one, summed = (ask(store, "labeling_hours", filters) for store in (single, rolled))
        shared = [name for name in one_by_one.columns if name != "summed_events"]
        assert one_by_one.rows.select(shared).equals(summed.rows.select(shared))
        assert summed.rows.get_column("summed_events").equals(summed.rows.get_column("events").alias("summed_events"))
        assert one_by_one.used == summed.used > 0
    by_day = [ask(store, "logged_against_observed_by_day").rows for store in (single, rolled)]
    assert by_day[0].equals(by_day[1])
    by_month = [
        ask(store, "logged_against_observed").rows.select("month_on", "observed_hours") for store in (single, rolled)
    ]
    assert by_month[0].equals(by_month[1])


def test_people_are_pseudonyms_and_filters_find_them(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    take(store, roll_up(list_events("signs", 1, 0), tmp_path))
    hidden = ask(store, "labeling_hours", names=False).rows.filter(cut="person").get_column("person").to_list()
    assert len(hidden) == 3
    assert not {*hidden} & {"Ann@example.org", "ann@example.org", "Bob", "Cleo"}
    found = ask(store, "labeling_hours", Filters(people=(hidden[0],)), names=False).rows
    assert found.filter(cut="person").get_column("person").to_list() == [hidden[0]]


def test_an_exported_store_keeps_its_sums(tmp_path: Path) -> None:
    store, restored = Store(tmp_path / "store"), Store(tmp_path / "restored")
    take(store, roll_up(list_events("signs", 1, 0), tmp_path))
    export_store(store, tmp_path / "files")
    restore_store(restored, tmp_path / "files", lambda _: None)
    assert ask(restored, "labeling_hours").rows.equals(ask(store, "labeling_hours").rows)
    check_health(restored)


def is_same(left: Figure, right: Figure) -> bool:
    """Return whether two figures have the same rows, sums of fractions aside, and are both given or not."""
    if (left.unavailable is None) != (right.unavailable is None) or left.rows.shape != right.rows.shape:
        return False
    number = pl.selectors.float()
    return left.rows.with_columns(number.round_sig_figs(9)).equals(right.rows.with_columns(number.round_sig_figs(9)))


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Store]:
    """Give stores with the labels of one project, with those of another in addition, and with its daily sums."""
    folder = tmp_path_factory.mktemp("stores")
    entries = folder / "entries.csv"
    entries.write_text(ENTRIES, encoding="utf-8")
    first = write_single(list_events("signs", 2, 0), folder / "first.csv")
    other = list_events("crops", 2, 1)
    added = {"one": [], "both": [write_single(other, folder / "other.csv")], "summed": [roll_up(other, folder)]}
    stores = {}
    for name, paths in added.items():
        stores[name] = Store(folder / name)
        import_files(stores[name], [entries, first, *paths], Settings())
    return stores


@pytest.mark.parametrize("name", sorted(CATALOGUE.keys() - {"imports", "to_do"}))
def test_a_figure_counts_the_sums_or_says_that_they_are_not_in_it(name: str, stores: dict[str, Store]) -> None:
    one, both, summed = (ask(stores[key], name) for key in ("one", "both", "summed"))
    spec = CATALOGUE[name]
    words = f"{summed.note} {summed.unavailable.reason if summed.unavailable else ''}"
    if spec.about == "labels" or spec.counts_labels:
        assert "held as daily sums" in words
    elif spec.about == "events":
        assert not is_same(summed, one)
        assert summed.used == both.used
    else:
        assert is_same(one, both), "it depends on labels, so it has to say that it counts them"
        assert is_same(summed, one)


def test_what_is_to_do_names_projects_that_only_daily_sums_have(stores: dict[str, Store]) -> None:
    tasks = [ask(stores[key], "to_do").rows for key in ("both", "summed")]
    place = pl.col("place") == "projects of tools"
    assert tasks[0].filter(place).equals(tasks[1].filter(place))
    assert tasks[1].filter(place).item(0, "count") == 1


def test_a_report_says_which_events_are_not_in_it(stores: dict[str, Store], capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["report", "--from", "2026-03-01", "--to", "2026-03-31", "--format", "md", "--out", "-"]
    for name, is_told in (("summed", True), ("both", False)):
        with pytest.raises(SystemExit, match="0"):
            main(["--store", str(stores[name].folder), *arguments])
        assert ("112 labeling events held as daily sums" in capsys.readouterr().out) == is_told


def test_sums_outside_the_filters_are_no_reason_to_import_a_first_export(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    take(store, roll_up(list_events("signs", 1, 0), tmp_path))
    figure = ask(store, "savings", Filters(from_on=date(2025, 1, 1), to_on=date(2025, 1, 31)))
    assert figure.unavailable
    assert figure.unavailable.reason.startswith("Single labels are not in this store: it holds 112 labeling events")


def test_the_labeling_page_shows_the_work_and_says_what_it_is_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path / "store")
    take(store, roll_up(list_events("signs", 1, 0), tmp_path))
    monkeypatch.setenv("LABELTIME_STORE", str(store.folder))
    page = AppTest.from_string(PAGE, default_timeout=60)
    page.query_params["period"] = "All"
    with warnings.catch_warnings(action="ignore"):
        page.run()
    assert not page.exception
    assert any("112 labeling events as daily sums" in str(box.value) for box in page.info)
    assert [title.value for title in page.subheader] == ["Labeling work by week"]


def test_aliases_teams_and_matched_projects_hold_for_sums_at_once(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    take(store, roll_up(list_events("signs", 1, 0), tmp_path))
    with store.change("set up") as change:
        change.execute("insert into person (person_id, name, team) values (1, 'Ann Lee', 'vision')")
        change.execute("insert into alias values ('ann@example.org', 1)")
        change.execute("insert into labeling_project values ('native_labeling', 'signs', 'Street signs', 'unknown')")
    rows = ask(store, "labeling_hours", Filters(teams=("vision",), projects=("Street signs",))).rows
    assert rows.filter(cut="person").get_column("person").to_list() == ["Ann Lee"]
    assert rows.filter(cut="project").get_column("project").to_list() == ["Street signs"]
