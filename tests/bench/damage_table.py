"""Rows of the kill table that need no kill: a full disk, a read-only store, damaged pointers, older and newer schemas.

`kill_table.py` prints them. A process makes them that may mount disks, but has lost root's right to write anywhere.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kill_table import STEPS, choose_step, judge_step, read_state, take_step, write_export

from dashboard.errors import DashboardError
from dashboard.store.engine import latest_schema_version, open_database
from dashboard.store.generations import Store
from dashboard.store.repair import repair_store

OLDER = Path(__file__).parents[2] / "fixtures" / "stores" / "store_0.1.zip"
HEADER = [
    "| what | tried | refused with a message | done | verdict |",
    "|---|---|---|---|---|",
]
ALONE = ["unshare", "--mount", "--map-root-user", "setpriv", "--bounding-set", "-dac_override,-dac_read_search"]
FREE = (0.0, 0.2, 0.5, 0.8, 0.95, 1.0, 1.02, 1.05, 1.1, 1.2)  # of the size of a generation, which a change copies
FACTS_SQL = (
    "select (select count(*) from time_entry), (select sum(seconds) from time_entry),"
    " (select sum(seconds) from time_day), (select count(*) from labeling_event),"
    " (select count(*) from import where undone_at is null)"
)
POINTER = {"generation": 1, "schema": latest_schema_version(), "vocabulary": ""}


def write_pointer(**changed: object) -> Callable[[Path], object]:
    """Return what writes a pointer with these values in place of the right ones."""
    return lambda path: path.write_text(json.dumps({**POINTER, **changed}), encoding="utf-8")


POINTERS: dict[str, Callable[[Path], object]] = {
    "Infinity": write_pointer(generation=float("inf")),
    "folder": Path.mkdir,
    "generation 0": write_pointer(generation=0),
    "empty": Path.touch,
    "missing": Path.exists,  # only looks
    "text": write_pointer(generation="1"),
    "negative": write_pointer(schema=-1),
    "of a generation that is not there": write_pointer(generation=77),
    "cut off": lambda path: path.write_text('{"generation": 1', encoding="utf-8"),
    "binary": lambda path: path.write_bytes(os.urandom(70)),
    "pipe": os.mkfifo,
    "link to nowhere": lambda path: path.symlink_to("nowhere"),
}

FACTS: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: os.truncate(path, 0),
    "cut off": lambda path: os.truncate(path, path.stat().st_size // 8),
    "a byte wrong in each block": lambda path: path.write_bytes(flip_bytes(path.read_bytes())),
    "text": lambda path: path.write_text("no database", encoding="utf-8"),
    "folder": lambda path: (path.unlink(), path.mkdir()),
    "pipe": lambda path: (path.unlink(), os.mkfifo(path)),
    "link to nowhere": lambda path: (path.unlink(), path.symlink_to("nowhere")),
}


def flip_bytes(content: bytes, every: int = 4096) -> bytes:
    """Return content with one byte of each block changed."""
    return bytes(byte ^ 255 if place % every == every // 2 else byte for place, byte in enumerate(content))


@dataclass
class Row:
    """What one row counts, and the steps it tries on a store of its own."""

    steps: list[tuple[str, Any]]
    tried: int = 0
    refused: int = 0
    wrong: list[str] = field(default_factory=list)

    def attempt(self, name: str, act: Callable[[], object], words: str) -> bool:
        """Return whether something is done; it may be refused, with these words and a next step."""
        self.tried += 1
        try:
            act()
        except DashboardError as error:
            self.refused += 1
            if not words or words not in str(error) or not error.hint:
                self.wrong.append(f"{name}: {error}")
            return False
        except Exception as error:  # noqa: BLE001 - whatever is no message is a finding
            self.refused += 1
            self.wrong.append(f"{name}: {type(error).__name__}: {error}")
            return False
        return True

    def take_steps(self, name: str, folder: Path, words: str = "", *, must_fail: bool = False) -> None:
        """Try an import, an edit and an undo; without words, none may be refused."""
        for step, detail in self.steps:
            before = read_state(Store(folder))
            is_done = self.attempt(f"{name}: {step}", lambda s=step, d=detail: take_step(folder, s, d), words)
            self.wrong += judge_step(step, before, read_state(Store(folder)), acknowledged=is_done)
            if is_done and must_fail:
                self.wrong.append(f"{name}: {step} was not refused")
            if list(folder.glob("scratch-*")):
                self.wrong.append(f"{name}: {step} leaves an unfinished copy")

    def refuse_all(self, name: str, folder: Path, words: str) -> None:
        """Try to read and to change a store that must refuse both, and leave every file as it is."""
        before = list_bytes(folder)
        acts = [("read", lambda: read_state(Store(folder)))]
        acts += [(step, lambda s=step, d=detail: take_step(folder, s, d)) for step, detail in self.steps]
        for act_name, act in acts:
            if self.attempt(f"{name}: {act_name}", act, words):
                self.wrong.append(f"{name}: {act_name} was not refused")
        if list_bytes(folder) != before:
            self.wrong.append(f"{name}: files were changed")

    def format(self, what: str) -> str:
        """Return the row."""
        verdict = "; ".join(dict.fromkeys(self.wrong)) or "nothing lost, nothing doubled"
        return f"| {what} | {self.tried} | {self.refused} | {self.tried - self.refused} | {verdict} |"


def list_bytes(folder: Path) -> dict[str, bytes]:
    """Return the content of every file of a store except its locks."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file() and path.suffix != ".lock"}


def run_tool(*words: str) -> None:
    """Run a program of the system."""
    subprocess.run(words, check=True)


@contextmanager
def mount_copy(store: Path, place: Path, size: int) -> Iterator[Path]:
    """Copy a store to a disk of its own, which has so many bytes."""
    place.mkdir(exist_ok=True)
    run_tool("mount", "-t", "tmpfs", "-o", f"size={size}", "labeltime", str(place))
    try:
        yield Path(shutil.copytree(store, place / "store"))
    finally:
        run_tool("umount", "--lazy", str(place))


def remount(place: Path, options: str) -> None:
    """Change the options of a mounted disk."""
    run_tool("mount", "-o", f"remount,{options}", str(place))


def fill_disks(row: Row, store: Path, place: Path) -> None:
    """Try the steps on disks of ten sizes, and again when there is room."""
    generation = sum(path.stat().st_size for path in store.glob("*.duckdb"))
    overhead = 64 * 1024  # folder, pointer, locks
    for free in FREE:
        with mount_copy(store, place, int(generation * (1 + free)) + overhead) as folder:
            row.take_steps(f"{free:.0%} free", folder, "is full")
            remount(place, "size=1g")
            read_state(Store(folder))
            if not row.attempt("with room", lambda f=folder: take_step(f, "edit", 0), ""):
                row.wrong.append(f"{free:.0%} free: not usable when there is room again")
    if not row.refused:
        row.wrong.append("no disk was full")


def forbid_writing(row: Row, store: Path, place: Path) -> None:
    """Try the steps on a disk and in a folder that are read-only; reading must go on."""
    with mount_copy(store, place, 1 << 30) as folder:
        remount(place, "ro")
        row.take_steps("read-only disk", folder, "cannot be written", must_fail=True)
        remount(place, "rw")
        folder.chmod(0o500)
        row.take_steps("read-only folder", folder, "cannot be written", must_fail=True)
        folder.chmod(0o700)
        row.take_steps("writable again", folder)


def damage_pointers(row: Row, store: Path, place: Path) -> None:
    """Damage the pointer in each way; all must refuse, and a repair must bring everything back."""
    before = read_state(Store(store))
    for name, damage in POINTERS.items():
        folder = Path(shutil.copytree(store, place / name))
        (folder / "current.json").unlink()
        damage(folder / "current.json")
        row.refuse_all(name, folder, "--repair")
        row.attempt(f"{name}: repair", lambda f=folder: repair_store(Store(f)), "")
        if read_state(Store(folder)) != before:
            row.wrong.append(f"{name}: not as before after the repair")
    row.take_steps("repaired", folder)


def damage_facts(row: Row, store: Path, place: Path) -> None:
    """Damage the newest file of facts in each way; reading must refuse it, and a repair must say what went back."""
    before = read_state(Store(store))
    for name, damage in FACTS.items():
        folder = Path(shutil.copytree(store, place / name))
        take_step(folder, "import", write_export(place, 950))
        damage(Store(folder).facts_path(2))
        if row.attempt(f"{name}: read", lambda f=folder: read_state(Store(f)), "--repair"):
            row.wrong.append(f"{name}: read was not refused")
        losses: list[str] = []
        row.attempt(f"{name}: repair", lambda f=folder, to=losses: to.extend(repair_store(Store(f))[1]), "")
        if not any("950.csv" in sentence for sentence in losses):
            row.wrong.append(f"{name}: the repair does not say that an import went back: {losses}")
        if read_state(Store(folder)) != before:
            row.wrong.append(f"{name}: not as before the lost import after the repair")
    row.take_steps("repaired", folder)


def read_newer(row: Row, store: Path, place: Path) -> None:
    """Give a store the schema of a newer version: everything must be refused, and no file touched."""
    folder = Path(shutil.copytree(store, place / "newer"))
    newer = latest_schema_version() + 1
    con = open_database(Store(folder).generation_path(1), read_only=False)
    con.execute("update meta set value = ? where key = 'schema'", [str(newer)])
    con.close()
    write_pointer(schema=newer)(folder / "current.json")
    before = list_bytes(folder)
    row.refuse_all("newer", folder, "newer version")
    row.attempt("repair", lambda: repair_store(Store(folder)), "newer version")
    if list_bytes(folder) != before:
        row.wrong.append("a refused repair changed files")


def read_older(row: Row, _: Path, place: Path) -> None:
    """Open a store of version 0.1: its facts must be there after the migration, and changes go on."""
    folder = place / "older"
    with zipfile.ZipFile(OLDER) as archive:
        archive.extractall(folder)
    con = open_database(next(folder.glob("*.duckdb")), read_only=True)
    facts = con.sql(FACTS_SQL).fetchall()
    con.close()
    row.attempt("edit", lambda: take_step(folder, "edit", 0), "")
    with Store(folder).snapshot() as snapshot:
        if snapshot.query(FACTS_SQL).rows() != facts:
            row.wrong.append(f"before {facts}, after {snapshot.query(FACTS_SQL).rows()}")
    if Store(folder).read_pointer().schema != latest_schema_version():
        row.wrong.append("the store was not migrated")


ROWS: dict[str, Callable[[Row, Path, Path], None]] = {
    f"disk full, {len(FREE)} sizes": fill_disks,
    "read-only disk, read-only folder": forbid_writing,
    f"damaged pointer: {', '.join(POINTERS)}": damage_pointers,
    f"damaged facts: {', '.join(FACTS)}": damage_facts,
    "newer schema": read_newer,
    "older schema (version 0.1)": read_older,
}
MOUNTING = (fill_disks, forbid_writing)


def print_rows(store: Path, exports: Path, *, may_mount: bool) -> int:
    """Print the rows of what is tried on copies of a store; return 0 where everything went well."""
    chance = random.Random(7)
    steps = [choose_step(chance, Store(store), 900 + place, exports) for place in range(len(STEPS))]
    is_good = True
    print(*HEADER, sep="\n", flush=True)  # noqa: T201 - a table for a person
    for number, (what, fill) in enumerate(ROWS.items()):
        place, row = exports / f"place{number}", Row(steps)
        place.mkdir()
        if fill not in MOUNTING or may_mount:
            fill(row, store, place)
            print(row.format(what), flush=True)  # noqa: T201 - a table for a person
        else:
            print(f"| {what} | 0 | 0 | 0 | not measured: it takes the right to mount a disk |")  # noqa: T201 - as above
        is_good = is_good and not row.wrong
    return 0 if is_good else 1


def run_apart(store: Path, exports: Path) -> tuple[list[str], bool]:
    """Return the lines, made by a process that may mount where the system allows it, and whether all went well."""
    may_mount = False
    with suppress(FileNotFoundError):
        trial = [*ALONE, "mount", "-t", "tmpfs", "labeltime", str(exports)]
        may_mount = subprocess.run(trial, capture_output=True, check=False).returncode == 0
    command = [sys.executable, __file__, str(store), str(exports), *(["mounts"] if may_mount else [])]
    done = subprocess.run([*(ALONE if may_mount else []), *command], stdout=subprocess.PIPE, text=True, check=False)
    return done.stdout.splitlines(), done.returncode == 0


if __name__ == "__main__":
    sys.exit(print_rows(Path(sys.argv[1]), Path(sys.argv[2]), may_mount="mounts" in sys.argv[3:]))
