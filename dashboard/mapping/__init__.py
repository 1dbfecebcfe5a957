"""What a lead teaches the dashboard: which words mean which category, and who is who."""

from __future__ import annotations

from dashboard.mapping.aliases import accept_aliases, propose_aliases
from dashboard.mapping.people import load_people, people_csv, people_frame, save_people, save_time_off, time_off_frame
from dashboard.mapping.rules import (
    Decision,
    dry_run,
    explain,
    load_rules,
    rules_csv,
    rules_frame,
    rules_from_csv,
    rules_from_frame,
    save_rules,
)

__all__ = [
    "Decision",
    "accept_aliases",
    "dry_run",
    "explain",
    "load_people",
    "load_rules",
    "people_csv",
    "people_frame",
    "propose_aliases",
    "rules_csv",
    "rules_frame",
    "rules_from_csv",
    "rules_from_frame",
    "save_people",
    "save_rules",
    "save_time_off",
    "time_off_frame",
]
