"""A team that works ten hours every week, in a store, for tests of budgets."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from store_copies import copied

from dashboard.importers.contract import Settings
from dashboard.ingest.batch import import_files
from dashboard.settings.cells import Row
from dashboard.store.generations import Store

TODAY = date(2026, 4, 8)
MONTHLY: Row = {"covers": "all time", "unit": "hours", "recurs": "month", "from_on": "2026-01-01", "amount": 42}


def entries(first_on: date) -> str:
    """Return five hours of labeling each Monday and five of modeling each Friday, to 6 April."""
    lines = ["person,day_on,seconds,project,description,category"]
    day_on = first_on
    while day_on < TODAY:
        lines.append(f"Ada,{day_on},18000,Vision,,annotating")
        if day_on + timedelta(days=4) < TODAY:
            lines.append(f"Bob,{day_on + timedelta(days=4)},18000,Vision,,modeling")
        day_on += timedelta(weeks=1)
    return "\n".join(lines) + "\n"


@copied
def filled(folder: Path, first_on: date) -> Store:
    """Return a store that knows the time from a Monday on."""
    store = Store(folder / "store")
    (folder / "time.csv").write_text(entries(first_on), encoding="utf-8")
    import_files(store, [folder / "time.csv"], Settings(zone="UTC"))
    return store
