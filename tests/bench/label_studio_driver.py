"""What three people do on a real Label Studio server, sent as its web page sends it, and what is true afterwards."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

import httpx

Answer = Any  # of the server, or an option of `label`
SIGNS = """<View><Text name="text" value="$text"/>
<Choices name="sign" toName="text" choice="single"><Choice value="stop"/><Choice value="yield"/></Choices></View>"""
SPANS = """<View><Labels name="label" toName="text"><Label value="place"/><Label value="name"/></Labels>
<Text name="text" value="$text"/></View>"""
CHOICES = ("stop", "yield")


@dataclass(frozen=True)
class Truth:
    """One label as the script made it; `seconds` None: no time was sent."""

    annotation: int
    project: str
    item: int
    person: str | None  # e-mail; None where it is nobody's work
    outcome: str  # submitted, skipped
    method: str
    suggestion: str
    seconds: float | None
    finished: datetime
    objects: int
    model: str | None = None  # the version of the model whose suggestion it began from
    was_automatic: bool = False  # accepted in bulk before somebody corrected it


@dataclass
class Person:
    """A signed-in person."""

    http: httpx.Client
    email: str
    number: int

    def ask(self, method: str, path: str, body: object = None, params: Mapping[str, Any] | None = None) -> Answer:
        """Send a request as the web page does; raises where the server refuses."""
        headers = {"X-CSRFToken": self.http.cookies.get("csrftoken", ""), "Referer": str(self.http.base_url)}
        answer = self.http.request(method, path, json=body, params=params, headers=headers)
        if answer.status_code >= 400:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content and "json" in answer.headers.get("content-type", "") else answer.content


def sign_up(server: str, email: str, password: str) -> Person:
    """Return a person, signed up where the server does not know them."""
    http = httpx.Client(base_url=server, follow_redirects=True, timeout=120, trust_env=False)
    for path in ("/user/signup/", "/user/login/"):
        http.get(path)
        form = {"email": email, "password": password, "csrfmiddlewaretoken": http.cookies["csrftoken"]}
        http.post(path, data=form, headers={"Referer": f"{server}{path}"})
        answer = http.get("/api/current-user/whoami")
        if answer.status_code == 200:
            return Person(http, email, int(answer.json()["id"]))
    raise RuntimeError(f"{email} can neither sign up nor log in on {server}")


@dataclass
class World:
    """Two projects and what three people did in them."""

    people: list[Person]
    seed: int = 1
    projects: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, list[int]] = field(default_factory=dict)
    predictions: dict[tuple[int, str], dict[str, Any]] = field(default_factory=dict)  # item, version -> prediction
    labels: dict[int, Truth] = field(default_factory=dict)
    drafts: dict[int, tuple[int, str, float]] = field(default_factory=dict)  # open draft -> item, person, seconds
    deleted: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def create_projects(self) -> None:
        """Make two projects with tasks, and predictions of two model versions in each."""
        lead = self.people[0]
        for title, config, count in (("Signs", SIGNS, 30), ("Spans", SPANS, 24)):
            body = {"title": f"{title} {self.seed}", "label_config": config, "maximum_annotations": 3}
            number = lead.ask("POST", "/api/projects/", body)["id"]
            texts = [{"data": {"text": f"Item {place} of {title} in Oslo"}} for place in range(count)]
            made = lead.ask("POST", f"/api/projects/{number}/import", texts, {"return_task_ids": "true"})
            self.projects[title], self.tasks[title] = number, list(made["task_ids"])
            for place, item in enumerate(self.tasks[title]):
                for version in ("one", "two") if place % 3 else ():
                    self._predict(lead, title, item, version)
            lead.ask("PATCH", f"/api/projects/{number}/", {"model_version": "two", "show_collab_predictions": True})

    def _predict(self, lead: Person, title: str, item: int, version: str) -> None:
        region = self.build_region(title, is_second=version == "two")
        body = {"task": item, "model_version": version, "score": 0.8, "result": [region]}
        self.predictions[item, version] = lead.ask("POST", "/api/predictions/", body)

    def build_region(self, title: str, *, is_second: bool) -> dict[str, Any]:
        """Return a region as the editor writes it, without an origin."""
        number = f"r{self.chance.getrandbits(40):010x}"
        if title == "Signs":
            value: dict[str, Any] = {"choices": [CHOICES[is_second]]}
            return {"id": number, "from_name": "sign", "to_name": "text", "type": "choices", "value": value}
        start = 0 if is_second else 5
        value = {"start": start, "end": start + 4, "text": "Item", "labels": ["name" if is_second else "place"]}
        return {"id": number, "from_name": "label", "to_name": "text", "type": "labels", "value": value}

    def label(self, person: Person, title: str, item: int, *, seconds: float, **how: Answer) -> Truth:
        """Submit a label by hand, from a suggestion (`version`), skipped, or from a saved draft."""
        version, is_edited = how.get("version"), how.get("is_edited", False)
        prediction = self.predictions.get((item, version)) if version else None
        regions = [{**self.build_region(title, is_second=self.chance.random() < 0.5), "origin": "manual"}]
        if prediction is not None:
            origin = "prediction-changed" if is_edited else "prediction"
            regions = [{**region, "origin": origin} for region in prediction["result"]]
            if is_edited:
                regions = [{**regions[0], "value": self.build_region(title, is_second=version != "two")["value"]}]
        is_skipped = how.get("is_skipped", False)
        body = {"result": [] if is_skipped and not prediction else regions, "lead_time": seconds}
        body |= {"was_cancelled": is_skipped, "parent_prediction": prediction["id"] if prediction else None}
        body |= {"started_at": datetime.now(tz=UTC).isoformat()}
        body |= {"draft_id": how["draft"]} if "draft" in how else {}
        begun = datetime.now(tz=UTC)
        made = person.ask("POST", f"/api/tasks/{item}/annotations/", body, {"project": self.projects[title]})
        method = "pre-annotated" if prediction else "unknown" if is_skipped else "manual"
        suggestion = "unknown" if is_skipped else ("edited" if is_edited else "unchanged") if prediction else "none"
        outcome = "skipped" if is_skipped else "submitted"
        truth = Truth(
            made["id"], title, item, person.email, outcome, method, suggestion, seconds, begun, len(body["result"])
        )  # type: ignore[arg-type]
        truth = replace(truth, model=version)
        self.labels[truth.annotation] = truth
        self.drafts.pop(how.get("draft", 0), None)
        return truth

    def save_draft(self, person: Person, title: str, item: int, seconds: float) -> int:
        """Save a draft, as the editor does after each stroke."""
        regions = [{**self.build_region(title, is_second=False), "origin": "manual"}]
        body = {"result": regions, "lead_time": seconds, "draft_id": 0, "parent_prediction": None}
        made = person.ask("POST", f"/api/tasks/{item}/drafts", body, {"project": self.projects[title]})
        self.drafts[made["id"]] = (item, person.email, seconds)
        return int(made["id"])

    def accept_in_bulk(self, person: Person, title: str, items: list[int], version: str) -> None:
        """Make annotations from the predictions of items, as the Data Manager's action does."""
        begun = datetime.now(tz=UTC)
        body = {
            "selectedItems": {"all": False, "included": items},
            "model_version": version,
            "project": self.projects[title],
        }
        params = {"id": "predictions_to_annotations", "project": self.projects[title]}
        person.ask("POST", "/api/dm/actions", body, params)
        for item in items:
            for made in person.ask("GET", f"/api/tasks/{item}/annotations/"):
                if made["id"] not in self.labels:
                    parent = self.predictions[item, version]
                    truth = Truth(
                        made["id"],
                        title,
                        item,
                        None,
                        "submitted",
                        "automatic",
                        "unchanged",
                        None,
                        begun,
                        len(parent["result"]),
                        version,
                    )
                    self.labels[truth.annotation] = truth

    def edit(self, person: Person, annotation: int, seconds: float) -> None:
        """Change the answer of a label and its time, as the editor does on Update."""
        truth = self.labels[annotation]
        regions = person.ask("GET", f"/api/annotations/{annotation}/")["result"]
        is_assisted = truth.method in ("pre-annotated", "automatic")
        origin = "prediction-changed" if truth.method == "pre-annotated" else "manual"
        changed = [{**region, "value": self._turn(region["value"]), "origin": origin} for region in regions]
        body = {"result": changed, "lead_time": seconds, "was_cancelled": False}
        person.ask("PATCH", f"/api/annotations/{annotation}/", body, {"project": self.projects[truth.project]})
        self.labels[annotation] = replace(
            truth,
            seconds=seconds,
            method="pre-annotated" if is_assisted else "manual",
            suggestion="edited" if is_assisted else "none",
            was_automatic=truth.method == "automatic",
            person=person.email if truth.method == "automatic" else truth.person,
        )

    def _turn(self, value: dict[str, Any]) -> dict[str, Any]:
        """Return another answer than this one."""
        if "choices" in value:
            return {"choices": [CHOICES[value["choices"] == [CHOICES[0]]]]}
        return {**value, "end": value["end"] + 3, "labels": ["name" if value["labels"] == ["place"] else "place"]}

    def unskip(self, person: Person, annotation: int, seconds: float) -> None:
        """Label what was skipped: the annotation keeps its number."""
        truth = self.labels[annotation]
        regions = [{**self.build_region(truth.project, is_second=True), "origin": "manual"}]
        body = {"result": regions, "lead_time": seconds, "was_cancelled": False}
        person.ask("PATCH", f"/api/annotations/{annotation}/", body, {"project": self.projects[truth.project]})
        self.labels[annotation] = replace(
            truth, outcome="submitted", method="manual", suggestion="none", seconds=seconds, objects=1
        )

    def delete(self, person: Person, annotation: int) -> None:
        """Delete a label."""
        person.ask("DELETE", f"/api/annotations/{annotation}/")
        del self.labels[annotation]
        self.deleted.add(annotation)

    def delete_task(self, person: Person, title: str, item: int) -> None:
        """Delete a task with all of its labels."""
        person.ask("DELETE", f"/api/tasks/{item}/")
        self.tasks[title].remove(item)
        for truth in [truth for truth in self.labels.values() if truth.item == item]:
            del self.labels[truth.annotation]
            self.deleted.add(truth.annotation)
        self.drafts = {number: draft for number, draft in self.drafts.items() if draft[0] != item}


def work_first_week(world: World) -> None:
    """Do all there is to do once: by hand, from suggestions, skips, drafts, overlap, bulk acceptance."""
    ann, ben, cat = world.people
    for title, items in world.tasks.items():
        hand, assisted = items[::3], [item for place, item in enumerate(items) if place % 3]
        for place, item in enumerate(hand):
            world.label(ann, title, item, seconds=10.5 + place)
            if place % 2:
                world.label(ben, title, item, seconds=20.25 + place)  # overlap
        for place, item in enumerate(assisted[:12]):
            version = "two" if place % 2 else "one"
            world.label(
                (ben, cat)[place % 2], title, item, seconds=5.125 + place, version=version, is_edited=place % 3 == 0
            )
        world.label(cat, title, hand[0], seconds=3.0, is_skipped=True)
        world.label(ben, title, assisted[12], seconds=4.0, is_skipped=True, version="two")
        draft = world.save_draft(cat, title, hand[1], 7.5)
        world.label(cat, title, hand[1], seconds=19.75, draft=draft)
        world.save_draft(ben, title, hand[2], 6.25)  # beside a label of somebody else
        world.label(cat, title, assisted[0], seconds=8.0)  # by hand beside a prediction
        world.accept_in_bulk(ann, title, assisted[13:16], "two")


def work_second_week(world: World) -> None:
    """Edit, correct, un-skip and delete, and label a little more."""
    ann, ben, cat = world.people
    for title, items in world.tasks.items():
        own = [truth for truth in world.labels.values() if truth.project == title]
        by_hand = [truth for truth in own if truth.method == "manual" and truth.outcome == "submitted"]
        accepted = [truth for truth in own if truth.suggestion == "unchanged" and truth.method == "pre-annotated"]
        bulk = [truth for truth in own if truth.method == "automatic"]
        skipped = [truth for truth in own if truth.outcome == "skipped" and truth.method == "unknown"]
        world.edit(ann, by_hand[0].annotation, 61.5)
        world.edit(ben if accepted[0].person == ben.email else cat, accepted[0].annotation, 33.25)
        world.edit(cat, bulk[0].annotation, 12.0)
        world.unskip(cat, skipped[0].annotation, 15.5)
        world.delete(ann, by_hand[2].annotation)
        world.delete(ann, bulk[1].annotation)
        world.label(ben, title, items[0], seconds=2.5)
        world.delete_task(ann, title, by_hand[-1].item)


def fetch_exports(world: World) -> dict[str, dict[str, bytes]]:
    """Return each project's export in every format."""
    lead = world.people[0]
    exports: dict[str, dict[str, bytes]] = {}
    for title, number in world.projects.items():
        whole = {"download_all_tasks": "true"}
        for name, params in (
            ("JSON", {"exportType": "JSON"}),
            ("JSON, all tasks", {"exportType": "JSON", **whole}),
            ("JSON_MIN", {"exportType": "JSON_MIN"}),
            ("CSV", {"exportType": "CSV"}),
        ):
            content = lead.http.get(f"/api/projects/{number}/export", params=params).content
            exports.setdefault(name, {})[title] = content
        exports.setdefault("snapshot", {})[title] = _fetch_snapshot(lead, number)
        listed = lead.ask("GET", "/api/tasks", params={"project": number, "fields": "all", "page": 1, "page_size": 500})
        exports.setdefault("REST list", {})[title] = json.dumps(listed).encode()
    return exports


def _fetch_snapshot(lead: Person, number: int) -> bytes:
    """Return a snapshot with predictions, drafts and people in full."""
    options = {name: {"only_id": False} for name in ("drafts", "predictions", "annotations__completed_by")}
    made = lead.ask("POST", f"/api/projects/{number}/exports/", {"serialization_options": options})
    return lead.http.get(f"/api/projects/{number}/exports/{made['id']}/download", params={"exportType": "JSON"}).content
