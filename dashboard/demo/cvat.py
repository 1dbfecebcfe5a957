"""Labels as CVAT's analytics export them: one row per event, UTC without offset, working time in milliseconds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.demo.items import Item

EVENT_COLUMNS = (
    "scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,task_id,job_id,user_id,user_name,"
    "user_email,org_id,org_slug,payload"
)
SHAPES_PER_OBJECT = 12  # boxes drawn per object of an item
REPORT_SECONDS = 600.0  # the client reports working time about every ten minutes


def write_cvat(path: Path, items: list[Item]) -> None:
    """Write one project's events: each item is a job that is worked on, saved and completed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(EVENT_COLUMNS.split(","))
        for item in items:
            writer.writerows(_build_events(item))


def _build_events(item: Item) -> Iterator[list[object]]:
    if item.number == 1:
        yield _build_row(item, item.started_at, "load:job", "client")
    if item.suggestion != "none":
        called_at = item.started_at + timedelta(seconds=2)
        yield _build_row(item, called_at, "call:function", "server", payload='{"function": {"id": "signs-detector"}}')
        if item.suggestion == "edited":  # wrong boxes, which the person then deletes
            yield _build_row(item, called_at, "create:shapes", "server", count=item.objects * SHAPES_PER_OBJECT // 3)
    reported = 0.0
    while reported < item.seconds:
        slice_seconds = min(REPORT_SECONDS, item.seconds - reported)
        reported += slice_seconds
        payload = f'{{"working_time": {round(slice_seconds * 1000)}, "username": "{item.member.login}"}}'
        reported_at = item.started_at + timedelta(seconds=reported)
        yield _build_row(item, reported_at, "send:working_time", "server", payload=payload)
    if item.was_skipped:
        return
    shape_count = item.objects * SHAPES_PER_OBJECT
    if item.suggestion == "edited":
        yield _build_row(item, item.finished_at, "delete:shapes", "server", count=shape_count // 3)
    yield _build_row(item, item.finished_at, "create:shapes", "server", count=shape_count)
    yield _build_row(item, item.finished_at, "update:job", "server", name="state", value="completed")


def _build_row(
    item: Item,
    event_at: datetime,
    scope: str,
    source: str,
    *,
    name: str = "",
    value: str = "",
    count: int | str = "",
    payload: str = "",
) -> list[object]:
    job = item.project.number * 100_000 + item.number
    timestamp = event_at.isoformat(" ", "milliseconds").removesuffix("+00:00")
    cells = (scope, name, "", value, source, timestamp, count, 0, item.project.number, item.batch, job)
    return [*cells, item.member.number, item.member.login, item.member.email, 1, "lumen", payload]
