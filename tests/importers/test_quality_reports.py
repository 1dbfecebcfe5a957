"""Reports on synthetic data: real ones as they stand, odd ones, and the store's accounting of them."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from importers.golden import FIXTURES, cases, expected, read_all, recognised

from dashboard.errors import UnreadableFile
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.formats import gretel, mostlyai_qa, sdmetrics
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store
from dashboard.store.health import check_store


@pytest.mark.parametrize(("importer", "path"), cases("quality_report"))
def test_a_fixture_is_read_as_it_stands(importer: Importer, path: Path) -> None:
    wanted = expected(path)
    _, rows, accepted, bad = read_all(importer, path)
    assert recognised(path) == [importer.name]
    assert (rows, accepted.height, bad.height) == (wanted["rows_read"], wanted["accepted"], wanted["rejected"])
    assert accepted["report"].unique().to_list() == [path.name]
    assert accepted["project"].unique().to_list() == [wanted["project"]]
    rows_told = accepted.select("metric", "value", "reference").rows()
    assert {metric: [value, reference] for metric, value, reference in rows_told} == wanted["scores"]
    assert accepted.select("rows_real", "rows_synthetic").unique().rows() == [tuple(wanted["rows"])]
    assert [str(day) for day in accepted["day_on"].drop_nulls().unique()] == wanted["days"]


def test_camel_and_snake_case_say_the_same() -> None:
    _, _, one, _ = read_all(mostlyai_qa.IMPORTER, FIXTURES / "mostlyai_qa" / "Census__mostly.json")
    _, _, other, _ = read_all(mostlyai_qa.IMPORTER, FIXTURES / "mostlyai_qa" / "flip30.json")
    assert one["metric"].to_list() == other["metric"].to_list()
    assert one["reference"].null_count() == 0
    assert other["reference"].null_count() == 0


@pytest.mark.parametrize("name", ["other.json", "flip30.metrics_snake.json"])
def test_a_report_in_two_spellings_counts_once(name: str, tmp_path: Path) -> None:
    path = FIXTURES / "mostlyai_qa" / "Census__mostly.json"
    record = json.loads(path.read_text("utf-8"))
    respelled = {
        section: {mostlyai_qa.CAMEL_HUMPS.sub("_", key).lower(): value for key, value in scores.items()}
        for section, scores in record.items()
    }
    assert respelled != record
    store = Store(tmp_path / "store")
    import_files(store, [path], Settings())
    (result,) = import_files(store, [written(tmp_path, respelled, name)], Settings())
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from quality_report").item() == result.rows_read
    assert (result.accepted, result.duplicate + result.changed) == (0, result.rows_read)


def test_reports_with_round_scores_are_told_apart_by_their_names(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for name in ("Signs__march.json", "Signs__april.json"):
        (result,) = import_files(store, [written(tmp_path, report(1.0, Shapes=1.0), name)], Settings())
        assert result.accepted == 2


def test_every_score_lies_on_its_scale() -> None:
    for importer, name in ((mostlyai_qa, "mostlyai_qa/flip30.json"), (gretel, "gretel/ctgan.json")):
        _, _, accepted, _ = read_all(importer.IMPORTER, FIXTURES / name)
        assert (accepted["value"] >= accepted["scale_low"]).all()
        assert (accepted.drop_nulls("scale_high")["value"] <= accepted.drop_nulls("scale_high")["scale_high"]).all()


def written(folder: Path, record: object, name: str = "Signs__march.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(record), encoding="utf-8")
    return path


def report(score: object, **properties: object) -> dict[str, object]:
    """Return an SDMetrics report."""
    listed = [{"Property": name, "Score": value} for name, value in properties.items()]
    return {"score": score, "properties": listed, "report_info": {"report_type": "QualityReport"}}


@pytest.mark.parametrize("value", ["high", True, [1], {"a": 1}, 10**400])
def test_a_score_that_is_no_number_is_refused_and_the_rest_taken(tmp_path: Path, value: object) -> None:
    _, rows, accepted, bad = read_all(sdmetrics.IMPORTER, written(tmp_path, report(0.7, Shapes=value)))
    assert (rows, accepted["metric"].to_list()) == (2, ["quality"])
    assert bad["reason"].to_list() == ["score cannot be read"]


@pytest.mark.parametrize("value", [-0.1, 1.5])
def test_a_score_off_its_scale_is_refused(tmp_path: Path, value: float) -> None:
    _, _, accepted, bad = read_all(sdmetrics.IMPORTER, written(tmp_path, report(value, Shapes=0.5)))
    assert accepted["value"].to_list() == [0.5]
    assert bad["reason"].to_list() == ["score outside of its scale"]


@pytest.mark.parametrize(
    "record",
    [
        {}, [], [1], {"score": 1}, {"accuracy": {}, "similarity": 1, "distances": {}},
        {"synthetic_data_quality_score": 90}, {"score": 1, "properties": {}, "report_info": {"report_type": "X"}},
    ],
)  # fmt: skip
def test_what_is_no_report_is_not_taken_for_one(tmp_path: Path, record: object) -> None:
    path = written(tmp_path, record)
    try:
        assert not set(recognised(path)) & {"mostlyai_qa", "gretel", "sdmetrics"}
    except UnreadableFile:
        assert record in ([], {})


def test_odd_days_and_counts_are_unknown_not_wrong(tmp_path: Path) -> None:
    odd = report(0.7)
    info = {"report_type": "QualityReport", "generated_date": "0001-99-99", "num_rows_real_data": -5}
    _, _, accepted, _ = read_all(sdmetrics.IMPORTER, written(tmp_path, odd | {"report_info": info}))
    assert accepted.select("day_on", "rows_real", "project", "dataset").rows() == [(None, None, "Signs", "march")]


def test_imports_add_up_again_and_can_be_taken_back(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    path = written(tmp_path, report(0.7, Shapes=0.9, Trends="none"))
    first = import_files(store, [path], Settings())[0]
    again = import_files(store, [path], Settings())[0]
    assert (first.rows_read, first.accepted, first.rejected, first.seconds_total) == (3, 2, 1, 0)
    assert (again.accepted, again.duplicate, again.rejected) == (0, 2, 1)
    assert all(finding[1] for finding in check_store(store))
    undo_import(store, first.import_id or 0)
    with store.snapshot() as snapshot:
        assert snapshot.query("select count(*) from quality_report").item() == 0
    assert all(finding[1] for finding in check_store(store))


def test_two_reports_of_equal_scores_are_two(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    for name in ("Signs__march.json", "Signs__april.json"):
        assert import_files(store, [written(tmp_path, report(0.7), name)], Settings())[0].accepted == 1
    with store.snapshot() as snapshot:
        rows = snapshot.query("select dataset, value from quality_report order by dataset")
    assert rows.equals(pl.DataFrame({"dataset": ["april", "march"], "value": [0.7, 0.7]}))
