"""Bad inputs through the whole reading: each is rejected by name with a next step, or read to the last row.

Where the other attacks are tested. Configuration: there is no YAML to attack; settings are CSV and JSON, and no
pickle is ever opened (`object.csv` below). Sizes, archives, names, links, dates and numbers in the readers
themselves: importers/test_hostile_files. What a page or report shows:

- script in names: browser/test_safety, reports/test_html_and_markdown, reports/test_pptx
- Markdown, image beacons, links: browser/test_safety, reports/test_html_and_markdown (no live markup from names)
- formulas in values and headers: test_privacy, cli/test_main (csv), reports/test_xlsx; the table's own export is off,
  web/test_server

The server and the store:

- SQL in filters and patterns: settings/test_default_rules (patterns never become SQL), `sql.csv` below
- foreign origin, host and frame: web/test_access, browser/test_safety (headers); there is no login to forge
- long waits and crowds: web/test_connections, ingest/test_isolation (limits on time and memory)
- kill -9, full disk, two imports at once: store/test_generations, store/test_repair, store/test_kills (one table)
- flipped bits, missing file, newer version: store/test_repair, test_variables, store/test_generations
"""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from dashboard.errors import DashboardError
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_each_file, preview_import
from dashboard.ingest.isolation import open_isolated
from dashboard.ingest.results import ImportFailure, NothingToPublish
from dashboard.store.generations import Store

HEAD = "person,day_on,seconds,project\n"
ROW = "Ada,2026-03-02,60,Lanes\n"


def zipped(**members: bytes) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


REFUSED: dict[str, bytes | str] = {
    "empty.csv": "",
    "blank_lines.csv": "\n\r\n\n",
    "mark_only.csv": "\ufeff",
    "header_only.csv": HEAD,
    "header_blank_rows.csv": HEAD + "\n\n",
    "commas.csv": ",,,,\n,,,,\n",
    "semicolons.csv": ";;;\n",
    "quotes.csv": '"","",""\n',
    "bars.csv": "|||\n|||\n",
    "spaces.csv": "   \n  \n",
    "login.csv": "<!DOCTYPE html><html>Log in</html>",
    "page.csv": "\ufeff\n <HTML><body>",
    "feed.csv": "<?xml version='1.0'?><a/>",
    "picture.csv": b"\x89PNG\r\n\x1a\n" + bytes(40),
    "paper.csv": b"%PDF-1.7\n",
    "frame.csv": b"PAR1" + bytes(40),
    "duck.csv": bytes(8) + b"DUCK" + bytes(40),
    "lite.csv": b"SQLite format 3\0" + bytes(100),
    "object.csv": b"\x80\x04\x95\x10\0\0\0",
    "nul.csv": HEAD + "Ada,2026-03-02,60,La\0nes\n",
    "mixed.csv": (HEAD + "Jürgen,2026-03-02,60,a\n").encode() + "Jürgen,2026-03-02,60,a\n".encode("cp1252"),
    "half.csv": (HEAD + ROW).encode("utf-16")[:-1],
    "open_quote.csv": HEAD + ROW + 'Ada,"2026-03-02,60,x\n' + ROW * 6000,
    "wide.csv": ",".join(f"c{n}" for n in range(20_000)) + "\n" + "," * 19_999 + "\n",
    "twice.csv": "person,person,seconds,day_on\na,b,60,2026-03-02\n",
    "case_twice.csv": "person,PERSON,seconds,day_on\na,b,60,2026-03-02\n",
    "blank_twice.csv": "person,day on,day_on,seconds\na,2026-03-01,2026-03-02,60\n",
    "foreign.csv": "a,b\n1,2\n",
    "prose.csv": "Dear all,\nplease find the hours below.\nThanks\n",
    "numbers.csv": "1,2,3\n4,5,6\n",
    "cut.csv.gz": gzip.compress((HEAD + ROW * 5000).encode())[:60],
    "nested.csv.gz": gzip.compress(gzip.compress(b"a,b\n1,2\n")),
    "bomb.csv.gz": gzip.compress(bytes(40 << 20)),
    "cut.zip": zipped(a=b"x" * 500)[:200],
    "none.zip": zipped(),
    "letter.docx": zipped(**{"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}),
    "broken.xlsx": zipped(**{"[Content_Types].xml": b"<a/>", "xl/workbook.xml": b"<workbook><sheets>"}),
    "hollow.xlsx": zipped(**{"xl/workbook.xml": b""}),
    "deep.json": "[" * 200_000,
    "deep_object.json": '{"a":' * 200_000,
    "cut.json": '[{"a": 1},\n{"a": ',
    "keys.json": '[{"a": 1, "a": 2}]',
    "nan.json": "[NaN]",
    "huge_number.json": f"[{'9' * 5000}]",
    "empty_list.json": "[]",
    "scalar.json": "[1, 2, 3]",
    "words.jsonl": "not json\nneither\n",
}
READ: dict[str, tuple[bytes | str, int, int]] = {  # accepted and rejected rows
    "plain.csv": (HEAD + ROW * 3, 3, 0),
    "reordered.csv": ("project,seconds,day_on,person\nLanes,60,2026-03-02,Ada\n", 1, 0),
    "case.csv": ("Person,DAY_ON,Seconds\nAda,2026-03-02,60\n", 1, 0),
    "mark.csv": ("\ufeff" + HEAD + ROW, 1, 0),
    "utf16.csv": ((HEAD + ROW).encode("utf-16"), 1, 0),
    "latin.csv": ((HEAD + "Jürgen,2026-03-02,60,a\n").encode("cp1252"), 1, 0),
    "returns.csv": ((HEAD + ROW).replace("\n", "\r"), 1, 0),
    "mixed_ends.csv": (HEAD + ROW.replace("\n", "\r\n") + ROW, 2, 0),
    "tabs.tsv": ((HEAD + ROW).replace(",", "\t"), 1, 0),
    "long_row.csv": (HEAD + ROW + "Ada,2026-03-02,60,Lanes,extra\n", 1, 1),
    "no_day.csv": (HEAD + ROW + "Ada,never,60,Lanes\n", 1, 1),
    "february.csv": (HEAD + ROW + "Ada,2026-02-30,60,Lanes\n", 1, 1),
    "year_one.csv": (HEAD + ROW + "Ada,0001-01-01,60,Lanes\n", 1, 1),
    "infinity.csv": (HEAD + ROW + "Ada,infinity,60,Lanes\n", 1, 1),
    "not_a_number.csv": (HEAD + ROW + "Ada,2026-03-02,NaN,Lanes\n", 1, 1),
    "too_large.csv": (HEAD + ROW + "Ada,2026-03-02,1e309,Lanes\n", 1, 1),
    "overflow.csv": (HEAD + ROW + "Ada,2026-03-02,9223372036854775808,Lanes\n", 1, 1),
    "negative.csv": (
        HEAD + ROW + "Cleo,2026-03-02,-5,Lanes\n",
        2,
        0,
    ),  # whether it corrects anything is settled at import
    "formula.csv": (HEAD + "=cmd|x,2026-03-02,60,@SUM\n", 1, 0),
    "script.csv": (HEAD + "<script>alert(1)</script>,2026-03-02,60,x\n", 1, 0),
    "sql.csv": (HEAD + "'; drop table import; --,2026-03-02,60,x\n", 1, 0),
    "override.csv": (HEAD + "\u202eadA,2026-03-02,60,x\n", 1, 0),
    "long_field.csv": (HEAD + ROW + f"Ada,2026-03-02,60,{'x' * (2 << 20)}\n", 1, 1),
    "preamble.csv": ("Time report\n\n" + HEAD + ROW, 1, 0),
    "packed.csv.gz": (gzip.compress((HEAD + ROW).encode()), 1, 0),
    "one.zip": (zipped(**{"../../time.csv": (HEAD + ROW).encode()}), 1, 0),
}


def read_file(path: Path) -> tuple[int, int]:
    """Return the accepted and rejected rows of a file."""
    with open_isolated(path) as sources:
        counts = [
            (batch.accepted.height, batch.bad.height)
            for source in sources
            for batch in source.read(Settings(), source.recognise(Settings())).batches
        ]
    if not counts:
        raise DashboardError(f"{path.name}: no rows.", "Export again.")
    return sum(accepted for accepted, _ in counts), sum(bad for _, bad in counts)


def write_file(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_a_bad_file_is_rejected_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(DashboardError) as caught:
        read_file(write_file(tmp_path, name, REFUSED[name]))
    assert name.removesuffix(".gz") in caught.value.message
    assert caught.value.hint
    assert "breaks the reader" not in caught.value.message


@pytest.mark.parametrize("name", READ)
def test_an_odd_file_is_read_to_its_last_row(tmp_path: Path, name: str) -> None:
    content, accepted, rejected = READ[name]
    assert read_file(write_file(tmp_path, name, content)) == (accepted, rejected)


def list_contents(store: Store) -> tuple[int, dict[str, int], list[tuple[object, ...]]]:
    """Return the generation of a store, the number of rows of every table, and its imports."""
    with store.snapshot() as snapshot:
        tables = snapshot.query("select table_name from duckdb_tables() order by all").to_series().to_list()
        counts = {name: snapshot.query(f"select count(*) from {name}").item() for name in tables}  # noqa: S608 - own
        return store.generation(), counts, snapshot.query("select * from import order by all").rows()


def test_no_refused_file_leaves_a_trace_in_a_store(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    store = Store(tmp_path / "store")
    import_each_file(store, [write_file(tmp_path, "good.csv", HEAD + ROW)], Settings())
    before = list_contents(store)
    assert before[1]["time_entry"] == 1
    capfd.readouterr()
    paths = [write_file(tmp_path, name, content) for name, content in REFUSED.items()]
    with pytest.raises(NothingToPublish) as caught:
        import_each_file(store, paths, Settings())
    refused = {failure.file_name for failure in caught.value.outcomes if isinstance(failure, ImportFailure)}
    assert all(any(path.name.removesuffix(".gz") in name for name in refused) for path in paths)
    for path in paths[::8]:
        with pytest.raises(DashboardError):
            preview_import(store, path, Settings())
    assert list_contents(store) == before
    written = capfd.readouterr()
    assert (written.out, written.err) == ("", "")


def test_a_good_file_among_refused_ones_is_all_that_comes_in(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    paths = [write_file(tmp_path, name, content) for name, content in [*REFUSED.items()][::3]]
    good = write_file(tmp_path, "good.csv", HEAD + ROW)
    outcomes = import_each_file(store, [*paths, good], Settings())
    assert sum(isinstance(outcome, ImportFailure) for outcome in outcomes) == len(outcomes) - 1
    _, counts, imports = list_contents(store)
    assert (counts["time_entry"], len(imports)) == (1, 1)
