"""Ends imports, edits and undos at random moments beside readers, lets two write at once, and damages the store.

`python tests/bench/kill_table.py [--kills 100] [--readers 8] [--seed 7]` prints a table. A killed step must be wholly
there or wholly absent; whatever was acknowledged must be there; no reader may ever see an error or a half step.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from dashboard.errors import DashboardError
from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files, undo_import
from dashboard.store.generations import Store
from dashboard.store.health import check_store

ROWS = 40  # of an export; a tenth of them stand in the export before it, too
SHARED = ROWS // 10
BASE = 3  # imports that are in force from the start
ADD_NOTE_SQL = "insert into note (day_on, text, set_at) values (date '2026-01-01', $text, current_localtimestamp())"
STEPS = ("import", "edit", "undo")
READER_PAUSE = 0.02  # seconds
READER_PATIENCE = 120  # seconds until a reader that says nothing is taken to have died
CONTEXT = get_context("forkserver")  # processes that begin at once, with everything imported
State = tuple[int, int, int]  # entries in force, imports in force, edits


@dataclass
class Outcome:
    """What one row of the table counts."""

    killed: Counter[str] = field(default_factory=Counter)
    finished: Counter[str] = field(default_factory=Counter)
    kept: int = 0  # killed steps that are wholly there
    wrong: list[str] = field(default_factory=list)
    reads: int = 0
    reader_errors: list[str] = field(default_factory=list)


def write_export(folder: Path, number: int) -> Path:
    """Write an export whose first rows are the last ones of the export before it."""
    path = folder / f"{number}.csv"
    first = number * (ROWS - SHARED)
    rows = (
        f"Ana,2026-01-{1 + row // 1440 % 28:02d}T{row // 60 % 24:02d}:{row % 60:02d}:00Z,60,P,labeling {row}\n"
        for row in range(first, first + ROWS)
    )
    path.write_text("person,started_at,seconds,project,description\n" + "".join(rows), encoding="utf-8")
    return path


def read_state(store: Store) -> State:
    """Return the entries, the imports in force and the edits; fails where facts and daily sums differ."""
    with store.snapshot() as snapshot:
        entries, seconds, summed, imports, edits = snapshot.query(
            "select (select count(*) from time_entry), (select coalesce(sum(seconds), 0) from time_entry),"
            " (select coalesce(sum(seconds), 0) from time_day),"
            " (select count(*) from import where undone_at is null), (select count(*) from note)"
        ).row(0)
    if not seconds == summed == 60 * entries:
        raise AssertionError(f"{entries} entries, {seconds} s in the facts, {summed} s in the daily sums")
    return int(entries), int(imports), int(edits)


def take_step(folder: Path, step: str, detail: Any) -> None:  # noqa: ANN401 - a path or a number
    """Import a file, undo an import, or edit."""
    store = Store(folder)
    if step == "import":
        import_files(store, [detail], Settings())
    elif step == "undo":
        undo_import(store, detail)
    else:
        with store.change("note") as change:
            change.execute(ADD_NOTE_SQL, {"text": str(detail)})


def take_and_mark_step(folder: Path, step: str, detail: Any, done: Path) -> None:  # noqa: ANN401 - as above
    """Do one step in a process of its own, and leave a file once it is done: it holds no lock when it is killed."""
    take_step(folder, step, detail)
    done.touch()


def keep_reading(folder: Path, stop: Any, results: Any) -> None:  # noqa: ANN401 - an event and a queue
    """Read until told to stop; report how often, and what went wrong."""
    store, reads, errors, parent = Store(folder), 0, [], os.getppid()
    while not stop.is_set() and os.getppid() == parent:  # nobody is left behind where the table is ended
        try:
            read_state(store)
            reads += 1
        except Exception as error:  # noqa: BLE001 - whatever a reader sees is a finding
            errors.append(f"{type(error).__name__}: {error}")
        time.sleep(READER_PAUSE)
    results.put((reads, errors[:5]))


def choose_step(chance: random.Random, store: Store, number: int, exports: Path) -> tuple[str, Any]:
    """Return the next step and what it needs; undo takes back one of the imports in force."""
    with store.snapshot() as snapshot:
        numbers = snapshot.query("select import_id from import where undone_at is null order by 1")["import_id"]
    step = STEPS[number % len(STEPS)]
    if step == "undo" and len(numbers) > 1:
        return step, chance.choice(numbers.to_list())
    return ("edit", number) if step == "edit" else ("import", write_export(exports, number))


def kill_steps(store: Store, exports: Path, kills: int, chance: random.Random, outcome: Outcome) -> None:
    """Begin steps and end them at random moments until so many were killed."""
    lengths = dict.fromkeys(STEPS, 600.0)  # the first step of each kind ends by itself, which tells how long they take
    number = BASE
    while sum(outcome.killed.values()) < kills:
        step, detail = choose_step(chance, store, number, exports)
        before, done = read_state(store), exports / f"done-{number}"
        process = CONTEXT.Process(target=take_and_mark_step, args=(store.folder, step, detail, done))
        begun = time.monotonic()
        process.start()
        process.join(lengths[step] if step not in outcome.finished else chance.uniform(0, 1.2 * lengths[step]))
        process.kill()
        process.join()
        was_killed = process.exitcode == -signal.SIGKILL
        if process.exitcode and not was_killed:
            outcome.wrong.append(f"{step} ended with exit code {process.exitcode}")
        after = read_state(Store(store.folder))
        (outcome.killed if was_killed else outcome.finished)[step] += 1
        outcome.kept += was_killed and after != before
        if not was_killed:
            lengths[step] = time.monotonic() - begun
        outcome.wrong += judge_step(step, before, after, acknowledged=done.exists())
        number += 1


def judge_step(step: str, before: State, after: State, *, acknowledged: bool) -> list[str]:
    """Return what is wrong: a half step, or an acknowledged one that is not there."""
    gained = tuple(new - old for old, new in zip(before, after, strict=True))
    whole = {
        "import": gained[1] == 1 and ROWS - SHARED * 2 <= gained[0] <= ROWS and not gained[2],
        "undo": gained[1] == -1 and -ROWS <= gained[0] <= -(ROWS - SHARED * 2) and not gained[2],
        "edit": gained == (0, 0, 1),
    }[step]
    if not any(gained):
        return [f"an acknowledged {step} is lost"] if acknowledged else []
    return [] if whole else [f"half of a step: {step} changed {gained}"]


def import_many(folder: Path, paths: list[Path]) -> None:
    """Import one file after the other, each as a change of its own."""
    for path in paths:
        import_files(Store(folder), [path], Settings())


def write_twice(store: Store, exports: Path, files: int, outcome: Outcome) -> None:
    """Let two processes import at once; all of their files must be in force."""
    before = read_state(store)
    paths = [write_export(exports, 1000 + 2 * number) for number in range(2 * files)]
    writers = [CONTEXT.Process(target=import_many, args=(store.folder, paths[half::2])) for half in (0, 1)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
        outcome.finished["import"] += files if writer.exitcode == 0 else 0
    after = read_state(Store(store.folder))
    expected = (before[0] + ROWS * len(paths), before[1] + len(paths), before[2])
    if after != expected:
        outcome.wrong.append(f"expected {expected}, there is {after}")


def observe(store: Store, readers: int, act: Callable[[Outcome], None]) -> Outcome:
    """Act beside readers; return what was counted, with the health of the store at the end."""
    outcome, stop, results = Outcome(), CONTEXT.Event(), CONTEXT.Queue()
    processes = [CONTEXT.Process(target=keep_reading, args=(store.folder, stop, results)) for _ in range(readers)]
    for process in processes:
        process.start()
    try:
        act(outcome)
    finally:
        stop.set()
        for _ in processes:
            reads, errors = results.get(timeout=READER_PATIENCE)
            outcome.reads += reads
            outcome.reader_errors += errors
        for process in processes:
            process.join()
    try:
        outcome.wrong += [title for title, passed, _ in check_store(Store(store.folder)) if not passed]
    except DashboardError as error:
        outcome.wrong.append(str(error))
    return outcome


def format_row(what: str, outcome: Outcome) -> str:
    """Return a row of the table."""
    killed = ", ".join(f"{count} {step}s" for step, count in sorted(outcome.killed.items())) or "none"
    finished = ", ".join(f"{count} {step}s" for step, count in sorted(outcome.finished.items())) or "none"
    verdict = "; ".join(dict.fromkeys(outcome.wrong)) or "nothing lost, nothing doubled"
    trouble = "; ".join(dict.fromkeys(outcome.reader_errors)) or "none"
    return f"| {what} | {killed} | {outcome.kept} | {finished} | {outcome.reads:,} | {trouble} | {verdict} |"


def build_table(kills: int, readers: int, seed: int) -> tuple[list[str], bool]:
    """Return the lines of the table, and whether everything went well."""
    from damage_table import run_apart  # it needs this module

    CONTEXT.set_forkserver_preload(["dashboard.ingest.batch", "dashboard.store.health", "kill_table"])
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="labeltime-kills-") as folder:
        exports = Path(folder)
        store = Store(exports / "store")
        import_files(store, [write_export(exports, number) for number in range(BASE)], Settings())
        shutil.copytree(store.folder, exports / "base")
        damaged, is_unhurt = run_apart(exports / "base", exports)
        killed = observe(store, readers, lambda outcome: kill_steps(store, exports, kills, chance, outcome))
        twice = observe(store, readers, lambda outcome: write_twice(store, exports, max(kills // 10, 1), outcome))
        if leftovers := list(store.folder.glob("scratch-*")):
            twice.wrong.append(f"{len(leftovers)} unfinished copies are left")
    lines = [
        "| what | killed | of these wholly there | finished | reads beside | errors of readers | verdict |",
        "|---|---|---|---|---|---|---|",
        format_row(f"{kills} kills beside {readers} readers", killed),
        format_row(f"two writers beside {readers} readers", twice),
        "",
        *damaged,
    ]
    return lines, is_unhurt and not any((killed.wrong, killed.reader_errors, twice.wrong, twice.reader_errors))


def main(arguments: list[str] | None = None) -> int:
    """Print the table; return 0 where everything went well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--readers", type=int, default=8)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(arguments)
    lines, is_good = build_table(options.kills, options.readers, options.seed)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0 if is_good else 1


if __name__ == "__main__":
    sys.exit(main())
