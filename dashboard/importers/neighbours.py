"""What to say of a file that no importer recognises: which export it is near, and the one thing that is missing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.errors import DashboardError, UnknownFormat, UnreadableFile, join_quotes
from dashboard.importers.contract import Head
from dashboard.importers.formats import cvat_events, mlflow_csv, wandb_csv
from dashboard.importers.table import GRID_HINT
from dashboard.importers.tables_without_times import find_table_without_times

MAPPING_HINT: Final = (
    "If it is a table of working times, labels or runs, drop it on the Data page, which proposes what each column"
    " holds; on the command line, give that mapping with --mapping FILE (`labeltime help formats` shows its form)."
)
LABELS_HINT: Final = (
    "Write one row per label with the columns item, person, method and finished_at and import that CSV"
    " (`labeltime help formats`, labeling events)."
)
MACHINE_HINT: Final = (
    "Write one row per label with the columns item, person (empty), method (automatic), finished_at and model, and"
    " import that CSV (`labeltime help formats`, labeling events)."
)


TRAINING_FIELDS: Final = (
    *({"tokens", tags} for tags in ("tags", "ner_tags", "labels")),
    {"messages"},
    {"instruction", "output"},
    {"prompt", "completion"},
    {"chosen", "rejected"},
    {"question", "context", "answers"},
)
WORK_FIELD: Final = re.compile(r".*(_at|At|time|date|timestamp|user|annotator|author|person)", re.IGNORECASE)


@dataclass(frozen=True)
class JsonNeighbour:
    """JSON that people take for an export of labels: how to recognise a record, what it is, what to do."""

    matches: Callable[[Mapping[str, object]], bool]
    message: str
    hint: str


def _match_fields(*names: str) -> Callable[[Mapping[str, object]], bool]:
    return lambda record: set(names) <= record.keys()


def _get_first_result(record: Mapping[str, object]) -> Mapping[str, object]:
    """Return the first entry of a page of a list, as servers answer; the record itself where it is none."""
    results = record.get("results")
    first = results[0] if isinstance(results, list) and results else record
    return first if isinstance(first, Mapping) else {}


def _get_part(record: Mapping[str, object], name: str) -> Mapping[str, object]:
    part = record.get(name)
    return part if isinstance(part, Mapping) else {}


def _tells_work(record: Mapping[str, object]) -> bool:
    return any(WORK_FIELD.fullmatch(name) for name in record)


def _is_via_image(value: object) -> bool:
    return isinstance(value, Mapping) and {"filename", "regions"} <= value.keys()


def _match_api(*names: str, first: str = "") -> Callable[[Mapping[str, object]], bool]:
    """Return a test for what a tracker's interface answers: entries, or a page that lists them under a name."""

    def matches(record: Mapping[str, object]) -> bool:
        entries = record.get(first)
        entry = entries[0] if isinstance(entries, list) and entries else record
        return isinstance(entry, Mapping) and set(names) <= entry.keys()

    return matches


LABELED_FIELDS: Final = frozenset({"annotations", "completions", "results", "errors"})
LABELING_JOB_HINT: Final = (
    "Import the whole output folder of the job: the answers in annotations/worker-response have who and when."
)
LABEL_STUDIO_HINT: Final = "In Label Studio, open the project, press Export and choose JSON; import that file."
TRACKER_HINT: Final = "Import the entries of the time tracker that the team uses beside it."
JSON_NEIGHBOURS: Final = (
    JsonNeighbour(
        lambda record: {"rev", "data", "experiments"} <= record.keys() or "baseline" in _get_part(record, "workspace"),
        "is the table of experiments of DVC as JSON.",
        "Write it with `dvc exp show --csv`, and drop that on the Data page, which proposes what each column holds.",
    ),
    JsonNeighbour(
        lambda record: isinstance(record.get("data"), Mapping) and not LABELED_FIELDS & record.keys(),
        "holds tasks of Label Studio to import into it, and no annotations.",
        LABEL_STUDIO_HINT,
    ),
    JsonNeighbour(
        lambda record: "custom_id" in record and "body" in record,
        "is the input of a batch of model requests: questions for a model, no labels.",
        MACHINE_HINT,
    ),
    JsonNeighbour(
        lambda record: any(fields <= record.keys() for fields in TRAINING_FIELDS) and not _tells_work(record),
        "is a data set to train a model with: without who made it, when and in what time.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        _match_fields("size", "objects", "tags"),
        "is an annotation of Supervisely whose shapes do not say who made them and when (labelerLogin, createdAt).",
        "Export the project of Supervisely anew, as JSON with its labels.",
    ),
    JsonNeighbour(
        _match_fields("_input_hash", "_task_hash"),
        "holds tasks of Prodigy without answers.",
        "Write the annotated dataset with `prodigy db-out`, and import that JSONL.",
    ),
    JsonNeighbour(
        lambda record: "datasetObjectId" in record and bool({"annotations", "consolidatedAnnotation"} & record.keys()),
        "is a step of a labeling job of SageMaker Ground Truth that joins answers: without when and in what time.",
        LABELING_JOB_HINT,
    ),
    JsonNeighbour(
        _match_fields("LabelingJobName", "LabelCounters"),
        "describes a labeling job of SageMaker Ground Truth: counts of labels, without who and when.",
        LABELING_JOB_HINT,
    ),
    JsonNeighbour(
        _match_fields("attribute_groups", "color", "name"),
        "names the classes of a project of SuperAnnotate, and holds no labels.",
        "Import the JSON files of the items, which stand beside it in the export.",
    ),
    JsonNeighbour(
        lambda record: {"segment_size", "jobs", "owner"} <= _get_first_result(record).keys(),
        "is a list of tasks of CVAT: without who labeled what, when and in what time.",
        "Export the events of CVAT's analytics as CSV for the time, or save the list of its jobs for their states.",
    ),
    JsonNeighbour(
        _match_api("workspace_id", "start", "duration", "description"),
        "is an answer of the interface of Toggl Track, which names projects by numbers alone.",
        "Let Labeltime ask itself (`labeltime pull toggl`), or export the detailed report as CSV.",
    ),
    JsonNeighbour(
        _match_fields("user_id", "time_entries", "row_number"),
        "is an answer of the interface of Toggl Track, which names projects by numbers alone.",
        "Let Labeltime ask itself (`labeltime pull toggl`), or export the detailed report as CSV.",
    ),
    JsonNeighbour(
        _match_api("timeInterval", "workspaceId"),
        "is an answer of the interface of Clockify, which names people and projects by numbers alone.",
        "Let Labeltime ask itself (`labeltime pull clockify`), or export the detailed report as CSV.",
    ),
    JsonNeighbour(
        _match_api("spent_date", "hours", first="time_entries"),
        "is an answer of the interface of Harvest.",
        "Let Labeltime ask itself (`labeltime pull harvest`), or export the detailed time report as CSV.",
    ),
    JsonNeighbour(
        _match_api("spent_on", "hours", first="time_entries"),
        "is an answer of the interface of Redmine.",
        "In Redmine, open Spent time, choose the Details tab, and export that as CSV.",
    ),
    JsonNeighbour(
        _match_api("tempoWorklogId", "timeSpentSeconds", first="results"),
        "is an answer of the interface of Tempo, which names issues and people by numbers alone.",
        "In Tempo, open Reports, Logged time, and export the worklogs as CSV or XLSX.",
    ),
    JsonNeighbour(
        _match_api("begin", "duration", "activity", "project"),
        "is an answer of the interface of Kimai, which names people and projects by numbers alone.",
        "In Kimai, open the export of times, and choose CSV or XLSX.",
    ),
    JsonNeighbour(
        _match_api("grand_total", "range", first="data"),
        "is an answer of the interface of WakaTime.",
        "In WakaTime, open Account, Export, and choose the daily totals.",
    ),
    JsonNeighbour(
        _match_fields("row_headers", "rows"),
        "is an answer of the interface of RescueTime as JSON.",
        "Ask it for the same with format=csv and perspective=interval, and import that.",
    ),
    JsonNeighbour(
        _match_fields("timespan", "projects", "time"),
        "is a report of Watson: sums by project and again by tag, which would count the same hours twice.",
        "Write the frames with `watson log --all --json`, and import that.",
    ),
    JsonNeighbour(
        lambda record: "entities" in _get_part(record, "task") and "entities" in _get_part(record, "project"),
        "is a backup of Super Productivity.",
        "Export its worklog as CSV, and drop that on the Data page, which proposes what each column holds.",
    ),
    JsonNeighbour(
        _match_fields("iid", "time_stats"),
        "is a list of issues of GitLab: sums of time for each issue, without who and when.",
        "Ask GitLab's GraphQL interface for `timelogs` with spentAt, timeSpent and user, and import its answer.",
    ),
    JsonNeighbour(
        lambda record: {"number", "html_url", "user"} <= record.keys() and "/issues" in str(record.get("url", "")),
        "is a list of issues of GitHub, without the time that anybody spent.",
        TRACKER_HINT,
    ),
    JsonNeighbour(
        _match_api("info", "data", first="runs"),
        "is an answer of the interface of MLflow.",
        "Let Labeltime ask itself (`labeltime pull mlflow`), or import mlflow.db or the CSV of `mlflow.search_runs`.",
    ),
    JsonNeighbour(
        _match_fields("shapes", "tracks", "tags"),
        "is part of the backup of a task of CVAT: labels without who made them, when and in what time.",
        "Export the annotations as CVAT for images, or the events of CVAT's analytics as CSV for the time.",
    ),
    JsonNeighbour(
        _match_fields("shapes", "imagePath"),
        "is an image with its shapes by labelme: labels without who made them, when and in what time.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        lambda record: "_via_img_metadata" in record or _is_via_image(next(iter(record.values()), None)),
        "holds regions drawn with the VGG Image Annotator: labels without who made them, when and in what time.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        lambda record: "examples" in record and {"relations", "schema"} & record.keys() != set(),
        "is an export of LightTag, which is not read.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        lambda record: "consensus_score" in _get_first_result(record),
        "is a list of consensus reports of CVAT: how well labels of one image agree, without who and when.",
        "Save the list of its quality reports, or of its jobs, or export the events of CVAT's analytics as CSV.",
    ),
    JsonNeighbour(
        _match_fields("prediction_agent", "annotation_agent", "annotation"),
        "is a dataset of Argilla before version 2: labels without when and in what time.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        _match_fields("%TYPES", "%FEATURE_STRUCTURES"),
        "is a document of INCEpTION as UIMA CAS: labels without who made them, when and in what time.",
        "Export the whole project of INCEpTION and import the archive, whose event.log has the times.",
    ),
    JsonNeighbour(
        _match_fields("image_url", "label", "label_confidence"),
        "is a dataset that Azure Machine Learning labeled: labels without who made them, when and in what time.",
        LABELS_HINT,
    ),
    JsonNeighbour(
        _match_fields("state", "summary", "config"),
        "is a list of runs that was written with the interface of Weights & Biases.",
        "In the table of runs on the web page, make Created, Runtime and State visible, and export that as CSV.",
    ),
    JsonNeighbour(
        _match_fields("images", "annotations", "categories"),
        "is a COCO dataset: labels without who made them, when and in what time.",
        LABELS_HINT,
    ),
)  # fmt: skip
NEAR_TABLES: Final[dict[str, tuple[frozenset[str], str]]] = {  # export -> its columns, and how to get it whole
    "a Toggl Track detailed CSV": (
        frozenset({"user", "start date", "start time", "duration"}),
        "In Toggl Track, open Reports, Detailed, and export that as CSV with all its columns.",
    ),
    "a Clockify detailed CSV": (
        frozenset({"user", "start date", "start time", "duration (h)"}),
        "In Clockify, open Reports, Detailed, and export that as CSV.",
    ),
    "a Harvest time report CSV": (
        frozenset({"date", "hours", "first name", "last name", "billable?"}),
        "In Harvest, open Reports, Detailed time, and export all of its columns as CSV.",
    ),
    "a CVAT events CSV": (
        frozenset(cvat_events.SIGNATURE_COLUMNS),
        "Export the events of CVAT's analytics again with all of their columns.",
    ),
    "an MLflow search_runs CSV": (
        frozenset(mlflow_csv.SIGNATURE_COLUMNS),
        "Write it with `mlflow.search_runs(search_all_experiments=True).to_csv(...)`, with all columns.",
    ),
    "the CSV of MLflow's web page": (
        frozenset({"start time", "duration", "run id", "name", "source type", "status"}),
        "In MLflow, open the table of runs and press Download CSV, or import mlflow.db, which has exact times.",
    ),
    "Labeltime's own table of labeling events": (
        frozenset({"item", "person", "method", "finished_at"}),
        "Add the column; `labeltime help formats` shows what it holds.",
    ),
    "Labeltime's own table of experiment runs": (
        frozenset({"run", "started_at", "state"}),
        "Add the column; `labeltime help formats` shows what it holds.",
    ),
}
MOST_NAMES = 12  # columns in a message
DAY_TITLE: Final = re.compile(  # 02.03.2026, Mon 3/2, Mon, Mar 2, or 2 alone
    r"(?:\w+\.?,? )?(?:\d{1,4}([./-])\d{1,2}\1\d{2,4}|\d{1,2}\.\d{1,2}\.|\d{1,2}/\d{1,2})(?: 00:00:00)?|\d{1,2}"
    r"|(?:\w+\.?,? )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6} \d{1,2}(?:, \d{4})?",
    re.IGNORECASE,
)
FEWEST_DAYS = 3
FEWEST_COLUMNS = 3
NUMBER_OR_NONE: Final = r"^(?:[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|nan|NaN|-?Infinity|true|false|)$"
TOGGL_WORKSPACE: Final = frozenset({"clients.json", "workspace_users.json", "workspace_settings.json", "tags.json"})
OWN_LENGTHS, OWN_STARTS = frozenset({"seconds", "hours"}), frozenset({"started_at", "day_on"})


def describe_unknown(head: Head, name: str) -> DashboardError:
    """Return the error for a file that no importer recognises."""
    if head.shape in ("json", "jsonl"):
        return _describe_json(head, name)
    if head.shape == "sqlite":
        return UnknownFormat(
            f"{name}: this SQLite file is not an MLflow database.", "Give the mlflow.db of a tracking server."
        )
    titles = {title.casefold() for title in head.header}
    known_table = _describe_known_table(titles, name)
    if known_table:
        return known_table
    near = _find_near_table(titles)
    if near:
        table, missing, hint = near
        return UnknownFormat(f"{name} looks like {table}, but lacks {missing}.", f"{hint} {MAPPING_HINT}")
    no_table = describe_no_table(head, name) or _describe_grid(head, name)
    if no_table:
        return no_table
    columns = join_quotes(head.header, MOST_NAMES)
    runs_hint = (
        f" If it is the table of runs of Weights & Biases: {wandb_csv.ADD_COLUMNS}" if _may_be_runs(head) else ""
    )
    what = "Its columns" if head.has_titles else "Its first row looks like data, not like column titles"
    message = f"{name}: no importer recognises this file. {what}: {columns}."
    return UnknownFormat(message, MAPPING_HINT + runs_hint)


def _describe_known_table(titles: set[str], name: str) -> UnreadableFile | None:
    """Return what a table is that holds no times by person and day, None where it may be another one."""
    table = find_table_without_times(titles)
    return UnreadableFile(f"{name} {table.message}", table.hint) if table else None


def describe_no_table(head: Head, name: str) -> UnreadableFile | None:
    """Return what a file is that holds no times in columns, None where it may hold some."""
    if len(head.header) == 1:
        return UnreadableFile(
            f'{name} is text and no table: it has the one column "{head.header[0][:80]}".',
            "Give a table with column names in the first line and several columns.",
        )
    if _may_hold_times(head):
        return None
    columns = join_quotes(head.header, MOST_NAMES)
    return UnreadableFile(
        f"{name} is not a table of times: it has the columns {columns}, and none holds a date, a time or a number.",
        "Give an export of a time tracker, a labeling tool or an experiment tracker.",
    )


def _describe_grid(head: Head, name: str) -> UnreadableFile | None:
    """Return that a table has a column for each day, None for any other."""
    days = [title for title in head.header if DAY_TITLE.fullmatch(title)]
    if len(days) * 2 <= len(head.header) or len(days) < FEWEST_DAYS:
        return None
    return UnreadableFile(f"{name} has a column for each of {len(days)} days, such as {days[0]}.", GRID_HINT)


def _may_be_runs(head: Head) -> bool:
    """Return whether a table has names, numbers and nothing else, as one of runs has without its times."""
    if len(head.header) < FEWEST_COLUMNS or head.header[0].casefold() != "name":
        return False
    numbers = pl.all().str.strip_chars().str.contains(NUMBER_OR_NONE).fill_null(value=True).all()
    return all(head.sample.drop("_line", strict=False)[:, 1:].select(numbers).row(0))


def _describe_json(head: Head, name: str) -> DashboardError:
    archive, _, file = name.rpartition(": ")
    if archive and file in TOGGL_WORKSPACE:
        return UnreadableFile(
            f"{archive} is the data of a workspace of Toggl Track: clients, projects and tags, and no time entries.",
            "In Toggl Track, open Reports, Detailed, and export that as CSV; or Settings, Data export, time entries.",
        )
    if not head.records:
        return UnreadableFile(
            f"{name} is an empty list: it has no entries.", "Export a period or project that has some."
        )
    records = [record for record in head.records if isinstance(record, Mapping)]
    for neighbour in JSON_NEIGHBOURS:
        if records and all(neighbour.matches(record) for record in records):
            return UnreadableFile(f"{name} {neighbour.message}", neighbour.hint)
    names = join_quotes(map(str, records[0]), MOST_NAMES) if records else "no objects"
    return UnreadableFile(
        f"{name}: no importer recognises this JSON. Its first record has: {names}.",
        "`labeltime help formats` lists the exports that can be read.",
    )


def _find_near_table(titles: set[str]) -> tuple[str, str, str] | None:
    """Return the export that `titles` come closest to, the columns that are missing, and how to get it whole."""
    candidates = [(_list_missing_own(titles), "Labeltime's own table of time entries", "Add the column.")]
    candidates += [(sorted(columns - titles), table, hint) for table, (columns, hint) in NEAR_TABLES.items()]
    sizes = [len(("person", "length", "start")), *(len(columns) for columns, _ in NEAR_TABLES.values())]
    # Half of a short list of columns is no likeness: at most a third may be missing.
    near = [
        (len(missing), table, missing, hint)
        for (missing, table, hint), size in zip(candidates, sizes, strict=True)
        if missing and len(missing) * 3 <= size
    ]
    if not near:
        return None
    _, table, missing, hint = min(near)
    return table, "the column " + " and ".join(missing), hint


def _list_missing_own(titles: set[str]) -> list[str]:
    missing = [] if "person" in titles else ["person"]
    missing += [] if titles & OWN_LENGTHS else ["seconds (or hours)"]
    return missing + ([] if titles & OWN_STARTS else ["started_at (or day_on)"])


def _may_hold_times(head: Head) -> bool:
    """Return whether any cell of the first rows has a digit: dates, clock times, lengths and numbers have one."""
    return bool(head.sample.select(pl.any_horizontal(pl.col(pl.String).str.contains(r"\d").any())).item())
