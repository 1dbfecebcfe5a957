"""Tables of labels and runs through a mapping: what is proposed works as it is, and what is not told stays unknown."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import BadMapping, QuestionNeeded
from dashboard.importers.contract import Reading, Settings
from dashboard.importers.generic_mapping import choose_header, load_mapping
from dashboard.importers.mapped_parts import MAPPED_KINDS, WORDS
from dashboard.importers.mapped_tables import MAPPED_IMPORTERS, find_mapped_importer
from dashboard.importers.mapping_proposal import list_open_words, match_words, propose_working
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.batch import import_files
from dashboard.store.generations import Store

Rows = list[tuple[object, ...]]


def read_table(
    path: Path, table: str, mapping: dict[str, str] | None = None, **settings: object
) -> tuple[Reading, pl.DataFrame, pl.DataFrame, dict[str, str]]:
    """Return how a table is read by a mapping, or else by the one proposed for it, and its rows."""
    path.write_text(table, "utf-8")
    with open_sources(path) as (source,):
        table_source = choose_header(source, mapping or {})
        used = mapping or propose_working(table_source)
        reading = find_mapped_importer(used).read(table_source, Settings(mapping=used, **settings))  # type: ignore[arg-type]
        batches = list(reading.batches)
    assert all(batch.rows == batch.accepted.height + batch.bad.height for batch in batches)
    return reading, pl.concat(batch.accepted for batch in batches), pl.concat(batch.bad for batch in batches), used


PROPOSALS: dict[str, tuple[str, str, Rows]] = {  # table -> columns that are compared, and what they hold
    "image,annotator,label,timestamp,duration\na.png,Ann,cat,2026-03-02 09:00,3.25\nb.png,B,dog,2026-03-02 09:01,0\n": (
        "labeling_event",
        "item person answer day_on milliseconds method outcome",
        [
            ("a.png", "Ann", "cat", "2026-03-02", 3250, "unknown", "submitted"),
            ("b.png", "B", "dog", "2026-03-02", 0, "unknown", "submitted"),
        ],
    ),
    "Bild;Bearbeiter;Datum;Uhrzeit;Status;Sekunden\nx1;Ann;02.03.2026;09:00;fertig;3,5\n"
    "x2;Ann;14.03.2026;09:01;übersprungen;4,5\n": (
        "labeling_event",
        "item person day_on finished_at milliseconds outcome",
        [
            ("x1", "Ann", "2026-03-02", "2026-03-02 09:00:00+00:00", 3500, "submitted"),
            ("x2", "Ann", "2026-03-14", "2026-03-14 09:01:00+00:00", 4500, "skipped"),
        ],
    ),
    "id,worker,created_at,time_ms,source\n1,w1,1767225600,3200,human\n1,w2,1767225700500,3300,model\n": (
        "labeling_event",
        "item person finished_at milliseconds method",
        [
            ("1", "w1", "2026-01-01 00:00:00+00:00", 3200, "manual"),
            ("1", "w2", "2026-01-01 00:01:40.500000+00:00", 3300, "automatic"),
        ],
    ),
    "image;étiqueteur;étape;date\n7;Ann;relecture;2026-03-02\n": (
        "labeling_event",
        "item stage day_on person",
        [("7", "review", "2026-03-02", "unnamed annotator")],
    ),
    "image,labeler,done,status,seconds,source\na,Ann,14.09.2026 09:20,ok,41,prelabel\n"
    "b,Ann,14.09.2026 09:22,redo,80,hand\n": (
        "labeling_event",
        "item stage outcome method milliseconds",
        [
            ("a", "annotate", "submitted", "pre-annotated", 41000),
            ("a", "review", "accepted", "unknown", None),
            ("b", "annotate", "submitted", "manual", 80000),
            ("b", "review", "rejected", "unknown", None),
        ],
    ),
    "experiment,date,f1,training images\nr1,2026-03-02,0.91,100\n": (
        "experiment_run",
        "run metric value labels_used",
        [("r1", "f1", 0.91, 100)],
    ),
    "item,reviewer,verdict,date\n7,Ann,ok,2026-03-02\n8,Ann,ng,2026-03-02\n": (
        "labeling_event",
        "item person stage outcome",
        [("7", "Ann", "review", "accepted"), ("8", "Ann", "review", "rejected")],
    ),
    "experiment,date,accuracy,labels,seed\nr1,2026-03-02,0.91,100,1\n": (
        "experiment_run",
        "run day_on metric value labels_used seed state",
        [("r1", "2026-03-02", "accuracy", 0.91, 100, 1, "finished")],
    ),
    "run,started,runtime,status,f1\nr1,2026-03-02T09:00:00Z,120,success,0.8\nr2,2026-03-02T10:00:00Z,60,crashed,\n": (
        "experiment_run",
        "run finished_at seconds state value",
        [
            ("r1", "2026-03-02 09:02:00+00:00", 120, "finished", 0.8),
            ("r2", "2026-03-02 10:01:00+00:00", 60, "failed", None),
        ],
    ),
    "a.png,Ann,cat,2026-03-02 09:00:00,3.5\nb.png,Bob,dog,2026-03-02 09:01:00,4\n": (
        "labeling_event",
        "line item person answer finished_at milliseconds",
        [
            (1, "a.png", "Ann", "cat", "2026-03-02 09:00:00+00:00", 3500),
            (2, "b.png", "Bob", "dog", "2026-03-02 09:01:00+00:00", 4000),
        ],
    ),
    "Ann;Signs;02.03.2026;09:00;10:30\nBob;Signs;14.03.2026;09:00;10:30\n": (
        "time_entry",
        "line person project day_on seconds",
        [(1, "Ann", "Signs", "2026-03-02", 5400), (2, "Bob", "Signs", "2026-03-14", 5400)],
    ),
    "1,w1,ok,1767225600\n2,w2,skip,1767225700\n": (
        "labeling_event",
        "line item person outcome stage",
        [
            (1, "1", "w1", "submitted", "annotate"),
            (1, "1", None, "accepted", "review"),
            (2, "2", "w2", "skipped", "annotate"),
        ],
    ),
    "Who,Date,Item,Time\nAnn,2026-03-02,x,90\nBob,2026-03-03,y,45\n": (
        "time_entry",
        "person seconds",
        [("Ann", 5400), ("Bob", 2700)],
    ),
    "User,Task,Type,Status,Start,End\nAnn,T,bug,done,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z\n": (
        "time_entry",
        "person task seconds",
        [("Ann", "T", 3600)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("table", PROPOSALS, ids=range(len(PROPOSALS)))
def test_the_proposal_for_a_table_works_as_it_is(table: str, tmp_path: Path) -> None:
    kind, columns, rows = PROPOSALS[table]
    _, accepted, bad, mapping = read_table(tmp_path / "a.csv", table, zone="UTC")
    assert mapping.get("_kind", "time_entry") == kind
    seen = [
        tuple(value if isinstance(value, (str, float, int, type(None))) else str(value) for value in row)
        for row in accepted.select(columns.split()).rows()
    ]
    assert (seen, bad.height) == (rows, 0)


def test_ids_that_repeat_and_words_of_others_are_not_proposed_however_late_they_come(tmp_path: Path) -> None:
    lines = [f"i{n},img{n},Ann,2026-03-02,done" for n in range(500)]
    table = "\n".join(["id,image,annotator,date,status", *lines, "i0,img500,Ann,2026-03-02,somehow"]) + "\n"
    _, accepted, bad, mapping = read_table(tmp_path / "a.csv", table)
    assert not mapping.keys() & {"native_id", "outcome"}
    assert (accepted.height, bad.height) == (501, 0)


def test_the_lead_says_whether_the_first_row_is_data(tmp_path: Path) -> None:
    table = "\nwho,what,when,long\nAnn,Signs,2026-03-02,1.5\n"
    columns = {"person": "column 1", "day_on": "column 3", "hours": "column 4"}
    _, accepted, bad, _ = read_table(tmp_path / "a.csv", table, columns | {"_header": "absent"})
    assert accepted.select("line", "person", "seconds").rows() == [(3, "Ann", 5400)]
    assert bad.select("line", "reason").rows() == [(2, "no date that can be read")]
    with pytest.raises(BadMapping, match="lacks"):
        read_table(tmp_path / "a.csv", table, columns)


@pytest.mark.parametrize("start", ["", "\ufeff", "\n\n", "é"])
def test_a_table_without_titles_loses_no_row(start: str, tmp_path: Path) -> None:
    lines = [f"{start if n == 0 else ''}i{n}.png,A{n % 3},2026-03-02,{n % 7}" for n in range(300)]
    _, accepted, bad, mapping = read_table(tmp_path / "a.csv", "\r\n".join(lines))
    assert (accepted.height, bad.height, mapping["item"]) == (300, 0, "column 1")
    assert accepted["milliseconds"].sum() == sum(n % 7 for n in range(300)) * 1000


def test_a_sheet_without_titles_is_read_by_places(tmp_path: Path) -> None:
    rows = [("a.png", "Ann", "2026-03-02", 3.5), ("b.png", "Bob", "2026-03-03", 4)]
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    with open_sources(tmp_path / "a.xlsx") as (source,):
        mapping = propose_working(choose_header(source, {}))
        assert mapping["item"] == "column 1"
        reading = find_mapped_importer(mapping).read(choose_header(source, mapping), Settings(mapping=mapping))
        accepted = pl.concat(batch.accepted for batch in reading.batches)
    assert accepted.select("line", "item", "milliseconds").rows() == [(1, "a.png", 3500), (2, "b.png", 4000)]


LABELS = "img,by,how,result,secs,day\n1,Ann,hand,ok,5,2026-03-02\n2,Ann,magic,,4,2026-03-02\n3,Ann,,ng,x,2026-03-02\n"
RUN_COLUMNS = {"_kind": "experiment_run", "run": "img", "day_on": "day"}
LABEL_COLUMNS = {"_kind": "labeling_event", "item": "img", "person": "by", "day_on": "day"}


def test_words_that_the_mapping_leaves_open_are_rejected_with_line_and_reason(tmp_path: Path) -> None:
    mapping = LABEL_COLUMNS | {"method": "how", "_method:hand": "manual"}
    reading, accepted, bad, _ = read_table(tmp_path / "a.csv", LABELS, mapping)
    assert 'what these words of method mean: "magic".' in " ".join(reading.final_warnings())
    assert accepted["method"].to_list() == ["manual", "unknown"]
    assert bad.select("line", "reason").rows() == [(3, "method not known")]
    assert "magic" in bad["raw"].item()


def test_what_a_cell_means_is_asked_with_what_is_likely(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(LABELS, "utf-8")
    with open_sources(tmp_path / "a.csv") as (source,):
        assert list_open_words(source, LABEL_COLUMNS | {"method": "how", "outcome": "result"}) == {
            "method": {"hand": "manual", "magic": ""},
            "outcome": {"ng": "rejected", "ok": "accepted"},
        }
        settled = LABEL_COLUMNS | {"method": "how", "_method:hand": "manual", "_method:magic": "weak"}
        assert list_open_words(source, settled) == {}


def test_a_label_whose_method_nobody_told_is_never_manual(tmp_path: Path) -> None:
    reading, accepted, _, _ = read_table(tmp_path / "a.csv", LABELS, LABEL_COLUMNS)
    assert accepted["method"].unique().to_list() == ["unknown"]
    assert accepted["suggestion"].unique().to_list() == ["unknown"]
    assert "kept as unknown, not as manual" in reading.warnings[0]
    _, told, _, _ = read_table(tmp_path / "a.csv", LABELS, LABEL_COLUMNS | {"_method:": "manual"})
    assert told["method"].unique().to_list() == ["manual"]


def test_a_verdict_without_a_stage_is_a_review_of_its_label(tmp_path: Path) -> None:
    mapping = LABEL_COLUMNS | {"outcome": "result", "_outcome:ok": "accepted", "_outcome:ng": "rejected"}
    _, accepted, _, _ = read_table(tmp_path / "a.csv", LABELS, mapping | {"seconds": "secs"})
    assert accepted.select("line", "stage", "outcome", "milliseconds", "person").rows() == [
        (2, "annotate", "submitted", 5000, "Ann"),
        (2, "review", "accepted", None, None),
        (3, "annotate", "submitted", 4000, "Ann"),
    ]
    assert accepted["annotation"][0] == accepted["about"][1]
    _, reviews, _, _ = read_table(tmp_path / "a.csv", LABELS, mapping | {"_stage:": "review"})
    assert reviews.select("stage", "outcome").rows() == [
        ("review", "accepted"), ("review", "submitted"), ("review", "rejected"),
    ]  # fmt: skip


def test_lines_that_make_two_rows_are_told_so_that_counts_add_up(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(LABELS, "utf-8")
    mapping = LABEL_COLUMNS | {"outcome": "result", "_outcome:ok": "accepted", "_outcome:ng": "rejected"}
    (result,) = import_files(Store(tmp_path / "store"), [file], Settings(mapping=mapping))
    told = result.describe_lines()
    assert (result.rows_read, result.accepted + result.rejected) == (5, 5)
    assert (
        told == "3 lines of the file made 5 rows: a label and its review each, where there is a verdict and no stage."
    )
    assert told in result.warnings


def test_a_table_without_people_or_times_says_so(tmp_path: Path) -> None:
    reading, accepted, _, _ = read_table(
        tmp_path / "a.csv", LABELS, {"_kind": "labeling_event", "item": "img", "day_on": "day"}
    )
    assert accepted["person"].unique().to_list() == ["unnamed annotator"]
    assert accepted["milliseconds"].null_count() == accepted.height
    assert "who made a label; how long it took" in reading.warnings[0]
    assert [warning.rsplit(": ", 1)[1] for warning in reading.final_warnings()] == ["3.", "3."]


def test_a_stamp_alone_is_a_time_estimated_from_gaps(tmp_path: Path) -> None:
    table = "image,annotator,completed at\n1,Ann,2026-03-02T09:00:00Z\n2,Ann,2026-03-02T09:01:00Z\n"
    _, accepted, _, _ = read_table(tmp_path / "a.csv", table)
    assert accepted.select("time_kind", "milliseconds").unique().rows() == [("gap-derived", None)]


@pytest.mark.parametrize(
    ("cells", "question"),
    [("03/04/2026", "date_order"), ("2026-03-02 09:00", "zone")],
)
def test_what_a_date_leaves_open_is_asked(cells: str, question: str, tmp_path: Path) -> None:
    with pytest.raises(QuestionNeeded) as asked:
        read_table(tmp_path / "a.csv", f"image,annotator,finished\n1,Ann,{cells}\n")
    assert asked.value.question == question


DAYS = [f"2026-03-{day:02d}" for day in range(1, 20)]
MOMENTS = [f"{day} 09:{minute:02d}:00" for day in DAYS for minute in (0, 17)]
COLUMNS: dict[str, list[tuple[list[str], list[str]]]] = {  # kind -> titles and cells; the first ones are needed
    "labeling_event": [
        (["image", "Bild", "image_id", "sample"], [f"img{n}.png" for n in range(30)]),
        (["annotator", "labeled_by", "étiqueteur"], ["Ann", "Bob", ""]),
        (["date", "completed at", "timestamp", "created_at", "Datum"], [*DAYS, *MOMENTS]),
        (["duration", "lead_time", "seconds", "Dauer"], ["3", "4.25", "", "0", "12"]),
        (["status", "result", "Ergebnis"], ["ok", "done", "abgelehnt", "", "somehow"]),
        (["source", "method"], ["human", "model", "", "?"]),
        (["id", "uuid", "project", "label", "class", "type", "batch", "notes", "score"], ["1", "2", "x", ""]),
    ],
    "experiment_run": [
        (["run", "experiment", "run_name"], ["r1", "r2", "r3"]),
        (["accuracy", "val_f1", "score"], ["0.5", "0.75", ""]),
        (["date", "started", "start_time", "created_at"], [*DAYS, *MOMENTS]),
        (["status", "state"], ["success", "crashed", "odd", ""]),
        (["labels", "seed", "commit", "user", "runtime", "id", "notes"], ["1", "2", "17", ""]),
    ],
    "time_entry": [
        (["Who", "Mitarbeiter", "User"], ["Ann", "Bob"]),
        (["Date", "Datum", "Day", "Start"], DAYS),
        (["Duration", "Time", "Stunden", "Hours", "Minutes"], ["1", "2", "0.5", "3"]),
        (["Project", "Task", "Status", "Type", "id", "Notes", "Item"], ["1", "x", "done", ""]),
    ],
}  # fmt: skip
NEEDED = 3


@given(data=st.data(), kind=st.sampled_from(sorted(COLUMNS)), delimiter=st.sampled_from(",;\t"))
@settings(max_examples=60, deadline=None)
def test_every_proposal_is_of_the_right_kind_and_takes_every_row(
    data: st.DataObject, kind: str, delimiter: str
) -> None:
    columns = [
        (data.draw(st.sampled_from(titles)), cells if number >= NEEDED else [cell for cell in cells if cell])
        for number, (titles, cells) in enumerate(COLUMNS[kind])
        if number < NEEDED or data.draw(st.booleans())
    ]
    columns = data.draw(st.permutations(columns))
    rows = data.draw(st.lists(st.tuples(*(st.sampled_from(cells) for _, cells in columns)), min_size=1, max_size=6))
    lines = [delimiter.join(title for title, _ in columns), *(delimiter.join(row) for row in rows)]
    with TemporaryDirectory() as folder:
        _, accepted, bad, mapping = read_table(Path(folder) / "a.csv", "\n".join(lines), zone="UTC", day_first=True)
    assert mapping.get("_kind", "time_entry") == kind
    assert (bad.rows(), accepted["line"].n_unique()) == ([], len(rows))


UNREADABLE = {
    "no item": (LABEL_COLUMNS, ",Ann,,,,2026-03-02"),
    "no date that can be read": (LABEL_COLUMNS, "1,Ann,,,,soon"),
    "no duration that can be read": (LABEL_COLUMNS | {"seconds": "secs"}, "1,Ann,,,long,2026-03-02"),
    "negative duration": (LABEL_COLUMNS | {"seconds": "secs"}, "1,Ann,,,-5,2026-03-02"),
    "longer than 31 days": (LABEL_COLUMNS | {"hours": "result"}, "1,Ann,,999,,2026-03-02"),
    "objects cannot be read": (LABEL_COLUMNS | {"objects": "how"}, "1,Ann,many,,,2026-03-02"),
    "no run": (RUN_COLUMNS, ",Ann,,,,2026-03-02"),
    "state not known": (RUN_COLUMNS | {"state": "how"}, "1,,odd,,,2026-03-02"),
    "value cannot be read": (RUN_COLUMNS | {"value": "how"}, "1,,good,,,2026-03-02"),
}  # fmt: skip


@pytest.mark.parametrize("reason", UNREADABLE)
def test_a_row_that_cannot_be_right_is_rejected_as_in_our_own_files(reason: str, tmp_path: Path) -> None:
    mapping, row = UNREADABLE[reason]
    _, accepted, bad, _ = read_table(tmp_path / "a.csv", f"img,by,how,result,secs,day\n{row}\n", mapping)
    assert (accepted.height, bad.select("line", "reason").rows()) == (0, [(2, reason)])


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ('{"kind": "labeling_event", "columns": {"item": "a"}}', "when a label was made"),
        ('{"kind": "labeling_event", "columns": {"day_on": "a"}}', "what was labeled"),
        ('{"kind": "experiment_run", "columns": {"run": "a"}}', "when a run began"),
        ('{"kind": "labeling_event", "columns": {"item": "a", "day_on": "b", "billable": "c"}}', 'name "billable"'),
        ('{"columns": {"day_on": "a", "hours": "b"}, "values": {"outcome": {"ok": "accepted"}}}', 'part "outcome"'),
        ('{"columns": {"day_on": "a", "hours": "b"}, "values": ["ok"]}', "no words by part"),
        ('{"columns": {"duration": "a", "day_on": "b"}, "duration_unit": "milliseconds"}', "duration_unit cannot be"),
        (
            '{"kind": "labeling_event", "columns": {"item": "a", "day_on": "b"}, "values": {"method": {"x": "hand"}}}',
            'method cannot be "hand"',
        ),
    ],
)  # fmt: skip
def test_a_mapping_of_labels_or_runs_that_cannot_be_used(written: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_text(written, "utf-8")
    with pytest.raises(BadMapping) as caught:
        load_mapping(tmp_path / "m.json")
    assert says in caught.value.message
    assert caught.value.hint


def test_every_part_and_word_is_one_of_our_own_files() -> None:
    for importer in MAPPED_IMPORTERS:
        kind = importer.kind
        for part, words in WORDS.get(kind, {}).items():
            values = MAPPED_KINDS[kind].parts[part].values
            assert set(values) == set(words), part
            names = [name for others in values.values() for name in others]
            meanings = match_words(kind, part, names)
            assert None not in meanings.values()
