"""The mapping of a table of labels or runs on the Data page: proposed so that it works, chosen, and asked about."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.settings.mappings import read_mappings, save_mapping
from dashboard.store.generations import Store

PAGE = """
from dashboard.web.cached_store import begin_run
from dashboard.web.pages.data.imports import show_imports
begin_run()
show_imports()
"""
pytestmark = pytest.mark.filterwarnings("default")
LABELS = "Bild,Bearbeiter,Datum,Status,Sekunden\n1,Ann,2026-03-02,fertig,5\n2,Bob,2026-03-03,übersprungen,7\n"
RUNS = "experiment,date,accuracy,labels,seed\nr1,2026-03-02,0.91,100,1\nr2,2026-03-03,0.93,200,2\n"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("LABELTIME_STORE", str(tmp_path / "store"))
    return AppTest.from_string(PAGE, default_timeout=60)


def words(app: AppTest) -> str:
    """Return what the page says beside its boxes and tables."""
    return "\n".join(str(block.value) for block in (*app.markdown, *app.error, *app.warning, *app.caption))


def drop(app: AppTest, table: str, name: str = "table.csv") -> None:
    """Drop a table on the page."""
    if not app.file_uploader:
        app.run()
    app.file_uploader[0].upload(name, table.encode(), "text/csv")
    app.run()
    assert not app.exception


def choose(app: AppTest, label: str, option: str | None) -> None:
    next(box for box in app.selectbox if box.label == label).set_value(option)


def press(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
    assert not app.exception


def list_metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: str(metric.value) for metric in app.metric}


@pytest.mark.parametrize(
    ("table", "kind", "rows", "sql"),
    [
        (LABELS, "labeling_event", "2", "select item, outcome, milliseconds from labeling_event order by 1"),
        (RUNS, "experiment_run", "2", "select run, metric, value from experiment_run order by 1"),
    ],
)
def test_the_proposal_works_at_the_first_press(
    app: AppTest, tmp_path: Path, table: str, kind: str, rows: str, sql: str
) -> None:
    drop(app, table)
    assert app.selectbox[0].label == "Each row is"
    assert app.selectbox[0].value == kind
    press(app, "Read with this mapping")
    assert not app.error
    assert (list_metrics(app)["New rows"], list_metrics(app)["Rejected"]) == (rows, "0")
    press(app, "Import 1 file")
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert snapshot.query(sql).rows() == {
            "labeling_event": [("1", "submitted", 5000), ("2", "skipped", 7000)],
            "experiment_run": [("r1", "accuracy", 0.91), ("r2", "accuracy", 0.93)],
        }[kind]  # fmt: skip


def test_what_the_table_does_not_tell_is_in_the_preview(app: AppTest) -> None:
    drop(app, LABELS)
    press(app, "Read with this mapping")
    assert "kept as unknown, not as manual" in words(app)
    press(app, "Answer anew")
    choose(app, "Method of rows without one", "manual")
    press(app, "Read with this mapping")
    assert "kept as unknown" not in words(app)


def test_the_kind_is_chosen_first_and_changes_what_is_asked(app: AppTest) -> None:
    drop(app, "Who,When,Item,Time\nAda,2026-03-02,x,90\n")
    assert app.selectbox[0].value == "time_entry"
    app.selectbox[0].set_value("labeling_event").run()
    assert "Choose the item" in words(app)
    assert {box.label: box.value for box in app.selectbox}["Item (image, text ...)"] == "Item"
    assert "Project" in {box.label for box in app.selectbox}
    choose(app, "Day", "When")
    press(app, "Read with this mapping")
    assert list_metrics(app)["New rows"] == "1"


def test_a_table_without_titles_is_mapped_by_places_and_shows_its_first_row(app: AppTest, tmp_path: Path) -> None:
    drop(app, "a.png,Ann,2026-03-02,5\nb.png,Bob,2026-03-03,7\n")
    assert "looks like data" in words(app)
    boxes = {box.label: box for box in app.selectbox}
    assert boxes["The first row has"].value == "absent"
    assert boxes["Item (image, text ...)"].options[0] == "column 1: a.png"
    press(app, "Read with this mapping")
    assert (list_metrics(app)["New rows"], list_metrics(app)["Rejected"]) == ("2", "0")
    press(app, "Import 1 file")
    drop(app, "c.png,Ann,2026-03-04,9\nd.png,Bob,2026-03-05,8\n", "next.csv")
    assert "as you mapped a table with these columns last" in words(app)


def test_the_lead_says_that_the_first_row_is_data(app: AppTest) -> None:
    drop(app, "img,who,on,secs\na.png,Ann,2026-03-02,5\n")
    app.selectbox[1].set_value("absent").run()
    assert {box.label: box for box in app.selectbox}["Person"].options[1] == "column 2: who"


def test_a_column_with_words_that_nobody_knows_is_named_under_the_part_that_it_would_be(app: AppTest) -> None:
    drop(app, "image,annotator,date,status,source\n1,Ann,2026-03-02,ok,hand\n2,Ann,2026-03-02,somehow,robot 7\n")
    boxes = {box.label: box.value for box in app.selectbox}
    assert (boxes["Outcome"], boxes["Method"]) == (None, None)
    assert "Not chosen, as some of their words are unknown: source (Method), status (Outcome)." in words(app)
    choose(app, "Method", "source")
    choose(app, "Outcome", "status")
    press(app, "Read with this mapping")
    assert "What do these words mean?" in words(app)


def test_words_that_are_none_of_ours_are_asked_about_once(app: AppTest) -> None:
    drop(app, "image,annotator,date,status\n1,Ann,2026-03-02,ok\n2,Ann,2026-03-02,somehow\n3,Ann,2026-03-02,odd\n")
    assert {box.label: box.value for box in app.selectbox}["Outcome"] is None
    choose(app, "Outcome", "status")
    press(app, "Read with this mapping")
    assert "What do these words mean?" in words(app)
    assert {box.label: box.value for box in app.selectbox} == {"ok": "accepted", "somehow": None, "odd": None}
    choose(app, "somehow", "skipped")
    press(app, "Read with these words")
    assert (list_metrics(app)["New rows"], list_metrics(app)["Rejected"]) == ("3", "1")
    assert "a label and its review" in words(app)


def test_a_mapping_is_saved_with_its_words_and_chosen_by_its_name(app: AppTest, tmp_path: Path) -> None:
    table = "image,annotator,date,status\n1,Ann,2026-03-02,ok\n2,Ann,2026-03-02,somehow\n"
    drop(app, table)
    choose(app, "Outcome", "status")
    app.text_input[0].set_value("Vendor  report")
    press(app, "Read with this mapping")
    choose(app, "somehow", "skipped")
    press(app, "Read with these words")
    with Store(tmp_path / "store").snapshot() as snapshot:
        (saved,) = read_mappings(snapshot).values()
        assert list(read_mappings(snapshot)) == ["Vendor report"]
    assert (saved["outcome"], saved["_outcome:somehow"], saved["_outcome:ok"]) == ("status", "skipped", "accepted")
    press(app, "Answer anew")
    assert {box.label: box.value for box in app.selectbox}["Outcome"] is None
    next(box for box in app.selectbox if box.label == "Saved mapping").set_value("Vendor report").run()
    assert {box.label: box.value for box in app.selectbox}["Outcome"] == "status"
    press(app, "Read with this mapping")
    assert (list_metrics(app)["New rows"], list_metrics(app)["Rejected"]) == ("3", "0")


def test_a_saved_mapping_is_offered_only_for_its_columns(app: AppTest, tmp_path: Path) -> None:
    save_mapping(Store(tmp_path / "store"), "Sheet", {"person": "Wer", "day_on": "Wann", "hours": "h"})
    drop(app, LABELS)
    assert "Saved mapping" not in {box.label for box in app.selectbox}


def test_a_mapping_is_not_saved_over_one_of_another_table(app: AppTest, tmp_path: Path) -> None:
    held = {"person": "Wer", "day_on": "Wann", "hours": "h"}
    save_mapping(Store(tmp_path / "store"), "Sheet", held)
    drop(app, LABELS)
    app.text_input[0].set_value(" Sheet ")
    press(app, "Read with this mapping")
    assert "There is a mapping Sheet already" in words(app)
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert read_mappings(snapshot) == {"Sheet": held}


def test_a_mapping_that_replaces_another_says_so(app: AppTest) -> None:
    drop(app, RUNS)
    app.text_input[0].set_value("Runs")
    press(app, "Read with this mapping")
    assert [str(toast.value) for toast in app.toast] == ["The mapping Runs is saved\\."]
    press(app, "Answer anew")
    choose(app, "Project", "experiment")
    app.text_input[0].set_value("Runs")
    press(app, "Read with this mapping")
    assert [str(toast.value) for toast in app.toast] == ["The mapping Runs is replaced\\."]


def test_a_score_has_the_title_of_the_column_that_is_chosen_for_it(app: AppTest, tmp_path: Path) -> None:
    drop(app, "experiment,date,accuracy,f1 test,labels\nr1,2026-03-02,0.91,0.8,100\n")
    assert {box.label: box.value for box in app.selectbox}["Score"] == "accuracy"
    choose(app, "Score", "f1 test")
    press(app, "Read with this mapping")
    press(app, "Import 1 file")
    with Store(tmp_path / "store").snapshot() as snapshot:
        assert snapshot.query("select metric, value from experiment_run").rows() == [("f1 test", 0.8)]


def test_the_length_is_in_sight_with_its_unit(app: AppTest) -> None:
    drop(app, LABELS)
    boxes = {box.label: box.value for box in app.selectbox}
    assert (boxes["Length"], boxes["Unit of plain numbers in Length"]) == ("Sekunden", "seconds")
    assert "Say below what each column holds" in words(app)
    assert "--mapping" not in words(app)


def test_a_decimal_sign_that_the_table_leaves_open_is_asked(app: AppTest) -> None:
    drop(app, 'image,annotator,date,seconds\n1,Ann,2026-03-02,"1,234"\n')
    press(app, "Read with this mapping")
    assert "decimal sign" in words(app)
    app.radio[0].set_value(",").run()
    assert list_metrics(app)["Labeling time"] == "0.0 h"
