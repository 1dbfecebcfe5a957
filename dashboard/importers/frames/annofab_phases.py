"""What all exports of Annofab's labor time share: the phases of a task, their unit and their days."""

from __future__ import annotations

from datetime import date
from typing import Final

STAGES: Final = {"annotation": "annotate", "inspection": "review", "acceptance": "review"}
HOUR: Final = 3600
IDLE_RULE: Final = "labor time, breaks not counted"
DAY_LENGTH: Final = len("2024-03-04")


def read_local_day(value: object) -> date | None:
    """Return the day of an instant on the clock that wrote it, None where there is none."""
    try:
        return date.fromisoformat(str(value)[:DAY_LENGTH])
    except ValueError:
        return None
