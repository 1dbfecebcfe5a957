"""How true every export of a real Label Studio server is once it is imported, to the label and the second.

The server is started by hand, for example `label-studio start --no-browser --internal-host 127.0.0.1 --port 8097`
with `LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK=false`. Run as
`python -m tests.bench.drive_label_studio --server http://127.0.0.1:8097`. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import time
from typing import Any

import httpx

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.pull.contract import Account, Wishes
from dashboard.pull.discover import SOURCES
from dashboard.pull.run import Pull, run_pull
from dashboard.store.generations import Store
from dashboard.store.health import check_store
from tests.bench import measure
from tests.bench.label_studio_driver import (
    Truth,
    World,
    fetch_exports,
    sign_up,
    work_first_week,
    work_second_week,
)

PASSWORD = "a-password-of-this-script-1"  # noqa: S105 - of accounts that this script makes on a server of its own
FLAT = {"JSON_MIN", "CSV"}  # they tell neither how a label came about nor what was skipped
FULL = {"snapshot", "REST list", "pull"}  # with the predictions that labels began from
SUFFIX = {"CSV": "csv"}
CLOCK_SECONDS = 2.0  # the script's clock is read before the request, the server's after it
FIELDS = ("person", "finished", "time", "outcome", "method", "suggestion", "model", "objects")


@dataclass
class Score:
    """How many values of the labels are right."""

    labels: int = 0
    missing: int = 0
    extra: int = 0
    right: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)


def read_labels(stores: list[Store]) -> dict[int, dict[str, Any]]:
    """Return the stored labels by annotation, without drafts."""
    labels: dict[int, dict[str, Any]] = {}
    for store in stores:
        with store.snapshot() as snapshot:
            rows = snapshot.query(
                "select annotation, person, outcome, method, suggestion, milliseconds, finished_at, objects, model"
                " from labeling_event where stage = 'annotate' and outcome <> 'draft'"
            )
        labels |= {int(row["annotation"]): row for row in rows.to_dicts()}
    return labels


def read_drafts(stores: list[Store]) -> Counter[tuple[int, float]]:
    """Return the open drafts as item and seconds."""
    drafts: Counter[tuple[int, float]] = Counter()
    for store in stores:
        with store.snapshot() as snapshot:
            rows = snapshot.query("select item, milliseconds / 1000.0 from labeling_event where outcome = 'draft'")
        drafts.update((int(item), seconds) for item, seconds in rows.rows())
    return drafts


def list_checks(
    form: str, truth: Truth, row: dict[str, Any], numbers: dict[str, int]
) -> Iterator[tuple[str, Any, Any]]:
    """Yield (field, true, stored) for what the format can tell of a label."""
    by_machine = truth.method == "automatic"
    names = {truth.person, str(numbers.get(truth.person or ""))} if truth.person else {None}
    # A table names who accepted in bulk, says nothing of how, and not who corrected it afterwards.
    if form not in FLAT or not (by_machine or truth.was_automatic):
        yield "person", row["person"] if row["person"] in names else sorted(map(str, names)), row["person"]
    stored = row["finished_at"].replace(tzinfo=UTC)
    is_close = abs((stored - truth.finished).total_seconds()) <= CLOCK_SECONDS
    yield "finished", stored if is_close else truth.finished, stored
    seconds = None if row["milliseconds"] is None else row["milliseconds"] / 1000
    yield "time", truth.seconds, seconds
    yield "outcome", truth.outcome, row["outcome"]
    if form in FLAT:
        yield "method", "unknown", row["method"]
        return
    yield "method", truth.method, row["method"]
    yield "objects", truth.objects, row["objects"]
    if form in FULL or row["model"] is not None:
        yield "model", truth.model, row["model"]
    if form in FULL or truth.suggestion in ("none", "unknown") or row["suggestion"] != "unknown":
        yield "suggestion", truth.suggestion, row["suggestion"]


def score_stores(form: str, world: World, stores: list[Store], numbers: dict[str, int]) -> Score:
    """Compare what a store has with what is true."""
    expected = {
        number: truth for number, truth in world.labels.items() if form not in FLAT or truth.outcome != "skipped"
    }
    stored, score = read_labels(stores), Score(labels=len(expected))
    score.missing = len(expected.keys() - stored.keys())
    score.extra = len(stored.keys() - expected.keys())
    for number in sorted(expected.keys() & stored.keys()):
        for name, true, is_stored in list_checks(form, expected[number], stored[number], numbers):
            score.asked[name] += 1
            if true == is_stored:
                score.right[name] += 1
            else:
                score.wrong.append(
                    f"{form}: annotation {number} ({expected[number].method}), {name}: {is_stored!r} for {true!r}"
                )
    score.wrong += [f"{form}: missing {expected[number]}" for number in sorted(expected.keys() - stored.keys())]
    score.wrong += [f"{form}: too much {stored[number]}" for number in sorted(stored.keys() - expected.keys())]
    if form not in FLAT and form != "REST list":  # the list shows everybody their own drafts only
        open_drafts = Counter((item, seconds) for item, _, seconds in world.drafts.values())
        score.asked["drafts"], score.right["drafts"] = open_drafts.total(), (open_drafts & read_drafts(stores)).total()
        score.wrong += [f"{form}: too many drafts {read_drafts(stores) - open_drafts}"] * bool(
            read_drafts(stores) - open_drafts
        )
    return score


def print_row(form: str, moment: str, score: Score) -> None:
    """Print one line of the table."""
    cells = [f"{score.right[name]}/{score.asked[name]}" if score.asked[name] else "–" for name in (*FIELDS, "drafts")]
    measure.say(
        "| " + " | ".join([form, moment, str(score.labels), str(score.missing), str(score.extra), *cells]) + " |"
    )
    for line in score.wrong[:40]:
        sys.stderr.write(line + "\n")


def import_exports(form: str, exports: dict[str, bytes], folder: Path, *, is_whole: bool) -> list[Store]:
    """Import one format's exports, each project into a store of its own: flat exports do not name theirs."""
    stores = []
    for title, content in exports.items():
        path = folder / f"{title}.{SUFFIX.get(form, 'json')}"
        path.write_bytes(content)
        stores.append(Store(folder / f"{form} {title}"))
        import_files(stores[-1], [path], Settings(replace_period=is_whole))
    return stores


def pull_all(store: Store, server: str, token: str, projects: tuple[str, ...]) -> Pull:
    """Pull the projects of this run from the server."""
    pull = Pull(store, SOURCES["label_studio"], Account(server, token), Wishes(projects))
    run_pull(pull, lambda *_: None)
    return pull


def make_token(world: World) -> str:
    """Return a personal access token of the lead."""
    return str(world.people[0].ask("POST", "/api/token/", {})["token"])


def main() -> None:
    """Drive the server and print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--server", default="http://127.0.0.1:8097")
    parser.add_argument("--seed", type=int, default=int(time()))
    arguments = parser.parse_args()
    run = arguments.seed
    people = [sign_up(arguments.server, f"{name}-{run}@example.org", PASSWORD) for name in ("ann", "ben", "cat")]
    world, numbers = World(people, run), {person.email: person.number for person in people}
    world.create_projects()
    token = make_token(world)
    version = httpx.get(f"{arguments.server}/api/version", trust_env=False).json().get("release", "")
    measure.say(f"Label Studio {version}, {datetime.now(tz=UTC):%Y-%m-%d}, seed {run}\n")
    header = ("format", "when", "labels", "missing", "too many", *FIELDS, "drafts")
    measure.say(f"| {' | '.join(header)} |\n|{'---|' * len(header)}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder / "pull")
        for moment, work in (("before", work_first_week), ("after", work_second_week)):
            work(world)
            all_stores = [store]
            for form, exports in fetch_exports(world).items():
                stores = import_exports(form, exports, folder, is_whole=moment == "after")
                print_row(form, moment, score_stores(form, world, stores, numbers))
                all_stores += stores
            pull_all(store, arguments.server, token, tuple(map(str, world.projects.values())))
            print_row("pull", moment, score_stores("pull", world, [store], numbers))
        for checked in all_stores:
            for title, is_good, words in check_store(checked):
                if not is_good:
                    sys.stderr.write(f"{checked.folder.name}: {title} {words}\n")


if __name__ == "__main__":
    main()
