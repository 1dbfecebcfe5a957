"""Label Studio: the tasks that changed, as its JSON export writes them, with predictions and people in full.

The list of tasks tells which ones changed (also by a deletion) and holds predictions; the export of exactly these
holds the rest. Saved drafts move no task, so work that is a draft only comes with the next change, or `--full`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from dashboard.errors import PullRefused
from dashboard.pull.answers import (
    FIRST_INSTANT,
    begin_of_day,
    list_records,
    parse_instant,
    read_count,
    read_cursor_instant,
    read_key,
    read_object,
    refuse_answer,
)
from dashboard.pull.client import AnswerTooLarge, Client, NotThere
from dashboard.pull.contract import Access, Account, Cover, Cursor, Page, PullSource, Record, Wishes

PAGE_SIZE, ID_PAGE_SIZE = 100, 1_000
OVERLAP = timedelta(seconds=60)
TOKEN_PARTS = 3  # of a personal access token; an older one has no dots


class LabelStudio:
    """Projects of a Label Studio server."""

    name = "label_studio"
    title = "Label Studio"
    access = Access(server=None, made_at="Account & Settings, Access Token")
    importer = "label_studio"
    form: Literal["json", "csv"] = "json"
    columns: tuple[str, ...] = ()
    per_second = 10.0

    def authorize(self, client: Client, account: Account) -> dict[str, str]:
        """Return the header of a legacy token, or of an access token made from a personal one."""
        token = str(account.token)
        if token.count(".") != TOKEN_PARTS - 1:
            return {"Authorization": f"Token {token}"}
        answer = read_object(client.post("/api/token/refresh/", {"refresh": token}, as_guest=True))
        access = answer.get("access")
        if not isinstance(access, str) or not access.isascii() or not access.isprintable():
            refuse_answer("an access token")
        return {"Authorization": f"Bearer {access}"}

    def read_pages(self, client: Client, cursors: Mapping[str, Cursor], wishes: Wishes) -> Iterator[Page]:
        """Yield the changed tasks of each project, oldest change first."""
        people = _list_people(client)
        # Another account may see less: what it does not see is not gone.
        viewer = read_key(read_object(client.get("/api/current-user/whoami")))
        projects = [read_key(project) for project in _list_projects(client)]
        unknown = [project for project in wishes.projects if project not in projects]
        if unknown:
            raise PullRefused(
                f"The token sees no project {', '.join(unknown)}.", f"It sees: {', '.join(projects[:50]) or 'none'}."
            )
        for project in wishes.projects or projects:
            scope = f"project {project}, seen by account {viewer}"
            yield from ProjectTasks(client, project, scope, people).read_pages(cursors.get(scope, {}), wishes)


@dataclass
class ProjectTasks:
    """The tasks of one project."""

    client: Client
    project: str
    scope: str
    people: Mapping[str, Record]
    seen: dict[str, str] = field(default_factory=dict)  # task -> when it changed, of those that were fetched
    created: int = 0  # of them, those that are new since the last pull
    size: int = field(default_factory=lambda: PAGE_SIZE)  # of a page of the list

    def read_pages(self, cursor: Cursor, wishes: Wishes) -> Iterator[Page]:
        """Yield the tasks that changed since the cursor; at the end, which tasks there are, where some are gone."""
        last = parse_instant(cursor.get("updated_at"))
        since = read_cursor_instant(cursor, "updated_at", OVERLAP)
        if since is None:
            since = begin_of_day(wishes.since) if wishes.since else FIRST_INSTANT
        reached = str(cursor.get("updated_at") or "") or since.isoformat()
        after, number = since, 1
        while True:
            try:
                answer = self._list_tasks(_filter_tasks("updated_at", "Datetime", _format_instant(after)), number)
            except AnswerTooLarge:
                if self.size == 1:
                    raise
                self.size, number = self.size // 2, 1  # painted masks are large
                continue
            tasks = list_records(answer, "tasks")
            fresh = [task for task in tasks if self.seen.get(read_key(task)) != _read_change(task)]
            moments = [(read_key(task), _read_change(task)) for task in fresh]
            self.seen.update(moments)
            self.created += sum(1 for task in fresh if last and (parse_instant(task.get("created_at")) or last) > last)
            if fresh:
                reached = max(reached, *(at for _, at in moments), key=lambda at: parse_instant(at) or since)
                cover = Cover(self.project, tuple(moments))
                records = self._export_tasks(fresh)
                expected = (read_count(answer, "total") or 0) + len(self.seen) - len(tasks)
                yield Page(self.scope, records, {"updated_at": reached}, cover, expected)
            if len(tasks) < self.size:
                break
            newest = parse_instant(_read_change(tasks[-1])) or after
            # Tasks that changed in one stroke share an instant, and may fill more than a page.
            next_after = newest - timedelta(microseconds=1)
            after, number = (next_after, 1) if next_after > after else (after, number + 1)
        yield self._finish(cursor, reached)

    def _finish(self, cursor: Cursor, reached: str) -> Page:
        """Return the last page: with the tasks that there are, where fewer are there than should be."""
        total = read_count(self._list_tasks(None, 1, size=1), "total")
        before = read_count(cursor, "tasks")
        is_complete = not cursor or (before is not None and before + self.created == total)
        cover = None if is_complete else Cover(self.project, all_items=tuple(self._list_task_ids()))
        return Page(self.scope, (), {"updated_at": reached, "tasks": total}, cover)

    def _list_task_ids(self) -> Iterator[str]:
        """Yield the numbers of all tasks; each page begins after the last number, so that none is skipped."""
        after = 0
        while True:
            asked = {**_filter_tasks("id", "Number", after), "ordering": ["tasks:id"]}
            tasks = list_records(self._list_tasks(asked, 1, size=ID_PAGE_SIZE, is_bare=True), "tasks")
            numbers = [int(read_key(task)) for task in tasks if read_key(task).isdecimal()]
            yield from map(str, numbers)
            if len(tasks) < ID_PAGE_SIZE or not numbers or max(numbers) <= after:
                return
            after = max(numbers)

    def _list_tasks(
        self, asked: Mapping[str, object] | None, number: int, *, size: int | None = None, is_bare: bool = False
    ) -> object:
        """Return a page of the list; behind its end the server answers that it is not there."""
        params: dict[str, object] = {"project": self.project, "page": number, "page_size": size or self.size}
        params |= {"include": "id"} if is_bare else {"fields": "all"}
        params |= {"query": json.dumps(asked)} if asked else {}
        try:
            return self.client.get("/api/tasks", params)
        except NotThere:
            return {"tasks": [], "total": 0}

    def _export_tasks(self, tasks: Sequence[Record]) -> tuple[Record, ...]:
        """Return the tasks as the JSON export has them, with the predictions and people in full."""
        params = {"exportType": "JSON", "download_all_tasks": "true", "ids[]": [read_key(task) for task in tasks]}
        try:
            exported = list_records(self.client.get(f"/api/projects/{self.project}/export", params))
        except AnswerTooLarge:
            half = len(tasks) // 2
            if not half:
                raise
            return self._export_tasks(tasks[:half]) + self._export_tasks(tasks[half:])
        predictions = {read_key(task): task.get("predictions") for task in tasks}
        return tuple(
            self._complete_task(task, predictions[key]) for task in exported if (key := read_key(task)) in predictions
        )

    def _complete_task(self, task: Record, predictions: object) -> Record:
        """Return a task without the data that nobody needs here."""
        annotations = task.get("annotations")
        if isinstance(annotations, list):
            annotations = [
                {**annotation, **self._name_people(annotation)} if isinstance(annotation, dict) else annotation
                for annotation in annotations
            ]
        is_full = isinstance(predictions, list) and all(isinstance(part, dict) for part in predictions)
        listed = predictions if is_full else task.get("predictions")
        return {**task, "data": {}, "meta": {}, "annotations": annotations, "predictions": listed}

    def _name_people(self, annotation: Record) -> Record:
        """Return the people of an annotation with name and e-mail, as a snapshot has them."""
        return {
            name: self.people[str(annotation[name])]
            for name in ("completed_by", "updated_by")
            if annotation.get(name) is not None and str(annotation[name]) in self.people
        }


def _list_projects(client: Client) -> Iterator[Record]:
    number = 1
    while True:
        answer = client.get("/api/projects/", {"page": number, "page_size": PAGE_SIZE})
        projects = list_records(answer, "results")
        yield from projects
        if len(projects) < PAGE_SIZE:
            return
        number += 1


def _list_people(client: Client) -> dict[str, Record]:
    """Return the people by number; without any where the token may not see them."""
    try:
        people = list_records(client.get("/api/users/"))
    except PullRefused:
        return {}
    names = ("id", "email", "first_name", "last_name")
    return {read_key(person): {name: person.get(name) for name in names} for person in people}


def _filter_tasks(column: str, kind: str, value: object) -> dict[str, object]:
    """Return the question for tasks whose column is greater than a value, in its order."""
    item = {"filter": f"filter:tasks:{column}", "operator": "greater", "type": kind, "value": value}
    return {"filters": {"conjunction": "and", "items": [item]}, "ordering": [f"tasks:{column}"]}


def _read_change(task: Record) -> str:
    moment = task.get("updated_at")
    if parse_instant(moment) is None:
        refuse_answer("when a task changed (updated_at)")
    return str(moment)


def _format_instant(moment: datetime) -> str:
    """Return an instant as the server reads it, always with a fraction."""
    return f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}"


SOURCE: PullSource = LabelStudio()
