"""What is said of files that are no export: the nearest one, what is missing, and never to map labels as hours."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from dashboard.errors import BadMapping, DashboardError, UnknownFormat, UnreadableFile
from dashboard.importers.columns.zones import require_zone
from dashboard.importers.contract import Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.readers.open_source import open_sources
from dashboard.ingest.recognise import find_importer

JSON_FILES = [
    ([{"custom_id": "a", "method": "POST", "body": {}}], "input of a batch"),
    ([{"id": 1, "data": {"image": "a.jpg"}, "predictions": []}], "tasks of Label Studio"),
    ([{"images": [], "annotations": [], "categories": []}], "COCO"),
    ([{"text": "a", "_input_hash": 1, "_task_hash": 2}], "tasks of Prodigy without answers"),
    ([{"tokens": ["a"], "ner_tags": [0]}], "data set to train a model with"),
    ([{"size": {"height": 1}, "tags": [], "objects": [{"classTitle": "cat"}]}], "annotation of Supervisely"),
    ([{"messages": [{"role": "user", "content": "a"}]}], "data set to train a model with"),
    ([{"prompt": "a", "chosen": "b", "rejected": "c"}], "data set to train a model with"),
    ([{"instruction": "a", "output": "b", "annotator": "Ann"}], "no importer recognises this JSON"),
    ([{"count": 1, "results": [{"id": 1, "segment_size": 5, "jobs": {}, "owner": {}}]}], "list of tasks of CVAT"),
    (
        [{"workspace_id": 1, "start": "2026-03-02T09:00:00Z", "duration": 9, "description": ""}],
        "`labeltime pull toggl`",
    ),
    ([{"timeInterval": {"start": "2026-03-02T09:00:00Z"}, "workspaceId": "w"}], "`labeltime pull clockify`"),
    ([{"time_entries": [{"spent_date": "2026-03-02", "hours": 2}], "per_page": 9}], "`labeltime pull harvest`"),
    ([{"time_entries": [{"spent_on": "2026-03-02", "hours": 2}], "limit": 9}], "choose the Details tab"),
    ([{"results": [{"tempoWorklogId": 1, "timeSpentSeconds": 9}], "metadata": {}}], "In Tempo, open Reports"),
    ([{"begin": "2026-03-02T09:00:00+0100", "duration": 9, "activity": 1, "project": 1}], "In Kimai, open the export"),
    ([{"runs": [{"info": {"run_id": "a"}, "data": {}}]}], "`labeltime pull mlflow`"),
    ([{"version": 0, "tags": [], "shapes": [{"source": "manual"}], "tracks": []}], "backup of a task of CVAT"),
    ([{"datasetObjectId": "0", "consolidatedAnnotation": {"content": {}}}], "whole output folder of the job"),
    ([{"LabelingJobName": "birds", "LabelCounters": {"TotalLabeled": 2}}], "counts of labels, without who and when"),
    ([{"id": 1, "name": "Human", "color": "#fff", "attribute_groups": []}], "names the classes of a project"),
    ([{"version": "5.0", "shapes": [], "imagePath": "a.jpg"}], "shapes by labelme"),
    (
        [{"data": [{"grand_total": {}, "range": {"date": "2026-03-02"}}], "start": "2026-03-02"}],
        "interface of WakaTime",
    ),
    ([{"rev": "workspace", "name": None, "data": {"metrics": {}}, "experiments": None}], "`dvc exp show --csv`"),
    ([{"workspace": {"baseline": {"data": {}}}, "7e4e86c": {}}], "`dvc exp show --csv`"),
    ([{"user_id": 1, "username": "Ana", "time_entries": [{"id": 9}], "row_number": 1}], "`labeltime pull toggl`"),
    ([{"notes": "", "row_headers": ["Date"], "rows": [["2026-03-02T11:00:00"]]}], "format=csv"),
    (
        [{"timespan": {}, "projects": [{"name": "signs", "time": 5400.0, "tags": []}], "time": 5400.0}],
        "report of Watson",
    ),
    ([{"task": {"ids": [], "entities": {}}, "project": {"ids": [], "entities": {}}}], "backup of Super Productivity"),
    ([{"id": 1, "iid": 1, "title": "t", "time_stats": {"total_time_spent": 3600}}], "list of issues of GitLab"),
    (
        [{"url": "https://api.example.org/repos/a/b/issues/1", "number": 1, "html_url": "", "user": {"login": "a"}}],
        "list of issues of GitHub",
    ),
    ([{"count": 1, "results": [{"consensus_score": 73, "target": "job", "task_id": 2}]}], "consensus reports of CVAT"),
    (
        [{"text": "a", "prediction_agent": "m", "annotation": "pos", "annotation_agent": "ana", "status": "Validated"}],
        "Argilla before version 2",
    ),
    ([{"%TYPES": {}, "%FEATURE_STRUCTURES": [], "%VIEWS": {}}], "UIMA CAS"),
    ([{"image_url": "a.jpg", "label": [{"label": "can"}], "label_confidence": [1.0]}], "Azure Machine Learning"),
    ([{"name": "a", "state": "finished", "summary": {}, "config": {}}], "interface of Weights & Biases"),
    ([{"_via_settings": {}, "_via_img_metadata": {}, "_via_attributes": {}}], "VGG Image Annotator"),
    ([{"a.jpg12": {"filename": "a.jpg", "size": 12, "regions": [], "file_attributes": {}}}], "VGG Image Annotator"),
    ([{"name": "d", "examples": [{"content": "a", "annotations": []}], "relations": [], "schema": {}}], "LightTag"),
    ([{"data": [{"range": {"date": "2026-03-02"}}]}], "no importer recognises this JSON"),
    ([{"anything": 1}], "no importer recognises this JSON"),
]
TABLES = [
    (
        "Name;02.03.2026;03.03.2026;04.03.2026;Sum\nAnn;8;7,5;8;23,5\n",
        "each of 3 days, such as 02.03.2026",
    ),
    ('User,"Mon, Mar 2","Tue, Mar 3","Wed, Mar 4"\nAnn,1:00,2:00,3:00\n', "each of 3 days, such as Mon, Mar 2"),
    ("Name,Model 4.5,Model 5.1,Label 1,Label 2\nAnn,8,7,8,8\n", "no importer recognises this file"),
    ("Name,1,2,3,4\nAnn,8,7,8,8\n", "has a column for each of 4 days"),
    ("Name,Mon 3/2,Tue 3/3,Wed 3/4\nAnn,8,7,8\n", "has a column for each of 3 days, such as Mon 3/2"),
    ("person,started_at,project\nAna,2026-03-02T08:00:00Z,Signs\n", "lacks the column seconds (or hours)"),
    ("item,person,finished_at\na,Ana,2026-03-02T08:00:00Z\n", "lacks the column method"),
    (
        "Start Time,Duration,Run ID,Name,Source Type\n2026-03-02 10:00:00,5.0min,ab,run,LOCAL\n",
        "looks like the CSV of MLflow's web page, but lacks the column status",
    ),
    ("Run,Run ID,metric,step,timestamp,value\na,ab,f1,1,1741000000000,0.7\n", "chart of MLflow"),
    ("id_str,label,recommendation,annotation_id,user_id,group_id\n1,Yes,No,1,a,g1\n", "without when and in what time"),
    (
        (
            "Subject,Start Date,Start Time,End Date,End Time,All day event,Categories\n"
            "Weekly,3/14/2026,9:00:00 AM,3/14/2026,10:00:00 AM,False,\n"
        ),
        "list of appointments",
    ),
    (
        (
            "Member,Work Email,Group,Start Date,Start Time,End Date,End Time,Theme Color,Notes\n"
            "Ana,ana@example.org,Team,3/14/2026,09:00,3/14/2026,17:00,1. White,\n"
        ),
        "plan of shifts",
    ),
    ("Number,Start date,Start time,Duration\n0171,2026-03-14,09:00:00,00:03:00\n", "lacks the column user"),
    (",summary,config,name\n0,\"{'_runtime': 12.5}\",\"{'lr': 0.1}\",run-1\n", "interface of Weights & Biases"),
    ("id,start,end,member_id,organization_id,project_id\na,b,c,1,2,3\n", "organization of solidtime"),
    ("subject_id,sex,assistance_level,experience_text_annotation\n1,2,3,4\n", "without its rows"),
    (
        (
            "filename,file_size,file_attributes,region_count,region_id,region_shape_attributes,region_attributes\n"
            'a.jpg,12,"{}",1,0,"{""name"":""rect""}","{}"\n'
        ),
        "VGG Image Annotator",
    ),
    ("timestamp,duration,app,title\n2026-03-02T09:00:00+00:00,120.0,Firefox,Labels\n", "one bucket of ActivityWatch"),
    ("user\tinstance_id\tdisplayed_text\tsentiment:::positive\nana\ti1\tA text\ttrue\n", "annotation_output"),
    ("text,prediction_agent,annotation,annotation_agent,status\na,m,pos,ana,Validated\n", "Argilla before version 2"),
    (
        'Project,Client,"Mar 2, 2026","Mar 3, 2026","Mar 4, 2026","Mar 5, 2026",Total\nSigns,,1:00,,,,1:00\n',
        "has a column for each of 4 days, such as Mar 2, 2026",
    ),
    ('"Project","Client","Duration","Duration %"\n"Signs","-","1:00:00","100%"\n', "summary or weekly report of Toggl"),
    ("Wall time,Step,Value\n1772442000.1,1,0.5\n", "chart of TensorBoard"),
    ("examples,a - loss,a - loss__MIN,a - loss__MAX\n60,0.7,0.7,0.7\n", "chart of Weights & Biases"),
    ("name,color\nfoo,red\nbar,blue\n", "is not a table of times"),
    ("hello, this is not an export\n", "is text and no table"),
    ("Dear all\nwe worked 3 hours\n", "is text and no table"),
    ("Who,Since,Effort in h\nAna,2026-03-02,3\n", "Its columns: Who, Since, Effort in h"),
]
JIRA = "Summary,Issue key,Issue id,Issue Type,Status,Time Spent,Σ Time Spent,Watchers\n"


def say(folder: Path, name: str, text: str) -> str:
    """Return the message for a file that cannot be imported."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    try:
        with open_sources(path) as sources:
            find_importer(sources[0].head(), name, Settings()).read(sources[0], Settings(zone="UTC"))
    except DashboardError as error:
        return str(error)
    raise AssertionError(f"{name} was read")


@pytest.mark.parametrize(("records", "says"), JSON_FILES)
@pytest.mark.parametrize("name", ["labels.jsonl", "labels.json", "41"])
def test_json_that_is_no_export_is_named(tmp_path: Path, records: list[object], says: str, name: str) -> None:
    text = json.dumps(records[0], indent=1) if name == "41" else "\n".join(map(json.dumps, records))
    message = say(tmp_path, name, text)
    assert says in message
    assert "--mapping" not in message
    assert len(message) < 400


def test_an_empty_list_says_that_it_is_empty(tmp_path: Path) -> None:
    assert "empty list: it has no entries" in say(tmp_path, "export.json", "[]")


@pytest.mark.parametrize("line", ['{"a": 1e999}', '{"a": 1, "a": 2}', '{"a": }'])
def test_lines_that_are_no_json_are_no_empty_list(tmp_path: Path, line: str) -> None:
    message = say(tmp_path, "labels.jsonl", f"{line}\n" * 30)
    assert message.startswith('"labels.jsonl", line 1: not JSON: ')
    assert "empty" not in message


@pytest.mark.parametrize(("text", "says"), TABLES)
def test_tables_are_told_what_is_missing(tmp_path: Path, text: str, says: str) -> None:
    message = say(tmp_path, "table.csv", text)
    assert says in message
    assert not any(importer.title in message for importer in IMPORTERS if importer.name == "gretel")


@pytest.mark.parametrize(
    ("header", "row", "says"),
    [
        (JIRA, "A task,ABC-1,1,Story,Done,7200,7200,\n", "totals of issues (1 issue)"),
        (JIRA, "A task,ABC-1,1,Story,Done,,,\n", "nobody logged time"),
        (JIRA, "A task,ABC-1,1,Story,Done,0,0,\n", "nobody logged time"),
        ("Summary,Issue key,Issue id\n", "A task,ABC-1,1\n", "all fields"),
    ],
)
def test_jira_without_worklogs_is_told_why(tmp_path: Path, header: str, row: str, says: str) -> None:
    assert says in say(tmp_path, "jira.csv", header + row)


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("CEST", "Europe/Berlin"),
        ("pst", "America/Los_Angeles"),
        ("Berlin", "Did you mean Europe/Berlin?"),
        ("Europe/Berln", "Did you mean Europe/Berlin?"),
        ("XEST", "Give an IANA name"),
        ("MESZ", "Give an IANA name"),
    ],
)
def test_zone_is_never_one_that_is_only_spelled_alike(name: str, says: str) -> None:
    with pytest.raises(BadMapping) as caught:
        require_zone(name, "x")
    assert says in str(caught.value)


def test_one_line_of_titles_has_no_rows(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.write_text("person,started_at,seconds\n", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="header but no rows"), open_sources(path):
        pass


def test_a_message_shows_the_beginning_of_long_titles(tmp_path: Path) -> None:
    table, records = tmp_path / "a.csv", tmp_path / "a.json"
    table.write_text("\n".join([",".join(letter * 3000 for letter in "abc"), "1,2,3"]), "utf-8")
    records.write_text(json.dumps([{"x" * 3000: 1}]), "utf-8")
    for path in (table, records):
        with open_sources(path) as (source,), pytest.raises(DashboardError) as caught:
            find_importer(source.head(), source.name, Settings())
        assert len(caught.value.message) < 400


def test_a_table_of_names_and_numbers_may_be_one_of_runs_whose_times_were_not_visible(tmp_path: Path) -> None:
    hints = {}
    for name, text in {
        "runs": "Name,lr,acc\nrun-1,0.1,0.9\nrun-2,1e-3,\n",
        "team": "Name,Role,Hours\nAnn,dev,8\n",
    }.items():
        path = tmp_path / f"{name}.csv"
        path.write_text(text, "utf-8")
        with open_sources(path) as (source,), pytest.raises(DashboardError) as caught:
            find_importer(source.head(), source.name, Settings())
        hints[name] = caught.value.hint or ""
    assert "make Created, Runtime and State visible" in hints["runs"]
    assert "Weights" not in hints["team"]


def test_the_data_of_a_workspace_of_toggl_is_named_and_what_to_export_instead(tmp_path: Path) -> None:
    path = tmp_path / "workspace.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("clients.json", '[{"id": 1, "wid": 2, "name": "C"}]')
        archive.writestr("projects.json", '[{"id": 1, "name": "P"}]')
    with open_sources(path) as sources, pytest.raises(UnreadableFile, match="data of a workspace of Toggl") as caught:
        find_importer(sources[0].head(), sources[0].name, Settings())
    assert "Reports, Detailed" in (caught.value.hint or "")


@pytest.mark.parametrize("content", ["a,b\n1,2\n", '[{"a": 1}]'])
def test_a_named_format_reads_no_file_that_is_another(tmp_path: Path, content: str) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    with open_sources(path) as sources:
        head = sources[0].head()
        for importer in IMPORTERS:
            if importer.can_read(head):
                assert find_importer(head, "file", Settings(), importer.name) is importer
                continue
            with pytest.raises(UnknownFormat, match=r"^file is not in the format .+\."):
                find_importer(head, "file", Settings(), importer.name)
