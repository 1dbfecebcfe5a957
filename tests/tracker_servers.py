"""Servers for tests that speak the interfaces of trackers, over entries that a test may change."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tool_server import Answer, Request, Route, Status

KEY = "k-0123-of-a-lead"
Entry = dict[str, Any]


def make_entries() -> list[Entry]:
    """Return what a tracker holds: person, day, hours, project; the last one still runs."""
    days = [(2026, 9, 28), (2026, 11, 2), (2026, 11, 2), (2026, 11, 18), (2026, 11, 19)]
    names = ["Ada", "Ada", "Bo", "Bo", "Bo"]
    entries: list[Entry] = [
        {
            "id": place,
            "who": who,
            "at": datetime(*day, 8 + place, tzinfo=UTC),
            "seconds": 3_600 + place,
            "text": f"Work {place}",
        }
        for place, (day, who) in enumerate(zip(days, names, strict=True), start=1)
    ]
    entries[-1]["seconds"] = None
    for entry in entries:
        entry["changed"] = entry["at"]
    return entries


def end(entry: Entry) -> str | None:
    """Return when an entry ends, None while it runs."""
    return (
        None if entry["seconds"] is None else f"{entry['at'] + timedelta(seconds=entry['seconds']):%Y-%m-%dT%H:%M:%SZ}"
    )


class Tracker:
    """The entries of a tracker, and how its interface gives them."""

    def __init__(self) -> None:
        self.entries = make_entries()
        self.deleted: list[int] = []

    def find(self, first: str, last: str) -> list[Entry]:
        """Return the entries of some days."""
        return [entry for entry in self.entries if first[:10] <= f"{entry['at']:%Y-%m-%d}" <= last[:10]]


def check(request: Request, name: str, value: str) -> None:
    """Answer 401 where a header is not as it should be."""
    if request.headers.get(name) != value:
        raise Status(401)


def build_toggl(tracker: Tracker) -> dict[str, Route]:
    """Return the routes of Toggl Track."""

    def me(request: Request) -> object:
        assert b64decode(request.headers["authorization"].partition(" ")[2]).decode() == f"{KEY}:api_token"
        return {"id": 9, "email": "lead@example.org", "timezone": "Europe/Oslo"}

    def report(request: Request) -> object:
        found = tracker.find(request.body["start_date"], request.body["end_date"])
        at = request.body["first_row_number"] - 1
        rows = [
            {
                "user_id": len(entry["who"]),
                "username": entry["who"],
                "project_name": "Signs",
                "billable": True,
                "description": entry["text"],
                "tag_names": ["a", "b"],
                "client_name": None,
                "task_name": None,
                "time_entries": [
                    {
                        "id": entry["id"],
                        "start": f"{entry['at']:%Y-%m-%dT%H:%M:%S}+00:00",
                        "stop": end(entry),
                        "seconds": entry["seconds"],
                    }
                ],
            }
            for entry in found[at : at + 1]
        ]
        following = {"X-Next-Row-Number": str(at + 2)} if at + 1 < len(found) else {}
        return Answer(rows, following)

    return {
        "/api/v9/me": me,
        "/api/v9/me/workspaces": lambda _: [{"id": 5, "name": "Team"}],
        "/api/v9/workspaces/5/users": lambda _: [
            {"id": 3, "email": "ada@example.org"},
            {"id": 2, "email": "bo@example.org"},
        ],
        "/reports/api/v3/workspace/5/search/time_entries": report,
    }


def build_clockify(tracker: Tracker) -> dict[str, Route]:
    """Return the routes of Clockify."""
    people = [{"id": f"u{who}", "name": who, "email": f"{who.lower()}@example.org"} for who in ("Ada", "Bo")]

    def page(request: Request, values: list[Any]) -> object:
        check(request, "x-api-key", KEY)
        number, size = int(request.word("page")), int(request.word("page-size"))
        return values[(number - 1) * size : number * size]

    def entries(request: Request) -> object:
        who = request.path.split("/")[6][1:]
        found = [
            entry
            for entry in tracker.entries
            if request.word("start") <= f"{entry['at']:%Y-%m-%dT%H:%M:%SZ}" < request.word("end")
            and entry["who"] == who
        ]
        rows = [
            {
                "description": entry["text"],
                "billable": True,
                "project": {"name": "Signs", "clientName": "Acme"},
                "task": None,
                "tags": [{"name": "a"}],
                "timeInterval": {"start": f"{entry['at']:%Y-%m-%dT%H:%M:%SZ}", "end": end(entry), "duration": "PT1H"},
            }
            for entry in found
        ]
        return page(request, rows)

    user = {**people[0], "settings": {"timeZone": "Europe/Oslo"}}
    return {
        "/api/v1/user": lambda _: user,
        "/api/v1/workspaces": lambda _: [{"id": "w1", "name": "Team"}],
        "/api/v1/workspaces/w1/users": lambda request: page(request, people),
        "/api/v1/workspaces/w1/user/": entries,
    }


def build_harvest(tracker: Tracker) -> dict[str, Route]:
    """Return the routes of Harvest."""

    def entries(request: Request) -> object:
        check(request, "authorization", f"Bearer {KEY}")
        check(request, "harvest-account-id", "77")
        since = request.word("updated_since")
        found = tracker.find(request.word("from", "0"), request.word("to", "9"))
        if since:
            found = [entry for entry in tracker.entries if entry["changed"] >= datetime.fromisoformat(since)]
        number, size = int(request.word("page")), int(request.word("per_page"))
        rows = [
            {
                "id": entry["id"],
                "spent_date": f"{entry['at']:%Y-%m-%d}",
                "is_running": entry["seconds"] is None,
                "hours": (entry["seconds"] or 0) / 3_600,
                "notes": entry["text"],
                "billable": True,
                "is_billed": False,
                "user": {"id": 1, "name": entry["who"]},
                "client": {"name": "Acme"},
                "task": {"name": entry["text"]},
                "project": {"name": "Signs", "code": "S"},
                "started_time": None,
                "ended_time": None,
            }
            for entry in found[(number - 1) * size : number * size]
        ]
        return {"time_entries": rows, "total_pages": -(-len(found) // size)}

    return {"/v2/users/me": lambda _: {"id": 4}, "/v2/time_entries": entries}


def build_jira(tracker: Tracker) -> dict[str, Route]:
    """Return the routes of Jira; a search the new way is not there, as on a server of one's own."""

    def stamp(moment: datetime) -> int:
        return int(moment.timestamp() * 1_000)

    def updated(request: Request) -> object:
        check(request, "authorization", f"Bearer {KEY}")
        since = int(request.word("since"))
        done = [entry for entry in tracker.entries if entry["seconds"] is not None]
        found = sorted((stamp(entry["changed"]), entry["id"]) for entry in done if stamp(entry["changed"]) > since)
        values = [{"worklogId": number, "updatedTime": at} for at, number in found[:2]]
        until = found[:2][-1][0] if found else since
        return {
            "values": values,
            "since": since,
            "until": until,
            "lastPage": len(found) <= 2,
            "nextPage": "https://evil.example.org",
        }

    def worklogs(request: Request) -> object:
        return [
            {
                "id": str(entry["id"]),
                "issueId": "100",
                "author": {"displayName": entry["who"]},
                "comment": entry["text"],
                "started": f"{entry['at']:%Y-%m-%dT%H:%M:%S.000+0000}",
                "updated": f"{entry['changed']:%Y-%m-%dT%H:%M:%S.000+0000}",
                "timeSpentSeconds": entry["seconds"],
            }
            for entry in tracker.entries
            if entry["id"] in request.body["ids"]
        ]

    def deleted(_: Request) -> object:
        return {"values": [{"worklogId": number} for number in tracker.deleted], "until": 1, "lastPage": True}

    def search(_: Request) -> object:
        return {
            "issues": [
                {"id": "100", "key": "ML-1", "fields": {"summary": "Signs", "project": {"key": "ML", "name": "Signs"}}}
            ]
        }

    def missing(_: Request) -> object:
        raise Status(404)

    return {
        "/rest/api/2/worklog/updated": updated,
        "/rest/api/2/worklog/deleted": deleted,
        "/rest/api/2/worklog/list": worklogs,
        "/rest/api/2/search": search,
        "/rest/api/2/search/jql": missing,
    }


BUILDERS: dict[str, Callable[[Tracker], dict[str, Route]]] = {
    "toggl": build_toggl,
    "clockify": build_clockify,
    "harvest": build_harvest,
    "jira": build_jira,
}
