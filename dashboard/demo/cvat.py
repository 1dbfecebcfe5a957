"""Labels as CVAT's analytics export them: one row an event, UTC without an offset, working time in milliseconds."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from dashboard.demo.items import Item

HEADER = (
    "scope,obj_name,obj_id,obj_val,source,timestamp,count,duration,project_id,task_id,job_id,user_id,user_name,"
    "user_email,org_id,org_slug,payload"
)
OBJECTS = 12  # boxes of an image for each object of an item
SLICE = 600.0  # the client reports working time about every ten minutes


def write_cvat(path: Path, found: list[Item]) -> None:
    """Write one project's events: each item is a job that is worked on, saved and completed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(HEADER.split(","))
        for item in found:
            out.writerows(_events(item))


def _events(item: Item) -> Iterator[list[object]]:
    if item.number == 1:
        yield _row(item, item.started_at, "load:job", "client")
    if item.suggestion != "none":
        called_at = item.started_at + timedelta(seconds=2)
        yield _row(item, called_at, "call:function", "server", payload='{"function": {"id": "signs-detector"}}')
        if item.suggestion == "edited":  # wrong boxes, which the person then deletes
            yield _row(item, called_at, "create:shapes", "server", count=item.objects * OBJECTS // 3)
    reported = 0.0
    while reported < item.seconds:
        part = min(SLICE, item.seconds - reported)
        reported += part
        payload = f'{{"working_time": {round(part * 1000)}, "username": "{item.member.login}"}}'
        at = item.started_at + timedelta(seconds=reported)
        yield _row(item, at, "send:working_time", "server", payload=payload)
    if item.was_skipped:
        return
    made = item.objects * OBJECTS
    if item.suggestion == "edited":
        yield _row(item, item.finished_at, "delete:shapes", "server", count=made // 3)
    yield _row(item, item.finished_at, "create:shapes", "server", count=made)
    yield _row(item, item.finished_at, "update:job", "server", name="state", value="completed")


def _row(
    item: Item,
    at: datetime,
    scope: str,
    source: str,
    *,
    name: str = "",
    value: str = "",
    count: int | str = "",
    payload: str = "",
) -> list[object]:
    job = item.project.number * 100_000 + item.number
    when = at.isoformat(" ", "milliseconds").removesuffix("+00:00")
    what = (scope, name, "", value, source, when, count, 0, item.project.number, item.batch, job)
    return [*what, item.member.number, item.member.login, item.member.email, 1, "lumen", payload]
