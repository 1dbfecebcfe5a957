"""MLflow: runs that began or ended since the last pull and those still running, shaped as a table of search_runs.

The server does not tell what changed: a tag set, a run deleted or restored later comes with `--full` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Literal

from dashboard.pull.answers import begin_of_day, list_records, parse_instant, read_key, read_object, read_words
from dashboard.pull.client import Client
from dashboard.pull.contract import Access, Account, Cursor, Page, PullSource, Record, Wishes

PAGE_SIZE = 1_000
EXPERIMENTS = 200  # of one question
MOMENT_DIGITS = 14  # of milliseconds since 1970
OVERLAP = timedelta(minutes=5)
KEPT_TAGS = {"mlflow.runName", "mlflow.user", "mlflow.parentRunId", "mlflow.source.git.commit"}


class Mlflow:
    """Runs of a tracking server."""

    name = "mlflow"
    title = "MLflow"
    access = Access(server=None, made_at=None)
    importer = "mlflow_csv"
    form: Literal["json", "csv"] = "csv"
    columns: tuple[str, ...] = (
        *("run_id", "experiment_id", "experiment_name", "status", "artifact_uri", "start_time", "end_time"),
        "lifecycle_stage",
    )
    per_second = 10.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of a token, where the server asks for one."""
        del client
        return {"Authorization": f"Bearer {account.token}"} if account.token else {}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the runs of all experiments, or of those named by number or name."""
        names = {
            read_key(experiment, "experiment_id"): read_words(experiment, "name")
            for page in _read_search(client, "experiments", {"view_type": "ALL"})
            for experiment in page
        }
        asked_at = client.read_clock()
        wanted = [key for key, name in names.items() if not wishes.projects or {key, name} & set(wishes.projects)]
        scope = f"experiments {', '.join(wishes.projects)}" if wishes.projects else "all experiments"
        for begun in range(0, len(wanted), EXPERIMENTS):
            experiments = wanted[begun : begun + EXPERIMENTS]
            for question in _list_questions(cursors.get(scope, {}), wishes, asked_at):
                body = {"experiment_ids": experiments, "run_view_type": "ALL", "filter": question}
                for runs in _read_search(client, "runs", body):
                    # What is stored before the end moves the cursor not.
                    yield Page(scope, tuple(_build_record(run, names) for run in runs), cursors.get(scope, {}))
        yield Page(scope, (), {"asked_at": asked_at.isoformat()})


def _list_questions(cursor: Cursor, wishes: Wishes, now: datetime) -> Sequence[str]:
    """Return the filters that together find what is new: the server knows no time of change."""
    last = parse_instant(cursor.get("asked_at"))
    if last is None:
        since = begin_of_day(wishes.since) if wishes.since else None
        return [f"attributes.start_time > {_format_milliseconds(since)}"] if since else [""]
    moment = _format_milliseconds(min(last, now) - OVERLAP)
    conditions = ("start_time > {}", "end_time > {}", "status = 'RUNNING'", "status = 'SCHEDULED'")
    return [f"attributes.{condition.format(moment)}" for condition in conditions]


def _read_search(client: Client, what: str, body: Mapping[str, object]) -> Iterator[list[Record]]:
    """Yield the pages of a search."""
    token = ""
    while True:
        asked = {**body, "max_results": PAGE_SIZE} | ({"page_token": token} if token else {})
        answer = read_object(client.post(f"/api/2.0/mlflow/{what}/search", asked))
        yield list_records(answer.get(what, []))
        following = read_words(answer, "next_page_token")
        if not following or following == token:
            return
        token = following


def _build_record(run: Record, names: Mapping[str, str]) -> Record:
    """Return a run as a row of the table."""
    info, data = read_object(run, "info"), read_object(run.get("data", {}))
    number = read_key(info, "experiment_id")
    record = {
        "run_id": read_key(info, "run_id"),
        "experiment_id": number,
        "experiment_name": names.get(number) or number,
        "status": read_words(info, "status"),
        "artifact_uri": "",
        "start_time": _format_moment(info.get("start_time")),
        "end_time": _format_moment(info.get("end_time")),
        "lifecycle_stage": read_words(info, "lifecycle_stage"),
    }
    for kind in ("metrics", "params", "tags"):
        for value in list_records(data.get(kind, [])):
            key = read_words(value, "key")
            if kind != "tags" or key in KEPT_TAGS or not key.startswith("mlflow."):
                record[f"{kind}.{key}"] = read_words(value, "value")
    return record


def _format_moment(value: object) -> str:
    """Return milliseconds since 1970, a number or its text, as an instant; empty where there are none."""
    text = str(value)
    if not text.isdecimal() or len(text) > MOMENT_DIGITS or not int(text):
        return ""
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))).isoformat(timespec="milliseconds")


def _format_milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


SOURCE: PullSource = Mlflow()
