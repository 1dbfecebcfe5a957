"""The bars at a million rows, as ratios of one run; below ten minutes. Run as `python -m tests.bench`.

`--large` adds ten million rows, `--pages` the first look at each page in a browser, `--sessions` thirty sessions at
once, for two minutes a page, `--spark EVENTS` daily sums by Apache Spark, at a million and at so many events. What the
estimates are worth is measured by the other modules here, one by one.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from time import perf_counter

from tests.bench import measure

PARTS: tuple[tuple[str, ...], ...] = (
    ("bench_cli",),
    ("bench_import", "--held", "1000000", "--memory-rows", "0"),
    ("bench_peers",),
    ("bench_volume", "--labels", "1000000"),
    ("bench_reports", "--times", "3"),
)
LARGE: tuple[tuple[str, ...], ...] = (
    ("bench_import", "--rows", "0", "--held", "10000000", "--memory-rows", "5000000"),
    ("bench_page",),
)
PAGES: tuple[tuple[str, ...], ...] = (("bench_first_look",),)
SESSIONS: tuple[tuple[str, ...], ...] = (("bench_sessions",),)


def main() -> None:
    """Run the parts one after the other, and say how long each took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--large", action="store_true", help="ten million rows as well")
    options.add_argument("--pages", action="store_true", help="the pages in a browser as well")
    options.add_argument("--sessions", action="store_true", help="thirty sessions at once as well")
    options.add_argument("--spark", type=int, metavar="EVENTS", help="Apache Spark as well, at so many events")
    asked = options.parse_args()
    spark = (("bench_spark", "--events", "1000000", str(asked.spark)),)
    more = ((asked.large, LARGE), (asked.pages, PAGES), (asked.sessions, SESSIONS), (asked.spark, spark))
    failed = []
    for name, *arguments in (*PARTS, *(part for is_asked, parts in more if is_asked for part in parts)):
        measure.say(f"\n== {name}")
        begun = perf_counter()
        command = [sys.executable, "-m", f"tests.bench.{name}", *arguments]
        if subprocess.run(command, cwd=measure.ROOT, check=False).returncode:
            failed.append(name)
        measure.say(f"{name} took {perf_counter() - begun:.0f} s")
    if failed:
        sys.exit(f"Failed: {', '.join(failed)}")


if __name__ == "__main__":
    main()
