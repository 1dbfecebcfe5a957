"""Change exports at random and read them: no traceback, no hang, no row without an end.

Each kind of facts is a family, and tables that no importer knows are one more. Every fixture of a family is changed in
bytes, cells and JSON values, and read by its importer, or by the mapping that is proposed for it. `--minutes` of CPU
time are spent on each family; what comes to light is kept in `--keep`, to be tried again.

Run as `python -m tests.bench.fuzz_importers --minutes 10`.
"""

from __future__ import annotations

import argparse
import copy
import csv
import io
import json
import random
import sys
import tempfile
import traceback
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from importers.golden import FIXTURES, read_all, told

from dashboard.errors import DashboardError
from dashboard.importers.contract import Importer, Settings
from dashboard.importers.discover import IMPORTERS
from dashboard.importers.mapped_tables import find_mapped_importer
from dashboard.importers.mapping_proposal import propose_working
from dashboard.importers.readers.open_source import open_sources

LONGEST_SECONDS = 10.0  # for a file of a megabyte or less
MAPPED = "mapped"
FAMILIES = ("time_entry", "labeling_event", "experiment_run", "quality_report", MAPPED)
TABLES = (".csv", ".tsv", ".txt")
HOSTILE: tuple[Any, ...] = (
    *("", " ", "\t", "0", "-1", "1e309", "nan", "inf", "-inf", "null", "None", "true", "=1+1", "\N{BOM}", "\u202e"),
    *("9" * 40, "1.7976931348623157e308", "0001-01-01", "9999-12-31T23:59:59.999999Z", "2026-02-30", "24:00:60"),
    *("1970-01-01T00:00:00+99:99", "12:34:56.789 PM", "99999999999999999999h", "\ud83d", "a\0b", "é" * 300, "'; --"),
    *(None, True, False, 0, -1, 2**63, -(2**63), 10**30, 1.5, -0.0, 1e308, [], {}, [[]], [None], {"": None}),
    *([{"id": 1}], {"id": {"id": {}}}, ["a", 1, None], "[" * 200, "{" * 200, "<b>", "\\u0000", '"', ",", ";", "\n"),
)


def list_exports(importer: Importer) -> list[Path]:
    """Return the fixtures of an importer."""
    files = sorted((FIXTURES / importer.name).glob("*"))
    return [file for file in files if file.is_file() and not file.name.endswith((".expected.json", ".settings.json"))]


def change_bytes(content: bytes, chance: random.Random) -> bytes:
    """Return the content with some bytes cut, doubled, swapped or replaced."""
    data = bytearray(content)
    for _ in range(chance.randint(1, 4)):
        if not data:
            break
        start = chance.randrange(len(data))
        end = min(len(data), start + chance.choice((1, 1, 2, 8, 64, 512)))
        part = bytes(data[start:end])
        sign = chance.choice((b'"', b",", b";", b"\n", b"\r", b"\0", b"{", b"]", b"\xff", b"\xe2\x80\xae"))
        data[start:end] = chance.choice((b"", part * 2, chance.randbytes(len(part)), sign))
    return bytes(data)


def change_table(content: bytes, chance: random.Random) -> bytes:
    """Return a delimited table with cells replaced, and rows or columns doubled, dropped or moved."""
    text = content.decode("utf-8-sig")
    separator = max(",;\t|", key=text.split("\n", 1)[0].count)
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    for _ in range(chance.randint(1, 6)):
        row = chance.choice(rows[1:] or rows)
        deed = chance.randrange(6)
        if deed <= 2 and row:
            row[chance.randrange(len(row))] = str(chance.choice(HOSTILE))
        elif deed == 3:
            rows.insert(chance.randrange(len(rows) + 1), list(row))
        elif deed == 4 and rows[0]:
            place = chance.randrange(len(rows[0]))
            for line in rows:
                del line[place : place + 1]
        elif row:
            row.insert(chance.randrange(len(row)), row.pop())
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator).writerows(rows)
    return buffer.getvalue().encode("utf-8", "surrogatepass")


def change_value(content: object, chance: random.Random) -> object:
    """Return decoded JSON with some of its values replaced, dropped or doubled, anywhere."""
    content = copy.deepcopy(content)
    for _ in range(chance.randint(1, 4)):
        holder: Any = content
        while isinstance(holder, (list, dict)) and holder:
            key = chance.choice(list(holder) if isinstance(holder, dict) else range(len(holder)))
            if not isinstance(holder[key], (list, dict)) or not holder[key] or chance.random() < 0.2:
                if chance.random() < 0.7:
                    holder[key] = chance.choice((*HOSTILE, holder[key]))
                elif isinstance(holder, list) and chance.random() < 0.5:
                    holder.append(copy.deepcopy(holder[key]))
                else:
                    del holder[key]
                break
            holder = holder[key]
    return content


def change_json(content: bytes, chance: random.Random) -> bytes:
    """Return JSON, or JSON lines, with values changed."""
    text = content.decode("utf-8-sig")
    with suppress(ValueError):
        return json.dumps(change_value(json.loads(text), chance)).encode()
    lines = [json.loads(line) for line in text.splitlines() if line.strip()]
    return "\n".join(json.dumps(line) for line in change_value(lines, chance)).encode()  # type: ignore[attr-defined]


def change_export(path: Path, chance: random.Random) -> bytes:
    """Return a changed export."""
    content = path.read_bytes()
    change = {".json": change_json, ".jsonl": change_json, ".ndjson": change_json}.get(path.suffix, change_table)
    if path.suffix in (*TABLES, ".json", ".jsonl", ".ndjson") and chance.random() < 0.75:
        with suppress(ValueError, csv.Error, IndexError, RecursionError, TypeError):
            return change(content, chance)
    return change_bytes(content, chance)


def try_export(importer: Importer, path: Path, original: Path, *, is_mapped: bool) -> str:
    """Read a changed export, perhaps by the mapping that is proposed for it.

    Returns "read", "refused", "unknown", or what is wrong with it.
    """
    begun = perf_counter()
    try:
        with suppress(DashboardError), open_sources(path) as sources:
            settings = replace(told(original), person="kim@example.org")
            reader: Importer | None = importer if importer.can_read(sources[0].head()) else None
            if is_mapped:
                mapping = propose_working(sources[0])
                reader, settings = find_mapped_importer(mapping), Settings(mapping=mapping, zone="UTC", day_first=True)
            if reader is None:
                return "unknown"
            read_all(reader, path, settings)
            return "read"
    except Exception:  # noqa: BLE001 - whatever it is, it is what is sought
        return traceback.format_exc()
    else:
        return "refused"
    finally:
        if perf_counter() - begun > LONGEST_SECONDS:
            sys.stdout.write(f"{importer.name}: {path.stat().st_size:,} bytes took {perf_counter() - begun:.1f} s\n")


def fuzz_family(family: str, seconds: float, seed: int, keep: Path) -> Counter[str]:
    """Try changed exports of a family until the CPU time is spent; return how often each came out."""
    chance = random.Random(f"{seed} {family}")
    exports = [(importer, path) for importer in IMPORTERS for path in list_exports(importer)]
    exports = [
        (importer, path)
        for importer, path in exports
        if importer.kind == family or (family == MAPPED and path.suffix in TABLES)
    ]
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    until = process_time() + seconds
    with tempfile.TemporaryDirectory() as folder:
        while process_time() < until:
            importer, original = chance.choice(exports)
            path = Path(folder) / original.name
            path.write_bytes(change_export(original, chance))
            outcome = try_export(importer, path, original, is_mapped=family == MAPPED)
            counts["wrong" if outcome.startswith("Traceback") else outcome] += 1
            lines = outcome.splitlines()
            if len(lines) > 1 and (where := f"{importer.name} {lines[-3].strip()} {lines[-1][:80]}") not in seen:
                seen.add(where)
                kept = keep / f"{importer.name}-{len(seen)}{path.suffix}"
                kept.write_bytes(path.read_bytes())
                sys.stdout.write(f"{kept}\n{outcome}\n")
                sys.stdout.flush()
    return counts


def main() -> None:
    """Fuzz each family; exit 1 where anything came to light."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10.0, help="of CPU time, for each family")
    options.add_argument("--family", choices=FAMILIES, action="append", help="only these")
    options.add_argument("--seed", type=int, default=1)
    options.add_argument(
        "--keep", type=Path, default=Path(tempfile.gettempdir()), help="folder for what comes to light"
    )
    asked = options.parse_args()
    asked.keep.mkdir(parents=True, exist_ok=True)
    has_faults = False
    for family in asked.family or FAMILIES:
        counts = fuzz_family(family, 60 * asked.minutes, asked.seed, asked.keep)
        has_faults |= bool(counts["wrong"])
        words = ", ".join(f"{counts[name]:,} {name}" for name in ("read", "refused", "unknown", "wrong"))
        sys.stdout.write(f"{family}: {counts.total():,} changed exports; {words}\n")
        sys.stdout.flush()
    sys.exit(int(has_faults))


if __name__ == "__main__":
    main()
