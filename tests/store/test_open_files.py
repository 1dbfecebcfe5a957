"""A store leaves as open files and comes back as the same store; what is damaged or foreign is refused."""

from __future__ import annotations

import json
import resource
import shutil
import stat
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dashboard.cli.terminal import to_json_value
from dashboard.errors import DashboardError, StoreUnusable, UnreadableFile, UnwritableFile
from dashboard.figures.catalogue import collect_figures
from dashboard.figures.resolve import resolve_figure
from dashboard.filters import Filters
from dashboard.ingest.watch import list_active, watch_folder
from dashboard.reports.frozen import dump_json, read_frozen_report
from dashboard.reports.links import hash_token
from dashboard.reports.request import ReportRequest
from dashboard.reports.restored import check_restored
from dashboard.store import open_files
from dashboard.store.engine import attach_facts, latest_schema_version, migrate_schema, open_database
from dashboard.store.generations import Store
from dashboard.store.open_files import MANIFEST_FILE, export_store, hash_file, restore_store
from dashboard.store.revocations import add_revoked, read_revoked

STORES = Path(__file__).parents[2] / "fixtures" / "stores"
DAY = date(2026, 11, 22)
NOW, LATER = datetime(2026, 11, 22), datetime(2099, 1, 1)  # noqa: DTZ001 - as the store has them
HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-nENh4ST3XyBMbQlIgvO+Nd6+='; \
img-src data:; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Labeling report</title>
"""
REQUEST = ReportRequest(date(2026, 10, 1), date(2026, 10, 31))


def build_report(html: str, request: str | None = None) -> dict[str, object]:
    """Return the row of a frozen report."""
    return {
        **dict.fromkeys(("name", "content_hash", "rules_version", "code_version"), "x"),
        "report_id": 1,
        "frozen_at": NOW,
        "first_on": REQUEST.first,
        "last_on": REQUEST.last,
        "audience": "team",
        "rules": "",
        "numbers": "[]",
        "html": html,
        "pdf": b"%PDF-1.7",
        "request": request or dump_json({**vars(REQUEST), "formats": vars(REQUEST.formats)}),
    }


def build_number(**other: object) -> str:
    """Return a printed number of a frozen report."""
    number = {"figure": "labeling_share", "period": "this", "where": [], "column": "share", "how": "value"}
    return dump_json([{**number, "value": 0.5, "text": "50%", **other}])


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store of exports of trackers, labeling tools and runs."""
    folder = tmp_path_factory.mktemp("original") / "store"
    with zipfile.ZipFile(STORES / "store_0.1.zip") as archive:
        archive.extractall(folder)
    store = Store(folder)
    with store.snapshot():  # brings it up to this version
        return store


@pytest.fixture(scope="module")
def exported(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the exported store; its name would be a pattern to DuckDB."""
    add_revoked(store.folder, [hash_token("a link")])
    folder = tmp_path_factory.mktemp("open") / "it's [1]*"
    export_store(store, folder)
    return folder


@pytest.fixture
def copied(exported: Path, tmp_path: Path) -> Path:
    """Return a copy of the export that a test may damage."""
    return Path(shutil.copytree(exported, tmp_path / "copy"))


def answer_all(store: Store) -> dict[str, str]:
    """Return every figure's rows as JSON."""
    return {
        name: json.dumps(to_json_value(resolve_figure(store, name, Filters(), names=True, today=DAY).rows.to_dicts()))
        for name in collect_figures()
        if name != "audit_log"
    }


def test_a_restored_store_gives_the_same_answers(store: Store, exported: Path, tmp_path: Path) -> None:
    restored = Store(tmp_path / "restored")
    restore_store(restored, exported, check_restored)
    expected = answer_all(store)
    assert answer_all(restored) == expected
    assert sum(len(answer) > 2 for answer in expected.values()) > 50
    assert read_revoked(restored.folder) == {hash_token("a link")}


def test_any_duckdb_reads_the_export(store: Store, exported: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(exported)
    con = duckdb.connect()
    con.execute((exported / "load.sql").read_text(encoding="utf-8"))
    with store.snapshot() as snapshot:
        rows = snapshot.query("select count(*) from time_entry").item()
    assert con.sql("select count(*) from time_entry").fetchall() == [(rows,)]
    assert rows


def test_only_the_owner_reads_the_export(exported: Path) -> None:
    for path in (exported, *exported.iterdir()):
        assert not stat.S_IMODE(path.stat().st_mode) & 0o077, path


def test_a_folder_that_holds_something_is_left_alone(store: Store, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(UnwritableFile, match="not empty"):
        export_store(store, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_file_a_link_to_nowhere_and_the_store_itself_take_no_export(store: Store, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    (tmp_path / "nowhere").symlink_to(tmp_path / "gone")
    for name in ("file", "nowhere"):
        with pytest.raises(UnwritableFile, match="is no folder"):
            export_store(store, tmp_path / name)
    files = sorted(store.folder.iterdir())
    with pytest.raises(UnwritableFile, match="in the folder of the store"):
        export_store(store, store.folder / "export")
    assert sorted(store.folder.iterdir()) == files
    assert not (tmp_path / "gone").exists()


def test_a_folder_that_takes_no_files_is_no_fault_of_the_store(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(open_files, "write_private", refuse)
    with pytest.raises(UnwritableFile, match="cannot be written"):
        export_store(store, tmp_path / "out")


def test_a_full_disk_of_the_export_is_named_and_keeps_no_half_of_it(store: Store, tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200, limits[1]))  # bytes of a file
    try:
        with pytest.raises(UnwritableFile, match=f"The disk of {tmp_path / 'out'} is full"):
            export_store(store, tmp_path / "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert export_store(store, tmp_path / "out").tables


def test_a_store_is_never_restored_over(store: Store, exported: Path) -> None:
    generation = store.generation()
    with pytest.raises(StoreUnusable, match="already"):
        restore_store(store, exported)
    assert store.generation() == generation


def edit_manifest(folder: Path, **changes: object) -> None:
    """Change fields of an export's manifest."""
    content = json.loads((folder / MANIFEST_FILE).read_bytes())
    (folder / MANIFEST_FILE).write_text(json.dumps(content | changes), encoding="utf-8")


def rename_table(folder: Path) -> None:
    """Let the manifest name a table that leads out of the folder."""
    tables = json.loads((folder / MANIFEST_FILE).read_bytes())["tables"]
    edit_manifest(folder, tables=[{**tables[0], "table": "../person"}, *tables[1:]])


def replace_table(folder: Path, table: str, rows: pl.DataFrame) -> None:
    """Replace a table by other rows, with their right hash and number."""
    rows.write_parquet(folder / f"{table}.parquet")
    tables = json.loads((folder / MANIFEST_FILE).read_bytes())["tables"]
    change = {"sha256": hash_file(folder / f"{table}.parquet"), "rows": rows.height}
    edit_manifest(folder, tables=[row | change if row["table"] == table else row for row in tables])


def change_settings(folder: Path, *, schema: str | None) -> None:
    """Let the settings in the tables tell another schema than the manifest, or none."""
    settings = pl.read_parquet(folder / "meta.parquet")
    others = settings.filter(pl.col("key") != "schema")
    row = settings.filter(pl.col("key") == "schema").with_columns(pl.lit(schema).alias("value"))
    replace_table(folder, "meta", others if schema is None else pl.concat([others, row]))


def name_long_table(folder: Path) -> None:
    """Let the manifest name a table that is too long for the system."""
    tables = json.loads((folder / MANIFEST_FILE).read_bytes())["tables"]
    edit_manifest(folder, tables=[{**tables[0], "table": "x" * 5_000}, *tables[1:]])


DAMAGE: dict[str, Callable[[Path], object]] = {
    "no manifest": lambda folder: (folder / MANIFEST_FILE).unlink(),
    "manifest cut": lambda folder: (folder / MANIFEST_FILE).write_text("{", encoding="utf-8"),
    "manifest without tables": lambda folder: edit_manifest(folder, tables=None),
    "manifest of a newer version": lambda folder: edit_manifest(folder, schema=latest_schema_version() + 1),
    "manifest of no version": lambda folder: edit_manifest(folder, schema=0),
    "manifest that nests": lambda folder: (folder / MANIFEST_FILE).write_text("[" * 100_000, encoding="utf-8"),
    "file missing": lambda folder: (folder / "time_entry.parquet").unlink(),
    "file cut": lambda folder: (folder / "time_entry.parquet").write_bytes(b"PAR1"),
    "table left out": lambda folder: edit_manifest(
        folder, tables=json.loads((folder / MANIFEST_FILE).read_bytes())["tables"][1:]
    ),
    "name that leads out": rename_table,
    "table of other columns": lambda folder: replace_table(folder, "person", pl.DataFrame({"foreign": [1]})),
    "name too long": name_long_table,
    "link that is no text": lambda folder: edit_manifest(folder, revoked_links=["\ud800"]),
    "settings without a schema": lambda folder: change_settings(folder, schema=None),
    "settings of another schema": lambda folder: change_settings(folder, schema="3"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=list(DAMAGE))
def test_a_damaged_export_is_refused_whole(copied: Path, tmp_path: Path, damage: Callable[[Path], object]) -> None:
    damage(copied)
    restored = Store(tmp_path / "restored")
    with pytest.raises(UnreadableFile) as refusal:
        restore_store(restored, copied)
    assert refusal.value.hint
    assert not restored.exists()
    assert not restored.list_generations()


def test_a_table_of_millions_of_the_same_row_is_refused_before_it_is_read(copied: Path, tmp_path: Path) -> None:
    note = pl.read_parquet(copied / "note.parquet").clear()
    replace_table(copied, "note", note.clear(n=3_000_000))
    with pytest.raises(UnreadableFile, match="3,000,000 rows in"):
        restore_store(Store(tmp_path / "restored"), copied)


def test_an_export_of_an_older_schema_is_brought_up_to_date(tmp_path: Path) -> None:
    folder = tmp_path / "older"
    folder.mkdir()
    con = open_database(None, read_only=False)
    attach_facts(con, None, read_only=False)
    migrate_schema(con, upto=5)
    con.execute("insert into person (person_id, name) values (1, 'Ada')")
    tables = []
    for (table,) in con.sql("select table_name from duckdb_tables() order by 1").fetchall():
        frame = con.table(f'"{table}"').pl()
        frame.write_parquet(folder / f"{table}.parquet")
        tables.append({"table": table, "rows": frame.height, "sha256": hash_file(folder / f"{table}.parquet")})
    manifest = {"schema": 5, "vocabulary": "", "tables": tables, "revoked_links": []}
    (folder / MANIFEST_FILE).write_text(json.dumps(manifest), encoding="utf-8")
    store = Store(tmp_path / "store")
    restore_store(store, folder)
    with store.snapshot() as snapshot:
        assert snapshot.read_setting("schema") == str(latest_schema_version())
        assert snapshot.query("select name from person").rows() == [("Ada",)]


def test_no_store_is_no_export(tmp_path: Path) -> None:
    with pytest.raises(DashboardError, match="no store"):
        export_store(Store(tmp_path / "nothing"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_restored_store_watches_no_folder(tmp_path: Path) -> None:
    store, restored = Store(tmp_path / "store"), Store(tmp_path / "restored")
    (tmp_path / "drop").mkdir()
    watch_folder(store, tmp_path / "drop", active=True)
    export_store(store, tmp_path / "export")
    restore_store(restored, tmp_path / "export")
    for each, expected in ((store, [str(tmp_path / "drop")]), (restored, [])):
        with each.snapshot() as snapshot:
            assert [str(folder) for folder in list_active(snapshot)] == expected


def empty_export(tmp_path: Path) -> Path:
    """Return the export of a store with a note alone."""
    folder = tmp_path / "export"
    store = Store(tmp_path / "store")
    with store.change("a note") as change:
        change.execute("insert into note (day_on, project, text, set_at) values (date '2026-03-02', '', 'x', now())")
    export_store(store, folder)
    return folder


def forge_rows(folder: Path, table: str, *rows: dict[str, object]) -> None:
    """Replace a table by rows of somebody's own making."""
    schema = pl.read_parquet_schema(folder / f"{table}.parquet")
    whole = [{**dict.fromkeys(schema), **row} for row in rows]
    replace_table(folder, table, pl.DataFrame(whole, schema=schema))


def test_a_link_to_a_report_yet_to_be_frozen_is_not_restored(tmp_path: Path) -> None:
    folder = empty_export(tmp_path)
    link = {"token_hash": hash_token("known to its maker"), "report_id": 1, "created_at": NOW, "expires_at": LATER}
    forge_rows(folder, "report_link", link)
    restored = Store(tmp_path / "restored")
    restore_store(restored, folder)
    with restored.snapshot() as snapshot:
        assert snapshot.query("select count(*) from report_link").item() == 0


FORGED: dict[str, tuple[str, dict[str, object]]] = {
    "a view that is no JSON": ("saved_view", {"view": "v", "filters": "[1,", "set_at": NOW}),
    "a view of another form": ("saved_view", {"view": "v", "filters": "[1]", "set_at": NOW}),
    "a projection that is no JSON": ("issued_projection", {"projection_id": 1, "issued_at": NOW, "inputs": "{"}),
    "a week that begins on no day": ("meta", {"key": "week_shift", "value": "x"}),
    "a week that begins on nothing": ("meta", {"key": "week_shift", "value": ""}),
    "numbers written in no known way": ("meta", {"key": "number_format", "value": "x"}),
    "pseudonyms that anybody can solve": ("meta", {"key": "pseudonym_secret", "value": ""}),
    "a rule for overlaps that is none": ("meta", {"key": "overlap_rule", "value": "as you like"}),
    "a rule that looks at SQL": (
        "category_rule",
        {"scheme": "activity", "position": 1, "field": "1=1", "operator": "contains", "pattern": "x"}
        | {"category": "annotating", "effect": "decides"},
    ),
    "a logo that is none": ("meta", {"key": "report/logo", "value": "svg:PHNjcmlwdC8+"}),
    "the last number of a person": ("person", {"person_id": 2**31 - 1, "name": "Ada"}),
    "a rate that is no number": (
        "rate",
        {"person": "", "role": "", "from_on": NOW.date(), "hourly": float("inf"), "currency": "EUR"},
    ),
    "more events than there are": (
        "labeling_day",
        {"import_id": 1, "source": "s", "method": "manual", "stage": "annotate"}
        | {"outcome": "submitted", "time_kind": "none", "events": 2**62, "timed_events": 0, "milliseconds": 0},
    ),
    "a report without a request": ("frozen_report", build_report(HEAD, request="{}")),
    "a report on a project that is a number": (
        "frozen_report",
        build_report(HEAD, dump_json({**vars(REQUEST), "formats": vars(REQUEST.formats), "projects": [5]})),
    ),
    "a printed number that is a text": ("frozen_report", build_report(HEAD) | {"numbers": build_number(value="x")}),
    "a printed number beyond all numbers": (
        "frozen_report",
        build_report(HEAD) | {"numbers": build_number(value=10**400)},
    ),
    "a page that runs a script": ("frozen_report", build_report("<script>alert(1)</script>")),
    "a page with a policy of its own": ("frozen_report", build_report(HEAD.replace("default-src 'none'", "x-src *"))),
    "a script before the policy": ("frozen_report", build_report(HEAD.replace("<head>", "<head><script>1</script>"))),
    "a page that leads elsewhere": (
        "frozen_report",
        build_report(HEAD + '<meta http-equiv="refresh" content="0;url=https://example.org">'),
    ),
}


@pytest.mark.parametrize(("table", "row"), FORGED.values(), ids=list(FORGED))
def test_what_a_stranger_made_by_hand_is_refused(tmp_path: Path, table: str, row: dict[str, object]) -> None:
    folder = empty_export(tmp_path)
    kept = pl.read_parquet(folder / f"{table}.parquet").to_dicts() if table == "meta" else []
    forge_rows(folder, table, *(other for other in kept if other["key"] != row["key"]), row)
    restored = Store(tmp_path / "restored")
    with pytest.raises(UnreadableFile) as refusal:
        restore_store(restored, folder, check_restored)
    assert refusal.value.hint
    assert not restored.exists()


@pytest.mark.parametrize("day", [2**31 - 1, -(2**31) + 1, 3_000_000])  # DuckDB's infinities, and the year 10183
def test_a_day_outside_of_the_calendar_is_refused(tmp_path: Path, day: int) -> None:
    folder = empty_export(tmp_path)
    note = {"day_on": NOW.date(), "project": "", "text": "x", "set_at": NOW}
    forge_rows(folder, "note", note)
    forged = pl.read_parquet(folder / "note.parquet").with_columns(day_on=pl.lit(day, pl.Int32).cast(pl.Date))
    replace_table(folder, "note", forged)
    with pytest.raises(UnreadableFile, match="day_on"):
        restore_store(Store(tmp_path / "restored"), folder)


def test_a_frozen_report_comes_back(tmp_path: Path) -> None:
    folder = empty_export(tmp_path)
    forge_rows(folder, "frozen_report", build_report(HEAD))
    restored = Store(tmp_path / "restored")
    restore_store(restored, folder, check_restored)
    assert read_frozen_report(restored, 1).html == HEAD
