"""Tables of labels and runs through a mapping in a store: every row is counted once, whatever file it comes in."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.errors import BadMapping, DashboardError, UnreadableFile
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, preview_import, undo_import
from dashboard.ingest.results import ImportResult
from dashboard.schemas import Kind
from dashboard.store.generations import Store
from dashboard.store.health import check_store

MAPPINGS: dict[Kind, dict[str, str]] = {
    "labeling_event": {
        "_kind": "labeling_event", "item": "a", "person": "b", "day_on": "c", "seconds": "d", "outcome": "e",
        "_outcome:ok": "accepted", "_project:": "Signs",
    },
    "experiment_run": {
        "_kind": "experiment_run", "run": "a", "person": "b", "day_on": "c", "value": "d", "state": "e",
        "_state:ok": "finished", "_metric:": "accuracy",
    },
}  # fmt: skip
HEADER = "a;b;c;d;e\n"
CELLS = (
    st.sampled_from(["i1", "i2", "i3", ""]),
    st.sampled_from(["Ann", "Bob", ""]),
    st.sampled_from(["2026-03-02", "2026-03-03", "2026-13-01", "", "soon"]),
    st.sampled_from(["1.5", "0", "-1", "", "x", "1e9"]),
    st.sampled_from(["ok", "OK", "deleted", "", "odd"]),
)
LINES = st.lists(st.tuples(*CELLS).filter(any).map(";".join), min_size=1, max_size=12)


def import_table(store: Store, folder: Path, kind: Kind, lines: list[str], name: str = "table.csv") -> ImportResult:
    """Import a table; one of which nothing can be taken counts as rejected rows."""
    (folder / name).write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    (result,) = import_files(store, [folder / name], Settings(mapping=MAPPINGS[kind]))
    assert result.kind == kind
    assert result.accepted + result.changed + result.duplicate + result.rejected == result.rows_read
    return result


def list_rows(store: Store, kind: Kind) -> list[tuple[object, ...]]:
    """Return what the store says of a kind, without where it stands in which file."""
    with store.snapshot() as snapshot:
        facts = snapshot.query(f"select * from {kind}")  # noqa: S608 - one of our own tables
        return sorted(facts.drop("import_id", "line").rows(), key=repr)


@pytest.mark.parametrize("kind", MAPPINGS)
@given(first=LINES, more=LINES)
@settings(max_examples=10, deadline=None)
def test_rows_add_up_and_undo_takes_back_what_an_overlapping_file_added(
    kind: Kind, first: list[str], more: list[str]
) -> None:
    with TemporaryDirectory() as name:
        folder, store = Path(name), Store(Path(name) / "store")
        try:
            result = import_table(store, folder, kind, first)
        except UnreadableFile as error:
            assert "none of its" in error.message  # noqa: PT017 - either outcome is right
            return
        assert result.rejected <= len(first) <= result.rows_read
        before = list_rows(store, kind)
        assert len(before) == result.accepted
        again = import_table(store, folder, kind, first)
        assert (again.accepted, again.changed, list_rows(store, kind)) == (0, 0, before)
        later = import_table(store, folder, kind, [*first, *more], "later.csv")
        assert later.duplicate >= result.accepted - later.changed
        if later.import_id is not None:
            undo_import(store, later.import_id)
        assert list_rows(store, kind) == before
        assert [words for _, is_good, words in check_store(store) if not is_good] == []


def test_a_row_that_changed_in_the_file_replaces_its_earlier_version(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_table(store, tmp_path, "labeling_event", ["i1;Ann;2026-03-02;1.5;", "i2;Ann;2026-03-02;2;"])
    edited = import_table(store, tmp_path, "labeling_event", ["i1;Ann;2026-03-02;9;", "i2;Ann;2026-03-02;2;"], "b.csv")
    assert (edited.changed, edited.duplicate, edited.accepted) == (1, 1, 0)
    undo_import(store, int(edited.import_id or 0))
    assert edited.changes.height == 2
    with store.snapshot() as snapshot:
        assert snapshot.query("select sum(milliseconds) from labeling_event").item() == 3500


def test_a_label_that_is_reviewed_later_gains_a_review_and_stays_the_same(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    import_table(store, tmp_path, "labeling_event", ["i1;Ann;2026-03-02;1.5;", "i2;Ann;2026-03-02;2;ok"])
    later = import_table(
        store, tmp_path, "labeling_event", ["i1;Ann;2026-03-02;1.5;ok", "i2;Ann;2026-03-02;2;ok"], "b.csv"
    )
    assert (later.accepted, later.changed, later.duplicate) == (1, 0, 3)
    with store.snapshot() as snapshot:
        labels = snapshot.query(
            "select item, outcome, is_reviewed, annotate_ms from label where is_produced order by 1"
        )
    assert labels.rows() == [("i1", "accepted", True, 1500), ("i2", "accepted", True, 2000)]


def test_a_preview_says_what_the_import_then_does(tmp_path: Path) -> None:
    store, file = Store(tmp_path / "store"), tmp_path / "a.csv"
    file.write_text(HEADER + "i1;Ann;2026-03-02;1.5;ok\ni2;;never;2;\n", "utf-8")
    answers = Settings(mapping=MAPPINGS["labeling_event"])
    (seen,) = preview_import(store, file, answers)
    (done,) = import_files(store, [file], answers)
    assert (seen.rows_read, seen.accepted, seen.rejected, seen.warnings) == (3, 2, 1, done.warnings)
    assert seen.first_rows.equals(done.first_rows)


@pytest.mark.parametrize("damage", ['i2;Ann;2026-03-02;1;"open\n', "i2;Ann;2026-03-02;1;ok;6;7\n", "\x00\x01\x02\n"])
def test_a_damaged_table_is_refused_or_its_rows_are_rejected(damage: str, tmp_path: Path) -> None:
    store, file = Store(tmp_path / "store"), tmp_path / "a.csv"
    file.write_text(HEADER + "i1;Ann;2026-03-02;1;ok\n" + damage, "utf-8")
    try:
        (result,) = import_files(store, [file], Settings(mapping=MAPPINGS["labeling_event"]))
    except DashboardError:
        assert not store.exists()
    else:
        assert (result.accepted, result.rejected) == (2, 1)


def test_an_id_that_repeats_with_other_rows_is_refused(tmp_path: Path) -> None:
    mapping = MAPPINGS["labeling_event"] | {"native_id": "b"}
    (tmp_path / "a.csv").write_text(HEADER + "i1;7;2026-03-02;1;\ni2;7;2026-03-02;2;\n", "utf-8")
    with pytest.raises(BadMapping, match="taken for the id"):
        import_files(Store(tmp_path / "store"), [tmp_path / "a.csv"], Settings(mapping=mapping))


def test_automatic_labels_that_name_a_person_are_told(tmp_path: Path) -> None:
    mapping = {"_kind": "labeling_event", "item": "a", "person": "b", "day_on": "c", "method": "d"}
    mapping |= {"_method:model": "automatic", "_method:hand": "manual"}
    path = tmp_path / "table.csv"
    path.write_text("a;b;c;d\n1;Ann;2026-03-02;model\n2;Ann;2026-03-02;hand\n3;;2026-03-02;model\n", "utf-8")
    (result,) = import_files(Store(tmp_path / "store"), [path], Settings(mapping=mapping))
    assert any("1 of 3 new labeling events are automatic and name a person" in warning for warning in result.warnings)


def test_labels_that_a_file_repeats_are_told(tmp_path: Path) -> None:
    mapping = {"_kind": "labeling_event", "item": "a", "person": "b", "finished_at": "c", "seconds": "d"}
    row = "1;Ann;2026-03-02T09:00:00Z;30\n"
    path = tmp_path / "table.csv"
    path.write_text("a;b;c;d\n" + row + row + row.replace("09:00:00", "09:05:00") + row.replace("1;", "2;"), "utf-8")
    (result,) = import_files(Store(tmp_path / "store"), [path], Settings(mapping=mapping))
    assert any("1 of 4 new labeling events say the same as another row of the file" in text for text in result.warnings)
