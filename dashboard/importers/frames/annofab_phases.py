"""What all exports of Annofab's labor time share: the phases of a task, and their unit."""

from __future__ import annotations

from typing import Final

STAGES: Final = {"annotation": "annotate", "inspection": "review", "acceptance": "review"}
HOUR: Final = 3600
IDLE_RULE: Final = "labor time, breaks not counted"
